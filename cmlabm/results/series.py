"""The daily series of a market: what is recorded at the end of each day, and on day 0."""

from cmlabm.results.quantity import Quantity

SERIES = {
    "accuracy": Quantity(float, "share correct", "accuracy of the shared model on the test set"),
    "honest_balance": Quantity(
        float, "tokens", "held by the honest contributors together, deposits not counted"
    ),
    "malicious_balance": Quantity(
        float, "tokens", "held by the malicious contributors together, deposits not counted"
    ),
    "escrow": Quantity(float, "tokens", "deposits that the contract holds"),
    "pending": Quantity(int, "submissions", "still hold money"),
    "honest_accepted": Quantity(
        int, "submissions", "of honest contributors, accepted since the start"
    ),
    "malicious_accepted": Quantity(
        int, "submissions", "of malicious contributors, accepted since the start"
    ),
    "honest_learnt": Quantity(
        int, "submissions", "of honest contributors, learnt by now and not unlearnt"
    ),
    "malicious_learnt": Quantity(
        int, "submissions", "of malicious contributors, learnt by now and not unlearnt"
    ),
    "honest_discarded": Quantity(
        int, "submissions", "of honest contributors, that will not be learnt, or were unlearnt"
    ),
    "malicious_discarded": Quantity(
        int, "submissions", "of malicious contributors, that will not be learnt, or were unlearnt"
    ),
    "honest_refused": Quantity(
        int, "submissions", "of honest contributors, refused since the start"
    ),
    "malicious_refused": Quantity(
        int, "submissions", "of malicious contributors, refused since the start"
    ),
    "refunds": Quantity(int, "refunds", "paid since the start"),
    "takes": Quantity(int, "takes", "paid since the start"),
    "fees": Quantity(float, "tokens", "paid for gas since the start"),
}
"""By name, in the order of the table's columns."""

PLAYING = ("day", "behaviour", "contributors")
"""The columns of a table of its own: how many of those who learn play what, at the same times."""
