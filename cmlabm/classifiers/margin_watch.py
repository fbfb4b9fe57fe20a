"""Watched samples whose margins follow the separators."""

import numpy as np
from numpy.typing import NDArray

from cmlabm.classifiers.linear import LinearSeparators
from cmlabm.classifiers.rows import Rows
from cmlabm.data.rows import Row


class MarginWatch:
    """Samples whose margins move with linear separators.

    When ``move * x`` is added to the weights and ``move`` to the intercept, the margin of a
    watched sample z grows by ``move * (x.z + 1)``.
    """

    def __init__(self, separators: LinearSeparators, rows: Rows) -> None:
        self._separators = separators
        self._moves = separators.moves
        self._followed = len(separators.moves)
        self._rows = rows
        self._margins = [np.zeros(64) for _ in separators.intercepts]
        self._size = 0

    def add(self, row: Row) -> None:
        """Append a sample."""
        if self._followed != len(self._moves):
            self._follow()
        size = self._size
        self._rows.add(row)
        if size == len(self._margins[0]):
            self._margins = [np.concatenate([own, np.zeros_like(own)]) for own in self._margins]
        for own, margin in zip(self._margins, self._separators.margin(row), strict=True):
            own[size] = margin
        self._size += 1

    def keep(self, positions: NDArray[np.intp]) -> None:
        """Drop all samples but those at some positions, given in increasing order."""
        self._rows.keep(positions)
        self._size = len(positions)
        for own in self._margins:
            own[: self._size] = own[positions]

    def predictions(self, start: int, end: int) -> NDArray[np.bool] | NDArray[np.int64]:
        """Return what is now predicted for samples in a row, shape (end - start,)."""
        if self._followed != len(self._moves):
            self._follow()
        if len(self._margins) == 1:
            return self._margins[0][start:end] > 0
        return np.array([own[start:end] for own in self._margins]).argmax(axis=0)

    def _follow(self) -> None:
        margins = [own[: self._size] for own in self._margins]
        for row, moves in self._moves[self._followed :]:
            products = self._rows.products(row)
            for own, move in zip(margins, moves, strict=True):
                if move:
                    own += move * products + move
        self._followed = len(self._moves)
