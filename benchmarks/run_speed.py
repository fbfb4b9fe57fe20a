"""How long a whole base-case run takes against scikit-learn's own loop over the same samples.

Measured in one process, in turns, so that the ratio holds on a machine whose speed drifts:

    uv run python benchmarks/run_speed.py [--data imdb --data-path ARCHIVE] [--repeats 3]
"""

import statistics
import time
from collections.abc import Callable
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from cmlabm.classifiers import make_classifier
from cmlabm.classifiers.estimator import Estimator
from cmlabm.classifiers.passive_aggressive import passive_aggressive
from cmlabm.classifiers.sgd_perceptron import SGDPerceptron
from cmlabm.model import CMLModel

EQUALS: dict[str, Callable[[], Estimator]] = {
    "perceptron": SGDPerceptron,
    "passive-aggressive": lambda: Estimator(passive_aggressive(1.0)),
}


def partial_fit_loop(model: CMLModel, estimator: object) -> float:
    """Return the seconds that an estimator needs to learn the queue's samples one by one."""
    rows = model.dataset.train.take(model.queues[0].order)
    features, labels = rows.dense(), rows.labels
    start = time.perf_counter()
    for i in range(len(labels)):
        estimator.partial_fit(features[i : i + 1], labels[i : i + 1])  # type: ignore[attr-defined]
    return time.perf_counter() - start


def fitted_estimator(model: CMLModel, classifier: str) -> object:
    """Return the estimator that a classifier is, or equals, fitted on what starts the model."""
    wrapped = EQUALS[classifier]() if classifier in EQUALS else make_classifier(classifier)
    order = np.setdiff1d(np.arange(len(model.dataset.train)), model.queues[0].order)
    wrapped.fit(model.dataset.train.take(order), np.random.default_rng(0))
    return wrapped.estimator  # type: ignore[attr-defined]


def main(
    data: str = "synthetic-reviews",
    data_path: Annotated[str | None, typer.Option()] = None,
    classifier: Annotated[
        list[str] | None, typer.Option(help="Others to compare, with scikit-learn's loop.")
    ] = None,
    repeats: int = 3,
) -> None:
    """Print seconds and ratios."""
    table = Table("classifier", "run (s)", "partial_fit loop (s)", "ratio", "us a submission")
    for name in ["perceptron", *(classifier or [])]:
        runs, loops = [], []
        for seed in range(repeats + 1):
            model = CMLModel(rng=seed, data=data, data_path=data_path, classifier=name)
            estimator = fitted_estimator(model, name)
            loops.append(partial_fit_loop(model, estimator))
            start = time.perf_counter()
            model = CMLModel(rng=seed, data=data, data_path=data_path, classifier=name)
            model.run()
            runs.append(time.perf_counter() - start)
        runs, loops = runs[1:], loops[1:]
        ratio = statistics.median(run / loop for run, loop in zip(runs, loops, strict=True))
        run, loop = statistics.median(runs), statistics.median(loops)
        per_submission = run / len(model.contract.submissions) * 1e6
        table.add_row(name, f"{run:.2f}", f"{loop:.2f}", f"{ratio:.3f}", f"{per_submission:.0f}")
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
