"""Binary features are kept as bits, and seen as what they were made of."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy.sparse import csr_array

from cmlabm.data.dataset import Samples
from cmlabm.data.rows import BinaryRow, BinaryRows

TABLES = arrays(np.bool, st.tuples(st.integers(1, 5), st.integers(1, 140)))


@pytest.fixture
def many() -> NDArray[np.bool]:
    """Return a table of more rows than are packed at a time, and of no whole number of words."""
    return np.random.default_rng(1).random((5_000, 70)) < 0.1


def check_sparse(rows: BinaryRows, table: NDArray[np.bool]) -> None:
    """Compare with SciPy's own, in every array and its type: classifiers must see the same."""
    found, expected = rows.sparse(), csr_array(table.astype(np.float64))
    for name in ("data", "indices", "indptr"):
        mine, other = getattr(found, name), getattr(expected, name)
        np.testing.assert_array_equal(mine, other)
        assert mine.dtype == other.dtype == (np.float64 if name == "data" else np.int32)
    assert found.shape == expected.shape


@given(table=TABLES)
def test_bits_unpack_to_the_table_they_were_packed_from(table: NDArray[np.bool]) -> None:
    rows = BinaryRows.of(table)
    assert len(rows) == len(table)
    assert (rows.dense() == table).all()
    check_sparse(rows, table)


def test_the_sparse_array_of_many_rows_is_that_of_all_blocks(many: NDArray[np.bool]) -> None:
    check_sparse(BinaryRows.of(many), many)


@given(table=TABLES)
def test_each_row_is_that_of_the_table(table: NDArray[np.bool]) -> None:
    rows = BinaryRows.of(table)
    for index, features in enumerate(table):
        for row in (rows.row(index), BinaryRow.of(features)):
            assert row.size == len(features)
            assert row.present.tolist() == np.flatnonzero(features).tolist()
            assert (row.dense() == features).all()
            assert row.square == features.sum()


@pytest.mark.parametrize("size", [1, 64, 70, 90])
def test_positions_beyond_the_size_are_left_out(many: NDArray[np.bool], size: int) -> None:
    words = csr_array(many.astype(np.float64))
    rows = BinaryRows.of_positions(words.indices, words.indptr, size)
    wide = np.pad(many, ((0, 0), (0, 20)))
    np.testing.assert_array_equal(rows.bits, BinaryRows.of(wide[:, :size]).bits)


def test_samples_taken_have_the_features_of_their_indices(many: NDArray[np.bool]) -> None:
    samples = Samples(BinaryRows.of(many), np.arange(len(many)))
    chosen = np.array([4_000, 3, 3, 0])
    taken = samples.take(chosen)
    assert taken.labels.tolist() == chosen.tolist()
    assert (taken.dense() == many[chosen]).all()
    assert (taken.row(1).dense() == many[3]).all()
