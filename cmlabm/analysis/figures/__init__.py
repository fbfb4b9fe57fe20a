"""Figures: each function returns a Matplotlib figure that belongs to no backend's window.

In a notebook, ``display(figure)`` shows it; ``figure.savefig("name.svg")`` keeps it.
"""

from cmlabm.analysis.figures.attack import draw_attack
from cmlabm.analysis.figures.costs import draw_costs
from cmlabm.analysis.figures.curves import draw_curves
from cmlabm.analysis.figures.effects import draw_effects
from cmlabm.analysis.figures.matrix import draw_attack_matrix
from cmlabm.analysis.figures.outcomes import draw_outcomes
from cmlabm.analysis.figures.protection import draw_protection
from cmlabm.analysis.figures.reference import draw_reference
from cmlabm.analysis.figures.sensitivity import draw_partial_dependence, draw_sensitivity
from cmlabm.analysis.figures.survival import draw_survival

__all__ = [
    "draw_attack",
    "draw_attack_matrix",
    "draw_costs",
    "draw_curves",
    "draw_effects",
    "draw_outcomes",
    "draw_partial_dependence",
    "draw_protection",
    "draw_reference",
    "draw_sensitivity",
    "draw_survival",
]
