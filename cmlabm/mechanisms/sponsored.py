"""Mechanisms that a sponsor pays for: a bounty, and the stakes that answer for what is sent."""

from dataclasses import dataclass
from typing import ClassVar

from cmlabm.declarations import parameter
from cmlabm.mechanisms.interface import Mechanism, Standing
from cmlabm.units import to_units


@dataclass(frozen=True, kw_only=True)
class Sponsored(Mechanism):
    """A mechanism that pays out of a sponsor's bounty, and at most that; submitting is free.

    Attributes:
        bounty: what the sponsor puts in; what is left of it goes back.
    """

    awaits_claims: ClassVar[bool] = False
    lets_take: ClassVar[bool] = False

    bounty: int = parameter(
        1000.0,
        "what a sponsor puts in, the most that is paid beside stakes",
        unit="tokens",
        converted=to_units,
        ge=0,
        le=1e9,
    )

    def required_deposit(self, waited: int, standing: Standing) -> int:  # noqa: ARG002
        """Return 0."""
        return 0


@dataclass(frozen=True, kw_only=True)
class Staked(Mechanism):
    """A mechanism in which each contribution is answered for by a stake of the same size.

    Attributes:
        stake: what each contribution deposits.
    """

    awaits_claims: ClassVar[bool] = False
    lets_take: ClassVar[bool] = False

    stake: int = parameter(
        0.25,
        "deposit of each contribution",
        name="market_stake",
        unit="tokens",
        converted=to_units,
        ge=1e-6,
        le=1e6,
    )

    def required_deposit(self, waited: int, standing: Standing) -> int:  # noqa: ARG002
        """Return the stake."""
        return self.stake

    @property
    def least_deposit(self) -> int:
        """The stake."""
        return self.stake
