"""Write a mechanism, and check it
===============================

A mechanism says what a submission costs, when it can be claimed from, and who gets what. Most
ideas change one of these and keep the rest: then a subclass of a mechanism that exists is enough.
"""

from dataclasses import dataclass
from typing import ClassVar

import matplotlib.pyplot as plt
import numpy as np

from cmlabm import CMLModel
from cmlabm.declarations import parameter
from cmlabm.mechanisms.deposit_refund_take import DepositRefundTake
from cmlabm.mechanisms.interface import Amounts, Split, Standing
from cmlabm.testing import check_mechanism
from cmlabm.units import to_units

# %%
# In the study's contract the deposit falls with the time since anybody submitted last. So a busy
# market is expensive for all in it. Our idea: a price that does not depend on others, but rises
# for who has nothing verified yet, since nobody knows them.


@dataclass(frozen=True, kw_only=True)
class NewcomerFee(DepositRefundTake):
    """Deposit, refund, take at a fixed price, which is higher until a sample is verified."""

    id: ClassVar[str] = "newcomer-fee"
    display_name: ClassVar[str] = "Newcomer fee"

    fee: int = parameter(
        1.0, "deposit of who has verified samples", unit="tokens", converted=to_units, ge=0, le=1000
    )
    newcomer_fee: int = parameter(
        5.0, "deposit of who has none", unit="tokens", converted=to_units, ge=0, le=1000
    )

    def required_deposit(self, waited: int, standing: Standing) -> int:  # noqa: ARG002
        """Return the price for a sender of this standing."""
        return self.fee if standing.verified else self.newcomer_fee


# %%
# Money is in whole units, a millionth of a token each: ``to_units`` converts what study files say
# in tokens. A mechanism knows no agent and no model; it is a function of plain numbers, and so
# one can just call it.

rules = NewcomerFee()
newcomer = Standing(verified=0, all_verified=10, labels=[0])
known = Standing(verified=3, all_verified=10, labels=[0])
print([rules.required_deposit(waited, newcomer) for waited in (1, 600)])
print([rules.required_deposit(waited, known) for waited in (1, 600)])

# %%
# Now the checks that the built-in mechanisms pass. Each is run in small markets of several
# behaviours.

print(*check_mechanism(NewcomerFee), sep="\n")

# %%
# What would it look like if something were wrong? A take may give out no more than is still
# claimable. This one hands the taker twice the deposit:


@dataclass(frozen=True, kw_only=True)
class TooGenerous(NewcomerFee):
    """Pays whoever takes twice what is there."""

    def take(
        self,
        deposit: Amounts,
        claimable: Amounts,
        verified: int,  # noqa: ARG002
        all_verified: int,  # noqa: ARG002
    ) -> Split:
        """Return more than there is."""
        return Split(2 * deposit, np.zeros_like(claimable), np.zeros_like(claimable))


try:
    check_mechanism(TooGenerous)
except AssertionError as error:
    print(error)

# %%
# It was refused before a market began, since every mechanism of one's own is asked a few
# questions first.
#
# So which of the two contracts is better? Not better or worse, but against whom, and at what
# price:

SMALL = {"train_size": 4000, "test_size": 2000, "num_words": 400, "malicious_mean_wait_s": 1200}
mechanisms = {"deposit-refund-take": "study's contract", f"{__name__}:NewcomerFee": "newcomer fee"}
attackers = ("label-flip", "echo", "sybil", "liquidity-squeeze")
returns = {
    name: [
        CMLModel(rng=1, incentive=mechanism, malicious_behaviour=attacker, **SMALL).run()
        for attacker in attackers
    ]
    for mechanism, name in mechanisms.items()
}

for name, outcomes in returns.items():
    for attacker, outcome in zip(attackers, outcomes, strict=True):
        print(f"{name}, {attacker}: {outcome['malicious_return']:+.2f}")

figure, axes = plt.subplots(1, 2, figsize=(9, 3.5), sharey=True, layout="constrained")
places = np.arange(len(attackers))
for number, (name, outcomes) in enumerate(returns.items()):
    for axis, who in zip(axes, ("malicious", "honest"), strict=True):
        gains = [outcome[f"{who}_return"] for outcome in outcomes]
        axis.barh(places + 0.4 * number, gains, height=0.4, label=name)
        axis.set_xlabel(f"return of the {who} contributor")
axes[0].set_yticks(places + 0.2, attackers)
axes[0].legend()
plt.show()

# %%
# The liquidity squeeze lives on a price that it can drive up for others. Here it cannot, and its
# gain is gone. But those who lie lose next to nothing now: the model errs at times, so even a
# liar is verified sooner or later, and from then on it pays the low price. How high the two fees
# have to be is a question for a study with both in its sweep.
#
# :doc:`/contributing` says how a mechanism becomes part of the library, and
# :doc:`/library/mechanisms` has those that are there.
