"""What a market takes of the machine: estimated before it is set up, so that one can be asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from cmlabm.errors import InputError
from cmlabm.kinds import KINDS
from cmlabm.parameters import Parameters
from cmlabm.units import SECONDS_PER_DAY

ASK_FROM_S = 10.0
"""A market whose set-up or whose day takes longer is set up when the visitor asks again."""

MOST_GIGABYTES = 4.0
MOST_AGENTS = 100_000

_S_PER_CELL = 2.5e-8
_BYTES_PER_CELL = 1.2
_BYTES_PER_SAMPLE = 2e3
_S_PER_AGENT = 2e-5
_BYTES_PER_AGENT = 4e3
_S_PER_WAKING = 1e-5
"""Measured on two cores of a server; a cell is a word of a synthetic review, there or not."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds to set markets up, seconds for the first of their days, and gigabytes."""

    seconds: float = 0.0
    day_seconds: float = 0.0
    gigabytes: float = 0.0

    @classmethod
    def of(cls, markets: Iterable[Parameters]) -> Self:
        """Return what some markets take together.

        Raises:
            InputError: one of them is too large for the page.
        """
        seconds = day_seconds = gigabytes = 0.0
        for parameters in markets:
            samples, agents = _samples(parameters), _agents(parameters)
            cells = samples * parameters.num_words
            size = cells * _BYTES_PER_CELL + samples * _BYTES_PER_SAMPLE
            size = (size + agents * _BYTES_PER_AGENT) / 1e9
            if agents > MOST_AGENTS:
                raise InputError(
                    f"this market has {agents:,} agents: the page takes at most {MOST_AGENTS:,};"
                    f" python -m cmlabm.batch runs larger ones"
                )
            if size > MOST_GIGABYTES:
                raise InputError(
                    f"this market takes about {size:,.0f} GB: the page has {MOST_GIGABYTES:g} for"
                    f" one; python -m cmlabm.batch runs larger ones"
                )
            gigabytes += size
            seconds += cells * _S_PER_CELL + agents * _S_PER_AGENT
            day_seconds += _wakings(parameters) * _S_PER_WAKING
        return cls(seconds, day_seconds, gigabytes)

    @property
    def is_large(self) -> bool:
        """Whether the visitor is asked before."""
        return max(self.seconds, self.day_seconds) > ASK_FROM_S

    def __str__(self) -> str:
        """Return the estimate as a sentence."""
        day = (
            f" and each of its first days {_time(self.day_seconds)}" if self.day_seconds > 1 else ""
        )
        return (
            f"To set this up takes about {_time(self.seconds)}{day}, and"
            f" {max(0.1, self.gigabytes):.1f} GB."
        )


def _samples(parameters: Parameters) -> int:
    """Return how many reviews are made; other data are read, and are as large as they are."""
    if parameters.data != "synthetic-reviews":
        return 0
    size: int = parameters.train_size + parameters.test_size
    return size


def _agents(parameters: Parameters) -> int:
    malicious = parameters.of_kind("malicious")
    addresses = 1
    if "sybil" in malicious.behaviour:
        addresses = parameters.malicious_addresses
    if "whitewash" in malicious.behaviour:
        addresses = max(addresses, 1 + parameters.malicious_fresh_addresses)
    contributors = parameters.of_kind("honest").agents + malicious.agents * addresses
    return contributors + parameters.customers


def _wakings(parameters: Parameters) -> float:
    agents = [(own.agents, own.mean_wait_s) for own in map(parameters.of_kind, KINDS)]
    agents.append((parameters.customers, parameters.customer_mean_wait_s))
    return sum(count * SECONDS_PER_DAY / max(wait, 1.0) for count, wait in agents)


def _time(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds > 90 else f"{max(1.0, seconds):.0f} seconds"
