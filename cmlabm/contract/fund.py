"""The money that a mechanism may pay from while the market runs."""

from cmlabm.contract.ledger import OUTSIDE, Ledger, Reason
from cmlabm.contract.submissions import Fate, Submissions
from cmlabm.errors import InputError
from cmlabm.whole_numbers import MOST, whole


class Fund:
    """The sponsor's bounty, and the deposits that wait for no claims, as a part of the escrow.

    Attributes:
        available: what can be paid now, in units: what is left of the bounty, and what was
            released or charged.
        kept: per account, how much of its deposits is kept until it is released or the market
            ends.
    """

    def __init__(self, ledger: Ledger, submissions: Submissions, bounty: int) -> None:
        """Take a sponsor's bounty, in units."""
        self.available = bounty
        self.kept = [0]
        self._ledger = ledger
        self._submissions = submissions
        if bounty:
            ledger.mint(bounty, Reason.BOUNTY, 0)

    def keep(self, account: int, deposit: int) -> None:
        """Note that a deposit, already in escrow, waits for no claims."""
        self.kept[account] += deposit

    def release(self, submission: int, now: int) -> int:  # noqa: ARG002
        """Add a submission's deposit, which is kept, to what can be paid, and return it.

        Raises:
            InputError: its deposit is not kept.
        """
        of = self._submissions
        if not 0 <= submission < len(of) or of.fate[submission] is not Fate.KEPT:
            raise InputError(f"submission {submission}: has no deposit that could be released")
        deposit, sender = of.deposit[submission], of.sender[submission]
        self.kept[sender] -= deposit
        self.available += deposit
        of.close(submission, Fate.SETTLED, sender)
        return deposit

    def pay(self, account: int, amount: int, now: int, submission: int = OUTSIDE) -> None:
        """Pay an account.

        Raises:
            InputError: it is more than can be paid, or there is no such account.
        """
        amount = whole(amount, 0, self.available, self, "payment")
        account = whole(account, 1, len(self.kept) - 1, self, "account of a payment")
        self._ledger.move(Ledger.ESCROW, account, amount, Reason.REWARD, now, submission)
        self.available -= amount

    def charge(self, account: int, amount: int, now: int, submission: int = OUTSIDE) -> int:
        """Take money from an account, at most all it has, and return how much that was."""
        amount = whole(amount, 0, MOST, self, "charge")
        account = whole(account, 1, len(self.kept) - 1, self, "account of a charge")
        taken = min(amount, self._ledger.balance(account))
        self._ledger.move(account, Ledger.ESCROW, taken, Reason.DEPOSIT, now, submission)
        self.available += taken
        return taken

    def empty(self) -> None:
        """Note that all of it has been paid out."""
        self.available = 0
        self.kept = [0] * len(self.kept)
