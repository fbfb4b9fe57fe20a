"""Learning from one's own experience alone: the bandit algorithm Exp3."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cmlabm.behaviours.learner import Learner, held
from cmlabm.declarations import parameter
from cmlabm.units import UNITS_PER_TOKEN

FORMULA = "Exp3: p = (1 - e)·w/Σw + e/K; w of the one played times exp(e·x/(p·K)), x: scaled gain"
SOURCE = "Auer, Cesa-Bianchi, Freund & Schapire 2002, doi 10.1137/S0097539701398375"


class Exp3:
    """Which of several arms to pull, from the rewards of those that were (Auer et al. 2002).

    Weights are kept as logarithms, of which the largest is 0: they can neither overflow nor be
    lost.

    Example:
        >>> bandit = Exp3(arms=2, exploration=0.1)
        >>> bandit.learn(0, 1.0)  # the weight grows by exp(0.1 * (1.0 / 0.5) / 2)
        >>> bandit.probabilities().round(4).tolist()
        [0.5225, 0.4775]
    """

    def __init__(self, arms: int, exploration: float) -> None:
        """Make all arms alike.

        Args:
            arms: how many there are.
            exploration: the share of draws that are even, above 0 and at most 1.
        """
        self.exploration = exploration
        self._log_weights = np.zeros(arms)

    def probabilities(self) -> NDArray[np.float64]:
        """Return with which probability each arm is pulled next, shape (arms,)."""
        weights = np.exp(self._log_weights)
        even = self.exploration / len(weights)
        pulled: NDArray[np.float64] = (1 - self.exploration) * weights / weights.sum() + even
        return pulled

    def learn(self, arm: int, reward: float) -> None:
        """Take in what an arm that was pulled gave, from 0 to 1."""
        estimate = reward / self.probabilities()[arm]
        self._log_weights[arm] += self.exploration * estimate / len(self._log_weights)
        self._log_weights -= self._log_weights.max()

    def draw(self, rng: np.random.Generator) -> int:
        """Return the arm to pull next."""
        return int(rng.choice(len(self._log_weights), p=self.probabilities()))


@dataclass(eq=False)
class OwnExperience(Learner):
    """Chooses by Exp3, whose reward is what was gained since the last revision.

    A gain is the change of what it holds, deposits in the contract counted in full. Gains from
    -r to r are scaled to rewards from 0 to 1, and larger ones cut off.

    Attributes:
        exploration: the share of draws that are even, in the source gamma.
        gain_range: r, in units.
    """

    exploration: float = parameter(
        0.1, "share of a bandit's draws that are even among all (gamma of Exp3)", gt=0, le=1
    )
    gain_range: float = parameter(
        1_000.0,
        "gains from minus to plus so much are told apart by a bandit",
        unit="tokens",
        ge=1e-6,
        le=1e9,
    )
    _bandit: Exp3 = field(init=False, repr=False)
    _held: int | None = field(default=None, init=False, repr=False)

    def begin(self) -> None:
        """Begin to play, without experience."""
        self._bandit = Exp3(len(self.names), self.exploration)
        self._held = None
        super().begin()

    def revise(self) -> str:
        """Learn from what was gained since the last revision, and draw what to play from now on."""
        before, self._held = self._held, held(self.senses)
        if before is None:
            return self.playing
        gain = (self._held - before) / UNITS_PER_TOKEN
        self._bandit.learn(self.names.index(self.playing), scaled(gain, self.gain_range))
        return self.names[self._bandit.draw(self.draws.learning)]


def scaled(gain: float, gain_range: float) -> float:
    """Return a gain as a reward: 0 for ``-gain_range`` and less, 1 for ``gain_range`` and more.

    Example:
        >>> [scaled(gain, 10) for gain in (-20, -10, 0, 5, 10, 11)]
        [0.0, 0.0, 0.5, 0.75, 1.0, 1.0]
    """
    return min(max((gain / gain_range + 1) / 2, 0.0), 1.0)
