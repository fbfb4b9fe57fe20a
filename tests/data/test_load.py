import subprocess
import sys

import pytest

from cmlabm.data import load
from cmlabm.errors import InputError


def test_unknown_data_names_what_there_is() -> None:
    with pytest.raises(InputError, match=r"'imbd' is not known.*synthetic-reviews.*nearest: imdb"):
        load("imbd", data_path=None, num_words=1, train_size=4, test_size=2)


def test_loading_again_returns_the_same_object() -> None:
    first, second = (
        load("synthetic-reviews", data_path=None, num_words=9, train_size=4, test_size=2)
        for _ in range(2)
    )
    assert first is second


@pytest.mark.parametrize(
    ("name", "classes", "features", "rows"),
    [("breast-cancer", 2, 30, 569), ("digits", 10, 64, 1_797)],
)
def test_bundled_data_are_split_whole(name: str, classes: int, features: int, rows: int) -> None:
    data = load(name, data_path=None, num_words=1, train_size=25_000, test_size=25_000)
    assert data.name == name
    assert len(data.classes) == classes
    assert len(data.train) == rows // 2
    assert len(data.train) + len(data.test) == rows
    for part in (data.train, data.test):
        assert part.dense().shape == (len(part), features)
        assert set(part.labels) == set(range(classes))
    assert abs(data.train.dense().mean(axis=0)).max() < 1e-9


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = "import sys, cmlabm.data; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"sklearn", "pandas", "pooch", "rich", "requests"} & set(run.stdout.split())
