"""How close the synthetic reviews come to the real ones: a perceptron's accuracy by words.

Run with ``uv run python benchmarks/calibrate_synthetic.py [ARCHIVE]``, where ARCHIVE has the
layout of aclImdb_v1.tar.gz; without it the table has no column for the real reviews.
"""

import argparse
import time

import numpy as np
from sklearn.linear_model import SGDClassifier

from cmlabm.data import Dataset, load

WORDS = (100, 200, 300, 400, 600, 800, 1_000)
PUBLISHED = {100: 0.64, 300: 0.722, 400: 0.735, 600: 0.764, 800: 0.784, 1_000: 0.787}
INITIAL = 2_000


def measure(reviews: Dataset, shuffles: int, online: bool) -> tuple[float, float, float, float]:
    """Return initial accuracy (mean, sd), accuracy after all samples, and words per review."""
    train, test = reviews.train.dense(), reviews.test.dense()
    labels, truth = reviews.train.labels, reviews.test.labels
    before, after = [], []
    for seed in range(shuffles):
        order = np.random.default_rng(seed).permutation(len(labels))
        start = order[:INITIAL]
        model = SGDClassifier(
            loss="perceptron", learning_rate="optimal", penalty=None, random_state=0
        ).fit(train[start], labels[start])
        before.append(model.score(test, truth))
        if online and seed == 0:
            rest = order[INITIAL:]
            model.partial_fit(train[rest], labels[rest])
            after.append(model.score(test, truth))
    return (
        float(np.mean(before)),
        float(np.std(before)),
        float(np.mean(after)) if after else float("nan"),
        float(train.sum(axis=1).mean()),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archive", nargs="?", help="the real reviews, to compare with")
    parser.add_argument("--shuffles", type=int, default=5)
    parser.add_argument("--words", type=int, nargs="+", default=WORDS)
    parser.add_argument("--no-online", dest="online", action="store_false")
    options = parser.parse_args()

    start = time.perf_counter()
    load("synthetic-reviews", data_path=None, num_words=1_000, train_size=25_000, test_size=25_000)
    print(f"generated 50,000 synthetic reviews in {time.perf_counter() - start:.2f} s\n")
    print("| words | published | reviews | initial accuracy | after all samples | words a review |")
    print("|---|---|---|---|---|---|")
    kinds = ["synthetic-reviews"] + (["imdb"] if options.archive else [])
    for num_words in options.words:
        for kind in kinds:
            reviews = load(
                kind,
                data_path=options.archive if kind == "imdb" else None,
                num_words=num_words,
                train_size=25_000,
                test_size=25_000,
            )
            mean, sd, after, present = measure(reviews, options.shuffles, options.online)
            published = PUBLISHED.get(num_words, "")
            print(
                f"| {num_words:,} | {published} | {kind} | {mean:.3f} ± {sd:.3f} "
                f"| {after:.3f} | {present:.1f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
