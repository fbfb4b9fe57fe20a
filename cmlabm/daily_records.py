"""The daily series of a market, and the balance of each agent."""

from typing import Any

import numpy as np
import pandas as pd
from mesa import DataCollector
from numpy.typing import NDArray

from cmlabm.units import UNITS_PER_TOKEN


class DailyRecords(DataCollector):
    """Mesa's data collector, except that it reads all balances at once from the ledger.

    Mesa asks every agent in turn and keeps a tuple for each answer, which with thousands of agents
    takes longer than the market itself.
    """

    def __init__(self, series: tuple[str, ...]) -> None:
        """Record some attributes of the model, and the balance of each agent.

        Args:
            series: the attributes' names.
        """
        super().__init__({name: name for name in series})
        self._agents: list[int] = []
        self._balances: list[NDArray[np.int64]] = []

    def collect(self, model: Any) -> None:
        """Record the day."""
        super().collect(model)
        if not self._balances:
            self._agents = [agent.unique_id for agent in (model.contract, *model.contributors)]
        self._balances.append(np.array(model.ledger.balances, dtype=np.int64))

    def get_agent_vars_dataframe(self) -> pd.DataFrame:
        """Return the balances in tokens, indexed by ``Step`` (the day) and ``AgentID``."""
        index = pd.MultiIndex.from_product(
            [self._collection_steps, self._agents], names=["Step", "AgentID"]
        )
        tokens = np.concatenate(self._balances) / UNITS_PER_TOKEN
        return pd.DataFrame({"balance": tokens}, index=index)
