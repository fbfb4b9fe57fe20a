"""A search's trials, archive, rounds and importances as tables."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cmlabm.search.attacks import ATTACK, REFUSED
from cmlabm.search.confirmation import SEARCHED, Confirmed, attack_name, interval_of
from cmlabm.search.contracts import CONTRACT, WORST
from cmlabm.search.definition import Search
from cmlabm.search.objectives import COST_OF_PROTECTION, HONEST_LOSS
from cmlabm.search.rounds import MadeStage, Searched
from cmlabm.search.space import Setting
from cmlabm.search.trials import quiet

if TYPE_CHECKING:
    from optuna.trial import FrozenTrial

FEWEST_TRIALS = 12
"""Of fewer trials nothing is said of what matters."""

IMPORTANCES = ["round", "search", "where", "trials", "parameter", "importance"]


def trials_table(search: Search, searched: Searched) -> pd.DataFrame:
    """Return a row for each trial, with the search's own figures.

    Returns:
        ``trial``; where contracts are searched for, ``round`` and ``search`` ("attack" or
        "contract"); the parameters that it chose, as the means allow; the objectives, of a contract
        at its ``worst_attack``, and what else a contract is judged by; ``refused``, why it was no
        possible market or says nothing.
    """
    rows = [row for made in searched.stages for row in _rows(search, searched, made)]
    settings = [_setting(trial) for made in searched.stages for trial in made.trials]
    chosen = list(dict.fromkeys(name for setting in settings for name in setting))
    first = ["trial"] if search.contracts is None else ["trial", "round", "search"]
    others = [*search.maximise]
    if search.contracts is not None:
        others += [WORST, COST_OF_PROTECTION, HONEST_LOSS]
    return pd.DataFrame(rows, columns=[*first, *chosen, *others, REFUSED])


def _rows(search: Search, searched: Searched, made: MadeStage) -> Iterator[dict[str, Any]]:
    names = search.maximise if made.kind == "attack" else [search.objective]
    for trial in made.trials:
        row = {"trial": made.number(trial), "round": made.round, "search": made.kind}
        row |= _setting(trial) | {REFUSED: trial.user_attrs.get(REFUSED, "")}
        if trial.values is not None:
            row |= dict(zip(names, trial.values, strict=False))
        if WORST in trial.user_attrs:
            row[WORST] = attack_name(searched.archive[trial.user_attrs[WORST]])
            row |= {name: trial.user_attrs[name] for name in (COST_OF_PROTECTION, HONEST_LOSS)}
        yield row


def archive_table(found: Confirmed, searched: Searched, contract: Setting) -> pd.DataFrame:
    """Return what each attack of the archive does to a contract, on fresh seeds.

    Returns:
        ``attack``, the round in which it was found (0: a default), its parameters, the objective
        with ``_low`` and ``_high`` (95 %), and ``seeds``.
    """
    objective = found.search.objective
    rows = []
    for attack in searched.archive:
        values = found.values(objective, contract, attack.setting)
        of = {"attack": attack.name, "found_in_round": attack.found_in_round}
        seeds = {"seeds": int(np.isfinite(values).sum())}
        rows.append(of | attack.setting | interval_of(objective, values) | seeds)
    return pd.DataFrame(rows)


def rounds_table(search: Search, searched: Searched) -> pd.DataFrame:
    """Return a row for each round, with the search's own figures.

    Returns:
        ``round``; ``contract``, the trial that was the best against the attacks known by then, and
        the harm of the worst of them; ``attack``, the trial that then did it the most harm, and
        that harm.
    """
    objective = search.objective
    return pd.DataFrame(
        {
            "round": number,
            "contract": its.contract,
            f"{objective}{SEARCHED}": its.harm,
            "attack": its.attack,
            f"{objective}_found{SEARCHED}": its.harm_found,
        }
        for number, its in enumerate(searched.rounds, start=1)
    )


def importances_table(searched: Searched) -> pd.DataFrame:
    """Return how much of the first objective's variance over the trials each choice explains.

    By functional ANOVA on a random forest (Hutter, Hoos & Leyton-Brown 2014, ICML), as Optuna has
    it; shares of what the choices explain one at a time. Choices that are there in some trials only
    are compared among these.

    Returns:
        ``round``, ``search``, ``where`` (what is chosen in all of the ``trials``; "" if they are
        all), ``parameter``, ``importance``.
    """
    rows = [row for made in searched.stages for row in _importances(made)]
    return pd.DataFrame(rows, columns=IMPORTANCES)


def _importances(made: MadeStage) -> Iterator[dict[str, Any]]:
    able = [trial for trial in made.trials if trial.values is not None]
    for where, names in _groups(made):
        there = [trial for trial in able if all(name in trial.params for name in names)]
        found = _fanova(made, there, names) if len(there) >= FEWEST_TRIALS else {}
        about = {"round": made.round, "search": made.kind, "where": where, "trials": len(there)}
        for name, share in found.items():
            yield about | {"parameter": name.removeprefix(f"{where}."), "importance": share}


def _groups(made: MadeStage) -> list[tuple[str, list[str]]]:
    """Return the choices that are always there, and each nested table's with them."""
    choices = made.stage.space.choices
    always = [choice.name for choice in choices if not choice.only_where]
    tables = dict.fromkeys(choice.only_where for choice in choices if choice.only_where)
    nested = [
        (where, always + [choice.name for choice in choices if choice.only_where == where])
        for where in tables
    ]
    return [("", always), *nested]


def _fanova(
    made: MadeStage, trials: Sequence["FrozenTrial"], names: Sequence[str]
) -> dict[str, float]:
    from optuna import create_study
    from optuna.importance import FanovaImportanceEvaluator, get_param_importances

    varied = [name for name in names if len({trial.params[name] for trial in trials}) > 1]
    if not varied or len({trial.values[0] for trial in trials}) < 2:
        return {}
    with quiet():
        study = create_study(directions=made.stage.directions)
        study.add_trials(trials)
        return get_param_importances(
            study,
            evaluator=FanovaImportanceEvaluator(seed=0),
            params=list(varied),
            target=lambda trial: float(trial.values[0]),
        )


def _setting(trial: "FrozenTrial") -> Setting:
    found: Setting = trial.user_attrs.get(ATTACK) or trial.user_attrs.get(CONTRACT) or trial.params
    return found
