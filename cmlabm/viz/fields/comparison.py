"""Which markets are compared, and how that stands in the address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from cmlabm.viz.fields.definitions import default_text

MOST_VALUES = 6
MOST_SEEDS = 5
BANDS = ("interval", "range")
NO_ATTACK = "no attackers"

_KEYS = ("vary", "value", "seeds", "band", "no_attack")


@dataclass(frozen=True)
class Comparison:
    """What differs between the markets that are compared.

    Attributes:
        parameter: the one whose values are compared; empty to compare two markets that may differ
            in several.
        values: its values, as text, at most ``MOST_VALUES``.
        seeds: how many markets there are of each, on the seeds from the entered one on.
        band: around the mean over these, its 95 % ``interval``, or the ``range`` of all.
        no_attack: whether the same market without malicious contributors is shown as well.
    """

    parameter: str = ""
    values: tuple[str, ...] = ()
    seeds: int = 1
    band: str = BANDS[0]
    no_attack: bool = False

    def settings(
        self, first: Mapping[str, str], changes: Mapping[str, str]
    ) -> list[Mapping[str, str]]:
        """Return the entries of the markets.

        Args:
            first: what is entered for all.
            changes: what differs in the second of two.

        Example:
            >>> Comparison("cost_weight", ("1", "4"), no_attack=True).settings({}, {})
            [{'cost_weight': '1'}, {'cost_weight': '4'}, {'malicious_agents': '0'}]
        """
        base = dict(first)
        if self.parameter:
            found = [base | {self.parameter: value} for value in self.values]
        else:
            found = [base, base | dict(changes)]
        return [*found, *([base | {"malicious_agents": "0"}] if self.no_attack else [])]

    def pairs(self) -> list[tuple[str, str]]:
        """Return the comparison as names and values of an address, as far as it is not the usual.

        Example:
            >>> Comparison("cost_weight", ("1", "4"), seeds=3).pairs()
            [('vary', 'cost_weight'), ('value', '1'), ('value', '4'), ('seeds', '3')]
        """
        found = [("vary", self.parameter)] if self.parameter else []
        found += [("value", value) for value in self.values if self.parameter]
        found += [("seeds", str(self.seeds))] if self.seeds > 1 else []
        found += [("band", self.band)] if self.band != BANDS[0] else []
        return found + ([("no_attack", "1")] if self.no_attack else [])

    def taking(self, key: str, text: str) -> Self | str | None:
        """Return the comparison with what an address says, or why not; None if that is not its."""
        if key not in _KEYS:
            return None
        match key:
            case "vary":
                return replace(self, parameter=text)
            case "value" if len(self.values) < MOST_VALUES:
                return replace(self, values=(*self.values, text))
            case "seeds" if text in _counts(MOST_SEEDS):
                return replace(self, seeds=int(text))
            case "band" if text in BANDS:
                return replace(self, band=text)
            case "no_attack" if text in ("0", "1"):
                return replace(self, no_attack=text == "1")
        allowed = {
            "value": f"at most {MOST_VALUES} values",
            "seeds": f"1 to {MOST_SEEDS}",
            "band": " and ".join(BANDS),
            "no_attack": "0 and 1",
        }
        return f"{key} = {text[:40]!r} is not taken over; allowed are {allowed[key]}"


def _counts(most: int) -> list[str]:
    return [str(number) for number in range(1, most + 1)]


def names_of(settings: Sequence[Mapping[str, str]], no_attack: bool) -> list[str]:
    """Return the compared markets' names: what differs between them.

    Args:
        settings: the entries of each.
        no_attack: whether the last is the market without attackers.

    Example:
        >>> names_of([{}, {"cost_weight": "4"}], False), names_of([{}, {}, {}], True)
        (['cost weight 1', 'cost weight 4'], ['first', 'second', 'no attackers'])
    """
    own = settings[:-1] if no_attack else settings
    keys = dict.fromkeys(key for setting in own for key in setting)
    texts = {key: [setting.get(key, default_text(key)) for setting in own] for key in keys}
    differing = [key for key in keys if len(set(texts[key])) > 1]
    if differing:
        found = [
            ", ".join(f"{key.replace('_', ' ')} {texts[key][place] or 'none'}" for key in differing)
            for place in range(len(own))
        ]
    elif len(own) == 2:
        found = ["first", "second"]
    else:
        found = ["the market"] if len(own) == 1 else [str(n + 1) for n in range(len(own))]
    return found + ([NO_ATTACK] if no_attack else [])
