"""The parameters of one simulated market, with unit, range and meaning."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from cmlabm.classifiers import CLASSIFIERS
from cmlabm.errors import InputError
from cmlabm.ledger import to_units
from cmlabm.mechanisms import MECHANISMS

type Kind = Literal["honest", "malicious"]

MOST_UNITS = 2**62
"""More money than this in one market could overflow a 64-bit column of amounts."""


def _field(default: Any, meaning: str, unit: str = "", **limits: Any) -> Any:
    return Field(default, description=meaning, json_schema_extra={"unit": unit}, **limits)


type Tokens = Annotated[float, Field(ge=0, le=1e9)]
type Seconds = Annotated[float, Field(ge=0, le=1e9)]
type Probability = Annotated[float, Field(ge=0, le=1)]
type Count = Annotated[int, Field(ge=0, le=1_000_000)]


class ContributorParameters(BaseModel):
    """What the contributors of one kind have in common; the fields are those of ``Parameters``."""

    model_config = ConfigDict(frozen=True)

    agents: int
    start_balance: float
    mean_deposit: float
    stdev_deposit: float
    mean_wait_s: float
    stdev_wait_s: float
    mistake_probability: float


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
    data_path: str | None = _field(None, "archive or folder (imdb), CSV or Parquet file (table)")
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

    honest_agents: Count = _field(1, "honest contributors", "agents")
    honest_start_balance: Tokens = _field(10_000.0, "first balance of each", "tokens")
    honest_mean_deposit: Tokens = _field(50.0, "mean of what one offers as a deposit", "tokens")
    honest_stdev_deposit: Tokens = _field(10.0, "its standard deviation", "tokens")
    honest_mean_wait_s: Seconds = _field(600.0, "mean time between wake-ups", "s")
    honest_stdev_wait_s: Seconds = _field(1.0, "its standard deviation", "s")
    honest_mistake_probability: Probability = _field(0.0001, "chance of sending a wrong label")
    honest_tolerance: float = _field(
        0.15, "an honest contributor submits with probability accuracy + tolerance", ge=0, le=1
    )

    malicious_agents: Count = _field(1, "malicious contributors", "agents")
    malicious_start_balance: Tokens = _field(10_000.0, "first balance of each", "tokens")
    malicious_mean_deposit: Tokens = _field(100.0, "mean of what one offers as a deposit", "tokens")
    malicious_stdev_deposit: Tokens = _field(3.0, "its standard deviation", "tokens")
    malicious_mean_wait_s: Seconds = _field(3600.0, "mean time between wake-ups", "s")
    malicious_stdev_wait_s: Seconds = _field(1.0, "its standard deviation", "s")
    malicious_mistake_probability: Probability = _field(0.0, "chance of sending the true label")

    incentive: str = _field("deposit-refund-take", "the contract's incentive mechanism")
    cost_weight: float = _field(1.0, "scales the required deposit", ge=0, le=1e6)
    minimum_deposit: float = _field(1.0, "least required deposit", "tokens", ge=1e-6, le=1e6)
    refund_time_s: int = _field(86_400, "wait before a submission can be refunded", "s", ge=0)
    claim_time_s: int = _field(
        777_600, "wait until what is left of a deposit is free for anybody", "s", ge=1
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

    def of_kind(self, kind: Kind) -> ContributorParameters:
        """Return the parameters of the contributors of one kind."""
        return ContributorParameters(
            **{name: getattr(self, f"{kind}_{name}") for name in ContributorParameters.model_fields}
        )

    @property
    def initial_size(self) -> int:
        """How many of ``train_size`` samples start the model."""
        return round(self.initial_fraction * self.train_size)

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        for kind in ("honest", "malicious"):
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
        money = sum(
            own.agents * to_units(own.start_balance)
            for own in (self.of_kind("honest"), self.of_kind("malicious"))
        )
        if money > MOST_UNITS:
            raise ValueError(
                f"all start balances together are {money / 1e6:g} tokens: at most"
                f" {MOST_UNITS / 1e6:g} can be counted"
            )
        return self

    @model_validator(mode="after")
    def _registered(self) -> Self:
        for name, registry in (("incentive", MECHANISMS), ("classifier", CLASSIFIERS)):
            value = getattr(self, name)
            if value not in registry and not (name == "classifier" and ":" in value):
                (near,) = get_close_matches(value, registry, n=1, cutoff=0.0)
                raise ValueError(
                    f"{name} = {value!r}: allowed are {', '.join(registry)}; did you mean {near}?"
                )
        if self.data == "table" and self.data_path is None:
            raise ValueError("data = 'table': data_path must name a CSV or Parquet file")
        return self


def _sentence(error: Any) -> str:
    name = ".".join(map(str, error["loc"]))
    if error["type"] == "extra_forbidden":
        near = get_close_matches(name, Parameters.model_fields, n=1, cutoff=0.0)
        return f"{name} is not a parameter; did you mean {near[0]}?"
    message = str(error["msg"]).removeprefix("Value error, ")
    if not name:
        return message
    message = message.removeprefix("Input ").replace("should", "must", 1)
    return f"{name} = {error['input']!r}: {message}"
