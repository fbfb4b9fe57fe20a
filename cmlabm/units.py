"""Money and time in whole numbers: units of a token, and seconds."""

UNITS_PER_TOKEN = 1_000_000
"""The smallest units of money in one token. All amounts are whole numbers of units."""

SECONDS_PER_DAY = 86_400

LONGEST_S = 100_000 * SECONDS_PER_DAY
"""As many seconds as the longest run has."""


def to_units(tokens: float) -> int:
    """Return an amount in units, rounded to the nearest one.

    Example:
        >>> to_units(2.5)
        2500000
    """
    return round(tokens * UNITS_PER_TOKEN)


MILLION = 1_000_000


def to_ppm(share: float) -> int:
    """Return a share in whole parts per million.

    Example:
        >>> to_ppm(0.25)
        250000
    """
    return round(share * MILLION)
