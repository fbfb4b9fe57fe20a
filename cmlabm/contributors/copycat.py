"""The free-rider who sends in what others have sent."""

from typing import Any, ClassVar

from cmlabm.contributors.contributor import Contribution
from cmlabm.contributors.malicious import MaliciousAgent
from cmlabm.data.rows import Row


class Copycat(MaliciousAgent):
    """Submits again the sample of another that was verified last, each once, and no own data.

    Submissions are public, and what was verified yesterday is likely to be verified tomorrow. It
    needs no data of its own and teaches the model what it knows.
    """

    id: ClassVar[str] = "copycat"
    display_name: ClassVar[str] = "Copycat"
    formula: ClassVar[str] = "sample and label: those of another's last verified submission"
    source: ClassVar[str] = "cmlabm: a free-rider"
    submits: bool = False

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._seen = 0
        self._unused: list[int] = []

    def contribution(self) -> Contribution | None:
        """Copy what was verified last and not copied yet, as long as the market is open."""
        self._look()
        if not self._unused or not self.model.is_open:
            return None
        number = self._unused[-1]
        submissions = self.model.contract.submissions
        return Contribution(
            submissions.row[number],
            submissions.label[number],
            self.model.true_labels[number],
        )

    def accepted(self, contribution: Contribution) -> None:  # noqa: ARG002
        """Note that this one is used; nothing was taken from the line."""
        self._unused.pop()

    def label_for(self, row: Row, truth: int) -> int:  # noqa: ARG002
        """Return the true label of a sample of its own, of which it sends none."""
        return truth

    def _look(self) -> None:
        contract = self.model.contract
        sender = contract.submissions.sender
        new = contract.verifications[self._seen :]
        self._unused += [number for number in new if sender[number] != self.account]
        self._seen += len(new)
