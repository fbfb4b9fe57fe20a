"""The free-rider who sends in what others have sent."""

from dataclasses import dataclass, field
from typing import ClassVar

from cmlabm.behaviours.interface import Contribution, MaliciousBehaviour
from cmlabm.data.rows import Row


@dataclass(eq=False)
class Copycat(MaliciousBehaviour):
    """Submits again the sample of another that was verified last, each once, and no own data.

    Submissions are public, and what was verified yesterday is likely to be verified tomorrow. It
    needs no data of its own and teaches the model what it knows.
    """

    id: ClassVar[str] = "copycat"
    display_name: ClassVar[str] = "Copycat"
    formula: ClassVar[str] = "sample and label: those of another's last verified submission"
    source: ClassVar[str] = "cmlabm: a free-rider"
    submits = False

    _seen: int = field(default=0, init=False)
    _unused: list[int] = field(default_factory=list, init=False)

    def contribution(self) -> Contribution | None:
        """Copy what was verified last and not copied yet, as long as the market is open."""
        self._look()
        if not self._unused or not self.senses.is_open:
            return None
        number, submissions = self._unused[-1], self.senses.submissions
        return Contribution(submissions.row[number], submissions.label[number], copy_of=number)

    def accepted(self, contribution: Contribution) -> None:  # noqa: ARG002
        """Note that this one is used; nothing was taken from the line."""
        self._unused.pop()

    def label_for(self, row: Row, truth: int) -> int:  # noqa: ARG002
        """Return the true label of a sample of its own, of which it sends none."""
        return truth

    def _look(self) -> None:
        sender = self.senses.submissions.sender
        new = self.senses.verifications[self._seen :]
        self._unused += [number for number in new if sender[number] != self.senses.account]
        self._seen += len(new)
