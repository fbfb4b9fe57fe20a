"""The rules of a prediction market, and where they come from."""

from dataclasses import dataclass
from typing import ClassVar

from cmlabm.declarations import parameter
from cmlabm.mechanisms.interface import Mechanism, Opening, Settlement, Standing
from cmlabm.mechanisms.prediction_market.loss_record import LossRecord
from cmlabm.mechanisms.prediction_market.settlement import LossSettlement
from cmlabm.units import to_units


@dataclass(frozen=True)
class PredictionMarket(Mechanism):
    """A bounty is paid out at the end, by how much each contribution lowered the loss.

    The loss L is the share of a test set that the model gets wrong. The test set is committed to
    by its hash before the market opens and revealed when it closes. Contribution i changes the
    loss from that after the last contribution before it and is paid ``bounty * (L' - L)``, or
    pays, if the loss grew. Who cannot cover what it has to pay with its stake drops out, the
    worst first: its contributions count as never made, its stake is lost. The payments telescope:
    all together come to ``bounty * (L at the start - L at the end)``, which the bounty covers.
    Losses count as they were when a contribution came, with the contributions of those who
    dropped out later; the final model is trained without them.

    Source: Abernethy & Frongillo 2011 ("A collaborative mechanism for crowdsourcing prediction
    problems", arXiv 1111.2664); Waggoner, Frongillo & Abernethy 2015 ("A market framework for
    eliciting private data"); the form for a contract: Harris & Waggoner 2019 (arXiv 1907.07247).

    Attributes:
        bounty: what a sponsor pays for a loss that falls from 1 to 0.
        stake: what each contribution deposits.
        grouped: whether the contributions of one sender are judged together, or each by itself.
    """

    id: ClassVar[str] = "prediction-market"
    display_name: ClassVar[str] = "Prediction market"
    formula: ClassVar[str] = "payment = bounty·(L before - L after), on a test set revealed later"
    source: ClassVar[str] = "Abernethy & Frongillo 2011, arXiv 1111.2664; Waggoner et al. 2015"
    awaits_claims: ClassVar[bool] = False
    lets_take: ClassVar[bool] = False

    bounty: int = parameter(
        1000.0,
        "what is paid for a loss that falls from 1 to 0",
        unit="tokens",
        converted=to_units,
        ge=0,
        le=1e9,
    )
    stake: int = parameter(
        0.25,
        "deposit of each contribution",
        name="market_stake",
        unit="tokens",
        converted=to_units,
        ge=1e-6,
        le=1e6,
    )
    grouped: bool = parameter(
        True,
        "whether a contributor's contributions are judged together",
        name="group_contributions",
    )

    def opened(self, market: Opening) -> Settlement:
        """Record the losses from now on."""
        return LossSettlement(self.bounty, self.grouped, LossRecord(market))

    def required_deposit(self, waited: int, standing: Standing) -> int:  # noqa: ARG002
        """Return the stake."""
        return self.stake

    @property
    def least_deposit(self) -> int:
        """The stake."""
        return self.stake
