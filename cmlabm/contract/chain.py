"""The chain that the contract is on: when its blocks are made, and what gas costs there."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from cmlabm.declarations import Component, parameter
from cmlabm.units import UNITS_PER_TOKEN

GWEI_PER_ETHER = 10**9


@dataclass(frozen=True, kw_only=True)
class Chain(Component):
    """What a chain asks of those who call a contract; by default nothing.

    Attributes:
        gas_price: in gwei, billionths of an ether.
        ether_price: in tokens.
        contract_form: what of the market is on the chain.
        claims_worth_fee: whether only claims are made that bring as much as their fee.
        block_time: how many seconds there are between blocks; 0 if calls take effect at once.

    Example:
        >>> chain = Chain(gas_price=0.1, block_time=12)
        >>> chain.fee(310_001), Chain().fee(310_001)
        (93001, 0)
        >>> [chain.block_at(now) for now in (1, 12, 13)], Chain().block_at(13)
        ([12, 12, 24], 13)
    """

    gas_price: float = parameter(
        0.0, "price of gas, paid for each call; 0: calls are free", unit="gwei", ge=0, le=1e6
    )
    ether_price: float = parameter(3000.0, "price of an ether", unit="tokens", ge=1e-6, le=1e9)
    contract_form: Literal["model", "digests"] = parameter(
        "model",
        "what is on the chain, which decides how much gas calls take: the model, or digests of"
        " samples and an oracle's word",
        choices=("model", "digests"),
    )
    claims_worth_fee: bool = parameter(
        False, "whether contributors make only claims that bring as much as their fee"
    )
    block_time: int = parameter(
        0,
        "time between blocks, in each of which one submission is accepted; 0: calls take effect in"
        " their second",
        name="block_time_s",
        unit="s",
        ge=0,
        le=86_400,
    )

    def block_at(self, now: int) -> int:
        """Return the time of the block in which a call takes effect, in seconds."""
        return -(-now // self.block_time) * self.block_time if self.block_time else now

    def fee(self, gas: int) -> int:
        """Return what gas costs in units, rounded up."""
        per_ether = Fraction(str(self.ether_price)) * UNITS_PER_TOKEN
        fee = gas * Fraction(str(self.gas_price)) * per_ether / GWEI_PER_ETHER
        return -(-fee.numerator // fee.denominator)
