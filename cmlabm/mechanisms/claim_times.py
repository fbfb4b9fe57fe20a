"""When a submission can be claimed from: between its refund time and its claim time."""

from dataclasses import dataclass

from cmlabm.declarations import parameter
from cmlabm.mechanisms.interface import Mechanism
from cmlabm.units import LONGEST_S


@dataclass(frozen=True)
class ClaimTimes(Mechanism):
    """A mechanism whose submissions ripen, and expire later.

    Attributes:
        refund_time: how many seconds a submission waits before it can be claimed from.
        claim_time: after how many seconds it expires.
    """

    refund_time: int = parameter(
        86_400,
        "wait before a submission can be refunded",
        name="refund_time_s",
        unit="s",
        ge=0,
        le=LONGEST_S,
    )
    claim_time: int = parameter(
        777_600,
        "wait until what is left of a deposit is free for anybody",
        name="claim_time_s",
        unit="s",
        ge=1,
        le=LONGEST_S,
    )

    @classmethod
    def check(cls, parameters: object) -> None:
        """Refuse submissions that would expire before they are ripe."""
        super().check(parameters)
        rules = cls.from_parameters(parameters)
        if rules.claim_time < rules.refund_time:
            raise ValueError(
                f"claim_time_s = {rules.claim_time}: must not be less than refund_time_s ="
                f" {rules.refund_time}"
            )

    def refundable_before(self, now: int) -> int:
        """Return the time before which submissions had to be sent to be claimed from now."""
        return now - self.refund_time

    def expired_before(self, now: int) -> int:
        """Return the time before which submissions had to be sent to have expired by now."""
        return now - self.claim_time + 1
