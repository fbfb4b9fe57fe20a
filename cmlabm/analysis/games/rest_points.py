"""Where the replicator dynamics rest, and whether populations nearby come back.

Pure symmetric equilibria, and mixed ones, are rest points; a rest point that is stable is an
equilibrium (Weibull 1995, proposition 3.9 and section 3.3).
"""

from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from scipy.linalg import null_space
from scipy.optimize import root

from cmlabm.analysis.games.cells import spread_populations
from cmlabm.analysis.games.payoff_table import Numbers, PayoffTable
from cmlabm.errors import InputError

type Stability = Literal["stable", "unstable", "saddle", "neutral"]
type Extent = Literal["point", "edge", "curve", "all"]

MOST_STRATEGIES = 3
_ZERO = 1e-9
"""Eigenvalues and payoff differences, as shares of the largest difference, that count as none."""

_REAL = 1e-7
_SAME = 1e-6
_CELLS_A_SIDE = 8
_LONG = 0.01


@dataclass(frozen=True)
class RestPoint:
    """A population that the replicator dynamics leave as it is.

    Attributes:
        shares: the share of each strategy.
        stability: "stable" if all populations nearby flow to it, "unstable" if all flow away,
            "saddle" if some do and some do not, "neutral" if its linearisation does not tell, as
            at a centre, or if the populations next to it rest as well.
        eigenvalues: of the linearised dynamics within the simplex, S - 1 of them, in the units of
            time of ``trajectories``.
        extent: "point"; or, of which this is one, "edge" (all mixtures of two strategies rest),
            "curve" (of mixtures of three) or "all" (all populations rest).
        description: in words.
    """

    shares: tuple[float, ...]
    stability: Stability
    eigenvalues: tuple[complex, ...]
    extent: Extent
    description: str


def rest_points(table: PayoffTable) -> tuple[RestPoint, ...]:
    """Return the rest points of a game of two or three strategies: pure ones, then mixtures.

    Two strategies: the roots of the difference of their payoffs, a polynomial of degree N - 1
    that Chebyshev interpolation represents exactly; stability from its signs on both sides, which
    tells even where the derivative is 0. Three: those of the three edges; within, SciPy's ``root``
    from a grid of 64 starts, so that a point with a very small neighbourhood might be missed;
    stability from the eigenvalues of the Jacobian.

    Raises:
        InputError: more than three strategies.

    Example:
        >>> hunt = PayoffTable.from_matrix(["stag", "hare"], [[4, 0], [3, 3]])
        >>> for point in rest_points(hunt):
        ...     print(point.description, "-", point.stability)
        all stag - stable
        all hare - stable
        0.75 stag, 0.25 hare - unstable
    """
    size = len(table.strategies)
    if size > MOST_STRATEGIES:
        raise InputError(f"{size} strategies: rest points are found for two or three")
    if table.largest_difference == 0:
        return (_point(table, np.full(size, 1 / size), "neutral", "all"),)
    if size == 2:
        return _on_a_line(table)
    found = [_point(table, vertex) for vertex in np.eye(size)]
    for pair in combinations(range(size), 2):
        edge = table.restricted([table.strategies[strategy] for strategy in pair])
        if edge.largest_difference == 0:
            found.append(_point(table, _between(pair, 0.5), "neutral", "edge"))
        found += [_point(table, _between(pair, share)) for share in interior_roots(edge)]
    return (*found, *_within(table))


def interior_roots(table: PayoffTable) -> list[float]:
    """Return at which shares of the first of two strategies both get the same, in order.

    Only shares above 0 and below 1; none where both always get the same.
    """
    if table.largest_difference == 0:
        return []

    def advantage(share: Numbers) -> Numbers:
        payoffs = table.expected(np.stack([share, 1 - share], axis=-1))
        return (payoffs[..., 0] - payoffs[..., 1]) / table.largest_difference

    degree = table.players - 1
    roots = (
        np.polynomial.Chebyshev.interpolate(advantage, degree, domain=[0, 1]).trim(_ZERO).roots()
    )
    real = np.sort(roots.real[np.abs(roots.imag) < _REAL])
    distinct: list[float] = []
    for share in real[(real > _ZERO) & (real < 1 - _ZERO)].tolist():
        if not distinct or share - distinct[-1] > _SAME:
            distinct.append(share)
    return distinct


def signs_between(table: PayoffTable, roots: list[float]) -> list[int]:
    """Return which of two strategies does better before, between and after the interior roots.

    Returns:
        Shape (roots + 1,), in order of the first one's share: 1 where it does better, else -1.
    """
    ends = np.array([0.0, *roots, 1.0])
    middles = (ends[1:] + ends[:-1]) / 2
    payoffs = table.expected(np.stack([middles, 1 - middles], axis=-1))
    return [int(sign) for sign in np.sign(payoffs[:, 0] - payoffs[:, 1])]


def jacobian(table: PayoffTable, shares: Numbers) -> Numbers:
    """Return the linearised replicator dynamics at a population, in the simplex's own directions.

    Returns:
        Shape (S - 1, S - 1), in an orthonormal basis of the changes that sum to 0.
    """
    payoffs, slopes = table.expected(shares), table.slopes(shares)
    average_slopes = payoffs + shares @ slopes
    rates = np.diag(payoffs - shares @ payoffs) + shares[:, np.newaxis] * (slopes - average_slopes)
    basis = null_space(np.ones((1, len(shares))))
    return np.asarray(basis.T @ rates @ basis) / (table.largest_difference or 1.0)


def _on_a_line(table: PayoffTable) -> tuple[RestPoint, ...]:
    roots = interior_roots(table)
    signs = signs_between(table, roots)
    ends: list[tuple[float, Stability]] = [
        (1.0, "stable" if signs[-1] > 0 else "unstable"),
        (0.0, "stable" if signs[0] < 0 else "unstable"),
    ]
    inner = [
        (share, _of_signs(below, above))
        for share, below, above in zip(roots, signs, signs[1:], strict=False)
    ]
    return tuple(
        _point(table, np.array([share, 1 - share]), stability) for share, stability in ends + inner
    )


def _of_signs(below: int, above: int) -> Stability:
    if below == above:
        return "saddle"
    return "stable" if below > above else "unstable"


def _between(pair: tuple[int, int], share: float) -> Numbers:
    """Return the shares of three strategies where only two are played, the first with a share."""
    shares = np.zeros(MOST_STRATEGIES)
    shares[list(pair)] = share, 1 - share
    return shares


def _within(table: PayoffTable) -> list[RestPoint]:
    """Return the rest points at which all three strategies are played."""
    scale = table.largest_difference

    def differences(two: Numbers) -> Numbers:
        payoffs = table.expected([*two, 1 - two.sum()])
        return np.asarray((payoffs[:2] - payoffs[2]) / scale)

    def slopes(two: Numbers) -> Numbers:
        whole = table.slopes(np.array([*two, 1 - two.sum()]))
        by_two = whole[:, :2] - whole[:, 2:]
        return np.asarray((by_two[:2] - by_two[2]) / scale)

    isolated: list[Numbers] = []
    joined: list[Numbers] = []
    for start in spread_populations(_CELLS_A_SIDE):
        answer = root(differences, start[:2], jac=slopes, tol=1e-12)
        shares = np.array([*answer.x, 1 - answer.x.sum()])
        if np.abs(answer.fun).max() > _ZERO or not (shares > _SAME).all():
            continue
        singular = np.linalg.svd(slopes(answer.x), compute_uv=False)[-1] < _SAME
        known = joined if singular else isolated
        if all(np.abs(shares - other).max() > _SAME for other in known):
            known.append(shares)
    points = [_point(table, shares) for shares in sorted(isolated, key=lambda found: tuple(found))]
    if joined:
        central = min(joined, key=lambda found: float(np.ptp(found)))
        is_long = np.ptp(joined, axis=0).max() > _LONG
        points.append(_point(table, central, "neutral", "curve" if is_long else "point"))
    return points


def _point(
    table: PayoffTable,
    shares: Numbers,
    stability: Stability | None = None,
    extent: Extent = "point",
) -> RestPoint:
    eigenvalues = np.linalg.eigvals(jacobian(table, shares))
    return RestPoint(
        tuple(shares.tolist()),
        stability or _of_eigenvalues(eigenvalues.real),
        tuple(complex(value) for value in eigenvalues),
        extent,
        _described(table.strategies, shares, extent),
    )


def _of_eigenvalues(real: Numbers) -> Stability:
    grows, shrinks = (real > _ZERO).any(), (real < -_ZERO).any()
    if grows:
        return "saddle" if shrinks else "unstable"
    return "stable" if (real < -_ZERO).all() else "neutral"


def _described(strategies: tuple[str, ...], shares: Numbers, extent: Extent) -> str:
    played = [(name, share) for name, share in zip(strategies, shares, strict=True) if share > 0]
    names = " and ".join(name for name, _ in played)
    mixture = ", ".join(f"{share:.3g} {name}" for name, share in played)
    if extent in {"all", "edge"}:
        return f"every mixture of {names}"
    if extent == "curve":
        return f"a curve of mixtures, {mixture} among them"
    return f"all {names}" if len(played) == 1 else mixture
