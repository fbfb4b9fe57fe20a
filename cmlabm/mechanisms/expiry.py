"""Who gets what is left of a deposit that nobody claimed in time."""

from collections.abc import Sequence
from typing import Literal

from cmlabm.mechanisms.budget import among_verified

type ExpiryTo = Literal["first", "sender", "burnt", "verified"]
"""Whoever asks first, its sender, nobody, or all who have verified samples."""


def shares_of_expired(
    expiry_to: ExpiryTo, left: int, sender: int, asking: int, verified: Sequence[int]
) -> dict[int, int]:
    """Return what each account gets of an expired deposit; what is not given away is burnt.

    Args:
        expiry_to: by which rule.
        left: of the deposit, in units.
        sender: the account that deposited it.
        asking: the account that asks for it first.
        verified: how many verified samples each account has. By "verified" each gets its share of
            all of them, rounded down; the remainder is burnt, and all of it while there are none.

    Example:
        >>> shares_of_expired("verified", 10, sender=1, asking=2, verified=[0, 1, 0, 2])
        {1: 3, 3: 6}
        >>> shares_of_expired("sender", 10, sender=1, asking=2, verified=[0, 1, 0, 2])
        {1: 10}
    """
    match expiry_to:
        case "first":
            return {asking: left}
        case "sender":
            return {sender: left}
        case "burnt":
            return {}
        case "verified":
            return among_verified(left, verified)
