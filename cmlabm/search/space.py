"""What may be chosen: ranges, some of them only where a certain behaviour or rule is chosen."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import TypeAdapter, ValidationError

from cmlabm.batch.study import Range, checked_study, sentence_of
from cmlabm.batch.study_parameters import BUILT_IN, StudyParameter, brought
from cmlabm.errors import InputError, named, shown
from cmlabm.parameters import Parameters, no_truth_value
from cmlabm.registries import REGISTRIES, chosen

if TYPE_CHECKING:
    from optuna.trial import Trial

type Setting = dict[str, Any]
"""Parameters of a market and their values."""

CHOOSERS = {
    "attack": ("malicious_behaviour",),
    "contract": ("incentive", "admission", "classifier"),
}
"""The parameters whose values the nested tables of a space are named after."""


@dataclass(frozen=True)
class Choice:
    """A parameter that may be chosen.

    Attributes:
        parameter: its name.
        only_where: the behaviour or rule that has to be chosen for it to be there; "" if none.
        kind: the type of its values.
        span: from what it is chosen.
    """

    parameter: str
    only_where: str
    kind: type[Any]
    span: Range

    @property
    def name(self) -> str:
        """What it is called in a space: the same parameter may be in several nested tables."""
        return f"{self.only_where}.{self.parameter}" if self.only_where else self.parameter

    def suggested(self, trial: "Trial") -> Any:
        """Return the value that a trial is to try."""
        if self.span.values is not None:
            return trial.suggest_categorical(self.name, self.span.values)
        low, high = self.span.low or 0.0, self.span.high or 0.0
        log = self.span.scale == "log"
        if self.kind is int:
            return trial.suggest_int(self.name, int(low), int(high), log=log)
        return trial.suggest_float(self.name, low, high, log=log)


@dataclass(frozen=True)
class Space:
    """A space of attacks or of contracts.

    Attributes:
        table: "attack" or "contract".
        choices: what may be chosen.
        fixed: the parameters that all markets share.

    Example:
        >>> tables = {
        ...     "malicious_behaviour": {"values": ["echo", "sybil"]},
        ...     "sybil": {"malicious_addresses": {"low": 2, "high": 32}},
        ... }
        >>> [choice.name for choice in space_of("attack", tables, {}).choices]
        ['malicious_behaviour', 'sybil.malicious_addresses']
    """

    table: str
    choices: tuple[Choice, ...]
    fixed: Mapping[str, Any]

    def suggested(self, trial: "Trial") -> Setting:
        """Return the setting that a trial is to try."""
        setting = {
            choice.parameter: choice.suggested(trial)
            for choice in self.choices
            if not choice.only_where
        }
        there = self._chosen_in(setting)
        return setting | {
            choice.parameter: choice.suggested(trial)
            for choice in self.choices
            if choice.only_where in there
        }

    def completed(self, setting: Setting) -> Setting:
        """Return a setting with what else could be chosen beside it, at its defaults."""
        there = {"", *self._chosen_in(setting)}
        names = [choice.parameter for choice in self.choices if choice.only_where in there]
        return {name: _at(self.fixed, name) for name in names if name in BUILT_IN} | setting

    def values_of(self, parameter: str) -> list[Any]:
        """Return the values that a parameter may have, none if it is not to be chosen."""
        return [
            value
            for choice in self.choices
            if choice.parameter == parameter and not choice.only_where
            for value in choice.span.values or []
        ]

    def _chosen_in(self, setting: Setting) -> set[str]:
        """Return the behaviours or rules that a setting chooses; of a mixture, all of them."""
        return {
            id_
            for parameter in CHOOSERS[self.table]
            for value in [setting.get(parameter, _at(self.fixed, parameter))]
            for id_ in (value, *chosen(parameter, value))
        }


def space_of(table: str, entries: Mapping[str, Any], fixed: Mapping[str, Any]) -> Space:
    """Return the space that a table of a search file describes.

    Args:
        table: "attack" or "contract".
        entries: a range by parameter, or a table of them by the behaviour or rule that must be
            chosen for them to be there.
        fixed: the parameters that all markets share.

    Raises:
        InputError: nothing may be chosen, there is no such parameter, behaviour or rule, or a
            parameter refuses a value.
    """
    ranges = [(name, "", _range(f"{table}.{name}", e)) for name, e in _flat(entries)]
    known = _known(table, ranges, fixed)
    ids = {id_ for name in CHOOSERS[table] for id_ in _ids(table, name, ranges, fixed)}
    for where, nested in _nested(entries):
        if where not in ids:
            raise InputError(
                f"{table}.{named(where)}: is neither a range (low and high, or values) nor a table"
                f" of one that may be chosen: {', '.join(sorted(ids))}"
            )
        ranges += [(n, where, _range(f"{table}.{where}.{n}", e)) for n, e in nested.items()]
    known |= _known(table, [(name, "", span) for name, _, span in ranges], fixed)
    if not ranges:
        raise InputError(f"{table}: there is nothing to choose; it needs a range at least")
    at_the_top = {name for name, where, _ in ranges if not where}
    choices = []
    for name, where, span in ranges:
        place = ".".join(filter(None, (table, where, name)))
        if where and name in at_the_top | {*CHOOSERS[table]}:
            raise InputError(f"{place}: {name} can only be chosen in [{table}] itself")
        if known[name].is_of_attack != (table == "attack") or name.startswith("honest_"):
            whose = "the attacker" if table == "attack" else "a contract"
            raise InputError(f"{place}: is not for {whose} to choose")
        choices.append(Choice(name, where, known[name].kind, _checked(place, name, span, known)))
    return Space(table, tuple(choices), fixed)


def _flat(entries: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Go through the entries that are no nested tables."""
    for name, entry in entries.items():
        if not isinstance(entry, Mapping) or entry.keys() & Range.model_fields.keys():
            yield name, entry


def _nested(entries: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    flat = dict(_flat(entries))
    for name, entry in entries.items():
        if name not in flat:
            yield name, entry


def _range(place: str, entry: Any) -> Range:
    if isinstance(entry, Range):
        return entry
    if not isinstance(entry, Mapping):
        raise InputError(
            f"{place} = {shown(entry)}: must be a range, such as {{ low = 1, high = 8 }}; what is"
            f" fixed stands in [parameters]"
        )
    try:
        return Range(**entry)
    except ValidationError as error:
        raise InputError(f"{place}: {sentence_of(error.errors()[0], Range)}") from None


def _known(
    table: str, ranges: Sequence[tuple[str, str, Range]], fixed: Mapping[str, Any]
) -> dict[str, StudyParameter]:
    """Return the parameters that there are, also those of users' classes, and refuse others."""
    drawn = {name: span for name, _, span in ranges} or {"num_words": Range(low=1, high=2)}
    values = {"name": table, "design": "latin-hypercube", "samples": 1, "ranges": drawn}
    study = checked_study(values | {"parameters": dict(fixed)}, table)
    known = {**BUILT_IN, **brought(study.classes)}
    for name in study.named:
        if name not in known:
            raise InputError(f"{table}: {named(name)} is not a parameter")
    return known


def _ids(
    table: str,
    parameter: str,
    ranges: Sequence[tuple[str, str, Range]],
    fixed: Mapping[str, Any],
) -> Iterator[str]:
    """Go through the behaviours or rules that a parameter may choose."""
    span = next((span for name, _, span in ranges if name == parameter), None)
    if span is not None and span.values is None:
        raise InputError(f"{table}.{parameter}: needs values")
    for value in [_at(fixed, parameter)] if span is None else span.values or []:
        if not isinstance(value, str):
            raise InputError(f"{table}.{parameter}: {shown(value)} must be text")
        if span is not None:
            for id_ in chosen(parameter, value):
                REGISTRIES[parameter].find(f"{table}.{parameter}", id_)
        yield from dict.fromkeys((value, *chosen(parameter, value)))


def _at(fixed: Mapping[str, Any], parameter: str) -> Any:
    """Return the value of a parameter of every market where nothing is chosen."""
    return fixed.get(parameter, BUILT_IN[parameter].default)


def _checked(place: str, name: str, span: Range, known: Mapping[str, StudyParameter]) -> Range:
    """Return a range with its values as the parameter takes them, whose ends it must allow."""
    if span.values is None and known[name].kind in (bool, str):
        raise InputError(f"{place}: needs values")
    field = _field(name, known[name])
    kind: Any = Annotated[field.annotation, field]
    taken: TypeAdapter[Any] = TypeAdapter(kind)

    def value_of(value: Any) -> Any:
        try:
            return taken.validate_python(
                value if known[name].kind in (bool, str) else no_truth_value(value)
            )
        except (ValidationError, ValueError) as error:
            message = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
            why = message.removeprefix("Value error, ").removeprefix("Input ")
            raise InputError(
                f"{place} = {shown(value)}: {why.replace('should', 'must', 1)}"
            ) from None

    if span.values is not None:
        return Range(values=list(dict.fromkeys(map(value_of, span.values))))
    for end in (span.low, span.high):
        value_of(end)
    if known[name].kind is int and span.scale == "log" and (span.low or 0) < 1:
        raise InputError(f"{place}: low = {span.low:g} must be at least 1 on a log scale")
    return span


def _field(name: str, parameter: StudyParameter) -> Any:
    models: list[type[Parameters]] = [Parameters]
    models += [type(Parameters.checked(dict([owner]))) for owner in parameter.brought_by]
    return next(model.model_fields[name] for model in models if name in model.model_fields)
