"""Games among contributors: is honesty the best answer to honesty, and where do populations go?

The method is empirical game-theoretic analysis (Wellman, Tuyls & Greenwald 2025, arXiv 2403.04018):
profiles of strategies are simulated, what players get in them is a game, and the game is analysed
by ``cmlabm.analysis.games``.

Example:
    >>> from cmlabm.equilibrium import Game
    >>> game = Game(
    ...     name="honesty",
    ...     players=3,
    ...     seeds=2,
    ...     strategies=["study", "echo"],
    ...     populations=[["study", "echo"]],
    ...     sweep={"incentive": ["deposit-refund-take", "none"]},
    ... )
    >>> len(game.profiles), game.study.sweep["profile"][1]["malicious_agents"]
    (4, 1)
"""

from cmlabm.equilibrium.game import Game, read_game
from cmlabm.equilibrium.payoffs import Payoffs, payoffs_of

__all__ = ["Game", "Payoffs", "payoffs_of", "read_game"]
