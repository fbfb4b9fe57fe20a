"""Malicious contributors who do what others earn more by."""

from typing import ClassVar

from cmlabm.behaviours.imitation import FORMULA, SOURCE, Imitation
from cmlabm.behaviours.interface import MaliciousBehaviour


class MaliciousImitator(Imitation, MaliciousBehaviour):
    """Plays a behaviour of its repertoire, and takes over what others play who gain more."""

    id: ClassVar[str] = "imitator"
    display_name: ClassVar[str] = "Imitator"
    formula: ClassVar[str] = FORMULA
    source: ClassVar[str] = SOURCE
