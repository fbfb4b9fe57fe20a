"""A mechanism may settle at the end, and hear of all that happens before."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from small_market import TOKEN, market

from cmlabm.classifiers.interface import Classifier
from cmlabm.contract.ledger import Reason
from cmlabm.contract.submissions import Fate
from cmlabm.data.dataset import Samples
from cmlabm.errors import InputError
from cmlabm.mechanisms.deposit_refund_take import DepositRefundTake
from cmlabm.mechanisms.interface import Closing, Opening, Record, Settlement


@dataclass
class Diary(Settlement):
    """Gives back at the end what is still held, and shares the bounty by the money claimed."""

    classifier: Classifier
    accepted_ones: list[int] = field(default_factory=list)
    claims: list[tuple[int, int, str, int]] = field(default_factory=list)
    left: Sequence[int] = ()

    def accepted(self, submission: int, changed: bool) -> None:
        self.accepted_ones.append(submission)

    def claimed(self, submission: int, account: int, reason: str, amount: int) -> None:
        self.claims.append((submission, account, reason, amount))

    def closed(self, submissions: Record, left: Sequence[int], test: Samples) -> Closing:
        self.left = left
        payouts: dict[int, int] = {}
        for sender, held in zip(submissions.sender, left, strict=True):
            payouts[sender] = payouts.get(sender, 0) + held
        return Closing(payouts, self.classifier)


@dataclass(frozen=True, kw_only=True)
class Generous(DepositRefundTake):
    """Deposit, refund, take; what is still held at the end goes back."""

    bounty: int = 5 * TOKEN

    def opened(self, market: Opening) -> Settlement:
        return Diary(market.classifier)


def test_what_waits_for_claims_when_the_market_closes_is_settled() -> None:
    model = market(incentive=f"{__name__}:Generous", max_days=3)
    diary = model.contract._settlement
    assert isinstance(diary, Diary)
    model.run()
    fates = model.contract.submissions.fate
    assert {Fate.REFUNDED, Fate.SETTLED} <= set(fates)
    assert Fate.PENDING not in fates
    settled = np.array([fate is Fate.SETTLED for fate in fates])
    assert (np.array(diary.left)[settled] > 0).all()
    assert not np.array(diary.left)[~settled].any(), "what was refunded is not held any more"
    assert model.escrow == 0
    assert model.pending == 0
    assert sum(model.ledger.balances) == 20_000 * TOKEN, "the bounty has gone back"


@pytest.mark.parametrize("expiry_to", ["first", "sender"])
def test_it_hears_of_every_submission_and_every_payment(expiry_to: str) -> None:
    model = market(incentive=f"{__name__}:Generous", max_days=12, expiry_to=expiry_to)
    diary = model.contract._settlement
    assert isinstance(diary, Diary)
    model.run()
    assert diary.accepted_ones == list(range(len(model.contract.submissions)))
    reasons = list(Reason)
    paid = [
        (number, target, str(reasons[reason]), amount)
        for _, _, target, amount, reason, number in model.ledger.movements().tolist()
        if reasons[reason] in {Reason.REFUND, Reason.TAKE, Reason.EXPIRY}
    ]
    assert [(*claim[:2], str(claim[2]), claim[3]) for claim in diary.claims] == paid
    assert {reason for _, _, reason, _ in paid} == {"refund", "take", "expiry"}


def test_only_a_deposit_that_is_kept_for_the_end_can_be_released() -> None:
    """What waits for claims would be paid twice."""
    model = market(incentive="deposit-refund-take")
    model.run_for(1)
    assert model.pending > 0
    for submission in (-1, 0, len(model.contract.submissions)):
        with pytest.raises(InputError, match=f"submission {submission}: has no deposit that could"):
            model.contract.fund.release(submission, 0)
