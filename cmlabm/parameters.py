"""The parameters of one simulated market, with unit, range and meaning."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from cmlabm.classifiers import CLASSIFIERS, make_classifier
from cmlabm.errors import InputError, named, shown
from cmlabm.ledger import to_units
from cmlabm.mechanisms import MECHANISMS, make_mechanism

type Kind = Literal["honest", "malicious"]

KINDS: tuple[Kind, ...] = ("honest", "malicious")
"""Whoever enters first has the lower account numbers, and draws from the lower streams."""

LONGEST_S = 100_000 * 86_400
"""As many seconds as the longest run has."""

_STORED = {"stored": True}

MOST_UNITS = 2**62
"""More money than this in one market could overflow a 64-bit column of amounts."""


def _field(default: Any, meaning: str, unit: str = "", **limits: Any) -> Any:
    return Field(default, description=meaning, json_schema_extra={"unit": unit}, **limits)


def no_truth_value(value: Any) -> Any:
    """Refuse true and false where a number is wanted: Python counts them as 1 and 0.

    Raises:
        ValueError: it is one of them.
    """
    if isinstance(value, bool):
        raise ValueError("must be a number")
    return value


type Tokens = Annotated[float, Field(ge=0, le=1e9)]
type Seconds = Annotated[float, Field(ge=0, le=1e9)]
type Probability = Annotated[float, Field(ge=0, le=1)]
type Variation = Annotated[float, Field(ge=0, le=10)]
type Count = Annotated[int, Field(ge=0, le=1_000_000)]


class ContributorParameters(BaseModel):
    """What the contributors of both kinds have; the fields are those of ``Parameters``."""

    model_config = ConfigDict(frozen=True)

    agents: int
    behaviour: str
    start_balance: float
    mean_deposit: float
    stdev_deposit: float
    mean_wait_s: float
    stdev_wait_s: float
    mistake_probability: float
    balance_variation: float
    deposit_variation: float
    wait_variation: float


class Parameters(BaseModel):
    """One market's parameters. The defaults are the base case of Ding & Hu (arXiv 2209.05017).

    The study's data are the IMDB reviews; the default here, synthetic reviews, needs no download.

    Example:
        >>> Parameters(num_words=400).honest_mean_deposit
        50.0
        >>> Parameters.checked({"num_word": 400})
        Traceback (most recent call last):
        cmlabm.errors.InputError: num_word is not a parameter; did you mean num_words?
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    data: Literal["synthetic-reviews", "imdb", "breast-cancer", "digits", "table"] = _field(
        "synthetic-reviews", "where the labelled samples come from"
    )
    data_path: str | None = _field(
        None, "archive or folder (imdb), CSV or Parquet file (table)", min_length=1
    )
    label_column: str = _field("label", "the column of a table that holds the labels")
    num_words: int = _field(
        1000, "how many of the most frequent words are features", "words", ge=1, le=20_000
    )
    train_size: int = _field(
        25_000, "samples to start the model with and to submit", "samples", ge=4, le=1_000_000
    )
    test_size: int = _field(
        25_000, "hidden samples that measure accuracy", "samples", ge=2, le=1_000_000
    )
    initial_fraction: float = _field(
        0.08, "share of the training samples that starts the model", gt=0, le=1
    )
    data_dealing: Literal["shared", "even", "dirichlet"] = _field(
        "shared",
        "who submits what: all draw on the same samples, each has as many of its own, or shares of"
        " each class differ between agents",
    )
    data_alpha: float = _field(
        1.0, "for dirichlet: the lower, the fewer classes has each agent", ge=0.01, le=1e6
    )

    honest_agents: Count = _field(1, "honest contributors", "agents")
    honest_behaviour: str = _field(
        "study", "what they do; for several behaviours their shares: 'study = 2, budget = 1'"
    )
    honest_start_balance: Tokens = _field(10_000.0, "first balance of each", "tokens")
    honest_mean_deposit: Tokens = _field(50.0, "mean of what one offers as a deposit", "tokens")
    honest_stdev_deposit: Tokens = _field(10.0, "its standard deviation", "tokens")
    honest_mean_wait_s: Seconds = _field(600.0, "mean time between wake-ups", "s")
    honest_stdev_wait_s: Seconds = _field(1.0, "its standard deviation", "s")
    honest_mistake_probability: Probability = _field(0.0001, "chance of sending a wrong label")
    honest_tolerance: float = _field(
        0.15, "an honest contributor submits with probability accuracy + tolerance", ge=0, le=1
    )
    honest_own_samples: int = _field(
        500,
        "self-verify, informative: samples that train a model of one's own",
        "samples",
        ge=2,
        le=1_000_000,
    )
    honest_locked_share: Probability = _field(
        0.5, "budget: share of one's money that may be locked in deposits"
    )
    honest_loss_share: Probability = _field(
        0.5, "budget: share of one's money after whose loss one gives up"
    )
    honest_balance_variation: Variation = _field(
        0.0, "standard deviation of first balances across agents, as a share of the mean"
    )
    honest_deposit_variation: Variation = _field(
        0.0, "standard deviation of mean offers across agents, as a share of the mean"
    )
    honest_wait_variation: Variation = _field(
        0.0, "standard deviation of mean waits across agents, as a share of the mean"
    )

    malicious_agents: Count = _field(1, "malicious contributors", "agents")
    malicious_behaviour: str = _field(
        "label-flip", "what they do; for several behaviours their shares: 'echo = 2, sybil = 1'"
    )
    malicious_start_balance: Tokens = _field(10_000.0, "first balance of each", "tokens")
    malicious_mean_deposit: Tokens = _field(100.0, "mean of what one offers as a deposit", "tokens")
    malicious_stdev_deposit: Tokens = _field(3.0, "its standard deviation", "tokens")
    malicious_mean_wait_s: Seconds = _field(3600.0, "mean time between wake-ups", "s")
    malicious_stdev_wait_s: Seconds = _field(1.0, "its standard deviation", "s")
    malicious_mistake_probability: Probability = _field(0.0, "chance of sending the true label")
    malicious_target_class: int = _field(
        0, "targeted-flip: the class whose samples get a wrong label", "class", ge=0, le=1_000_000
    )
    malicious_noise: Probability = _field(0.2, "feature-noise: chance to flip a feature")
    malicious_sleeper_share: Probability = _field(
        0.1, "sleeper: share of all verified samples from which on it flips"
    )
    malicious_period_s: int = _field(172_800, "on-off: length of a period", "s", ge=1, le=LONGEST_S)
    malicious_duty: Probability = _field(0.5, "on-off: share of a period in which it attacks")
    malicious_addresses: int = _field(
        4, "sybil: addresses over which a purse is split", "addresses", ge=2, le=1000
    )
    malicious_target_deposit: Tokens = _field(
        50.0,
        "price-griefing, liquidity-squeeze: what honest contributors are thought to offer",
        "tokens",
    )
    malicious_balance_variation: Variation = _field(
        0.0, "standard deviation of first balances across agents, as a share of the mean"
    )
    malicious_deposit_variation: Variation = _field(
        0.0, "standard deviation of mean offers across agents, as a share of the mean"
    )
    malicious_wait_variation: Variation = _field(
        0.0, "standard deviation of mean waits across agents, as a share of the mean"
    )

    population_distribution: Literal["log-normal", "gamma"] = _field(
        "log-normal", "how balances, offers and waits vary across agents, where they do"
    )

    incentive: str = _field(
        "deposit-refund-take", "the contract's mechanism, or module:Class of one"
    )
    cost_weight: float = _field(1.0, "scales the required deposit", ge=0, le=1e6)
    minimum_deposit: float = _field(1.0, "least required deposit", "tokens", ge=1e-6, le=1e6)
    refund_time_s: int = _field(
        86_400, "wait before a submission can be refunded", "s", ge=0, le=LONGEST_S
    )
    claim_time_s: int = _field(
        777_600,
        "wait until what is left of a deposit is free for anybody",
        "s",
        ge=1,
        le=LONGEST_S,
    )
    lock: Literal["cost", "offer"] = _field(
        "cost", "what is held as a deposit: what is required, or all that was offered"
    )
    bankrupt_may_claim: bool = _field(
        False, "whether who has no money left comes back for its deposits"
    )
    diversity_window: int = _field(
        100, "diversity-cost: how many of the last labels count", "labels", ge=1, le=10_000
    )
    diversity_floor: float = _field(
        0.1, "diversity-cost: the least that the deposit is divided by", "bits", ge=1e-6, le=10
    )
    slashing_burnt_share: Probability = _field(
        0.5, "slashing: share of a reported deposit that is burnt"
    )
    slashing_reporter_share: Probability = _field(
        0.25, "slashing: share of a reported deposit that goes to the reporter"
    )
    bounty: Tokens = _field(
        1000.0, "prediction-market: what is paid for a loss that falls from 1 to 0", "tokens"
    )
    market_stake: float = _field(
        0.25, "prediction-market: deposit of each contribution", "tokens", ge=1e-6, le=1e6
    )
    group_contributions: bool = _field(
        True, "prediction-market: whether a contributor's contributions are judged together"
    )
    classifier: str = _field(
        "perceptron", "the shared model, or module:Class of a scikit-learn estimator"
    )
    max_days: int = _field(3650, "the run ends then at the latest", "days", ge=1, le=100_000)

    @classmethod
    def checked(cls, values: Mapping[str, Any]) -> Self:
        """Return the parameters with some values over the defaults.

        Raises:
            InputError: one sentence that names each parameter at fault, its value, and what is
                allowed; for an unknown name the nearest parameter.
        """
        try:
            return cls(**values)
        except ValidationError as error:
            raise InputError("; ".join(map(_sentence, error.errors()))) from None

    @classmethod
    def stored(cls, values: Mapping[str, Any]) -> Self:
        """Return parameters as a study's file holds them, without importing classes they name.

        A file must not choose what this process imports: what is only shown need not run.

        Raises:
            InputError: see ``checked``.

        Example:
            >>> Parameters.stored({"classifier": "no_such_module:Class"}).classifier
            'no_such_module:Class'
        """
        try:
            return cls.model_validate(dict(values), context=_STORED)
        except ValidationError as error:
            raise InputError("; ".join(map(_sentence, error.errors()))) from None

    def of_kind(self, kind: Kind) -> ContributorParameters:
        """Return the parameters of the contributors of one kind."""
        return ContributorParameters(
            **{name: getattr(self, f"{kind}_{name}") for name in ContributorParameters.model_fields}
        )

    @property
    def initial_size(self) -> int:
        """How many of ``train_size`` samples start the model."""
        return round(self.initial_fraction * self.train_size)

    @field_validator("*", mode="before")
    @classmethod
    def _numbers_are_numbers(cls, value: Any, info: ValidationInfo) -> Any:
        default = cls.model_fields[str(info.field_name)].default
        return no_truth_value(value) if type(default) in (int, float) else value

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        for kind in KINDS:
            own = self.of_kind(kind)
            for quantity, unit, mean, stdev in (
                ("deposit", "token", own.mean_deposit, own.stdev_deposit),
                ("wait", "second", own.mean_wait_s, own.stdev_wait_s),
            ):
                if mean + 3 * stdev < 1:
                    raise ValueError(
                        f"{kind}_mean_{quantity} = {mean:g} with a standard deviation of {stdev:g}"
                        f" almost never gives 1 {unit}: mean + 3 standard deviations must be at"
                        f" least 1"
                    )
        if self.claim_time_s < self.refund_time_s:
            raise ValueError(
                f"claim_time_s = {self.claim_time_s}: must not be less than refund_time_s ="
                f" {self.refund_time_s}"
            )
        if self.initial_size < 2:
            raise ValueError(
                f"initial_fraction = {self.initial_fraction:g} of {self.train_size} samples leaves"
                f" {self.initial_size} to start the model: at least 2 are needed"
            )
        money = sum(own.agents * to_units(own.start_balance) for own in map(self.of_kind, KINDS))
        money += to_units(self.bounty) if self.incentive == "prediction-market" else 0
        if money > MOST_UNITS:
            raise ValueError(
                f"all start balances together are {money / 1e6:g} tokens: at most"
                f" {MOST_UNITS / 1e6:g} can be counted"
            )
        return self

    @model_validator(mode="after")
    def _registered(self, info: ValidationInfo) -> Self:
        if info.context == _STORED:
            return self
        from cmlabm.contributors.population import behaviours_of

        if self.incentive not in MECHANISMS:
            make_mechanism(self)
        if self.classifier not in CLASSIFIERS:
            make_classifier(self.classifier)
        for kind in KINDS:
            behaviours_of(kind, self.of_kind(kind).behaviour, self.of_kind(kind).agents)
        if self.slashing_burnt_share + self.slashing_reporter_share > 1:
            raise ValueError(
                f"slashing_burnt_share = {self.slashing_burnt_share:g}: must be at most 1 together"
                f" with slashing_reporter_share = {self.slashing_reporter_share:g}"
            )
        if self.data == "table" and self.data_path is None:
            raise ValueError("data = 'table': data_path must name a CSV or Parquet file")
        return self


def _sentence(error: Any) -> str:
    name = ".".join(map(str, error["loc"]))
    if error["type"] == "extra_forbidden":
        near = get_close_matches(name, Parameters.model_fields, n=1, cutoff=0.0)
        return f"{named(name)} is not a parameter; did you mean {near[0]}?"
    message = str(error["msg"]).removeprefix("Value error, ")
    if not name:
        return message
    if error["type"] == "int_parsing_size":
        message = "must have fewer digits"
    message = message.removeprefix("Input ").replace("should", "must", 1)
    return f"{name} = {shown(error['input'])}: {message}"
