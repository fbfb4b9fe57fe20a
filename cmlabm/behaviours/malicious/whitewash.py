"""An attacker who leaves a bad name behind."""

from dataclasses import dataclass, field, replace
from typing import ClassVar

from cmlabm.behaviours.interface import Contribution, Purse
from cmlabm.behaviours.malicious.watching_lessons import WatchingLessons
from cmlabm.data.rows import Row
from cmlabm.declarations import parameter
from cmlabm.units import SECONDS_PER_DAY

READY = 3
"""So many addresses, that in use and the next, are looked at as often as the one in use."""


@dataclass(eq=False)
class Addresses:
    """All addresses of one attacker.

    Attributes:
        own: the behaviour of each; they are the same attacker.
        current: which of them it uses now.
    """

    own: list["Whitewash"] = field(default_factory=list)
    current: int = 0


@dataclass(eq=False)
class Whitewash(WatchingLessons):
    """Moves its money to a fresh address when its record is spoilt, and begins anew there.

    It pays its dues as a newcomer, true labels until the model has learnt one of them, and sends
    wrong ones from then on. The record is spoilt when the model learns from it no longer, several
    times in a row, or when the contract holds too large a share of its money. Fresh addresses are
    opened beforehand, with nothing in them. What comes back to an address that it left, at
    which it looks once a day, is sent on to the one in use. With no fresh one left, it stays.

    Attributes:
        fresh: how many fresh addresses it has beside its first.
        locked_share: of the purse, above which its record counts as spoilt.
        patience: how many submissions in a row the model has to refuse to learn.
    """

    id: ClassVar[str] = "whitewash"
    display_name: ClassVar[str] = "Whitewash"
    formula: ClassVar[str] = "label: true until learnt, then wrong; when learnt no longer: moves on"
    source: ClassVar[str] = "Friedman & Resnick 2001, The Social Cost of Cheap Pseudonyms"

    fresh: int = parameter(
        10,
        "fresh addresses to which it can move",
        name="malicious_fresh_addresses",
        unit="addresses",
        ge=0,
        le=1000,
    )
    locked_share: float = parameter(
        0.5,
        "share of its money that may be locked at one address before it leaves it",
        name="malicious_locked_share",
        gt=0,
        le=1,
    )
    patience: int = parameter(
        5,
        "submissions in a row that are not learnt before it leaves an address",
        name="malicious_patience",
        unit="submissions",
        ge=1,
        le=100_000,
    )
    addresses: Addresses = field(default_factory=Addresses, repr=False)

    def purses(self, balance: int) -> list[Purse]:
        """Put all the money into the first address, and open the fresh ones."""
        addresses = Addresses()
        addresses.own += [replace(self, addresses=addresses) for _ in range(self.fresh + 1)]
        return [
            Purse(own, 0 if number else balance, name=f".{number + 1}" if self.fresh else "")
            for number, own in enumerate(addresses.own)
        ]

    def begin(self) -> None:
        """Be an attacker of one address, if it was not let in as one of several."""
        if not self.addresses.own:
            self.addresses.own.append(self)

    def contribution(self) -> Contribution | None:
        """Choose the sample next in line; from an address that it leaves or left, move the money.

        It is only asked where it has money.
        """
        self._move_on_if_spoilt()
        now_used = self.addresses.own[self.addresses.current]
        if now_used is not self:
            self.senses.transfer(now_used.senses.account, self.senses.money)
            return None
        return super().contribution()

    def label_for(self, row: Row, truth: int) -> int:  # noqa: ARG002
        """Return the true label until the model has learnt from this address, then a wrong one."""
        return self.flipped(truth) if any(self.lessons()) else truth

    def wait(self) -> int:
        """Return the usual wait at the address in use and the next ones, a day at all others."""
        start = self.addresses.current
        is_near = self in self.addresses.own[start : start + READY]
        return super().wait() if is_near else SECONDS_PER_DAY

    def stays(self) -> bool:
        """Stay with all addresses as long as one of them has a reason to."""
        return any(super(Whitewash, own).stays() for own in self.addresses.own)

    def is_spoilt(self) -> bool:
        """Return whether the record of this address is worse than that of a newcomer."""
        lessons, senses = self.lessons(), self.senses
        is_shut_out = any(lessons) and not any(lessons[-self.patience :])
        held = senses.locked
        return is_shut_out or held > self.locked_share * (held + senses.money)

    def _move_on_if_spoilt(self) -> None:
        addresses = self.addresses
        is_last = addresses.current == len(addresses.own) - 1
        if addresses.own[addresses.current] is self and not is_last and self.is_spoilt():
            addresses.current += 1
