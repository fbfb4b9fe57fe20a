"""Where a parameter stands on the page, under which title, and when it is shown."""

from collections.abc import Mapping
from functools import cache

from cmlabm.declarations import declared_by
from cmlabm.registries import REGISTRIES
from cmlabm.viz.fields.entries import DEFAULTS, ids_in

GROUPS = ("data", "honest", "malicious", "contract", "model")

_GROUP_OF = {
    "initial_fraction": "data",
    "num_words": "data",
    "train_size": "data",
    "test_size": "data",
    "label_column": "data",
    "population_distribution": "model",
    "classifier": "model",
    "max_days": "model",
}


def group_of(name: str) -> str:
    """Return the group that a parameter stands in.

    Example:
        >>> group_of("honest_mean_wait_s"), group_of("data_path"), group_of("cost_weight")
        ('honest', 'data', 'contract')
    """
    prefix = name.split("_")[0]
    return _GROUP_OF.get(name, prefix if prefix in GROUPS else "contract")


def title(name: str) -> str:
    """Return a parameter's name as it is shown within its group.

    Example:
        >>> title("honest_mean_wait_s"), title("num_words")
        ('mean wait', 'num words')
    """
    bare = name.removeprefix("honest_").removeprefix("malicious_").removesuffix("_s")
    return bare.replace("_", " ")


def matters(name: str, entries: Mapping[str, str]) -> bool:
    """Return whether a parameter has any effect in the market that the entries stand for.

    Example:
        >>> matters("cost_weight", {}), matters("cost_weight", {"incentive": "none"})
        (True, False)
    """
    data = entries.get("data", DEFAULTS["data"])
    if name == "data_path":
        return data in ("imdb", "table")
    if name == "label_column":
        return data == "table"
    if name == "num_words":
        return data in ("imdb", "synthetic-reviews")
    if name == "data_alpha":
        return entries.get("data_dealing") == "dirichlet"
    owners = _owners(name)
    return not owners or any(
        chosen in owners
        for parameter in REGISTRIES
        for chosen in ids_in(entries.get(parameter, DEFAULTS[parameter]))
    )


@cache
def _owners(name: str) -> frozenset[str]:
    """Return the ids of the behaviours, mechanisms and classifiers that have a parameter."""
    return frozenset(
        known
        for registry in REGISTRIES.values()
        for known, entry in registry.items()
        if name in {declared.name for declared in declared_by(entry)}
    )
