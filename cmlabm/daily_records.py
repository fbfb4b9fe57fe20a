"""The daily series of a market, and the balance of each agent."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any

import numpy as np
import pandas as pd
from mesa import DataCollector
from numpy.typing import NDArray

from cmlabm.units import UNITS_PER_TOKEN

type Record = tuple[float, int, float]
"""A day, an agent's ``unique_id``, and its balance in tokens, as Mesa keeps them."""


class BalanceRecords(Mapping[float, list[Record]]):
    """By day the balance of each agent: kept as an array, a record an agent only when asked for.

    Attributes:
        agents: the ``unique_id`` of each agent, in the order of the accounts.
        days: the balances in units, in the same order.
    """

    def __init__(self) -> None:
        self.agents: list[int] = []
        self.days: dict[float, NDArray[np.int64]] = {}

    def __setitem__(self, day: float, balances: Sequence[NDArray[np.int64]]) -> None:
        """Keep the balances of a day, in units."""
        (self.days[day],) = balances

    def __getitem__(self, day: float) -> list[Record]:
        """Return the records of a day."""
        tokens = (self.days[day] / UNITS_PER_TOKEN).tolist()
        return [(day, agent, balance) for agent, balance in zip(self.agents, tokens, strict=True)]

    def __iter__(self) -> Iterator[float]:
        return iter(self.days)

    def __len__(self) -> int:
        return len(self.days)


class DailyRecords(DataCollector):
    """Mesa's data collector, except that it reads all balances at once from the ledger.

    Mesa asks every agent in turn and keeps a tuple for each answer, which with thousands of agents
    takes longer than the market itself. Whoever asks for those tuples, as ``mesa.batch_run`` does,
    gets them all the same.
    """

    def __init__(self, series: tuple[str, ...], tables: Mapping[str, Sequence[str]]) -> None:
        """Record some attributes of the model, and the balance of each agent.

        Args:
            series: the attributes' names.
            tables: the columns of tables to which the model adds rows, by name.
        """
        # Of what Mesa accepts as a reporter, an attrgetter can be pickled.
        balances = {"balance": attrgetter("balance")}
        super().__init__({name: name for name in series}, balances, tables=dict(tables))
        self._agent_records = BalanceRecords()

    def balances(self, accounts: Sequence[int]) -> NDArray[np.float64]:
        """Return the balances of some accounts in tokens: a row a day, a column an account."""
        columns = np.asarray(accounts, dtype=np.intp)
        days = [*self._agent_records.days.values()]  # at once: another thread may add a day
        return np.array([day[columns] for day in days]) / UNITS_PER_TOKEN

    def get_agent_vars_dataframe(self) -> pd.DataFrame:
        """Return the balances in tokens, indexed by ``Step`` (the day) and ``AgentID``."""
        records = self._agent_records
        index = pd.MultiIndex.from_product([records, records.agents], names=["Step", "AgentID"])
        tokens = np.concatenate([*records.days.values()]) / UNITS_PER_TOKEN
        return pd.DataFrame({"balance": tokens}, index=index)

    def _record_agents(self, model: Any) -> Iterable[NDArray[np.int64]]:
        """Return what Mesa keeps of the agents on a day: here, all balances in one array."""
        if not self._agent_records.agents:
            agents = (model.contract, *model.contributors, *model.customers)
            self._agent_records.agents = [agent.unique_id for agent in agents]
        return [model.ledger.counted()[: len(self._agent_records.agents)]]
