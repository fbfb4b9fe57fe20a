"""Entries as text, the fields that are made for them, and the address."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmlabm.errors import InputError
from cmlabm.parameters import Parameters
from cmlabm.registries import REGISTRIES
from cmlabm.viz.fields.address import PageState, from_query, to_query
from cmlabm.viz.fields.definitions import (
    choices,
    default_text,
    group_of,
    matters,
    meaning,
    names,
    unit,
)
from cmlabm.viz.fields.entries import check, problems
from cmlabm.viz.fields.grouping import GROUPS
from cmlabm.viz.fields.levels import levels, nearest
from cmlabm.viz.permissions import Permissions, granting

FREE_TEXT = {"repertoire", "data_path", "label_column", "text_column"}


@pytest.mark.parametrize("name", Parameters.model_fields)
def test_every_parameter_has_a_group_a_meaning_and_a_way_to_be_entered(name: str) -> None:
    assert group_of(name) in GROUPS
    assert meaning(name)
    assert bool(choices(name)) + bool(levels(name)) == (name not in FREE_TEXT)


@pytest.mark.parametrize("name", [name for name in Parameters.model_fields if levels(name)])
def test_every_stop_of_a_slider_is_allowed_at_its_field(name: str) -> None:
    stops = levels(name)
    assert stops[nearest(stops, default_text(name))] == default_text(name)
    assert [float(stop) for stop in stops] == sorted({float(stop) for stop in stops})
    for stop in stops:
        sentence = problems({name: stop}, "1").get(name, "")
        assert "must be greater" not in sentence
        assert "must be less than or equal" not in sentence


def test_the_base_case_is_what_stands_in_the_fields() -> None:
    assert check({name: default_text(name) for name in Parameters.model_fields}) == Parameters()


def test_a_class_cannot_be_named_on_the_page() -> None:
    with pytest.raises(InputError, match="allowed are perceptron"):
        check({"classifier": "sklearn.naive_bayes:BernoulliNB"})


def test_a_sentence_about_several_fields_stands_at_the_first() -> None:
    found = problems({"claim_time_s": "10", "refund_time_s": "20"}, "1")
    assert set(found) == {"claim_time_s"}


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=20)
numbers = st.sampled_from(
    [n for n in Parameters.model_fields if n not in {*REGISTRIES, "data_path", "max_days"}]
)


@given(
    st.dictionaries(numbers, texts),
    texts,
    st.sampled_from(["live", "compare"]),
    st.integers(0, 99),
)
def test_an_address_brings_back_the_state(
    entries: dict[str, str], seed: str, view: str, day: int
) -> None:
    entries = {name: text for name, text in entries.items() if text != default_text(name)}
    state = PageState(view=view, entries=entries, seed=seed, changes=entries, day=day)  # type: ignore[arg-type]
    assert from_query(to_query(state)) == (state, [])


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("view=lives", "no view 'lives'"),
        ("day=soon", "day = 'soon'"),
        ("num_word=3", "did you mean num_words"),
        ("classifier=os:system", "not taken from a link"),
        ("second.classifier=os:system", "not taken from a link"),
        ("data_path=/etc/passwd", "not taken from a link"),
        ("data=openml:adult", "not taken from a link"),
        ("second.data=openml:adult", "not taken from a link"),
    ],
)
def test_what_an_address_cannot_say_is_reported(query: str, complaint: str) -> None:
    state, complaints = from_query(query)
    assert state == PageState()
    assert len(complaints) == 1
    assert complaint in complaints[0]


def test_a_path_does_not_go_into_a_link() -> None:
    state = PageState(entries={"data": "table", "data_path": "own.csv"})
    assert "own.csv" not in to_query(state)


# Data of OpenML


def test_no_visitor_has_the_page_download_data_that_it_was_not_started_with() -> None:
    assert "openml" not in " ".join(choices("data"))
    for data in ("openml:adult:2", "openml:../x", "openml"):
        with pytest.raises(
            InputError, match=f"data = '{data}': allowed are synthetic-reviews, imdb"
        ):
            check({"data": data})


def test_data_that_were_named_when_the_page_was_started_can_be_chosen() -> None:
    with granting(Permissions.of(Path(), ["openml:adult:2", "users_own:Surcharge"])):
        assert choices("data")[-1] == "openml:adult:2"
        assert check({"data": "openml:adult:2"}).data == "openml:adult:2"
        assert problems({"data": "openml:adult"}, "1")["data"].startswith("allowed are")
        assert not matters("num_words", {"data": "openml:adult:2"})
        assert matters("data_path", {"data": "openml:adult:2"})
        assert from_query("data=openml:adult:2")[1] == []


def test_what_is_no_name_of_data_cannot_be_allowed() -> None:
    with pytest.raises(InputError, match="names no data set of OpenML"):
        Permissions.of(Path(), ["openml:../../etc"])


# Parameters of users' classes


@pytest.fixture
def allowed() -> Iterator[None]:
    """The page as it is when it was started with classes of the user's own."""
    names = ("users_own:Surcharge", "users_own:Napping")
    with granting(Permissions.of(Path(), names)):
        yield


@pytest.mark.usefixtures("allowed")
def test_parameters_of_named_classes_have_fields_where_the_class_is_chosen() -> None:
    chosen = {"incentive": "users_own:Surcharge"}
    assert {"surcharge", "surcharge_until_day", "honest_naps"} <= set(names())
    assert (group_of("surcharge"), group_of("honest_naps")) == ("contract", "honest")
    assert not matters("surcharge", {})
    assert matters("surcharge", chosen)
    assert matters("honest_naps", {"honest_behaviour": "study = 1, users_own:Napping = 2"})
    assert (default_text("surcharge"), unit("surcharge")) == ("1", "tokens")
    assert levels("surcharge")[-1] == "100"


@pytest.mark.usefixtures("allowed")
def test_they_are_checked_with_the_others() -> None:
    chosen = {"incentive": "users_own:Surcharge", "surcharge": "2.5"}
    assert check(chosen).surcharge == 2.5
    assert (
        "must be less than or equal to 100"
        in problems(chosen | {"surcharge": "101"}, "1")["surcharge"]
    )


@pytest.mark.usefixtures("allowed")
def test_what_was_entered_for_a_class_does_not_stand_in_the_way_of_another() -> None:
    """The visitor sees no field of it any more."""
    assert check({"surcharge": "2.5", "incentive": "none"}) == Parameters(incentive="none")


def test_without_the_class_there_are_none() -> None:
    assert "surcharge" not in names()
    assert "surcharge" in problems({"surcharge": "1"}, "1")[""]
