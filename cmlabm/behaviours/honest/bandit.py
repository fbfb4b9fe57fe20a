"""Honest contributors who do what they have earned most by."""

from typing import ClassVar

from cmlabm.behaviours.exp3 import FORMULA, SOURCE, OwnExperience
from cmlabm.behaviours.interface import HonestBehaviour


class Bandit(OwnExperience, HonestBehaviour):
    """Plays a behaviour of its repertoire, chosen by its own experience of what each gains."""

    id: ClassVar[str] = "bandit"
    display_name: ClassVar[str] = "Bandit"
    formula: ClassVar[str] = FORMULA
    source: ClassVar[str] = SOURCE
