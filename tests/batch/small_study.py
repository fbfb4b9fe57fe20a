"""A study of runs that take a few hundredths of a second each."""

import os
import time
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin

from cmlabm.batch import Study

SMALL: dict[str, Any] = {
    "train_size": 120,
    "test_size": 60,
    "num_words": 20,
    "initial_fraction": 0.5,
    "max_days": 4,
}


def small_study(seeds: int = 4, **sweep: list[Any]) -> Study:
    return Study(name="small", seeds=list(range(seeds)), parameters=SMALL, sweep=sweep)


def without_times(runs: pd.DataFrame) -> pd.DataFrame:
    return runs.drop(columns="wall_seconds")


class Failing(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A classifier for ``classifier = "small_study:Failing"`` that cannot learn."""

    def fit(self, features: Any, labels: Any) -> None: ...

    def predict(self, features: Any) -> Any:
        return np.zeros(features.shape[0], dtype=np.int64)

    def partial_fit(self, features: Any, labels: Any) -> None:
        raise ArithmeticError("this classifier fails on purpose")


class Stuck(Failing):
    """A classifier that never comes back."""

    def partial_fit(self, features: Any, labels: Any) -> None:
        time.sleep(600)


class Slow(Failing):
    """A classifier that takes its time."""

    def partial_fit(self, features: Any, labels: Any) -> None:
        time.sleep(0.02)


class Deadly(Failing):
    """A classifier that ends its process."""

    def partial_fit(self, features: Any, labels: Any) -> None:
        os._exit(1)
