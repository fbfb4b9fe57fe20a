"""What the shared model has learnt of the submissions, and why not the rest."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cmlabm.admission.interface import Admission, Sent
from cmlabm.classifiers.interface import Classifier
from cmlabm.contract.submissions import Submissions
from cmlabm.data.dataset import Samples
from cmlabm.errors import InputError, class_of, shown
from cmlabm.mechanisms.interface import LEARNT, WAITING


class Lessons:
    """The shared model and all that it is taught.

    Attributes:
        classifier: the shared model.
        initial: what it was fitted to.
        root: the root set, of no samples if nobody needs one.
        changes: how often the model may have begun to predict otherwise.
        learnt: per account, how many of its submissions the model has learnt.
        discarded: per account, how many it will not learn, or has unlearnt.
    """

    def __init__(
        self,
        admission: Admission,
        classifier: Classifier,
        submissions: Submissions,
        initial: Samples,
        root: Samples,
    ) -> None:
        self.classifier = admission.model(classifier)
        self.initial = initial
        self.root = root
        self.changes = 0
        self.learnt = [0]
        self.discarded = [0]
        self._admission = admission
        self._submissions = submissions
        self._news: list[tuple[int, str]] = []
        self._hears = type(admission).claimed is not Admission.claimed

    def open_account(self) -> None:
        """Make room for one more account."""
        self.learnt.append(0)
        self.discarded.append(0)

    def sent(self, submission: int) -> Sent:
        """Return who sent a submission, and what."""
        of = self._submissions
        return Sent(of.sender[submission], of.row[submission], of.label[submission])

    def learn(self, submission: int) -> None:
        """Teach the model a submission that waits."""
        self._check(submission, WAITING)
        changed = self._admission.teach(self.classifier, submission)
        self.changes += self._truth(changed, "update")
        self._submissions.lesson[submission] = LEARNT
        self.learnt[self._submissions.sender[submission]] += 1

    def discard(self, submission: int, why: str) -> None:
        """Note that the model will not learn a submission that waits, and why."""
        self._check(submission, WAITING)
        self._submissions.lesson[submission] = why
        self.discarded[self._submissions.sender[submission]] += 1

    def unlearn(self, submission: int, change: Any, why: str) -> None:
        """Take back what the model learnt from a submission."""
        self._check(submission, LEARNT)
        sender, row, label = self.sent(submission)
        classifier: Any = self.classifier
        self.changes += self._truth(classifier.unlearn(row, label, change), "unlearn")
        self._submissions.lesson[submission] = why
        self.learnt[sender] -= 1
        self.discarded[sender] += 1

    def submitted(self, submission: int) -> None:
        """Have the admission decide about a submission."""
        self._admission.submitted(submission)

    def claimed(self, submission: int, reason: str) -> None:
        """Note that money was paid for a submission, to be told later."""
        if self._hears:
            self._news.append((submission, reason))

    def all_claimed(self, submissions: NDArray[np.int64], reason: str) -> None:
        """Note that money was paid for several submissions, to be told later."""
        if self._hears:
            self._news += [(submission, reason) for submission in submissions.tolist()]

    def catch_up(self) -> None:
        """Tell the admission what was claimed since the last time."""
        if self._news:
            news, self._news = self._news, []
            for submission, reason in news:
                self._admission.claimed(submission, reason)

    def replace(self, classifier: Classifier) -> None:
        """Put another model in the place of the shared one."""
        self.classifier = classifier
        self.changes += 1

    def _check(self, submission: int, wanted: str) -> None:
        """Refuse a lesson that makes no sense, which a user's admission might ask for."""
        lessons = self._submissions.lesson
        if not 0 <= submission < len(lessons) or lessons[submission] != wanted:
            raise InputError(
                f"{class_of(self._admission)}: asks for submission {shown(submission)}, which is"
                f" not one that is {wanted}"
            )

    def _truth(self, changed: Any, method: str) -> bool:
        """Return whether a classifier, which may be a user's, says that it has changed."""
        if changed is True or changed is False:
            return changed
        if not isinstance(changed, np.bool):
            raise InputError(
                f"{class_of(self.classifier)}: {method} gave {shown(changed)}: must be whether any"
                f" prediction may have changed, True or False"
            )
        return bool(changed)
