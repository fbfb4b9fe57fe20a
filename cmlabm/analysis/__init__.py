"""Statistics and figures on finished studies, as the report has them, for scripts and notebooks.

Example::

    from cmlabm.analysis import FINAL_ACCURACY, compare, draw_outcomes, factors_of, summarise
    from cmlabm.batch import open_study

    study = open_study("results/paper")
    words = factors_of(study)[0]
    summarise(words)                      # n, mean, sd, 95 % interval at each level
    compare(words, FINAL_ACCURACY)        # analysis of variance or Kruskal-Wallis, and why
    draw_outcomes(words)                  # every run as a dot

Needs the extra ``cmlabm[report]``.
"""

from cmlabm.analysis.attack_matrix import attack_matrix
from cmlabm.analysis.best_mechanism import best_mechanisms, compare_mechanisms
from cmlabm.analysis.claims import CLAIMS, Claim, Evidence, Finding, check_claims
from cmlabm.analysis.comparison import Comparison, compare, compare_all, compare_pairs
from cmlabm.analysis.contracts import ADMISSION, CONTRACT, MECHANISM, Axis, Contracts, contracts_of
from cmlabm.analysis.equivalence import Equivalence, equivalence
from cmlabm.analysis.factors import Factor, factors_of
from cmlabm.analysis.figures import (
    draw_attack,
    draw_attack_matrix,
    draw_curves,
    draw_effects,
    draw_outcomes,
    draw_partial_dependence,
    draw_protection,
    draw_reference,
    draw_sensitivity,
    draw_survival,
)
from cmlabm.analysis.findings import describe_comparison, describe_depletion
from cmlabm.analysis.intervals import largest_mean_interval, mean_interval, ratio_interval
from cmlabm.analysis.measures import (
    ACCURACY_GAP,
    ATTACKER_RETURN,
    DEPLETED,
    DEPLETION,
    FINAL_ACCURACY,
    HONEST_BALANCE,
    MALICIOUS_BALANCE,
    MEASURES,
    REGRET,
    Measure,
)
from cmlabm.analysis.partial_dependence import PartialDependence, partial_dependence
from cmlabm.analysis.protection import protection
from cmlabm.analysis.reference import compare_with_reference, read_reference
from cmlabm.analysis.regret import attack_summary, pair_with_unattacked
from cmlabm.analysis.sensitivity import (
    Sample,
    first_order_indices,
    morris_effects,
    sample_of,
    sensitivity,
    sobol_indices,
)
from cmlabm.analysis.summary import summarise
from cmlabm.analysis.survival import (
    Hazard,
    LogRank,
    depletion_summary,
    depletion_times,
    hazard_ratios,
    hazard_trend,
    kaplan_meier,
    log_rank,
    log_rank_all,
    log_rank_pairs,
)
from cmlabm.analysis.trend import Trend, trend

__all__ = [
    "ACCURACY_GAP",
    "ADMISSION",
    "ATTACKER_RETURN",
    "CLAIMS",
    "CONTRACT",
    "DEPLETED",
    "DEPLETION",
    "FINAL_ACCURACY",
    "HONEST_BALANCE",
    "MALICIOUS_BALANCE",
    "MEASURES",
    "MECHANISM",
    "REGRET",
    "Axis",
    "Claim",
    "Comparison",
    "Contracts",
    "Equivalence",
    "Evidence",
    "Factor",
    "Finding",
    "Hazard",
    "LogRank",
    "Measure",
    "PartialDependence",
    "Sample",
    "Trend",
    "attack_matrix",
    "attack_summary",
    "best_mechanisms",
    "check_claims",
    "compare",
    "compare_all",
    "compare_mechanisms",
    "compare_pairs",
    "compare_with_reference",
    "contracts_of",
    "depletion_summary",
    "depletion_times",
    "describe_comparison",
    "describe_depletion",
    "draw_attack",
    "draw_attack_matrix",
    "draw_curves",
    "draw_effects",
    "draw_outcomes",
    "draw_partial_dependence",
    "draw_protection",
    "draw_reference",
    "draw_sensitivity",
    "draw_survival",
    "equivalence",
    "factors_of",
    "first_order_indices",
    "hazard_ratios",
    "hazard_trend",
    "kaplan_meier",
    "largest_mean_interval",
    "log_rank",
    "log_rank_all",
    "log_rank_pairs",
    "mean_interval",
    "morris_effects",
    "pair_with_unattacked",
    "partial_dependence",
    "protection",
    "ratio_interval",
    "read_reference",
    "sample_of",
    "sensitivity",
    "sobol_indices",
    "summarise",
    "trend",
]
