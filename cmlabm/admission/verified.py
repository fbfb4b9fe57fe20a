"""Learning only from what was refunded."""

from dataclasses import dataclass
from typing import ClassVar

from cmlabm.admission.interface import Admission


@dataclass(eq=False)
class Verified(Admission):
    """Learns a submission once it is refunded, since the model still agrees with it then.

    On a chain this costs nothing more. It teaches the model little: what it already gets right.
    Under a mechanism without refunds it never learns.
    """

    id: ClassVar[str] = "verified"
    display_name: ClassVar[str] = "Verified"
    formula: ClassVar[str] = "learns a submission when it is refunded"
    source: ClassVar[str] = "cmlabm, on the refunds of Harris & Waggoner 2019"

    def submitted(self, submission: int) -> None:
        """Wait for its refund."""

    def claimed(self, submission: int, reason: str) -> None:
        """Learn what is refunded, and give up what has expired."""
        if reason == "refund":
            self.lessons.learn(submission)
        elif reason == "expiry":
            self.lessons.discard(submission, "never verified")
