"""The checks for users' classes pass what is sound and say what is wrong with the rest."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import users_own
from sklearn.naive_bayes import BernoulliNB

from cmlabm.classifiers.nearest_centroid import NearestCentroid
from cmlabm.data.rows import Row
from cmlabm.errors import InputError
from cmlabm.testing import CHECKS, check_behaviour, check_classifier, check_mechanism


def test_what_is_sound_passes_every_check() -> None:
    names = [check.__name__ for check in CHECKS]
    assert check_behaviour(users_own.Contrarian) == names
    assert check_mechanism(users_own.Toll) == names
    assert check_mechanism(users_own.Surcharge, surcharge=0.5, surcharge_until_day=2) == names
    assert check_classifier(BernoulliNB)[1:] == names


class Moody(users_own.Contrarian):
    """Draws from elsewhere."""

    def label_for(self, row: Row, truth: int) -> int:
        return int(np.random.default_rng().random() < 0.5)


class Hoarder(users_own.Contrarian):
    """Keeps what cannot be saved."""

    def begin(self) -> None:
        self.judge: Any = lambda: 0


class Volume(users_own.FlatFee):
    """Gives more to takers who take many at once."""

    def take(self, deposit: Any, claimable: Any, verified: int, all_verified: int) -> Any:
        split = super().take(deposit, claimable, verified, all_verified)
        return split._replace(taker=claimable if len(claimable) > 1 else claimable // 2)


class Forger(users_own.Contrarian):
    """Writes itself money."""

    def wants_to_submit(self) -> bool:
        agent: Any = self.senses
        agent.model.ledger._balances[agent.account] += 1
        return True


class Stumbler(users_own.Contrarian):
    """Fails when it wakes."""

    def label_for(self, row: Row, truth: int) -> int:
        raise OSError("no")


class Liar(NearestCentroid):
    """Says another label of a sample by itself than among others."""

    def label(self, row: Row) -> int:
        return 1 - super().label(row)


@pytest.mark.parametrize(
    ("check", "brought", "words"),
    [
        (check_behaviour, Moody, r"it_is_reproducible fails where malicious_behaviour = '.*Moody'"),
        (check_behaviour, Moody, "Draw from ``self.draws``"),
        (check_behaviour, Hoarder, "it_can_be_pickled_every_night fails .*Keep no lambdas"),
        (check_mechanism, Volume, "claiming_everything_is_claiming_one_by_one .*by itself"),
        (check_behaviour, Stumbler, r"it_runs fails where .* \(OSError: no\)\. Mend what"),
        (check_behaviour, Forger, "fails .*balances must change by movements only"),
        (check_classifier, Liar, "watched_samples_are_predicted_as_any_others fails"),
    ],
)
def test_what_is_not_is_told_which_check_it_fails_and_what_to_mend(
    check: Callable[[Any], list[str]], brought: type[Any], words: str
) -> None:
    with pytest.raises(AssertionError, match=words):
        check(brought)


def test_a_class_must_be_importable() -> None:
    class Local(users_own.Contrarian): ...

    with pytest.raises(InputError, match="must be importable, not made within a function"):
        check_behaviour(Local)


@pytest.mark.parametrize(
    ("check", "brought", "words"),
    [
        (check_behaviour, users_own.Toll, "a subclass of HonestBehaviour or MaliciousBehaviour"),
        (check_mechanism, users_own.Contrarian, "must be a subclass of Mechanism"),
        (check_mechanism, "slashing", "'slashing': must be a subclass of Mechanism"),
        (check_classifier, BernoulliNB(), r"BernoulliNB\(\): must be a class"),
    ],
)
def test_what_is_no_class_of_the_kind_is_refused(
    check: Callable[[Any], list[str]], brought: Any, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        check(brought)
