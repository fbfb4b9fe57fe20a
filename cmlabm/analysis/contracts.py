"""What the contracts of a study differ in: how they pay, what the model learns, or both."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import pandas as pd

from cmlabm.admission import ADMISSIONS
from cmlabm.behaviours import MALICIOUS_BEHAVIOURS
from cmlabm.mechanisms import MECHANISMS

_AND = " + "


@dataclass(frozen=True)
class Axis:
    """What the rows or columns of a matrix stand for.

    Attributes:
        noun: what one of them is called; also the column of tables with their ids.
        registries: by the parameters that say which one a run has. Of several, ids are joined.

    Example:
        >>> ATTACK.shown("label-flip"), MECHANISM.shown("a:B")
        ('Label flip', 'a:B')
        >>> CONTRACT.shown("root-check + slashing"), ADMISSION.a
        ('Root check + Slashing', 'an admission')
    """

    noun: str
    registries: Mapping[str, Mapping[str, Any]]

    @property
    def a(self) -> str:
        """The noun with its article."""
        return f"{'an' if self.noun[0] in 'aeiou' else 'a'} {self.noun}"

    def ids(self, runs: pd.DataFrame) -> "pd.Series[str]":
        """Return the id of each run."""
        first, *others = (runs[parameter].astype(str) for parameter in self.registries)
        return reduce(lambda joined, other: joined + _AND + other, others, first)

    def in_order(self, ids: Iterable[str]) -> list[str]:
        """Return which ids occur: a registry's in its order, then others.

        Example:
            >>> MECHANISM.in_order(["a:B", "none", "deposit-refund-take", "none"])
            ['deposit-refund-take', 'none', 'a:B']
        """
        places = [list(registry) for registry in self.registries.values()]

        def place(id_: str) -> list[tuple[int, str]]:
            return [
                (known.index(part) if part in known else len(known), part)
                for part, known in zip(self._parts(id_), places, strict=False)
            ]

        return sorted(set(ids), key=place)

    def categories(self, runs: pd.DataFrame) -> "pd.Categorical[str]":
        """Return the id of each run, as ordered categories."""
        ids = self.ids(runs)
        return pd.Categorical(ids, self.in_order(ids), ordered=True)

    def shown(self, id_: str) -> str:
        """Return what one is called: its display name; its id if it is not built in."""
        return _AND.join(
            str(registry[part].display_name) if part in registry else part
            for part, registry in zip(self._parts(id_), self.registries.values(), strict=False)
        )

    def _parts(self, id_: str) -> list[str]:
        return id_.split(_AND, len(self.registries) - 1)


ATTACK = Axis("behaviour", {"malicious_behaviour": MALICIOUS_BEHAVIOURS})
MECHANISM = Axis("mechanism", {"incentive": MECHANISMS})
ADMISSION = Axis("admission", {"admission": ADMISSIONS})
CONTRACT = Axis("contract", {"admission": ADMISSIONS, "incentive": MECHANISMS})


@dataclass(frozen=True)
class Contracts:
    """Contracts that differ along one axis, with all their runs.

    Attributes:
        axis: what they differ in.
        base: the id of the one that the others are held against.
        runs: one row a run, attacked and not, finished and failed.
        held: what they have in common while the rest of the study has not, by parameter.
    """

    axis: Axis
    base: str
    runs: pd.DataFrame
    held: Mapping[str, str] = field(default_factory=dict)

    @property
    def ids(self) -> list[str]:
        """The contracts, in order."""
        return self.axis.in_order(self.axis.ids(self.runs))


def contracts_of(runs: pd.DataFrame, base: Mapping[str, Any]) -> list[Contracts]:
    """Return the contracts of a study along each axis on which there are several.

    Where both the admission and the mechanism vary, these are the admissions with the base case's
    mechanism, the mechanisms with its admission, and contracts that differ from it in both. Of a
    base case that was not run, the contract that is nearest to it takes the place.

    Args:
        runs: one row a run.
        base: the values of ``admission`` and ``incentive`` in the base case.

    Example:
        >>> rows = [("all", "none"), ("sphere", "none"), ("all", "points"), ("sphere", "slashing")]
        >>> runs = pd.DataFrame(rows, columns=["admission", "incentive"])
        >>> for found in contracts_of(runs, {"admission": "all", "incentive": "none"}):
        ...     print(found.axis.noun, found.ids, dict(found.held))
        admission ['all', 'sphere'] {'incentive': 'none'}
        mechanism ['none', 'points'] {'admission': 'all'}
        contract ['all + none', 'sphere + slashing'] {}
    """
    varied = [axis for axis in (ADMISSION, MECHANISM) if axis.ids(runs).nunique() > 1]
    at = _nearest(runs, base)
    if len(varied) < 2:
        axis = varied[0] if varied else MECHANISM
        return [_along(axis, at, runs)]
    return [found for found in _along_each(runs, at) if len(found.ids) > 1]


def _along_each(runs: pd.DataFrame, at: pd.DataFrame) -> Iterator[Contracts]:
    same = runs[list(at)] == at.iloc[0]
    for axis, other in ((ADMISSION, "incentive"), (MECHANISM, "admission")):
        yield _along(axis, at, runs[same[other]], (other,))
    yield _along(CONTRACT, at, runs[same["admission"] == same["incentive"]])


def _along(
    axis: Axis, at: pd.DataFrame, runs: pd.DataFrame, held: Collection[str] = ()
) -> Contracts:
    return Contracts(axis, axis.ids(at).item(), runs, {name: str(at[name].item()) for name in held})


def _nearest(runs: pd.DataFrame, base: Mapping[str, Any]) -> pd.DataFrame:
    """Return the one contract that differs least from the base case, the first of such."""
    names = list(CONTRACT.registries)
    found = runs[names].drop_duplicates().assign(contract=CONTRACT.categories)
    ordered = found.sort_values("contract", ignore_index=True)[names]
    differences = (ordered != pd.Series({name: base[name] for name in names})).sum(axis=1)
    return ordered.loc[[differences.idxmin()]]
