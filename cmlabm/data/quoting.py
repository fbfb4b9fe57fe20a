"""Names from files and users, fit to be printed."""

_MOST_CHARACTERS = 200


def quoted(name: object) -> str:
    r"""Return a name in quotes, whatever is not printable in it escaped, and no longer than a line.

    Examples:
        >>> print(quoted("rows.csv"))
        'rows.csv'
        >>> print(quoted("a\nb\udcff"))
        'a\nb\udcff'
    """
    text = str(name)
    if len(text) > _MOST_CHARACTERS:
        text = text[:_MOST_CHARACTERS] + "…"
    return repr(text)
