"""What attackers share who choose among the next of their samples."""

from abc import abstractmethod
from dataclasses import dataclass, field
from typing import NamedTuple

from cmlabm.behaviours.interface import Contribution, MaliciousBehaviour
from cmlabm.data.dataset import Samples
from cmlabm.data.rows import Row
from cmlabm.declarations import parameter


class Choice(NamedTuple):
    """Which sample to send, and as what.

    Attributes:
        place: of the sample in the line; 0 is next.
        label: to send with it.
    """

    place: int
    label: int


@dataclass(eq=False)
class LookingAhead(MaliciousBehaviour):
    """Looks at the next of its samples and sends the one that suits it; the others wait.

    Attributes:
        lookahead: how many samples it looks at.
    """

    lookahead: int = parameter(
        20,
        "next samples of its own among which it chooses",
        name="malicious_lookahead",
        unit="samples",
        ge=1,
        le=10_000,
    )
    _place: int = field(default=0, init=False)

    def contribution(self) -> Contribution | None:
        """Choose one of the next samples, and its label; None to send none of them."""
        queue = self.senses.queue
        if not queue:
            return None
        ahead = queue.ahead(self.lookahead)
        choice = self.choice(ahead)
        if choice is None:
            return None
        self._place = choice.place
        return Contribution(
            queue.row_ahead(choice.place), choice.label, int(ahead.labels[choice.place])
        )

    def accepted(self, contribution: Contribution) -> None:  # noqa: ARG002
        """Note that the chosen sample is used up."""
        self.senses.queue.draw_out(self._place)

    @abstractmethod
    def choice(self, ahead: Samples) -> Choice | None:
        """Choose among the next samples; None to send none of them.

        Args:
            ahead: the next samples with their true labels; there is at least one.
        """

    def label_for(self, row: Row, truth: int) -> int:  # noqa: ARG002
        """Return the true label: another one is a matter of all samples that it looks at."""
        return truth
