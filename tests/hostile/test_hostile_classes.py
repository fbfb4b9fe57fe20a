"""What users bring as ``module:Class``: refused when it cannot work, stopped when it cheats."""

import itertools
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from commands import refusal
from small_market import market

from cmlabm.batch.command import app
from cmlabm.batch.run import Run, execute
from cmlabm.errors import InputError
from cmlabm.parameters import Parameters

type Bring = Callable[[str], str]

HEADER = """
import sys
import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from cmlabm.admission.everything import Everything
from cmlabm.behaviours import HonestBehaviour, MaliciousBehaviour
from cmlabm.behaviours.honest.truthful import Truthful
from cmlabm.behaviours.interface import Purse
from cmlabm.behaviours.malicious.label_flip import LabelFlip
from cmlabm.data.rows import BinaryRow, NumericRow
from cmlabm.contract.ledger import Reason
from cmlabm.mechanisms.deposit_refund_take import DepositRefundTake
from cmlabm.mechanisms.interface import Closing, Mechanism, Settlement, Split
from cmlabm.mechanisms.prediction_market import PredictionMarket
from cmlabm.mechanisms.slashing import Slashing
from users_own import WordVotes

class Zeros(ClassifierMixin, BaseEstimator):
    def fit(self, X, y): return self
    def partial_fit(self, X, y): return self
    def predict(self, X): return np.zeros(len(X), dtype=int)

class Odd(Settlement):
    def __init__(self, closing): self.closing = closing
    def closed(self, submissions, left, test): return self.closing

class Paying(Settlement):
    def __init__(self, classifier, amount): self.classifier, self.amount = classifier, amount
    def closed(self, submissions, left, test): return Closing({1: self.amount}, self.classifier)

"""
SMALL: dict[str, Any] = {"train_size": 200, "test_size": 50, "num_words": 20, "max_days": 30}
names = (f"brought_{number}" for number in itertools.count())


@pytest.fixture
def bring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bring]:
    """Return what writes a module that can be imported, and returns its name."""
    monkeypatch.syspath_prepend(str(tmp_path))
    written: list[str] = []

    def write(source: str) -> str:
        name = next(names)
        (tmp_path / f"{name}.py").write_text(source)
        written.append(name)
        return name

    yield write
    for name in written:
        sys.modules.pop(name, None)


def own(bring: Bring, source: str, named: str = "Own") -> str:
    """Return ``module:Own`` of a class that is written in one line, without ``class Own``."""
    return f"{bring(f'{HEADER}class Own{source}\n')}:{named}"


# Modules and names

MODULES = [
    ("raise ValueError('no such luck\\nand more')", "(ValueError: no such luck); allowed"),
    ("raise KeyError('gone')", "(KeyError: 'gone'); allowed"),
    ("def broken(:", "(SyntaxError: invalid syntax"),
    ("import sys; sys.exit('bye')", "(SystemExit: bye)"),
    ("raise SystemExit", "(SystemExit)"),
    ("raise BaseException('of its own')", "(BaseException: of its own)"),
    ("import not_there_at_all", "(ModuleNotFoundError: No module named 'not_there_at_all')"),
    ("def f(): f()\nf()", "(RecursionError: "),
    ("assert False", "(AssertionError)"),
    ("def __getattr__(name): raise OSError('closed')", "(OSError: closed)"),
    ("Other = int", "has no attribute 'Own')"),
    ("Own = 5", "is not a class but of type int"),
    ("Own = None", "is not a class but of type NoneType"),
    ("def Own(): ...", "is not a class but of type function"),
    ("import sys as Own", "is not a class but of type module"),
]


@pytest.mark.parametrize(
    "parameter", ["honest_behaviour", "malicious_behaviour", "incentive", "classifier"]
)
@pytest.mark.parametrize(("source", "words"), MODULES, ids=[source for source, _ in MODULES])
def test_a_module_that_fails_or_has_no_such_class_is_refused_in_one_sentence(
    bring: Bring, parameter: str, source: str, words: str
) -> None:
    name = f"{bring(source)}:Own"
    with pytest.raises(InputError) as refused:
        Parameters.checked({parameter: name})
    assert f"{parameter} = {name!r}: " in str(refused.value)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "parameter", ["honest_behaviour", "malicious_behaviour", "incentive", "classifier"]
)
@pytest.mark.parametrize(
    "name",
    [
        "users_own:",
        ":Contrarian",
        ":",
        "users_own:Contrarian:purses",
        "users_own:Contrarian.purses",
        ".users_own:Contrarian",
        "cmlabm..registry:Registry",
        "users-own:Contrarian",
        "../users_own:Contrarian",
        "users_own.py:Contrarian ()",
        "users_own:Contrarian()",
    ],
)
def test_a_name_must_be_a_module_and_a_class(parameter: str, name: str) -> None:
    with pytest.raises(InputError, match="must be module:Class"):
        Parameters.checked({parameter: name})


# Classes that cannot be what they are to be, found before there is any market

AT_ONCE = [
    ("honest_behaviour", ": ...", "is not a subclass of HonestBehaviour"),
    ("honest_behaviour", "(LabelFlip): ...", "is not a subclass of HonestBehaviour"),
    ("malicious_behaviour", "(Truthful): ...", "is not a subclass of MaliciousBehaviour"),
    ("malicious_behaviour", "(MaliciousBehaviour): ...", "does not define label_for"),
    (
        "malicious_behaviour",
        "(LabelFlip):\n def label_for(self, row): return 0",
        "label_for must be a method that takes (row, truth)",
    ),
    (
        "honest_behaviour",
        "(Truthful):\n def wait(self, day): return 9",
        "wait must be a method that takes ()",
    ),
    (
        "honest_behaviour",
        "(Truthful):\n def wait(): return 9",
        "wait must be a method that takes ()",
    ),
    (
        "honest_behaviour",
        "(Truthful):\n offer = 5_000_000",
        "offer must be a method that takes (contribution)",
    ),
    (
        "honest_behaviour",
        "(Truthful):\n @classmethod\n def check(cls): ...",
        "check must be a method that takes (parameters)",
    ),
    (
        "malicious_behaviour",
        "(LabelFlip):\n def __init__(self, nerve): ...",
        "cannot be made (TypeError: ",
    ),
    (
        "malicious_behaviour",
        "(LabelFlip):\n def __init__(self): raise OSError('no')",
        "cannot be made (OSError: no)",
    ),
    ("admission", ": ...", "is not a subclass of Admission"),
    (
        "admission",
        "(Everything):\n def __init__(self): raise OSError('no')",
        "cannot be made (OSError: no)",
    ),
    ("incentive", ": ...", "is not a subclass of Mechanism"),
    ("incentive", "(LabelFlip): ...", "is not a subclass of Mechanism"),
    ("incentive", "(Mechanism): ...", "does not define required_deposit"),
    (
        "incentive",
        "(DepositRefundTake):\n def __init__(self, fee): ...",
        "fails (TypeError: ",
    ),
    (
        "incentive",
        "(DepositRefundTake):\n def __init__(self, **terms): raise OSError('no')",
        "fails (OSError: no)",
    ),
    (
        "incentive",
        "(DepositRefundTake):\n def __init__(self, **terms): sys.exit(4)",
        "fails (SystemExit: 4)",
    ),
    (
        "incentive",
        "(DepositRefundTake):\n def required_deposit(self, waited): return 1",
        "required_deposit must be a method that takes (waited, standing)",
    ),
    (
        "incentive",
        "(DepositRefundTake):\n def least_deposit(self): return 1",
        "least_deposit must be a property",
    ),
    (
        "incentive",
        "(DepositRefundTake):\n def required_deposit(self, waited, standing): return 1 // 0",
        "fails (ZeroDivisionError: ",
    ),
    *(
        (
            "incentive",
            f"(DepositRefundTake):\n def required_deposit(self, waited, standing): return {value}",
            f":Own: required_deposit = {shown}: must be a whole number from 0 to ",
        )
        for value, shown in [
            ("-1", "-1"),
            ("1.5", "1.5"),
            ("2e6", "2000000.0"),
            ("float('nan')", "nan"),
            ("float('inf')", "inf"),
            ("2**63", "9223372036854775808"),
            ("'5'", "'5'"),
            ("None", "None"),
            ("True", "True"),
            ("np.float64(7)", "np.float64(7.0)"),
            ("np.int64(-7)", "np.int64(-7)"),
        ]
    ),
    *(
        (
            "incentive",
            f"(DepositRefundTake):\n def {method}: return {value}",
            f":Own: {words}",
        )
        for method, value, words in [
            ("locked(self, required, offer)", "offer + 1", "locked = 60000001: must be"),
            ("locked(self, required, offer)", "-1", "locked = -1: must be"),
            ("locked(self, required, offer)", "offer / 2", "locked = 30000000.0: must be"),
            ("refundable_before(self, now)", "None", "refundable_before = None: must be"),
            ("refundable_before(self, now)", "float('nan')", "refundable_before = nan: must be"),
            ("expired_before(self, now)", "now - 0.5", "expired_before = -0.5: must be"),
        ]
    ),
    *(
        (
            "incentive",
            f"(DepositRefundTake):\n def take(self, deposit, claimable, n, N): return {value}",
            ":Own: take gave ",
        )
        for value in [
            "claimable + 1",
            "-claimable",
            "claimable / 2",
            "claimable * float('nan')",
            "claimable[:1]",
            "int(claimable.sum())",
            "None",
            "claimable > 0",
            "[str(one) for one in claimable]",
        ]
    ),
    (
        "incentive",
        "(Mechanism):\n id = 'own'\n def required_deposit(self, waited, standing): return 1",
        ":Own: must define take, or have lets_take = False",
    ),
    (
        "incentive",
        "(Slashing):\n def take(self, deposit, left, n, N): return Split(left * 0, left, left)",
        ":Own: take gave ",
    ),
    (
        "incentive",
        "(Slashing):\n def take(self, deposit, left, n, N): return Split(left * 0, burnt=left / 2)",
        ":Own: take gave ",
    ),
    ("incentive", "(DepositRefundTake):\n label_window = -1", ":Own: label_window = -1: must be"),
    ("incentive", "(DepositRefundTake):\n label_window = 2.5", ":Own: label_window = 2.5: must"),
    (
        "incentive",
        "(DepositRefundTake):\n least_deposit = 0.5",
        ":Own: least_deposit = 0.5: must be",
    ),
    ("classifier", ": ...", "has no method fit"),
    ("classifier", "(Zeros):\n fit = None", "has no method fit"),
    ("classifier", "(Zeros):\n partial_fit = 3", "has no method partial_fit"),
    ("classifier", "(Zeros):\n predict = property(lambda self: 0)", "has no method predict"),
    (
        "classifier",
        "(Zeros):\n def __init__(self, depth): self.depth = depth",
        "cannot be made (TypeError: ",
    ),
    (
        "classifier",
        "(Zeros):\n def __init__(self): raise OSError('no')",
        "cannot be made (OSError: no)",
    ),
    (
        "classifier",
        "(Zeros):\n def __init__(self): sys.exit(1)",
        "cannot be made (SystemExit: 1)",
    ),
    ("classifier", "(Zeros):\n def fit(self, X): ...", "fit must take (X, y)"),
    (
        "classifier",
        "(Zeros):\n def partial_fit(self, X, y, z): ...",
        "partial_fit must take (X, y)",
    ),
    ("classifier", "(Zeros):\n def predict(self): ...", "predict must take (X)"),
    (
        "classifier",
        (
            "(RegressorMixin, BaseEstimator):\n"
            " fit = partial_fit = lambda self, X, y: self\n predict = lambda self, X: X[:, 0]"
        ),
        "is not a scikit-learn classifier",
    ),
    (
        "classifier",
        ":\n fit = partial_fit = lambda self, X, y: self\n predict = lambda self, X: X[:, 0]",
        "is not a scikit-learn classifier",
    ),
]


@pytest.mark.parametrize(("parameter", "source", "words"), AT_ONCE)
def test_a_class_that_cannot_work_is_refused_at_the_start(
    bring: Bring, parameter: str, source: str, words: str
) -> None:
    name = own(bring, source)
    with pytest.raises(InputError) as refused:
        Parameters.checked({parameter: name})
    assert str(refused.value).startswith(f"{parameter} = {name!r}: ")
    assert words in str(refused.value)


# Classes that are found out by the data, when the market is set up

WITH_DATA = [
    (
        "incentive",
        "(PredictionMarket):\n def opened(self, market): return None",
        ":Own: opened gave None: must be a Settlement",
    ),
    *(
        (
            "classifier",
            f"(Zeros):\n def predict(self, X): return np.full(len(X), {value})",
            f":Own: predict gave {shown}: must be whole numbers from 0 to 1",
        )
        for value, shown in [
            ("-1", "-1"),
            ("0.5", "0.5"),
            ("99", "99"),
            ("2", "2"),
            ("np.nan", "nan"),
            ("np.inf", "inf"),
            ("'spam'", "spam"),
            ("None", "None"),
            ("1j", "1j"),
        ]
    ),
    *(
        (
            "classifier",
            f"(Zeros):\n def predict(self, X): return {value}",
            ":Own: predict gave an array of shape ",
        )
        for value in ["0", "None", "np.zeros(len(X) - 1)", "np.zeros((len(X), 1))", "[]", "{0: 1}"]
    ),
    (
        "classifier",
        "(Zeros):\n def fit(self, X, y): raise OSError('no')",
        ":Own: cannot be fitted to the samples that start the model (OSError: no)",
    ),
    (
        "malicious_behaviour",
        "(LabelFlip):\n def begin(self): raise OSError('no')",
        ":Own: cannot enter the market (OSError: no)",
    ),
    (
        "malicious_behaviour",
        "(LabelFlip):\n def purses(self, balance): return None",
        ":Own: cannot enter the market (TypeError: ",
    ),
    (
        "malicious_behaviour",
        "(LabelFlip):\n def purses(self, balance): return []",
        ":Own: must enter with 10000000000 units in its purses together",
    ),
    (
        "malicious_behaviour",
        "(LabelFlip):\n def purses(self, balance): return [Purse(self, balance)] * 2",
        ":Own: must enter with 10000000000 units in its purses together",
    ),
    (
        "malicious_behaviour",
        "(LabelFlip):\n def purses(self, balance): return [Purse(self, balance / 3)] * 3",
        ":Own: purse = 3333333333.3333335: must be a whole number from 0",
    ),
    (
        "malicious_behaviour",
        "(LabelFlip):\n def purses(self, balance): return [Purse(self, balance // 2)] * 2",
        ":Own: is the behaviour of another agent",
    ),
    *(
        (
            "honest_behaviour",
            f"(Truthful):\n def wait(self): return {value}",
            f":Own: wait = {shown}: must be a whole number from 1 to ",
        )
        for value, shown in [
            ("0", "0"),
            ("-600", "-600"),
            ("2.5", "2.5"),
            ("float('inf')", "inf"),
            ("float('nan')", "nan"),
            ("10**30", "1000000000000000000000000000000"),
            ("'600'", "'600'"),
            ("None", "None"),
            ("True", "True"),
        ]
    ),
]


@pytest.mark.parametrize(("parameter", "source", "words"), WITH_DATA)
def test_a_class_that_answers_nonsense_is_refused_when_the_market_is_set_up(
    bring: Bring, parameter: str, source: str, words: str
) -> None:
    with pytest.raises(InputError) as refused:
        market(**SMALL | {parameter: own(bring, source)})
    assert words in str(refused.value)


# Classes that are found out in the middle of a run

LATER = [
    *(
        (
            "malicious_behaviour",
            f"(LabelFlip):\n def label_for(self, row, truth): return {value}",
            f":Own: label = {shown}: must be a whole number from 0 to 1",
        )
        for value, shown in [
            ("-1", "-1"),
            ("0.5", "0.5"),
            ("1.0", "1.0"),
            ("99", "99"),
            ("2", "2"),
            ("float('nan')", "nan"),
            ("True", "True"),
            ("'spam'", "'spam'"),
            ("None", "None"),
        ]
    ),
    *(
        (
            "honest_behaviour",
            f"(Truthful):\n def offer(self, contribution): return {value}",
            f":Own: offer = {shown}: must be a whole number from 0 to ",
        )
        for value, shown in [
            ("1.5", "1.5"),
            ("5e7", "50000000.0"),
            ("-1", "-1"),
            ("float('nan')", "nan"),
            ("float('inf')", "inf"),
            ("None", "None"),
        ]
    ),
    *(
        (
            "malicious_behaviour",
            (
                "(LabelFlip):\n def contribution(self):\n"
                f"  return super().contribution()._replace(row={value})"
            ),
            ":Own: row = ",
        )
        for value in [
            "NumericRow(np.zeros(20))",
            "BinaryRow.of(np.ones(19))",
            "BinaryRow.of(np.ones(21))",
            "np.zeros(20)",
            "None",
        ]
    ),
    (
        "classifier",
        "(Zeros):\n def partial_fit(self, X, y): self.predict = lambda X: np.full(len(X), 7)",
        ":Own: predict gave 7: must be whole numbers from 0 to 1",
    ),
    (
        "incentive",
        (
            "(DepositRefundTake):\n"
            " def required_deposit(self, waited, standing): return 1 - 2 * (standing.verified > 3)"
        ),
        ":Own: required_deposit = -1: must be a whole number from 0",
    ),
    (
        "incentive",
        (
            "(DepositRefundTake):\n"
            " def take(self, deposit, claimable, n, N): return claimable + (N > 3)"
        ),
        ":Own: take gave ",
    ),
    (
        "incentive",
        ("(PredictionMarket):\n def opened(self, market): return Paying(market.classifier, 0.5)"),
        ":Own: payout = 0.5: must be a whole number from 0",
    ),
    (
        "incentive",
        (
            "(PredictionMarket):\n"
            " def opened(self, market): return Paying(market.classifier, 10**15)"
        ),
        ":Own: payout = 1000000000000000: must be a whole number from 0",
    ),
    *(
        (
            "incentive",
            (
                "(PredictionMarket):\n def opened(self, market):\n"
                f"  model = market.classifier\n  return Odd({closing})"
            ),
            f":Own: {words}",
        )
        for closing, words in [
            ("7", "closed gave 7: must be None, or a Closing with the final classifier"),
            ("Closing({}, None)", "closed gave Closing"),
            ("Closing({'eve': 1}, model)", "account of a payout = 'eve': must be a whole number"),
            ("Closing({-1: 1}, model)", "account of a payout = -1: must be a whole number from 1"),
            ("Closing({0: 1}, model)", "account of a payout = 0: must be a whole number from 1"),
            ("Closing({9: 1}, model)", "account of a payout = 9: must be a whole number from 1"),
        ]
    ),
    *(
        (
            "malicious_behaviour",
            f"(LabelFlip):\n def contribution(self): return {sent}",
            f":Own: {words}",
        )
        for sent, words in [
            ("(self.senses.queue.row, 1)", "contribution gave (BinaryRow"),
            ("7", "contribution gave 7: must be None or a Contribution"),
            ("super().contribution()._replace(copy_of=-1)", "copy_of = -1: must be a whole number"),
            ("super().contribution()._replace(copy_of=10**9)", "copy_of = 1000000000: must be"),
        ]
    ),
    *(
        (
            "classifier",
            f"(WordVotes):\n def update(self, row, label): return {answer}",
            f":Own: update gave {answer}: must be whether any prediction may have changed",
        )
        for answer in ("None", "1", "'yes'")
    ),
    *(
        (
            "malicious_behaviour",
            f"(LabelFlip):\n def wants_to_submit(self):\n  {cheat}\n  return True",
            words,
        )
        for cheat, words in [
            (
                "self.senses.model.ledger._balances[self.senses.account] += 5",
                "account 'malicious-1' holds ",
            ),
            (
                "self.senses.model.ledger._balances[1] -= 5",
                "account 'honest-1' holds ",
            ),
            (
                "self.senses.model.ledger._balances[self.senses.account] += 0.5",
                "account 'malicious-1' holds ",
            ),
            (
                "self.senses.model.ledger._supply += 5",
                "the supply is ",
            ),
            (
                "one = self.senses.model.ledger; one.burn(one.balance(0), Reason.BURN, 0)",
                "the escrow holds ",
            ),
        ]
    ),
]


@pytest.mark.parametrize(("parameter", "source", "words"), LATER)
def test_a_class_that_answers_nonsense_or_cheats_ends_the_run(
    bring: Bring, parameter: str, source: str, words: str
) -> None:
    model = market(**SMALL | {parameter: own(bring, source)})
    with pytest.raises(InputError) as refused:
        model.run()
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_numbers_that_are_no_numbers_do_not_reach_the_model(bring: Bring) -> None:
    """A single NaN would make every later prediction meaningless."""
    source = (
        "(LabelFlip):\n def contribution(self):\n"
        "  return super().contribution()._replace(row=NumericRow(np.full(64, np.nan)))"
    )
    model = market(data="digits", initial_fraction=0.5, malicious_behaviour=own(bring, source))
    with pytest.raises(InputError, match=r":Own: row = .*must be a NumericRow of 64 features"):
        model.run()


def test_balances_cannot_be_written(bring: Bring) -> None:
    model = market()
    balances: Any = model.ledger.balances
    with pytest.raises(TypeError, match="does not support item assignment"):
        balances[1] += 5
    for name in ("balances", "supply"):
        with pytest.raises(AttributeError, match="has no setter"):
            setattr(model.ledger, name, 5)
    agent: Any = model.contributors[0]
    with pytest.raises(AttributeError, match="has no setter"):
        agent.balance = 5.0


# What works must go on to work


@pytest.mark.parametrize(
    ("parameter", "source"),
    [
        ("malicious_behaviour", "(LabelFlip):\n def label_for(self, *told): return np.int8(1)"),
        (
            "malicious_behaviour",
            "(LabelFlip):\n @staticmethod\n def label_for(row, truth): return 0",
        ),
        ("honest_behaviour", "(Truthful):\n def wait(self, extra=0): return np.int64(900)"),
        (
            "honest_behaviour",
            "(Truthful):\n def offer(self, contribution): return np.int64(9e6)",
        ),
        ("incentive", "(DepositRefundTake):\n least_deposit = 0"),
        (
            "incentive",
            "(DepositRefundTake):\n def required_deposit(self, *told): return np.int64(7)",
        ),
        (
            "incentive",
            (
                "(DepositRefundTake):\n def take(self, deposit, claimable, n, N):"
                " return [one // 2 for one in claimable.tolist()]"
            ),
        ),
        ("classifier", "(Zeros):\n def predict(self, X): return np.ones(len(X))"),
        ("classifier", "(Zeros):\n def predict(self, X): return np.ones(len(X), dtype=bool)"),
        ("classifier", "(Zeros):\n def predict(self, X): return [0] * len(X)"),
        ("classifier", "(Zeros):\n def fit(self, X, y, sample_weight=None): return self"),
    ],
)
def test_whole_numbers_of_any_type_will_do(bring: Bring, parameter: str, source: str) -> None:
    model = market(**SMALL | {parameter: own(bring, source), "max_days": 3})
    model.run()
    assert set(map(type, model.contract.submissions.label)) == {int}
    assert set(map(type, model.contract.submissions.deposit)) == {int}
    assert model.time > 1


# Through the commands


@pytest.mark.parametrize(
    ("parameter", "source", "words"),
    [
        ("incentive", "(DepositRefundTake):\n def locked(self, *told): return -1", "locked = -1"),
        ("incentive", ": raise SystemExit(0)", "cannot be imported (SystemExit: 0)"),
        ("classifier", "(Zeros):\n fit = None", "has no method fit"),
        ("malicious_behaviour", "(MaliciousBehaviour): ...", "does not define label_for"),
        ("honest_behaviour", "(Truthful): raise OSError", "cannot be imported (OSError)"),
    ],
)
def test_a_study_of_a_class_that_cannot_work_is_not_begun(
    bring: Bring, tmp_path: Path, parameter: str, source: str, words: str
) -> None:
    name, out = own(bring, source), tmp_path / "out"
    said = refusal(app, ["--set", f"{parameter}={name}", "--out", str(out), "--workers", "1"])
    assert said.startswith(f"error: {parameter} = {name!r}: ")
    assert words in said
    assert not out.exists()


def test_a_run_that_is_stopped_is_recorded_with_the_class_at_fault(bring: Bring) -> None:
    name = own(bring, "(LabelFlip):\n def label_for(self, row, truth): return -1")
    result = execute(Run(Parameters.checked(SMALL | {"malicious_behaviour": name}), seed=1))
    assert result.status == "failed"
    last = result.error.strip().splitlines()[-1]
    assert last.endswith(f"InputError: {name}: label = -1: must be a whole number from 0 to 1")


def test_money_written_on_the_last_day_is_found_too(bring: Bring) -> None:
    source = (
        "(LabelFlip):\n def wants_to_submit(self):\n"
        "  model = self.senses.model\n"
        "  model.ledger._balances[self.senses.account] += model.time > 1\n  return True"
    )
    model = market(**SMALL | {"malicious_behaviour": own(bring, source), "max_days": 2})
    with pytest.raises(InputError, match="account 'malicious-1' holds"):
        model.run()
    assert model.time == 2
