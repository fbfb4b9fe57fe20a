"""What can be wrong with what a user asks for."""


class InputError(ValueError):
    """Bad input: the message is one sentence that says what, where and what is allowed."""


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
