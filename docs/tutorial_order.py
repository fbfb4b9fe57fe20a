"""The order of the tutorials."""

from pathlib import Path

TUTORIALS = [
    "first_market",
    "study_and_report",
    "write_an_attacker",
    "write_a_mechanism",
    "honesty_as_an_equilibrium",
    "worst_attack",
    "cost_on_a_chain",
    "your_own_data",
]


def place(file: str) -> int:
    """Return which place a tutorial has among the others."""
    return TUTORIALS.index(Path(file).stem)
