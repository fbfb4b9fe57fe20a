"""Stored studies in which bytes were changed: what is read is what was written, or is refused."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cmlabm.batch import StorageError, Store, Study, open_study, run_here, runs_of
from cmlabm.batch.store import FILE_NAME
from cmlabm.errors import InputError

FLIPS = 100
SMALL = {"train_size": 60, "test_size": 30, "num_words": 10, "initial_fraction": 0.5, "max_days": 3}
STUDY = Study(name="small", seeds=4, parameters=SMALL, sweep={"cost_weight": [1, 4]})


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("stored")
    with Store.create(directory) as store:
        store.begin(STUDY, runs_of(STUDY), {"command": "a test"})
        for result in run_here(runs_of(STUDY)):
            store.save(result)
    return directory


def everything(directory: Path) -> tuple[Study, pd.DataFrame, pd.DataFrame, dict[str, str]]:
    study = open_study(directory)
    return study.spec, study.runs(), study.series(), study.provenance


def test_a_changed_byte_is_noticed_or_changes_nothing(tmp_path: Path, stored: Path) -> None:
    """Of 50 stores with bytes changed, three altered values once went unnoticed."""
    spec, runs, series, facts = everything(stored)
    content = (stored / FILE_NAME).read_bytes()
    rng = np.random.default_rng(7)
    noticed = 0
    for place in rng.integers(len(content), size=FLIPS).tolist():
        changed = bytearray(content)
        changed[place] ^= int(rng.integers(1, 256))
        (tmp_path / FILE_NAME).write_bytes(changed)
        try:
            found = everything(tmp_path)
        except (StorageError, InputError):
            noticed += 1
        else:
            assert found[0] == spec, place
            pd.testing.assert_frame_equal(found[1], runs, obj=f"runs, byte {place}")
            pd.testing.assert_frame_equal(found[2], series, obj=f"series, byte {place}")
            assert found[3] == facts, place
    assert noticed > FLIPS / 10, "few of the bytes changed meant anything"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"not a database, but somebody's file", "is damaged"),
        (b"SQLite format 3\x00" + bytes(500), "is damaged"),
        (b"", "holds runs but not what study they are of|no such table"),
    ],
)
def test_a_file_that_is_no_store_is_named(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    with pytest.raises((StorageError, InputError), match=sentence):
        open_study(tmp_path)
    assert (tmp_path / FILE_NAME).read_bytes() == content


def test_a_truncated_store_is_named(tmp_path: Path, stored: Path) -> None:
    content = (stored / FILE_NAME).read_bytes()
    for share in (0.1, 0.5, 0.9):
        (tmp_path / FILE_NAME).write_bytes(content[: int(share * len(content))])
        with pytest.raises((StorageError, InputError)):
            everything(tmp_path)


def test_a_store_that_is_a_directory_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(InputError, match="holds no study"):
        open_study(tmp_path)
    with pytest.raises((StorageError, InputError), match=FILE_NAME):
        Store.create(tmp_path)


def test_a_store_without_its_tables_is_named(tmp_path: Path, stored: Path) -> None:
    import sqlite3

    for table in ("runs", "series", "plan", "study"):
        shutil.copyfile(stored / FILE_NAME, tmp_path / FILE_NAME)
        connection = sqlite3.connect(tmp_path / FILE_NAME)
        connection.execute(f"DROP TABLE {table}")
        connection.close()
        with pytest.raises((StorageError, InputError)):
            everything(tmp_path)
