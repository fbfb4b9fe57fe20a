"""Who is paid what at the end of a prediction market."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cmlabm.mechanisms.budget import by_account


class Payments(NamedTuple):
    """What a prediction market pays.

    Attributes:
        payouts: what each sender gets, its stakes included, in units.
        stayed: which contributions were paid for, shape (contributions,); the others' senders
            could not cover their loss, and lose their stake.
    """

    payouts: dict[int, int]
    stayed: NDArray[np.bool]


def payments(
    senders: ArrayLike,
    stakes: ArrayLike,
    errors: ArrayLike,
    *,
    size: int,
    bounty: int,
    grouped: bool,
) -> Payments:
    """Pay each contribution by the loss that it took away, as far as stakes cover what is owed.

    Args:
        senders: whose each contribution is, shape (contributions,).
        stakes: what was deposited with each, in units.
        errors: how many test samples the model got wrong before the first contribution and
            after each, shape (contributions + 1,).
        size: of the test set.
        bounty: what a loss that falls from 1 to 0 is worth, in units.
        grouped: whether the contributions of one sender are judged together, or each by itself.

    Example:
        >>> payments([1, 2, 1], [10, 10, 10], [5, 4, 7, 3], size=10, bounty=100, grouped=True)
        Payments(payouts={1: 40}, stayed=array([ True, False,  True]))
    """
    sender, stake = np.array(senders, dtype=np.int64), np.array(stakes, dtype=np.int64)
    if not len(sender):
        return Payments({}, np.ones(0, dtype=np.bool))
    worth = np.array([bounty * count // size for count in np.asarray(errors).tolist()])
    each = np.arange(len(sender))
    judged = np.unique(sender, return_inverse=True)[1] if grouped else each
    staked = _sums(judged, stake, len(sender))
    stayed = np.ones(len(sender), dtype=np.bool)
    while True:
        gains = -np.diff(worth[1:][stayed], prepend=worth[0])
        balances = staked + _sums(judged[stayed], gains, len(sender))
        worst = int(balances.argmin())
        if balances[worst] >= 0:
            break
        stayed &= judged != worst
    paid = gains + stake[stayed]
    return Payments(by_account(sender[stayed].tolist(), paid.tolist()), stayed)


def _sums(groups: NDArray[np.int64], amounts: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    sums = np.zeros(size, dtype=np.int64)
    np.add.at(sums, groups, amounts)
    return sums
