"""Data Banzhaf: what each contributor adds to any set of the others, all sets alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

import numpy as np

from cmlabm.mechanisms.valuation import Game, banzhaf
from cmlabm.mechanisms.valued import Sampled


@dataclass(frozen=True, kw_only=True)
class Banzhaf(Sampled):
    """A bounty in proportion to the contributors' Banzhaf values for the root set's accuracy.

    Sets of contributors are drawn, each with or without everybody at even odds. The value of a
    contributor is the mean accuracy of the sets with it less that of those without it, so that
    every set serves all (maximum sample reuse). Of such values it is the one whose order noise in
    the accuracy disturbs least. Balanced but for the rounding: a sponsor pays the bounty, and
    nothing if nobody is worth anything.
    """

    id: ClassVar[str] = "banzhaf"
    display_name: ClassVar[str] = "Data Banzhaf"
    formula: ClassVar[str] = "bounty in proportion to (mean U of sets with i - of those without)⁺"
    source: ClassVar[str] = "Wang & Jia 2023, arXiv 2205.15466"

    def values_of(
        self,
        game: Game,
        players: Sequence[int],
        root_size: int,  # noqa: ARG002
        rng: np.random.Generator,
    ) -> Mapping[int, Fraction]:
        """Return the Banzhaf values by maximum sample reuse."""
        return banzhaf(game, players, rng.random((self.samples, len(players))) < 0.5)
