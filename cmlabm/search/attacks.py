"""How well attacks do under one contract."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from cmlabm.errors import InputError
from cmlabm.search.definition import Search
from cmlabm.search.markets import NOT_ATTACKED, Markets
from cmlabm.search.space import Setting
from cmlabm.search.trials import Scored

ATTACK = "attack"
"""The note of what the attacker of a trial chose, as its means allow."""

REFUSED = "refused"
"""The note of why a trial was no market, or says nothing."""


def score_attacks(
    search: Search, markets: Markets, contract: Setting, settings: Sequence[Setting]
) -> list[Scored]:
    """Run attacks on a contract, and return what the attacker gets of what it wants.

    Args:
        search: the search.
        markets: where they are run.
        contract: what the contract has, over the fixed parameters.
        settings: what the attackers choose.
    """
    attacks = [possible(search, markets, contract, setting) for setting in settings]
    rows = [contract | attack for attack in attacks if isinstance(attack, dict)]
    alone = contract | NOT_ATTACKED
    if rows:
        markets.run([alone, *rows])
    scored = []
    for attack in attacks:
        if isinstance(attack, str):
            scored.append(Scored(None, {REFUSED: attack}))
            continue
        values = tuple(
            float(np.mean(markets.values(objective, contract | attack, alone)))
            for objective in search.maximise
        )
        scored.append(_known(values, {ATTACK: attack}, search.maximise))
    return scored


def possible(search: Search, markets: Markets, contract: Setting, attack: Setting) -> Setting | str:
    """Return an attack as its means allow it, or in words why it cannot be under a contract."""
    try:
        within = search.means.within(markets.parameters(contract | attack), attack)
        markets.parameters(contract | within)
        markets.parameters(contract | NOT_ATTACKED)
    except InputError as error:
        return str(error)
    return within


def _known(values: tuple[float, ...], notes: dict[str, Any], names: Sequence[str]) -> Scored:
    missing = [name for name, value in zip(names, values, strict=True) if not np.isfinite(value)]
    if missing:
        return Scored(None, notes | {REFUSED: f"{', '.join(missing)}: not known of every run"})
    return Scored(values, notes)
