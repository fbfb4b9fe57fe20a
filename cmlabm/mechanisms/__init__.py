"""The registry of incentive mechanisms: one class in one file, one line here."""

from cmlabm.mechanisms.deposit_refund_take import DepositRefundTake

MECHANISMS = {
    DepositRefundTake.id: DepositRefundTake,
}
