"""An attacker who is paid for what the model did not know."""

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from cmlabm.behaviours.malicious.looking_ahead import Choice, LookingAhead
from cmlabm.data.dataset import Samples
from cmlabm.declarations import parameter


@dataclass(eq=False)
class TaughtFarming(LookingAhead):
    """Sends, true, only samples that the model gets wrong now, or first makes it get them wrong.

    Where only what taught the model something is counted as verified, the others have what they
    send by chance counted, and this one all that is refunded. With ``mislearn`` it sends wrong
    labels until the model errs on some share of its next samples: others' deposits can then be
    taken, and there is much to teach. Then it teaches back, and is counted for that, until the
    model errs on half that share of them, and begins anew.

    A sample that the model gets right is held back, for good if the model stays so; for these
    alone the market does not stay open.

    Attributes:
        mode: whether it only holds back, or mislearns the model first.
        mislearnt: on which share of its next samples the model has to err before it teaches back.
    """

    id: ClassVar[str] = "taught-farming"
    display_name: ClassVar[str] = "Farming what is taught"
    formula: ClassVar[str] = "true labels of what the model gets wrong now; mislearn: wrong first"
    source: ClassVar[str] = "cmlabm, on counting only what taught the model"

    mode: Literal["hold-back", "mislearn"] = parameter(
        "hold-back",
        "how taught-farming goes about it: it holds back what the model knows, or mislearns it"
        " first and teaches it back",
        name="malicious_farming",
        choices=("hold-back", "mislearn"),
    )
    mislearnt: float = parameter(
        0.5,
        "share of its next samples that the model has to get wrong before it is taught back",
        name="malicious_mislearnt_share",
        gt=0,
        le=1,
    )
    _mislearns: bool = field(default=True, init=False)

    def choice(self, ahead: Samples) -> Choice | None:
        """Choose the first sample that the model gets wrong, or right if it is to mislearn."""
        errs = self.senses.predictions(ahead) != ahead.labels
        if self.mode == "mislearn" and self.mislearns(float(errs.mean())):
            place = int(errs.argmin())
            return Choice(place, self.flipped(int(ahead.labels[place])))
        self.submits = bool(errs.any())
        place = int(errs.argmax())
        return Choice(place, int(ahead.labels[place])) if self.submits else None

    def mislearns(self, errors: float) -> bool:
        """Return whether it makes the model worse now, which errs on a share of its samples."""
        if self._mislearns:
            self._mislearns = errors < self.mislearnt
        else:
            self._mislearns = errors <= self.mislearnt / 2
        return self._mislearns
