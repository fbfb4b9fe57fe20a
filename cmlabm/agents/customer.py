"""A customer: an agent that uses the model that others train, and pays for it."""

from typing import Any

import numpy as np
from mesa import Agent

from cmlabm.behaviours.draws import PositiveNormals, Uniforms
from cmlabm.contract.refusals import Refusal
from cmlabm.random_streams import Purpose, Streams
from cmlabm.units import SECONDS_PER_DAY, UNITS_PER_TOKEN, to_units

_WAITS, _DECISIONS, _SAMPLES = range(3)


class Customer(Agent[Any]):
    """An agent that buys predictions, the more often the better the model is known to be.

    On waking it buys, with a probability equal to the accuracy last published, what the model
    predicts for one of the hidden samples. Who cannot pay for another one leaves for good.

    Attributes:
        account: its number in the ledger.
        price: what it pays for a prediction, in units.
        now: when it wakes, in seconds.
        bought: how many predictions it has bought.
        right: how many of these were right.
        has_left: whether it has too little money to come back.
    """

    def __init__(
        self,
        model: Any,
        name: str,
        balance: int,
        price: int,
        waits: PositiveNormals,
        decisions: Uniforms,
        samples: np.random.Generator,
    ) -> None:
        super().__init__(model)
        self._contract = model.contract
        self.account: int = self._contract.open_account(name, balance)
        self.price = price
        self.now = 0
        self.bought = 0
        self.right = 0
        self.has_left = balance < price
        self._waits = waits
        self._decisions = decisions
        self._samples = samples

    @property
    def balance(self) -> float:
        """Its money in tokens."""
        return self.money / UNITS_PER_TOKEN

    @property
    def money(self) -> int:
        """Its money in units."""
        money: int = self._contract.ledger.balance(self.account)
        return money

    def __call__(self) -> None:
        """Wake: an event refers to the agent itself."""
        self.wake()

    def wake(self) -> None:
        """Buy a prediction if the model seems good enough, and plan the next waking."""
        if self._decisions.next() < self._contract.accuracy:
            self._buy()
        self.plan_waking()

    def plan_waking(self) -> None:
        """Plan the next waking, or leave without the money for another prediction."""
        self.has_left = self.money < self.price
        if not self.has_left:
            self.now += self._waits.next()
            self.model.schedule_event(self, at=self.now / SECONDS_PER_DAY)

    def _buy(self) -> None:
        test = self._contract.test
        chosen = int(self._samples.integers(len(test)))
        answer = self._contract.predict(self.account, test.row(chosen), self.price, self.now)
        if not isinstance(answer, Refusal):
            self.bought += 1
            self.right += answer == test.labels[chosen]


def customers_of(model: Any, streams: Streams) -> list[Customer]:
    """Have the customers enter a market, with their money, and return them.

    Args:
        model: the market.
        streams: of the run, from which they all draw.
    """
    parameters = model.parameters
    waits = PositiveNormals(
        streams.of(Purpose.CUSTOMERS, _WAITS),
        parameters.customer_mean_wait_s,
        parameters.customer_stdev_wait_s,
    )
    decisions = Uniforms(streams.of(Purpose.CUSTOMERS, _DECISIONS))
    samples = streams.of(Purpose.CUSTOMERS, _SAMPLES)
    balance = to_units(parameters.customer_start_balance)
    price = to_units(parameters.prediction_price)
    customers = [
        Customer(model, f"customer-{number + 1}", balance, price, waits, decisions, samples)
        for number in range(parameters.customers)
    ]
    for customer in customers:
        customer.plan_waking()
    return customers
