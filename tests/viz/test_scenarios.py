"""The guided markets: each is run, and what its text says happens in it."""

from collections.abc import Callable, Mapping
from functools import cache

import pytest

from cmlabm.model import CMLModel
from cmlabm.viz.fields.address import from_query
from cmlabm.viz.fields.entries import check
from cmlabm.viz.scenarios import SCENARIOS
from cmlabm.viz.views.start import link, start_html


@cache
def over(scenario: str, **changes: str) -> CMLModel:
    """The market of a scenario at its end."""
    guided = SCENARIOS[scenario]
    model = CMLModel(check({**guided.entries, **changes}), rng=int(guided.seed))
    model.run()
    return model


def series(model: CMLModel) -> Mapping[str, list[float]]:
    found: Mapping[str, list[float]] = model.datacollector.model_vars
    return found


def nobody_gains_and_the_model_does() -> None:
    market = series(over("honest-market"))
    assert over("honest-market").honest_accepted == 4600
    assert market["accuracy"][-1] > market["accuracy"][0] + 0.05
    assert market["honest_balance"][-1] == market["honest_balance"][0] == 30_000
    assert max(market["escrow"]) > 1000 > market["escrow"][-1] == 0


def spammers_lose_almost_all_and_the_honest_gain_it() -> None:
    market = series(over("cheap-spam"))
    assert market["malicious_balance"][0] == 500
    assert market["malicious_balance"][-1] < 25
    assert float(over("cheap-spam").outcomes()["malicious_depletion_days"]) < 5
    assert market["honest_balance"][-1] > market["honest_balance"][0] + 475


def few_words_are_a_coin_and_many_stand_the_attack() -> None:
    few, many = (series(over("words-decide", num_words=words)) for words in ("50", "2000"))
    assert 0.5 < few["accuracy"][0] < 0.55
    assert few["accuracy"][-1] < 0.56
    assert many["accuracy"][-1] > many["accuracy"][0] > 0.7


def a_dear_submission_ruins_the_attacker() -> None:
    market, cheaper = (series(over("dear-submission", cost_weight=cost)) for cost in ("8", "1"))
    ruined_on = over("dear-submission", cost_weight="8").outcomes()["malicious_depletion_days"]
    assert float(ruined_on) < 30
    assert market["honest_balance"][-1] > 0.95 * 20_000
    assert cheaper["malicious_balance"][-1] > 5000


def eight_addresses_lose_together() -> None:
    assert len(over("sybils").accounts("malicious")) == 8
    market = series(over("sybils"))
    assert market["malicious_balance"][-1] < 0.95 * market["malicious_balance"][0]


def the_echo_gains_what_the_honest_lose() -> None:
    market = series(over("free-rider"))
    assert market["malicious_balance"][-1] > market["malicious_balance"][0]
    assert market["honest_balance"][-1] < market["honest_balance"][0]


def the_squeezer_ends_a_fifth_richer_and_submits_most() -> None:
    model = over("squeeze")
    market = series(model)
    assert market["malicious_balance"][-1] > 1.19 * market["malicious_balance"][0]
    assert market["honest_balance"][1] < market["honest_balance"][0]
    assert model.malicious_accepted > model.honest_accepted


def without_a_mechanism_the_model_is_ruined_for_nothing() -> None:
    market = series(over("no-mechanism"))
    assert market["accuracy"][-1] < 0.5 < market["accuracy"][0]
    for kind in ("honest_balance", "malicious_balance"):
        assert set(market[kind]) == {30_000}


SAYS: dict[str, Callable[[], None]] = {
    "honest-market": nobody_gains_and_the_model_does,
    "cheap-spam": spammers_lose_almost_all_and_the_honest_gain_it,
    "words-decide": few_words_are_a_coin_and_many_stand_the_attack,
    "dear-submission": a_dear_submission_ruins_the_attacker,
    "sybils": eight_addresses_lose_together,
    "free-rider": the_echo_gains_what_the_honest_lose,
    "squeeze": the_squeezer_ends_a_fifth_richer_and_submits_most,
    "no-mechanism": without_a_mechanism_the_model_is_ruined_for_nothing,
}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_what_a_scenario_says_happens_in_its_market(scenario: str) -> None:
    SAYS[scenario]()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_scenarios_link_opens_its_market(scenario: str) -> None:
    """One whose link is not taken over as it is would show another market under its text."""
    guided = SCENARIOS[scenario]
    state, complaints = from_query(link(guided))
    assert complaints == []
    assert (state.view, state.scenario, state.seed) == ("live", scenario, guided.seed)
    assert check(state.entries) == check(guided.entries)


def test_the_start_page_links_to_each() -> None:
    page = start_html()
    assert page.count("<article") == len(SCENARIOS) == 8
    for scenario in SCENARIOS:
        assert f"scenario={scenario}" in page
