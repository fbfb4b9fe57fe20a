"""A model of the root set alone, which no submission can move."""

from cmlabm.classifiers.interface import Classifier
from cmlabm.mechanisms.interface import Opening


def root_model(market: Opening) -> Classifier:
    """Return a model like the shared one that is fitted to the root set."""
    model = market.classifier.copy()
    model.fit(market.root, market.rng)
    return model
