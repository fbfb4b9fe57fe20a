"""Who owns how much: exact money that is moved, never made or lost."""

from array import array
from collections.abc import Iterable, Sequence
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from cmlabm.errors import InputError

UNITS_PER_TOKEN = 1_000_000
"""The smallest units of money in one token. All amounts are whole numbers of units."""

OUTSIDE = -1
"""Where first balances and bounties come from and burnt money goes; also "no submission"."""


def to_units(tokens: float) -> int:
    """Return an amount in units, rounded to the nearest one.

    Example:
        >>> to_units(2.5)
        2500000
    """
    return round(tokens * UNITS_PER_TOKEN)


class Reason(StrEnum):
    """Why money moved."""

    START = "start"
    DEPOSIT = "deposit"
    REFUND = "refund"
    TAKE = "take"
    EXPIRY = "expiry"
    RETURN = "return"
    BURN = "burn"
    BOUNTY = "bounty"
    REWARD = "reward"

    def __init__(self, _: str) -> None:
        self.code = len(type(self).__members__)
        """The reason as it stands in the movements' rows."""


class Ledger:
    """Accounts, their balances, and every movement between them.

    Account 0 is the escrow: deposits wait there until they are paid out. Balances can be read by
    anybody and change by movements only; ``check`` finds out whether they did.

    Attributes:
        names: the name of each account.

    Example:
        >>> ledger = Ledger()
        >>> ada = ledger.open("ada", to_units(3))
        >>> ledger.move(ada, ledger.ESCROW, to_units(1), Reason.DEPOSIT, time_s=60, submission=0)
        >>> ledger.balances
        (1000000, 2000000)
    """

    ESCROW = 0
    COLUMNS = ("time_s", "source", "target", "amount", "reason", "submission")

    def __init__(self) -> None:
        self.names = ["escrow"]
        self._balances = [0]
        self._supply = 0
        self._starts = [0]
        self._movements = array("q")
        self._checked = np.zeros(1, dtype=np.int64)
        self._checked_length = 0

    @property
    def balances(self) -> tuple[int, ...]:
        """The balance of each account now, in units."""
        return tuple(self._balances)

    @property
    def supply(self) -> int:
        """What came from outside less what went there, in units: the sum of the balances."""
        return self._supply

    def balance(self, account: int) -> int:
        """Return an account's balance in units."""
        return self._balances[account]

    def open(self, name: str, balance: int) -> int:
        """Open an account with a first balance in units and return its number.

        Raises:
            ValueError: the balance is negative.
        """
        if balance < 0:
            raise ValueError(f"account {name!r} cannot start with {balance} units")
        account = len(self._balances)
        self.names.append(name)
        self._balances.append(balance)
        self._starts.append(balance)
        self._supply += balance
        self._movements.extend((0, OUTSIDE, account, balance, Reason.START.code, OUTSIDE))
        return account

    def bring_in(self, amount: int, reason: Reason, time_s: int) -> None:
        """Bring money from outside into escrow, for instance a sponsor's bounty.

        Raises:
            ValueError: the amount is negative.
        """
        if amount < 0:
            raise ValueError(f"cannot bring in {amount} units")
        self._balances[self.ESCROW] += amount
        self._supply += amount
        self._movements.extend((time_s, OUTSIDE, self.ESCROW, amount, reason.code, OUTSIDE))

    def send_out(self, amount: int, reason: Reason, time_s: int, submission: int = OUTSIDE) -> None:
        """Send money out of escrow to the outside, for instance to burn it.

        Raises:
            ValueError: the amount is negative or more than the escrow has; nothing is moved.
        """
        if not 0 <= amount <= self._balances[self.ESCROW]:
            raise ValueError(
                f"escrow has {self._balances[self.ESCROW]} units: cannot send out {amount}"
            )
        self._balances[self.ESCROW] -= amount
        self._supply -= amount
        self._movements.extend((time_s, self.ESCROW, OUTSIDE, amount, reason.code, submission))

    def move(
        self, source: int, target: int, amount: int, reason: Reason, time_s: int, submission: int
    ) -> None:
        """Move an amount in units from one account to another.

        Raises:
            ValueError: the amount is negative or more than the source has; nothing is moved.
        """
        if not 0 <= amount <= self._balances[source]:
            raise ValueError(
                f"{self.names[source]!r} has {self._balances[source]} units: cannot move {amount}"
            )
        self._balances[source] -= amount
        self._balances[target] += amount
        self._movements.extend((time_s, source, target, amount, reason.code, submission))

    def pay(
        self,
        account: int,
        submissions: Sequence[int],
        amounts: Sequence[int],
        reason: Reason,
        time_s: int,
    ) -> int:
        """Pay an account several amounts out of escrow and return their sum.

        Args:
            account: whom to pay.
            submissions: for which each amount is paid.
            amounts: in units.
            reason: why all of them are paid.
            time_s: when, in seconds.

        Raises:
            ValueError: an amount is negative or the escrow has less; nothing is moved.
        """
        total = sum(amounts)
        if min(amounts, default=0) < 0 or total > self._balances[self.ESCROW]:
            raise ValueError(
                f"escrow has {self._balances[self.ESCROW]} units: cannot pay {amounts}"
            )
        self._balances[self.ESCROW] -= total
        self._balances[account] += total
        width = len(self.COLUMNS)
        rows = [time_s, self.ESCROW, account, 0, reason.code, 0] * len(amounts)
        rows[3::width] = amounts
        rows[5::width] = submissions
        self._movements.extend(rows)
        return total

    def started_with(self, accounts: Iterable[int]) -> int:
        """Return the first balances of some accounts together, in units."""
        return sum(self._starts[account] for account in accounts)

    def tokens(self, account: int) -> float:
        """Return an account's balance in tokens."""
        return self._balances[account] / UNITS_PER_TOKEN

    def check(self) -> None:
        """Check that all balances, and the supply, are what the movements made of them.

        Raises:
            InputError: an account holds more or less than that.
        """
        new = np.array(self._movements[self._checked_length :], dtype=np.int64)
        new = new.reshape(-1, len(self.COLUMNS))
        held = np.zeros(1 + len(self._balances), dtype=np.int64)  # the outside, then the accounts
        held[: len(self._checked)] = self._checked
        np.add.at(held, new[:, 2] + 1, new[:, 3])
        np.subtract.at(held, new[:, 1] + 1, new[:, 3])
        self._checked, self._checked_length = held, len(self._movements)
        outside, *moved = held.tolist()
        for name, balance, due in zip(self.names, self._balances, moved, strict=True):
            if balance != due:
                raise InputError(
                    f"account {name!r} holds {balance} units where its movements come to {due}:"
                    f" balances must change by movements only"
                )
        if self._supply != -outside:
            raise InputError(
                f"the supply is {self._supply} units where the movements come to {-outside}:"
                f" it must change by movements only"
            )

    def movements(self) -> NDArray[np.int64]:
        """Return every movement so far, shape (movements, 6), columns as in ``COLUMNS``."""
        # A slice is a copy made at once: one thread may draw a market while another steps it.
        return np.frombuffer(self._movements[:], dtype=np.int64).reshape(-1, len(self.COLUMNS))
