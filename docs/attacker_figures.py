"""Figures of what each attacker does to a small market, for its place on the site."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure

import cmlabm
from cmlabm import CMLModel
from cmlabm.behaviours import MALICIOUS_BEHAVIOURS

CODE = Path(cmlabm.__file__).parent
SEED = 1
SMALL: dict[str, Any] = {
    "train_size": 5000,
    "initial_fraction": 0.2,
    "test_size": 1000,
    "num_words": 400,
    "honest_agents": 2,
    "honest_mean_wait_s": 1800,
    "honest_start_balance": 1500,
    "malicious_start_balance": 1500,
    "malicious_mean_wait_s": 1800,
    "malicious_own_samples": 100,
    "malicious_lookahead": 5,
    "refund_time_s": 86_400,
    "claim_time_s": 5 * 86_400,
    "max_days": 40,
}
"""Two honest contributors and an attacker who comes as often as each of them."""


@dataclass(frozen=True)
class SmallMarket:
    """The market that all attackers are let loose on.

    Attributes:
        folder: where the figures are kept.
    """

    folder: Path

    def draw_all(self) -> None:
        """Draw what each attacker does, unless it was drawn after the last change of the code."""
        self.folder.mkdir(parents=True, exist_ok=True)
        changed = max(path.stat().st_mtime for path in [Path(__file__), *CODE.rglob("*.py")])
        for attacker in MALICIOUS_BEHAVIOURS.built_in:
            path = self.folder / f"{attacker}.svg"
            if not path.exists() or path.stat().st_mtime < changed:
                with rc_context({"svg.hashsalt": attacker}):
                    self._drawn(attacker).savefig(path, metadata={"Date": None})

    @cached_property
    def _unharmed(self) -> pd.DataFrame:
        return self._series(malicious_agents=0)

    def _series(self, **changed: Any) -> pd.DataFrame:
        market = CMLModel(rng=SEED, **SMALL | changed)
        market.run()
        return market.series()

    def _drawn(self, attacker: str) -> Figure:
        attacked = self._series(malicious_behaviour=attacker)
        figure = Figure(figsize=(8, 2.6), layout="constrained")
        left, right = figure.subplots(1, 2)
        for label, series, style in self._pair(attacked):
            left.plot(series["day"], series["accuracy"], style, label=label, color="tab:green")
            right.plot(series["day"], series["honest_balance"], style, color="tab:blue")
        right.plot(attacked["day"], attacked["malicious_balance"], color="tab:red")
        left.set(xlabel="day", ylabel="accuracy")
        right.set(xlabel="day", ylabel="balance (tokens)", ylim=(0, None))
        left.legend(frameon=False)
        for colour, who in (("tab:blue", "both honest"), ("tab:red", attacker)):
            right.plot([], color=colour, label=who)
        right.legend(frameon=False)
        return figure

    def _pair(self, attacked: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame, str]]:
        yield "attacked", attacked, "-"
        yield "without", self._unharmed, ":"
