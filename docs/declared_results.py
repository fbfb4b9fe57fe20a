"""The results of ``docs/results``: the commands that make each, and what is kept of it."""

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from results_figures import draw_gains_by_contract, draw_imitators, tell_attacks

type Maker = Callable[[Path, Path], None]
"""Makes, from what is in a directory, a file."""


@dataclass(frozen=True)
class Step:
    """A command of the project.

    Attributes:
        arguments: of Python, with ``{data}`` for the reviews and ``{out}`` for the result's
            directory.
        printed: in which file of that directory to keep what the command prints; once it is there,
            the command is not run again. Other commands know by themselves what is done.
    """

    arguments: Sequence[str]
    printed: str = ""

    def command(self, data: Path | str, out: Path) -> list[str]:
        """Return the arguments, with the paths in them."""
        return [argument.format(data=data, out=out) for argument in self.arguments]


@dataclass(frozen=True)
class Result:
    """What was found once, and how to find it again.

    Attributes:
        name: its own, and that of its directory.
        document: which tells of it, in ``docs/results``.
        took: how long it took when the document was written, on two cores.
        steps: the commands, one after the other.
        files: what is kept, by its path in ``docs/results``: a file of the directory, or what makes
            it of those.
        by_hand: what is not made by the commands.
    """

    name: str
    document: str
    took: str = ""
    steps: Sequence[Step] = ()
    files: Mapping[str, str | Maker] = field(default_factory=lambda: MappingProxyType({}))
    by_hand: str = ""


REVIEWS = ("--set", "data=imdb", "--set", "data_path={data}")


def study(file: str) -> Step:
    """Return the command that runs a study."""
    return Step(("-m", "cmlabm.batch", file, "--out", "{out}", *REVIEWS))


def game(file: str) -> Step:
    """Return the command that runs a game."""
    return Step(("-m", "cmlabm.equilibrium", file, "--out", "{out}", *REVIEWS))


def search(file: str) -> Step:
    """Return the command that makes a search."""
    return Step(("-m", "cmlabm.search", file, "--out", "{out}", *REVIEWS))


def report(*options: str) -> Step:
    """Return the command that writes a study's report."""
    return Step(("-m", "cmlabm.report", "{out}", *options))


def of_report(folder: str, *names: str) -> dict[str, str]:
    """Keep a report's page in a folder, and of the files beside it those that are named."""
    kept = ("report.html", *(f"report_files/{name}" for name in names))
    return {f"{folder}/{name}": name for name in kept}


RESULTS = (
    Result(
        "paper",
        "paper.md",
        "22 minutes",
        [study("batch_runs/paper.toml"), report("--reference", "benchmarks/published_runs.csv")],
        of_report(
            "paper",
            "claims.csv",
            "num_words_outcomes.png",
            "cost_weight_survival.png",
            "attack.png",
        ),
        by_hand="the tables of paper.md, from the report",
    ),
    Result(
        "base_case",
        "base_case.md",
        "5 minutes",
        [
            Step(
                shlex.split(
                    "benchmarks/published.py --data imdb --data-path {data} --seeds 10"
                    " --out {out}/runs.csv"
                ),
                printed="published.md",
            )
        ],
        by_hand="published.md in the result's directory is the large table of base_case.md;"
        " the others were calculated from runs.csv",
    ),
    Result(
        "attack_matrix",
        "attack_matrix.md",
        "21 minutes",
        [study("batch_runs/attack_matrix.toml"), report()],
        of_report(
            "attack_matrix",
            "attack_matrix.csv",
            "attack_matrix_regret.png",
            "attack_matrix_attacker_return.png",
            "best_mechanism.csv",
            "mechanism_pairs.csv",
        ),
    ),
    Result(
        "protection",
        "protection.md",
        "84 minutes",
        [study("batch_runs/protection.toml"), report()],
        {
            "protection/protection.csv": "report_files/protection.csv",
            "protection/protection_admission.png": "report_files/protection_admission.png",
            "protection/attack_matrix.csv": "report_files/attack_matrix_admission.csv",
            "protection/attack_matrix_admission_regret.png": (
                "report_files/attack_matrix_admission_regret.png"
            ),
        },
        by_hand="the table of protection.md, from protection.csv",
    ),
    Result(
        "payments",
        "protection.md",
        "43 minutes",
        [study("batch_runs/payments.toml"), report()],
        {
            "protection/payments.csv": "report_files/protection.csv",
            "protection/payments.png": "report_files/protection_mechanism.png",
        },
    ),
    Result(
        "honesty",
        "equilibrium.md",
        "94 minutes",
        [game("games/honesty.toml")],
        {
            "equilibrium/deviations.csv": "deviations.csv",
            "equilibrium/verdicts.csv": "verdicts.csv",
            "equilibrium/gains.png": draw_gains_by_contract,
        },
        by_hand="the table of equilibrium.md, from deviations.csv, verdicts.csv and payoffs.csv",
    ),
    Result(
        "copying",
        "equilibrium.md",
        "9 minutes",
        [game("games/copying.toml")],
        by_hand="where populations go by the replicator dynamics, from dynamics.csv",
    ),
    Result(
        "imitators",
        "equilibrium.md",
        "5 minutes",
        [study("batch_runs/imitators.toml")],
        {"equilibrium/imitators.png": draw_imitators},
        by_hand="the shares that are honest at the end, from runs.csv",
    ),
    Result(
        "worst_attack",
        "search.md",
        "25 minutes",
        [search("searches/worst_attack.toml")],
        {
            "search/worst_attack.csv": "confirmed.csv",
            "search/worst_attack.png": "report_files/confirmed_regret.png",
        },
        by_hand="the table of search.md, from worst_attack.csv",
    ),
    Result(
        "robust",
        "search.md",
        "28 minutes",
        [search("searches/robust.toml")],
        {
            "search/robust.csv": "confirmed.csv",
            "search/robust_attacks.csv": "archive.csv",
            "search/robust_history.png": "report_files/history.png",
        },
        by_hand="the tables of search.md; if another contract wins, its figures in"
        " batch_runs/robust.toml",
    ),
    Result(
        "robust_twenty",
        "search.md",
        "20 minutes",
        [study("batch_runs/robust.toml")],
        {"search/robust_twenty.csv": tell_attacks},
    ),
    Result(
        "limited",
        "search.md",
        "40 minutes",
        [search("searches/limited_steps.toml")],
        {
            "search/limited_steps.csv": "confirmed.csv",
            "search/limited_steps_attacks.csv": "archive.csv",
            "search/limited_steps_history.png": "report_files/history.png",
        },
        by_hand="the tables of search.md; if another contract wins, its figures in"
        " batch_runs/limited_steps.toml and searches/limited_steps_worst.toml",
    ),
    Result(
        "limited_twenty",
        "search.md",
        "13 minutes",
        [study("batch_runs/limited_steps.toml")],
        {"search/limited_steps_twenty.csv": tell_attacks},
    ),
    Result(
        "limited_worst",
        "search.md",
        "9 minutes",
        [search("searches/limited_steps_worst.toml")],
        {"search/limited_steps_worst.csv": "confirmed.csv"},
    ),
    Result(
        "gas",
        "gas.md",
        "31 minutes",
        [study("batch_runs/gas.toml")],
        by_hand="the tables of gas.md, from runs.csv",
    ),
    Result(
        "benchmarks",
        "benchmarks.md",
        by_hand="each row has its own command: speeds are measured one by one, with nothing else"
        " running, and some need a browser or an earlier commit",
    ),
)
"""All results, in the order of ``docs/results/index.md`` but for those that belong together."""
