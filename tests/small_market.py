"""What the tests share: small markets, and a contract whose classifier says what a test wants."""

from typing import Any

import numpy as np
from mesa import Model
from numpy.typing import NDArray

from cmlabm.admission.everything import Everything
from cmlabm.admission.interface import Admission
from cmlabm.classifiers.interface import Classifier
from cmlabm.contract.agent import ContractAgent
from cmlabm.contract.chain import Chain
from cmlabm.data.dataset import Features, Samples
from cmlabm.data.rows import NumericRow, Row
from cmlabm.mechanisms.deposit_refund_take import DepositRefundTake
from cmlabm.mechanisms.interface import Mechanism
from cmlabm.model import CMLModel

TOKEN = 1_000_000
DAY = 86_400
RULES = DepositRefundTake(
    cost_weight=1.0, minimum_deposit=TOKEN, refund_time=DAY, claim_time=9 * DAY
)


def market(seed: int = 1, **parameters: Any) -> CMLModel:
    """Return a market of 460 submissions that is over within a second."""
    return CMLModel(
        rng=seed, **{"train_size": 500, "test_size": 200, "num_words": 100} | parameters
    )


def record(model: CMLModel) -> str:
    """Return all that happened in a market, for comparison with another."""
    return repr(
        (
            model.outcomes(),
            model.series().to_dict("list"),
            model.ledger.movements().tolist(),
            model.contract.refusals().tolist(),
        )
    )


class Oracle(Classifier):
    """A classifier that predicts what it is told to. A sample's only feature says which it is.

    Attributes:
        says: the label predicted for each sample; 0 for those that it does not list.
        after_update: what it says once it has learnt from the next sample, if not None.
        learnt: the samples and labels that it has learnt from.
    """

    def __init__(self) -> None:
        self.says: dict[int, int] = {}
        self.after_update: dict[int, int] | None = None
        self.learnt: list[tuple[int, int]] = []

    def fit(self, samples: Samples, rng: np.random.Generator) -> None: ...

    def predict(self, features: Features) -> NDArray[np.int64]:
        return np.array([self.says.get(int(x), 0) for (x,) in np.asarray(features)], dtype=np.int64)

    def label(self, row: Row) -> int:
        return self.says.get(int(row.dense()[0]), 0)

    def margins(self, features: Features) -> None: ...

    def update(self, row: Row, label: int) -> bool:
        self.learnt.append((int(row.dense()[0]), label))
        if self.after_update is None:
            return False
        self.says, self.after_update = self.after_update, None
        return True

    def watch(self, like: Samples) -> "OracleWatch":
        return OracleWatch(self)


class OracleWatch:
    """Watched samples of an oracle."""

    def __init__(self, oracle: Oracle) -> None:
        self._oracle = oracle
        self._samples = np.zeros((0, 1))

    def add(self, row: Row) -> None:
        self._samples = np.vstack([self._samples, row.dense()])

    def keep(self, positions: NDArray[np.intp]) -> None:
        self._samples = self._samples[positions]

    def predictions(self, start: int, end: int) -> NDArray[np.int64]:
        return self._oracle.predict(self._samples[start:end])


def sample(number: int) -> NumericRow:
    """Return the features of the sample with a number."""
    return NumericRow(np.array([float(number)]))


def opened(
    rules: Mechanism,
    oracle: Oracle,
    admission: Admission | None = None,
    chain: Chain | None = None,
) -> ContractAgent:
    """Return a contract without accounts."""
    test = Samples(np.array([[-1.0]]), np.array([0]))
    return ContractAgent(
        Model(),
        rules,
        admission or Everything(),
        oracle,
        initial=test,
        root=test.take(np.array([], dtype=np.int64)),
        test=test,
        rng=np.random.default_rng(1),
        chain=chain,
    )


def contract_with(
    oracle: Oracle,
    *balances: int,
    rules: DepositRefundTake = RULES,
    admission: Admission | None = None,
    chain: Chain | None = None,
) -> ContractAgent:
    """Return a contract with accounts 1, 2, … that hold some units each, and behind them fees."""
    contract = opened(rules, oracle, admission, chain)
    for number, balance in enumerate(balances, start=1):
        contract.open_account(f"account-{number}", balance)
    if contract.chain.gas_price:
        contract.open_fees()
    return contract
