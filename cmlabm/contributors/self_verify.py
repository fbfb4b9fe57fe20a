"""Honest contributors who check their data before they stake money on them."""

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from cmlabm.classifiers import make_classifier
from cmlabm.contributors.contributor import Contribution, Endowment
from cmlabm.contributors.draws import Draws
from cmlabm.contributors.honest import HonestAgent

if TYPE_CHECKING:
    from cmlabm.model import CMLModel


class SelfVerify(HonestAgent):
    """Submits only what a model of its own agrees with.

    The model, of the same kind as the shared one, is fitted on samples drawn from those that the
    contributor may submit. A sample that it does not agree with is laid aside for good. Who has
    data of some classes only cannot train a model and submits as in the study.
    """

    id: ClassVar[str] = "self-verify"
    display_name: ClassVar[str] = "Self-verifying"
    formula: ClassVar[str] = "submits if its own model, fitted on m own samples, agrees"
    source: ClassVar[str] = "cmlabm"
    parameters: ClassVar[tuple[str, ...]] = (*HonestAgent.parameters, "honest_own_samples")

    def __init__(self, model: "CMLModel", endowment: Endowment, draws: Draws) -> None:
        super().__init__(model, endowment, draws)
        size = min(model.parameters.honest_own_samples, len(self.queue))
        chosen = draws.own_data.choice(self.queue.order, size, replace=False)
        samples = model.dataset.train.take(chosen)
        self._own_model = None
        if len(np.unique(samples.labels)) == len(model.dataset.classes):
            self._own_model = make_classifier(model.parameters.classifier)
            self._own_model.fit(samples, draws.own_data)

    def contribution(self) -> Contribution | None:
        """Choose the sample next in line, or lay it aside."""
        chosen = super().contribution()
        if chosen is None or self._own_model is None or self.is_convinced(chosen):
            return chosen
        self.queue.advance()
        return None

    def is_convinced(self, chosen: Contribution) -> bool:
        """Return whether its own model agrees with what it would send."""
        return self._agrees(chosen)

    def _agrees(self, chosen: Contribution) -> bool:
        assert self._own_model is not None
        return self._own_model.label(chosen.row) == chosen.label
