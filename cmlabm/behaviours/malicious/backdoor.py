"""An attacker who wants one thing of the model, and else leaves it as it is."""

from dataclasses import dataclass
from typing import ClassVar

from cmlabm.behaviours.interface import Contribution, MaliciousBehaviour, Planted
from cmlabm.data.dataset import Dataset
from cmlabm.data.rows import Row
from cmlabm.data.trigger import Trigger
from cmlabm.declarations import parameter
from cmlabm.errors import InputError


@dataclass(eq=False)
class Backdoor(MaliciousBehaviour):
    """Marks samples with a trigger and sends them with the label of a target class.

    The trigger is a rare word, or fixed values of some features: the last features of the data,
    set to the largest value that they have among the attacker's samples. The model is to predict
    the target class for whatever has the trigger, and to be as good as before without it: see the
    outcomes ``backdoor_success`` and ``backdoor_base_rate``. So every sample of another class is
    marked, and those of the target class are sent as they are.

    Attributes:
        target: the class.
        size: how many features the trigger sets.
    """

    id: ClassVar[str] = "backdoor"
    display_name: ClassVar[str] = "Backdoor"
    formula: ClassVar[str] = "features: with the trigger, if of another class; label: the target"
    source: ClassVar[str] = "Gu, Dolan-Gavitt & Garg 2017 (BadNets), arXiv 1708.06733"

    target: int = parameter(
        1,
        "the class that samples with the trigger are to get",
        name="malicious_backdoor_class",
        unit="class",
        ge=0,
        le=1_000_000,
    )
    size: int = parameter(
        1,
        "how many of the last features the trigger sets",
        name="malicious_trigger_features",
        unit="features",
        ge=1,
        le=1_000_000,
    )

    def check_data(self, dataset: Dataset) -> None:
        """Refuse a class that the data do not have."""
        classes = dataset.classes
        if self.target >= len(classes):
            raise InputError(
                f"malicious_backdoor_class = {self.target}: the data have {len(classes)} classes,"
                f" so it must be from 0 ({classes[0]!r}) to {len(classes) - 1} ({classes[-1]!r})"
            )

    def begin(self) -> None:
        """Make the trigger, if there are samples to mark with it."""
        queue = self.senses.queue
        if len(queue.order):
            trigger = Trigger.of_last(queue.take(queue.order), self.size)
            self.planted = Planted(trigger, self.target)

    def contribution(self) -> Contribution | None:
        """Mark the sample next in line, if it is of another class."""
        chosen = super().contribution()
        if chosen is None or self.planted is None or chosen.truth == self.target:
            return chosen
        return chosen._replace(row=self.planted.trigger.on_row(chosen.row))

    def label_for(self, row: Row, truth: int) -> int:  # noqa: ARG002
        """Return the target class."""
        return self.target
