"""Learning from others: who earns more is imitated."""

from dataclasses import dataclass, field
from math import tanh

from cmlabm.behaviours.learner import Learner, held
from cmlabm.behaviours.senses import Peer
from cmlabm.declarations import parameter
from cmlabm.units import UNITS_PER_TOKEN

FORMULA = "takes over another's behaviour with probability 1/(1 + exp(-β·(its gain - one's own)))"
SOURCE = "Traulsen, Nowak & Pacheco 2006, doi 10.1103/PhysRevE.74.011909"


@dataclass(eq=False)
class Imitation(Learner):
    """Compares its gain since the last revision with that of another, drawn among all imitators.

    It draws whom to watch at one revision, and compares at the next: so both gains are of the same
    time. A gain is the change of what one holds, deposits in the contract counted in full. What is
    taken over is what the other plays now. With the mutation probability it takes any of the
    repertoire instead, each with the same probability, also what it plays already.

    Attributes:
        intensity: β, by token.
        mutation: probability of a mutation.
    """

    intensity: float = parameter(
        0.01,
        "β of Fermi's rule: how much a difference of a token counts; 0: not at all",
        name="imitation_intensity",
        unit="1/token",
        ge=0,
        le=1e6,
    )
    mutation: float = parameter(
        0.01,
        "chance to take any of the repertoire at a revision",
        name="mutation_probability",
        ge=0,
        le=1,
    )
    _watched: Peer | None = field(default=None, init=False, repr=False)
    _difference: int = field(default=0, init=False, repr=False)

    def begin(self) -> None:
        """Begin to play, watching nobody yet."""
        self._watched = None
        self.may_invent = self.mutation > 0
        super().begin()

    def revise(self) -> str:
        """Choose what to play from now on, and whom to watch until the next revision."""
        rng, chosen, other = self.draws.learning, self.playing, self._watched
        if rng.random() < self.mutation:
            chosen = self.names[int(rng.integers(len(self.names)))]
        elif other is not None and other.playing in self.names:
            gain = (held(other) - held(self.senses) - self._difference) / UNITS_PER_TOKEN
            if rng.random() < fermi(gain, self.intensity):
                chosen = other.playing
        self._watch()
        return chosen

    def _watch(self) -> None:
        """Draw whom to watch, and note how much more it holds now."""
        everybody = self.senses.imitators
        self._watched = None
        if len(everybody) > 1:
            drawn = everybody[int(self.draws.learning.integers(len(everybody) - 1))]
            # The last takes the place of oneself, so that all others are as likely.
            self._watched = everybody[-1] if drawn is self.senses else drawn
            self._difference = held(self._watched) - held(self.senses)


def fermi(difference: float, intensity: float) -> float:
    """Return Fermi's probability to imitate, ``1 / (1 + exp(-intensity * difference))``.

    Source: Traulsen, Nowak & Pacheco 2006. It is calculated as a hyperbolic tangent, which does
    not overflow.

    Args:
        difference: the other's gain minus one's own.
        intensity: of selection, β.

    Example:
        >>> fermi(0, 5), round(fermi(10, 0.1), 4), fermi(-1e9, 1)
        (0.5, 0.7311, 0.0)
    """
    return (1 + tanh(intensity * difference / 2)) / 2
