"""The registry of incentive mechanisms: one class in one file, one line here."""

from cmlabm.mechanisms.deposit_refund_take import DepositRefundTake
from cmlabm.mechanisms.diversity_cost import DiversityCost
from cmlabm.mechanisms.interface import Mechanism
from cmlabm.mechanisms.none import NoIncentive
from cmlabm.mechanisms.points import Points
from cmlabm.mechanisms.prediction_market import PredictionMarket
from cmlabm.mechanisms.reputation_cost import ReputationCost
from cmlabm.mechanisms.slashing import Slashing

MECHANISMS: dict[str, type[Mechanism]] = {
    DepositRefundTake.id: DepositRefundTake,
    NoIncentive.id: NoIncentive,
    Points.id: Points,
    ReputationCost.id: ReputationCost,
    DiversityCost.id: DiversityCost,
    Slashing.id: Slashing,
    PredictionMarket.id: PredictionMarket,
}
