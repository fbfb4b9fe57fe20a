"""What contributors draw at random, made in blocks for speed."""

import numpy as np

from cmlabm.parameters import ContributorParameters
from cmlabm.random_streams import Purpose, stream

BLOCK = 256


class Uniforms:
    """Numbers from 0 up to 1, one after the other.

    Example:
        >>> uniforms = Uniforms(np.random.default_rng(1))
        >>> uniforms.next() == np.random.default_rng(1).random()
        True
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._block: list[float] = []

    def next(self) -> float:
        """Return the next number of the stream."""
        if not self._block:
            self._block = self._rng.random(BLOCK)[::-1].tolist()
        return self._block.pop()


class PositiveNormals:
    """Draws of ``trunc(Normal(mean, stdev))``, each drawn again until it is at least 1.

    Example:
        >>> waits = PositiveNormals(np.random.default_rng(1), mean=600.0, stdev=1.0)
        >>> [waits.next() for _ in range(3)]
        [600, 600, 600]
    """

    def __init__(self, rng: np.random.Generator, mean: float, stdev: float) -> None:
        self._rng = rng
        self._mean = mean
        self._stdev = stdev
        self._block: list[int] = []

    def next(self) -> int:
        """Return the next draw of the stream."""
        while not self._block:
            draws = np.trunc(self._rng.normal(self._mean, self._stdev, BLOCK))
            self._block = draws[draws >= 1][::-1].astype(np.int64).tolist()
        return self._block.pop()


class Draws:
    """The random streams that the contributors of one kind share."""

    def __init__(self, seed: int, group: int, own: ContributorParameters) -> None:
        self.waits = PositiveNormals(
            stream(seed, Purpose.WAITS, group), own.mean_wait_s, own.stdev_wait_s
        )
        self.offers = PositiveNormals(
            stream(seed, Purpose.OFFERS, group), own.mean_deposit, own.stdev_deposit
        )
        self.decisions = Uniforms(stream(seed, Purpose.DECISIONS, group))
        self.mistakes = Uniforms(stream(seed, Purpose.MISTAKES, group))
        self.wrong_labels = Uniforms(stream(seed, Purpose.WRONG_LABELS, group))
