"""Contributors who damage the model, or live on those who improve it."""

from typing import ClassVar

from cmlabm.contributors.contributor import Contribution, Contributor
from cmlabm.parameters import Kind


class MaliciousAgent(Contributor):
    """Submits whatever the model is like; what it sends is up to the behaviour."""

    kind: ClassVar[Kind] = "malicious"

    def wants_to_submit(self) -> bool:
        """Submit, whatever the model is like."""
        return True

    def asked_for(self, contribution: Contribution) -> int:
        """Return the price of a contribution, but never all it has: who has nothing left leaves."""
        contract, now = self.model.contract, self._wakes_at
        price: int | None = contract.required_deposit(self.account, contribution.label, now)
        return min(price or 0, self._money - 1)

    def flipped(self, truth: int) -> int:
        """Return a wrong label, or by mistake the true one."""
        return truth if self.errs() else self.wrong_label(truth)
