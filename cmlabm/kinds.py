"""The kinds of contributors, and the parameters that the contributors of each have."""

from dataclasses import dataclass
from typing import Any, Literal

from cmlabm.declarations import parameter

type Kind = Literal["honest", "malicious"]

KINDS: tuple[Kind, ...] = ("honest", "malicious")
"""Whoever enters first has the lower account numbers, and draws from the lower streams."""


@dataclass(frozen=True)
class ContributorParameters:
    """What the contributors of each kind have; in study files with ``honest_`` or ``malicious_``.

    The defaults are those of honest ones.
    """

    agents: int = parameter(1, "how many contributors", unit="agents", ge=0, le=1_000_000)
    behaviour: str = parameter(
        "study", "what they do; for several behaviours their shares: 'study = 2, budget = 1'"
    )
    start_balance: float = parameter(10_000.0, "first balance of each", unit="tokens", ge=0, le=1e9)
    mean_deposit: float = parameter(
        50.0, "mean of what one offers as a deposit", unit="tokens", ge=0, le=1e9
    )
    stdev_deposit: float = parameter(10.0, "its standard deviation", unit="tokens", ge=0, le=1e9)
    mean_wait_s: float = parameter(600.0, "mean time between wake-ups", unit="s", ge=0, le=1e9)
    stdev_wait_s: float = parameter(1.0, "its standard deviation", unit="s", ge=0, le=1e9)
    mistake_probability: float = parameter(0.0001, "chance of sending a wrong label", ge=0, le=1)
    balance_variation: float = parameter(
        0.0,
        "standard deviation of first balances across agents, as a share of the mean",
        ge=0,
        le=10,
    )
    deposit_variation: float = parameter(
        0.0, "standard deviation of mean offers across agents, as a share of the mean", ge=0, le=10
    )
    wait_variation: float = parameter(
        0.0, "standard deviation of mean waits across agents, as a share of the mean", ge=0, le=10
    )


DIFFERENCES: dict[Kind, dict[str, dict[str, Any]]] = {
    "honest": {},
    "malicious": {
        "behaviour": {
            "default": "label-flip",
            "meaning": "what they do; for several behaviours their shares: 'echo = 2, sybil = 1'",
        },
        "mean_deposit": {"default": 100.0},
        "stdev_deposit": {"default": 3.0},
        "mean_wait_s": {"default": 3600.0},
        "mistake_probability": {"default": 0.0, "meaning": "chance of sending the true label"},
    },
}
"""In what a kind differs from the defaults."""
