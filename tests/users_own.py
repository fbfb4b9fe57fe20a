"""What users bring: behaviours, mechanisms, classifiers, named as ``users_own:Contrarian``."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cmlabm.behaviours import MaliciousBehaviour
from cmlabm.behaviours.honest.truthful import Truthful
from cmlabm.classifiers.interface import Classifier
from cmlabm.data.dataset import Features, Samples
from cmlabm.data.rows import Row
from cmlabm.declarations import parameter
from cmlabm.mechanisms.deposit_refund_take import DepositRefundTake
from cmlabm.mechanisms.interface import Mechanism, Standing
from cmlabm.units import to_units

TOKEN = 1_000_000


class Contrarian(MaliciousBehaviour):
    """Sends the label that the model does not predict (of two classes)."""

    def label_for(self, row: Row, truth: int) -> int:
        return 1 - self.senses.predicted(row)


class Patient(Truthful):
    """Waits for a day between two submissions."""

    def wait(self) -> int:
        return 86_400


class FlatFee(DepositRefundTake):
    """Deposit, refund, take at a price that does not change."""

    def required_deposit(self, waited: int, standing: Standing) -> int:
        return self.minimum_deposit


class Toll(Mechanism):
    """Takes a token for each submission and pays nothing, ever."""

    awaits_claims = False
    lets_take = False

    def required_deposit(self, waited: int, standing: Standing) -> int:
        return TOKEN


@dataclass(frozen=True, kw_only=True)
class Surcharge(DepositRefundTake):
    """Deposit, refund, take with something on top: it has two parameters of its own."""

    surcharge: int = parameter(
        1.0, "what is asked on top", unit="tokens", converted=to_units, ge=0, le=100
    )
    surcharge_until_day: int = parameter(3, "the last day of it", unit="days", ge=0, le=100_000)

    @classmethod
    def check(cls, parameters: object) -> None:
        super().check(parameters)
        rules = cls.from_parameters(parameters)
        if rules.surcharge and not rules.surcharge_until_day:
            raise ValueError("surcharge_until_day = 0: there is a surcharge, so it must be above 0")

    def required_deposit(self, waited: int, standing: Standing) -> int:
        return super().required_deposit(waited, standing) + self.surcharge


@dataclass(eq=False)
class Napping(Truthful):
    """Sleeps through some wakings."""

    naps: int = parameter(2, "wakings between two submissions", name="honest_naps", ge=0, le=99)
    _slept: int = field(default=0, init=False)

    def wants_to_submit(self) -> bool:
        self._slept += 1
        return self._slept % (self.naps + 1) == 0


class WordVotes(Classifier):
    """Predicts the class in whose samples the words of a sample came most often."""

    def fit(self, samples: Samples, rng: np.random.Generator) -> None:
        classes = range(int(samples.labels.max()) + 1)
        self.votes = np.array(
            [samples.features[samples.labels == own].sum(axis=0) for own in classes], dtype=float
        )

    def predict(self, features: Features) -> NDArray[np.int64]:
        return np.asarray((features @ self.votes.T).argmax(axis=1))

    def update(self, row: Row, label: int) -> bool:
        row.add_to(self.votes[label], 1.0)
        return True


@dataclass(eq=False)
class Stubborn(Truthful):
    """Submits with a probability of its own, whatever the model is like."""

    stubbornness: float = parameter(0.5, "chance to submit", ge=0, le=1)

    def wants_to_submit(self) -> bool:
        return self.draws.decision() < self.stubbornness
