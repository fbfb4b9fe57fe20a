"""A contributor who contributes nothing."""

from typing import ClassVar

from cmlabm.behaviours.interface import Contribution, MaliciousBehaviour
from cmlabm.data.rows import Row


class Sniper(MaliciousBehaviour):
    """Submits nothing and is the first to ask for what is left of a deposit when it expires."""

    id: ClassVar[str] = "sniper"
    display_name: ClassVar[str] = "Sniper"
    formula: ClassVar[str] = "wakes when the oldest deposit expires; submits nothing"
    source: ClassVar[str] = "cmlabm, on the expiry of Harris & Waggoner 2019"
    submits = False

    def contribution(self) -> Contribution | None:
        """Submit nothing."""
        return None

    def label_for(self, row: Row, truth: int) -> int:  # noqa: ARG002
        """Return the true label of a sample, of which it sends none."""
        return truth

    def wait(self) -> int:
        """Return how long it takes until the oldest deposit expires, or else the usual time."""
        usual = super().wait()
        expiry = self.senses.next_expiry()
        return usual if expiry is None else expiry - self.senses.now
