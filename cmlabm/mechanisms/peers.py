"""Who reported what of which sample, and who else did: what peer prediction works with."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cmlabm.data.rows import Row, content_of


@dataclass(frozen=True, eq=False)
class Reports:
    """Each contributor's first report on each sample, in the order in which they came.

    Two submissions report on the same sample if their features are equal. Further reports of a
    contributor on a sample count for nothing, and nobody is a peer of itself.

    Attributes:
        account: who reported, shape (reports,).
        label: what, shape (reports,).
        sample: of which sample, shape (reports,); samples are numbered as they first came.

    Example:
        >>> reports = Reports.of([1, 2, 1, 1], [0, 1, 1, 0], [7, 7, 8, 7])
        >>> reports.sample.tolist(), reports.pairs().tolist()
        ([0, 0, 1], [[0, 1], [1, 0]])
    """

    account: NDArray[np.int64]
    label: NDArray[np.int64]
    sample: NDArray[np.int64]

    @classmethod
    def of(cls, accounts: ArrayLike, labels: ArrayLike, samples: Iterable[object]) -> Self:
        """Return the reports that submissions are.

        Args:
            accounts: their senders, shape (submissions,).
            labels: shape (submissions,).
            samples: something that is equal for the same sample, and can be hashed.
        """
        account, label = np.array(accounts, dtype=np.int64), np.array(labels, dtype=np.int64)
        numbers: dict[object, int] = {}
        sample = np.array([numbers.setdefault(one, len(numbers)) for one in samples], np.int64)
        both = np.stack([account, sample], axis=1).reshape(-1, 2)
        first = np.sort(np.unique(both, axis=0, return_index=True)[1])
        return cls(account[first], label[first], sample[first])

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.account)

    def pairs(self) -> NDArray[np.int64]:
        """Return which reports are on the same sample: each with each of its peers.

        Returns:
            Shape (pairs, 2): a report, and one of a peer; every pair stands there both ways.
        """
        order = np.argsort(self.sample, kind="stable")
        sample = self.sample[order]
        found = [np.zeros((0, 2), dtype=np.int64)]
        for step in range(1, len(sample)):
            same = np.flatnonzero(sample[step:] == sample[:-step])
            if not len(same):
                break
            one, other = order[same], order[same + step]
            found += [np.stack([one, other], axis=1), np.stack([other, one], axis=1)]
        pairs = np.concatenate(found)
        return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]

    def counts(self, classes: int) -> NDArray[np.int64]:
        """Return how often each label was reported of each sample, shape (samples, classes)."""
        counts = np.zeros((self.sample.max(initial=-1) + 1, classes), dtype=np.int64)
        np.add.at(counts, (self.sample, self.label), 1)
        return counts

    def of_each(self) -> Iterator[tuple[int, NDArray[np.int64]]]:
        """Return each account that reported, with the numbers of its reports in their order."""
        for account in np.unique(self.account).tolist():
            yield account, np.flatnonzero(self.account == account)


def digests(rows: Sequence[Row]) -> Iterator[bytes]:
    """Return a digest of each sample's features, as a chain would keep it: SHA-256.

    Example:
        >>> from cmlabm.data.rows import NumericRow
        >>> one, same, other = digests([NumericRow(np.array(x)) for x in ([0.5], [0.5], [1.0])])
        >>> one == same, one == other
        (True, False)
    """
    for row in rows:
        yield sha256(content_of(row)).digest()
