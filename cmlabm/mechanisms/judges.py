"""Who decides whether a challenged submission stands."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Protocol

from cmlabm.mechanisms.interface import Opening
from cmlabm.mechanisms.peers import digests
from cmlabm.mechanisms.root_model import root_model


class Judge(Protocol):
    """What decides about challenged submissions."""

    def heard(self, submission: int) -> None:
        """Take note of a submission."""

    def upholds(self, submission: int) -> bool | None:
        """Return whether a submission stands; None if that cannot be decided now."""


class RootJudge:
    """A model of the root set alone: what it predicts otherwise does not stand."""

    def __init__(self, market: Opening) -> None:
        self._record = market.submissions
        self._model = root_model(market)

    def heard(self, submission: int) -> None:
        """Take note of a submission, which changes nothing."""

    def upholds(self, submission: int) -> bool:
        """Return whether the model predicts the label submitted."""
        return self._model.label(self._record.row[submission]) == self._record.label[submission]


class Majority:
    """The reports on a sample: what is outnumbered by another label does not stand.

    Of each contributor the first report counts. A sample on which nobody else reported cannot be
    decided; where no label has more reports, all stand.
    """

    def __init__(self, market: Opening) -> None:
        self._record = market.submissions
        self._sample: list[bytes] = []
        self._reports: dict[bytes, dict[int, int]] = {}

    def heard(self, submission: int) -> None:
        """Count a report, unless its sender has reported on the sample before."""
        record = self._record
        (sample,) = digests([record.row[submission]])
        self._sample.append(sample)
        reports = self._reports.setdefault(sample, {})
        reports.setdefault(record.sender[submission], record.label[submission])

    def upholds(self, submission: int) -> bool | None:
        """Return whether no label has more reports than the one submitted; None if alone."""
        reports = self._reports[self._sample[submission]]
        return stands(self._record.label[submission], reports) if len(reports) > 1 else None


def stands(label: int, reports: Mapping[int, int]) -> bool:
    """Return whether no label has more reports on a sample than one.

    Args:
        label: which may have no report at all.
        reports: what each account reported.

    Example:
        >>> stands(0, {1: 0, 2: 1}), stands(0, {1: 0, 2: 1, 3: 1})
        (True, False)
    """
    counts = Counter(reports.values())
    return counts[label] == max(counts.values())


JUDGES: Mapping[str, Callable[[Opening], Judge]] = {"root": RootJudge, "majority": Majority}
