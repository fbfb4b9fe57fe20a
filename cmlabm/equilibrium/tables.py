"""A game's findings as tables: gains, verdicts, payoffs, dynamics."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cmlabm.analysis.games import (
    BreakEven,
    PayoffTable,
    Verdict,
    alpha_rank,
    basin,
    basin_interval,
    break_even,
    deviation_gains,
    response_graph,
    rest_points,
    symmetric_equilibria,
    verdict,
)
from cmlabm.analysis.intervals import mean_interval
from cmlabm.equilibrium.payoffs import Payoffs
from cmlabm.equilibrium.profiles import mixed_profiles
from cmlabm.equilibrium.strategies import Strategy

DYNAMICS = ["population", "what", "at", "stability", "value", "value_low", "value_high"]
RESPONSES = ["resident", "deviation", "gain", "gain_low", "gain_high", "significant"]
RESAMPLES = 1000
FEWER_RESAMPLES = 100
"""For three strategies, each of whose tables takes a while."""

_NO_VALUE = BreakEven(np.nan, np.nan, np.nan)
_NOT_KNOWN = Verdict("undecided", np.nan, "", np.inf)


def gains_of(payoffs: Payoffs) -> pd.DataFrame:
    """Return what a player gains by leaving honesty, as ``deviation_gains`` does.

    A seed counts if all of its runs finished; without any the gains are not known.
    """
    game = payoffs.game
    names = [strategy.name for strategy in game.deviations]
    honest = payoffs.of(game.all_honest, game.honest)
    deviating = np.array(
        [payoffs.of(game.one_among(its, game.honest), its) for its in game.deviations]
    )
    done = np.isfinite(honest) & np.isfinite(deviating).all(axis=0)
    if not done.any():
        unknown = dict.fromkeys(("gain", "gain_low", "gain_high"), np.nan)
        return pd.DataFrame({"strategy": names, "seeds": 0, **unknown})
    return deviation_gains(honest[done], dict(zip(names, deviating[:, done], strict=True)))


def deviations_table(found: Sequence[Payoffs], gains: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the gain of each deviation under each contract, with simultaneous intervals.

    Args:
        found: the payoffs under each contract.
        gains: of each, as ``gains_of`` returns them.
    """
    return _under_each(found, gains)


def verdicts_table(found: Sequence[Payoffs], gains: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return whether honesty is an equilibrium under each contract.

    ``seeds_to_decide`` is what an undecided one would probably take.

    Args:
        found: the payoffs under each contract.
        gains: of each, as ``gains_of`` returns them.
    """

    def one(payoffs: Payoffs, its: pd.DataFrame) -> pd.DataFrame:
        known = its["gain"].notna().all()
        found = verdict(its, payoffs.game.epsilon) if known else _NOT_KNOWN
        return pd.DataFrame([vars(found)])

    return _under_each(found, map(one, found, gains))


def break_even_table(found: Sequence[Payoffs]) -> pd.DataFrame:
    """Return from which value of damage on each deviation pays, in tokens a percentage point."""

    def one(payoffs: Payoffs) -> pd.DataFrame:
        game = payoffs.game
        rows = []
        for strategy in game.deviations:
            profile = game.one_among(strategy, game.honest)
            gain = payoffs.moneys[profile, strategy] - payoffs.moneys[game.all_honest, game.honest]
            lost = payoffs.lost(profile)
            done = np.isfinite(gain) & np.isfinite(lost)
            value = break_even(gain[done], lost[done]) if done.any() else _NO_VALUE
            rows.append(
                {
                    "strategy": strategy.name,
                    "points_lost": float(lost[done].mean()) if done.any() else np.nan,
                    "damage_value": value.value,
                    "damage_value_low": value.low,
                    "damage_value_high": value.high,
                }
            )
        return pd.DataFrame(rows)

    return _under_each(found, map(one, found))


def payoffs_table(found: Sequence[Payoffs]) -> pd.DataFrame:
    """Return what a player of each strategy gets in each profile, with 95 % intervals."""

    def one(payoffs: Payoffs) -> pd.DataFrame:
        rows = []
        for profile in payoffs.game.profiles:
            for strategy, count in profile:
                got = payoffs.of(profile, strategy)
                got = got[np.isfinite(got)]
                low, high = mean_interval(got)
                rows.append(
                    {
                        "profile": ", ".join(f"{its.name} = {n}" for its, n in profile),
                        "strategy": strategy.name,
                        "players": count,
                        "seeds": len(got),
                        "payoff": float(got.mean()) if len(got) else np.nan,
                        "payoff_low": low,
                        "payoff_high": high,
                    }
                )
        return pd.DataFrame(rows)

    return _under_each(found, map(one, found))


def payoff_table_of(payoffs: Payoffs, population: Sequence[Strategy]) -> PayoffTable | None:
    """Return the game among the strategies of a population.

    A seed counts if all of its runs finished; None if none did.
    """
    players = payoffs.game.players
    profiles = list(dict.fromkeys(mixed_profiles(population, players)))
    got = np.full((len(payoffs.game.study.seeds), len(profiles), len(population)), np.nan)
    counts = np.zeros((len(profiles), len(population)), dtype=np.int64)
    for row, profile in enumerate(profiles):
        for strategy, count in profile:
            column = population.index(strategy)
            counts[row, column] = count
            got[:, row, column] = payoffs.of(profile, strategy)
    done = np.isfinite(got[:, counts > 0]).all(axis=1)
    if not done.any():
        return None
    return PayoffTable(tuple(its.name for its in population), counts, got[done])


def title_of(population: Sequence[Strategy]) -> str:
    """Return what a population is called."""
    return " + ".join(strategy.name for strategy in population)


def dynamics_table(found: Sequence[Payoffs]) -> pd.DataFrame:
    """Return rest points, symmetric equilibria and basins of the replicator dynamics.

    A row each: the ``population``, ``what`` it is, where (``at``), its ``stability``, and a
    ``value`` with its 95 % interval: of a basin the share of initial populations that end in it,
    of a symmetric equilibrium of two strategies the share of the first.
    """
    return _under_each(
        found, (pd.DataFrame(_dynamics(payoffs), columns=DYNAMICS) for payoffs in found)
    )


def _dynamics(payoffs: Payoffs) -> Iterator[dict[str, Any]]:
    for population in payoffs.game.mixed:
        table = payoff_table_of(payoffs, population)
        if table is None:
            continue
        name = {"population": title_of(population)}
        for point in rest_points(table):
            found = {"what": "rest point", "at": point.description, "stability": point.stability}
            yield name | found
        if len(population) == 2:
            for mixed in symmetric_equilibria(table, RESAMPLES, np.random.default_rng(0)):
                yield name | {
                    "what": f"equilibrium: share of {table.strategies[0]}",
                    "at": mixed.description,
                    "stability": mixed.stability,
                    "value": mixed.share,
                    "value_low": mixed.share_low,
                    "value_high": mixed.share_high,
                }
        resamples = RESAMPLES if len(population) == 2 else FEWER_RESAMPLES
        for strategy in table.strategies:
            low, high = basin_interval(table, strategy, resamples, np.random.default_rng(0))
            yield name | {
                "what": "basin",
                "at": f"all {strategy}",
                "value": basin(table, strategy),
                "value_low": low,
                "value_high": high,
            }


def responses_table(found: Sequence[Payoffs]) -> pd.DataFrame:
    """Return the response graph: by which strategies one player gains where all play another."""

    def one(payoffs: Payoffs) -> pd.DataFrame:
        names, matrix = _among_others(payoffs)
        if not len(matrix):
            return pd.DataFrame(columns=RESPONSES)
        return response_graph(names, matrix)

    return _under_each(found, map(one, found))


def ranking_table(found: Sequence[Payoffs]) -> pd.DataFrame:
    """Return how much of the time a population plays each strategy, by Alpha-Rank.

    Raises:
        InputError: OpenSpiel, the extra ``cmlabm[games]``, is missing.
    """

    def one(payoffs: Payoffs) -> pd.DataFrame:
        names, matrix = _among_others(payoffs)
        return alpha_rank(names, matrix) if len(matrix) else pd.DataFrame()

    return _under_each(found, map(one, found))


def _among_others(payoffs: Payoffs) -> tuple[list[str], NDArray[np.float64]]:
    """Return what one player of each strategy gets where all others play each other one.

    Of the seeds that all runs finished, shape (seeds, strategies, strategies).
    """
    game = payoffs.game
    matrix = np.array(
        [
            [payoffs.of(game.one_among(one, others), one) for others in game.played]
            for one in game.played
        ]
    )
    by_seed = np.moveaxis(matrix, -1, 0)
    done = np.isfinite(by_seed).all(axis=(1, 2))
    return [strategy.name for strategy in game.played], by_seed[done]


def _under_each(found: Sequence[Payoffs], tables: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Put the tables of all contracts together, the swept parameters in front."""
    together = []
    for payoffs, table in zip(found, tables, strict=True):
        with_contract = table.copy()
        for place, (name, value) in enumerate(payoffs.contract.items()):
            with_contract.insert(place, name, [value] * len(table))
        together.append(with_contract)
    return pd.concat(together, ignore_index=True)
