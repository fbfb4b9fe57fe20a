"""Data sets: synthetic reviews, IMDB reviews, two bundled with scikit-learn, and own tables."""

from cmlabm.data.dataset import Dataset, Samples

__all__ = ["Dataset", "Samples"]
