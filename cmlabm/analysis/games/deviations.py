"""Whether it pays to deviate from what everybody else does."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from cmlabm.analysis.games.basins import percentile_interval
from cmlabm.analysis.games.payoff_table import Numbers
from cmlabm.analysis.games.simultaneous import simultaneous_intervals
from cmlabm.analysis.intervals import CONFIDENCE, RESAMPLES
from cmlabm.errors import InputError, shown

MOST_CONFIDENCE = 0.9999
_ROUNDING = 1e-12
_MOST_SEEDS = 10_000


def deviation_gains(
    honest: ArrayLike, deviating: Mapping[str, ArrayLike], confidence: float = CONFIDENCE
) -> pd.DataFrame:
    """Return what one player gains by each strategy while all others stay honest.

    A gain is the mean over seeds of the difference between a deviating player's payoff and an
    honest one's under the same seed. The intervals hold for all strategies at once, with the
    stated confidence (``simultaneous_intervals`` has the method). In 1,000 made-up studies of
    each kind - 8 and 20 seeds, six correlated gains that are normal, skewed either way
    (exponential) or heavy-tailed (Student's t with 3 degrees of freedom) - all intervals held in
    93 % or more, and gains of 0 were taken for true ones in 5 % or fewer. Gains that are skewed
    still more, such as a loss so rare that no seed shows it, are beyond any interval from seeds.

    Args:
        honest: shape (seeds,): an honest player's payoff where all are honest.
        deviating: for each strategy, shape (seeds,): what the one who plays it gets.
        confidence: from 0.5 to 0.9999.

    Returns:
        ``strategy``, ``seeds``, ``gain``, ``gain_low``, ``gain_high``, in the order given. Where
        all differences are the same, up to rounding (10⁻¹² of the largest payoff), the interval
        has length 0: nothing was left to chance. A single seed cannot show that, so intervals
        are infinite then, except that a difference of exactly 0 counts as no gain.

    Raises:
        InputError: no strategies, payoffs that are not finite or of another number of seeds, or a
            confidence beyond its limits.

    Example:
        >>> gains = deviation_gains([5.0, 6.0, 7.0], {"abstain": [0, 0, 0], "echo": [8, 9, 10]})
        >>> gains["gain"].tolist(), gains["gain_low"].tolist()[1]
        ([-6.0, 3.0], 3.0)
    """
    base = _checked("honest", honest)
    if not deviating:
        raise InputError("deviating: must have one strategy or more")
    if not 0.5 <= confidence <= MOST_CONFIDENCE:
        raise InputError(f"confidence = {confidence}: must be from 0.5 to {MOST_CONFIDENCE}")
    payoffs = np.column_stack(
        [_checked(strategy, found, len(base)) for strategy, found in deviating.items()]
    )
    differences = payoffs - base[:, np.newaxis]
    rounding = _ROUNDING * max(float(np.abs(payoffs).max()), float(np.abs(base).max()))
    low, high = simultaneous_intervals(differences, confidence, rounding)
    gains = differences.mean(axis=0)
    gains[np.abs(gains) <= rounding] = 0.0
    return pd.DataFrame(
        {
            "strategy": list(deviating),
            "seeds": len(base),
            "gain": gains,
            "gain_low": low,
            "gain_high": high,
        }
    )


@dataclass(frozen=True)
class Verdict:
    """Whether honesty is an equilibrium: whether nobody gains by being the only one to leave it.

    Attributes:
        verdict: what the intervals show.
        epsilon: the least ε for which they show honesty to be an ε-equilibrium, in which nobody
            gains more than ε: the highest end of an interval, or 0.
        best_deviation: the strategy with the largest gain, the first of several; "" if none gains
            anything in the mean.
        seeds_to_decide: about how many seeds would decide, if gains and their spread stay as they
            are; infinite if more than 10,000, or if one seed is all there is to tell it from; NaN
            if it is decided.
    """

    verdict: Literal["equilibrium", "not an equilibrium", "undecided"]
    epsilon: float
    best_deviation: str
    seeds_to_decide: float


def verdict(gains: pd.DataFrame, epsilon: float = 0.0) -> Verdict:
    """Judge whether honesty is an ε-equilibrium, from gains with simultaneous intervals.

    It is not if one gain is shown to be above ε, it is if all are shown to be no more, and
    otherwise that is undecided. More seeds narrow the intervals as they do Bonferroni's: where a
    mean gain is above ε, deciding takes until the first such interval is above; where none is,
    until the last is below.

    Args:
        gains: as ``deviation_gains`` returns them.
        epsilon: gains that count as none, in the unit of the payoffs, from 0 to 10¹².

    Raises:
        InputError: no gains, or an epsilon beyond its limits.

    Example:
        >>> gains = deviation_gains([0.0, 0.0], {"echo": [30.0, -10.0], "abstain": [0.0, 0.0]})
        >>> verdict(gains).verdict, verdict(gains.tail(1)).verdict
        ('undecided', 'equilibrium')
    """
    if not 0 <= epsilon <= 1e12:
        raise InputError(f"epsilon = {epsilon}: must be from 0 to 10¹²")
    if not len(gains):
        raise InputError("gains: must have one row or more")
    gain, low, high = (gains[name].to_numpy(float) for name in ("gain", "gain_low", "gain_high"))
    least = max(0.0, float(high.max()))
    best = str(gains["strategy"].iloc[int(gain.argmax())]) if gain.max() > 0 else ""
    if (low > epsilon).any():
        return Verdict("not an equilibrium", least, best, np.nan)
    if (high <= epsilon).all():
        return Verdict("equilibrium", least, best, np.nan)
    seeds = int(gains["seeds"].iloc[0])
    more = _seeds_to_decide(seeds, gain - epsilon, gain - low, high - gain)
    return Verdict("undecided", least, best, more)


@dataclass(frozen=True)
class BreakEven:
    """From what reward for damage on an attack pays.

    Attributes:
        value: tokens for each percentage point of accuracy lost; 0 if the attack gains without,
            infinite if it costs money and does no harm.
        low, high: 95 % percentile interval over resampled seeds; NaN where there is one seed.
    """

    value: float
    low: float
    high: float


def break_even(gain: ArrayLike, harm: ArrayLike) -> BreakEven:
    """Return what an attacker must be paid for damage so that attacking pays.

    The value v at which mean gain + v · mean harm = 0. The interval is over seeds drawn with
    replacement, gain and harm of a seed together, the same ones at every call.

    Args:
        gain: shape (seeds,): what the attacker gains over an honest player, tokens.
        harm: shape (seeds,): accuracy lost by the attack, percentage points.

    Raises:
        InputError: values that are not finite, or of different numbers of seeds.

    Example:
        >>> break_even([-30.0, -30.0], [1.0, 2.0])
        BreakEven(value=20.0, low=15.0, high=30.0)
        >>> break_even([-30.0], [0.0]).value, break_even([10.0], [0.0]).value
        (inf, 0.0)
    """
    gains = _checked("gain", gain)
    harms = _checked("harm", harm, len(gains))
    value = float(_break_even(gains.mean(keepdims=True), harms.mean(keepdims=True))[0])
    if len(gains) < 2:
        return BreakEven(value, np.nan, np.nan)
    draws = np.random.default_rng(0).integers(len(gains), size=(RESAMPLES, len(gains)))
    return BreakEven(
        value,
        *percentile_interval(_break_even(gains[draws].mean(axis=1), harms[draws].mean(axis=1))),
    )


def _break_even(gains: Numbers, harms: Numbers) -> Numbers:
    pays = np.divide(-gains, harms, out=np.full(np.shape(gains), np.inf), where=harms > 0)
    return np.where(gains > 0, 0.0, pays)


def _seeds_to_decide(seeds: int, excess: Numbers, below: Numbers, above: Numbers) -> float:
    """Return with how many seeds the ends would be on the deciding side, where none is yet."""
    gaining, short = excess > 0, above > -excess
    if seeds < 2:
        return np.inf
    more = np.arange(seeds, _MOST_SEEDS + 1)
    critical = stats.t.ppf(1 - (1 - CONFIDENCE) / 2 / np.count_nonzero(above), more - 1)
    width = critical / np.sqrt(more)
    if gaining.any():
        decided = width / width[0] <= np.max(excess[gaining] / below[gaining])
    else:
        decided = width / width[0] <= np.min(-excess[short] / above[short])
    return float(more[decided.argmax()]) if decided.any() else np.inf


def _checked(name: str, payoffs: ArrayLike, seeds: int | None = None) -> Numbers:
    given = np.asarray(payoffs, dtype=np.float64)
    if given.ndim != 1 or not len(given) or len(given) != (seeds or len(given)):
        wanted = f"({seeds},)" if seeds else "(seeds,), of one seed or more"
        raise InputError(f"{shown(name)} of shape {given.shape}: must be {wanted}")
    if not np.isfinite(given).all():
        raise InputError(f"{shown(name)}: every value must be finite")
    return given
