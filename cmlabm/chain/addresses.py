"""Who is who on the chain."""

from functools import cache

OWNER = "0x" + "c1" * 20
"""Deploys the contract and opens the market."""

ORACLE = "0x" + "c2" * 20
"""Tells predictions where the model is not on the chain."""

NOWHERE = "0x" + "c3" * 20
"""Gets the money that leaves the market, such as the cost of samples."""


@cache
def address_of(account: int) -> str:
    """Return the address that a contributor's account has.

    Example:
        >>> address_of(1)
        '0xc000000000000000000000000000000000000001'
    """
    return f"0x{(0xC0 << 152) + account:040x}"
