"""Learning blocks of submissions that do no harm on samples that the contract trusts."""

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from cmlabm.admission.interface import Admission
from cmlabm.classifiers.interface import Classifier
from cmlabm.declarations import parameter


@dataclass(eq=False)
class RootCheck(Admission):
    """Tries blocks of a sender's submissions on a copy of the model, and keeps what does no harm.

    A block is learnt if the share of the root set that the model gets wrong grows by no more than
    a tolerance. "Reject on negative impact" of Nelson et al., with blocks for single samples,
    whose effect is lost in the root set's grain. What is left of a block at the end waits for ever.
    """

    id: ClassVar[str] = "root-check"
    display_name: ClassVar[str] = "Root check"
    formula: ClassVar[str] = "learns a block if the error on the root set grows by ≤ τ"
    source: ClassVar[str] = "Nelson et al. 2008 (RONI); root sets: Cao et al. 2021, FLTrust"
    needs_root: ClassVar[bool] = True

    block: int = parameter(
        20,
        "how many submissions of a sender are tried together",
        name="root_block",
        unit="submissions",
        ge=1,
        le=100_000,
    )
    tolerance: float = parameter(
        0.0,
        "by how much a block may raise the share of the root set that is wrong",
        name="root_tolerance",
        ge=-1,
        le=1,
    )
    _blocks: dict[int, list[int]] = field(default_factory=dict, init=False)

    @classmethod
    def check(cls, parameters: object) -> None:
        """Refuse a block that nobody can fill, and a tolerance that nothing can meet."""
        rules = cls.from_parameters(parameters)
        to_send = parameters.train_size - parameters.initial_size  # type: ignore[attr-defined]
        if rules.block > to_send:
            raise ValueError(
                f"root_block = {rules.block}: nobody could fill a block, as there are {to_send}"
                f" samples to submit; must be at most as many"
            )
        if rules.tolerance == -1:
            raise ValueError("root_tolerance = -1: no block could meet it; must be more")

    def submitted(self, submission: int) -> None:
        """Put it into its sender's block, and try the block when it is full."""
        sender = self.lessons.sent(submission).sender
        block = self._blocks.setdefault(sender, [])
        block.append(submission)
        if len(block) < self.block:
            return
        del self._blocks[sender]
        if self._harm(block) <= self.tolerance:
            for number in block:
                self.lessons.learn(number)
        else:
            for number in block:
                self.lessons.discard(number, "harms the root set")

    def _harm(self, block: list[int]) -> float:
        """Return by how much a block raises the share of the root set that is wrong."""
        before = self.lessons.classifier
        after = before.copy()
        for number in block:
            self.teach(after, number)
        return (self._errors(after) - self._errors(before)) / len(self.lessons.root)

    def _errors(self, model: Classifier) -> int:
        root = self.lessons.root
        return int(np.count_nonzero(model.predict(root.features) != root.labels))
