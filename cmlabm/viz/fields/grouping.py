"""The groups in which parameters stand on the page, and their titles there."""

from cmlabm.declarations import in_words

GROUPS = ("data", "honest", "malicious", "contract", "model")

MAIN = (
    "malicious_behaviour",
    "malicious_agents",
    "honest_agents",
    "incentive",
    "admission",
    "cost_weight",
)
"""What a first visitor changes: these stand above the groups."""


def title(name: str) -> str:
    """Return a parameter's name in words: within its group short, above the groups in full.

    Example:
        >>> title("honest_mean_wait_s"), title("num_words"), title("honest_agents")
        ('mean wait', 'number of words', 'number of honest agents')
    """
    return in_words(
        name if name in MAIN else name.removeprefix("honest_").removeprefix("malicious_")
    )
