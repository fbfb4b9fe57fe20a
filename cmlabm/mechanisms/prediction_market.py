"""A prediction market: each contribution is paid by what it does to the loss on a hidden test."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cmlabm.ledger import to_units
from cmlabm.mechanisms.interface import Mechanism, Standing

if TYPE_CHECKING:
    from cmlabm.parameters import Parameters


class Settlement(NamedTuple):
    """What a prediction market pays at its end.

    Attributes:
        payouts: what each sender gets, its stakes included, in units.
        stayed: which contributions were paid for, shape (contributions,); the others' senders
            could not cover their loss, and lose their stake.
    """

    payouts: dict[int, int]
    stayed: NDArray[np.bool]


@dataclass(frozen=True)
class PredictionMarket(Mechanism):
    """A bounty is paid out at the end, by how much each contribution lowered the loss.

    The loss L is the share of a test set that the model gets wrong. The test set is committed to
    by its hash before the market opens and revealed when it closes. Contribution i changes the
    loss from that after the last contribution before it and is paid ``bounty * (L' - L)``, or
    pays, if the loss grew. Who cannot cover what it has to pay with its stake drops out, the
    worst first: its contributions count as never made, its stake is lost. The payments telescope:
    all together come to ``bounty * (L at the start - L at the end)``, which the bounty covers.
    Losses count as they were when a contribution came, with the contributions of those who
    dropped out later; the final model is trained without them.

    Source: Abernethy & Frongillo 2011 ("A collaborative mechanism for crowdsourcing prediction
    problems", arXiv 1111.2664); Waggoner, Frongillo & Abernethy 2015 ("A market framework for
    eliciting private data"); the form for a contract: Harris & Waggoner 2019 (arXiv 1907.07247).

    Attributes:
        bounty: what a sponsor pays for a loss that falls from 1 to 0.
        stake: what each contribution deposits.
        grouped: whether the contributions of one sender are judged together, or each by itself.

    Example:
        >>> market = PredictionMarket(bounty=100, stake=10, grouped=True)
        >>> market.settle(senders=[1, 2, 1], stakes=[10, 10, 10], errors=[5, 4, 7, 3], size=10)
        Settlement(payouts={1: 40}, stayed=array([ True, False,  True]))
    """

    id: ClassVar[str] = "prediction-market"
    display_name: ClassVar[str] = "Prediction market"
    formula: ClassVar[str] = "payment = bounty·(L before - L after), on a test set revealed later"
    source: ClassVar[str] = "Abernethy & Frongillo 2011, arXiv 1111.2664; Waggoner et al. 2015"
    parameters: ClassVar[tuple[str, ...]] = ("bounty", "market_stake", "group_contributions")
    awaits_claims: ClassVar[bool] = False
    lets_take: ClassVar[bool] = False

    bounty: int
    stake: int
    grouped: bool

    @classmethod
    def terms(cls, parameters: "Parameters") -> dict[str, Any]:
        """Return the arguments that make the mechanism with the parameters of a run."""
        return {
            "bounty": to_units(parameters.bounty),
            "stake": to_units(parameters.market_stake),
            "grouped": parameters.group_contributions,
        }

    def required_deposit(self, waited: int, standing: Standing) -> int:  # noqa: ARG002
        """Return the stake."""
        return self.stake

    @property
    def least_deposit(self) -> int:
        """The stake."""
        return self.stake

    def settle(
        self, senders: Sequence[int], stakes: Sequence[int], errors: Sequence[int], size: int
    ) -> Settlement:
        """Return who is paid what.

        Args:
            senders: whose each contribution is, shape (contributions,).
            stakes: what was deposited with each, in units.
            errors: how many test samples the model got wrong before the first contribution and
                after each, shape (contributions + 1,).
            size: of the test set.
        """
        if not len(senders):
            return Settlement({}, np.ones(0, dtype=np.bool))
        worth = np.array([self.bounty * count // size for count in errors], dtype=np.int64)
        sender, stake = np.array(senders, dtype=np.int64), np.array(stakes, dtype=np.int64)
        each = np.arange(len(sender))
        judged = np.unique(sender, return_inverse=True)[1] if self.grouped else each
        staked = _sums(judged, stake, len(sender))
        stayed = np.ones(len(sender), dtype=np.bool)
        while True:
            gains = -np.diff(worth[1:][stayed], prepend=worth[0])
            balances = staked + _sums(judged[stayed], gains, len(sender))
            worst = int(balances.argmin())
            if balances[worst] >= 0:
                break
            stayed &= judged != worst
        payments = gains + stake[stayed]
        payouts: dict[int, int] = {}
        for account, payment in zip(sender[stayed].tolist(), payments.tolist(), strict=True):
            payouts[account] = payouts.get(account, 0) + payment
        return Settlement(payouts, stayed)


def _sums(groups: NDArray[np.int64], amounts: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    sums = np.zeros(size, dtype=np.int64)
    np.add.at(sums, groups, amounts)
    return sums
