from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cmlabm.data import Dataset, load
from cmlabm.data.split import split
from cmlabm.errors import InputError

ROWS = {
    "size": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
    "colour": ["red", "blue", "red", "blue", "red", "green"],
    "round": [True, False, True, False, True, False],
    "label": ["yes", "no", "yes", "no", "yes", "no"],
}


def table(
    path: Path, label_column: str = "label", train_size: int = 4, test_size: int = 2
) -> Dataset:
    return load(
        "table",
        data_path=str(path),
        num_words=1,
        train_size=train_size,
        test_size=test_size,
        label_column=label_column,
    )


def csv(tmp_path: Path, **changed: list[object]) -> Path:
    """Write the rows, with other columns in part, and return the file."""
    path = tmp_path / "rows.csv"
    pd.DataFrame(ROWS | changed).to_csv(path, index=False)
    return path


def refused(path: Path, label_column: str = "label") -> str:
    with pytest.raises(InputError) as error:
        table(path, label_column)
    message = str(error.value)
    assert "\n" not in message
    return message


def test_columns_become_features(tmp_path: Path) -> None:
    rows = table(csv(tmp_path))
    assert rows.features == (
        *("size", "colour=blue", "colour=green", "colour=red"),
        *("round=False", "round=True"),
    )
    assert rows.classes == ("no", "yes")


def test_categories_are_one_hot_and_numbers_standardised(tmp_path: Path) -> None:
    rows = table(csv(tmp_path))
    train = rows.train.dense()
    assert train.dtype == np.float64
    assert train[:, 0].mean() == pytest.approx(0)
    assert train[:, 0].std() == pytest.approx(1)
    both = np.concatenate([train, rows.test.dense()])
    assert (both[:, 1:4].sum(axis=1) == 1).all()
    assert both[:, 1:4].sum(axis=0).tolist() == [2, 1, 3]
    assert both[:, 4:].sum(axis=0).tolist() == [3, 3]


def test_labels_belong_to_their_rows(tmp_path: Path) -> None:
    rows = table(csv(tmp_path))
    for part in (rows.train, rows.test):
        assert part.labels.dtype == np.int64
        assert (part.labels == part.dense()[:, 5]).all()


def test_csv_and_parquet_give_the_same(tmp_path: Path) -> None:
    parquet = tmp_path / "rows.parquet"
    pd.DataFrame(ROWS).to_parquet(parquet)
    ours, theirs = table(csv(tmp_path)), table(parquet)
    assert ours.fingerprint == theirs.fingerprint
    assert ours.features == theirs.features
    assert (ours.train.dense() == theirs.train.dense()).all()
    assert (ours.test.labels == theirs.test.labels).all()


def test_categories_of_parquet_may_be_of_the_categorical_type(tmp_path: Path) -> None:
    parquet = tmp_path / "rows.parquet"
    pd.DataFrame(ROWS).astype({"colour": "category"}).to_parquet(parquet)
    assert table(parquet).fingerprint == table(csv(tmp_path)).fingerprint


def test_numbers_are_sorted_as_numbers_when_they_are_labels(tmp_path: Path) -> None:
    rows = table(csv(tmp_path, label=[10, 9, 10, 9, 10, 9]))
    assert rows.classes == ("9", "10")


def test_constant_columns_become_zero(tmp_path: Path) -> None:
    rows = table(csv(tmp_path, size=[0.1] * 6))
    assert not rows.train.dense()[:, 0].any()
    assert not rows.test.dense()[:, 0].any()


def test_label_column_may_have_another_name(tmp_path: Path) -> None:
    assert table(csv(tmp_path), label_column="round").classes == ("False", "True")


def test_a_changed_table_is_read_again(tmp_path: Path) -> None:
    before = table(csv(tmp_path)).fingerprint
    assert table(csv(tmp_path, size=[6, 5, 4, 3, 2, 0])).fingerprint != before


def test_fewer_rows_than_wanted_are_split_in_the_ratio_of_the_sizes(tmp_path: Path) -> None:
    rows = table(csv(tmp_path), train_size=2_000, test_size=1_000)
    assert (len(rows.train), len(rows.test)) == (4, 2)


@settings(deadline=None, max_examples=50)
@example(counts=[8, 11, 9], shares=(0.5, 0.46875))
@given(
    counts=st.lists(st.integers(8, 60), min_size=2, max_size=5),
    shares=st.tuples(st.floats(0.35, 0.5), st.floats(0.35, 0.5)),
)
def test_split_is_disjoint_stratified_and_always_the_same(
    counts: list[int], shares: tuple[float, float]
) -> None:
    labels = np.repeat(np.arange(len(counts)), counts)
    rows = len(labels)
    sizes = [int(share * rows) for share in shares]
    ours, again = (
        split(
            "rows",
            np.arange(rows, dtype=np.float64)[:, None],
            labels,
            numeric=np.array([False]),
            feature_names=("row",),
            classes=tuple(map(str, range(len(counts)))),
            train_size=sizes[0],
            test_size=sizes[1],
        )
        for _ in range(2)
    )
    drawn = np.concatenate([ours.train.dense(), ours.test.dense()])[:, 0].astype(int)
    assert [len(ours.train), len(ours.test)] == sizes
    assert len(set(drawn)) == len(drawn)
    there = np.array(counts)
    for part in (ours.train, ours.test):  # the test part is drawn from what training leaves
        drawn_counts = np.bincount(part.labels, minlength=len(counts))
        assert drawn_counts == pytest.approx(there * len(part) / there.sum(), abs=1 + 1e-9)
        there = there - drawn_counts
    assert (again.train.dense() == ours.train.dense()).all()


def test_no_path() -> None:
    with pytest.raises(InputError, match="data_path is not given"):
        load("table", data_path=None, num_words=1, train_size=4, test_size=2)


def test_no_such_file(tmp_path: Path) -> None:
    assert "does not exist" in refused(tmp_path / "none.csv")


def test_folder_instead_of_a_file(tmp_path: Path) -> None:
    assert "cannot be read" in refused(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"PAR1 but no more",
        b"a,label\n1,2\n1,2,3,4\n",
        b"a,label\n1,2,3\n",
    ],
    ids=["empty", "picture", "damaged Parquet", "ragged", "longer than the header"],
)
def test_not_a_table(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "rows"
    path.write_bytes(content)
    assert "not a CSV (UTF-8) or Parquet table" in refused(path)


def test_missing_label_column_names_the_nearest(tmp_path: Path) -> None:
    message = refused(csv(tmp_path), label_column="lable")
    assert "no column 'lable'" in message
    assert "among its 4 (nearest: 'label')" in message


@pytest.mark.parametrize(
    ("value", "fault"), [(np.nan, "missing value"), (np.inf, "infinite"), (-np.inf, "infinite")]
)
def test_number_that_is_none_is_named_by_column_and_line(
    value: float, fault: str, tmp_path: Path
) -> None:
    path = csv(tmp_path, size=[1, 2, value, 4, 5, value])
    message = refused(path)
    assert fault in message
    assert "column 'size', line 4" in message
    assert path.read_text().splitlines()[3].split(",")[0] in ("", "inf", "-inf")


def test_rows_of_parquet_are_counted_from_one(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    pd.DataFrame(ROWS | {"size": [1, 2, np.nan, 4, 5, 6]}).to_parquet(path)
    assert "column 'size', row 3" in refused(path)


def test_missing_category(tmp_path: Path) -> None:
    path = csv(tmp_path, colour=["red", "red", "red", "red", None, "red"])
    assert "column 'colour', line 6" in refused(path)


def test_missing_label(tmp_path: Path) -> None:
    path = csv(tmp_path, label=["a", "b", None, "b", "a", "b"])
    assert "no label in column 'label', line 4" in refused(path)


def test_one_class_only(tmp_path: Path) -> None:
    assert "1 class in column 'label'" in refused(csv(tmp_path, label=["a"] * 6))


def test_class_with_one_row(tmp_path: Path) -> None:
    message = refused(csv(tmp_path, label=["a", "b", "c", "b", "a", "b"]))
    assert "class only once, in column 'label', line 4" in message


def test_table_without_rows(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("size,label\n")
    assert "0 class" in refused(path)


def test_table_without_features(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("label\na\nb\na\nb\n")
    assert "no column of features" in refused(path)


def test_texts_that_are_no_categories(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("id,label\n" + "".join(f"n{i},{i % 2}\n" for i in range(101)))
    assert "101 different texts in column 'id'" in refused(path)


def test_column_of_another_type(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    pd.DataFrame(ROWS | {"size": pd.date_range("2022-09-12", periods=6)}).to_parquet(path)
    assert "column 'size'; numbers, texts and booleans are allowed" in refused(path)


@pytest.mark.parametrize(("train_size", "test_size"), [(1, 5), (5, 1)])
def test_part_smaller_than_the_classes(train_size: int, test_size: int, tmp_path: Path) -> None:
    expected = "train_size = 1" if train_size == 1 else "test_size = 1"
    with pytest.raises(InputError, match=f"{expected} .* at least 2"):
        table(csv(tmp_path), train_size=train_size, test_size=test_size)
