import subprocess
import sys

import numpy as np
import pytest
from sklearn.linear_model import SGDClassifier

from cmlabm.data import load
from cmlabm.data.synthetic import synthetic_reviews


def test_features_are_canonical_sparse_ones() -> None:
    features = synthetic_reviews(num_words=60, train_size=700, test_size=10).train.features
    assert not isinstance(features, np.ndarray)
    assert features.shape == (700, 60)
    assert features.dtype == np.float64
    assert features.indices.dtype == np.int32
    assert set(features.data) == {1.0}
    features.has_canonical_format = False  # makes scipy check again
    features.sum_duplicates()
    assert features.has_canonical_format
    assert set(features.data) == {1.0}


def test_half_of_the_reviews_are_positive() -> None:
    reviews = synthetic_reviews(num_words=5, train_size=600, test_size=100)
    assert reviews.train.labels.dtype == np.int64
    assert np.bincount(reviews.train.labels).tolist() == [300, 300]
    assert np.bincount(reviews.test.labels).tolist() == [50, 50]


def test_fewer_words_are_the_first_of_more_words_in_the_same_reviews() -> None:
    few = synthetic_reviews(num_words=40, train_size=600, test_size=300)
    many = synthetic_reviews(num_words=90, train_size=600, test_size=300)
    assert few.features == many.features[:40]
    np.testing.assert_array_equal(few.train.dense(), many.train.dense()[:, :40])
    np.testing.assert_array_equal(few.test.dense(), many.test.dense()[:, :40])


def test_fewer_reviews_are_the_first_of_more_reviews() -> None:
    few = synthetic_reviews(num_words=40, train_size=70, test_size=520)
    many = synthetic_reviews(num_words=40, train_size=1_300, test_size=600)
    np.testing.assert_array_equal(few.train.dense(), many.train.dense()[:70])
    np.testing.assert_array_equal(few.test.dense(), many.test.dense()[:520])


def test_training_and_test_reviews_differ() -> None:
    reviews = synthetic_reviews(num_words=40, train_size=100, test_size=100)
    assert (reviews.train.dense() != reviews.test.dense()).any()


def test_words_are_ordered_by_frequency_as_zipf_has_it() -> None:
    features = synthetic_reviews(num_words=1_000, train_size=5_000, test_size=1).train.dense()
    bands = features.mean(axis=0).reshape(10, 100).mean(axis=1)
    assert (np.diff(bands) < 0).all()
    assert features[:, 0].mean() > 0.9
    assert bands[-1] < 0.05


def test_fingerprint_tells_contents_apart() -> None:
    sizes = [(40, 10, 10), (41, 10, 10), (40, 11, 10), (40, 10, 11)]
    assert len({synthetic_reviews(*size).fingerprint for size in sizes}) == len(sizes)


def test_every_process_generates_the_same_reviews() -> None:
    code = (
        "from cmlabm.data.synthetic import synthetic_reviews as s; d = s(100, 900, 5);"
        "print(d.fingerprint, d.train.features.nnz, d.train.features.indices[::97].sum())"
    )
    here = synthetic_reviews(100, 900, 5)
    assert not isinstance(here.train.features, np.ndarray)
    expected = [
        here.fingerprint,
        str(here.train.features.nnz),
        str(here.train.features.indices[::97].sum()),
    ]
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == expected


def test_the_corpus_stays_what_it_was() -> None:
    """If this fails on purpose, CORPUS_VERSION has to change with it."""
    features = synthetic_reviews(num_words=100, train_size=1_000, test_size=1).train.features
    assert not isinstance(features, np.ndarray)
    assert (features.nnz, int(features.indices[::97].sum())) == (43124, 17568)


@pytest.mark.parametrize(
    ("num_words", "published", "within"),
    [(100, 0.64, 0.05), (400, 0.735, 0.015), (1_000, 0.787, 0.01)],
)
def test_initial_accuracy_grows_with_words_as_published(
    num_words: int, published: float, within: float
) -> None:
    reviews = load(
        "synthetic-reviews", data_path=None, num_words=num_words, train_size=25_000, test_size=5_000
    )
    test = reviews.test.dense()
    accuracies = []
    for seed in range(6):
        start = reviews.train.take(np.random.default_rng(seed).permutation(25_000)[:2_000])
        model = SGDClassifier(
            loss="perceptron", learning_rate="optimal", penalty=None, random_state=0
        )
        model.fit(start.dense(), start.labels)
        accuracies.append(model.score(test, reviews.test.labels))
    assert np.mean(accuracies) == pytest.approx(published, abs=within)
