"""Points: contributors earn a name instead of money."""

from dataclasses import dataclass
from typing import ClassVar

from cmlabm.mechanisms.claim_times import ClaimTimes
from cmlabm.mechanisms.interface import Standing


@dataclass(frozen=True)
class Points(ClaimTimes):
    """Reputation without money: a sample that is verified is worth a point to its sender.

    Submitting is free. After the refund time the sender can ask to have a sample verified; if
    the classifier agrees with it then, the sender's count of verified samples, its points, grows
    by one. What is not verified when the claim time has passed never will be. Points are shown,
    not spent: this is a market of contributors who mean well, with nothing that keeps others out.

    Example:
        >>> Points().required_deposit(waited=1, standing=Standing(0, 0, [1]))
        0
    """

    id: ClassVar[str] = "points"
    display_name: ClassVar[str] = "Points"
    formula: ClassVar[str] = "deposit = 0; +1 point for each verified sample"
    source: ClassVar[str] = "gamification in Harris & Waggoner 2019, arXiv 1907.07247"
    needs_money: ClassVar[bool] = False
    lets_take: ClassVar[bool] = False

    def required_deposit(self, waited: int, standing: Standing) -> int:  # noqa: ARG002
        """Return 0."""
        return 0
