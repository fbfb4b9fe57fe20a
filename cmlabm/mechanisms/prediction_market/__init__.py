"""A market in which each contribution is paid by what it does to the loss on a hidden test set."""

from cmlabm.mechanisms.prediction_market.rules import PredictionMarket

__all__ = ["PredictionMarket"]
