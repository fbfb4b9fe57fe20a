"""The page: watch a market live, compare several, browse a study; and a market on Mesa's page.

``show(model)`` and the components load Solara when they are first asked for, so that whatever else
imports from this package does not.
"""

from importlib import import_module
from typing import Any

__all__ = [
    "AccuracyChart",
    "Balances",
    "EscrowChart",
    "MarketPicture",
    "PlayingChart",
    "SubmissionTable",
    "show",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("cmlabm.viz.components"), name)
