"""The parameters of one simulated market: its own, and those of all that it is made of."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PydanticUserError,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    create_model,
    field_validator,
    model_validator,
)

from cmlabm.admission import ADMISSIONS, make_admission
from cmlabm.behaviours.learner import Learner
from cmlabm.behaviours.mixtures import behaviours_of
from cmlabm.behaviours.repertoires import give_repertoires
from cmlabm.classifiers import make_classifier
from cmlabm.contract.chain import Chain
from cmlabm.data import NAMED, kind_of
from cmlabm.declarations import Declaration, declared_by
from cmlabm.errors import InputError, class_of, in_short, named, shown
from cmlabm.kinds import DIFFERENCES, KINDS, ContributorParameters, Kind
from cmlabm.mechanisms import make_mechanism
from cmlabm.registries import GROUPS, NAMING, OWNERS, REGISTRIES, chosen
from cmlabm.units import to_units

MOST_UNITS = 2**62
"""More money than this in one market could overflow a 64-bit column of amounts."""

_ARGUMENTS = ("parameters", "rng", "seed")
"""What a market is made with beside its parameters."""

_STORED = {"stored": True}


def _field(default: Any, meaning: str, unit: str = "", group: str = "data", **limits: Any) -> Any:
    extra: dict[str, Any] = {"unit": unit, "group": group, "owners": []}
    return Field(default, description=meaning, json_schema_extra=extra, **limits)


def no_truth_value(value: Any) -> Any:
    """Refuse true and false where a number is wanted: Python counts them as 1 and 0.

    Raises:
        ValueError: it is one of them.
    """
    if isinstance(value, bool):
        raise ValueError("must be a number")
    return value


def _known_data(value: str) -> str:
    try:
        kind_of(value)
    except InputError:
        known = ", ".join(map(repr, NAMED))
        raise ValueError(f"must be {known}, openml:NAME or openml:NAME:VERSION") from None
    return value


_DATA = {"type": "string", "enum": NAMED, "examples": ["openml:NAME", "openml:NAME:VERSION"]}


class MarketParameters(BaseModel):
    """The parameters of a market that belong to none of its components."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    data: Annotated[str, AfterValidator(_known_data), WithJsonSchema(_DATA)] = _field(
        "synthetic-reviews", "where the labelled samples come from"
    )
    initial_fraction: float = _field(
        0.08, "share of the training samples that starts the model", gt=0, le=1
    )
    data_dealing: Literal["shared", "even", "dirichlet"] = _field(
        "shared",
        "the partition of the data: all draw on the same samples, each has as many of its own, or"
        " shares of each class differ between agents",
    )
    data_alpha: float = _field(
        1.0, "Dirichlet alpha: the lower, the fewer classes each agent has", ge=0.01, le=1e6
    )
    overlap: int = _field(
        1, "how many contributors are dealt each sample", "contributors", ge=1, le=1_000_000
    )
    population_distribution: Literal["log-normal", "gamma"] = _field(
        "log-normal",
        "how balances, offers and waits vary across agents, where they do",
        group="model",
    )
    incentive: str = _field(
        "deposit-refund-take", "the contract's mechanism, or module:Class of one", group="contract"
    )
    admission: str = _field(
        "all", "what the model learns from, or module:Class of a rule", group="contract"
    )
    root_size: int = _field(
        0,
        "how many of the initial samples are set aside for checks, where a rule needs them; 0: a"
        " quarter of them",
        "samples",
        group="contract",
        ge=0,
        le=1_000_000,
    )
    classifier: str = _field(
        "perceptron", "the shared model, or module:Class of a scikit-learn estimator", group="model"
    )
    max_days: int = _field(
        3650, "the run ends then at the latest", "days", group="model", ge=1, le=100_000
    )

    customers: int = _field(
        0, "how many agents buy predictions", "agents", group="model", ge=0, le=1_000_000
    )
    customer_start_balance: float = _field(
        30_000.0, "first balance of each customer", "tokens", group="model", ge=0, le=1e9
    )
    customer_mean_wait_s: float = _field(
        7200.0, "mean time between a customer's wake-ups", "s", group="model", ge=0, le=1e9
    )
    customer_stdev_wait_s: float = _field(
        1.0, "its standard deviation", "s", group="model", ge=0, le=1e9
    )
    prediction_price: float = _field(
        50.0, "what a customer pays for a prediction", "tokens", group="contract", ge=0, le=1e9
    )
    sample_cost: float = _field(
        0.0,
        "what it costs an honest contributor to make a sample, paid to nobody in the market",
        "tokens",
        group="honest",
        ge=0,
        le=1e9,
    )

    if TYPE_CHECKING:

        def __init__(self, **values: Any) -> None:
            """Take parameters by their names, those that components declare among them."""

        def __getattr__(self, name: str) -> Any:
            """Return the value of a parameter that a component declares."""

    @classmethod
    def checked(cls, values: Mapping[str, Any]) -> Self:
        """Return the parameters with some values over the defaults.

        Those that a named ``module:Class`` declares are added.

        Raises:
            InputError: one sentence that names each parameter at fault, its value, and what is
                allowed; for an unknown name the nearest parameter.
        """
        own, not_found = _own_classes(values)
        model = _with_own(cls, own)
        try:
            made: Self = model(**values)
            return made
        except ValidationError as error:
            problems = error.errors()
            if not_found and any(problem["type"] == "extra_forbidden" for problem in problems):
                raise not_found[0] from None  # it might have declared the unknown parameter
            raise InputError("; ".join(_sentence(one, model) for one in problems)) from None

    @classmethod
    def stored(cls, values: Mapping[str, Any]) -> Self:
        """Return parameters as a study's file holds them, without importing classes they name.

        A file must not choose what this process imports: what is only shown need not run. Where
        there are such classes, unknown parameters are taken for theirs.

        Raises:
            InputError: see ``checked``.

        Example:
            >>> Parameters.stored({"classifier": "no_such_module:Class"}).classifier
            'no_such_module:Class'
        """
        model = cls if not any(_unknown_classes(values)) else _tolerant(cls)
        try:
            return model.model_validate(dict(values), context=_STORED)
        except ValidationError as error:
            raise InputError("; ".join(_sentence(one, cls) for one in error.errors())) from None

    def of_kind(self, kind: Kind) -> ContributorParameters:
        """Return the parameters of the contributors of one kind."""
        return ContributorParameters(
            **{own.name: getattr(self, f"{kind}_{own.name}") for own in _CONTRIBUTORS}
        )

    @property
    def initial_size(self) -> int:
        """How many of ``train_size`` samples start the model."""
        train_size: int = self.train_size
        return round(self.initial_fraction * train_size)

    @property
    def set_aside(self) -> int:
        """How many of the initial samples are the root set: none if no rule needs one."""
        rules = (
            make_mechanism(self.incentive, self),
            make_admission(self.admission, self),
        )
        if not any(rule.needs_root for rule in rules):
            return 0
        return self.root_size or max(1, self.initial_size // 4)

    def __reduce__(self) -> Any:
        """Pickle what was set; parameters that users' classes declare are found again by name."""
        if type(self) is Parameters:
            return super().__reduce__()
        return _remade, (self.model_dump(exclude_unset=True),)

    @field_validator("*", mode="before")
    @classmethod
    def _numbers_are_numbers(cls, value: Any, info: ValidationInfo) -> Any:
        default = cls.model_fields[str(info.field_name)].default
        return no_truth_value(value) if type(default) in (int, float) else value

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        drawn = []
        for kind in KINDS:
            own = self.of_kind(kind)
            drawn += [
                (f"{kind}_mean_deposit", "token", own.mean_deposit, own.stdev_deposit),
                (f"{kind}_mean_wait", "second", own.mean_wait_s, own.stdev_wait_s),
            ]
        wait = self.customer_mean_wait_s, self.customer_stdev_wait_s
        for quantity, unit, mean, stdev in (*drawn, ("customer_mean_wait", "second", *wait)):
            if mean + 3 * stdev < 1:
                raise ValueError(
                    f"{quantity} = {mean:g} with a standard deviation of {stdev:g} almost never"
                    f" gives 1 {unit}: mean + 3 standard deviations must be at least 1"
                )
        if self.initial_size < 2:
            raise ValueError(
                f"initial_fraction = {self.initial_fraction:g} of {self.train_size} samples leaves"
                f" {self.initial_size} to start the model: at least 2 are needed"
            )
        for owner in _CHECKS.values():
            owner.check(self)
        return self

    @model_validator(mode="after")
    def _components_are_there(self, info: ValidationInfo) -> Self:
        if info.context == _STORED:
            return self
        mechanism = make_mechanism(self.incentive, self)
        _made("incentive", type(mechanism), self)
        admission = make_admission(self.admission, self)
        _made("admission", type(admission), self)
        if self.set_aside >= self.initial_size:
            raise ValueError(
                f"root_size = {self.set_aside}: must leave some of the {self.initial_size} initial"
                f" samples to start the model"
            )
        make_classifier(self.classifier, self)
        submitting = 0
        for kind in KINDS:
            own = self.of_kind(kind)
            behaviours = behaviours_of(kind, own.behaviour, own.agents)
            made = {one: _made(f"{kind}_behaviour", one, self) for one in dict.fromkeys(behaviours)}
            submitting += sum(bool(made[behaviour].submits) for behaviour in behaviours)
        if self.overlap > max(submitting, 1):
            raise ValueError(
                f"overlap = {self.overlap}: must be at most the number of contributors who submit"
                f" data, {submitting}"
            )
        money = sum(own.agents * to_units(own.start_balance) for own in map(self.of_kind, KINDS))
        money += mechanism.bounty + self.customers * to_units(self.customer_start_balance)
        if money > MOST_UNITS:
            raise ValueError(
                f"all start balances together are {money / 1e6:g} tokens: at most"
                f" {MOST_UNITS / 1e6:g} can be counted"
            )
        kind_of(self.data).check(self)
        return self


def _made(name: str, component: Any, parameters: MarketParameters) -> Any:
    """Make a component, which may be a user's, and check that its values go together."""
    try:
        component.check(parameters)
        made = component.from_parameters(parameters)
        if isinstance(made, Learner):
            give_repertoires([made], parameters)
        return made
    except ValueError:
        raise
    except (Exception, SystemExit) as error:
        raise InputError(
            f"{name} = {class_of(component)!r}: cannot be made ({in_short(error)})"
        ) from error


_CONTRIBUTORS = declared_by(ContributorParameters)
_CHECKS = {
    owner.check.__func__: owner
    for registry in REGISTRIES.values()
    for owner in registry.built_in.values()
    if hasattr(owner, "check") and registry is not ADMISSIONS
}
"""The checks of several values that components have; most share those of their base class.

Those of an admission are about the market as well, and made of the one that is chosen.
"""


def _composed() -> dict[str, Any]:
    """Return the fields that components declare, after those of contributors and of the chain."""
    fields: dict[str, Any] = {}
    for kind in KINDS:
        for own in _CONTRIBUTORS:
            of_kind = replace(own, name=f"{kind}_{own.name}", **DIFFERENCES[kind].get(own.name, {}))
            fields[of_kind.name] = (of_kind.annotation, of_kind.field(group=kind, owners=[]))
    for own in declared_by(Chain):
        fields[own.name] = (own.annotation, own.field(group="contract", owners=[]))
    declared: dict[str, Declaration] = {}
    owners: dict[str, list[str]] = {}
    groups: dict[str, str] = {}
    for registered, registry in OWNERS.items():
        for known, owner in registry.built_in.items():
            for own in declared_by(owner):
                if declared.setdefault(own.name, own) != own:
                    raise TypeError(
                        f"{class_of(owner)}: {own.name} is declared otherwise elsewhere"
                    )
                if known not in owners.setdefault(own.name, []):
                    owners[own.name].append(known)
                group = GROUPS[registered]
                groups[own.name] = group if groups.get(own.name, group) == group else "model"
    for name, own in declared.items():
        fields[name] = (own.annotation, own.field(group=groups[name], owners=owners[name]))
    return fields


if TYPE_CHECKING:
    Parameters = MarketParameters
else:
    Parameters = create_model(
        "Parameters", __base__=MarketParameters, __module__=__name__, **_composed()
    )
    Parameters.__doc__ = """One market's parameters: its own and those of its components.

    The defaults are the base case of Ding & Hu (arXiv 2209.05017). The study's data are the IMDB
    reviews; the default here, synthetic reviews, needs no download.

    Example:
        >>> Parameters(num_words=400).honest_mean_deposit
        50.0
        >>> Parameters.checked({"num_word": 400})
        Traceback (most recent call last):
        cmlabm.errors.InputError: num_word is not a parameter; did you mean num_words?
    """


def parameters_with(classes: Mapping[str, Iterable[str]]) -> type[MarketParameters]:
    """Return a model of parameters with those that users' classes declare.

    Args:
        classes: ``module:Class``, by the parameter that they are a value of.

    Raises:
        InputError: there is no such class, or what one declares is something else already.
    """
    own = [
        (GROUPS[name], REGISTRIES[name].find(name, known))
        for name, several in classes.items()
        for known in several
    ]
    return _with_own(Parameters, tuple(own))


def perhaps(unknown: str, known: Iterable[str]) -> str:
    """Return the question which parameter is meant by a name that is none's.

    Example:
        >>> perhaps("num_word", Parameters.model_fields)
        'did you mean num_words?'
        >>> perhaps("fee", Parameters.model_fields)
        'did you mean features, or a parameter of a class that is not named?'
    """
    (near,) = get_close_matches(unknown, known, n=1, cutoff=0.0)
    is_far = not get_close_matches(unknown, [near])
    return f"did you mean {near}{', or a parameter of a class that is not named' * is_far}?"


def _unknown_classes(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Return the classes that values name, with their parameter, that are not built in."""
    for name, registry in NAMING.items():
        value = values.get(name)
        for known in chosen(name, value) if isinstance(value, str) else ():
            if known not in registry.built_in:
                yield name, known


def _own_classes(
    values: Mapping[str, Any],
) -> tuple[tuple[tuple[str, type], ...], list[InputError]]:
    """Return the users' classes that values name, each with its group, and what was not found."""
    found: list[tuple[str, type]] = []
    not_found = []
    for name, known in _unknown_classes(values):
        try:
            found.append((GROUPS[name], NAMING[name].find(name, known)))
        except InputError as error:
            not_found.append(error)
    return tuple(found), not_found


@lru_cache(maxsize=64)
def _with_own[T: MarketParameters](model: type[T], own: tuple[tuple[str, type], ...]) -> type[T]:
    """Return a model of parameters with those that users' classes declare.

    Raises:
        InputError: one is declared that is something else already.
    """
    fields: dict[str, Any] = {}
    for group, owner in own:
        for declared in declared_by(owner):
            field = declared.field(group=group, owners=[class_of(owner)])
            known = model.model_fields.get(declared.name) or fields.get(declared.name, (0, None))[1]
            if known is None:
                _check_name(declared.name, owner)
                _check_default(declared, owner)
                fields[declared.name] = (declared.annotation, field)
            elif not _are_alike(known, field):
                raise InputError(
                    f"{class_of(owner)}: declares {declared.name}, which is a parameter already,"
                    f" with another default, range, unit or meaning; call it otherwise by name="
                )
    if not fields:
        return model
    made: Any = create_model(model.__name__, __base__=model, **fields)
    return made  # type: ignore[no-any-return]


def _check_name(name: str, owner: type) -> None:
    is_taken = name in _ARGUMENTS or hasattr(Parameters, name)
    if not name.isidentifier() or name.startswith(("_", "model_")) or is_taken:
        raise InputError(
            f"{class_of(owner)}: declares {shown(name)}, which cannot be the name of a parameter"
        )


def _check_default(declared: Declaration, owner: type) -> None:
    try:
        kind: Any = Annotated[declared.annotation, declared.field()]
        TypeAdapter(kind).validate_python(declared.default)
    except (ValidationError, PydanticUserError, TypeError) as error:
        why = error.errors()[0]["msg"] if isinstance(error, ValidationError) else in_short(error)
        raise InputError(
            f"{class_of(owner)}: {declared.name} = {shown(declared.default)} by default:"
            f" {_plain(why)}"
        ) from None


def _are_alike(one: Any, other: Any) -> bool:
    def plain(field: Any) -> Any:
        extra = field.json_schema_extra["unit"]
        return field.default, field.description, extra, sorted(map(repr, field.metadata))

    return bool(plain(one) == plain(other))


@lru_cache(maxsize=4)
def _tolerant[T: MarketParameters](model: type[T]) -> type[T]:
    """Return a model of parameters that keeps those that it does not know."""
    made: Any = type(
        model.__name__,
        (model,),
        {"model_config": ConfigDict(extra="allow"), "__module__": __name__},
    )
    return made  # type: ignore[no-any-return]


def _remade(values: dict[str, Any]) -> MarketParameters:
    return Parameters.checked(values)


def _sentence(error: Any, model: type[BaseModel]) -> str:
    name = ".".join(map(str, error["loc"]))
    if error["type"] == "extra_forbidden":
        return f"{named(name)} is not a parameter; {perhaps(name, model.model_fields)}"
    message = str(error["msg"]).removeprefix("Value error, ")
    if not name:
        return message
    if error["type"] == "int_parsing_size":
        message = "must have fewer digits"
    return f"{name} = {shown(error['input'])}: {_plain(message)}"


def _plain(message: str) -> str:
    """Return what pydantic says, as it can stand behind a value."""
    return message.removeprefix("Input ").replace("should", "must", 1)
