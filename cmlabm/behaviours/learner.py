"""A contributor who learns what to do: it plays one behaviour of a repertoire at a time."""

from abc import abstractmethod
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field

from cmlabm.behaviours.interface import Behaviour, Contribution, Planted
from cmlabm.behaviours.senses import Peer
from cmlabm.data.dataset import Dataset
from cmlabm.data.rows import Row
from cmlabm.declarations import parameter
from cmlabm.errors import InputError, class_of
from cmlabm.units import LONGEST_S


@dataclass(eq=False)
class Learner(Behaviour):
    """Plays one behaviour of its repertoire, and chooses anew at its revision times.

    Whatever a behaviour decides, the one that is played decides. It is made anew whenever it is
    taken up, and knows nothing of when it was played before. It wakes at its own times; between
    them come wakings only to revise, at which nothing is submitted or claimed.

    The first revision is at a random time within the first ``revision_wait``, so that contributors
    do not all revise together; what was gained before it does not count.

    Attributes:
        repertoire: the names of the behaviours, and shares of those that are played first.
        revision_wait: seconds between revisions.
        playing: the name of what is played.
        played: the behaviour that is played.
        may_invent: whether it may come to play what nobody plays.
    """

    repertoire: str = parameter(
        "study, echo, sniper",
        "behaviours of either kind among which learners choose; all start with the first, or by"
        " shares: 'study = 9, echo = 1, sniper'",
        min_length=1,
    )
    revision_wait: int = parameter(
        864_000,
        "time between a learner's choices",
        name="revision_wait_s",
        unit="s",
        ge=1,
        le=LONGEST_S,
    )
    playing: str = field(default="", init=False)
    played: Behaviour = field(init=False, repr=False)
    may_invent: bool = field(default=True, init=False, repr=False)
    _made: dict[str, Behaviour] = field(default_factory=dict, init=False, repr=False)
    _has_begun: bool = field(default=False, init=False, repr=False)
    _acts: bool = field(default=False, init=False, repr=False)
    _next_waking: int = field(default=0, init=False, repr=False)
    _next_revision: int = field(default=0, init=False, repr=False)

    def choose_from(self, behaviours: Mapping[str, Behaviour], first: str) -> None:
        """Take a repertoire.

        Args:
            behaviours: by their names, each of which nobody plays yet.
            first: the name of the one to start with.
        """
        self._made = dict(behaviours)
        self.playing, self.played = first, self._made[first]

    @abstractmethod
    def revise(self) -> str:
        """Choose what to play from now on, by its name."""

    @property
    def names(self) -> list[str]:
        """The names of the behaviours of the repertoire."""
        return [*self._made]

    @property
    def submits(self) -> bool:  # type: ignore[override]
        """Whether it uses up data of its own, or may come to by itself."""
        if self.may_invent or not self._has_begun:
            return any(behaviour.submits for behaviour in self._made.values())
        return self.played.submits

    @property
    def front_runs(self) -> bool:  # type: ignore[override]
        """Whether what is played is served before all others."""
        return self.played.front_runs

    @property
    def planted(self) -> Planted | None:  # type: ignore[override]
        """The backdoor that is planted now, if one is."""
        return self.played.planted

    @property
    def claims(self) -> bool:  # type: ignore[override]
        """Whether what is played claims what it can, and has woken to."""
        return self._acts and self.played.claims

    @property
    def makes_samples(self) -> bool:
        """Whether what is played makes the samples that it sends."""
        return self.played.makes_samples

    def check_data(self, dataset: Dataset) -> None:
        """Refuse data that do not suit one of the repertoire."""
        for behaviour in self._made.values():
            behaviour.check_data(dataset)

    def begin(self) -> None:
        """Take up the first behaviour, and plan the first revision."""
        if not self._made:
            raise InputError(f"{class_of(self)}: has no repertoire; it takes one by choose_from")
        self._has_begun = True
        phase = int(self.draws.learning.integers(1, self.revision_wait, endpoint=True))
        self._next_revision = self.senses.now + phase
        self._take_up(self.playing)

    def contribution(self) -> Contribution | None:
        """Choose what to submit, unless it woke only to revise."""
        return self.played.contribution() if self.senses.now >= self._next_waking else None

    def wants_to_submit(self) -> bool:
        """Decide whether to submit the sample next in line."""
        return self.played.wants_to_submit()

    def label_for(self, row: Row, truth: int) -> int:
        """Choose the label to send with a sample."""
        return self.played.label_for(row, truth)

    def offer(self, contribution: Contribution) -> int:
        """Return the most that it is willing to deposit now, in units."""
        return self.played.offer(contribution)

    def accepted(self, contribution: Contribution) -> None:
        """Note that a contribution was accepted."""
        self.played.accepted(contribution)

    def wait(self) -> int:
        """Revise if it is time to, and return how long to wait until the next waking."""
        now = self.senses.now
        if now >= self._next_revision:
            self._next_revision = now + self.revision_wait
            chosen = self.revise()
            if chosen != self.playing:
                self._take_up(chosen)
        if now >= self._next_waking:
            self._next_waking = now + self.played.wait()
        return min(self._next_waking, self._next_revision) - now

    def stays(self) -> bool:
        """Stay as long as the market is open; then as what is played does.

        This is asked at every waking, before it is planned when what is played wakes next.
        """
        self._acts = self.senses.now >= self._next_waking
        return super().stays() and (self.senses.is_open or self.played.stays())

    def _take_up(self, name: str) -> None:
        """Play a behaviour, made anew, from its next waking on."""
        self.playing, self.played = name, deepcopy(self._made[name])
        self.played.adopt(self.senses, self.draws)
        self._next_waking = self.senses.now


def held(by: Peer) -> int:
    """Return what a contributor holds in units, its deposits in the contract counted in full."""
    return by.money + by.locked
