"""Contracts with a hole each, who can use it, and the searches that are to find it."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, ClassVar

from cmlabm.behaviours.interface import Contribution, MaliciousBehaviour
from cmlabm.data.rows import Row
from cmlabm.declarations import parameter
from cmlabm.mechanisms.interface import Mechanism, Opening, Settlement, Standing
from cmlabm.search import FinishedSearch, Search

TOKEN = 1_000_000


class Judge(Settlement):
    """Pays a deposit back at once if the first model agrees; a hole is where it does not look."""

    reward = 0

    def __init__(self, market: Opening) -> None:
        self._market = market
        self._first = deepcopy(market.classifier)
        self.agreed: dict[int, int] = {}

    def looks_at(self, sender: int, deposit: int) -> bool:
        return True

    def accepted(self, submission: int, changed: bool) -> None:
        record, fund = self._market.submissions, self._market.fund
        sender, deposit = record.sender[submission], record.deposit[submission]
        now = record.time_s[submission]
        fund.release(submission, now)
        agrees = self._first.label(record.row[submission]) == record.label[submission]
        self.agreed[sender] = self.agreed.get(sender, 0) + agrees
        if agrees or not self.looks_at(sender, deposit):
            due = deposit + self.reward * agrees
            fund.pay(sender, min(due, fund.available), now, submission)


class BlindToSmall(Judge):
    def looks_at(self, sender: int, deposit: int) -> bool:
        return deposit > 20 * TOKEN


class RewardsAgreement(Judge):
    reward = TOKEN


class TrustsForGood(Judge):
    """Looks at nothing more of who has sent 33 samples rightly: 11 % of the data.

    Its first model must be good enough, and a sleeper rich enough, to come so far: else there is
    nothing to be found.
    """

    def looks_at(self, sender: int, deposit: int) -> bool:
        return self.agreed[sender] < 33


@dataclass(frozen=True, kw_only=True)
class RefundsUnseen(Mechanism):
    """Holds what is offered, and does not look at deposits of up to twenty tokens."""

    id: ClassVar[str] = "refunds-unseen"
    display_name: ClassVar[str] = "Refunds unseen"
    formula: ClassVar[str] = ""
    source: ClassVar[str] = ""
    awaits_claims = False
    lets_take = False

    def required_deposit(self, waited: int, standing: Standing) -> int:
        return TOKEN

    def locked(self, required: int, offer: int) -> int:
        return offer

    def opened(self, market: Opening) -> Settlement:
        return BlindToSmall(market)


@dataclass(frozen=True, kw_only=True)
class RewardsRepeats(Mechanism):
    """Rewards whatever the model agrees with, also a sample that was rewarded before."""

    id: ClassVar[str] = "rewards-repeats"
    display_name: ClassVar[str] = "Rewards repeats"
    formula: ClassVar[str] = ""
    source: ClassVar[str] = ""
    awaits_claims = False
    lets_take = False
    bounty: int = 10_000 * TOKEN

    def required_deposit(self, waited: int, standing: Standing) -> int:
        return 10 * TOKEN

    def opened(self, market: Opening) -> Settlement:
        return RewardsAgreement(market)


@dataclass(frozen=True, kw_only=True)
class TrustsTheVerified(Mechanism):
    """Asks ten tokens, and looks no more at senders of eleven percent of the data."""

    id: ClassVar[str] = "trusts-the-verified"
    display_name: ClassVar[str] = "Trusts the verified"
    formula: ClassVar[str] = ""
    source: ClassVar[str] = ""
    awaits_claims = False
    lets_take = False

    def required_deposit(self, waited: int, standing: Standing) -> int:
        return 10 * TOKEN

    def opened(self, market: Opening) -> Settlement:
        return TrustsForGood(market)


@dataclass(eq=False)
class Dormant(MaliciousBehaviour):
    """A sleeper: sends true labels for a share of the data, then wrong ones."""

    id: ClassVar[str] = "dormant"
    display_name: ClassVar[str] = "Dormant"
    formula: ClassVar[str] = ""
    source: ClassVar[str] = ""

    share: float = parameter(0.05, "share of the data", name="malicious_dormant", ge=0, le=1)
    _sent: int = field(default=0, init=False)

    def label_for(self, row: Row, truth: int) -> int:
        self._sent += 1
        return truth if self._sent <= self.share * 300 else self.flipped(truth)


@dataclass(eq=False)
class Repeater(MaliciousBehaviour):
    """Sends a wrong label, then one and the same sample that the model knows, so many times."""

    id: ClassVar[str] = "repeater"
    display_name: ClassVar[str] = "Repeater"
    formula: ClassVar[str] = ""
    source: ClassVar[str] = ""

    repeats: int = parameter(2, "times in a row", name="malicious_repeats", ge=0, le=100)
    _known: Contribution | None = field(default=None, init=False)
    _left: int = field(default=0, init=False)

    def contribution(self) -> Contribution | None:
        if self._known is not None and self._left:
            self._left -= 1
            return self._known
        self._left = self.repeats
        own = super().contribution()
        if self._known is None and own is not None:
            self._known = own._replace(label=self.senses.predicted(own.row))
        return own

    def accepted(self, contribution: Contribution) -> None:
        if contribution is not self._known:
            super().accepted(contribution)

    def label_for(self, row: Row, truth: int) -> int:
        return self.flipped(truth)


MARKET: dict[str, Any] = {
    "train_size": 400,
    "test_size": 300,
    "num_words": 80,
    "initial_fraction": 0.25,
    "malicious_mean_wait_s": 150,
    "malicious_start_balance": 150,
}
FLIPS = ["label-flip", "random-label", "targeted-flip"]


@dataclass(frozen=True)
class Hole:
    """A contract with a hole.

    Attributes:
        search: what a search file for it says beside trials and seeds.
        is_found: says of a finished search whether its best trial uses the hole.
    """

    search: dict[str, Any]
    is_found: Callable[[FinishedSearch], bool]

    def searched(self, trials: int, repetition: int, sampler: str = "tpe") -> Search:
        """Return a search for it, with draws and seeds of its own."""
        first = 100 * repetition
        return Search(
            **self.search,
            name="hole",
            trials=trials,
            seeds=[first, first + 1],
            fresh_seeds=2,
            candidates=1,
            sampler=sampler,
            sampler_seed=repetition,
        )


def best_trial(finished: FinishedSearch) -> dict[str, Any]:
    """Return the row of the best trial."""
    ordered = finished.trials.sort_values(finished.search.objective, ascending=False)
    return {str(name): value for name, value in ordered.iloc[0].items()}


def _free_of_charge(finished: FinishedSearch) -> bool:
    best = best_trial(finished)
    return bool(best["malicious_return"] > -0.05 and best["malicious_mean_deposit"] < 20)


def _paid_for_repeats(finished: FinishedSearch) -> bool:
    best = best_trial(finished)
    return bool(best["malicious_return"] > 1 and best["malicious_repeats"] > 2)


def _past_the_threshold(finished: FinishedSearch) -> bool:
    """Wrong labels are taken without end: all others have lost their money before that."""
    best = best_trial(finished)
    return bool(
        best["malicious_behaviour"] == "planted_holes:Dormant"
        and 0.09 < best["malicious_dormant"] < 0.6
    )


HOLES = {
    "refunds without looking": Hole(
        {
            "maximise": "malicious_return",
            "parameters": MARKET
            | {"incentive": "planted_holes:RefundsUnseen", "malicious_stdev_deposit": 0.5},
            "attack": {
                "malicious_behaviour": {"values": FLIPS},
                "malicious_mean_deposit": {"low": 1, "high": 150},
            },
        },
        _free_of_charge,
    ),
    "the same sample again and again": Hole(
        {
            "maximise": "malicious_return",
            "parameters": MARKET | {"incentive": "planted_holes:RewardsRepeats"},
            "attack": {
                "malicious_behaviour": {"values": [*FLIPS, "planted_holes:Repeater"]},
                "planted_holes:Repeater": {"malicious_repeats": {"low": 0, "high": 20}},
            },
        },
        _paid_for_repeats,
    ),
    "a threshold at 11 %": Hole(
        {
            "maximise": "regret",
            "parameters": MARKET
            | {"incentive": "planted_holes:TrustsTheVerified"}
            | {"classifier": "nearest-centroid", "malicious_start_balance": 300}
            | {"train_size": 600, "test_size": 600, "num_words": 150, "initial_fraction": 0.5},
            "attack": {
                "malicious_behaviour": {
                    "values": ["label-flip", "random-label", "planted_holes:Dormant"]
                },
                "planted_holes:Dormant": {
                    "malicious_dormant": {"low": 0.001, "high": 1, "scale": "log"}
                },
            },
        },
        _past_the_threshold,
    ),
}
