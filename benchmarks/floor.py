"""How long a base-case run takes over its floor: what no market of this kind could do without.

The floor is as many bare Mesa events as the run has wakings, at the same times; as many evaluations
of the classifier on the test set; and a plain NumPy perceptron that learns the run's samples in
their order. Measured in one process, in turns and in processor time, so that the ratio holds on a
machine whose speed drifts; ``--parts`` also tells where the time of a run goes:

    uv run python benchmarks/floor.py [--data-path ARCHIVE] [--repeats 7] [--parts]
"""

import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from operator import itemgetter
from typing import Annotated, Any
from unittest.mock import patch

import numpy as np
import typer
from mesa import Model
from rich.console import Console
from rich.table import Table

from cmlabm.agents.contributor import Contributor
from cmlabm.classifiers.margin_watch import MarginWatch
from cmlabm.classifiers.perceptron import Perceptron
from cmlabm.contract.agent import ContractAgent
from cmlabm.contract.ledger import Ledger
from cmlabm.contract.pending import Pending
from cmlabm.daily_records import DailyRecords
from cmlabm.model import CMLModel
from cmlabm.units import SECONDS_PER_DAY

PARTS: dict[str, tuple[type, tuple[str, ...]]] = {
    "agents: what to submit and offer": (Contributor, ("wake", "_submit")),
    "agents: plan the next waking": (Contributor, ("_plan_waking",)),
    "contract: submit": (ContractAgent, ("submit",)),
    "contract: claims": (ContractAgent, ("claim_all",)),
    "contract: evaluate": (ContractAgent, ("step",)),
    "contract: check": (ContractAgent, ("check",)),
    "ledger: move and pay": (Ledger, ("move", "pay")),
    "pending: add": (Pending, ("add",)),
    "pending: what is claimable": (Pending, ("look", "claimable")),
    "perceptron: update": (Perceptron, ("update",)),
    "watch: follow": (MarginWatch, ("_follow",)),
    "watch: add and drop": (MarginWatch, ("add", "keep")),
    "watch: predictions": (MarginWatch, ("predictions",)),
    "daily records": (DailyRecords, ("collect",)),
    "the rest, mostly Mesa's events": (CMLModel, ("run",)),
}
"""What is timed by itself, without the parts that it calls."""


def market(seed: int, data_path: str | None) -> CMLModel:
    """Return a base-case market on its first day."""
    data = {"data": "imdb", "data_path": data_path} if data_path else {}
    return CMLModel(rng=seed, **data)


class Sleeper:
    """Wakes at given seconds and does nothing."""

    def __init__(self, model: Model[Any, Any], times: list[int]) -> None:
        self.model = model
        self._times = iter(times)
        self()

    def __call__(self) -> None:
        """Plan the next waking."""
        at = next(self._times, None)
        if at is not None:
            self.model.schedule_event(self, at=at / SECONDS_PER_DAY)


def wakings(seed: int, data_path: str | None) -> dict[int, list[int]]:
    """Return when each agent of a run wakes, in seconds."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    wake = Contributor.wake

    def noted(agent: Contributor) -> None:
        found[agent.account].append(agent.now)
        wake(agent)

    with patch.object(Contributor, "wake", noted):
        market(seed, data_path).run()
    return found


def events(times: dict[int, list[int]], days: int) -> float:
    """Return the seconds of a market whose agents wake at these times for nothing."""
    start = time.process_time()
    model: Model[Any, Any] = Model(rng=1)
    sleepers = [Sleeper(model, own) for own in times.values()]
    for _ in range(days):
        model.step()
    assert len(sleepers) == len(times)
    return time.process_time() - start


def evaluations(model: CMLModel, count: int) -> float:
    """Return the seconds of some evaluations on the test set."""
    classifier, test = model.contract.classifier, model.dataset.test
    start = time.process_time()
    for _ in range(count):
        np.mean(classifier.predict(test.features) == test.labels)
    return time.process_time() - start


def plain_perceptron(model: CMLModel) -> float:
    """Return the seconds of a perceptron on dense rows: an inner product, and a sum if it errs."""
    submissions = model.contract.submissions
    rows = np.array([row.dense() for row in submissions.row])
    weights = np.zeros(rows.shape[1])
    intercept = 0.0
    signs = [1.0 if label else -1.0 for label in submissions.label]
    start = time.process_time()
    for seen, (row, sign) in enumerate(zip(rows, signs, strict=True)):
        if sign * (row @ weights + intercept) <= 0:
            step = sign / (1e-4 * (1000 + seen))
            weights += step * row
            intercept += step
    return time.process_time() - start


@contextmanager
def timed_parts() -> Iterator[dict[str, float]]:
    """Add up the seconds that each of ``PARTS`` spends, without the parts that it calls."""
    spent: defaultdict[str, float] = defaultdict(float)
    inner = [0.0]

    def timed(part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def call(*arguments: Any) -> Any:
            inner.append(0.0)
            start = time.process_time()
            try:
                return function(*arguments)
            finally:
                took = time.process_time() - start
                spent[part] += took - inner.pop()
                inner[-1] += took

        return call

    with ExitStack() as patches:
        for part, (owner, names) in PARTS.items():
            for name in names:
                own = timed(part, getattr(owner, name))
                patches.enter_context(patch.object(owner, name, own))
        yield spent


def main(
    data_path: Annotated[str | None, typer.Option(help="Of the real reviews.")] = None,
    repeats: int = 7,
    parts: Annotated[bool, typer.Option(help="Also tell where a run's time goes.")] = False,
) -> None:
    """Print the seconds of a run and of each part of its floor, and the ratio."""
    times = wakings(0, data_path)
    columns: defaultdict[str, list[float]] = defaultdict(list)
    shares: defaultdict[str, float] = defaultdict(float)
    for _ in range(repeats):
        start = time.process_time()
        model = market(0, data_path)
        model.run()
        columns["run"].append(time.process_time() - start)
        columns["events"].append(events(times, round(model.time)))
        columns["evaluations"].append(evaluations(model, round(model.time)))
        columns["perceptron"].append(plain_perceptron(model))
        if parts:
            model = market(0, data_path)
            with timed_parts() as spent:
                model.run()
            for part, took in spent.items():
                shares[part] += took / repeats
    floors = [sum(each) for each in zip(*list(columns.values())[1:], strict=True)]
    ratios = [run / floor for run, floor in zip(columns["run"], floors, strict=True)]
    table = Table("", *columns, "floor", "run / floor")
    medians = [statistics.median(one) for one in (*columns.values(), floors, ratios)]
    table.add_row("median", *(f"{one:.3f}" for one in medians))
    Console().print(table)
    Console().print(
        f"{sum(map(len, times.values()))} wakings, {round(model.time)} days,"
        f" {len(model.contract.submissions)} submissions"
    )
    if parts:
        whole = sum(shares.values())
        table = Table("part of a run", "ms", "share")
        for part, took in sorted(shares.items(), key=itemgetter(1), reverse=True):
            table.add_row(part, f"{took * 1000:.0f}", f"{took / whole:.0%}")
        Console().print(table)


if __name__ == "__main__":
    typer.run(main)
