"""What the model learns from: each rule by hand, and what holds for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from small_market import DAY, TOKEN, Oracle, contract_with, market, sample
from typer.testing import CliRunner

from cmlabm.admission import ADMISSIONS
from cmlabm.admission.anchored_record import AnchoredRecord
from cmlabm.admission.committee import Committee, member
from cmlabm.admission.interface import Admission, Sent
from cmlabm.admission.loss_filter import LossFilter
from cmlabm.admission.neighbours import Neighbours
from cmlabm.admission.root_check import RootCheck
from cmlabm.admission.sphere import Sphere
from cmlabm.admission.track_record import TrackRecord
from cmlabm.admission.trusted_rows import TrustedRows
from cmlabm.admission.unlearn import Unlearn
from cmlabm.admission.verified import Verified
from cmlabm.batch.command import app
from cmlabm.classifiers import make_classifier
from cmlabm.classifiers.committee import Committee as Models
from cmlabm.classifiers.interface import Classifier
from cmlabm.data.dataset import Features, Samples
from cmlabm.data.rows import Row
from cmlabm.errors import InputError
from cmlabm.testing import SMALL, check_admission

ADA, EVE = 1, 2
NONE = Samples(np.zeros((0, 1)), np.zeros(0, dtype=np.int64))


@dataclass
class Lessons:
    """What a rule is taught by: it notes what the rule does with each submission."""

    classifier: Classifier
    root: Samples = NONE
    initial: Samples = field(default_factory=lambda: numbers([0.0, 1.0], [0, 1]))
    all_sent: list[Sent] = field(default_factory=list)
    learnt: list[int] = field(default_factory=list)
    discarded: dict[int, str] = field(default_factory=dict)
    unlearnt: list[int] = field(default_factory=list)

    def sent(self, submission: int) -> Sent:
        return self.all_sent[submission]

    def learn(self, submission: int) -> None:
        _, row, label = self.all_sent[submission]
        self.classifier.update(row, label)
        self.learnt.append(submission)

    def discard(self, submission: int, why: str) -> None:
        self.discarded[submission] = why

    def unlearn(self, submission: int, change: Any, why: str) -> None:
        self.unlearnt.append(submission)


def numbers(values: Sequence[float], labels: Sequence[int]) -> Samples:
    """Return samples of one numeric feature."""
    return Samples(np.array(values, dtype=float)[:, np.newaxis], np.array(labels, dtype=np.int64))


def taught(rule: Admission, lessons: Lessons, *sent: tuple[int, float, int]) -> list[int]:
    """Return which of some submissions (sender, feature, label) a rule has the model learn."""
    rule.adopt(lessons)
    for sender, value, label in sent:
        lessons.all_sent.append(Sent(sender, sample(0), label))
        lessons.all_sent[-1].row.values[0] = value  # type: ignore[union-attr]
        rule.submitted(len(lessons.all_sent) - 1)
    return lessons.learnt


def saying(says: dict[int, int]) -> Oracle:
    oracle = Oracle()
    oracle.says = says
    return oracle


# Each rule


def test_verified_learns_what_is_refunded_and_gives_up_what_expires() -> None:
    lessons = Lessons(Oracle())
    rule = Verified()
    assert taught(rule, lessons, (ADA, 1, 0), (ADA, 2, 0), (ADA, 3, 0)) == []
    rule.claimed(1, "take")
    rule.claimed(0, "refund")
    rule.claimed(1, "expiry")
    assert lessons.learnt == [0]
    assert lessons.discarded == {1: "never verified"}, "submission 2 still waits"


def test_unlearning_takes_back_at_the_first_take_and_only_then() -> None:
    lessons = Lessons(make_classifier("perceptron"))
    lessons.classifier.fit(lessons.initial, np.random.default_rng(1))
    rule = Unlearn()
    assert taught(rule, lessons, (ADA, 1, 0), (ADA, 2, 0), (EVE, 3, 1)) == [0, 1, 2]
    for number, reason in ((0, "refund"), (1, "take"), (1, "take"), (2, "expiry"), (2, "take")):
        rule.claimed(number, reason)
    assert lessons.unlearnt == [1], "a refund or expiry is final, and so is a take"


def test_a_track_record_is_of_agreement_before_learning_and_begins_with_a_probation() -> None:
    """Eve is right once in four, Ada always: the oracle says 0 of everything."""
    rule = TrackRecord(window=2, threshold=0.5, probation=2)
    sent = [(EVE, 1, 0), (EVE, 2, 1), (EVE, 3, 1), (EVE, 4, 0), (EVE, 5, 0)]
    assert taught(rule, Lessons(Oracle()), *sent) == [2, 4]
    rule = TrackRecord(window=2, threshold=0.5, probation=2)
    lessons = Lessons(Oracle())
    sent = [(ADA, 1, 0), (EVE, 2, 1), (ADA, 3, 0), (EVE, 4, 1), (ADA, 5, 0), (EVE, 6, 1)]
    assert taught(rule, lessons, *sent) == [4]
    assert lessons.discarded[5] == "record"
    assert lessons.discarded[0] == "probation"


@pytest.mark.parametrize(("tolerance", "learnt"), [(0.0, []), (0.4, []), (0.5, [0, 2])])
def test_a_block_is_tried_on_a_copy_and_learnt_only_if_the_root_set_does_not_suffer(
    tolerance: float, learnt: list[int]
) -> None:
    """The oracle knows both root samples, and after one lesson only the first."""
    oracle = saying({7: 1, 8: 1})
    oracle.after_update = {7: 1}
    lessons = Lessons(oracle, root=numbers([7, 8], [1, 1]))
    rule = RootCheck(block=2, tolerance=tolerance)
    assert taught(rule, lessons, (ADA, 1, 0), (EVE, 2, 0), (ADA, 3, 0)) == learnt
    assert lessons.discarded == {} if learnt else {0: "harms the root set", 2: "harms the root set"}
    assert oracle.learnt == [(1, 0), (3, 0)][: len(learnt)], "what is tried leaves no trace"


def test_a_sender_is_held_against_a_model_that_does_not_move() -> None:
    """The first model says 0, and has no margins; what the model says later does not count.

    It is wrong about one of ten root samples, so that with z = 1 one of four labels may be doubted
    and one of eight, and no more: 4·0.1 + √(4·0.09) is 1, 8·0.1 + √(8·0.09) is 1.6.
    """
    oracle = Oracle()
    oracle.after_update = dict.fromkeys(range(100), 1)
    root = numbers(range(10), [0] * 9 + [1])
    rule = AnchoredRecord(block=4, window=8, quantile=0.05, errors=1.0, appeal=0)
    ada = [(ADA, number, label) for number, label in enumerate([0, 0, 1, 0, 0, 0, 0, 0])]
    eve = [(EVE, number, label) for number, label in enumerate([1, 0, 1, 0, 0, 0, 0, 0])]
    lessons = Lessons(oracle, root=root)
    assert taught(rule, lessons, *ada, *eve) == list(range(8))
    assert sorted(lessons.discarded) == list(range(8, 16)), "Eve's good block has a bad record"


class Sure(Oracle):
    """A classifier whose margin of a sample is its feature for label 1, and minus it for 0."""

    def margin_of(self, row: Row, label: int) -> float:
        return float(row.dense()[0]) * (1 if label else -1)


def test_only_labels_that_the_first_model_is_sure_are_wrong_count_against_a_sender() -> None:
    """A quarter of the root set is doubted: the label at -3, and none of those nearer.

    Of four labels one may be doubted with z = 0. Ada errs about two samples that are hard to tell,
    Eve lies about two that are easy; two echoes do not make up for that.
    """
    root = numbers([1, 2, -1, -3], [1, 1, 1, 1])
    rule = AnchoredRecord(block=4, window=4, quantile=0.25, errors=0.0, appeal=0)
    ada = [(ADA, -2, 1), (ADA, -2, 1), (ADA, -5, 1), (ADA, 9, 1)]
    eve = [(EVE, -5, 1), (EVE, -3, 1), (EVE, 9, 1), (EVE, 9, 1)]
    lessons = Lessons(Sure(), root=root)
    assert taught(rule, lessons, *ada, *eve) == [0, 1, 2, 3]
    assert set(lessons.discarded.values()) == {"doubted by the first model"}


@pytest.mark.parametrize("helps", [True, False])
def test_doubted_submissions_are_learnt_together_if_the_root_set_does_not_suffer(
    helps: bool,
) -> None:
    """The first model says 0; once taught it is right, or wrong, about the root set's last sample.

    Ada's and Eve's doubted blocks make one appeal of four; Eve's last block waits for the next.
    """
    oracle = Oracle()
    oracle.after_update = {9: 1} if helps else {8: 1}
    rule = AnchoredRecord(block=2, window=2, quantile=0.05, errors=0.0, appeal=4)
    lessons = Lessons(oracle, root=numbers(range(10), [0] * 9 + [1]))
    sent = [(ADA, 1, 1), (EVE, 2, 1), (ADA, 3, 1), (EVE, 4, 1), (EVE, 5, 1), (EVE, 6, 1)]
    assert taught(rule, lessons, *sent) == ([0, 2, 1, 3] if helps else [])
    assert list(lessons.discarded) == ([] if helps else [0, 2, 1, 3])


def test_a_loss_above_the_quantile_of_the_last_ones_is_not_learnt() -> None:
    """The margin of a sample is its feature; of four losses the two lowest are learnt."""

    class Margins(Oracle):
        def margin_of(self, row: Row, label: int) -> float:
            return float(row.dense()[0])

    rule = LossFilter(quantile=0.5, window=4)
    lessons = Lessons(Margins())
    margins = [4.0, 3.0, 2.0, 1.0, 3.0, 2.9, 0.0, 9.0]
    assert taught(rule, lessons, *((ADA, margin, 0) for margin in margins)) == [0, 1, 2, 3, 4, 7]
    assert lessons.discarded == {5: "loss", 6: "loss"}


def test_losses_of_a_class_that_has_no_margins_are_refused() -> None:
    with pytest.raises(InputError, match="admission = 'loss-filter': needs a classifier with marg"):
        LossFilter().adopt(Lessons(Oracle()))


def test_a_sample_is_learnt_if_most_of_its_nearest_trusted_ones_have_its_label() -> None:
    lessons = Lessons(Oracle(), root=numbers([0, 1, 2, 10, 11, 12], [0, 0, 0, 1, 1, 1]))
    rule = Neighbours(count=3, share=0.6, kept=10)
    sent = [(ADA, 1.0, 0), (ADA, 11.0, 1), (EVE, 1.0, 1), (EVE, 11.0, 0), (ADA, 5.0, 0)]
    assert taught(rule, lessons, *sent) == [0, 1, 4]
    assert lessons.discarded == {2: "neighbours", 3: "neighbours"}


def test_what_is_refunded_is_a_neighbour_from_then_on() -> None:
    lessons = Lessons(Oracle(), root=numbers([0, 10], [0, 1]))
    rule = Neighbours(count=1, share=1.0, kept=10)
    assert taught(rule, lessons, (ADA, 4.0, 1)) == []
    rule.claimed(0, "refund")
    rule.claimed(0, "take")
    lessons.all_sent.append(Sent(ADA, sample(4), 1))
    rule.submitted(1)
    assert lessons.learnt == [1]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 1)), max_size=40), st.integers(1, 5))
def test_the_nearest_are_those_of_the_root_set_and_of_the_latest(
    added: list[tuple[int, int]], count: int
) -> None:
    """Against a search through all of them; at least ``most`` of the others are kept."""
    root, most = numbers([0, 5], [0, 1]), 3
    trusted = TrustedRows(root, most)
    kept = [(0, 0), (5, 1)]
    for value, label in added:
        trusted.add(sample(value), label)
        kept.append((value, label))
        if len(kept) == len(root) + 2 * most + 1:
            kept = kept[:2] + kept[-most:]
    wanted = sorted(range(len(kept)), key=lambda index: (abs(kept[index][0] - 4), index))[:count]
    found = trusted.nearest(sample(4), count)
    assert sorted(found.tolist()) == sorted(kept[index][1] for index in wanted)


def test_a_sphere_is_as_large_as_most_of_its_trusted_samples_are_far_from_its_centre() -> None:
    """Class 0 lies at -1, 0, 0, 1 and class 1 at 10 alone: half of class 0 is nearer than 1."""
    lessons = Lessons(Oracle(), root=numbers([-1, 0, 0, 1, 10], [0, 0, 0, 0, 1]))
    sent = [(ADA, 0.0, 0), (ADA, 0.5, 0), (ADA, 10.0, 1), (EVE, 10.0, 0), (EVE, 0.0, 1)]
    assert taught(Sphere(quantile=0.5, window=10), lessons, *sent) == [0, 2]
    lessons = Lessons(Oracle(), root=numbers([-1, 0, 0, 1, 10], [0, 0, 0, 0, 1]))
    assert taught(Sphere(quantile=1.0, window=10), lessons, *sent) == [0, 1, 2]


def test_refunded_samples_move_the_centre() -> None:
    lessons = Lessons(Oracle(), root=numbers([0, 10], [0, 1]))
    rule = Sphere(quantile=1.0, window=10)
    assert taught(rule, lessons, (ADA, 4.0, 0)) == []
    rule.claimed(0, "refund")  # the centre is now at 2, and the sphere as large as 4 was far: 4
    lessons.all_sent += [Sent(ADA, sample(6), 0), Sent(ADA, sample(7), 0)]
    rule.submitted(1)
    rule.submitted(2)
    assert lessons.learnt == [1]


def test_each_member_of_a_committee_learns_from_its_own_senders() -> None:
    rule = Committee(models=2, by="sender")
    lessons = Lessons(rule.model(Oracle()))
    rule.adopt(lessons)
    senders = range(1, 9)
    for sender in senders:
        lessons.all_sent.append(Sent(sender, sample(sender), 1))
        rule.teach(lessons.classifier, sender - 1)
    models: Any = lessons.classifier
    for number, own in enumerate(models.members):
        expected = [(s, 1) for s in senders if member(str(s).encode(), 2) == number]
        assert own.learnt == expected
        assert own.learnt, "or else the test would not tell senders apart"


def test_a_committee_by_sample_gives_equal_samples_to_one_member_whoever_sends_them() -> None:
    rule = Committee(models=3, by="sample")
    lessons = Lessons(rule.model(Oracle()))
    rule.adopt(lessons)
    for sender in range(1, 6):
        lessons.all_sent.append(Sent(sender, sample(7), sender % 2))
        rule.teach(lessons.classifier, sender - 1)
    models: Any = lessons.classifier
    assert sorted(len(own.learnt) for own in models.members) == [0, 0, 5]


def test_the_majority_of_a_committee_predicts_and_what_is_watched_is_predicted_alike() -> None:
    oracles = [saying({1: 1, 2: 1, 3: 2}), saying({1: 1, 2: 0, 3: 1}), saying({1: 0, 2: 0, 3: 2})]
    models = Models(oracles)
    assert models.predict(np.array([[1.0], [2.0], [3.0]])).tolist() == [1, 0, 2]
    assert [models.label(sample(number)) for number in (1, 2, 3)] == [1, 0, 2]
    watch = models.watch(NONE)
    for number in (1, 2, 3):
        watch.add(sample(number))
    assert watch.predictions(0, 3).tolist() == [1, 0, 2]
    assert watch.predictions(1, 2).tolist() == [0]
    watch.keep(np.array([0, 2]))
    assert watch.predictions(0, 2).tolist() == [1, 2]


# When the contract tells


class Hearing(Admission):
    """Learns at once and notes what it hears of claims, and of how many submissions by then."""

    def begin(self) -> None:
        self.heard: list[tuple[int, str]] = []

    def submitted(self, submission: int) -> None:
        self.lessons.learn(submission)

    def claimed(self, submission: int, reason: str) -> None:
        self.heard.append((submission, str(reason)))


def test_claims_are_heard_before_the_next_submission_is_judged_and_at_midnight() -> None:
    """Or else what a waking claims would depend on the order of its claims."""
    rule = Hearing()
    contract = contract_with(Oracle(), 100 * TOKEN, 100 * TOKEN, admission=rule)
    contract.submit(ADA, 60 * TOKEN, sample(1), 0, 1)
    contract.submit(EVE, 60 * TOKEN, sample(2), 1, 10_000)
    contract.claim_all(ADA, DAY + 20_000)
    assert rule.heard == []
    contract.submit(ADA, 60 * TOKEN, sample(3), 0, DAY + 30_000)
    assert rule.heard == [(0, "refund"), (1, "take")]
    contract.claim_all(ADA, 3 * DAY)
    assert len(rule.heard) == 2
    contract.step()
    assert rule.heard[2:] == [(2, "refund")]


class Doubly(Hearing):
    """Learns everything twice, which makes no sense."""

    def submitted(self, submission: int) -> None:
        self.lessons.learn(submission)
        self.lessons.learn(submission)


def test_a_lesson_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(InputError, match=r"test_admission:Doubly: asks for submission 0, which is"):
        market(admission=f"{__name__}:Doubly", max_days=1).run()


# What holds for all


@pytest.mark.parametrize("name", ADMISSIONS)
def test_every_submission_is_learnt_or_waits_or_is_discarded_for_a_reason(name: str) -> None:
    model = market(**SMALL | {"admission": name})
    outcomes = model.run()
    lessons, submissions = model.contract.lessons, model.contract.submissions
    learnt = [lesson == "learnt" for lesson in submissions.lesson]
    waiting = submissions.lesson.count("waiting")
    assert all(submissions.lesson)
    assert sum(lessons.learnt) == sum(learnt) == model.honest_learnt + model.malicious_learnt
    assert sum(lessons.learnt) + sum(lessons.discarded) + waiting == len(submissions)
    honest = [s for s, sender in zip(learnt, submissions.sender, strict=True) if sender <= 2]
    assert outcomes["honest_learnt_share"] == pytest.approx(np.mean(honest))


@pytest.mark.parametrize("name", ADMISSIONS)
@pytest.mark.parametrize("incentive", ["none", "points", "prediction-market"])
def test_every_rule_runs_with_what_pays_otherwise(name: str, incentive: str) -> None:
    assert market(**SMALL | {"admission": name, "incentive": incentive}).run()["submissions"] > 0


@pytest.mark.parametrize("name", [name for name in ADMISSIONS if name != "all"])
def test_what_is_not_learnt_is_still_held_and_paid(name: str) -> None:
    """Admission decides about nothing else: prices and refusals depend on time alone."""
    parameters = SMALL | {"max_days": 3, "refund_time_s": 5 * DAY, "claim_time_s": 9 * DAY}
    parameters |= {"honest_tolerance": 1.0}
    ours, all_learnt = market(**parameters | {"admission": name}), market(**parameters)
    ours.run()
    all_learnt.run()
    assert ours.contract.submissions.deposit == all_learnt.contract.submissions.deposit
    assert ours.ledger.movements().tolist() == all_learnt.ledger.movements().tolist()


def test_the_root_set_is_set_aside_and_never_a_part_of_the_test_set() -> None:
    """With a rule that needs it, so many of the initial samples do not start the model."""
    parameters = SMALL | {"root_size": 15}
    without, with_root = market(**parameters), market(**parameters | {"admission": "root-check"})
    assert len(without.contract.lessons.root) == 0
    initial, root = with_root.contract.lessons.initial, with_root.contract.lessons.root
    assert (len(initial), len(root)) == (25, 15)
    both = np.concatenate([initial.dense(), root.dense()])
    assert (both == without.contract.lessons.initial.dense()).all()


class Unteachable(Classifier):
    """A classifier that cannot take back what it learnt."""

    def fit(self, samples: Samples, rng: np.random.Generator) -> None: ...

    def predict(self, features: Features) -> Any:
        return np.zeros(features.shape[0], dtype=np.int64)

    def update(self, row: Row, label: int) -> bool:
        return False


# Unlearning


@given(st.data())
def test_a_perceptron_takes_back_what_a_sample_changed(data: st.DataObject) -> None:
    """To rounding: the weights are those that the other updates, as they were made, lead to."""
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    classes = data.draw(st.sampled_from([2, 3]))
    samples = Samples(rng.normal(size=(30, 4)), rng.integers(classes, size=30))
    samples.labels[:classes] = range(classes)
    model = make_classifier("perceptron")
    model.fit(samples, rng)
    perceptron: Any = model
    start, steps = perceptron.weights, []
    rows = [(samples.row(index), int(rng.integers(classes))) for index in range(12)]
    for row, label in rows:
        model.update(row, label)
        steps.append((row, label, perceptron.last_change))
    taken_back = data.draw(st.sets(st.integers(0, 11)))
    for number in taken_back:
        row, label, change = steps[number]
        assert perceptron.unlearn(row, label, change) == bool(change)
    expected = start.copy()
    for number, (row, _, change) in enumerate(steps):
        if number not in taken_back:
            for separator, move in enumerate(change):
                expected[separator] += move * row.dense()
    assert np.allclose(perceptron.weights, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("classifier", ["logistic", "sgd-perceptron", f"{__name__}:Unteachable"])
def test_a_classifier_that_cannot_unlearn_says_so_at_the_start(classifier: str) -> None:
    why = "admission = 'unlearn': needs a classifier .*; allowed are perceptron, bernoulli-naive"
    with pytest.raises(InputError, match=why):
        market(**SMALL | {"admission": "unlearn", "classifier": classifier})


@pytest.mark.parametrize(
    "name", ["perceptron", "logistic", "bernoulli-naive-bayes", "nearest-centroid"]
)
def test_a_copy_learns_by_itself(name: str) -> None:
    model = market(**SMALL | {"classifier": name}).contract.classifier
    rows = market(**SMALL).dataset.train
    before = model.predict(rows.features).tolist()
    copied = model.copy()
    for index in range(len(rows)):
        copied.update(rows.row(index), 1 - int(rows.labels[index]))
    assert model.predict(rows.features).tolist() == before
    assert copied.predict(rows.features).tolist() != before


# Bad input


@pytest.mark.parametrize(
    ("entries", "why"),
    [
        ({"admission": "al"}, "admission = 'al': allowed are all"),
        ({"admission": "track-record", "track_probation": 40}, "track_probation = 40: nobody"),
        ({"admission": "root-check", "admission_block": 41}, "admission_block = 41: nobody"),
        ({"admission": "root-check", "root_tolerance": -1}, "root_tolerance = -1: no block"),
        ({"admission": "anchored-record", "admission_block": 41}, "admission_block = 41: nobody"),
        ({"admission": "loss-filter", "loss_quantile": 0.001}, "loss_quantile = 0.001: of loss"),
        ({"admission": "sphere", "root_size": 40}, "root_size = 40: must leave some of the 40"),
        ({"admission": "sphere", "sphere_quantile": 0}, "sphere_quantile = 0: must be greater"),
    ],
)
def test_rules_that_can_let_nobody_in_are_refused_in_a_sentence(
    entries: dict[str, Any], why: str
) -> None:
    settings = SMALL | entries
    with pytest.raises(InputError) as refused:
        market(**settings)
    assert why in str(refused.value)
    done = CliRunner().invoke(
        app, [part for name, value in settings.items() for part in ("--set", f"{name}={value}")]
    )
    assert done.exit_code == 2
    assert "Traceback" not in done.output


def test_a_root_set_must_have_every_class_and_leave_every_class() -> None:
    with pytest.raises(InputError, match=r"root_size = 1: the root set has no sample of class"):
        market(**SMALL | {"admission": "sphere", "root_size": 1})
    with pytest.raises(InputError, match=r"the 1 samples that start the model have none of class"):
        market(**SMALL | {"admission": "sphere", "root_size": 39})


@pytest.mark.parametrize("root_size", ["1", "39"])
def test_a_study_is_refused_before_it_starts_if_its_root_set_is_impossible(
    root_size: str, tmp_path: Path
) -> None:
    settings = SMALL | {"admission": "sphere", "root_size": root_size}
    given = [part for name, value in settings.items() for part in ("--set", f"{name}={value}")]
    done = CliRunner().invoke(app, ["--out", str(tmp_path / "study"), *given])
    assert done.exit_code == 2
    assert "of class" in done.output
    assert not (tmp_path / "study" / "runs.csv").exists()


def test_an_admission_of_ones_own_is_checked_like_the_built_in_ones() -> None:
    assert "money_is_conserved" in check_admission(ADMISSIONS["track-record"], track_probation=1)
    with pytest.raises(AssertionError, match="it_runs fails where admission = 'test_admission:D"):
        check_admission(Doubly)
