"""What ``docs/results`` shows that no command writes, made of the tables that they write."""

import re
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from cmlabm.analysis.figures import style
from cmlabm.analysis.figures.games import draw_gains

DPI = 110
PLAYERS = 10
DASHES = ("-", "--", "-.", ":")
CONTRACTS: dict[str, dict[str, Any]] = {
    "deposit-refund-take": {},
    "verified_counts = taught": {"verified_counts": "taught"},
    "taught, expiry_to = sender": {"verified_counts": "taught", "expiry_to": "sender"},
    "slashing": {"incentive": "slashing"},
    "prediction-market": {"incentive": "prediction-market"},
    "admission = anchored-record": {"admission": "anchored-record"},
}
"""Of the contracts of ``games/honesty.toml`` those that are drawn, by what they change."""


def draw_gains_by_contract(directory: Path, to: Path) -> None:
    """Draw who gains by leaving honesty, under the contracts that differ most.

    Args:
        directory: of ``games/honesty.toml``.
        to: the picture.
    """
    deviations = pd.read_csv(directory / "deviations.csv")
    _save(draw_gains(gains_by_contract(deviations)), to)


def gains_by_contract(deviations: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the rows of each contract that is drawn; the first contract is the study's."""
    changed = deviations.loc[:, :"strategy"].columns[:-1]
    study = deviations.iloc[0][changed].to_dict()
    return {
        title: deviations[(deviations[changed] == pd.Series(study | changes)).all(axis=1)]
        for title, changes in CONTRACTS.items()
    }


def draw_imitators(directory: Path, to: Path) -> None:
    """Draw how many imitators are honest, day by day: a line for each strategy beside honesty.

    Args:
        directory: of ``batch_runs/imitators.toml``.
        to: the picture.
    """
    runs = pd.read_csv(directory / "runs.csv").set_index("run")
    playing = pd.read_csv(directory / "playing.csv")
    figure, axes = style.new_figure(1, 2, 10.0, 3.3, sharey=True)
    contracts = runs.groupby(["verified_counts", "expiry_to"], sort=False)
    for ax, ((counts, expiry), under) in zip(axes.flat, contracts, strict=True):
        changed = f"verified_counts = {counts}, expiry_to = {expiry}"
        is_usual = (counts, expiry) == ("all", "first")
        ax.set_title("deposit-refund-take" if is_usual else changed, fontsize=10)
        ax.axhline(PLAYERS / 2, color=style.FAINT, lw=0.6)
        beside = under.groupby("repertoire", sort=False)
        for (repertoire, its), dashes in zip(beside, DASHES, strict=True):
            strategies = re.findall(r"[a-z][a-z-]*", str(repertoire))
            ax.plot(honest_by_day(playing, its.index), ls=dashes, label=" + ".join(strategies))
        ax.set(xlabel="day", ylim=(0, None))
    axes[0, 0].set_ylabel("contributors who are honest")
    axes[0, 1].legend(fontsize=7)
    _save(figure, to)


def honest_by_day(playing: pd.DataFrame, runs: pd.Index) -> pd.Series:
    """Return how many play honestly, day by day, on average over some runs.

    A run that has ended counts on with its last day, until all have ended.
    """
    honest = playing[(playing["behaviour"] == "study") & playing["run"].isin(runs)]
    days = honest.pivot(index="day", columns="run", values="contributors")
    return days.ffill().mean(axis=1)


def tell_attacks(directory: Path, to: Path) -> None:
    """Tell what each attack does to each contract: regret, by pairs of seeds, and returns.

    Args:
        directory: of ``batch_runs/robust.toml``.
        to: the table, as CSV.
    """
    runs = pd.read_csv(directory / "runs.csv")
    contract = ["admission", "incentive"]
    market = [*contract, "honest_agents", "seed"]
    is_attacked = runs["malicious_agents"] > 0
    peace = runs[~is_attacked].set_index(market)["final_accuracy"].rename("in_peace")
    attacked = runs[is_attacked].join(peace, on=market).copy()
    attacked["regret"] = attacked["in_peace"] - attacked["final_accuracy"]
    attacked.groupby([*contract, "malicious_agents", "malicious_behaviour"]).agg(
        seeds=("regret", "count"),
        regret=("regret", "mean"),
        regret_standard_error=("regret", "sem"),
        honest_return=("honest_return", "mean"),
        malicious_return=("malicious_return", "mean"),
    ).to_csv(to, float_format="%.6g", lineterminator="\n")


def _save(figure: Figure, to: Path) -> None:
    figure.savefig(to, dpi=DPI, metadata={"Software": None})
