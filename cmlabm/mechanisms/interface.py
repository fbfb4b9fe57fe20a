"""What the contract needs of an incentive mechanism."""

from typing import TYPE_CHECKING, ClassVar, Protocol, Self

if TYPE_CHECKING:
    from cmlabm.parameters import Parameters


class Mechanism(Protocol):
    """Payment rules as pure functions of plain values: amounts in units, times in seconds."""

    id: ClassVar[str]
    display_name: ClassVar[str]

    @classmethod
    def from_parameters(cls, parameters: "Parameters") -> Self:
        """Return the mechanism with the parameters of a run."""

    def required_deposit(self, waited: int) -> int:
        """Return what a submission costs, some seconds after the last accepted one."""

    def ripe_before(self, now: int) -> int:
        """Return the time before which submissions had to be sent to be refunded or taken now."""

    def expired_before(self, now: int) -> int:
        """Return the time before which submissions had to be sent to be free for anybody now."""

    def share(self, deposit: int, claimable: int, verified: int, all_verified: int) -> int:
        """Return what a taker gets from a submission."""
