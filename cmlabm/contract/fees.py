"""What those who call the contract pay for gas."""

from collections import Counter

from cmlabm.contract.chain import Chain
from cmlabm.contract.gas import REFUSED, SUCCEEDED, gas_table
from cmlabm.contract.ledger import OUTSIDE, Ledger, Reason
from cmlabm.contract.refusals import Refusal
from cmlabm.contract.submissions import Submissions

_SUBMISSIONS = ("submit-stays", "submit-learns", "submit-refused")


class Fees:
    """Charges calls, from the balance of who makes them into an account of its own.

    Attributes:
        account: which the fees are paid into.
        paid: by each account, in units.
        least: what the cheapest call that may succeed costs, in units.
    """

    def __init__(
        self, chain: Chain, ledger: Ledger, submissions: Submissions, account: int, features: int
    ) -> None:
        """Calculate what all calls cost.

        Args:
            chain: that the contract is on.
            ledger: in which fees are paid.
            submissions: from which claims are made.
            account: which the fees are paid into.
            features: how many features a sample has, the most words that one can have.
        """
        self.account = account
        self.paid: Counter[int] = Counter()
        self._ledger = ledger
        self._submissions = submissions
        self._must_be_worth_it = chain.claims_worth_fee
        gas, words = gas_table(chain.contract_form), range(features + 1)
        self._fees = {
            call: [chain.fee(one) for one in gas.gas(call, words).tolist()]
            for call in (*SUCCEEDED, *REFUSED)
        }
        self.least = min(self._fees[call][0] for call in SUCCEEDED)

    def of(self, call: str, words: int) -> int:
        """Return what a call costs, in units.

        Args:
            call: as in the table of gas.
            words: how many features of its sample are not 0.
        """
        return self._fees[call][words]

    def of_submission(self, words: int) -> int:
        """Return the most that a submission may cost, in units, whatever comes of it."""
        return max(self.of(call, words) for call in _SUBMISSIONS)

    def charge(
        self, account: int, call: str, words: int, now: int, submission: int = OUTSIDE
    ) -> bool:
        """Charge an account for a call if it has the money, and return whether it has."""
        fee = self.of(call, words)
        if fee > self._ledger.balance(account):
            return False
        self._ledger.move(account, self.account, fee, Reason.FEE, now, submission)
        self.paid[account] += fee
        return True

    def charge_claim(
        self, account: int, call: str, submission: int, brings: int, now: int
    ) -> Refusal | None:
        """Charge an account for a claim, or return why it is not made.

        Args:
            account: who claims.
            call: ``refund``, ``take`` or ``expiry``.
            submission: from which it claims.
            brings: what it will get, in units.
            now: the time in seconds.
        """
        words = self._submissions.words[submission]
        if self._must_be_worth_it and brings < self.of(call, words):
            return Refusal.NOT_WORTH_FEE
        is_paid = self.charge(account, call, words, now, submission)
        return None if is_paid else Refusal.BALANCE_TOO_LOW
