"""Write an attacker
=================

You have thought of a way to cheat the contract, and want to know what it does. An attacker is one
class: it decides what to send, how much to offer and how long to wait. All that it may know is in
``self.senses``, and all that it may draw at random in ``self.draws``.
"""

from dataclasses import dataclass

import matplotlib.pyplot as plt

from cmlabm import CMLModel
from cmlabm.behaviours import MaliciousBehaviour
from cmlabm.data.rows import Row
from cmlabm.declarations import parameter
from cmlabm.testing import check_behaviour
from cmlabm.units import to_units

# %%
# Our idea: a lie costs its deposit if the model disagrees with it later, and the deposit depends
# on when anybody submitted last. So lie when it is cheap, and tell the truth when it is dear; the
# true samples come back with interest, as who has verified samples may take.
#
# That needs a single method. It gets the features of the next sample and its true label, and
# returns the label to send.


@dataclass(eq=False)
class BargainHunter(MaliciousBehaviour):
    """Lies when the deposit is low and tells the truth when it is not."""

    bargain: int = parameter(
        4.0,
        "the most that a lie may cost",
        name="malicious_bargain",
        unit="tokens",
        converted=to_units,
        ge=0,
        le=1000,
    )

    def label_for(self, row: Row, truth: int) -> int:  # noqa: ARG002
        """Return a wrong label if that is cheap now, else the true one."""
        wrong = self.flipped(truth)
        price = self.senses.price(wrong)
        return wrong if price is not None and price <= self.bargain else truth


# %%
# ``malicious_bargain`` is a parameter of its own: it is declared where it is used, with a meaning
# and limits, and from now on it can be set, swept and drawn from ranges like any other.
#
# Before we believe what it does, the checks that all built-in behaviours pass: does the same seed
# give the same market, is no money made from nothing, does it offer what it has? They run small
# markets under every mechanism.

print(*check_behaviour(BargainHunter), sep="\n")

# %%
# Had something been wrong, the message would say in which market, and what to mend. Now let it
# loose, beside attackers that are built in. Wherever an id may stand, ``module:Class`` may, too;
# a script that is run is the module ``__main__``.

SMALL = {
    "train_size": 4000,
    "test_size": 2000,
    "num_words": 400,
    "honest_agents": 2,
    "honest_stdev_wait_s": 200,
    "malicious_mean_wait_s": 600,
    "malicious_stdev_wait_s": 200,
}
curves = {}
for attacker in ("label-flip", "echo", f"{__name__}:BargainHunter"):
    market = CMLModel(rng=3, malicious_behaviour=attacker, **SMALL)
    outcomes = market.run()
    curves[attacker] = market.series()
    print(
        f"{attacker:>20}: accuracy {outcomes['final_accuracy']:.3f},"
        f" the attacker's return {outcomes['malicious_return']:+.3f}"
    )
unharmed = CMLModel(rng=3, **SMALL | {"malicious_agents": 0}).run()["final_accuracy"]
print(f"{'nobody':>20}: accuracy {unharmed:.3f}")

# %%
# It does less harm than who always lies, and loses less. Over time:

figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
for attacker, series in curves.items():
    left.plot(series["day"], series["accuracy"], label=attacker)
    right.plot(series["day"], series["malicious_balance"], label=attacker)
left.axhline(unharmed, color="black", linestyle=":", label="nobody, at the end")
left.set(xlabel="day", ylabel="accuracy")
right.set(xlabel="day", ylabel="the attacker's balance (tokens)")
left.legend()
plt.show()

# %%
# And with its own parameter:

for bargain in (2, 4, 8, 16):
    outcomes = CMLModel(
        rng=3,
        malicious_behaviour=f"{__name__}:BargainHunter",
        malicious_bargain=bargain,
        **SMALL,
    ).run()
    print(
        f"lies for {bargain} tokens at most: accuracy {outcomes['final_accuracy']:.3f},"
        f" return {outcomes['malicious_return']:+.3f}"
    )

# %%
# The cheaper its lies have to be, the fewer it tells: it loses less, and it does less harm. Where
# in between an attacker would want to be is what a search can find
# (:doc:`/generated/tutorials/worst_attack`).
#
# If it deserves to stay, :doc:`/contributing` says how it becomes part of the library: a file, a
# line in the registry, a test. :doc:`/library/attackers` has those that are there, with what each
# does to a small market.
