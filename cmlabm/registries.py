"""All registries, by the parameter whose values their ids are."""

from typing import Any

from cmlabm.admission import ADMISSIONS
from cmlabm.behaviours import HONEST_BEHAVIOURS, MALICIOUS_BEHAVIOURS
from cmlabm.behaviours.mixtures import names_in
from cmlabm.behaviours.repertoires import PLAYABLE
from cmlabm.classifiers import CLASSIFIERS
from cmlabm.data import DATA_SETS
from cmlabm.mechanisms import MECHANISMS
from cmlabm.registry import Registry

REGISTRIES: dict[str, Registry[Any]] = {
    "honest_behaviour": HONEST_BEHAVIOURS,
    "malicious_behaviour": MALICIOUS_BEHAVIOURS,
    "admission": ADMISSIONS,
    "incentive": MECHANISMS,
    "classifier": CLASSIFIERS,
}
"""Those that take ``module:Class`` of a user's own as well."""

NAMING: dict[str, Registry[Any]] = {**REGISTRIES, "repertoire": PLAYABLE}
"""All parameters that name classes, and what those are chosen from."""

OWNERS: dict[str, Registry[Any]] = {"data": DATA_SETS, **REGISTRIES}
"""All that declare parameters, by the parameter that chooses one of them."""

GROUPS = {
    "data": "data",
    "honest_behaviour": "honest",
    "malicious_behaviour": "malicious",
    "admission": "contract",
    "incentive": "contract",
    "classifier": "model",
    "repertoire": "model",
}
"""Where the parameters of a registry's classes stand on the page."""


def chosen(parameter: str, value: str) -> list[str]:
    """Return the ids in a value: of one class, or of several behaviours.

    Example:
        >>> chosen("malicious_behaviour", "echo = 2, sybil = 1"), chosen("incentive", "none")
        (['echo', 'sybil'], ['none'])
        >>> chosen("data", "openml:adult:2")
        ['openml']
    """
    if parameter.endswith("_behaviour") or parameter == "repertoire":
        return names_in(value)
    return [value.partition(":")[0] if parameter == "data" else value.strip()]
