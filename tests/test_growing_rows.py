"""Rows that are added one by one, beyond the place that there was for them at first."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from cmlabm.classifiers.rows import BitRows, DenseRows, SparseRows
from cmlabm.data.rows import BinaryRow, NumericRow
from cmlabm.data.weighted_rows import WeightedRow

COUNT, FEATURES = 1_000, 30


@pytest.mark.parametrize(
    ("made", "of"),
    [
        (BitRows, BinaryRow.of),
        (DenseRows, NumericRow),
        (SparseRows, BinaryRow.of),
        (SparseRows, WeightedRow.of),
    ],
    ids=["bits", "dense", "sparse bits", "sparse"],
)
def test_all_rows_stay_as_they_were_added(
    made: Callable[[int], Any], of: Callable[[Any], Any]
) -> None:
    features = np.random.default_rng(1).integers(0, 2, (COUNT, FEATURES)).astype(float)
    rows = made(FEATURES)
    for one in features:
        rows.add(of(one))
    assert rows.products(of(features[7]))[:COUNT].tolist() == (features @ features[7]).tolist()
