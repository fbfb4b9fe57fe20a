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
    """Draws of ``trunc(factor * Normal(mean, stdev))``, each drawn again until it is at least 1.

    Example:
        >>> waits = PositiveNormals(np.random.default_rng(1), mean=600.0, stdev=1.0)
        >>> [waits.next() for _ in range(3)], waits.next(factor=2.0)
        ([600, 600, 600], 1197)
    """

    def __init__(self, rng: np.random.Generator, mean: float, stdev: float) -> None:
        self._rng = rng
        self._mean = mean
        self._stdev = stdev
        self._block: list[float] = []

    def next(self, factor: float = 1.0) -> int:
        """Return the next draw of the stream."""
        while True:
            if not self._block:
                draws = self._rng.normal(self._mean, self._stdev, BLOCK)
                self._block = draws[::-1].tolist()
            draw = int(factor * self._block.pop())
            if draw >= 1:
                return draw


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
        self.noise = stream(seed, Purpose.NOISE, group)
        self.own_data = stream(seed, Purpose.OWN_DATA, group)
