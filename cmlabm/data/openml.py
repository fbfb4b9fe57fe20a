"""Data sets of OpenML, by scikit-learn's loader and from its cache.

Source: J. Vanschoren, J. N. van Rijn, B. Bischl, L. Torgo: OpenML: networked science in machine
learning. SIGKDD Explorations 15(2), 2013.
"""

import re
import warnings
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from cmlabm.data import files
from cmlabm.data.dataset import Dataset
from cmlabm.data.openml_name import OpenMLName
from cmlabm.data.quoting import quoted
from cmlabm.data.table import TableRows, rows_of
from cmlabm.data.table_checks import check_size
from cmlabm.errors import InputError, in_short

_SEVERAL = "Multiple active versions"


def openml(data: str, data_path: str | None, train_size: int, test_size: int) -> Dataset:
    """Load a data set of OpenML, as a table is loaded.

    Args:
        data: openml:NAME or openml:NAME:VERSION.
        data_path: the folder of scikit-learn's cache, to which it is downloaded if it is not there;
            None for scikit-learn's own.
        train_size: number of training samples wanted; see `split` for what there is.
        test_size: number of test samples wanted.

    Returns:
        Dense features, the numeric ones standardised; the classes in sorted order.

    Raises:
        InputError: there is no such data set, it is not in the cache and cannot be downloaded, it
            has several active versions, or is no table that could be used.
    """
    return _rows(data, data_path).split(data, train_size, test_size)


@lru_cache
def fingerprint(data: str, data_path: str | None, train_size: int, test_size: int) -> str:
    """Return the fingerprint that `openml` would give, even if the sizes leave some class out."""
    return _rows(data, data_path).fingerprint(train_size, test_size)


@lru_cache(maxsize=4)
def _rows(data: str, data_path: str | None) -> TableRows:
    folder = files.located(data_path) if data_path else None
    name = OpenMLName.of(data)
    found = _fetched(data, name, folder)
    if not isinstance(found.target, pd.Series):
        raise InputError(f"{quoted(data)} has no column for the labels, or several; one is needed.")
    frame = pd.concat([found.data, found.target], axis=1)
    check_size(data, len(frame), len(frame.columns))
    numbered = frame.set_axis(range(1, len(frame) + 1))
    return rows_of(data, numbered, str(found.target.name), "row")


def _fetched(data: str, name: OpenMLName, folder: Path | None) -> Any:
    """Return what scikit-learn's loader returns, or what it says in one sentence."""
    from sklearn.datasets import fetch_openml, get_data_home

    with warnings.catch_warnings():
        warnings.filterwarnings("error", _SEVERAL)
        warnings.filterwarnings("ignore", "A network error|Invalid cache")
        try:
            return fetch_openml(
                name=name.name,
                version=name.version or "active",
                data_home=folder,
                as_frame=True,
                parser="auto",
                n_retries=1,
            )
        except UserWarning as warning:
            versions = re.findall(r"- version (\d+)", str(warning)) or ["1"]
            raise InputError(
                f"data = {quoted(data)} exists in versions {', '.join(versions)}; say which, such"
                f" as openml:{name.name}:{versions[0]}."
            ) from warning
        except OSError as error:
            cache = get_data_home(folder)
            raise InputError(
                f"data = {quoted(data)} is not in the cache in {quoted(cache)}, and could not be"
                f" downloaded ({in_short(error)})."
            ) from error
        except Exception as error:  # whatever is in the cache, and what the loader does not take
            raise InputError(
                f"data = {quoted(data)} cannot be used ({in_short(error)})."
            ) from error
