"""Points: contributors earn a name instead of money."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from cmlabm.mechanisms.interface import Mechanism, Standing

if TYPE_CHECKING:
    from cmlabm.parameters import Parameters


@dataclass(frozen=True)
class Points(Mechanism):
    """Reputation without money: a sample that is verified is worth a point to its sender.

    Submitting is free. After the refund time the sender can ask to have a sample verified; if
    the classifier agrees with it then, the sender's count of verified samples, its points, grows
    by one. What is not verified when the claim time has passed never will be. Points are shown,
    not spent: this is a market of contributors who mean well, with nothing that keeps others out.

    Attributes:
        refund_time: how long a submission waits before it can be verified.
        claim_time: when it is dropped.

    Example:
        >>> Points(86_400, 777_600).required_deposit(waited=1, standing=Standing(0, 0, [1]))
        0
    """

    id: ClassVar[str] = "points"
    display_name: ClassVar[str] = "Points"
    formula: ClassVar[str] = "deposit = 0; +1 point for each verified sample"
    source: ClassVar[str] = "gamification in Harris & Waggoner 2019, arXiv 1907.07247"
    parameters: ClassVar[tuple[str, ...]] = ("refund_time_s", "claim_time_s")
    needs_money: ClassVar[bool] = False
    lets_take: ClassVar[bool] = False

    refund_time: int
    claim_time: int

    @classmethod
    def terms(cls, parameters: "Parameters") -> dict[str, Any]:
        """Return the arguments that make the mechanism with the parameters of a run."""
        return {"refund_time": parameters.refund_time_s, "claim_time": parameters.claim_time_s}

    def required_deposit(self, waited: int, standing: Standing) -> int:  # noqa: ARG002
        """Return 0."""
        return 0

    def ripe_before(self, now: int) -> int:
        """Return the time before which submissions had to be sent to be verified now."""
        return now - self.refund_time

    def expired_before(self, now: int) -> int:
        """Return the time before which submissions had to be sent to be dropped now."""
        return now - self.claim_time + 1
