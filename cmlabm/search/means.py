"""What an attacker has at most: money, and a share of all wakings."""

from dataclasses import dataclass

from cmlabm.parameters import Parameters
from cmlabm.search.space import Setting
from cmlabm.units import UNITS_PER_TOKEN, to_units


@dataclass(frozen=True)
class Means:
    """The limits on an attacker's means.

    Attributes:
        budget: the money of all malicious contributors together, in tokens; None: any.
        wakings: their share of all contributors' wakings, by mean waits; None: any.

    Example:
        >>> attack = {"malicious_agents": 4, "malicious_start_balance": 9000.0}
        >>> within = Means(budget=10_000, wakings=0.25).within(Parameters(**attack), attack)
        >>> within["malicious_start_balance"], within["malicious_mean_wait_s"]
        (2500.0, 7200.0)
    """

    budget: float | None = None
    wakings: float | None = None

    def within(self, market: Parameters, attack: Setting) -> Setting:
        """Return an attack as its means allow it: with less money, or waking less often.

        Args:
            market: all parameters of the market under this attack.
            attack: what the attacker chooses of them.
        """
        agents = market.malicious_agents
        changes: Setting = {}
        if self.budget is not None and agents:
            most = to_units(self.budget) // agents
            if to_units(market.malicious_start_balance) > most:
                changes["malicious_start_balance"] = most / UNITS_PER_TOKEN
        if self.wakings is not None and agents and market.honest_agents:
            wait = max(1.0, market.honest_mean_wait_s) / market.honest_agents
            least = agents * wait * (1 - self.wakings) / self.wakings
            if market.malicious_mean_wait_s < least:
                changes["malicious_mean_wait_s"] = least
        return attack | changes
