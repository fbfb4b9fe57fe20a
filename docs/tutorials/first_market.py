"""A first market
==============

A contract hosts a classifier that anybody may teach. Whoever sends a labelled sample puts down a
deposit. Later the contract asks its classifier about the sample again: if it agrees with the
label, the deposit goes back, and if not, others may take it. Let us watch that with one honest
contributor and one who flips labels.
"""

from typing import Any

import matplotlib.pyplot as plt

from cmlabm import CMLModel

# %%
# A market is a Mesa model. All that you do not say is as in the published study; here there are
# fewer samples and words, so that it takes a second. The seed is ``rng``: the same seed and
# parameters give the same market on every machine.

SMALL = {"train_size": 4000, "test_size": 2000, "num_words": 400, "malicious_start_balance": 1000}

model = CMLModel(rng=1, **SMALL)
print(f"{len(model.queues[0])} samples wait; the model starts at {model.accuracy:.3f}")

# %%
# One step is one day. Within it contributors wake at their own times, the honest one every ten
# minutes and the attacker every hour, and submit the next sample in line.

model.step()
print(f"after a day: {model.honest_accepted} honest and {model.malicious_accepted} wrong samples")
print(f"{model.escrow:.0f} tokens are held as deposits, {model.refunds} were refunded")

# %%
# Nothing is refunded on the first day, because a deposit waits for a day at least. So let it run
# to the end: until the data are used up and nothing is left to claim.

outcomes = model.run()
for name in ("initial_accuracy", "final_accuracy", "days", "malicious_return", "honest_return"):
    print(f"{name:>17} {outcomes[name]:7.3f}")

# %%
# What each outcome means stands in :doc:`/studies`. ``malicious_return`` is what the attacker
# gained as a share of what it came with, so -1 means that all is lost. Day by day:

series = model.series()
figure, (above, below) = plt.subplots(2, sharex=True, layout="constrained")
above.plot(series["day"], series["accuracy"])
above.set_ylabel("accuracy")
for name in ("honest_balance", "malicious_balance", "escrow"):
    below.plot(series["day"], series[name], label=name.replace("_", " "))
below.set_xlabel("day")
below.set_ylabel("tokens")
below.legend()
plt.show()

# %%
# Where has the attacker's money gone? Every movement of money is kept, with its reason. Amounts
# are in whole units, of which a token has a million, so that nothing is ever lost by rounding.

movements = model.movements()
tokens = movements.groupby(["source", "target", "reason"])["amount"].sum() / 1_000_000
print(tokens.round(1).to_string())

# %%
# Deposits go to the escrow; ``refund`` brings them back to who sent the sample, ``take`` to the
# other one, and ``expiry`` to whoever asks first once nine days have passed. The attacker gets
# some of it, too: the model is wrong about one sample in four, so now and then a lie is refunded,
# and whoever has a verified sample may take.
#
# Did the contract protect the model, though? That needs the same market without the attacker, and
# the same market without a contract that takes anything.

variants: dict[str, dict[str, Any]] = {
    "as above": {},
    "no attacker": {"malicious_agents": 0},
    "no deposits": {"incentive": "none"},
}
for name, changed in variants.items():
    other = CMLModel(rng=1, **SMALL, **changed).run()
    print(f"{name:>12}: accuracy {other['final_accuracy']:.3f} at the end")

# %%
# One seed says little: with another one these three may come in another order. For evidence one
# repeats each setting over many seeds, which is what a study does (:doc:`the next tutorial
# </generated/tutorials/study_and_report>`).
