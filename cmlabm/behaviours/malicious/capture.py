"""An attacker who turns the model into a judge of its own mind."""

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from cmlabm.behaviours.malicious.looking_ahead import Choice, LookingAhead
from cmlabm.behaviours.malicious.one_class import OneClass
from cmlabm.behaviours.malicious.watching_lessons import WatchingLessons
from cmlabm.data.dataset import Samples


@dataclass(eq=False)
class Capture(WatchingLessons, LookingAhead, OneClass):
    """Flips one class until the model has turned against the honest, and echoes the model then.

    Where the model judges who may teach it, whoever moves it far enough decides who is turned
    away. As long as its last submission was learnt, it sends samples of the target class with a
    wrong label. What else it sends is what the model predicts: that keeps its record, restores it
    when the model learns from it no longer, and is refunded. Once the model gets at most half of
    its own next samples right, whatever their class, echoes pay best: the honest lose their
    deposits, and it shares in them. If the model recovers it flips again. With many classes, a
    model that is lost for one of them is right for most samples, and the flips go on.
    """

    id: ClassVar[str] = "capture"
    display_name: ClassVar[str] = "Capture"
    formula: ClassVar[str] = "wrong labels of one class while learnt and the model holds; else echo"
    source: ClassVar[str] = "cmlabm, on rules by which a model judges its teachers"

    is_captured: bool = field(default=False, init=False)

    def choice(self, ahead: Samples) -> Choice | None:
        """Choose the sample next in line."""
        predicted, truth = self.senses.predictions(ahead), int(ahead.labels[0])
        right = int(np.count_nonzero(predicted == ahead.labels))
        self.is_captured = 2 * right <= len(ahead)
        lessons = self.lessons()
        is_learnt = bool(lessons) and lessons[-1]
        if truth == self.target_class and is_learnt and not self.is_captured:
            return Choice(0, self.flipped(truth))
        return Choice(0, int(predicted[0]))
