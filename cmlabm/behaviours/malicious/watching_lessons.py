"""What attackers share who watch whether the model still learns from them."""

from dataclasses import dataclass, field

from cmlabm.behaviours.interface import Contribution, MaliciousBehaviour


@dataclass(eq=False)
class WatchingLessons(MaliciousBehaviour):
    """Keeps its own submissions in mind, and so what became of them as lessons."""

    _sent: list[int] = field(default_factory=list, init=False, repr=False)
    _decided: list[bool] = field(default_factory=list, init=False, repr=False)

    def accepted(self, contribution: Contribution) -> None:
        """Note which submission it was."""
        super().accepted(contribution)
        self._sent.append(len(self.senses.submissions) - 1)

    def lessons(self) -> list[bool]:
        """Return, of its submissions about which that is decided, whether the model learns them.

        They are in the order in which they were sent; one that is decided upon late keeps those
        behind it back.
        """
        learnt = self.senses.learnt
        while len(self._decided) < len(self._sent):
            lesson = learnt(self._sent[len(self._decided)])
            if lesson is None:
                break
            self._decided.append(lesson)
        return self._decided
