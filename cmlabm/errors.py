"""What can be wrong with what a user asks for."""

from reprlib import Repr
from typing import Any

MOST_LETTERS = 60
_short = Repr(maxstring=MOST_LETTERS, maxlong=40, maxother=60, maxlist=4, maxdict=4, maxlevel=2)


class InputError(ValueError):
    """Bad input: the message is one sentence that says what, where and what is allowed."""


def named(name: str) -> str:
    """Return a name as it can stand in a sentence: as it is, or quoted if it is no usual name.

    Example:
        >>> named("num_words"), named("[ranges]"), named("sweep.x")
        ('num_words', "'[ranges]'", 'sweep.x')
    """
    usual = len(name) <= MOST_LETTERS and all(part.isidentifier() for part in name.split("."))
    return name if usual else shown(name)


def shown(value: Any) -> str:
    """Return a value as it can stand in a sentence: shortened, in one line.

    Example:
        >>> shown([1, 2, 3, 4, 5]), shown(10**5000)
        ('[1, 2, 3, 4, ...]', 'a number of more than 4,300 digits')
    """
    try:
        return " ".join(line.strip() for line in _short.repr(value).splitlines())
    except ValueError:  # Python turns no longer number into text
        return "a number of more than 4,300 digits"


def in_short(error: BaseException) -> str:
    """Return what an error of a user's code was, in a line.

    Example:
        >>> in_short(ZeroDivisionError("division by zero"))
        'ZeroDivisionError: division by zero'
        >>> in_short(SystemExit())
        'SystemExit'
    """
    first_line = next(iter(str(error).splitlines()), "")
    return f"{type(error).__name__}: {first_line}" if first_line else type(error).__name__


def class_of(thing: object) -> str:
    """Return the class of an object as a user names it, ``module:Class``."""
    kind = thing if isinstance(thing, type) else type(thing)
    return f"{kind.__module__}:{kind.__qualname__}"
