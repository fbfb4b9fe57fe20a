"""One seeded random stream a purpose, so that a change to one factor leaves the others' draws."""

from enum import IntEnum

import numpy as np


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


def stream(seed: int, purpose: Purpose, group: int = 0) -> np.random.Generator:
    """Return the generator of one purpose (and one group of agents) under a seed.

    Args:
        seed: the run's seed, not negative.
        purpose: what the numbers are for.
        group: a group of agents that draws by itself, for instance the malicious ones.

    Example:
        >>> waits = stream(7, Purpose.WAITS)
        >>> offers = stream(7, Purpose.OFFERS)
        >>> bool(waits.random() == offers.random())
        False
        >>> bool(stream(7, Purpose.OFFERS).random() == stream(7, Purpose.OFFERS).random())
        True
    """
    sequence = np.random.SeedSequence(seed, spawn_key=(int(purpose), group))
    return np.random.Generator(np.random.PCG64(sequence))
