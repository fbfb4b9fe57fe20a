"""What of a simulated market the contract on a chain can carry."""

from dataclasses import astuple, dataclass
from fractions import Fraction
from typing import Any

from cmlabm.admission.everything import Everything
from cmlabm.chain.words import MOST_WORDS
from cmlabm.classifiers.perceptron import Perceptron
from cmlabm.data.dataset import Dataset
from cmlabm.data.rows import BinaryRows
from cmlabm.errors import InputError
from cmlabm.mechanisms import make_mechanism
from cmlabm.mechanisms.deposit_refund_take import DepositRefundTake
from cmlabm.mechanisms.interface import Mechanism
from cmlabm.parameters import MarketParameters
from cmlabm.units import UNITS_PER_TOKEN

ONE = 10**18
"""What is 1 in fixed point."""


@dataclass(frozen=True)
class Terms:
    """What the contract is deployed with, in the order of its constructor. A unit is a wei.

    Attributes:
        cost: the price one second after a submission, in tokens in fixed point.
        token: what a token is, in units.
        minimum, maximum: the least and the most deposit in units; 0 for no such most.
        locks_offer: whether all that is offered is held, in place of what is required.
        refund_time, claim_time: in seconds.
    """

    cost: int
    token: int
    minimum: int
    maximum: int
    locks_offer: bool
    refund_time: int
    claim_time: int

    @property
    def values(self) -> tuple[Any, ...]:
        """All of them in their order."""
        return astuple(self)


def terms_of(rules: Mechanism) -> Terms:
    """Return the terms of an incentive mechanism.

    Raises:
        InputError: the contract cannot carry it.
    """
    if type(rules) is not DepositRefundTake:
        raise InputError(
            f"incentive: is {rules.display_name}; the contract on a chain knows"
            f" {DepositRefundTake.id} only"
        )
    if rules.verified_counts != "all":
        raise InputError(
            f"verified_counts = {rules.verified_counts!r}: must be 'all' on a chain, where every"
            f" refund counts"
        )
    if rules.expiry_to != "first":
        raise InputError(
            f"expiry_to = {rules.expiry_to!r}: must be 'first' on a chain, where money goes only to"
            f" whoever calls"
        )
    return Terms(
        cost=int(Fraction(rules.cost_weight * 60) * ONE),
        token=UNITS_PER_TOKEN,
        minimum=rules.minimum_deposit,
        maximum=rules.maximum_deposit,
        locks_offer=rules.lock == "offer",
        refund_time=rules.refund_time,
        claim_time=rules.claim_time,
    )


def refuse_parameters(parameters: MarketParameters) -> None:
    """Refuse a market of which not every call can be made on the chain.

    Raises:
        InputError: names the parameter, and what the contract can carry.
    """
    if parameters.admission != Everything.id:
        raise InputError(
            f"admission = {parameters.admission!r}: must be 'all' on a chain, where the model"
            f" learns each submission as it comes"
        )
    if parameters.classifier != Perceptron.id:
        raise InputError(
            f"classifier = {parameters.classifier!r}: the contract on a chain knows the perceptron"
            f" only"
        )
    if parameters.customers:
        raise InputError(
            f"customers = {parameters.customers}: must be 0 on a chain, where no predictions are"
            f" sold"
        )
    for name in ("gas_price", "block_time_s"):
        if value := getattr(parameters, name):
            raise InputError(
                f"{name} = {value}: must be 0 on a chain, which takes each call at once and charges"
                f" nothing for it"
            )
    terms_of(make_mechanism(parameters.incentive, parameters))


def refuse_data(dataset: Dataset) -> None:
    """Refuse data that the contract cannot learn from.

    Raises:
        InputError: says what they are, and what they may be.
    """
    if (classes := len(dataset.classes)) != 2:
        raise InputError(f"data: have {classes} classes; the contract on a chain knows two")
    rows = dataset.train.rows
    if not isinstance(rows, BinaryRows):
        raise InputError(
            "data: have features that are not binary; on a chain a sample is words that are there"
            " or not"
        )
    if rows.size > MOST_WORDS:
        raise InputError(
            f"data: have {rows.size:,} features; a call on a chain carries at most {MOST_WORDS:,}"
            f" (num_words)"
        )
