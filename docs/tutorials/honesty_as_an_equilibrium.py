"""Is honesty an equilibrium?
==========================

Honest contributors earn something: good. But would one of them earn more by doing something else,
while the others stay honest? If so, honesty is not an equilibrium, and one should not count on
it.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

# %%
# A game file says who plays, what one may play, and under which contracts. Here five contributors
# may be honest (``study``), echo the model, collect what expires (``sniper``), flip labels, or
# stay away. The second contract changes two things: only samples from which the model learnt
# something count as verified, and what is left of an expired deposit goes back to its sender.

directory = Path(tempfile.mkdtemp())
game_file = directory / "honesty.toml"
game_file.write_text(
    """
name = "honesty"
players = 5
seeds = 10
strategies = ["study", "echo", "sniper", "label-flip", "abstain"]
[parameters]
train_size = 2500
test_size = 500
num_words = 1000
initial_fraction = 0.6
honest_start_balance = 1000
honest_mean_wait_s = 3000
[[sweep.contract]]
verified_counts = "all"
expiry_to = "first"
[[sweep.contract]]
verified_counts = "taught"
expiry_to = "sender"
"""
)


# %%
# The command simulates all markets that are needed: one in which all are honest, and for each
# strategy one in which a single player leaves honesty, each with all seeds.

done = subprocess.run(
    [sys.executable, "-m", "cmlabm.equilibrium", "honesty.toml", "--workers", "2"],
    cwd=directory,
    check=True,
    capture_output=True,
    text=True,
)
print(done.stdout)

# %%
# ``deviations.csv`` has what one player gains by leaving honesty, compared with an honest one on
# the same seed. The intervals hold for all strategies together with 95 %, so that trying many
# strategies does not find one by chance.

results = directory / "results" / "honesty"
deviations = pd.read_csv(results / "deviations.csv")
print(deviations.drop(columns="seeds").round(1).to_string(index=False))

# %%

contracts = deviations.groupby(["verified_counts", "expiry_to"], sort=False)
figure, axes = plt.subplots(1, 2, figsize=(9, 3.5), sharey=True, layout="constrained")
for axis, (contract, table) in zip(axes, contracts, strict=True):
    spread = [table["gain"] - table["gain_low"], table["gain_high"] - table["gain"]]
    axis.errorbar(table["gain"], table["strategy"], xerr=spread, fmt="o", capsize=3)
    axis.axvline(0, color="black", linewidth=0.8)
    axis.set(title=", ".join(map(str, contract)), xlabel="gain by leaving honesty (tokens)")
    axis.set_xscale("symlog", linthresh=10)
plt.show()

# %%
# Right of the line, leaving pays. Who lies loses under both contracts, in the mean; one liar
# among five is lucky at times, so that its interval is wide. But under the study's contract
# somebody who only repeats what the model believes already, or who only collects what has
# expired, lives on those who teach the model. Under the other one neither pays any more.

verdicts = pd.read_csv(results / "verdicts.csv")
print(verdicts.to_string(index=False))

# %%
# "Undecided" is an answer: with so few seeds neither could be shown. ``epsilon`` is the most that
# anybody may gain, as far as these seeds tell. And what nobody tried is in no table: an
# equilibrium among five strategies may not be one among six. :doc:`/equilibrium` has the
# mathematics, :doc:`/results/equilibrium` twenty-five contracts on real reviews, with all
# strategies of the library.
