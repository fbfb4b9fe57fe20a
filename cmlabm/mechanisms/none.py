"""No incentive: what the other mechanisms are measured against."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

if TYPE_CHECKING:
    from cmlabm.parameters import Parameters


@dataclass(frozen=True, slots=True)
class NoIncentive:
    """Submitting is free, nothing is paid or taken, every sample trains the model.

    Example:
        >>> NoIncentive().required_deposit(waited=1)
        0
    """

    id: ClassVar[str] = "none"
    display_name: ClassVar[str] = "No incentive"

    @classmethod
    def from_parameters(cls, parameters: "Parameters") -> Self:  # noqa: ARG003
        """Return the mechanism; no parameter matters to it."""
        return cls()

    def required_deposit(self, waited: int) -> int:  # noqa: ARG002
        """Return 0: no submission holds money, so that nothing can ever be claimed."""
        return 0

    def ripe_before(self, now: int) -> int:
        """Return the present: there is nothing to wait for."""
        return now

    def expired_before(self, now: int) -> int:
        """Return the present: there is nothing to wait for."""
        return now

    def share(self, deposit: int, claimable: int, verified: int, all_verified: int) -> int:  # noqa: ARG002
        """Return what is claimable, which is nothing."""
        return claimable
