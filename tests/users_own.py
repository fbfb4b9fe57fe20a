"""What users bring: behaviours, mechanisms, classifiers, named as ``users_own:Contrarian``."""

import numpy as np
from numpy.typing import NDArray

from cmlabm.classifiers.interface import Classifier
from cmlabm.contributors import HonestAgent, MaliciousAgent
from cmlabm.data.dataset import Features, Samples
from cmlabm.data.rows import Row
from cmlabm.mechanisms.deposit_refund_take import DepositRefundTake
from cmlabm.mechanisms.interface import Mechanism, Standing

TOKEN = 1_000_000


class Contrarian(MaliciousAgent):
    """Sends the label that the model does not predict (of two classes)."""

    def label_for(self, row: Row, truth: int) -> int:
        return 1 - int(self.model.contract.classifier.label(row))


class Patient(HonestAgent):
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
