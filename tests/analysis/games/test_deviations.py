"""Gains by deviating, with intervals that hold at once, and what follows from them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from cmlabm.analysis.games import (
    BreakEven,
    break_even,
    deviation_gains,
    simultaneous_intervals,
    verdict,
)
from cmlabm.errors import InputError

STUDIES = 1_000
STRATEGIES = 6

type Numbers = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def _errors(kind: str, seeds: int, rng: np.random.Generator) -> Numbers:
    """Return made-up errors of gains with mean 0, correlated by 1/2 as those of one market are."""
    shape = (STUDIES, seeds, STRATEGIES)
    common = rng.normal(size=(STUDIES, seeds, 1))
    normal = (common + rng.normal(size=shape)) / np.sqrt(2)
    if kind == "heavy-tailed":
        return np.asarray(stats.t.ppf(stats.norm.cdf(normal), 3))
    if kind == "skewed up":
        return np.asarray(stats.expon.ppf(stats.norm.cdf(normal)) - 1)
    if kind == "skewed down":
        return np.asarray(1 - stats.expon.ppf(stats.norm.cdf(normal)))
    return np.asarray(normal)


@pytest.mark.parametrize("seeds", [8, 20])
@pytest.mark.parametrize("kind", ["normal", "heavy-tailed", "skewed up", "skewed down"])
def test_all_intervals_hold_at_once_as_often_as_promised(kind: str, seeds: int) -> None:
    """And where honesty is an equilibrium, all gains being 0, few studies say that it is not."""
    held, refuted = 0, 0
    for errors in _errors(kind, seeds, np.random.default_rng([seeds, len(kind)])):
        low, high = simultaneous_intervals(errors, 0.95)
        held += bool(((low <= 0) & (high >= 0)).all())
        refuted += bool((low > 0).any())
    assert held / STUDIES >= 0.93
    assert refuted / STUDIES <= 0.05


def test_gains_have_these_intervals_and_verdicts_are_read_from_them() -> None:
    rng = np.random.default_rng(8)
    refuted = 0
    for errors in _errors("normal", 8, rng)[:100] + 0.6:
        honest = rng.normal(100, 30, 8)
        gains = deviation_gains(honest, {str(i): honest + errors[:, i] for i in range(STRATEGIES)})
        low, high = simultaneous_intervals(errors, 0.95)
        assert gains["gain_low"].tolist() == pytest.approx(low.tolist())
        assert gains["gain_high"].tolist() == pytest.approx(high.tolist())
        refuted += verdict(gains).verdict == "not an equilibrium"
        assert (verdict(gains).verdict == "not an equilibrium") == bool((low > 0).any())
    assert 0 < refuted < 100


def test_one_odd_strategy_does_not_make_the_intervals_of_the_others_useless() -> None:
    """Its seeds are alike but for an outlier, so that resamples without it have a tiny spread."""
    rng = np.random.default_rng(1)
    others = {name: rng.normal(0, 1, 8) for name in "abc"}
    odd = np.array([*rng.normal(0, 1e-6, 7), 50.0])
    alone = deviation_gains(np.zeros(8), others)
    beside = deviation_gains(np.zeros(8), {**others, "odd": odd})
    width, wider = ((gains["gain_high"] - gains["gain_low"])[:3] for gains in (alone, beside))
    assert (wider < 4 * width).all()


def test_gains_are_paired_by_seed() -> None:
    """Markets differ by hundreds, the deviation makes 1 with an error of a hundredth."""
    rng = np.random.default_rng(2)
    honest = rng.normal(0, 300, 10)
    gains = deviation_gains(honest, {"echo": honest + 1 + rng.normal(0, 0.01, 10)})
    assert gains["gain"][0] == pytest.approx(1, abs=0.02)
    assert 0.9 < gains["gain_low"][0] < gains["gain_high"][0] < 1.1


def test_with_one_normal_strategy_the_interval_is_no_narrower_than_students() -> None:
    found = np.random.default_rng(3).normal(5, 2, 20)
    student = stats.t.interval(0.95, 19, found.mean(), stats.sem(found))
    gains = deviation_gains(np.zeros(20), {"echo": found})
    low, high = gains["gain_low"][0], gains["gain_high"][0]
    assert low <= student[0] + 1e-12
    assert high >= student[1] - 1e-12
    assert high - low < 1.4 * (student[1] - student[0])


def test_more_strategies_and_more_confidence_need_wider_intervals() -> None:
    rng = np.random.default_rng(4)
    found = {name: rng.normal(0, 1, 12) for name in "abcdef"}
    one = deviation_gains(np.zeros(12), {"a": found["a"]})
    six = deviation_gains(np.zeros(12), found)
    sure = deviation_gains(np.zeros(12), found, confidence=0.99)
    widths = [(gains["gain_high"] - gains["gain_low"])[0] for gains in (one, six, sure)]
    assert widths[0] < widths[1] < widths[2]


def test_differences_that_are_all_the_same_have_no_interval_up_to_rounding() -> None:
    honest = np.array([0.1, 0.2, 0.3]) * 1000
    gains = deviation_gains(honest, {"same": honest, "more": honest + 0.7, "less": honest - 3.3})
    assert (gains["gain_high"] == gains["gain_low"]).all()
    assert gains["gain"].tolist() == pytest.approx([0, 0.7, -3.3])


def test_what_never_varies_does_not_widen_the_interval_of_what_does() -> None:
    found = np.random.default_rng(5).normal(0, 1, 10)
    alone = deviation_gains(np.zeros(10), {"echo": found})
    beside = deviation_gains(np.zeros(10), {"echo": found, "abstain": np.zeros(10)})
    for end in ("gain_low", "gain_high"):
        assert beside[end][0] == pytest.approx(alone[end][0], rel=1e-12)


def test_one_seed_shows_nothing_but_a_gain_of_exactly_none() -> None:
    gains = deviation_gains([3.0], {"same": [3.0], "more": [4.0]})
    assert gains["gain_low"].tolist() == [0.0, -np.inf]
    assert gains["gain_high"].tolist() == [0.0, np.inf]
    found = verdict(gains)
    assert (found.verdict, found.best_deviation) == ("undecided", "more")
    assert found.epsilon == found.seeds_to_decide == np.inf


def test_where_nothing_is_paid_honesty_is_an_equilibrium() -> None:
    for seeds in (1, 2, 20):
        gains = deviation_gains(np.zeros(seeds), {name: np.zeros(seeds) for name in "abc"})
        found = verdict(gains)
        assert (found.verdict, found.epsilon, found.best_deviation) == ("equilibrium", 0.0, "")
        assert np.isnan(found.seeds_to_decide)


@given(arrays(np.int64, (6, 3), elements=st.integers(-99, 99)), st.integers(-9999, 9999))
def test_what_all_payoffs_have_in_common_changes_nothing(payoffs: Numbers, more: int) -> None:
    honest, found = payoffs[:, 0], {"a": payoffs[:, 1], "b": payoffs[:, 2]}
    before = deviation_gains(honest, found).iloc[:, 1:].to_numpy(float)
    moved = {name: values + more for name, values in found.items()}
    after = deviation_gains(honest + more, moved).iloc[:, 1:].to_numpy(float)
    assert after == pytest.approx(before, rel=1e-6, abs=1e-6)


def test_one_shown_gain_refutes_and_all_shown_losses_prove() -> None:
    gain, loss = np.array([5.0, 5.1, 4.9, 5.0]), np.array([-7.0, -7.1, -6.9, -7.0])
    unclear = np.array([-3.0, 2.0, 4.0, -2.0])
    zero = np.zeros(4)
    refuted = verdict(deviation_gains(zero, {"loss": loss, "gain": gain, "unclear": unclear}))
    assert (refuted.verdict, refuted.best_deviation) == ("not an equilibrium", "gain")
    proved = verdict(deviation_gains(zero, {"loss": loss, "more": 2 * loss, "same": zero}))
    assert (proved.verdict, proved.epsilon, proved.best_deviation) == ("equilibrium", 0.0, "")
    open_ = verdict(deviation_gains(zero, {"loss": loss, "unclear": unclear}))
    assert open_.verdict == "undecided"


def test_epsilon_is_the_least_for_which_the_verdict_is_an_equilibrium() -> None:
    rng = np.random.default_rng(6)
    gains = deviation_gains(np.zeros(12), {name: rng.normal(1, 2, 12) for name in "abc"})
    least = verdict(gains).epsilon
    assert least == gains["gain_high"].max() > 0
    assert verdict(gains, least).verdict == "equilibrium"
    assert verdict(gains, 0.999 * least).verdict == "undecided"


@pytest.mark.parametrize(("mean", "becomes"), [(0.6, "not an equilibrium"), (-0.6, "equilibrium")])
def test_with_as_many_seeds_as_it_says_it_is_decided(mean: float, becomes: str) -> None:
    """The same eight differences, over and over: gains and spread stay as they are."""
    differences = stats.norm.ppf((np.arange(8) + 0.5) / 8)
    differences = mean + differences / differences.std(ddof=1)
    first = verdict(deviation_gains(np.zeros(8), {"echo": differences}))
    assert first.verdict == "undecided"
    assert 9 <= first.seeds_to_decide <= 30
    fold = int(np.ceil(1.25 * first.seeds_to_decide / 8))
    many = np.tile(differences, fold)
    assert verdict(deviation_gains(np.zeros(len(many)), {"echo": many})).verdict == becomes
    few = np.tile(differences, int(0.6 * first.seeds_to_decide / 8) or 1)
    assert verdict(deviation_gains(np.zeros(len(few)), {"echo": few})).verdict == "undecided"


def test_break_even_is_where_damage_pays_for_the_loss() -> None:
    rng = np.random.default_rng(7)
    harm = rng.uniform(5, 15, 20)
    found = break_even(-40 * harm + rng.normal(0, 10, 20), harm)
    assert found.low < found.value < found.high
    assert found.value == pytest.approx(40, abs=1)


def test_what_already_gains_needs_no_reward_and_what_does_no_harm_never_pays() -> None:
    assert break_even([1.0, 2.0], [5.0, 5.0]) == BreakEven(0.0, 0.0, 0.0)
    assert break_even([-1.0, -2.0], [-5.0, 0.0]) == BreakEven(np.inf, np.inf, np.inf)
    assert break_even([0.0, 0.0], [0.0, 0.0]).value == np.inf


def test_a_break_even_that_may_be_infinite_has_an_infinite_end() -> None:
    found = break_even(np.full(8, -10.0), [1.0, -1.0, 2.0, -2.0, 1.0, 0.5, -0.4, 0.1])
    assert 0 < found.low < found.value < found.high == np.inf


def test_one_seed_has_no_interval_of_break_even() -> None:
    found = break_even([-30.0], [2.0])
    assert found.value == 15.0
    assert np.isnan([found.low, found.high]).all()


def test_what_does_not_fit_is_refused_in_a_sentence() -> None:
    with pytest.raises(InputError, match="'echo' of shape"):
        deviation_gains([1.0, 2.0], {"echo": [1.0]})
    with pytest.raises(InputError, match="'honest': every value must be finite"):
        deviation_gains([1.0, np.nan], {"echo": [1.0, 2.0]})
    with pytest.raises(InputError, match="one strategy or more"):
        deviation_gains([1.0, 2.0], {})
    with pytest.raises(InputError, match="of one seed or more"):
        deviation_gains([], {"echo": []})
    for confidence in (0.4, 1.0, np.nan):
        with pytest.raises(InputError, match="confidence"):
            deviation_gains([1.0], {"echo": [1.0]}, confidence)
    gains = deviation_gains([1.0, 2.0], {"echo": [1.0, 2.0]})
    for epsilon in (-1.0, np.inf, np.nan):
        with pytest.raises(InputError, match="epsilon"):
            verdict(gains, epsilon)
    with pytest.raises(InputError, match="one row or more"):
        verdict(gains.iloc[:0])
    with pytest.raises(InputError, match="'harm' of shape"):
        break_even([1.0, 2.0], [1.0])
