"""Linear separators, and a record of how they moved."""

from copy import deepcopy
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cmlabm.data.dataset import Features
from cmlabm.data.rows import Row


class LinearSeparators:
    """One separator between two classes, or with more classes one for each against the others.

    Two classes have one separator, with label 1 on its positive side.

    Attributes:
        moves: the samples that moved the separators, in their order; and of each how many times it
            was added to each separator's weights (and 1 to its intercept). Who keeps samples'
            margins can follow.
    """

    def __init__(self) -> None:
        self.moves: list[tuple[Row, tuple[float, ...]]] = []
        self._weights: list[NDArray[np.float64]] = []
        self._intercepts: list[float] = []
        self._recent: tuple[Row | None, tuple[float, ...]] = None, ()

    @property
    def weights(self) -> NDArray[np.float64]:
        """The weights, shape (separators, features)."""
        return np.array(self._weights)

    @property
    def intercepts(self) -> NDArray[np.float64]:
        """The intercepts, shape (separators,)."""
        return np.array(self._intercepts)

    @property
    def largest(self) -> float:
        """The largest absolute value of a weight or an intercept."""
        extremes = [max(own.max(), -own.min()) for own in self._weights]
        return float(max(*extremes, *map(abs, self._intercepts)))

    def margins(self, features: Features) -> NDArray[np.float64]:
        """Return ``w.x + b``: shape (samples,) for two classes, else (samples, classes)."""
        margins = [
            features @ weights + intercept
            for weights, intercept in zip(self._weights, self._intercepts, strict=True)
        ]
        return margins[0] if len(margins) == 1 else np.stack(margins, axis=1)

    def predict(self, features: Features) -> NDArray[np.int64]:
        """Return the predicted label of each sample, shape (samples,)."""
        margins = self.margins(features)
        return (margins > 0).astype(np.int64) if margins.ndim == 1 else margins.argmax(axis=1)

    def margin(self, row: Row) -> tuple[float, ...]:
        """Return ``w.x + b`` of one sample for each separator."""
        recent, margins = self._recent
        if recent is row:
            return margins
        if len(self._weights) == 1:
            margins = (row.product(self._weights[0]) + self._intercepts[0],)
        else:
            pairs = zip(self._weights, self._intercepts, strict=True)
            margins = tuple([row.product(weights) + intercept for weights, intercept in pairs])
        self._recent = row, margins
        return margins

    def label(self, row: Row) -> int:
        """Return the predicted label of one sample."""
        margins = self.margin(row)
        return int(margins[0] > 0) if len(margins) == 1 else margins.index(max(margins))

    def margin_of(self, row: Row, label: int) -> float:
        """Return how far one sample lies on the side of a label, more than on any other's."""
        margins = self.margin(row)
        if len(margins) == 1:
            return margins[0] if label else -margins[0]
        return margins[label] - max(margins[:label] + margins[label + 1 :])

    def copy(self) -> Self:
        """Return a copy that moves by itself, without the record of moves."""
        return deepcopy(self, {id(self.moves): [], id(self._recent): (None, ())})

    def _start(self, weights: list[NDArray[np.float64]], intercepts: list[float]) -> None:
        """Put the separators where they are at first."""
        self._weights, self._intercepts = weights, intercepts
        self._recent = None, ()

    def _move(self, row: Row, moves: tuple[float, ...]) -> None:
        """Add multiples of a sample to the separators."""
        margins, reach = self.margin(row), row.square + 1
        for separator, move in enumerate(moves):
            if move:
                row.add_to(self._weights[separator], move)
                self._intercepts[separator] += move
        pairs = zip(margins, moves, strict=True)
        self._recent = row, tuple([margin + move * reach for margin, move in pairs])
        self.moves.append((row, moves))
