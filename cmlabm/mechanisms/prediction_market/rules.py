"""The rules of a prediction market, and where they come from."""

from dataclasses import dataclass
from typing import ClassVar

from cmlabm.declarations import parameter
from cmlabm.mechanisms.interface import Opening, Settlement
from cmlabm.mechanisms.prediction_market.loss_record import LossRecord
from cmlabm.mechanisms.prediction_market.settlement import LossSettlement
from cmlabm.mechanisms.sponsored import Sponsored, Staked


@dataclass(frozen=True, kw_only=True)
class PredictionMarket(Staked, Sponsored):
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
        grouped: whether the contributions of one sender are judged together, or each by itself.
    """

    id: ClassVar[str] = "prediction-market"
    display_name: ClassVar[str] = "Prediction market"
    formula: ClassVar[str] = "payment = bounty·(L before - L after), on a test set revealed later"
    source: ClassVar[str] = "Abernethy & Frongillo 2011, arXiv 1111.2664; Waggoner et al. 2015"

    grouped: bool = parameter(
        True,
        "whether a contributor's contributions are judged together",
        name="group_contributions",
    )

    def opened(self, market: Opening) -> Settlement:
        """Record the losses from now on."""
        return LossSettlement(self.bounty, self.grouped, LossRecord(market))
