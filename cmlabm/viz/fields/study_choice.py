"""What is chosen in the study view, and how that stands in the address."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

ONLY = "only."
"""Comes before a parameter of which some values alone are kept."""

_KEYS = {
    "study": "directory",
    "factor": "factor",
    "outcome": "outcome",
    "by": "second",
    "log": "log",
    "curve": "curve",
    "sort": "sort",
    "run": "run",
}
"""The attributes by their names in the address."""


@dataclass(frozen=True)
class StudyChoice:
    """What the study view shows.

    Attributes:
        directory: the study's.
        factor: what is along the axis.
        outcome: what is drawn over it.
        second: the parameter by whose values the runs are told apart.
        log: which axes are logarithmic: ``x``, ``y``, or ``xy``.
        curve: the daily series that is drawn.
        sort: the column by which the runs are listed; ``-`` before it turns the order round.
        run: the run that is picked.
        kept: the values that are kept of some parameters.
    """

    directory: str = ""
    factor: str = ""
    outcome: str = ""
    second: str = ""
    log: str = ""
    curve: str = ""
    sort: str = ""
    run: str = ""
    kept: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def pairs(self) -> list[tuple[str, str]]:
        """Return the choice as names and values of an address.

        Example:
            >>> StudyChoice("results/a", run="1f", kept={"cost_weight": ("1", "4")}).pairs()[1:]
            [('run', '1f'), ('only.cost_weight', '1'), ('only.cost_weight', '4')]
        """
        found = [(key, str(getattr(self, name))) for key, name in _KEYS.items()]
        found += [(ONLY + name, value) for name, kept in self.kept.items() for value in kept]
        return [(key, text) for key, text in found if text or key.startswith(ONLY)]

    def keeping(self, name: str, values: tuple[str, ...]) -> Self:
        """Return the choice with these values of a parameter kept; none keeps all."""
        others = {other: kept for other, kept in self.kept.items() if other != name}
        return replace(self, kept=others | ({name: values} if values else {}))

    def taking(self, key: str, text: str) -> Self | None:
        """Return the choice with what an address says; None if that is not about a study."""
        if key in _KEYS:
            change: dict[str, Any] = {_KEYS[key]: text}
            return replace(self, **change)
        if not key.startswith(ONLY):
            return None
        name = key.removeprefix(ONLY)
        return self.keeping(name, (*self.kept.get(name, ()), text))
