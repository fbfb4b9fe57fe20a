"""Texts of one's own, read from CSV, Parquet and JSON lines."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import REVIEWS, WriteArchive
from sklearn.feature_extraction.text import TfidfVectorizer
from small_market import market, record

from cmlabm.data import content_digest, fingerprint, load
from cmlabm.data.dataset import Dataset
from cmlabm.data.rows import BinaryRows
from cmlabm.data.weighted_rows import WeightedRows
from cmlabm.data.words import words_of
from cmlabm.errors import InputError

WORDS = ["good", "bad", "plot", "film", "actor", "NA", "null", "slow", "great", "dull"]


def rows(count: int = 60) -> pd.DataFrame:
    """Return texts of words that lean to one of two classes, of several lines and with quotes."""
    rng = np.random.default_rng(1)
    labels = np.array(["no", "yes"])[np.arange(count) % 2]
    texts = []
    for label in labels:
        lean = np.linspace(1, 3, len(WORDS)) ** (1 if label == "yes" else -1)
        texts.append(" ".join(rng.choice(WORDS, 8, p=lean / lean.sum())) + '!\n"So",\tit is.')
    when = pd.date_range("2022-09-12", periods=count)
    return pd.DataFrame({"label": labels, "text": texts, "when": when})


def as_csv(path: Path) -> Path:
    rows().to_csv(path / "texts.csv", index=False)
    return path / "texts.csv"


def as_packed_csv(path: Path) -> Path:
    rows().to_csv(path / "texts.csv.gz", index=False)
    return path / "texts.csv.gz"


def as_parquet(path: Path) -> Path:
    rows().to_parquet(path / "texts.parquet")
    return path / "texts.parquet"


def as_json_lines(path: Path) -> Path:
    frame = rows().astype({"when": str})
    frame.to_json(path / "texts.jsonl", orient="records", lines=True)
    return path / "texts.jsonl"


def as_packed_json_lines(path: Path) -> Path:
    plain = as_json_lines(path)
    packed = path / "texts.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    return packed


WRITTEN: list[Callable[[Path], Path]] = [
    as_csv,
    as_packed_csv,
    as_parquet,
    as_json_lines,
    as_packed_json_lines,
]


def loaded(path: Path, **values: Any) -> Dataset:
    sizes = {"train_size": 40, "test_size": 20, "num_words": 10}
    return load("text", data_path=str(path), **sizes | values)


@pytest.mark.parametrize("write", WRITTEN)
def test_every_format_gives_the_same(write: Callable[[Path], Path], tmp_path: Path) -> None:
    """Other columns are left alone: dates among them are no reason to refuse a file."""
    data, expected = loaded(write(tmp_path)), loaded(as_csv(tmp_path))
    assert data.classes == ("no", "yes")
    assert data.fingerprint == expected.fingerprint
    assert data.features == expected.features
    assert (len(data.train), len(data.test)) == (40, 20)
    assert data.train.dense().tolist() == expected.train.dense().tolist()


def test_words_that_csv_files_often_mean_as_missing_are_words(tmp_path: Path) -> None:
    frame = rows()
    frame.loc[3, "text"] = "NA"
    frame.loc[4, "text"] = "null"
    frame.to_csv(tmp_path / "texts.csv", index=False)
    data = loaded(tmp_path / "texts.csv", num_words=13)
    rows_of_one_word = [
        data.features[row.argmax()]
        for part in (data.train, data.test)
        for row in part.dense()
        if row.sum() == 1
    ]
    assert sorted(rows_of_one_word) == ["na", "null"]


def test_texts_are_split_as_tables_are(tmp_path: Path) -> None:
    frame = rows()
    frame.assign(size=np.arange(60.0)).drop(columns=["text", "when"]).to_csv(
        tmp_path / "table.csv", index=False
    )
    table = load("table", data_path=str(tmp_path / "table.csv"), train_size=40, test_size=20)
    texts = loaded(as_csv(tmp_path))
    assert texts.train.labels.tolist() == table.train.labels.tolist()
    assert texts.test.labels.tolist() == table.test.labels.tolist()


def test_words_are_the_most_frequent_of_the_training_texts(tmp_path: Path) -> None:
    """Ranked as those of reviews: by their number, then alphabetically."""
    frame = pd.DataFrame({"text": ["b b a c"] * 4 + ["d d d"] * 4, "label": list("xxxxyyyy")})
    frame.to_csv(tmp_path / "texts.csv", index=False)
    data = loaded(tmp_path / "texts.csv", num_words=4, train_size=4, test_size=4)
    assert data.features == ("d", "b", "a", "c")
    few = loaded(tmp_path / "texts.csv", num_words=2, train_size=4, test_size=4)
    assert few.train.dense().tolist() == data.train.dense()[:, :2].tolist()


@pytest.mark.parametrize("features", ["presence", "counts", "tf-idf"])
def test_features_are_those_of_scikit_learns_vectoriser(features: str, tmp_path: Path) -> None:
    """Fitted on the training texts alone, which are found again here by their rows."""
    frame = rows()
    frame["text"] += [f" only{number}" for number in range(60)]
    frame.to_csv(tmp_path / "texts.csv", index=False)
    everything = loaded(tmp_path / "texts.csv", num_words=53, features="presence")
    train = [
        next(i for i in range(60) if f"only{i}" in _words(everything, row)) for row in range(40)
    ]
    texts = frame["text"].to_numpy()
    data = loaded(tmp_path / "texts.csv", num_words=8, features=features)
    theirs = TfidfVectorizer(
        analyzer=words_of,
        vocabulary=data.features,
        binary=features == "presence",
        use_idf=features == "tf-idf",
        norm="l2" if features == "tf-idf" else None,
    )
    np.testing.assert_allclose(data.train.dense(), theirs.fit_transform(texts[train]).toarray())
    rest = np.setdiff1d(np.arange(60), train)
    expected = theirs.transform(texts[rest]).toarray()
    assert sorted(data.test.dense().round(9).tolist()) == sorted(expected.round(9).tolist())
    assert isinstance(data.train.rows, BinaryRows if features == "presence" else WeightedRows)


def _words(data: Dataset, row: int) -> set[str]:
    return {data.features[index] for index in np.flatnonzero(data.train.dense()[row])}


def test_reviews_have_the_same_words_as_an_archive_or_as_texts(
    tmp_path: Path, write_archive: WriteArchive
) -> None:
    reviews = load("imdb", data_path=str(write_archive()), num_words=11, train_size=4, test_size=2)
    train = [text for place, text in REVIEWS.items() if place.startswith("train")]
    frame = pd.DataFrame({"text": train * 2, "label": [0, 0, 1, 1] * 2})
    frame.to_csv(tmp_path / "texts.csv", index=False)
    texts = loaded(tmp_path / "texts.csv", num_words=11, train_size=6, test_size=2)
    assert set(texts.features) == set(reviews.features)


def test_numbers_and_truth_values_are_labels(tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl"
    lines = [json.dumps({"text": "a b", "label": number % 3}) for number in range(12)]
    path.write_text("\n".join(lines) + "\n\n")
    assert loaded(path, num_words=2).classes == ("0", "1", "2")
    lines = [json.dumps({"text": "a b", "label": number % 2 == 0}) for number in range(12)]
    path.write_text("\n".join(lines))
    assert loaded(path, num_words=2).classes == ("False", "True")


def test_the_columns_may_have_other_names(tmp_path: Path) -> None:
    frame = rows().rename(columns={"text": "review", "label": "sentiment"})
    frame.to_csv(tmp_path / "texts.csv", index=False)
    data = loaded(tmp_path / "texts.csv", text_column="review", label_column="sentiment")
    assert data.train.dense().tolist() == loaded(as_parquet(tmp_path)).train.dense().tolist()


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = as_csv(tmp_path)
    first = loaded(path)
    assert loaded(path) is first
    digests = content_digest("text", data_path=str(path)), fingerprint("text", data_path=str(path))
    path.write_text(path.read_text().replace("good", "fine"))
    assert "fine" in loaded(path).features
    assert content_digest("text", data_path=str(path)) != digests[0]
    assert fingerprint("text", data_path=str(path)) != digests[1]


def test_fingerprint_does_not_depend_on_what_is_taken(tmp_path: Path) -> None:
    path = as_csv(tmp_path)
    few = fingerprint("text", data_path=str(path), num_words=3, features="counts")
    assert few == fingerprint("text", data_path=str(path), train_size=9)
    taken = {
        loaded(path, **own).fingerprint for own in ({}, {"num_words": 9}, {"features": "counts"})
    }
    assert len(taken) == 3


@pytest.mark.parametrize("classifier", ["perceptron", "nearest-centroid", "bernoulli-naive-bayes"])
@pytest.mark.parametrize("features", ["presence", "counts", "tf-idf"])
@pytest.mark.parametrize("incentive", ["deposit-refund-take", "prediction-market"])
def test_a_market_runs_on_texts(
    classifier: str, features: str, incentive: str, tmp_path: Path
) -> None:
    frame = pd.concat([rows(60), rows(200)])
    frame.to_csv(tmp_path / "texts.csv", index=False)
    models = [
        market(
            data="text",
            data_path=str(tmp_path / "texts.csv"),
            features=features,
            num_words=10,
            train_size=200,
            test_size=60,
            initial_fraction=0.3,
            classifier=classifier,
            incentive=incentive,
        )
        for _ in range(2)
    ]
    outcomes = [model.run() for model in models]
    assert outcomes[0]["submissions"] == 140
    assert outcomes[0]["final_accuracy"] > 0.55
    assert record(models[0]) == record(models[1])


@pytest.mark.parametrize("features", ["counts", "tf-idf"])
def test_noise_flips_presence_only(features: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="allowed are texts with features = 'presence'"):
        market(
            data="text",
            data_path=str(as_csv(tmp_path)),
            features=features,
            num_words=10,
            initial_fraction=0.5,
            malicious_behaviour="feature-noise",
        )
