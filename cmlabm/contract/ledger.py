"""Who owns how much: exact money that is moved, minted and burnt, and changes by nothing else."""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from cmlabm.contract.movement_log import COLUMNS, MovementLog
from cmlabm.errors import InputError
from cmlabm.units import UNITS_PER_TOKEN

OUTSIDE = -1
"""Where first balances and bounties come from and burnt money goes; also "no submission"."""


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
    TRANSFER = "transfer"
    REVENUE = "revenue"
    COST = "cost"
    FEE = "fee"

    def __init__(self, _: str) -> None:
        self.code = len(type(self).__members__)
        """The reason as it stands in the movements' rows."""


class Ledger:
    """Accounts, their balances, and every movement between them.

    Account 0 is the escrow: deposits wait there until they are paid out. Balances can be read by
    anybody and change by movements only; ``check`` finds out whether they did. The supply grows by
    what is minted and shrinks by what is burnt, whatever the reason; nothing else changes it.

    Attributes:
        names: the name of each account.

    Example:
        >>> ledger = Ledger()
        >>> ada = ledger.open("ada", 3_000_000)
        >>> ledger.move(ada, ledger.ESCROW, 1_000_000, Reason.DEPOSIT, time_s=60, submission=0)
        >>> ledger.balances
        (1000000, 2000000)
    """

    ESCROW = 0
    COLUMNS = COLUMNS

    def __init__(self) -> None:
        self.names = ["escrow"]
        self._balances = [0]
        self._supply = 0
        self._starts = [0]
        self._log = MovementLog()
        self._due = [0, 0]
        """What the movements come to when checked: of each account, and last of the outside."""
        self._checked_entries = 0
        self._counted = np.zeros(1, dtype=np.int64)
        self._counted_entries = 0

    @property
    def balances(self) -> tuple[int, ...]:
        """The balance of each account now, in units."""
        return tuple(self._balances)

    @property
    def supply(self) -> int:
        """What came from outside less what went there, in units: the sum of the balances."""
        return self._supply

    def counted(self) -> NDArray[np.int64]:
        """Return the balance of each account as an array, which stays as it is."""
        if self._counted_entries != len(self._log):
            self._counted_entries = len(self._log)
            self._counted = np.fromiter(self._balances, np.int64, len(self._balances))
        return self._counted

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
        self._log.add(0, OUTSIDE, account, balance, Reason.START.code, OUTSIDE)
        self.names.append(name)
        self._balances.append(balance)
        self._due.insert(OUTSIDE, 0)
        self._starts.append(balance)
        self._supply += balance
        return account

    def mint(self, amount: int, reason: Reason, time_s: int) -> None:
        """Bring money from outside into escrow, for instance a sponsor's bounty.

        Raises:
            ValueError: the amount is negative.
        """
        if amount < 0:
            raise ValueError(f"cannot mint {amount} units")
        self._log.add(time_s, OUTSIDE, self.ESCROW, amount, reason.code, OUTSIDE)
        self._balances[self.ESCROW] += amount
        self._supply += amount

    def burn(
        self,
        amount: int,
        reason: Reason,
        time_s: int,
        submission: int = OUTSIDE,
        source: int = ESCROW,
    ) -> None:
        """Take money out of the supply, for instance what is left of a bounty in escrow.

        Raises:
            ValueError: the amount is negative or more than the source has; nothing is burnt.
        """
        if not 0 <= amount <= self._balances[source]:
            raise ValueError(
                f"{self.names[source]} has {self._balances[source]} units: cannot burn {amount}"
            )
        self._log.add(time_s, source, OUTSIDE, amount, reason.code, submission)
        self._balances[source] -= amount
        self._supply -= amount

    def move(
        self, source: int, target: int, amount: int, reason: Reason, time_s: int, submission: int
    ) -> None:
        """Move an amount in units from one account to another.

        Raises:
            ValueError: the amount is negative or more than the source has; nothing is moved.
        """
        balances = self._balances
        if not 0 <= amount <= balances[source]:
            raise ValueError(
                f"{self.names[source]!r} has {balances[source]} units: cannot move {amount}"
            )
        self._log.add(time_s, source, target, amount, reason.code, submission)
        balances[source] -= amount
        balances[target] += amount

    def pay(
        self,
        account: int,
        submissions: Sequence[int] | NDArray[np.int64],
        amounts: Sequence[int] | NDArray[np.int64],
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
        amounts = np.asarray(amounts, dtype=np.int64)
        total = self._sum_in_escrow(amounts)
        self._log.add_together(time_s, self.ESCROW, account, amounts, reason.code, submissions)
        self._balances[self.ESCROW] -= total
        self._balances[account] += total
        return total

    def pay_each(
        self,
        accounts: NDArray[np.int64],
        submissions: NDArray[np.int64],
        amounts: NDArray[np.int64],
        reasons: Sequence[Reason],
        time_s: int,
    ) -> None:
        """Pay amounts out of escrow to accounts, or burn them where the account is ``OUTSIDE``.

        Args:
            accounts: whom to pay each amount.
            submissions: for which each is paid.
            amounts: in units.
            reasons: why; fewer than amounts are gone through again and again.
            time_s: when, in seconds.

        Raises:
            ValueError: an amount is negative or the escrow has less; nothing is moved.
        """
        total = self._sum_in_escrow(amounts)
        codes = np.resize([reason.code for reason in reasons], len(amounts))
        self._log.add_each(time_s, self.ESCROW, accounts, amounts, codes, submissions)
        self._balances[self.ESCROW] -= total
        for account, amount in zip(accounts.tolist(), amounts.tolist(), strict=True):
            if account == OUTSIDE:
                self._supply -= amount
            else:
                self._balances[account] += amount

    def has_paid(self, account: int, submission: int, reason: Reason) -> bool:
        """Return whether an account was ever paid for a submission, for a reason."""
        paid = self.movements()
        mine = (paid[:, 2] == account) & (paid[:, 5] == submission) & (paid[:, 4] == reason.code)
        return bool(mine.any())

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
        due = self._due
        for _, source, target, amount in self._log.totals(self._checked_entries).tolist():
            due[source] -= amount
            due[target] += amount
        self._checked_entries = len(self._log)
        outside = due[OUTSIDE]
        if self._balances != due[:OUTSIDE]:
            for name, balance, movements in zip(self.names, self._balances, due, strict=False):
                if balance != movements:
                    raise InputError(
                        f"account {name!r} holds {balance} units where its movements come to"
                        f" {movements}: balances must change by movements only"
                    )
        if self._supply != -outside:
            raise InputError(
                f"the supply is {self._supply} units where the movements come to {-outside}:"
                f" it must change by movements only"
            )
        self._due = [
            *self._balances,
            outside,
        ]  # the same numbers are sooner compared than equal ones

    @property
    def end(self) -> tuple[int, int]:
        """The place behind the last movement."""
        return self._log.end

    def since(self, start: tuple[int, int]) -> Iterator[tuple[int, int, int, int, int, int]]:
        """Go through the movements from an ``end`` of earlier on, columns as in ``COLUMNS``."""
        return self._log.since(start)

    def movements(self) -> NDArray[np.int64]:
        """Return every movement so far, shape (movements, 6), columns as in ``COLUMNS``."""
        return self._log.table()

    def paid(self, reason: Reason) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return who was paid for a reason, each time, and for which submission, in any order."""
        return self._log.paid(reason.code)

    def totals(self) -> NDArray[np.int64]:
        """Return every movement so far, payments made together by ``pay`` as one.

        Returns:
            Shape (movements, 4), the first columns of ``COLUMNS``.
        """
        return self._log.totals()

    def _sum_in_escrow(self, amounts: NDArray[np.int64]) -> int:
        """Return the sum of amounts that are to leave the escrow.

        Raises:
            ValueError: one of them is negative or the escrow has less.
        """
        total = int(amounts.sum())
        if amounts.min(initial=0) < 0 or total > self._balances[self.ESCROW]:
            raise ValueError(
                f"escrow has {self._balances[self.ESCROW]} units: cannot pay {amounts.tolist()}"
            )
        return total
