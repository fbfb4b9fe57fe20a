"""Leave one out: what would be missing without each contributor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

import numpy as np

from cmlabm.mechanisms.valuation import Game, leave_one_out
from cmlabm.mechanisms.valued import ValuedByRetraining


@dataclass(frozen=True, kw_only=True)
class LeaveOneOut(ValuedByRetraining):
    """A bounty in proportion to what the root set's accuracy would lose without each contributor.

    Two who sent the same are worth nothing, as nothing would be missing without either. The model
    is retrained once for each contributor. Balanced but for the rounding: a sponsor pays the
    bounty, and nothing if nobody is worth anything.
    """

    id: ClassVar[str] = "leave-one-out"
    display_name: ClassVar[str] = "Leave one out"
    formula: ClassVar[str] = "bounty in proportion to (U(all) - U(all but i))⁺, U accuracy"
    source: ClassVar[str] = "the baseline of Ghorbani & Zou 2019, arXiv 1904.02868"

    def values_of(
        self,
        game: Game,
        players: Sequence[int],
        root_size: int,  # noqa: ARG002
        rng: np.random.Generator,  # noqa: ARG002
    ) -> Mapping[int, Fraction]:
        """Return what would be missing of all without each player."""
        return leave_one_out(game, players)
