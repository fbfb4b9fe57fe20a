"""A market is only made of parameters that make sense; errors say which does not, and why."""

import subprocess
import sys
from typing import Any

import pytest
from pydantic import ValidationError

from cmlabm.errors import InputError
from cmlabm.parameters import Parameters


def test_the_defaults_are_the_studys_base_case() -> None:
    parameters = Parameters()
    for name, value in {
        "num_words": 1000,
        "train_size": 25_000,
        "initial_fraction": 0.08,
        "honest_agents": 1,
        "honest_start_balance": 10_000,
        "honest_mean_deposit": 50,
        "honest_stdev_deposit": 10,
        "honest_mean_wait_s": 600,
        "honest_stdev_wait_s": 1,
        "honest_mistake_probability": 0.0001,
        "honest_tolerance": 0.15,
        "malicious_agents": 1,
        "malicious_start_balance": 10_000,
        "malicious_mean_deposit": 100,
        "malicious_stdev_deposit": 3,
        "malicious_mean_wait_s": 3600,
        "cost_weight": 1,
        "minimum_deposit": 1,
        "refund_time_s": 86_400,
        "claim_time_s": 9 * 86_400,
        "incentive": "deposit-refund-take",
        "classifier": "perceptron",
    }.items():
        assert getattr(parameters, name) == value, name
    assert parameters.initial_size == 2_000


def test_every_parameter_has_a_meaning_and_a_unit() -> None:
    for name, field in Parameters.model_fields.items():
        assert field.description, name
        assert isinstance(field.json_schema_extra, dict), name
        assert "unit" in field.json_schema_extra, name


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("num_word", "num_words"),
        ("honest_mean_wait", "honest_mean_wait_s"),
        ("malicius_agents", "malicious_agents"),
        ("seed", "features"),
    ],
)
def test_an_unknown_name_is_told_the_nearest_there_is(wrong: str, right: str) -> None:
    with pytest.raises(InputError, match=f"^{wrong} is not a parameter; did you mean {right}"):
        Parameters.checked({wrong: 1})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("num_words", 0),
        ("num_words", 20_001),
        ("num_words", 400.5),
        ("num_words", "many"),
        ("num_words", None),
        ("initial_fraction", 0),
        ("initial_fraction", 1.01),
        ("honest_mistake_probability", -0.1),
        ("honest_mean_deposit", float("nan")),
        ("honest_mean_wait_s", float("inf")),
        ("malicious_agents", -1),
        ("malicious_start_balance", -5),
        ("data", "imbd"),
        ("minimum_deposit", 0),
        ("max_days", 0),
    ],
)
def test_a_value_out_of_range_is_named_with_what_is_allowed(name: str, value: Any) -> None:
    with pytest.raises(InputError, match=rf"^{name} = .+: .*must"):
        Parameters.checked({name: value})


@pytest.mark.parametrize("name", ["incentive", "classifier"])
def test_what_is_not_registered_is_told_what_is(name: str) -> None:
    with pytest.raises(
        InputError, match=f"{name} = 'percetron': allowed are .*(deposit|perceptron)"
    ):
        Parameters.checked({name: "percetron"})


@pytest.mark.parametrize(
    ("together", "why"),
    [
        ({"honest_mean_deposit": 0.4, "honest_stdev_deposit": 0.19}, "almost never gives 1 token"),
        (
            {"malicious_mean_wait_s": 0, "malicious_stdev_wait_s": 0.3},
            "almost never gives 1 second",
        ),
        ({"claim_time_s": 10, "refund_time_s": 11}, "must not be less than refund_time_s = 11"),
        ({"train_size": 10, "initial_fraction": 0.1}, "at least 2 are needed"),
        ({"honest_agents": 1_000_000, "honest_start_balance": 1e9}, "can be counted"),
        ({"data": "table"}, "data_path must name"),
    ],
)
def test_values_that_do_not_go_together_are_refused(together: dict[str, Any], why: str) -> None:
    with pytest.raises(InputError, match=why):
        Parameters.checked(together)


@pytest.mark.parametrize(
    "together",
    [
        {"honest_mean_deposit": 0.4, "honest_stdev_deposit": 0.2},
        {"claim_time_s": 11, "refund_time_s": 11},
        {"train_size": 20, "initial_fraction": 0.1},
    ],
)
def test_values_that_just_go_together_are_taken(together: dict[str, Any]) -> None:
    parameters = Parameters.checked(together)
    assert {name: getattr(parameters, name) for name in together} == together


def test_every_fault_is_named() -> None:
    with pytest.raises(InputError) as refused:
        Parameters.checked({"num_words": 0, "max_days": 0})
    faults = str(refused.value).split("; ")
    assert sorted(fault.split(":")[0] for fault in faults) == ["max_days = 0", "num_words = 0"]


def test_text_becomes_the_number_that_it_stands_for() -> None:
    parameters = Parameters.checked({"num_words": "400", "honest_mean_wait_s": "12.5"})
    assert (parameters.num_words, parameters.honest_mean_wait_s) == (400, 12.5)


def test_parameters_do_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Parameters().max_days = 3  # type: ignore[misc]


def test_those_of_a_kind_are_the_fields_with_its_name() -> None:
    parameters = Parameters(honest_agents=3, malicious_mean_wait_s=7_200)
    assert parameters.of_kind("honest").agents == 3
    assert parameters.of_kind("malicious").mean_wait_s == 7_200


def test_importing_the_package_is_light() -> None:
    """The command line answers a misspelt option before anything slow is loaded."""
    code = "import sys, cmlabm; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"mesa", "sklearn", "pandas", "scipy", "matplotlib"} & set(run.stdout.split())


def test_importing_the_model_loads_only_what_mesa_does() -> None:
    """The other packages together take as long again."""
    code = "import sys\nfrom cmlabm import CMLModel\nprint(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"sklearn", "pydantic", "matplotlib", "solara", "statsmodels", "distributed", "SALib"}
    assert not heavy & set(run.stdout.split())
