r"""How fast markets are played on a chain as well, and how near fixed point is to floating point.

    uv run python benchmarks/chain_speed.py                          # word data made up
    uv run python benchmarks/chain_speed.py --seeds 6 \
        --set data=imdb --set data_path=aclImdb_labelled.tar.gz      # the base case, real reviews

For each seed: calls compared, processor seconds of the chain's part, memory that the replay added,
the largest difference between margins, and on how many test samples the predictions differ.
"""

import argparse
import resource

from cmlabm.batch.terminal import changes_of
from cmlabm.chain.backends import open_backend
from cmlabm.chain.market import MarketOnChain
from cmlabm.chain.replay import ModelReplay
from cmlabm.data.rows import BinaryRow
from cmlabm.parameters import Parameters


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def differing(market: MarketOnChain) -> int:
    """Return on how many test samples the model on the chain predicts otherwise at the end."""
    test, replay = market.contract.test, market.replay
    assert isinstance(replay, ModelReplay)
    predicted = market.contract.classifier.predict(test.features)
    count = 0
    for index, label in enumerate(predicted):
        row = test.row(index)
        assert isinstance(row, BinaryRow)
        count += int(replay.chained.margin(row, round(market.time * 86_400)) > 0) != label
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--set", action="append", default=[], dest="settings")
    arguments = parser.parse_args()
    parameters = Parameters.checked(dict(changes_of(arguments.settings)))
    for seed in range(arguments.seeds):
        market = MarketOnChain(parameters, seed, open_backend("embedded"))
        before = peak_mb()
        market.run()
        replay = market.replay
        print(
            f"seed {seed}: {replay.calls:,} calls, 0 differences, {replay.seconds:.1f} s:"
            f" {replay.calls / replay.seconds:,.0f}/s; peak memory +{peak_mb() - before:.0f} MB;"
            f" margins differ by at most {replay.largest_difference:.1e};"
            f" {differing(market)} of {len(market.contract.test):,} test predictions differ",
            flush=True,
        )


if __name__ == "__main__":
    main()
