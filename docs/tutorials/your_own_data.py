"""Your own data
=============

Does the mechanism work for the samples that you have? A market takes texts or tables from a file,
and arrays by way of one.
"""

import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.datasets import make_classification

from cmlabm import CMLModel

directory = Path(tempfile.mkdtemp())

# %%
# **Texts.** A CSV, Parquet or JSON-lines file with a column of texts and one of labels. Here we
# make some up: messages to a help desk, with the team that should get them.

rng = np.random.default_rng(0)
usual = ["please", "hello", "we", "the", "since", "today", "cannot", "again", "help", "thanks"]
about = {
    "billing": ["invoice", "refund", "card", "charged", "price", "tax"],
    "network": ["router", "slow", "cable", "offline", "signal", "wifi"],
    "account": ["password", "login", "locked", "email", "name", "delete"],
}
any_team = [word for words in about.values() for word in words]
teams = rng.choice(list(about), size=2500)
messages = pd.DataFrame(
    {
        "message": [
            " ".join([*rng.choice(usual, 6), *rng.choice(about[team], 3), *rng.choice(any_team, 2)])
            for team in teams
        ],
        "team": teams,
    }
)
messages.to_csv(directory / "messages.csv", index=False)
print(messages.head(3).to_string(index=False))

# %%
# ``num_words`` of the most frequent words become features; ``features`` says whether it is their
# presence, their counts or tf-idf that counts.

TEXTS = {
    "data": "text",
    "data_path": str(directory / "messages.csv"),
    "text_column": "message",
    "label_column": "team",
    "num_words": 25,
    "train_size": 2000,
    "test_size": 500,
}
model = CMLModel(rng=1, **TEXTS)
print("classes:", *model.dataset.classes)
print("features:", *model.dataset.features)

# %%
# **A table.** Any CSV or Parquet file: columns of numbers are features, texts and booleans become
# categories. What you have as arrays goes through a data frame.

features, labels = make_classification(2500, n_features=12, n_informative=6, random_state=0)
frame = pd.DataFrame(features).add_prefix("x").assign(label=labels)
frame.to_parquet(directory / "table.parquet")
TABLE = {
    "data": "table",
    "data_path": str(directory / "table.parquet"),
    "train_size": 2000,
    "test_size": 500,
}

# %%
# Now the question. With and without an attacker who comes a third as often as the honest
# contributor:

figure, axes = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
for axis, (name, data) in zip(axes, {"texts": TEXTS, "table": TABLE}.items(), strict=True):
    for attackers in (0, 1):
        market = CMLModel(
            rng=1,
            malicious_agents=attackers,
            malicious_mean_wait_s=1800,
            malicious_start_balance=2000,
            initial_fraction=0.2,
            **data,
        )
        outcomes = market.run()
        series = market.series()
        axis.plot(series["day"], series["accuracy"], label=f"{attackers} attackers")
        print(f"{name}, {attackers} attackers: {outcomes['final_accuracy']:.3f}")
    axis.set(title=name, xlabel="day", ylabel="accuracy")
axes[0].legend()
plt.show()

# %%
# The texts are easy to tell apart, and the attack does them no harm. The table is not, and there
# the attack ruins the model. The mechanism needs a model that is right often enough; where it is
# not, honest deposits are lost like bad ones. So look at ``initial_accuracy`` first. Rows are
# split into training and test samples at random but always in the same way, and a run is known by
# the content of the file, wherever it lies.
#
# :doc:`/data` has all about files, :doc:`/how-to/imdb` the reviews of the published study.
