"""What a run comes to: the outcomes by name, and how those that need it are calculated."""

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from cmlabm.classifiers.anew import labels_of
from cmlabm.classifiers.interface import Classifier
from cmlabm.contract.ledger import OUTSIDE
from cmlabm.data.dataset import Samples
from cmlabm.results.quantity import Quantity

OUTCOMES = {
    "initial_accuracy": Quantity(float, "share correct", "accuracy on day 0"),
    "final_accuracy": Quantity(float, "share correct", "accuracy at the end"),
    "accuracy_gap": Quantity(float, "share correct", "final minus initial accuracy"),
    "malicious_depleted": Quantity(
        bool, "", "whether the malicious contributors' money was used up"
    ),
    "malicious_depletion_days": Quantity(
        float, "days", "when it was used up; missing (censored) if it lasted to the end"
    ),
    "days": Quantity(float, "days", "how long the market lasted"),
    "honest_final_balance": Quantity(
        float, "tokens", "held by the honest contributors together at the end"
    ),
    "malicious_final_balance": Quantity(
        float, "tokens", "held by the malicious contributors together at the end"
    ),
    "escrow_final": Quantity(float, "tokens", "deposits that the contract still holds at the end"),
    "submissions": Quantity(int, "submissions", "accepted from anybody"),
    "honest_accepted": Quantity(int, "submissions", "of honest contributors that were accepted"),
    "malicious_accepted": Quantity(
        int, "submissions", "of malicious contributors that were accepted"
    ),
    "honest_learnt_share": Quantity(
        float, "share", "of honest contributors' accepted submissions, which the model learnt"
    ),
    "malicious_learnt_share": Quantity(
        float, "share", "of malicious contributors' accepted submissions, which the model learnt"
    ),
    "refused": Quantity(int, "submissions", "refused to anybody"),
    "refunds": Quantity(int, "refunds", "paid in all"),
    "takes": Quantity(int, "takes", "paid in all"),
    "honest_return": Quantity(
        float,
        "share of the first balance",
        "what honest contributors gained (-1: all lost; missing if they had nothing); money in"
        " escrow and fees count as lost",
    ),
    "malicious_return": Quantity(
        float, "share of the first balance", "the same of malicious contributors"
    ),
    "honest_return_without_revenue": Quantity(
        float, "share of the first balance", "the same of honest ones but for what customers paid"
    ),
    "malicious_return_without_revenue": Quantity(
        float, "share of the first balance", "the same of malicious contributors"
    ),
    "revenue": Quantity(
        float, "tokens", "paid by customers for predictions, the part of the contract's owner too"
    ),
    "malicious_deposited": Quantity(
        float, "tokens", "sum of all deposits that malicious contributors made"
    ),
    "honest_driven_out": Quantity(
        int,
        "agents",
        "honest contributors who have left, given up, or hold too little for the least deposit",
    ),
    "gini": Quantity(float, "", "Gini coefficient of all contributors' balances at the end"),
    "backdoor_success": Quantity(
        float,
        "share",
        "hidden test samples of other classes that get the target class if they have the trigger;"
        " missing where nobody plants one",
    ),
    "backdoor_base_rate": Quantity(float, "share", "the same of the same samples without it"),
    "honest_playing_share": Quantity(
        float,
        "share",
        "of the contributors who learn, who play an honest behaviour at the end, or played one"
        " before they left; missing where nobody learns",
    ),
    "honest_fees": Quantity(float, "tokens", "paid for gas by honest contributors"),
    "malicious_fees": Quantity(float, "tokens", "paid for gas by malicious contributors"),
    "honest_gas": Quantity(
        int, "gas", "used by the calls of honest contributors, refused ones included"
    ),
    "malicious_gas": Quantity(int, "gas", "used by the calls of malicious contributors"),
    "break_even_gas_price": Quantity(
        float,
        "gwei",
        "price of gas at which the calls made would cost all that honest contributors gained before"
        " fees; missing where they gained nothing or made no calls",
    ),
}
"""By name, in the order of the table's columns."""

DEPLETED_SHARE = 0.01
"""A group's money counts as used up at or below this share of what it started with."""


def depletion_time(
    movements: NDArray[np.int64], accounts: Collection[int], share: float = DEPLETED_SHARE
) -> int | None:
    """Return when accounts together first held at most a share of what they started with.

    Money in escrow does not count. A run in which that never happens is censored, not zero.

    The totals of payments made together are enough: such payments only add to the account that is
    paid, so that the least it held is what it held before the first of them.

    Args:
        movements: a ledger's movements or totals, columns as in ``Ledger.COLUMNS``.
        accounts: the accounts whose balances are added up.
        share: of what they started with; 1 % is what counts as used up.

    Returns:
        The time in seconds, or None if it did not happen (or they started with nothing).

    Example:
        >>> from cmlabm.contract.ledger import Ledger, Reason
        >>> ledger = Ledger()
        >>> eve = ledger.open("eve", 1000)
        >>> ledger.move(eve, ledger.ESCROW, 989, Reason.DEPOSIT, 60, submission=0)
        >>> ledger.move(eve, ledger.ESCROW, 1, Reason.DEPOSIT, 120, submission=1)
        >>> depletion_time(ledger.totals(), [eve])
        120
    """
    time_s, source, target, amount = movements.T[:4]
    members = np.array(sorted(accounts), dtype=np.int64)
    gained = np.where(np.isin(target, members), amount, 0)
    spent = np.where(np.isin(source, members), amount, 0)
    start = int(gained[source == OUTSIDE].sum())
    held = np.cumsum(gained - spent)
    used_up = np.flatnonzero((held <= share * start) & (source != OUTSIDE))
    return int(time_s[used_up[0]]) if start > 0 and len(used_up) else None


def share_predicted(classifier: Classifier, samples: Samples, target: int) -> float:
    """Return for which share of the samples of other classes a classifier predicts a class.

    Returns:
        The share; NaN if there are no such samples.

    Example:
        >>> from cmlabm.classifiers.nearest_centroid import NearestCentroid
        >>> model, known = NearestCentroid(), Samples(np.array([[0.0], [2.0]]), np.array([0, 1]))
        >>> model.fit(known, np.random.default_rng(1))
        >>> share_predicted(model, Samples(np.array([[0.5], [3.0]]), np.array([0, 0])), 1)
        0.5
    """
    others = samples.take(np.flatnonzero(samples.labels != target))
    if not len(others):
        return float("nan")
    return float(np.mean(labels_of(classifier.predict, others.features) == target))


def gini(balances: Sequence[int]) -> float:
    """Return the Gini coefficient of balances: 0 if all are alike, towards 1 if one has all.

    With balances in increasing order, ``2 * sum(i * x_i) / (n * sum(x_i)) - (n + 1) / n`` with i
    from 1 to n (Gini 1912; the form of Dixon et al. 1987).

    Args:
        balances: none negative.

    Returns:
        The coefficient; NaN if there is no balance or no money.

    Example:
        >>> gini([5, 5, 5, 5]), gini([0, 0, 0, 8])
        (0.0, 0.75)
    """
    size, money = len(balances), sum(balances)
    if not money:
        return float("nan")
    weighted = sum(rank * balance for rank, balance in enumerate(sorted(balances), start=1))
    return 2 * weighted / (size * money) - (size + 1) / size
