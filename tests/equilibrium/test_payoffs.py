"""What players got: read back from the store, and counted once more in the markets themselves."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_game import SMALL

from cmlabm import CMLModel
from cmlabm.batch import FinishedStudy, run_study
from cmlabm.equilibrium import Game, Payoffs, payoffs_of
from cmlabm.equilibrium.profiles import market_of
from cmlabm.units import UNITS_PER_TOKEN

GAME = Game(**SMALL)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> FinishedStudy:
    out = tmp_path_factory.mktemp("game")
    return run_study(GAME.study, out, workers=1, with_agents="end", tables=False)


@pytest.fixture(scope="module")
def payoffs(study: FinishedStudy) -> list[Payoffs]:
    return payoffs_of(GAME, study)


def test_a_player_gets_what_all_of_its_accounts_hold_at_the_end(payoffs: list[Payoffs]) -> None:
    """Counted again in the market: of sybils both addresses; of several players the mean."""
    deposits = payoffs[0]
    for profile in (GAME.all_honest, *(GAME.one_among(s, GAME.honest) for s in GAME.deviations)):
        model = CMLModel(rng=2, **GAME.study.parameters | market_of(profile))
        model.run()
        for kind in ("honest", "malicious"):
            held = sum(model.ledger.balances[account] for account in model.accounts(kind))
            for strategy, count in profile:
                if strategy.kind == kind:
                    got = deposits.of(profile, strategy)[2]
                    assert got == held / count / UNITS_PER_TOKEN
        assert deposits.accuracies[profile][2] == model.accuracy


def test_where_nothing_is_paid_everybody_keeps_what_it_had(payoffs: list[Payoffs]) -> None:
    nothing = payoffs[1]
    assert nothing.contract == {"incentive": "none"}
    for profile in GAME.profiles:
        for strategy, _ in profile:
            assert (nothing.of(profile, strategy) == 500).all()


def test_damage_is_paid_by_the_point_and_divided_among_attackers(payoffs: list[Payoffs]) -> None:
    paid = GAME.model_copy(update={"damage_value": 7.0})
    echo = next(strategy for strategy in GAME.deviations if strategy.name == "echo")
    for profile in (profile for profile in GAME.profiles if echo in dict(profile)):
        before = payoffs[0].of(profile, echo)
        after = replace(payoffs[0], game=paid).of(profile, echo)
        lost = 100 * (payoffs[0].accuracies[GAME.all_honest] - payoffs[0].accuracies[profile])
        assert after == pytest.approx(before + 7.0 * lost / dict(profile)[echo])
        honest = payoffs[0].of(profile, GAME.honest) if GAME.honest in dict(profile) else None
        if honest is not None:
            assert (replace(payoffs[0], game=paid).of(profile, GAME.honest) == honest).all()


def test_a_failed_run_leaves_a_gap_and_nothing_else(study: FinishedStudy, tmp_path: Path) -> None:
    """A market of no time at all fails; what it would have paid is not known."""
    out = tmp_path / "failing"
    failing = run_study(
        GAME.study, out, workers=1, with_agents="end", tables=False, timeout=0.000_001
    )
    assert len(failing.failures())
    for of_contract in payoffs_of(GAME, failing):
        assert all(np.isnan(got).all() for got in of_contract.moneys.values())
