"""A game whose markets take a tenth of a second."""

from typing import Any

SMALL: dict[str, Any] = {
    "name": "small",
    "players": 3,
    "seeds": 3,
    "strategies": ["study", "echo", "sniper", {"behaviour": "sybil", "malicious_addresses": 2}],
    "populations": [["study", "echo"]],
    "parameters": {
        "train_size": 120,
        "test_size": 60,
        "initial_fraction": 0.5,
        "max_days": 6,
        "refund_time_s": 43_200,
        "claim_time_s": 86_400,
        "honest_start_balance": 500,
    },
    "sweep": {"incentive": ["deposit-refund-take", "none"]},
}
