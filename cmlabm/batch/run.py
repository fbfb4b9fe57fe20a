"""One run of a study: who it is, and what comes of it."""

import hashlib
import json
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, Self

from cmlabm.batch.provenance import versions
from cmlabm.data import source_of
from cmlabm.parameters import Parameters

type WithAgents = Literal[False, "end", True]
"""Which balances of each agent are wanted: none, those at the end, or those of each day."""


@dataclass(frozen=True)
class Run:
    """A market's parameters and seed.

    Attributes:
        parameters: the market's.
        seed: from 0 on.
        content: a digest of the file or folder that ``data_path`` names, as ``content_digest``
            gives it: what the data are, wherever they lie.

    Example:
        >>> run = Run(Parameters(num_words=400), seed=1)
        >>> run.id == Run(Parameters(num_words=400, cost_weight=1.0), seed=1).id
        True
    """

    parameters: Parameters
    seed: int
    content: str = ""

    @classmethod
    def on(
        cls, parameters: Parameters, seed: int, contents: Mapping[str, str] | None = None
    ) -> Self:
        """Return the run of a market on the data that its ``data_path`` names.

        Args:
            parameters: the market's.
            seed: the run's.
            contents: digests of data by their ``place_of``, where they are known; else they are
                read.

        Raises:
            InputError: the data cannot be read.
        """
        if contents is None:
            content = source_of(parameters).content_digest()
        else:
            content = contents.get(place_of(parameters), "")
        return cls(parameters, seed, content)

    @cached_property
    def id(self) -> str:
        """A digest of the seed and of all parameters that are not at their default.

        It does not depend on the machine: data count by what they are, not by their path.
        """
        values = self.parameters.model_dump(exclude_defaults=True, exclude={"data_path"})
        if self.content:
            values["table" if self.parameters.data == "table" else "content"] = self.content
        text = json.dumps([values, self.seed], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def place_of(parameters: Parameters) -> str:
    """Return what a market's data are found by: their path, and the name of those of OpenML.

    Example:
        >>> place_of(Parameters(data="openml:adult:2", data_path="cache"))
        'openml:adult:2 in cache'
    """
    path = parameters.data_path or ""
    return f"{parameters.data} in {path}" if parameters.data.startswith("openml:") else path


@dataclass(frozen=True)
class Result:
    """What came of a run.

    Attributes:
        run: which run.
        status: whether it came to its end.
        outcomes: as ``CMLModel.outcomes``; empty for a failed run.
        series: the daily series, a list a column; empty for a failed run.
        agents: balances a day and agent, a list a column; empty unless they were asked for.
        playing: how many learners played what, a list a column; empty where nobody learns.
        wall_seconds: how long it took.
        error: the traceback of a failed run.
        versions: of the process that ran it; empty if that ended under it.
    """

    run: Run
    status: Literal["done", "failed"]
    wall_seconds: float
    outcomes: dict[str, Any] = field(default_factory=dict)
    series: dict[str, list[Any]] = field(default_factory=dict)
    agents: dict[str, list[Any]] = field(default_factory=dict)
    playing: dict[str, list[Any]] = field(default_factory=dict)
    error: str = ""
    versions: str = ""


def execute(run: Run, timeout: float | None = None, with_agents: WithAgents = False) -> Result:
    """Simulate a market from start to end; whatever it raises becomes a failed result.

    Args:
        run: the parameters and the seed.
        timeout: seconds after which the run fails, at the end of a simulated day.
        with_agents: which of each agent's balances to return.
    """
    from cmlabm.model import CMLModel

    start = time.perf_counter()
    try:
        model = CMLModel(rng=run.seed, **run.parameters.model_dump())
        while model.running:
            model.step()
            if timeout is not None and time.perf_counter() - start > timeout:
                raise TimeoutError(f"day {model.time:g} was reached after {timeout:g} s")
        return Result(
            run,
            "done",
            time.perf_counter() - start,
            model.outcomes(),
            {str(name): column.tolist() for name, column in model.series().items()},
            _agents_of(model, with_agents),
            model.datacollector.tables["playing"] if model.learners else {},
            versions=versions(),
        )
    except Exception:
        error, seconds = traceback.format_exc(), time.perf_counter() - start
        return Result(run, "failed", seconds, error=error, versions=versions())


def _agents_of(model: Any, wanted: WithAgents) -> dict[str, list[Any]]:
    if not wanted:
        return {}
    table = model.datacollector.get_agent_vars_dataframe().reset_index()
    if wanted == "end":
        table = table[table["Step"] == table["Step"].max()]
    table.columns = ["day", "agent", "balance"]
    agents = (*model.contributors, *model.customers)
    names = {agent.unique_id: model.ledger.names[agent.account] for agent in agents}
    table["agent"] = table["agent"].map(names).fillna("contract")
    columns: dict[str, list[Any]] = table.to_dict("list")
    return columns
