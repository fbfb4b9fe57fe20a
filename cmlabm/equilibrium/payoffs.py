"""What players got in the markets of a game."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cmlabm.batch import FinishedStudy, base_setting, settings_of
from cmlabm.batch.design import Setting
from cmlabm.equilibrium.game import Game
from cmlabm.equilibrium.profiles import Profile, players_of
from cmlabm.equilibrium.strategies import Strategy
from cmlabm.units import UNITS_PER_TOKEN

type Key = tuple[Profile, Strategy]

POINTS = 100
"""Percentage points of accuracy in 1."""


@dataclass(frozen=True)
class Payoffs:
    """What a player of each strategy got in each profile under one contract.

    Attributes:
        game: the game.
        contract: the swept parameters of the contract.
        accuracies: of the shared model at the end, by profile, shape (seeds,); nan where a run
            failed.
        moneys: what a player held at the end, by profile and strategy, shape (seeds,), in tokens:
            the mean over those who play it, fees paid; deposits that are still held are lost.
    """

    game: Game
    contract: Setting
    accuracies: dict[Profile, NDArray[np.float64]]
    moneys: dict[Key, NDArray[np.float64]]

    def lost(self, profile: Profile) -> NDArray[np.float64]:
        """Return how much accuracy a profile costs against all being honest, shape (seeds,).

        In percentage points.
        """
        return POINTS * (self.accuracies[self.game.all_honest] - self.accuracies[profile])

    def of(self, profile: Profile, strategy: Strategy) -> NDArray[np.float64]:
        """Return what a player of a strategy gets in a profile, shape (seeds,), in tokens.

        Beside money this is what is paid for damage, divided evenly among malicious players.
        """
        money = self.moneys[profile, strategy]
        attackers = sum(count for played, count in profile if played.kind == "malicious")
        if strategy.kind == "honest" or not self.game.damage_value:
            return money
        return money + self.game.damage_value * self.lost(profile) / attackers


def payoffs_of(game: Game, study: FinishedStudy) -> list[Payoffs]:
    """Return the payoffs of a game under each of its contracts, in the order of the sweep.

    Args:
        game: the game.
        study: its runs, with each agent's balances at least at the end.
    """
    runs = study.design()["run"]
    contracts = _contracts(game)
    shape = (len(contracts), len(game.profiles), len(game.study.seeds))
    finished = study.runs().set_index("run")["final_accuracy"].astype("float64")
    accuracies = finished.reindex(runs).to_numpy().reshape(shape)
    players = list(dict(chain(*map(players_of, game.profiles))))
    held = _held(study).reindex(index=runs, columns=players)
    units = held.to_numpy(dtype=np.float64).reshape(*shape, len(players))

    def means(profile: Profile, own: NDArray[np.float64]) -> Iterator[tuple[Key, Any]]:
        for strategy, _ in profile:
            played = [players.index(name) for name, its in players_of(profile) if its == strategy]
            yield (profile, strategy), own[:, played].mean(axis=1) / UNITS_PER_TOKEN

    return [
        Payoffs(
            game,
            contract,
            dict(zip(game.profiles, accuracy, strict=True)),
            dict(chain(*map(means, game.profiles, own))),
        )
        for contract, accuracy, own in zip(contracts, accuracies, units, strict=True)
    ]


def _held(study: FinishedStudy) -> pd.DataFrame:
    """Return what each player held at the end in all its accounts, in units: a row a run."""
    agents = study.agents()
    last = agents[agents["day"] == agents.groupby("run")["day"].transform("max")]
    table = pd.DataFrame(
        {
            "run": last["run"],
            "player": last["agent"].str.split(".").str[0],
            "units": (last["balance"] * UNITS_PER_TOKEN).round(),
        }
    )
    return table.pivot_table("units", "run", "player", aggfunc="sum")


def _contracts(game: Game) -> list[Setting]:
    """Return the swept parameters at each contract, in the order of the sweep."""
    contracts = game.study.model_copy(update={"sweep": game.sweep})
    base = base_setting(contracts)
    return [base | setting for setting in settings_of(contracts)]
