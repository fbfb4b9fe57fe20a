"""A market on Mesa's own page, as a user of Mesa writes one: run by the tests with Solara."""

from typing import Any

from mesa.visualization import SolaraViz, make_plot_component

from cmlabm import CMLModel
from cmlabm.viz import AccuracyChart, Balances, EscrowChart, MarketPicture, SubmissionTable


class OwnMarket(CMLModel):
    """A market with a measure of its own."""

    SERIES = (*CMLModel.SERIES, "contributors_left")

    def __init__(self, *, least: float = 100.0, **parameters: Any) -> None:
        self.least = least
        super().__init__(**parameters)

    @property
    def contributors_left(self) -> int:
        """How many contributors hold more than the least."""
        return sum(agent.balance > self.least for agent in self.contributors)


SMALL = {"train_size": 1500, "test_size": 500}

page = SolaraViz(
    OwnMarket(rng=5, num_words=100, **SMALL),
    components=[
        MarketPicture,
        AccuracyChart,
        Balances,
        EscrowChart,
        SubmissionTable,
        make_plot_component("contributors_left", page=1),
    ],
    model_params={
        **SMALL,
        "rng": {"type": "InputText", "value": "5", "label": "rng"},
        "num_words": {"type": "InputText", "value": "100", "label": "num_words"},
        "least": {"type": "SliderFloat", "value": 100.0, "min": 0.0, "max": 1000.0, "step": 10.0},
        "incentive": {
            "type": "Select",
            "value": "deposit-refund-take",
            "values": ["deposit-refund-take", "none"],
        },
        "group_contributions": {"type": "Checkbox", "value": True},
    },
    play_interval=1,
)
