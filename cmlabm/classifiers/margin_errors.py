"""The errors on a test set of words, counted from margins that follow the separators."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from cmlabm.classifiers.fixed_rows import fixed_rows
from cmlabm.classifiers.linear import LinearSeparators
from cmlabm.data.dataset import Samples

EPSILON = float(np.finfo(np.float64).eps)


class MarginErrors:
    """Samples of words whose errors are counted without predicting them anew.

    Every count is what ``predict`` would give, although margins that follow a move, or are looked
    up, are rounded otherwise. With N the most words of a sample, W the largest absolute value of
    a weight or an intercept since k moves, and e the distance from 1 to the next float:

    - a margin is a sum of at most N + 1 numbers up to W: in any order off by less than
      ``(N + 1)^2 W e``;
    - a move rounds each weight and the intercept, by at most ``W e`` each, and the margin grows by
      ``move * products + move``, where ``|move| <= 2 W``: together off by less than
      ``6 (N + 1) W e``.

    So the margins at hand and those of ``predict`` differ by less than
    ``8 (N + 1) (N + 1 + k) W e``. If any margin is as near as that to 0 (with more than two
    classes: if the largest two of a sample are to each other), all are calculated as ``predict``
    does.
    """

    def __init__(self, separators: LinearSeparators, samples: Samples) -> None:
        self._separators = separators
        self._features = csr_array(samples.features)
        labels = samples.labels
        self._labels = labels.astype(np.bool) if len(separators.intercepts) == 1 else labels
        self._rows = fixed_rows(samples)
        self._calculate()

    def now(self) -> int:
        """Return for how many of the samples ``predict`` would not give the label now."""
        moves = self._separators.moves
        if len(moves) == self._followed + 1:
            self._follow(*moves[-1])
        elif len(moves) != self._followed:
            self._look_up()
        if not self._nearest() > self._rounding():
            self._calculate()
        return int(np.count_nonzero(self._predicted() != self._labels))

    def _calculate(self) -> None:
        """Calculate the margins as ``predict`` does."""
        self._start_at(np.atleast_2d(self._separators.margins(self._features).T))

    def _look_up(self) -> None:
        """Put the margins together from sums over groups of words: sooner than by many moves."""
        products = np.array([self._rows.times(own) for own in self._separators.weights])
        self._start_at(products + self._separators.intercepts[:, np.newaxis])

    def _start_at(self, margins: NDArray[np.float64]) -> None:
        self._margins = margins
        self._since = 0
        self._largest = self._separators.largest
        self._followed = len(self._separators.moves)

    def _follow(self, row: Any, moves: tuple[float, ...]) -> None:
        products = self._rows.products(row)
        for own, move in zip(self._margins, moves, strict=True):
            if move:
                shift = products * move
                shift += move
                own += shift
        self._since += 1
        self._largest = max(self._largest, self._separators.largest)
        self._followed += 1

    def _rounding(self) -> float:
        """Return by how much a margin may at most differ from that of ``predict``."""
        ones = self._rows.most_ones + 1
        return 8 * ones * (ones + self._since) * self._largest * EPSILON

    def _nearest(self) -> float:
        """Return how near a sample is to another prediction."""
        if len(self._margins) == 1:
            return float(np.abs(self._margins[0]).min())
        second, first = np.partition(self._margins, -2, axis=0)[-2:]
        return float((first - second).min())

    def _predicted(self) -> NDArray[np.bool] | NDArray[np.int64]:
        return self._margins[0] > 0 if len(self._margins) == 1 else self._margins.argmax(axis=0)
