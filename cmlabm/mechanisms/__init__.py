"""The registry of incentive mechanisms: one class in one file, one line here."""

from cmlabm.mechanisms.deposit_refund_take import DepositRefundTake
from cmlabm.mechanisms.interface import Mechanism
from cmlabm.mechanisms.none import NoIncentive

MECHANISMS: dict[str, type[Mechanism]] = {
    DepositRefundTake.id: DepositRefundTake,
    NoIncentive.id: NoIncentive,
}
