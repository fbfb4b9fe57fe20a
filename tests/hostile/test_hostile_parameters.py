"""Every parameter refuses what it cannot be, in one sentence that names it and what it was."""

from collections.abc import Iterator
from typing import Any

import pytest
from commands import refusal

from cmlabm.batch.command import app
from cmlabm.errors import InputError
from cmlabm.parameters import Parameters

FIELDS = Parameters.model_fields
NUMBERS = {name: field for name, field in FIELDS.items() if type(field.default) in (int, float)}
CHOICES = ("data", "data_dealing", "population_distribution", "lock")
CLASSES = ("honest_behaviour", "malicious_behaviour", "incentive", "classifier")


SCHEMA = Parameters.model_json_schema()


def limits(name: str) -> Iterator[tuple[float, str]]:
    """Return numbers just outside a parameter's range, and what is said of them."""
    own = SCHEMA["properties"][name]
    if "$ref" in own:
        own = SCHEMA["$defs"][own["$ref"].rsplit("/", 1)[-1]]
    if "exclusiveMinimum" in own:
        yield own["exclusiveMinimum"], f"must be greater than {own['exclusiveMinimum']:g}"
    else:
        yield own["minimum"] - 1, "must be greater than or equal to"
    yield 2 * own["maximum"] + 1, "must be less than or equal to"


def out_of_range() -> Iterator[tuple[str, str, str]]:
    for name, field in NUMBERS.items():
        for number, sentence in limits(name):
            text = str(int(number)) if isinstance(field.default, int) else str(float(number))
            yield name, text, sentence


@pytest.mark.parametrize(("name", "text", "sentence"), list(out_of_range()))
def test_a_number_out_of_range_is_named_with_its_limit(name: str, text: str, sentence: str) -> None:
    said = refusal(app, [f"--set={name}={text}"])
    assert said.startswith(f"error: {name} = '{text}': {sentence}"), said


@pytest.mark.parametrize("name", list(NUMBERS))
@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("many", "must be a valid"),
        ("", "must be a valid"),
        ("nan", "must be a"),
        ("9" * 5000, "must "),
        (True, "must be a number"),
        (None, "must be a valid"),
        ([1], "must be a valid"),
        (2**70, "must be less than or equal to"),
    ],
    ids=["word", "empty", "nan", "long", "true", "none", "list", "2**70"],
)
def test_what_is_no_number_is_named(name: str, value: Any, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        Parameters.checked({name: value})
    said = str(caught.value)
    assert said.startswith(f"{name} = ")
    assert sentence in said
    assert len(said) < 250
    assert "\n" not in said


@pytest.mark.parametrize("name", CHOICES)
def test_what_is_no_choice_is_answered_with_the_choices(name: str) -> None:
    said = refusal(app, [f"--set={name}=[/x] \x1b[31mnonsense"])
    assert f"{name} = " in said
    assert f"must be '{FIELDS[name].default}'" in said or f"'{FIELDS[name].default}'" in said


@pytest.mark.parametrize("name", CLASSES)
@pytest.mark.parametrize("text", ["", "nonsense", "[/x]", "\ud800", "<img src=x>", "../../etc"])
def test_what_is_not_built_in_is_answered_with_what_is(name: str, text: str) -> None:
    said = refusal(app, [f"--set={name}={text}"])
    assert f"{name} = " in said
    assert "did you mean" in said or "must be a valid string" in said


@pytest.mark.parametrize("name", [name for name in FIELDS if FIELDS[name].annotation is bool])
@pytest.mark.parametrize("text", ["maybe", "2", "", "None"])
def test_what_is_neither_true_nor_false_is_named(name: str, text: str) -> None:
    said = refusal(app, [f"--set={name}={text}"])
    assert f"{name} = '{text}': must be a valid boolean" in said


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (["claim_time_s=10", "refund_time_s=20"], "must not be less than refund_time_s"),
        (["train_size=4", "initial_fraction=0.1"], "at least 2 are needed"),
        (["slashing_burnt_share=0.8", "slashing_reporter_share=0.3"], "must be at most 1 together"),
        (["honest_mean_deposit=0", "honest_stdev_deposit=0"], "almost never gives 1 token"),
        (["malicious_mean_wait_s=0", "malicious_stdev_wait_s=0"], "almost never gives 1 second"),
        (["honest_start_balance=1e9", "honest_agents=10000"], "all start balances together"),
        (["data=table"], "data_path must name"),
        (["malicious_behaviour=echo = 1, sybil = 1"], "2 behaviours need at least as many agents"),
        (["malicious_behaviour=echo = 0"], "shares above 0"),
        (["malicious_behaviour=echo = nan"], "shares above 0"),
        (["malicious_behaviour=echo = 1e400"], "shares above 0"),
        (["malicious_behaviour=echo, echo"], "different ones"),
        (["malicious_behaviour=,"], "did you mean"),
    ],
)
def test_parameters_that_do_not_fit_together_are_named(changes: list[str], sentence: str) -> None:
    assert sentence in refusal(app, [f"--set={change}" for change in changes])


@pytest.mark.parametrize("rng", [-1, 0.5, "many", float("nan"), [1], "", "1e3", b"1", "9" * 5000])
def test_what_is_no_seed_is_named(rng: Any) -> None:
    from cmlabm import CMLModel

    with pytest.raises(InputError, match="must be a whole number from 0 on"):
        CMLModel(rng=rng, train_size=20, test_size=20, num_words=10, initial_fraction=0.5)
