"""Challenges: who doubts a submission bets a bond on it, and a judge decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cmlabm.data.dataset import Samples
from cmlabm.declarations import parameter
from cmlabm.mechanisms.budget import by_account
from cmlabm.mechanisms.interface import Closing, Opening, Record, Settlement
from cmlabm.mechanisms.judges import JUDGES
from cmlabm.mechanisms.sponsored import Staked
from cmlabm.units import LONGEST_S, MILLION, to_ppm, to_units


@dataclass(frozen=True, kw_only=True)
class ChallengeBond(Staked):
    """A deposit goes back after a while unless somebody challenges the submission and wins.

    Whoever wakes challenges all submissions of others that wait and that the shared model
    disagrees with, and posts a bond on each, as long as it has the money. The judge decides at
    once: a model of the root set alone, or the reports on the sample (``judges``), where only
    samples can be challenged on which another reported. The winner has back what it posted, and a
    share of what the other did; the rest is burnt, so that nobody profits who challenges itself
    from another address (UMA gives a half). Each submission is challenged once at most.

    Balanced: there is no sponsor, and no more is paid than was posted.

    Attributes:
        bond: what a challenger posts.
        challenge_time: how many seconds a submission waits for challenges.
        judge: what decides, "root" or "majority".
        share_ppm: the share of what the loser posted that the winner gets, in parts per million.

    Example:
        >>> rules = ChallengeBond(stake=100, bond=60)
        >>> rules.decided(100, stands=True), rules.decided(100, stands=False)
        (Decided(sender=130, challenger=0), Decided(sender=0, challenger=110))
    """

    id: ClassVar[str] = "challenge-bond"
    display_name: ClassVar[str] = "Challenge bonds"
    formula: ClassVar[str] = "the winner has its bond or deposit back, and a share of the other's"
    source: ClassVar[str] = "UMA's optimistic oracle, docs.uma.xyz; Kleros"

    bond: int = parameter(
        0.25,
        "what a challenger posts",
        name="challenge_bond",
        unit="tokens",
        converted=to_units,
        ge=1e-6,
        le=1e6,
    )
    challenge_time: int = parameter(
        86_400,
        "how long a submission waits for challenges",
        name="challenge_time_s",
        unit="s",
        ge=1,
        le=LONGEST_S,
    )
    judge: Literal["root", "majority"] = parameter(
        "root",
        "what decides a challenge: a model of the root set, or the reports on the sample",
        name="challenge_judge",
        choices=("root", "majority"),
    )
    share_ppm: int = parameter(
        0.5,
        "share of what the loser posted that the winner gets",
        name="challenge_share",
        converted=to_ppm,
        ge=0,
        le=1,
    )

    @property
    def needs_root(self) -> bool:
        """Whether the root set decides."""
        return self.judge == "root"

    def decided(self, deposit: int, stands: bool) -> "Decided":
        """Return what sender and challenger get when a challenge is decided, in units.

        Args:
            deposit: of the submission.
            stands: whether the submission stands.
        """
        if stands:
            return Decided(deposit + self.bond * self.share_ppm // MILLION, 0)
        return Decided(0, self.bond + deposit * self.share_ppm // MILLION)

    def opened(self, market: Opening) -> Settlement:
        """Return what is to be done over a market that opens now."""
        return Challenges(self, market)


class Decided(NamedTuple):
    """What is paid when a challenge is decided.

    Attributes:
        sender: what the sender of the submission gets, in units.
        challenger: what the challenger gets.
    """

    sender: int
    challenger: int


class Challenges(Settlement):
    """Keeps what can be challenged, has challenges decided, and gives deposits back."""

    def __init__(self, rules: ChallengeBond, market: Opening) -> None:
        self._rules = rules
        self._market = market
        self._judge = JUDGES[rules.judge](market)
        self._watch = market.classifier.watch(market.test)
        self._waiting = np.zeros((4, 0), dtype=np.int64)
        """Of what can be challenged, as it is watched: number, time, sender, label."""

    def accepted(self, submission: int, changed: bool) -> None:  # noqa: ARG002
        """Watch a submission, which can be challenged from now on."""
        record = self._market.submissions
        columns = (record.time_s, record.sender, record.label)
        new = [submission, *(column[submission] for column in columns)]
        self._judge.heard(submission)
        self._watch.add(record.row[submission])
        self._waiting = np.column_stack([self._waiting, new])

    def visited(self, account: int, now: int) -> None:
        """Give back what was not challenged in time, and have an account challenge the rest."""
        self._give_back(now)
        number, _, sender, label = self._waiting
        predicted = self._watch.predictions(0, len(number))
        doubtful = number[(predicted != label) & (sender != account)].tolist()
        decided = [one for one in doubtful if self._challenge(account, one, now)]
        if decided:
            self._keep(~np.isin(number, decided))

    def midnight(self, now: int) -> None:
        """Give back what was not challenged in time."""
        self._give_back(now)

    def closed(
        self,
        submissions: Record,
        left: Sequence[int],
        test: Samples,  # noqa: ARG002
    ) -> Closing:
        """Give back what was not challenged."""
        return Closing(by_account(submissions.sender, left), self._market.classifier)

    def _challenge(self, account: int, submission: int, now: int) -> bool:
        """Have an account challenge a submission if it can, and return whether it was decided."""
        fund, bond = self._market.fund, self._rules.bond
        stands = self._judge.upholds(submission)
        if stands is None:
            return False
        posted = fund.charge(account, bond, now, submission)
        if posted < bond:
            fund.pay(account, posted, now, submission)
            return False
        decided = self._rules.decided(fund.release(submission, now), stands)
        if stands:
            fund.pay(self._market.submissions.sender[submission], decided.sender, now, submission)
        else:
            fund.pay(account, decided.challenger, now, submission)
        return True

    def _give_back(self, now: int) -> None:
        """Give back the deposits of what has waited long enough."""
        number, time_s, sender, _ = self._waiting
        is_over = time_s <= now - self._rules.challenge_time
        if is_over.any():
            fund = self._market.fund
            for submission, owner in zip(
                number[is_over].tolist(), sender[is_over].tolist(), strict=True
            ):
                fund.pay(owner, fund.release(submission, now), now, submission)
            self._keep(~is_over)

    def _keep(self, chosen: NDArray[np.bool]) -> None:
        """Watch only some of what waits any longer."""
        self._watch.keep(np.flatnonzero(chosen))
        self._waiting = self._waiting[:, chosen]
