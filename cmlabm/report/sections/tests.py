"""Which factors matter: all tests in one place, and what they say in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import pandas as pd

from cmlabm.analysis import (
    MEASURES,
    Factor,
    Hazard,
    Trend,
    compare_all,
    describe_comparison,
    describe_depletion,
    draw_effects,
    hazard_trend,
    log_rank_all,
    trend,
)
from cmlabm.report.parts import Picture, Section, Table

_EFFECTS = """The share of the variance that each factor explains. Filled: p < 0.05 after Holm;
empty: no effect is shown."""

_COMPARISONS = """A test for each factor and outcome: the one chosen, and why. Effect is the share
of the variance (for Kruskal-Wallis, of the ranks' variance) that the levels explain; p (Holm) is
corrected for all tests in this table."""

_TRENDS = """Trends over numeric factors: Spearman's rank correlation; regression slope with robust
errors (HC3), and the change that it makes over the whole range of levels."""

_LOG_RANKS = "Whether the depletion time differs between levels (log-rank test)."

_HAZARDS = """Hazard ratios of depletion over the whole range of levels (Cox): above 1, the
malicious money is used up sooner at higher levels."""


@dataclass(frozen=True)
class Tests:
    """The tests of all factors; p values are corrected for all of them together."""

    factors: list[Factor]
    comparisons: pd.DataFrame
    trends: list[Trend]
    log_ranks: pd.DataFrame
    hazards: list[Hazard]

    @classmethod
    def of(cls, factors: list[Factor]) -> Self:
        """Make the tests."""
        return cls(
            factors,
            compare_all(factors, MEASURES),
            [trend(factor, measure) for factor in factors for measure in MEASURES],
            log_rank_all(factors),
            [hazard_trend(factor) for factor in factors],
        )

    def _effects(self) -> Iterator[Picture]:
        if self.comparisons["effect"].notna().any():
            yield Picture("effects", _EFFECTS, draw_effects(self.comparisons, self.factors))

    def section(self) -> Section:
        """Return the section with the tables."""
        return Section(
            "Which factors matter",
            [
                *self._effects(),
                Table("tests", _COMPARISONS, self.comparisons),
                Table("trends", _TRENDS, pd.DataFrame(map(vars, self.trends))),
                Table("log_rank", _LOG_RANKS, self.log_ranks),
                Table("hazard_trends", _HAZARDS, pd.DataFrame(map(vars, self.hazards))),
            ],
        )

    def sentences(self, factor: Factor, summary: pd.DataFrame) -> list[str]:
        """Say what a factor does."""
        rows = self.comparisons[self.comparisons["factor"] == factor.name].to_dict("records")
        trends = [found for found in self.trends if found.factor == factor.name]
        (log_rank,) = self.log_ranks[self.log_ranks["factor"] == factor.name].to_dict("records")
        (hazard,) = (found for found in self.hazards if found.factor == factor.name)
        return [
            *(
                describe_comparison(factor, measure, row, found, summary)
                for measure, row, found in zip(MEASURES, rows, trends, strict=True)
            ),
            describe_depletion(factor, log_rank, hazard),
        ]
