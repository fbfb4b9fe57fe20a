"""What the mechanisms share that divide a bounty, at the end, by what each contributor is worth."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from cmlabm.classifiers.interface import Classifier
from cmlabm.data.dataset import Samples
from cmlabm.declarations import parameter
from cmlabm.mechanisms.budget import in_proportion
from cmlabm.mechanisms.interface import LEARNT, Closing, Opening, Record, Settlement
from cmlabm.mechanisms.sponsored import Sponsored
from cmlabm.mechanisms.valuation import Game


@dataclass(frozen=True, kw_only=True)
class Valued(Sponsored):
    """A mechanism that divides its bounty in proportion to what is positive of some values.

    Of a contributor's submissions count those that the model has learnt.
    """

    needs_root = True

    @abstractmethod
    def values(
        self, market: Opening, first_model: Classifier
    ) -> Mapping[int, Fraction] | Mapping[int, float]:
        """Return what each account was worth when the market closes.

        Args:
            market: as it opened, with all submissions since.
            first_model: the shared model before the first submission.
        """

    def opened(self, market: Opening) -> Settlement:
        """Return what is to be done over a market that opens now."""
        return ValueSettlement(self, market)


class ValueSettlement(Settlement):
    """Divides the bounty when the market closes."""

    def __init__(self, rule: Valued, market: Opening) -> None:
        self._rule = rule
        self._market = market
        self._first_model = market.classifier.copy()

    def closed(
        self,
        submissions: Record,  # noqa: ARG002
        left: Sequence[int],  # noqa: ARG002
        test: Samples,  # noqa: ARG002
    ) -> Closing:
        """Divide the bounty by the values."""
        values = self._rule.values(self._market, self._first_model)
        return Closing(in_proportion(self._rule.bounty, values), self._market.classifier)


@dataclass(frozen=True, kw_only=True)
class ValuedByRetraining(Valued):
    """A mechanism whose values are those of contributors as players in the game of learning."""

    def values(self, market: Opening, first_model: Classifier) -> Mapping[int, Fraction]:
        """Return what each account was worth when the market closes."""
        game = Retraining(market, first_model)
        return self.values_of(game, game.players, len(market.root), market.rng)

    @abstractmethod
    def values_of(
        self, game: Game, players: Sequence[int], root_size: int, rng: np.random.Generator
    ) -> Mapping[int, Fraction]:
        """Return what each player is worth.

        Args:
            game: how many samples of the root set a model predicts right that has learnt from some
                players only.
            players: the accounts whose submissions the model has learnt.
            root_size: of the root set.
            rng: from which sets or orders of players are drawn.
        """


@dataclass(frozen=True, kw_only=True)
class Sampled(ValuedByRetraining):
    """The same by some of all sets, or orders, of the players.

    Attributes:
        samples: how many are drawn.
    """

    samples: int = parameter(
        50,
        "how many orders or sets of contributors are drawn",
        name="valuation_samples",
        ge=1,
        le=1_000_000,
    )


class Retraining:
    """The game of learning: how much of the root set a model gets right that some have taught.

    The model goes on from the first one and learns the submissions of the given accounts in the
    order in which they came, as the market's admission would teach them. Each set of accounts is
    tried once.

    Attributes:
        players: the accounts whose submissions the model has learnt.
    """

    def __init__(self, market: Opening, first_model: Classifier) -> None:
        self._market = market
        self._first_model = first_model
        lessons = np.array([lesson == LEARNT for lesson in market.submissions.lesson], np.bool)
        self._numbers = np.flatnonzero(lessons)
        self._senders = np.array(market.submissions.sender, dtype=np.int64)[self._numbers]
        self._known: dict[frozenset[int], int] = {}
        self.players: list[int] = np.unique(self._senders).tolist()

    def __call__(self, players: frozenset[int]) -> int:
        """Return how many samples of the root set are predicted right."""
        if players not in self._known:
            model = self._first_model.copy()
            for number in self._numbers[np.isin(self._senders, list(players))].tolist():
                self._market.teach(model, number)
            root = self._market.root
            right = model.predict(root.features) == root.labels
            self._known[players] = int(np.count_nonzero(right))
        return self._known[players]
