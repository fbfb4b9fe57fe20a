"""A prediction market from its opening to its end: losses are recorded, then paid for."""

from collections.abc import Sequence

from cmlabm.data.dataset import Samples
from cmlabm.mechanisms.interface import Closing, Record, Settlement
from cmlabm.mechanisms.prediction_market.loss_record import LossRecord
from cmlabm.mechanisms.prediction_market.payments import payments


class LossSettlement(Settlement):
    """Records what each submission does to the loss, and pays when the test set is revealed.

    Attributes:
        losses: the record, with the commitment to the test set.
    """

    def __init__(self, bounty: int, grouped: bool, losses: LossRecord) -> None:
        self.losses = losses
        self._bounty = bounty
        self._grouped = grouped

    def accepted(self, submission: int, changed: bool) -> None:  # noqa: ARG002
        """Record the loss after a submission."""
        self.losses.note(changed)

    def closed(self, submissions: Record, left: Sequence[int], test: Samples) -> Closing:
        """Reveal the test set, and pay; the final model has learnt from what was paid for."""
        payouts, stayed = payments(
            submissions.sender,
            left,
            self.losses.reveal(test),
            size=len(test),
            bounty=self._bounty,
            grouped=self._grouped,
        )
        return Closing(payouts, self.losses.retrained(stayed))
