"""Learning blocks of submissions that do no harm on samples that the contract trusts."""

from dataclasses import dataclass
from typing import ClassVar

from cmlabm.admission.in_blocks import InBlocks
from cmlabm.declarations import parameter


@dataclass(eq=False)
class RootCheck(InBlocks):
    """Tries blocks of a sender's submissions on a copy of the model, and keeps what does no harm.

    A block is learnt if the share of the root set that the model gets wrong grows by no more than
    a tolerance. "Reject on negative impact" of Nelson et al., with blocks for single samples,
    whose effect is lost in the root set's grain.
    """

    id: ClassVar[str] = "root-check"
    display_name: ClassVar[str] = "Root check"
    formula: ClassVar[str] = "learns a block if the error on the root set grows by ≤ τ"
    source: ClassVar[str] = "Nelson et al. 2008 (RONI); root sets: Cao et al. 2021, FLTrust"
    needs_root: ClassVar[bool] = True

    tolerance: float = parameter(
        0.0,
        "by how much a block may raise the share of the root set that is wrong",
        name="root_tolerance",
        ge=-1,
        le=1,
    )

    @classmethod
    def check(cls, parameters: object) -> None:
        """Refuse a tolerance that nothing can meet."""
        super().check(parameters)
        if cls.from_parameters(parameters).tolerance == -1:
            raise ValueError("root_tolerance = -1: no block could meet it; must be more")

    def against(self, sender: int, block: list[int]) -> str:  # noqa: ARG002
        """Return that the block harms, if the root set says so."""
        return "harms the root set" if self.harm(block) > self.tolerance else ""
