"""Contributors who damage the model."""

from typing import ClassVar

from cmlabm.contributors.contributor import Contributor
from cmlabm.parameters import Kind


class MaliciousAgent(Contributor):
    """Label flip: always submits, with a wrong label."""

    kind: ClassVar[Kind] = "malicious"

    def wants_to_submit(self) -> bool:
        """Submit, whatever the model is like."""
        return True

    def label_for(self, truth: int) -> int:
        """Return a wrong label, or by mistake the true one."""
        return truth if self.errs() else self.wrong_label(truth)
