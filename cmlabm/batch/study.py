"""Study files: what to simulate, written by hand in TOML."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from cmlabm.batch.toml_file import read_toml
from cmlabm.errors import InputError, named, shown
from cmlabm.parameters import Parameters, no_truth_value, perhaps
from cmlabm.registries import NAMING, chosen

type Levels = list[Any]
"""The values of a factor, or rows: tables of parameters, each a level."""
Whole = Annotated[int, BeforeValidator(no_truth_value)]
Number = Annotated[float, BeforeValidator(no_truth_value)]
LISTED = ("grid", "zip", "one-at-a-time")
SAMPLED = ("latin-hypercube", "sobol", "saltelli", "morris")
MOST_SEEDS = 1_000_000
MOST_PROBLEMS = 5


def _as_seed_list(seeds: Any) -> Any:
    if not isinstance(seeds, int) or isinstance(seeds, bool):
        return seeds
    if not 1 <= seeds <= MOST_SEEDS:
        raise ValueError(f"must be at least 1 and at most {MOST_SEEDS:,}, or a list")
    return list(range(seeds))


class Range(BaseModel):
    """What a sampling design draws a factor from.

    Attributes:
        low, high: the ends of an interval; whole numbers for a parameter that counts.
        scale: ``log`` spreads the samples evenly over orders of magnitude.
        values: categories, instead of an interval.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    low: Number | None = None
    high: Number | None = None
    scale: Literal["linear", "log"] = "linear"
    values: list[Any] | None = Field(None, min_length=1)

    @model_validator(mode="after")
    def _is_interval_or_categories(self) -> Self:
        if self.values is not None:
            if self.low is not None or self.high is not None:
                raise ValueError("has values, so it cannot have low and high as well")
        elif self.low is None or self.high is None:
            raise ValueError("needs low and high, or values")
        elif self.low >= self.high:
            raise ValueError(f"low = {self.low:g} must be less than high = {self.high:g}")
        elif self.scale == "log" and self.low <= 0:
            raise ValueError(f"low = {self.low:g} must be above 0 on a log scale")
        return self


class Study(BaseModel):
    """A study: fixed parameters, a design over others, and the seeds.

    Attributes:
        name: names the study and, by default, its directory.
        seeds: each setting is run once with each.
        design: how the settings are made from ``sweep`` or ``ranges``.
        samples: how many points a sampling design has (for saltelli and morris: base points).
        parameters: what all runs share, over the defaults.
        sweep: for grid, zip and one-at-a-time: the levels of each factor. A factor is a parameter,
            or a name for several parameters whose levels go together: a list for each of them, or
            a list of rows. What a row leaves out is as in ``parameters``, or at its default.
        ranges: for sampling designs: what each factor is drawn from.

    Example:
        >>> study = Study(name="words", seeds=3, sweep={"num_words": [400, 1000]})
        >>> study.seeds, study.design
        ([0, 1, 2], 'grid')
        >>> rows = [{"malicious_behaviour": "echo"}, {"malicious_agents": 0}]
        >>> Study(name="attacks", sweep={"attack": rows}).factors
        {'attack': ('malicious_behaviour', 'malicious_agents')}
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
    description: str = ""
    seeds: Annotated[
        list[Annotated[Whole, Field(ge=0, le=10**18)]],
        Field(min_length=1, max_length=MOST_SEEDS),
        BeforeValidator(_as_seed_list),
    ] = [0]
    design: Literal[
        "grid", "zip", "one-at-a-time", "latin-hypercube", "sobol", "saltelli", "morris"
    ] = "grid"
    samples: Whole | None = Field(None, ge=1, le=1_000_000)
    parameters: dict[str, Any] = {}
    sweep: dict[str, Levels | dict[str, Levels]] = {}
    ranges: dict[str, Range] = {}

    @property
    def factors(self) -> dict[str, tuple[str, ...]]:
        """The factors and the parameters that each of them sets."""
        swept = {name: _set_by(name, levels) for name, levels in self.sweep.items()}
        return swept | {name: (name,) for name in self.ranges}

    @property
    def named(self) -> list[str]:
        """The parameters that it fixes, sweeps or draws."""
        return [*self.parameters, *(name for names in self.factors.values() for name in names)]

    def levels(self, factor: str) -> list[dict[str, Any]]:
        """Return the parameters' values at each level of a factor of ``sweep``, as they are given.

        A row has those that it names.
        """
        levels = self.sweep[factor]
        if isinstance(levels, dict):
            return [
                dict(zip(levels, row, strict=True)) for row in zip(*levels.values(), strict=True)
            ]
        return [level if isinstance(level, dict) else {factor: level} for level in levels]

    @property
    def classes(self) -> list[tuple[str, str]]:
        """What names classes that are not built in, by parameter; they may bring parameters."""
        values = [
            self.parameters,
            *(level for factor in self.sweep for level in self.levels(factor)),
        ]
        values += [
            {name: value} for name, span in self.ranges.items() for value in span.values or []
        ]
        found = [
            (name, value)
            for setting in values
            for name, value in setting.items()
            if name in NAMING and isinstance(value, str)
            if not NAMING[name].built_in.keys() >= {*chosen(name, value)}
        ]
        return list(dict.fromkeys(found))

    def has_rows(self, factor: str) -> bool:
        """Return whether the levels of a factor of ``sweep`` are given as rows."""
        levels = self.sweep[factor]
        return isinstance(levels, list) and isinstance(levels[0], dict)

    def _refuse_shared_parameters(self) -> None:
        """Refuse factors that would overwrite each other's levels where they are combined."""
        setters: dict[str, str] = {}
        for factor, names in self.factors.items():
            for name in names:
                if setters.setdefault(name, factor) != factor:
                    raise ValueError(
                        f"sweep.{setters[name]} and sweep.{factor}: both set {name}; in design ="
                        f" {self.design!r} only one may"
                    )

    @model_validator(mode="after")
    def _design_has_its_factors(self) -> Self:
        own, other = ("ranges", "sweep") if self.design in SAMPLED else ("sweep", "ranges")
        if getattr(self, other):
            raise ValueError(
                f"design = {self.design!r} takes its factors from [{own}], not [{other}]"
            )
        if self.design in SAMPLED and not self.ranges:
            raise ValueError(f"design = {self.design!r} needs factors in [ranges]")
        if (self.design in SAMPLED) != (self.samples is not None):
            needs = "needs samples" if self.design in SAMPLED else "takes no samples"
            raise ValueError(f"design = {self.design!r} {needs}")
        if len(set(self.seeds)) < len(self.seeds):
            raise ValueError("seeds: each may be given once only")
        if self.design != "one-at-a-time":
            self._refuse_shared_parameters()
        for name, levels in self.sweep.items():
            lengths = (
                {len(column) for column in levels.values()}
                if isinstance(levels, dict)
                else {len(levels)}
            )
            if not name:
                raise ValueError("sweep: a factor needs a name")
            if lengths == {0} or not lengths:
                raise ValueError(f"sweep.{name}: has no levels")
            if len(lengths) > 1:
                raise ValueError(f"sweep.{name}: its lists must be of the same length")
            _refuse_odd_rows(name, levels)
        if self.design == "zip" and len({len(self.levels(name)) for name in self.sweep}) > 1:
            raise ValueError("design = 'zip': the lists of [sweep] must be of the same length")
        if not self.classes:  # else whoever makes its parameters knows what the classes bring
            self._refuse_unknown_parameters()
        return self

    def _refuse_unknown_parameters(self) -> None:
        for table, names in self._tables():
            for name in names:
                if name not in Parameters.model_fields:
                    meant = perhaps(name, Parameters.model_fields)
                    raise ValueError(f"{table}: {named(name)} is not known; {meant}")

    def _tables(self) -> Iterator[tuple[str, Iterable[str]]]:
        """Go through the places in which parameters are named, as messages call them."""
        yield "parameters", self.parameters
        for factor, names in self.factors.items():
            if factor in self.sweep and self.has_rows(factor):
                for number, row in enumerate(self.levels(factor), start=1):
                    yield f"factor {factor}, row {number}", row
            else:
                yield f"factor {factor}", names


def _set_by(factor: str, levels: Levels | dict[str, Levels]) -> tuple[str, ...]:
    """Return the parameters that a factor sets."""
    if isinstance(levels, dict):
        return tuple(levels)
    rows = [level for level in levels if isinstance(level, dict)]
    return tuple(dict.fromkeys(name for row in rows for name in row)) if rows else (factor,)


def _refuse_odd_rows(factor: str, levels: Levels | dict[str, Levels]) -> None:
    """Refuse values among rows, or rows that set nothing."""
    if isinstance(levels, dict) or not any(isinstance(level, dict) for level in levels):
        return
    for number, level in enumerate(levels, start=1):
        if not isinstance(level, dict):
            raise ValueError(
                f"sweep.{factor}: row {number} is {shown(level)}: must be a table, as its others"
            )
    if not any(levels):
        raise ValueError(f"sweep.{factor}: its rows set no parameter")


def read_study(path: Path) -> Study:
    """Read a study file.

    Raises:
        InputError: the file cannot be read, is not TOML, or says something that is not allowed.
    """
    return checked_study(read_toml(path, "study file"), str(path))


def example_study() -> Study:
    """Return the small study that the command runs if it is given none."""
    with as_file(files("cmlabm.batch") / "quick.toml") as quick:
        return read_study(quick)


def checked_study(values: dict[str, Any], source: str) -> Study:
    """Return a study, or say in one sentence where its source is wrong: see ``checked_as``."""
    return checked_as(Study, values, source)


def checked_as[T: BaseModel](model: type[T], values: dict[str, Any], source: str) -> T:
    """Return what a file says as a model of it, or say in one sentence where it is wrong.

    Raises:
        InputError: names the source, the key, and what is allowed or the nearest valid name.
    """
    try:
        return model(**values)
    except ValidationError as error:
        problems = "; ".join(
            sentence_of(problem, model) for problem in error.errors()[:MOST_PROBLEMS]
        )
        raise InputError(f"{source}: {problems}") from None


def with_changes(
    study: Study, parameters: dict[str, Any] | None = None, seeds: Sequence[int] | int | None = None
) -> Study:
    """Return a study with other fixed parameters or seeds; what is fixed is no longer a factor.

    Raises:
        InputError: a parameter is unknown, or is swept together with others.
    """
    changes = study.model_dump(exclude_none=True)
    for name, value in (parameters or {}).items():
        for factor, names in study.factors.items():
            if names == (name,):
                changes["sweep"].pop(factor, None)
                changes["ranges"].pop(factor, None)
            elif name in names:
                raise InputError(
                    f"{name} = {value!r}: study {study.name!r} sweeps it together with others"
                    f" as {factor!r}"
                )
        changes["parameters"][name] = value
    if seeds is not None:
        changes["seeds"] = seeds
    return checked_study(changes, f"study {study.name!r}")


def sentence_of(problem: Any, model: type[BaseModel]) -> str:
    """Return in words what pydantic found wrong in a file, whose keys are a model's fields."""
    key = ".".join(
        str(part) for part in problem["loc"] if part not in ("list[any]", "dict[str,list[any]]")
    )
    if problem["type"] == "extra_forbidden":
        known = Range.model_fields if key.startswith("ranges.") else model.model_fields
        return _unknown(key, known)
    message = str(problem["msg"]).removeprefix("Value error, ").removeprefix("Input ")
    if problem["type"] == "missing":
        return f"{key} is missing"
    return f"{key}: {message.replace('should', 'must', 1)}" if key else message


def _unknown(key: str, known: Any) -> str:
    near = get_close_matches(key.rsplit(".", 1)[-1], known, n=1, cutoff=0.0)
    return f"{named(key)} is not known; did you mean {near[0]}?"
