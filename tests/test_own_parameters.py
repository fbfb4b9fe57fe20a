"""Parameters that components declare: those built in, and those of users' classes."""

import pickle
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest
from small_market import TOKEN, market

from cmlabm.batch.run import Run
from cmlabm.declarations import declared_by, made_with, parameter
from cmlabm.errors import InputError
from cmlabm.mechanisms import MECHANISMS
from cmlabm.mechanisms.interface import Mechanism, Standing
from cmlabm.model import CMLModel
from cmlabm.parameters import Parameters
from cmlabm.registries import REGISTRIES

OWN: dict[str, Any] = {"incentive": "users_own:Surcharge", "surcharge": 2.5}


def test_every_declared_parameter_is_one_of_a_market_and_says_whose_it_is() -> None:
    for registry in REGISTRIES.values():
        for known, owner in registry.built_in.items():
            for declared in declared_by(owner):
                extra: Any = Parameters.model_fields[declared.name].json_schema_extra
                assert known in extra["owners"]
                assert extra["unit"] == declared.unit


def test_a_mechanism_gets_the_values_of_a_run_in_its_own_units() -> None:
    rules = MECHANISMS["slashing"].from_parameters(
        Parameters(minimum_deposit=2.5, slashing_burnt_share=0.1, refund_time_s=60)
    )
    assert vars(rules)["minimum_deposit"] == 2_500_000
    assert vars(rules)["burnt_ppm"] == 100_000
    assert vars(rules)["refund_time"] == 60


def test_a_users_mechanism_has_its_own_parameters() -> None:
    model = market(**OWN)
    assert model.parameters.surcharge == 2.5
    assert model.parameters.surcharge_until_day == 3
    model.step()
    assert min(model.contract.submissions.deposit) >= 3_500_000


def test_so_has_one_of_several_behaviours() -> None:
    lively = market(honest_behaviour="users_own:Napping", honest_naps=0, max_days=2)
    sleepy = market(honest_behaviour="users_own:Napping", honest_naps=9, max_days=2)
    assert lively.run()["honest_accepted"] > 5 * sleepy.run()["honest_accepted"] > 0
    mixed = market(honest_behaviour="study, users_own:Napping", honest_agents=2, honest_naps=4)
    assert mixed.contributors[1].behaviour.naps == 4  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"surcharge": -1}, "surcharge = -1: must be greater than or equal to 0"),
        ({"surcharge": "much"}, "surcharge = 'much': must be a valid number"),
        ({"surcharge": True}, "surcharge = True: must be a number"),
        ({"surcharge_until_day": 1.5}, "surcharge_until_day = 1.5: must be a valid integer"),
        ({"surcharge_until_day": 0}, "surcharge_until_day = 0: there is a surcharge"),
        ({"surchage": 1}, "surchage is not a parameter; did you mean surcharge?"),
        ({"honest_naps": 1}, "honest_naps is not a parameter; did you mean"),
    ],
)
def test_they_are_checked_as_all_others(values: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError) as refused:
        Parameters.checked(OWN | values)
    assert words in str(refused.value)


def test_without_the_class_its_parameters_are_unknown() -> None:
    with pytest.raises(InputError, match="surcharge is not a parameter"):
        Parameters.checked({"surcharge": 1})


def test_where_the_class_is_not_found_that_is_said_and_not_that_its_parameters_are_unknown() -> (
    None
):
    with pytest.raises(InputError, match="incentive = 'users_own:Surchage': cannot be imported"):
        Parameters.checked({"incentive": "users_own:Surchage", "surcharge": 1})


def test_parameters_with_users_own_go_from_process_to_process() -> None:
    own = Parameters.checked(OWN)
    for copy in (pickle.loads(pickle.dumps(own)), deepcopy(own)):  # noqa: S301
        assert copy == own
        assert copy.surcharge == 2.5
    assert CMLModel(own, rng=1).parameters is own


def test_a_run_is_known_by_those_that_are_not_at_their_default() -> None:
    plain = Run(Parameters.checked({"incentive": "users_own:Surcharge"}), 1)
    default = Run(Parameters.checked(OWN | {"surcharge": 1.0}), 1)
    other = Run(Parameters.checked(OWN), 1)
    assert plain.id == default.id != other.id


def test_what_is_stored_is_read_without_the_class() -> None:
    stored = Parameters.stored({"incentive": "gone:Away", "surcharge": 2.5, "num_words": 50})
    assert stored.model_dump()["surcharge"] == 2.5
    assert stored.num_words == 50
    with pytest.raises(InputError, match="surcharge is not a parameter"):
        Parameters.stored({"surcharge": 2.5})


@dataclass(frozen=True)
class Cheaper(Mechanism):
    """Calls something of its own what is something else already."""

    cost_weight: float = parameter(0.5, "scales something", ge=0)

    def required_deposit(self, waited: int, standing: Standing) -> int:
        return TOKEN


@dataclass(frozen=True)
class Clashing(Cheaper):
    """Calls a parameter as pydantic calls a method."""

    price: float = parameter(0.5, "a price", name="model_dump", ge=0)


class Undecorated(Mechanism):
    """Forgets what makes fields of parameters."""

    fee: float = parameter(0.5, "a fee", ge=0)

    def required_deposit(self, waited: int, standing: Standing) -> int:
        return TOKEN


class Free(Mechanism):
    """Has no parameters."""

    awaits_claims = False
    lets_take = False

    def required_deposit(self, waited: int, standing: Standing) -> int:
        return 0


@dataclass(frozen=True)
class TooDear(Free):
    """Has a default that may not be set."""

    fee: float = parameter(5.0, "a fee", ge=0, le=3)


@dataclass(frozen=True)
class Worded(Free):
    """Has a default that is none of the choices."""

    fee: str = parameter("low", "a fee", name="wording", choices=("none", "high"))


@dataclass(frozen=True)
class Limited(Free):
    """Gives text a limit that only numbers have."""

    fee: str = parameter("low", "a fee", name="wording", ge=0)


@dataclass(frozen=True)
class Seeded(Free):
    """Calls a parameter as markets call their seed."""

    fee: int = parameter(1, "a fee", name="rng")


@pytest.mark.parametrize(
    ("brought", "words"),
    [
        (TooDear, "TooDear: fee = 5.0 by default: must be less than or equal to 3"),
        (Worded, "Worded: wording = 'low' by default: must be 'none' or 'high'"),
        (Limited, "Limited: wording = 'low' by default: TypeError: Unable to apply constraint"),
        (Seeded, "declares 'rng', which cannot be the name of a parameter"),
        (Cheaper, "declares cost_weight, which is a parameter already"),
        (Clashing, "declares 'model_dump', which cannot be the name of a parameter"),
        (Undecorated, "declares the parameter fee, so Undecorated must be a dataclass"),
    ],
)
def test_a_declaration_that_cannot_be_is_refused(brought: type[Any], words: str) -> None:
    if brought is Clashing:
        brought.__dataclass_fields__.pop("cost_weight")
    with pytest.raises(InputError) as refused:
        Parameters.checked({"incentive": f"{__name__}:{brought.__name__}"})
    assert words in str(refused.value)


def test_what_is_declared_can_be_made_of_any_object_that_has_the_values() -> None:
    @dataclass(frozen=True)
    class Values:
        fee: float

    @dataclass(frozen=True)
    class Fee:
        fee: int = parameter(1.0, "a fee", converted=lambda tokens: int(tokens * TOKEN))

    assert made_with(Fee, Values(0.5)).fee == 500_000


def test_a_parameter_has_no_other_limits_than_there_are() -> None:
    with pytest.raises(InputError, match="'a fee': minimum is no limit; allowed are ge, gt, le"):
        parameter(1.0, "a fee", minimum=0)


def test_a_parameter_that_is_none_by_default_says_what_else_it_may_be() -> None:
    with pytest.raises(InputError, match="'a fee': is None by default, so its annotation must be"):
        parameter(None, "a fee")


def test_a_name_like_no_other_may_be_of_a_class_that_is_not_named() -> None:
    with pytest.raises(InputError, match=r"^fee is not .*, or a parameter of a class that is not"):
        Parameters.checked({"fee": 3})


def test_parameters_made_without_those_of_a_users_class_are_told_how_to_be_made() -> None:
    with pytest.raises(ValueError, match=r"declares surcharge, .*make them by Parameters\.checked"):
        Parameters(incentive="users_own:Surcharge")
