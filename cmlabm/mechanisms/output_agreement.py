"""Output agreement: a report is paid if a peer's is the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from cmlabm.mechanisms.budget import by_account
from cmlabm.mechanisms.peer_rule import PeerRule
from cmlabm.mechanisms.peers import Reports


@dataclass(frozen=True, kw_only=True)
class OutputAgreement(PeerRule):
    """A report is paid if another's on the same sample has the same label, whatever it is.

    The baseline of peer prediction. Who always sends the same label is paid most if its peers do:
    agreement is rewarded, not truth. Not balanced: a sponsor pays at most the bounty, and at most
    ``price`` a report.
    """

    id: ClassVar[str] = "output-agreement"
    display_name: ClassVar[str] = "Output agreement"
    formula: ClassVar[str] = "payment = price·1[label = peer's label]"
    source: ClassVar[str] = "von Ahn & Dabbish 2004, Labeling images with a computer game"

    def payments(self, reports: Reports, classes: int) -> Mapping[int, int]:  # noqa: ARG002
        """Return what each account is owed by its score, in units."""
        return by_account(reports.account.tolist(), agreement(reports, self.price).tolist())


def agreement(reports: Reports, price: int) -> NDArray[np.int64]:
    """Return what each report is paid: ``price`` times the share of peers that agree with it.

    Args:
        reports: on all samples.
        price: in units.

    Returns:
        Units, shape (reports,); 0 for a report without peers.

    Example:
        >>> reports = Reports.of([1, 2, 3, 1], [0, 0, 1, 1], ["a", "a", "a", "b"])
        >>> agreement(reports, price=100).tolist()
        [50, 50, 0, 0]
    """
    own, peer = reports.pairs().T
    peers = np.bincount(own, minlength=len(reports))
    agreeing = np.bincount(own[reports.label[own] == reports.label[peer]], minlength=len(reports))
    return price * agreeing // np.maximum(peers, 1)
