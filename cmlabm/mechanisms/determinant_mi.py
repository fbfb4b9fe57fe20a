"""Determinant mutual information: what two report is paid by how much one tells of the other."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor, perm
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from cmlabm.mechanisms.peer_rule import PeerRule
from cmlabm.mechanisms.peers import Reports
from cmlabm.mechanisms.sponsored import Staked


@dataclass(frozen=True, kw_only=True)
class DeterminantMI(Staked, PeerRule):
    """Two who share samples are paid the product of two determinants of what they said of them.

    The samples that two share are split in two halves, every other one to each, of at least as many
    as there are classes C; otherwise nothing is paid. Of each half M counts how often one said i
    and the other j, shape (C, C). ``det(M1) * det(M2)`` is divided by what makes its mean
    ``det(P)**2``, P the probabilities of the pairs, and by the largest such square, that of
    two who always agree on evenly mixed classes: for these the score is 1 on average. A contributor
    is paid ``price`` times the mean score with its peers, each weighted by how many samples they
    share, for each of its samples that it shares: splitting it over several accounts gains nothing.

    A constant or independent report has the score 0 on average, and no relabelling alters a score.
    Not balanced: a sponsor pays at most the bounty; a score may be below 0, losses are paid
    out of stakes and end with them.
    """

    id: ClassVar[str] = "determinant-mi"
    display_name: ClassVar[str] = "Determinant mutual information"
    formula: ClassVar[str] = "payment = price·det(M₁)·det(M₂), M how often one said i, the other j"
    source: ClassVar[str] = "Kong 2020, arXiv 1911.00272"

    def payments(self, reports: Reports, classes: int) -> Mapping[int, int]:
        """Return what each account is owed by its score, in units; below 0 what it owes."""
        return {
            account: floor(self.price * score)
            for account, score in determinant_mi(reports, classes).items()
        }


def determinant_mi(reports: Reports, classes: int) -> dict[int, Fraction]:
    """Return the score of each account: the number of its shared samples times the mean score.

    Args:
        reports: on all samples.
        classes: how many labels there are.

    Example:
        >>> reports = Reports.of([1, 2] * 4, [0, 0, 0, 0, 1, 1, 1, 1], "aabbccdd")
        >>> determinant_mi(reports, classes=2)
        {1: Fraction(16, 1), 2: Fraction(16, 1)}
    """
    pairs = reports.pairs()
    scores = dict.fromkeys(reports.account.tolist(), Fraction(0))
    for account, mine in reports.of_each():
        own, other = pairs[np.isin(pairs[:, 0], mine)].T
        samples: set[int] = set()
        weight, total = 0, Fraction(0)
        for peer in np.unique(reports.account[other]).tolist():
            shared = np.flatnonzero(reports.account[other] == peer)
            if len(shared) < 2 * classes:
                continue
            shared = shared[np.argsort(reports.sample[own[shared]])]
            said, heard = reports.label[own[shared]], reports.label[other[shared]]
            total += len(shared) * pair_score(said, heard, classes)
            weight += len(shared)
            samples.update(own[shared].tolist())
        if weight:
            scores[account] = len(samples) * total / weight
    return scores


def pair_score(own: NDArray[np.int64], peers: NDArray[np.int64], classes: int) -> Fraction:
    """Return the score of two contributors by what they said of the samples that they share.

    Args:
        own: what one said, shape (samples,), of at least two samples a class.
        peers: what the other said.
        classes: how many labels there are.

    Example:
        >>> pair_score(np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0]), classes=2)
        Fraction(4, 1)
    """
    score = Fraction(classes ** (2 * classes))
    for half in (slice(0, None, 2), slice(1, None, 2)):
        counts = np.zeros((classes, classes), dtype=np.int64)
        np.add.at(counts, (own[half], peers[half]), 1)
        score *= Fraction(determinant(counts.tolist()), perm(len(own[half]), classes))
    return score


def determinant(matrix: list[list[int]]) -> int:
    """Return the determinant of whole numbers, exactly: Bareiss's elimination (1968).

    Example:
        >>> determinant([[0, 2, 1], [3, 0, 1], [1, 1, 4]])
        -19
    """
    rows = [row[:] for row in matrix]
    sign, last = 1, 1
    for step in range(len(rows) - 1):
        pivot = next((row for row in range(step, len(rows)) if rows[row][step]), None)
        if pivot is None:
            return 0
        if pivot != step:
            rows[step], rows[pivot], sign = rows[pivot], rows[step], -sign
        for row in range(step + 1, len(rows)):
            for column in range(step + 1, len(rows)):
                product = rows[row][column] * rows[step][step]
                rows[row][column] = (product - rows[row][step] * rows[step][column]) // last
        last = rows[step][step]
    return sign * rows[-1][-1]
