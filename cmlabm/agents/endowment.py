"""What contributors enter the market with: money, pace, and how far they differ from each other."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cmlabm.kinds import ContributorParameters, Kind
from cmlabm.units import to_units


@dataclass(frozen=True)
class Endowment:
    """What a contributor enters the market with.

    Attributes:
        name: of its account.
        balance: its money in units.
        deposit_factor: its offers are so many times those of its kind.
        wait_factor: its waits are so many times those of its kind.
        mistake_probability: with which it errs.
    """

    name: str
    balance: int
    deposit_factor: float = 1.0
    wait_factor: float = 1.0
    mistake_probability: float = 0.0


def endowments(
    kind: Kind, own: ContributorParameters, distribution: str, rng: np.random.Generator
) -> Iterator[Endowment]:
    """Return what each contributor of a kind enters with.

    Args:
        kind: whose endowments they are.
        own: the means of the kind, and how its contributors vary.
        distribution: by which they vary, "log-normal" or "gamma".
        rng: from which that is drawn.
    """
    money, deposits, waits = (
        factors(rng, own.agents, variation, distribution)
        for variation in (own.balance_variation, own.deposit_variation, own.wait_variation)
    )
    for number in range(own.agents):
        yield Endowment(
            name=f"{kind}-{number + 1}",
            balance=to_units(own.start_balance * float(money[number])),
            deposit_factor=_possible(float(deposits[number]), own.mean_deposit, own.stdev_deposit),
            wait_factor=_possible(float(waits[number]), own.mean_wait_s, own.stdev_wait_s),
            mistake_probability=own.mistake_probability,
        )


def factors(
    rng: np.random.Generator, agents: int, variation: float, distribution: str
) -> NDArray[np.float64]:
    """Return by how much each agent's money, offers or waits differ from the mean of its kind.

    Args:
        rng: they are drawn from the next of its children, one a call, so that how much one
            quantity varies does not change the draws of the others.
        agents: how many.
        variation: the standard deviation as a share of the mean; 0 for all alike.
        distribution: "log-normal" or "gamma".

    Returns:
        Shape (agents,), from a distribution with mean 1.
    """
    (own,) = rng.spawn(1)
    if variation == 0:
        return np.ones(agents)
    if distribution == "gamma":
        return own.gamma(variation**-2, variation**2, agents)
    spread = np.log1p(variation**2)
    return own.lognormal(-spread / 2, np.sqrt(spread), agents)


def _possible(factor: float, mean: float, stdev: float) -> float:
    """Return a factor so large that draws of at least 1 are still likely enough to wait for."""
    return max(factor, 1.000001 / (mean + 3 * stdev)) if factor != 1 else 1.0
