"""An attacker who harms with what will be refunded."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from cmlabm.behaviours.malicious.greedy_poison import GreedyPoison
from cmlabm.data.dataset import Samples


@dataclass(eq=False)
class Stealth(GreedyPoison):
    """Sends the most harmful of what the model agrees with now, so that it will be refunded.

    Like the greedy poisoner it tries samples on copies of the model, but only with the labels that
    the model predicts. A model that learns from what it agrees with, such as naive Bayes, can be
    harmed so. A perceptron of two classes does not move then: there this attacker is an echo.
    """

    id: ClassVar[str] = "stealth"
    display_name: ClassVar[str] = "Stealth"
    formula: ClassVar[str] = "as greedy-poison, among (x, y) with y = the model's prediction"
    source: ClassVar[str] = "on 'A little is enough': Baruch et al. 2019, arXiv 1902.06156"

    def lessons(self, ahead: Samples) -> NDArray[np.int64]:
        """Return what is tried: each sample with the label that the model predicts."""
        return np.stack([np.arange(len(ahead)), self.senses.predictions(ahead)], axis=1)
