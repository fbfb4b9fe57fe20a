"""What contributors draw at random, made in blocks for speed."""

from dataclasses import dataclass

import numpy as np

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


@dataclass(frozen=True, slots=True, eq=False)
class KindStreams:
    """The random streams that the contributors of one kind share.

    Attributes:
        waits: seconds between wakings.
        offers: tokens offered as a deposit.
        decisions: numbers from 0 to 1 that decide whether to submit.
        mistakes: numbers from 0 to 1 that decide whether a mistake is made.
        wrong_labels: numbers from 0 to 1 that choose a label.
        noise: the generator of changes to features.
        own_data: the generator that chooses and fits what a contributor learns from by itself.
        learning: the generator by which contributors choose among behaviours.
    """

    waits: PositiveNormals
    offers: PositiveNormals
    decisions: Uniforms
    mistakes: Uniforms
    wrong_labels: Uniforms
    noise: np.random.Generator
    own_data: np.random.Generator
    learning: np.random.Generator


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """All that a contributor draws, at its own pace and scale.

    Whoever draws from here and nowhere else keeps runs reproducible, and leaves the draws for
    other purposes as they were.

    Attributes:
        streams: those of the contributor's kind.
        classes: how many classes the data have.
        deposit_factor: offers are so many times those of the kind.
        wait_factor: waits are so many times those of the kind.
        mistake_probability: with which a mistake is made.
    """

    streams: KindStreams
    classes: int
    deposit_factor: float
    wait_factor: float
    mistake_probability: float

    def wait(self) -> int:
        """Draw how many seconds to wait until the next waking, at least 1."""
        return self.streams.waits.next(self.wait_factor)

    def offer(self) -> int:
        """Draw how many tokens to offer as a deposit, at least 1."""
        return self.streams.offers.next(self.deposit_factor)

    def decision(self) -> float:
        """Draw a number from 0 to 1 that decides whether to submit."""
        return self.streams.decisions.next()

    def errs(self) -> bool:
        """Draw whether a mistake is made this time."""
        return self.streams.mistakes.next() < self.mistake_probability

    def label(self) -> int:
        """Draw one of all labels."""
        return int(self.streams.wrong_labels.next() * self.classes)

    def wrong_label(self, truth: int) -> int:
        """Draw one of the labels that are not true."""
        label = int(self.streams.wrong_labels.next() * (self.classes - 1))
        return label + (label >= truth)

    @property
    def noise(self) -> np.random.Generator:
        """The generator of changes to features."""
        return self.streams.noise

    @property
    def own_data(self) -> np.random.Generator:
        """The generator that chooses and fits what a contributor learns from by itself."""
        return self.streams.own_data

    @property
    def learning(self) -> np.random.Generator:
        """The generator by which contributors choose among behaviours."""
        return self.streams.learning
