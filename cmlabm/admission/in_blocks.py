"""What the admissions share that judge several submissions of a sender together."""

from abc import abstractmethod
from dataclasses import dataclass, field

import numpy as np

from cmlabm.admission.interface import Admission
from cmlabm.classifiers.interface import Classifier
from cmlabm.declarations import parameter


@dataclass(eq=False)
class InBlocks(Admission):
    """An admission that judges a sender's submissions in blocks; what fills none waits for ever."""

    block: int = parameter(
        20,
        "how many submissions of a sender are judged together",
        name="admission_block",
        unit="submissions",
        ge=1,
        le=100_000,
    )
    _blocks: dict[int, list[int]] = field(default_factory=dict, init=False)

    @classmethod
    def check(cls, parameters: object) -> None:
        """Refuse a block that nobody can fill."""
        block = cls.from_parameters(parameters).block
        to_send = parameters.train_size - parameters.initial_size  # type: ignore[attr-defined]
        if block > to_send:
            raise ValueError(
                f"admission_block = {block}: nobody could fill a block, as there are {to_send}"
                f" samples to submit; must be at most as many"
            )

    @abstractmethod
    def against(self, sender: int, block: list[int]) -> str:
        """Return what speaks against learning a sender's block, in a few words; "" if nothing."""

    def submitted(self, submission: int) -> None:
        """Put it into its sender's block, and judge the block when it is full."""
        sender = self.lessons.sent(submission).sender
        block = self._blocks.setdefault(sender, [])
        block.append(submission)
        if len(block) < self.block:
            return
        del self._blocks[sender]
        self.judged(block, self.against(sender, block))

    def judged(self, block: list[int], why: str) -> None:
        """Learn a block, or discard it if anything speaks against it."""
        for number in block:
            if why:
                self.lessons.discard(number, why)
            else:
                self.lessons.learn(number)

    def harm(self, submissions: list[int]) -> float:
        """Return by how much submissions would raise the share of the root set that is wrong."""
        before = self.lessons.classifier
        after = before.copy()
        for number in submissions:
            self.teach(after, number)
        return (self._errors(after) - self._errors(before)) / len(self.lessons.root)

    def _errors(self, model: Classifier) -> int:
        root = self.lessons.root
        return int(np.count_nonzero(model.predict(root.features) != root.labels))
