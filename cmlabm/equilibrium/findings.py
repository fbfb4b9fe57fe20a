"""What a game comes to: its tables, and in sentences."""

from dataclasses import dataclass
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from cmlabm.batch import base_setting
from cmlabm.batch.export import replacing
from cmlabm.declarations import in_words
from cmlabm.equilibrium.game import Game
from cmlabm.equilibrium.payoffs import Payoffs
from cmlabm.equilibrium.tables import (
    break_even_table,
    deviations_table,
    dynamics_table,
    gains_of,
    payoffs_table,
    ranking_table,
    responses_table,
    verdicts_table,
)

VERDICTS = ["verdict", "epsilon", "best_deviation"]


@dataclass(frozen=True)
class Findings:
    """What was found out about a game; tables have a row or several for each contract.

    Attributes:
        game: the game.
        payoffs: what players got, by contract.
        gains: see ``gains_of``, by contract.
        deviations: see ``deviations_table``.
        verdicts: see ``verdicts_table``.
        break_even: see ``break_even_table``.
        by_profile: see ``payoffs_table``.
        dynamics: see ``dynamics_table``.
        responses: see ``responses_table``; empty unless the game is to ``rank``.
    """

    game: Game
    payoffs: list[Payoffs]
    gains: list[pd.DataFrame]
    deviations: pd.DataFrame
    verdicts: pd.DataFrame
    break_even: pd.DataFrame
    by_profile: pd.DataFrame
    dynamics: pd.DataFrame
    responses: pd.DataFrame

    @property
    def sentences(self) -> list[str]:
        """Whether honesty is an equilibrium, a sentence for each contract."""
        rows = self.verdicts.to_dict("records")
        return [
            f"{contract_of(payoffs)}: {sentence(row, self.game)}"
            for payoffs, row in zip(self.payoffs, rows, strict=True)
        ]


def findings_of(game: Game, found: list[Payoffs]) -> Findings:
    """Return what a game comes to.

    Args:
        game: the game.
        found: its payoffs under each contract.
    """
    gains = [gains_of(payoffs) for payoffs in found]
    return Findings(
        game,
        found,
        gains,
        deviations_table(found, gains),
        verdicts_table(found, gains),
        break_even_table(found),
        payoffs_table(found),
        dynamics_table(found),
        responses_table(found) if game.rank else pd.DataFrame(),
    )


def write_tables(findings: Findings, directory: Path) -> list[Path]:
    """Write a game's tables as CSV and return their files.

    Raises:
        StorageError: a file cannot be written.
    """
    tables = {
        "deviations": findings.deviations,
        "verdicts": findings.verdicts[[*findings.payoffs[0].contract, *VERDICTS]],
        "break_even": findings.break_even,
        "payoffs": findings.by_profile,
        "dynamics": findings.dynamics,
    }
    if findings.game.rank:
        tables["responses"] = findings.responses
        if find_spec("pyspiel"):
            tables["ranking"] = ranking_table(findings.payoffs)
    files = []
    for name, table in tables.items():
        files.append(directory / f"{name}.csv")
        with replacing(files[-1]) as part:
            table.to_csv(part, index=False, lineterminator="\n")
    return files


def contract_of(payoffs: Payoffs) -> str:
    """Return what a contract is called: its swept parameters, as far as they are not the usual."""
    contract = payoffs.contract
    usual = base_setting(payoffs.game.study.model_copy(update={"sweep": payoffs.game.sweep}))
    named = {name: value for name, value in contract.items() if value != usual[name]} or dict(
        islice(contract.items(), 1)
    )
    return (
        ", ".join(f"{in_words(name)} = {value}" for name, value in named.items()) or "the contract"
    )


def sentence(row: dict[Any, Any], game: Game) -> str:
    """Return a verdict in words.

    Args:
        row: of ``verdicts_table``.
        game: the game.
    """
    honesty = f"that all play {game.honest.name}"
    match row["verdict"]:
        case "equilibrium":
            gain = f"nobody gains more than {row['epsilon']:,.4g} tokens by leaving it"
            return f"{honesty} is an equilibrium; {gain}"
        case "not an equilibrium":
            return f"{honesty} is not an equilibrium; {row['best_deviation']} pays best"
    enough = row["seeds_to_decide"]
    more = f"about {enough:,.0f} seeds would decide" if enough == enough else "more seeds may not"
    return f"whether {honesty} is an equilibrium is undecided; {more}"
