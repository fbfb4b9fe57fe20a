"""The registry of incentive mechanisms: one class in one file, one line here."""

from cmlabm.errors import InputError, in_short
from cmlabm.mechanisms.checked import Checked
from cmlabm.mechanisms.interface import Mechanism
from cmlabm.registry import Registry

MECHANISMS: Registry[Mechanism] = Registry(
    Mechanism,
    "cmlabm.mechanisms",
    "deposit_refund_take:DepositRefundTake",
    "none:NoIncentive",
    "points:Points",
    "reputation_cost:ReputationCost",
    "diversity_cost:DiversityCost",
    "slashing:Slashing",
    "prediction_market:PredictionMarket",
    "loss_payment:LossPayment",
    "output_agreement:OutputAgreement",
    "peer_truth_serum:PeerTruthSerum",
    "correlated_agreement:CorrelatedAgreement",
    "determinant_mi:DeterminantMI",
    "knn_shapley:KNNShapley",
    "shapley:Shapley",
    "leave_one_out:LeaveOneOut",
    "banzhaf:Banzhaf",
    "staked_score:StakedScore",
    "challenge_bond:ChallengeBond",
)


def checked_if_own(rules: Mechanism) -> Mechanism:
    """Return a mechanism, of which one of a user's own class will have its answers checked."""
    return rules if type(rules) in MECHANISMS.built_in.values() else Checked(rules)


def make_mechanism(name: str, parameters: object) -> Mechanism:
    """Return the mechanism of a run; one that a user brings is tried out first.

    Args:
        name: an id of the registry, or ``module:Class``.
        parameters: of the run.

    Raises:
        InputError: there is no such class, or a contract cannot work with it.
    """
    kind = MECHANISMS.find("incentive", name)
    if name in MECHANISMS.built_in:
        return kind.from_parameters(parameters)
    try:
        made = kind.from_parameters(parameters)
        Checked(made).try_out()
    except InputError as error:
        raise InputError(f"incentive = {name!r}: {error}") from error
    except (Exception, SystemExit) as error:
        raise InputError(f"incentive = {name!r}: fails ({in_short(error)})") from error
    return made
