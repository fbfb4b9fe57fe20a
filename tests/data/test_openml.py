"""Data of OpenML, from a cache of scikit-learn's loader: nothing here asks the network."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError

import numpy as np
import pytest
from openml_cache import COLUMNS, ROWS, arff, write_cache
from small_market import market, record

from cmlabm.batch import Study, open_study, run_study
from cmlabm.batch.run import Run
from cmlabm.batch.store import Store
from cmlabm.data import content_digest, fingerprint, load, openml
from cmlabm.data.dataset import Dataset
from cmlabm.errors import InputError
from cmlabm.parameters import Parameters


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Answer as a machine without a network does, and forget what was read."""

    def refuse(*_arguments: object) -> None:
        raise URLError("no network")

    monkeypatch.setattr("sklearn.datasets._openml.urlopen", refuse)
    monkeypatch.setattr("sklearn.datasets._openml.time.sleep", lambda _: None)
    openml._rows.cache_clear()
    openml.fingerprint.cache_clear()
    yield
    openml._rows.cache_clear()
    openml.fingerprint.cache_clear()


def loaded(folder: Path, data: str = "openml:toy", **values: Any) -> Dataset:
    return load(data, data_path=str(folder), **{"train_size": 30, "test_size": 10} | values)


def test_a_data_set_is_read_as_a_table_of_the_same_rows(tmp_path: Path) -> None:
    """Numbers are standardised, categories a feature for each value, the row's number left out."""
    write_cache(tmp_path)
    rows = [line.split(",") for line in arff().partition("@DATA\n")[2].splitlines()]
    with (tmp_path / "toy.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([[*COLUMNS][1:], *(row[1:] for row in rows)])
    path = str(tmp_path / "toy.csv")
    table = load("table", data_path=path, label_column="class", train_size=30, test_size=10)
    data = loaded(tmp_path)
    assert data.name == "openml:toy"
    assert set(data.features) == {"size", "colour=red", "colour=green", "colour=blue"}
    assert set(data.classes) == set(table.classes)
    order = [data.features.index(name) for name in table.features]
    for ours, theirs in ((data.train, table.train), (data.test, table.test)):
        names = [data.classes[label] for label in ours.labels]
        assert names == [table.classes[label] for label in theirs.labels]
        assert ours.dense()[:, order].tolist() == theirs.dense().tolist()


def test_a_version_may_be_named(tmp_path: Path) -> None:
    write_cache(tmp_path, versions=(3,))
    assert len(loaded(tmp_path, "openml:toy:3").train) == 30


def test_the_letters_case_does_not_matter(tmp_path: Path) -> None:
    write_cache(tmp_path)
    assert len(loaded(tmp_path, "openml:Toy").train) == 30


def test_without_a_path_it_is_scikit_learns_own_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))
    write_cache(tmp_path)
    assert len(load("openml:toy", train_size=30, test_size=10).train) == 30


def refused(folder: Path, data: str = "openml:toy") -> str:
    with pytest.raises(InputError) as error:
        loaded(folder, data)
    sentence = str(error.value)
    assert sentence.isprintable()
    assert sentence.endswith(".")
    with pytest.raises(InputError) as again:
        fingerprint(data, data_path=str(folder))
    assert str(again.value) == sentence
    return sentence


def test_what_is_not_in_the_cache_cannot_be_downloaded_here(tmp_path: Path) -> None:
    sentence = refused(tmp_path)
    assert f"is not in the cache in '{tmp_path}', and could not be downloaded" in sentence
    assert "no network" in sentence


def test_of_several_versions_one_must_be_named(tmp_path: Path) -> None:
    """OpenML may have others tomorrow: a study must not run on whichever is the oldest."""
    write_cache(tmp_path, versions=(1, 2))
    assert "exists in versions 1, 2; say which, such as openml:toy:1" in refused(tmp_path)


def test_missing_values_are_named(tmp_path: Path) -> None:
    write_cache(tmp_path, content=arff(missing=True))
    assert "'openml:toy' has a missing value in column 'colour', row 5" in refused(tmp_path)


@pytest.mark.parametrize("targets", [(), ("colour", "class")])
def test_there_must_be_one_column_of_labels(targets: tuple[str, ...], tmp_path: Path) -> None:
    write_cache(tmp_path, targets=targets)
    assert "has no column for the labels, or several; one is needed" in refused(tmp_path)


def test_a_column_of_numbers_is_no_label(tmp_path: Path) -> None:
    write_cache(tmp_path, targets=("size",))
    assert "has a class only once, in column 'size'" in refused(tmp_path)


def test_sparse_data_are_not_taken(tmp_path: Path) -> None:
    write_cache(tmp_path, description={"format": "Sparse_ARFF"})
    assert "cannot be used (ValueError: Sparse ARFF datasets cannot be loaded" in refused(tmp_path)


@pytest.mark.parametrize("damage", [b"", b"half", b"\x1f\x8b\x08\x00"])
def test_a_damaged_file_is_fetched_anew_and_so_refused_here(damage: bytes, tmp_path: Path) -> None:
    write_cache(tmp_path).write_bytes(damage)
    assert "could not be downloaded" in refused(tmp_path) or "cannot be used" in refused(tmp_path)


def test_a_file_of_another_content_is_refused(tmp_path: Path) -> None:
    write_cache(tmp_path, description={"md5_checksum": "0" * 32})
    sentence = refused(tmp_path)
    assert "could not be downloaded" in sentence or "checksum" in sentence


@pytest.mark.parametrize(
    "name",
    [
        "openml",
        "openml:",
        "openml:../../etc",
        "openml:a/b",
        "openml:toy:0",
        "openml:toy:latest",
        "openml:toy:1:2",
        "openml:" + "a" * 200,
        "openml:a b",
        "openml:\0",
        "Openml:toy",
    ],
)
def test_what_cannot_be_a_name_is_refused_before_anything_is_read(name: str) -> None:
    with pytest.raises(InputError, match=r"names no data set of OpenML|is not known"):
        load(name)
    with pytest.raises(InputError, match=r"^data = .* openml:NAME or openml:NAME:VERSION$"):
        Parameters.checked({"data": name})


# Markets and studies


SMALL: dict[str, Any] = {"train_size": 30, "test_size": 10, "initial_fraction": 0.5, "max_days": 4}


def test_a_market_runs_on_it(tmp_path: Path) -> None:
    write_cache(tmp_path)
    models = [market(data="openml:toy", data_path=str(tmp_path), **SMALL) for _ in range(2)]
    assert models[0].run()["submissions"] == 15
    models[1].run()
    assert record(models[0]) == record(models[1])


def test_a_run_is_known_by_its_data_wherever_they_lie(tmp_path: Path) -> None:
    first, second, other = (tmp_path / name for name in ("first", "second", "other"))
    write_cache(first)
    write_cache(second)
    write_cache(other, content=arff().replace("green", "blue"))
    ids = [
        Run.on(Parameters(data="openml:toy", data_path=str(path), **SMALL), 1).id
        for path in (first, second, other)
    ]
    assert ids[0] == ids[1]
    assert ids[2] not in ids[:2]
    digest = content_digest("openml:toy", data_path=str(first))
    assert digest == fingerprint("openml:toy", data_path=str(second))


def test_a_study_runs_on_several_and_is_read_without_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading results must not fetch anything: the digests were noted."""
    cache = tmp_path / "cache"
    write_cache(cache)
    study = Study(
        name="names",
        parameters=SMALL | {"num_words": 9, "data_path": str(cache)},
        sweep={"data": ["openml:toy", "breast-cancer"]},
        seeds=1,
    )
    finished = run_study(study, tmp_path / "out", workers=1)
    assert finished.runs()["data"].tolist() == ["openml:toy", "breast-cancer"]
    assert set(finished.runs()["status"]) == {"done"}
    with Store.open(tmp_path / "out") as store:
        contents = store.contents()
    digest = content_digest("openml:toy", data_path=str(cache))
    assert contents == {f"openml:toy in {cache}": digest}
    openml._rows.cache_clear()
    openml.fingerprint.cache_clear()
    monkeypatch.setattr(openml, "_fetched", lambda *_: pytest.fail("it is fetched"))
    read = open_study(tmp_path / "out")
    assert read.design()["run"].tolist() == finished.runs()["run"].tolist()


def test_a_study_of_data_that_are_not_there_does_not_begin(tmp_path: Path) -> None:
    study = Study(
        name="none", parameters=SMALL | {"data": "openml:toy", "data_path": str(tmp_path)}
    )
    with pytest.raises(InputError, match="could not be downloaded"):
        run_study(study, tmp_path / "out", workers=1)
    assert not (tmp_path / "out").exists()


def test_rows_are_counted_as_they_are_taken(tmp_path: Path) -> None:
    write_cache(tmp_path)
    data = loaded(tmp_path, train_size=3_000, test_size=1_000)
    assert (len(data.train), len(data.test)) == (30, 10)
    assert ROWS == 40
    np.testing.assert_allclose(data.train.dense()[:, 0].mean(), 0, atol=1e-12)
