"""Attackers who agree among themselves."""

from hashlib import blake2b
from typing import ClassVar

from cmlabm.behaviours.interface import MaliciousBehaviour
from cmlabm.data.rows import Row, content_of


class CollusionRing(MaliciousBehaviour):
    """Sends a label that depends on the sample alone, the same as all others of the ring would.

    All contributors who behave so are the ring. They need not talk to each other: a hash of the
    features is the rule that they agreed on, so that whoever is dealt the same sample confirms
    the label. No rule that compares reports with each other, and not with the truth, can tell the
    ring's labels, which say nothing, from labels that say something.
    """

    id: ClassVar[str] = "collusion-ring"
    display_name: ClassVar[str] = "Collusion ring"
    formula: ClassVar[str] = "label: hash of the features modulo the number of classes"
    source: ClassVar[str] = "why no rule among peers can tell: Frongillo 2026, arXiv 2606.19618"

    def label_for(self, row: Row, truth: int) -> int:  # noqa: ARG002
        """Return the label that the ring agreed on."""
        return agreed_label(row, self.senses.classes)


def agreed_label(row: Row, classes: int) -> int:
    """Return a label that a hash of the features gives, the same wherever it is asked for.

    Example:
        >>> import numpy as np
        >>> from cmlabm.data.rows import BinaryRow
        >>> rows = [BinaryRow.of(np.arange(9) == one) for one in range(9)]
        >>> [agreed_label(row, 2) for row in rows]
        [1, 1, 1, 1, 0, 1, 1, 1, 1]
    """
    digest = blake2b(content_of(row), digest_size=8).digest()
    return int.from_bytes(digest) % classes
