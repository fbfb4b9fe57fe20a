"""Correlated agreement: labels agree if they come together more often than by chance."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from cmlabm.mechanisms.peer_rule import PeerRule
from cmlabm.mechanisms.peers import Reports
from cmlabm.mechanisms.sponsored import Staked


@dataclass(frozen=True, kw_only=True)
class CorrelatedAgreement(Staked, PeerRule):
    """A report is paid for agreement on its sample, less agreement on samples that differ.

    The payment of a report is ``price * (S(own, peer's) - S(own on another sample, peer's on a
    third))``. S(i, j) = 1 if two reports on one sample are i and j more often than independent
    ones would be, P(i, j) > P(i) * P(j), and else 0; it is estimated from the reports of all but
    the contributor that is paid, who so cannot change it. The second term is the mean over all such
    pairs of samples, and where there is none the report is paid nothing. Where nobody else reported
    on one sample with another, labels agree if they are equal (Dasgupta & Ghosh 2013).

    Who always sends the same label earns 0. Not balanced: a sponsor pays at most the bounty, a
    report earns or loses at most ``price``, losses out of the stakes of its sender.
    """

    id: ClassVar[str] = "correlated-agreement"
    display_name: ClassVar[str] = "Correlated agreement"
    formula: ClassVar[str] = (
        "payment = price·(S(own, peer's) - S(own on another sample, peer's on 3rd))"
    )
    source: ClassVar[str] = "Shnayder et al. 2016, arXiv 1603.03151"

    def payments(self, reports: Reports, classes: int) -> Mapping[int, int]:
        """Return what each account is owed by its score, in units; below 0 what it owes."""
        return {
            account: floor(self.price * score)
            for account, score in correlated_agreement(reports, classes).items()
        }


def correlated_agreement(reports: Reports, classes: int) -> dict[int, Fraction]:
    """Return the score of each account: the sum over its reports, of each the mean over peers.

    Args:
        reports: on all samples.
        classes: how many labels there are.

    Example:
        Both saw the same. Of the four ways to choose two different samples, two agree:

        >>> reports = Reports.of([1, 2] * 3, [0, 0, 1, 1, 0, 0], "aabbcc")
        >>> correlated_agreement(reports, classes=2)[1]
        Fraction(2, 1)
    """
    together = reports.counts(classes)
    pairs = reports.pairs()
    peers = np.bincount(pairs[:, 0], minlength=len(reports))
    scores = dict.fromkeys(reports.account.tolist(), Fraction(0))
    for account, mine in reports.of_each():
        agrees = agreeing(_joint(reports, together, mine), classes)
        own = pairs[np.isin(pairs[:, 0], mine)]
        for peer in np.unique(reports.account[own[:, 1]]).tolist():
            shared = own[reports.account[own[:, 1]] == peer]
            theirs = np.flatnonzero(reports.account == peer)
            labels = (reports.label[chosen] for chosen in (*shared.T, mine, theirs))
            for report, score in zip(shared[:, 0], _pair_scores(agrees, *labels), strict=True):
                scores[account] += score / int(peers[report])
    return scores


def agreeing(joint: NDArray[np.int64], classes: int) -> NDArray[np.int64]:
    """Return which labels agree: 1 where they come together more often than by chance, else 0.

    Args:
        joint: how often two reports on one sample are these, shape (classes, classes).
        classes: how many labels there are.

    Example:
        >>> agreeing(np.array([[4, 1], [1, 0]]), classes=2)
        array([[0, 1],
               [1, 0]])
    """
    if not joint.any():
        return np.eye(classes, dtype=np.int64)
    by_chance = np.outer(joint.sum(axis=1), joint.sum(axis=0))
    return (joint * joint.sum() > by_chance).astype(np.int64)


def _joint(
    reports: Reports, together: NDArray[np.int64], left_out: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return how often pairs of reports on one sample are which, some reports left out."""
    counts = together.copy()
    counts[reports.sample[left_out], reports.label[left_out]] -= 1
    return counts.T @ counts - np.diag(counts.sum(axis=0))


def _pair_scores(
    agrees: NDArray[np.int64],
    own: NDArray[np.int64],
    peers: NDArray[np.int64],
    all_own: NDArray[np.int64],
    all_peers: NDArray[np.int64],
) -> list[Fraction]:
    """Return the score of each report that two share: agreement on it, less that on others.

    Args:
        agrees: which labels agree, shape (classes, classes).
        own: what one said of the samples that they share, shape (shared,).
        peers: what the other said of them.
        all_own: what one said of all samples on which it reported.
        all_peers: what the other said of all on which that one did.
    """
    classes = len(agrees)
    mine, theirs = (np.bincount(said, minlength=classes) for said in (all_own, all_peers))
    bonus = agrees[own, peers]
    # Of all pairs of one's own report with one of the peer's: those with neither on this sample ...
    apart = mine @ agrees @ theirs - (agrees @ theirs)[own] - (mine @ agrees)[peers] + bonus
    # ... and not both on one.
    apart = apart - (bonus.sum() - bonus)
    count = (len(all_own) - 1) * (len(all_peers) - 1) - (len(own) - 1)
    if count <= 0:
        return [Fraction(0)] * len(own)
    return [
        agreed - Fraction(penalty, count)
        for agreed, penalty in zip(bonus.tolist(), apart.tolist(), strict=True)
    ]
