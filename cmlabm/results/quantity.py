"""A figure that markets give: of which type it is, in which unit, and what it means."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure of a run.

    Attributes:
        kind: its type.
        unit: what it is counted in.
        meaning: what it is, in a line.
    """

    kind: type[bool | int | float]
    unit: str
    meaning: str
