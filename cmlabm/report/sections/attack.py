"""What attacks cost the model and bring the attacker."""

import pandas as pd

from cmlabm.analysis import attack_summary, draw_attack
from cmlabm.batch import FinishedStudy
from cmlabm.batch.study import SAMPLED
from cmlabm.report.parts import Part, Picture, Section, Table, Text

MOST_SETTINGS = 100

_MEANING = """Regret is the final accuracy that an attack costs: that of the paired control run (the
same seed, without malicious contributors), minus that of the run. The attacker's return is
what it gained as a share of the money it came with: -1 is all lost."""

_FIGURE = """Regret and the attacker's return at each setting: means with 95 % bootstrap intervals,
paired by seed."""


def attack(study: FinishedStudy, runs: pd.DataFrame) -> Section:
    """Return the section on attacks."""
    sampled = study.spec.design in SAMPLED
    table = attack_summary(runs, {} if sampled else study.base, study.parameters)
    sentences = [_MEANING]
    if not len(table):
        return Section("The attack", [Text([*sentences, "No finished run is under attack."])])
    if not table["pairs"].any():
        sentences.append("No run here is without malicious contributors: regret is unknown.")
    if len(table) > MOST_SETTINGS:
        sentences.append(f"These {len(table)} settings are too many to be drawn one by one.")
    parts: list[Part] = [Text(sentences)]
    if len(table) <= MOST_SETTINGS:
        parts.append(Picture("attack", _FIGURE, draw_attack(table)))
    caption = "Regret, return, and accuracy lost for 1,000 tokens lost."
    parts.append(Table("attack", caption, table))
    return Section("The attack", parts)
