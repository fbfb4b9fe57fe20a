"""Checks for classes of one's own, as the built-in ones pass them."""

import pickle
from collections.abc import Callable, Iterable
from itertools import product
from typing import Any

import numpy as np

from cmlabm.admission.interface import Admission
from cmlabm.behaviours import Behaviour, HonestBehaviour, MaliciousBehaviour
from cmlabm.classifiers import make_classifier
from cmlabm.contract.ledger import OUTSIDE, Ledger
from cmlabm.contract.submissions import Fate
from cmlabm.declarations import declared_by
from cmlabm.errors import InputError, class_of, in_short, shown
from cmlabm.mechanisms import MECHANISMS
from cmlabm.mechanisms.interface import Mechanism
from cmlabm.model import CMLModel

SMALL: dict[str, Any] = {
    "train_size": 80,
    "initial_fraction": 0.5,
    "test_size": 20,
    "num_words": 20,
    "honest_agents": 2,
    "honest_start_balance": 30.0,
    "honest_mean_wait_s": 3_600.0,
    "honest_stdev_wait_s": 600.0,
    "honest_mistake_probability": 0.2,
    "honest_own_samples": 20,
    "malicious_agents": 2,
    "malicious_start_balance": 15.0,
    "malicious_stdev_wait_s": 600.0,
    "malicious_target_deposit": 3.0,
    "claim_time_s": 3 * 86_400,
    "root_size": 20,
    "max_days": 60,
}
"""40 samples to submit and money that is soon scarce: a run takes a hundredth of a second."""

SEED = 5

type Setting = dict[str, Any]
"""In what a market differs from ``SMALL``."""

type Check = Callable[[Setting], None]


def check_behaviour(behaviour: type[Behaviour], **parameters: Any) -> list[str]:
    """Check a behaviour of one's own in markets under every built-in mechanism.

    Args:
        behaviour: the class, which must be importable.
        **parameters: over those of the small markets, for instance of the behaviour itself.

    Returns:
        The names of the checks that it passed.

    Raises:
        InputError: it is no such class, or cannot be imported.
        AssertionError: it fails a check; the message says which, in what market, and what to mend.

    Example:
        >>> from cmlabm.behaviours.malicious.echo import Echo
        >>> check_behaviour(Echo)[-1]
        'claiming_everything_is_claiming_one_by_one'
    """
    named = {
        f"{_checked(behaviour, HonestBehaviour, MaliciousBehaviour).kind}_behaviour": class_of(
            behaviour
        )
    }
    return _run(named | {"incentive": incentive} | parameters for incentive in MECHANISMS.built_in)


def check_mechanism(mechanism: type[Mechanism], **parameters: Any) -> list[str]:
    """Check a mechanism of one's own in markets of several behaviours.

    Args:
        mechanism: the class, which must be importable.
        **parameters: over those of the small markets, for instance of the mechanism itself.

    Returns:
        The names of the checks that it passed.

    Raises:
        InputError: it is no such class, or cannot be imported.
        AssertionError: it fails a check; the message says which, in what market, and what to mend.
    """
    named = {"incentive": class_of(_checked(mechanism, Mechanism))}
    return _run(
        named | {"honest_behaviour": honest, "malicious_behaviour": attacker} | parameters
        for honest, attacker in product(("study", "budget"), ("label-flip", "echo", "sybil"))
    )


def check_admission(admission: type[Admission], **parameters: Any) -> list[str]:
    """Check an admission of one's own in markets of several behaviours.

    Args:
        admission: the class, which must be importable.
        **parameters: over those of the small markets, for instance of the admission itself.

    Returns:
        The names of the checks that it passed.

    Raises:
        InputError: it is no such class, or cannot be imported.
        AssertionError: it fails a check; the message says which, in what market, and what to mend.
    """
    named = {"admission": class_of(_checked(admission, Admission))}
    return _run(
        named | {"incentive": incentive, "malicious_behaviour": attacker} | parameters
        for incentive, attacker in product(
            ("deposit-refund-take", "prediction-market"), ("label-flip", "echo", "sybil")
        )
    )


def check_classifier(classifier: type[Any], **parameters: Any) -> list[str]:
    """Check a classifier of one's own, by itself and as the shared model of markets.

    Args:
        classifier: a scikit-learn classifier with ``partial_fit``, or a class with the methods of
            ``cmlabm.classifiers.interface.Classifier``; it must be importable.
        **parameters: over those of the small markets.

    Returns:
        The names of the checks that it passed.

    Raises:
        InputError: it is no such class, or cannot be imported.
        AssertionError: it fails a check; the message says which, in what market, and what to mend.
    """
    named = {"classifier": class_of(_checked(classifier))}
    settings = [
        named | {"incentive": incentive, "malicious_behaviour": "echo"} | parameters
        for incentive in ("deposit-refund-take", "prediction-market")
    ]
    return _run(settings, (watched_samples_are_predicted_as_any_others, *CHECKS))


def it_runs(setting: Setting) -> None:
    """Mend what the error says: the class raised it, or gave what the market cannot use."""
    _finished(setting)


def it_is_reproducible(setting: Setting) -> None:
    """Draw from ``self.draws`` (or the ``rng`` of ``fit``) only, and keep nothing in the class."""
    assert _history(_finished(setting)) == _history(_finished(setting))


def it_can_be_pickled_every_night(setting: Setting) -> None:
    """Keep no lambdas, generators or open files: a run must go on where it was saved."""
    model = _market(setting)
    while model.running:
        model = pickle.loads(pickle.dumps(model))  # noqa: S301
        model.step()
    assert _history(model) == _history(_finished(setting))


def money_is_conserved(setting: Setting) -> None:
    """Money must move by the contract's payments, and enter or leave by its mechanism only."""
    model = _market(setting)
    while model.running:
        model.step()
        held = dict.fromkeys(range(OUTSIDE, len(model.ledger.names)), 0)
        for _, source, target, amount, _, _ in model.ledger.movements().tolist():
            assert amount >= 0
            held[source] -= amount
            held[target] += amount
            assert source == OUTSIDE or held[source] >= 0
        supply = -held.pop(OUTSIDE)
        assert tuple(held.values()) == model.ledger.balances
        assert supply == model.ledger.supply == sum(model.ledger.balances)


def the_escrow_is_what_is_left_of_all_deposits(setting: Setting) -> None:
    """What is paid of a submission must come out of its own deposit (or the bounty, at the end)."""
    model = _market(setting)
    bounty = model.ledger.balance(Ledger.ESCROW)
    while model.running:
        model.step()
        if bounty and not model.running:
            break
        left = sum(map(model.contract.left_of, range(len(model.contract.submissions))))
        locked = sum(map(model.contract.locked, range(len(model.ledger.names))))
        assert model.ledger.balance(Ledger.ESCROW) == bounty + left == bounty + locked


def claiming_everything_is_claiming_one_by_one(setting: Setting) -> None:
    """``take`` must treat each submission by itself, whatever others are taken with it."""
    model = _market(setting)
    contract: Any = model.contract
    contract.claims.claim_all = lambda account, now, _: _claim_one_by_one(contract, account, now)
    model.run()
    assert _history(model, in_order=False) == _history(_finished(setting), in_order=False)


def watched_samples_are_predicted_as_any_others(setting: Setting) -> None:
    """What ``watch`` says of a sample must be what ``label`` and ``predict`` say, at any time."""
    model = _market(setting)
    classifier, train = make_classifier(setting["classifier"]), model.dataset.train
    classifier.fit(train, np.random.default_rng(SEED))
    watch = classifier.watch(train)
    for number in range(len(train)):
        watch.add(train.row(number))
        classifier.update(train.row(number), int(train.labels[-1 - number]))
        rows = [train.row(one) for one in range(number + 1)]
        watched = np.asarray(watch.predictions(0, number + 1)).astype(int).tolist()
        assert watched == [classifier.label(row) for row in rows]
    assert watched == classifier.predict(train.features).tolist()


CHECKS: tuple[Check, ...] = (
    it_is_reproducible,
    it_can_be_pickled_every_night,
    money_is_conserved,
    the_escrow_is_what_is_left_of_all_deposits,
    claiming_everything_is_claiming_one_by_one,
)
"""What holds in every market, whatever it is made of; each says what to mend if it does not."""


def _checked[T: type[Any]](brought: T, *bases: type) -> T:
    if not isinstance(brought, type) or (bases and not issubclass(brought, bases)):
        wanted = " or ".join(base.__name__ for base in bases)
        must_be = f"a subclass of {wanted}" if bases else "a class"
        raise InputError(f"{shown(brought)}: must be {must_be}")
    if "<locals>" in brought.__qualname__:
        raise InputError(f"{class_of(brought)}: must be importable, not made within a function")
    for declared in declared_by(brought):
        assert declared.meaning, f"{class_of(brought)}: say what {declared.name} means"
    return brought


def _run(settings: Iterable[Setting], checks: Iterable[Check] = CHECKS) -> list[str]:
    checks = list(checks)
    for setting in settings:
        for check in (it_runs, *checks):
            try:
                check(setting)
            except Exception as error:
                shown = ", ".join(f"{name} = {value!r}" for name, value in setting.items())
                advice = (check.__doc__ or "").strip()
                raise AssertionError(
                    f"{check.__name__} fails where {shown} ({in_short(error)}). {advice}"
                ) from error
    return [check.__name__ for check in checks]


def _market(setting: Setting) -> CMLModel:
    return CMLModel(rng=SEED, **SMALL | setting)


def _finished(setting: Setting) -> CMLModel:
    model = _market(setting)
    model.run()
    return model


def _history(model: CMLModel, in_order: bool = True) -> str:
    """Return all that happened in a market, for comparison with another."""
    movements = model.ledger.movements().tolist()
    return repr(
        (
            model.outcomes(),
            model.series().to_dict("list"),
            movements if in_order else sorted(movements),
            model.contract.refusals().tolist(),
        )
    )


def _claim_one_by_one(contract: Any, account: int, now: int) -> None:
    """Do what ``claim_all`` does by asking for each pending submission by itself."""

    def pending() -> list[int]:
        return [
            number for number, fate in enumerate(contract.submissions.fate) if fate is Fate.PENDING
        ]

    def is_expired(number: int) -> bool:
        return bool(contract.submissions.time_s[number] < contract.rules.expired_before(now))

    for number in pending():
        contract.claims.refund(account, number, now)
    for number in pending():
        if not is_expired(number):
            contract.claims.take(account, number, now)
    for number in pending():
        if is_expired(number):
            contract.claims.take(account, number, now)
