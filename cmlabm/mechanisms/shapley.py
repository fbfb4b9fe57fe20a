"""Data Shapley: what each contributor adds, whoever came before it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

import numpy as np

from cmlabm.declarations import parameter
from cmlabm.mechanisms.valuation import Game, shapley
from cmlabm.mechanisms.valued import Sampled


@dataclass(frozen=True, kw_only=True)
class Shapley(Sampled):
    """A bounty in proportion to the contributors' Shapley values for the root set's accuracy.

    The value of a contributor is what it adds on average to those before it, over orders drawn at
    random; once those before it are within a tolerance of all, it adds nothing (truncated Monte
    Carlo). Balanced but for the rounding: a sponsor pays the bounty, and nothing if nobody is worth
    anything.

    Attributes:
        tolerance: how near to that of all an accuracy is near enough.
    """

    id: ClassVar[str] = "shapley"
    display_name: ClassVar[str] = "Data Shapley"
    formula: ClassVar[str] = "bounty in proportion to φ⁺, φ the mean of U(S + i) - U(S) over orders"
    source: ClassVar[str] = "Ghorbani & Zou 2019, arXiv 1904.02868"

    tolerance: float = parameter(
        0.01,
        "how near to that of all contributors an accuracy is near enough",
        name="shapley_tolerance",
        ge=0,
        le=1,
    )

    def values_of(
        self, game: Game, players: Sequence[int], root_size: int, rng: np.random.Generator
    ) -> Mapping[int, Fraction]:
        """Return the truncated Monte Carlo Shapley values."""
        orders = (rng.permutation(players).tolist() for _ in range(self.samples))
        return shapley(game, orders, self.tolerance * root_size)
