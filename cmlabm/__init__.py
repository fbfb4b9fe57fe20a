"""Agent-based simulation of markets that train a shared classifier under a smart contract.

Example:
    >>> from cmlabm import CMLModel
    >>> CMLModel(rng=1, train_size=500, test_size=500, num_words=100).run()["submissions"]
    460
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cmlabm.errors import InputError
    from cmlabm.model import CMLModel
    from cmlabm.parameters import Parameters

__all__ = ["CMLModel", "InputError", "Parameters"]

_HOMES = {"CMLModel": "model", "InputError": "errors", "Parameters": "parameters"}


def __getattr__(name: str) -> Any:
    """Import what is asked for, so that ``import cmlabm`` itself takes no time."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"cmlabm.{_HOMES[name]}"), name)
