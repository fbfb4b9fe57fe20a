"""One seeded random stream a purpose, so that a change to one factor leaves the others' draws."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class Purpose(IntEnum):
    """What a stream is for. The numbers are part of every seed's meaning: add, never renumber."""

    DATA_ORDER = 0
    TEST_CHOICE = 1
    INITIAL_FIT = 2
    WAITS = 3
    OFFERS = 4
    DECISIONS = 5
    MISTAKES = 6
    WRONG_LABELS = 7
    NOISE = 8
    POPULATION = 9
    DEALING = 10
    OWN_DATA = 11
    SETTLEMENT = 12
    CUSTOMERS = 13
    LEARNING = 14


@dataclass(frozen=True)
class Streams:
    """All random streams of a run.

    Attributes:
        seed: the run's seed, not negative.

    Example:
        >>> streams = Streams(7)
        >>> waits, offers = streams.of(Purpose.WAITS), streams.of(Purpose.OFFERS)
        >>> bool(waits.random() == offers.random())
        False
        >>> again = Streams(7).of(Purpose.OFFERS)
        >>> bool(again.random() == streams.of(Purpose.OFFERS).random())
        True
    """

    seed: int

    def of(self, purpose: Purpose, group: int = 0) -> np.random.Generator:
        """Return the generator of one purpose, from its first number on.

        Args:
            purpose: what the numbers are for.
            group: a group of agents that draws by itself, for instance the malicious ones.
        """
        sequence = np.random.SeedSequence(self.seed, spawn_key=(int(purpose), group))
        return np.random.Generator(np.random.PCG64(sequence))


def data_order(seed: int, samples: int) -> NDArray[np.int64]:
    """Return the order in which a run with a seed uses its training samples, shape (samples,)."""
    return Streams(seed).of(Purpose.DATA_ORDER).permutation(samples)
