"""A contributor who stays away."""

from typing import ClassVar

from cmlabm.behaviours.interface import Contribution, HonestBehaviour
from cmlabm.data.rows import Row
from cmlabm.units import SECONDS_PER_DAY


class Abstain(HonestBehaviour):
    """Stays away: submits nothing, claims nothing, and so ends with what it came with.

    It leaves when it first wakes, after a day. Who takes it up with deposits in the contract comes
    back each day, claiming as any other, until it has none there.
    """

    id: ClassVar[str] = "abstain"
    display_name: ClassVar[str] = "Staying away"
    formula: ClassVar[str] = "submits nothing; claims nothing once its deposits are back; leaves"
    source: ClassVar[str] = "cmlabm: the outside option"
    submits = False

    @property
    def claims(self) -> bool:  # type: ignore[override]
        """Whether deposits of its own are left to come back for."""
        return self.senses.locked > 0

    def contribution(self) -> Contribution | None:
        """Submit nothing."""
        return None

    def wants_to_submit(self) -> bool:
        """Submit nothing."""
        return False

    def label_for(self, row: Row, truth: int) -> int:  # noqa: ARG002
        """Return the true label of a sample, of which it sends none."""
        return truth

    def wait(self) -> int:
        """Return a day."""
        return SECONDS_PER_DAY

    def stays(self) -> bool:
        """Leave, unless the contract holds deposits of its own."""
        return self.senses.locked > 0
