"""What it costs on a chain
========================

In a simulation calls are free. On a chain each one costs gas, and who sends many small samples
pays for many calls. Two questions: does the contract, written for a chain, do what the simulation
says? And what would a market pay?
"""

import matplotlib.pyplot as plt
import numpy as np

from cmlabm import CMLModel, Parameters
from cmlabm.chain.backends import open_backend
from cmlabm.chain.costs import costs
from cmlabm.chain.gas import CallLog
from cmlabm.chain.market import MarketOnChain

# %%
# ``cmlabm`` brings the study's contract in Vyper. A market can be played on it: every call that
# the simulation makes, refused ones too, is made on a chain in this process as well, and all
# balances are compared after each. It stops at the first difference.

SMALL = {"train_size": 600, "test_size": 300, "num_words": 100, "initial_fraction": 0.3}
chain = open_backend("embedded")
market = MarketOnChain(Parameters(**SMALL), 1, chain)
calls = CallLog()
market.replay.spectator = calls.add
outcomes = market.run()
chain.close()
print(f"{outcomes['submissions']} samples, {market.replay.calls} calls, no difference")
print(f"margins differ by at most {market.replay.largest_difference:.1e}")

# %%
# Which calls were made, and what they cost: the gas of each is known from a table that was
# measured once on an exact implementation, by the number of words in a sample.

table = costs(calls.frame(), gas_price=0.25, ether_price=3000)
print(table[["form", "call", "calls", "gas", "cost", "all_cost"]].round(3).to_string(index=False))

# %%
# With ``digests`` only a digest of each sample is on the chain, and an oracle, whom all have to
# trust, says what the model predicts. Here that costs half as much. The costs are in tokens;
# whether they are much depends on what contributors earn.
#
# For that the chain is not needed at all: with a ``gas_price`` the simulation charges every call
# by the same table, and contributors know of it.

prices = [0, 0.05, 0.1, 0.2, 0.4, 0.8]
LARGER = {"train_size": 4000, "test_size": 1000, "num_words": 300}
figure, axis = plt.subplots(layout="constrained")
for form in ("model", "digests"):
    returns = []
    for price in prices:
        run = CMLModel(rng=1, gas_price=price, contract_form=form, **LARGER).run()
        returns.append(run["honest_return"])
    axis.plot(prices, np.array(returns) * 100, "o-", label=form)
    print(f"{form}: fees eat the honest gain at {run['break_even_gas_price']:.2f} gwei")
axis.axhline(0, color="black", linewidth=0.8)
axis.set(xlabel="price of gas (gwei)", ylabel="honest contributor's return (%)")
axis.legend()
plt.show()

# %%
# The printed price is calculated from the calls that were made at the highest price of gas, so it
# is near the crossing of the curve, not on it. :doc:`/chain` says how the contract is called and
# what a simulation leaves out (the mempool, the order within a block, reorganisations);
# :doc:`/results/gas` has the prices at which each mechanism stops paying.
