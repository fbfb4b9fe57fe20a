"""How well contracts withstand the attacks that are known so far."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cmlabm.search.attacks import REFUSED, possible
from cmlabm.search.definition import Search
from cmlabm.search.markets import NOT_ATTACKED, Markets
from cmlabm.search.objectives import COST_OF_PROTECTION, HONEST_LOSS
from cmlabm.search.space import Setting
from cmlabm.search.trials import Scored

CONTRACT = "contract"
"""The note of what the designer of a trial chose."""

WORST = "worst_attack"
"""The note of which attack of the archive did the most harm."""


@dataclass(frozen=True)
class KnownAttack:
    """An attack of the archive.

    Attributes:
        name: "default", or the trial that found it.
        setting: what the attacker chose.
        found_in_round: 0 for the defaults.
    """

    name: str
    setting: Setting
    found_in_round: int = 0


def score_contracts(
    search: Search, markets: Markets, archive: Sequence[KnownAttack], settings: Sequence[Setting]
) -> list[Scored]:
    """Run contracts under all attacks of an archive, and return the harm of each one's worst.

    Beside it are what the search minimises, and by how much the contract is above its limits.

    Args:
        search: the search.
        markets: where they are run.
        archive: the attacks.
        settings: what the contracts have, over the fixed parameters.
    """
    under = [
        [possible(search, markets, contract, attack.setting) for attack in archive]
        for contract in settings
    ]
    rows = [{**NOT_ATTACKED}]
    for contract, attacks in zip(settings, under, strict=True):
        if not any(isinstance(attack, str) for attack in attacks):
            rows += [contract | NOT_ATTACKED]
            rows += [contract | attack for attack in attacks if isinstance(attack, dict)]
    if len(rows) > 1:
        markets.run(rows)
    return [
        _scored(search, markets, contract, attacks)
        for contract, attacks in zip(settings, under, strict=True)
    ]


def harms_of(
    markets: Markets, objective: str, contract: Setting, attacks: Sequence[Setting]
) -> NDArray[np.float64]:
    """Return what attacks do to a contract, shape (seeds, attacks)."""
    alone = contract | NOT_ATTACKED
    return np.array([markets.values(objective, contract | it, alone) for it in attacks]).T


def _scored(
    search: Search, markets: Markets, contract: Setting, attacks: Sequence[Setting | str]
) -> Scored:
    notes = {CONTRACT: contract}
    refused = next((attack for attack in attacks if isinstance(attack, str)), None)
    if refused is not None:
        return Scored(None, notes | {REFUSED: refused})
    under = [attack for attack in attacks if isinstance(attack, dict)]
    harms = harms_of(markets, search.objective, contract, under).mean(axis=0)
    losses = harms_of(markets, HONEST_LOSS, contract, [NOT_ATTACKED, *under]).mean(axis=0)
    also = {
        COST_OF_PROTECTION: float(np.mean(markets.cost({}, contract))),
        HONEST_LOSS: float(np.max(losses)),
    }
    values = (float(np.max(harms)), *(also[name] for name in search.minimise))
    if not np.isfinite([*values, *(also[name] for name in search.limits)]).all():
        return Scored(None, notes | {REFUSED: "something is not known of every run"})
    excesses = {name: also[name] - most for name, most in search.limits.items()}
    return Scored(values, notes | {WORST: int(np.argmax(harms))} | also, excesses)
