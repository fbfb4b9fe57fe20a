"""An attacker who tries out what harms most."""

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from cmlabm.behaviours.malicious.looking_ahead import Choice, LookingAhead
from cmlabm.data.dataset import Samples
from cmlabm.declarations import parameter


@dataclass(eq=False)
class GreedyPoison(LookingAhead):
    """Sends what raises the model's loss most, among the next q of its samples and all labels.

    The model is public: each sample is tried with each label on a copy of it, and the loss of the
    copy measured on samples of the attacker's own, drawn once, of which it knows the truth. What
    is followed by the largest loss is sent, of equal ones the first. The loss is the mean distance
    by which samples lie on the wrong side: to maximise the number of errors on a few samples
    instead makes leaps that the next honest sample undoes.

    It optimises one step at a time, over samples that it has: not over all features that there
    could be, nor over all steps to come, as the attackers of the sources may.
    """

    id: ClassVar[str] = "greedy-poison"
    display_name: ClassVar[str] = "Greedy poisoning"
    formula: ClassVar[str] = "(x, y) = argmax loss of the model after (x, y); loss: mean of -margin"
    source: ClassVar[str] = (
        "on Wang & Chaudhuri 2018, arXiv 1808.08994; Zhang, Zhu & Lessard 2019, arXiv 1903.01666"
    )

    own_samples: int = parameter(
        200,
        "samples of its own on which it measures the model's loss",
        name="malicious_own_samples",
        unit="samples",
        ge=1,
        le=100_000,
    )
    _own: Samples = field(init=False, repr=False)

    def begin(self) -> None:
        """Draw the samples on which the loss is measured."""
        order = self.senses.queue.order
        count = min(self.own_samples, len(order))
        chosen = self.draws.own_data.choice(order, count, replace=False)
        self._own = self.senses.queue.take(chosen)

    def choice(self, ahead: Samples) -> Choice | None:
        """Choose the sample and the label that are followed by the largest loss."""
        places, labels = self.lessons(ahead).T
        if not len(places):
            return None
        tried = Samples(ahead.take(places).rows, labels)
        worst = self.senses.margins_after(tried, self._own).sum(axis=1).argmin()
        return Choice(int(places[worst]), int(labels[worst]))

    def lessons(self, ahead: Samples) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
        """Return what is tried: place and label of each lesson, shape (lessons, 2)."""
        return np.array(list(np.ndindex(len(ahead), self.senses.classes)), dtype=np.int64)
