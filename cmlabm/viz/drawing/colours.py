"""One colour for each kind of thing, everywhere on the page, on light and on dark ground.

The hues are those of Okabe and Ito's palette, which colour-blind readers can tell apart.
"""

from dataclasses import dataclass

from cmlabm.contract.ledger import Reason


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours on one ground."""

    honest: str
    malicious: str
    escrow: str
    pending: str
    accuracy: str
    no_attack: str
    text: str
    faint: str
    surface: str

    def of_kind(self, kind: str) -> str:
        """Return the colour of a kind of contributor; the contract's for any other word."""
        return {"honest": self.honest, "malicious": self.malicious}.get(kind, self.escrow)

    def of_reason(self, reason: Reason) -> str:
        """Return the colour of a flow of money."""
        return {
            Reason.DEPOSIT: self.faint,
            Reason.REFUND: self.escrow,
            Reason.TAKE: self.pending,
        }.get(reason, self.no_attack)

    @property
    def sequence(self) -> tuple[str, ...]:
        """Colours for what has none of its own, for instance the levels of a factor."""
        return (
            self.honest,
            self.pending,
            self.escrow,
            self.no_attack,
            self.malicious,
            self.accuracy,
        )

    @property
    def scale(self) -> tuple[str, ...]:
        """Colours from low to high: viridis, whose lightness rises evenly."""
        return ("#440154", "#3B528B", "#21918C", "#5EC962", "#FDE725")


LIGHT = Colours(
    honest="#0072B2",
    malicious="#D55E00",
    escrow="#009E73",
    pending="#B8860B",
    accuracy="#333333",
    no_attack="#A0528A",
    text="#333333",
    faint="#9E9E9E",
    surface="#FFFFFF",
)
DARK = Colours(
    honest="#56B4E9",
    malicious="#FF8C42",
    escrow="#2FC79B",
    pending="#F0C75E",
    accuracy="#EEEEEE",
    no_attack="#DDA0CB",
    text="#DDDDDD",
    faint="#8A8A8A",
    surface="#1E1E1E",
)


def colours(dark: bool) -> Colours:
    """Return the colours for light or dark ground."""
    return DARK if dark else LIGHT
