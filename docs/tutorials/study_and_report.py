"""A study and its report
======================

A single market is an anecdote. A study runs a market for each setting and each seed, keeps every
run as it ends, and turns them into tables; a report says what they show, and how surely.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt

from cmlabm.analysis import FINAL_ACCURACY, compare, factors_of, log_rank, summarise
from cmlabm.batch import open_study

# %%
# The question here: does a dearer submission rid the market of the attacker sooner? A study is a
# file. It has what is fixed, what is swept, and how many seeds each setting gets.

directory = Path(tempfile.mkdtemp())
study_file = directory / "cost.toml"
study_file.write_text(
    """
name = "cost"
description = "What a dearer submission buys"
seeds = 8
[parameters]
train_size = 4000
test_size = 1000
num_words = 400
malicious_start_balance = 2000
[sweep]
cost_weight = [0.5, 1, 2, 4]
"""
)


# %%
# Studies are run by a command, so that it can be stopped and started again: what is stored is not
# run again. First we ask what it would do.


def command(*arguments: str) -> None:
    """Run ``python -m`` with some arguments, and print what it says."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=directory,
        check=True,
        capture_output=True,
        text=True,
    )
    print(done.stdout)


command("cmlabm.batch", "cost.toml", "--dry-run")

# %%
# That is little. Go:

command("cmlabm.batch", "cost.toml", "--workers", "2")

# %%
# The directory ``results/cost`` now has all runs in ``study.sqlite`` and the same as CSV and
# Parquet files. In Python they come as data frames.

study = open_study(directory / "results" / "cost")
runs = study.runs()
columns = ["cost_weight", "seed", "final_accuracy", "malicious_return", "malicious_depletion_days"]
print(runs[columns].head(10).to_string(index=False))

# %%
# The last column has gaps. Where the attacker still had money at the end we do not know when it
# would have been used up, only that it takes longer than the market lasted: such a time is
# *censored*. A mean over the others would be too low, so the analysis treats them as survival
# times.

(cost,) = factors_of(study)
depletion = log_rank(cost)
print(f"depletion times differ between the levels: log-rank test, p = {depletion.p:.2g}")
accuracy = compare(cost, FINAL_ACCURACY)
print(f"final accuracy, too: {accuracy.test}, p = {accuracy.p:.2g}")
print(f"(why that test: {accuracy.why})")

# %%
# Every run is a dot, with the mean and its 95 % interval at each level:

table = summarise(cost, (FINAL_ACCURACY,))
figure, axis = plt.subplots(layout="constrained")
axis.plot(runs["cost_weight"], runs["final_accuracy"], "o", alpha=0.4)
spread = [table["mean"] - table["low"], table["high"] - table["mean"]]
axis.errorbar(table["level"].astype(float), table["mean"], yerr=spread, fmt="k_", capsize=4)
axis.set(xlabel="cost weight", ylabel="final accuracy", xscale="log")
axis.set_xticks([0.5, 1, 2, 4], labels=["0.5", "1", "2", "4"])
axis.minorticks_off()
plt.show()

# %%
# ``draw_outcomes(cost)`` of ``cmlabm.analysis`` makes such a figure of all outcomes, to be saved.
#
# The report does all of this at once, for every factor, and writes one HTML page that you can
# send to somebody.

command("cmlabm.report", "results/cost")

# %%
# Want more seeds, or another level? Change the file and run the same command: it adds what is
# missing. :doc:`/studies` has the designs (one at a time, Latin hypercube, Sobol …),
# :doc:`/report` says how each figure of a report is calculated.
