"""What users bring: behaviours and mechanisms that are named as ``users_own:Contrarian``."""

from cmlabm.behaviours import MaliciousBehaviour
from cmlabm.behaviours.honest.truthful import Truthful
from cmlabm.data.rows import Row
from cmlabm.mechanisms.deposit_refund_take import DepositRefundTake
from cmlabm.mechanisms.interface import Mechanism, Standing

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
