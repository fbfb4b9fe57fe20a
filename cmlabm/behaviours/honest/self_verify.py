"""Honest contributors who check their data before they stake money on them."""

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from cmlabm.behaviours.honest.truthful import Truthful
from cmlabm.behaviours.interface import Contribution
from cmlabm.classifiers.interface import Classifier
from cmlabm.declarations import parameter


@dataclass(eq=False)
class SelfVerify(Truthful):
    """Submits only what a model of its own agrees with.

    The model, of the same kind as the shared one, is fitted on samples drawn from those that the
    contributor may submit. A sample that it does not agree with is discarded for good. Who has
    data of some classes only cannot train a model and submits as in the study.
    """

    id: ClassVar[str] = "self-verify"
    display_name: ClassVar[str] = "Self-verifying"
    formula: ClassVar[str] = "submits if its own model, fitted on m own samples, agrees"
    source: ClassVar[str] = "cmlabm"

    own_samples: int = parameter(
        500,
        "samples that train a model of one's own",
        name="honest_own_samples",
        unit="samples",
        ge=2,
        le=1_000_000,
    )
    _own_model: Classifier | None = field(default=None, init=False)

    def begin(self) -> None:
        """Fit the model of its own."""
        queue, rng = self.senses.queue, self.draws.own_data
        chosen = rng.choice(queue.order, min(self.own_samples, len(queue.order)), replace=False)
        samples = queue.take(chosen)
        self._own_model = None
        if len(np.unique(samples.labels)) == self.senses.classes:
            self._own_model = self.senses.new_model()
            self._own_model.fit(samples, rng)

    def contribution(self) -> Contribution | None:
        """Choose the sample next in line, or discard it."""
        chosen = super().contribution()
        if chosen is None or self._own_model is None or self.is_convinced(chosen):
            return chosen
        self.senses.queue.advance()
        return None

    def is_convinced(self, chosen: Contribution) -> bool:
        """Return whether its own model agrees with what it would send."""
        return self._agrees(chosen)

    def _agrees(self, chosen: Contribution) -> bool:
        assert self._own_model is not None
        return self._own_model.label(chosen.row) == chosen.label
