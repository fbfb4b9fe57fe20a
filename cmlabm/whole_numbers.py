"""What users' classes give where whole numbers are needed: taken, or refused in a sentence."""

from typing import Any

import numpy as np

from cmlabm.errors import InputError, class_of, shown

MOST = 2**62
"""Larger ones could overflow a 64-bit column."""


def whole(value: Any, low: int, high: int, giver: object, what: str) -> int:
    """Return a value as a plain integer.

    Args:
        value: what an object of a user's class gave.
        low: the least that is allowed.
        high: the most that is allowed.
        giver: the object, whose class is named if the value is refused.
        what: what the value is, for the message.

    Raises:
        InputError: it is no whole number, or out of range.

    Example:
        >>> whole(np.int64(3), 0, 9, None, "label")
        3
        >>> from fractions import Fraction
        >>> whole(2.5, 1, 9, Fraction(1, 2), "wait")
        Traceback (most recent call last):
        cmlabm.errors.InputError: fractions:Fraction: wait = 2.5: must be a whole number from 1 to 9
    """
    if type(value) is int and low <= value <= high:
        return value
    if isinstance(value, np.integer) and low <= value <= high:
        return int(value)
    raise InputError(
        f"{class_of(giver)}: {what} = {shown(value)}: must be a whole number from {low} to {high}"
    )
