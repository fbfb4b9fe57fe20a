"""Peer truth serum: agreement on a rare label is worth more than agreement on a common one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from cmlabm.mechanisms.budget import by_account
from cmlabm.mechanisms.peer_rule import PeerRule
from cmlabm.mechanisms.peers import Reports
from cmlabm.mechanisms.sponsored import Staked


@dataclass(frozen=True, kw_only=True)
class PeerTruthSerum(Staked, PeerRule):
    """A report of label x is paid ``price * (1[x = peer's label] / R(x) - 1)``.

    R(x) is the share of x among all reports of the others, on whatever sample. Who reports without
    having looked agrees with a peer with probability R(x) and earns 0 on average; who has looked
    earns more, as agreement on the same sample is likelier than that. A report without peers is
    paid nothing.

    Not balanced: a sponsor pays at most the bounty; a report loses at most ``price``, out of the
    stakes of its sender.
    """

    id: ClassVar[str] = "peer-truth-serum"
    display_name: ClassVar[str] = "Peer truth serum"
    formula: ClassVar[str] = (
        "payment = price·(1[label = peer's]/R(label) - 1), R shares of the others"
    )
    source: ClassVar[str] = "Radanovic, Faltings & Jurca 2016, doi 10.1145/2856102"

    def payments(self, reports: Reports, classes: int) -> Mapping[int, int]:
        """Return what each account is owed by its score, in units; below 0 what it owes."""
        serum = peer_truth_serum(reports, classes, self.price)
        return by_account(reports.account.tolist(), serum.tolist())


def peer_truth_serum(reports: Reports, classes: int, price: int) -> NDArray[np.int64]:
    """Return what each report is paid, the mean over its peers.

    Args:
        reports: on all samples.
        classes: how many labels there are.
        price: in units.

    Returns:
        Units, shape (reports,), at least ``-price``; 0 for a report without peers.

    Example:
        Of the others' three reports one is a 1 like the first report, and so is its peer's:

        >>> reports = Reports.of([1, 2, 2, 2], [1, 1, 0, 0], ["a", "a", "b", "c"])
        >>> peer_truth_serum(reports, classes=2, price=10).tolist()
        [20, 0, 0, 0]
    """
    own, peer = reports.pairs().T
    peers = np.bincount(own, minlength=len(reports))
    agreeing = np.bincount(own[reports.label[own] == reports.label[peer]], minlength=len(reports))
    said = np.bincount(reports.label, minlength=classes)[reports.label]
    of_others = np.full(len(reports), len(reports))
    for _, mine in reports.of_each():
        labels = reports.label[mine]
        said[mine] -= np.bincount(labels, minlength=classes)[labels]
        of_others[mine] -= len(mine)
    gain = price * agreeing * of_others // np.maximum(peers * said, 1)
    return np.where(peers > 0, gain - price, 0)
