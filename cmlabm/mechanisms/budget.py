"""What a bounty and lost stakes can pay, and what each gets of it where they cannot pay it all."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction


def in_proportion(amount: int, values: Mapping[int, int | float | Fraction]) -> dict[int, int]:
    """Divide an amount in proportion to what is positive of some values, rounded down.

    Args:
        amount: in units, at least 0.
        values: of each account.

    Returns:
        What each account with a positive value gets, in units: together at most the amount, and
        less than it by fewer units than there are such accounts; nothing if no value is positive.

    Example:
        >>> in_proportion(100, {1: 2, 2: -5, 3: 1})
        {1: 66, 3: 33}
    """
    positive = {account: Fraction(value) for account, value in values.items() if value > 0}
    total = sum(positive.values())
    return {account: int(amount * value / total) for account, value in positive.items()}


def settled(stakes: Mapping[int, int], payments: Mapping[int, int], bounty: int) -> dict[int, int]:
    """Pay what is owed, out of a bounty and of what others lose.

    A loss is at most the stake. If the bounty and all losses together do not cover the gains, each
    gain is paid in proportion.

    Args:
        stakes: what the contract holds of each account, in units.
        payments: what each account is owed, in units; below 0 what it owes.
        bounty: in units.

    Returns:
        What each account gets, what is left of its stake included: together at most the stakes and
        the bounty.

    Example:
        >>> settled({1: 10, 2: 10, 3: 0}, {1: 30, 2: -99, 3: 10}, bounty=20)
        {1: 32, 2: 0, 3: 7}
    """
    held = {**dict.fromkeys(payments, 0), **stakes}
    gains = {account: owed for account, owed in payments.items() if owed > 0}
    losses = {account: min(-owed, held[account]) for account, owed in payments.items() if owed < 0}
    available = bounty + sum(losses.values())
    if sum(gains.values()) > available:
        gains = in_proportion(available, gains)
    return {
        account: stake + gains.get(account, 0) - losses.get(account, 0)
        for account, stake in held.items()
    }


def by_account(accounts: Iterable[int], amounts: Iterable[int]) -> dict[int, int]:
    """Return the sum of the amounts of each account.

    Example:
        >>> by_account([1, 2, 1], [5, 6, 7])
        {1: 12, 2: 6}
    """
    sums: dict[int, int] = {}
    for account, amount in zip(accounts, amounts, strict=True):
        sums[account] = sums.get(account, 0) + int(amount)
    return sums


def among_verified(amount: int, verified: Sequence[int]) -> dict[int, int]:
    """Divide an amount by the shares of all verified samples: ``floor(amount * n / N)`` each.

    Args:
        amount: in units.
        verified: how many verified samples each account has.

    Returns:
        What each account gets that gets anything: together at most the amount, and nothing while
        there is no verified sample.

    Example:
        >>> among_verified(50, verified=[0, 2, 0, 1])
        {1: 33, 3: 16}
        >>> among_verified(50, verified=[0, 0])
        {}
    """
    everybody = sum(verified)
    shares = ((account, amount * own // everybody) for account, own in enumerate(verified) if own)
    return {account: share for account, share in shares if share}
