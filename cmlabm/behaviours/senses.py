"""What a contributor knows: its own affairs, and what is public in the contract (ODD: sensing)."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cmlabm.classifiers.interface import Classifier
from cmlabm.data.dataset import Samples
from cmlabm.data.rows import Row


class OwnData(Protocol):
    """The samples that a contributor may submit, in order."""

    @property
    def order(self) -> NDArray[np.int64]:
        """Which of the training samples they are, shape (samples,)."""

    @property
    def row(self) -> Row:
        """The features of the sample next in line."""

    @property
    def label(self) -> int:
        """The true label of the sample next in line."""

    def __len__(self) -> int:
        """Return how many samples are left."""

    def ahead(self, count: int) -> Samples:
        """Return the samples that come next, so many or as many as there are."""

    def row_ahead(self, place: int) -> Row:
        """Return the features of the sample at a place in the line; 0 is next."""

    def take(self, indices: NDArray[np.int64]) -> Samples:
        """Return some of the training samples."""

    def advance(self) -> None:
        """Use up the sample next in line, or discard it."""

    def draw_out(self, place: int) -> None:
        """Use up the sample at a place in the line; the others keep their order."""


class PublicRecord(Protocol):
    """The accepted submissions as columns, in the order in which they came."""

    @property
    def time_s(self) -> Sequence[int]:
        """When each came, in seconds."""

    @property
    def sender(self) -> Sequence[int]:
        """The account that sent each."""

    @property
    def row(self) -> Sequence[Row]:
        """The features of each."""

    @property
    def label(self) -> Sequence[int]:
        """The label submitted with each."""

    @property
    def deposit(self) -> Sequence[int]:
        """The deposit of each in units."""

    def __len__(self) -> int:
        """Return how many there are."""


class Peer(Protocol):
    """A contributor who chooses among behaviours, as others see it. Amounts are in units.

    Balances and deposits are public on a chain. That others know what it plays is an assumption.
    """

    @property
    def money(self) -> int:
        """What it has, deposits not counted."""

    @property
    def locked(self) -> int:
        """How much of its deposits the contract holds."""

    @property
    def playing(self) -> str:
        """What it plays, by its name in the repertoire."""


class Senses(Peer, Protocol):
    """What a behaviour may know of its contributor and of the market. Amounts are in units."""

    @property
    def now(self) -> int:
        """The time of this waking in seconds."""

    @property
    def account(self) -> int:
        """The contributor's account."""

    @property
    def queue(self) -> OwnData:
        """The samples that it may submit."""

    @property
    def verified(self) -> int:
        """How many of its samples were verified."""

    @property
    def all_verified(self) -> int:
        """How many samples of all contributors were verified."""

    @property
    def verifications(self) -> Sequence[int]:
        """The refunded submissions, in the order in which they were."""

    @property
    def submissions(self) -> PublicRecord:
        """All accepted submissions."""

    def learnt(self, submission: int) -> bool | None:
        """Return whether the model has learnt a submission; None if that is not decided yet."""

    @property
    def accuracy(self) -> float:
        """The accuracy last published, up to a day old."""

    @property
    def is_open(self) -> bool:
        """Whether, at the last midnight, data waited that somebody might submit."""

    @property
    def imitators(self) -> Sequence[Peer]:
        """The contributors who entered to imitate each other, of both kinds, itself among them."""

    @property
    def classes(self) -> int:
        """How many classes there are."""

    @property
    def bankrupt_may_claim(self) -> bool:
        """Whether the mechanism has a place for contributors without money."""

    def predicted(self, row: Row) -> int:
        """Return what the shared model now predicts for a sample."""

    def predictions(self, samples: Samples) -> NDArray[np.int64]:
        """Return what the shared model now predicts for several samples, shape (samples,)."""

    def margins_after(self, tried: Samples, on: Samples) -> NDArray[np.float64]:
        """Return how far samples would lie on the side of their class after one more lesson.

        Args:
            tried: the lessons, of which each is tried by itself on a copy of the shared model.
            on: the samples whose margins are asked for, with their true labels.

        Returns:
            Shape (tried, on), as of ``cmlabm.classifiers.trials``.
        """

    def price(self, label: int) -> int | None:
        """Return what a submission costs now; None if none is possible in this second."""

    def price_after(self, waited: int) -> int:
        """Return what a submission costs some seconds after one that is accepted."""

    def next_expiry(self) -> int | None:
        """Return when the next pending submission expires; None if there is none."""

    @property
    def least_fee(self) -> int:
        """What the cheapest call costs beside a deposit: 0 where calls are free."""

    def transfer(self, account: int, amount: int) -> None:
        """Move money to another account of the same contributor's, of those that it entered with.

        Raises:
            InputError: the account is not its own, or it has less money.
        """

    def new_model(self) -> Classifier:
        """Return a classifier like the shared one, to be fitted."""
