"""What can be wrong with what a user asks for."""

from reprlib import Repr
from typing import Any

_short = Repr(maxstring=60, maxlong=40, maxother=60, maxlist=4, maxdict=4, maxlevel=2)


class InputError(ValueError):
    """Bad input: the message is one sentence that says what, where and what is allowed."""


def shown(value: Any) -> str:
    """Return a value as it can stand in a sentence: shortened, and without control characters.

    Example:
        >>> shown([1, 2, 3, 4, 5]), shown(10**5000)
        ('[1, 2, 3, 4, ...]', 'a number of more than 4,300 digits')
    """
    try:
        return _short.repr(value)
    except ValueError:  # Python turns no longer number into text
        return "a number of more than 4,300 digits"
