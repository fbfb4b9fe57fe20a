"""What reports are paid by those of peers: by hand, and once more by direct loops."""

from collections import Counter
from fractions import Fraction
from itertools import permutations, product
from math import prod

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from cmlabm.data.rows import BinaryRow, NumericRow
from cmlabm.mechanisms.correlated_agreement import agreeing, correlated_agreement
from cmlabm.mechanisms.determinant_mi import determinant, determinant_mi, pair_score
from cmlabm.mechanisms.output_agreement import agreement
from cmlabm.mechanisms.peer_truth_serum import peer_truth_serum
from cmlabm.mechanisms.peers import Reports, digests

ADA, BOB, EVE = 1, 2, 3
CLASSES = 3


def table(**said: str) -> Reports:
    """Return reports from what each contributor said of samples 0, 1, …: a dot is nothing."""
    accounts = {"ada": ADA, "bob": BOB, "eve": EVE, "dan": 4}
    columns = [
        (accounts[name], int(label), sample)
        for name, labels in said.items()
        for sample, label in enumerate(labels)
        if label != "."
    ]
    return Reports.of(*zip(*columns, strict=True))


@st.composite
def any_reports(draw: st.DrawFn) -> Reports:
    said = draw(
        st.lists(
            st.tuples(st.integers(1, 4), st.integers(0, CLASSES - 1), st.integers(0, 6)),
            max_size=40,
        )
    )
    account, label, sample = zip(*said, strict=True) if said else ((), (), ())
    return Reports.of(account, label, sample)


type Said = dict[int, dict[int, int]]
"""What each account said of which sample."""


def by_account(reports: Reports) -> Said:
    said: Said = {}
    columns = (reports.account.tolist(), reports.sample.tolist(), reports.label.tolist())
    for account, sample, label in zip(*columns, strict=True):
        assert sample not in said.setdefault(account, {}), "a second report counts for nothing"
        said[account][sample] = label
    return said


def peers_of(said: Said, account: int, sample: int) -> list[int]:
    return [peer for peer in sorted(said) if peer != account and sample in said[peer]]


# Reports


def test_equal_features_are_the_same_sample_and_others_are_not() -> None:
    one, same, other, longer = (
        BinaryRow.of(np.array(features))
        for features in ([1, 0, 1], [1, 0, 1], [1, 1, 1], [0, 0, 1])
    )
    numbers = [NumericRow(np.array(features)) for features in ([0.0, 2.0], [-0.0, 2.0], [0.0, 2.1])]
    assert len(set(digests([one, same, other, longer]))) == 3
    assert len(set(digests(numbers))) == 2, "minus zero is zero"


def test_only_the_first_report_of_a_contributor_on_a_sample_counts() -> None:
    reports = Reports.of([ADA, BOB, ADA, ADA], [0, 1, 1, 1], ["a", "a", "a", "b"])
    assert reports.account.tolist() == [ADA, BOB, ADA]
    assert reports.label.tolist() == [0, 1, 1]
    assert reports.sample.tolist() == [0, 0, 1]


def test_everybody_is_paired_with_everybody_else_on_the_sample() -> None:
    reports = Reports.of([ADA, BOB, BOB, EVE], [0, 0, 0, 0], ["a", "a", "b", "a"])
    assert reports.pairs().tolist() == [[0, 1], [0, 3], [1, 0], [1, 3], [3, 0], [3, 1]]


def test_without_submissions_there_are_no_reports() -> None:
    reports = Reports.of([], [], [])
    assert len(reports) == len(reports.pairs()) == 0
    assert agreement(reports, 10).tolist() == peer_truth_serum(reports, 2, 10).tolist() == []
    assert correlated_agreement(reports, 2) == determinant_mi(reports, 2) == {}


@given(any_reports())
def test_pairs_are_all_pairs_of_reports_on_a_sample_by_different_contributors(
    reports: Reports,
) -> None:
    expected = [
        [one, other]
        for one, other in product(range(len(reports)), repeat=2)
        if one != other and reports.sample[one] == reports.sample[other]
    ]
    assert reports.pairs().tolist() == expected
    assert all(reports.account[one] != reports.account[other] for one, other in expected)


# Output agreement


def test_a_report_is_paid_the_share_of_its_peers_that_agree() -> None:
    reports = table(ada="01.", bob="00.", eve="0.1")
    assert agreement(reports, price=9).tolist() == [9, 0, 9, 0, 9, 0]


@given(any_reports(), st.integers(0, 1000))
def test_agreement_by_direct_loops(reports: Reports, price: int) -> None:
    said = by_account(reports)
    expected = []
    for account, sample in zip(reports.account.tolist(), reports.sample.tolist(), strict=True):
        peers = peers_of(said, account, sample)
        agree = sum(said[peer][sample] == said[account][sample] for peer in peers)
        expected.append(price * agree // len(peers) if peers else 0)
    assert agreement(reports, price).tolist() == expected


# Peer truth serum


def test_a_rare_label_on_which_a_peer_agrees_is_worth_more() -> None:
    """Of Bob's four reports one is a 1: Ada's is paid 1/(1/4) - 1 = 3, her three 0s 1/(3/4) - 1."""
    serum = peer_truth_serum(table(ada="1000", bob="1000"), classes=2, price=30)
    assert serum.tolist() == [90, 10, 10, 10, 90, 10, 10, 10]


def test_who_disagrees_with_its_peer_loses_the_price() -> None:
    serum = peer_truth_serum(table(ada="01", bob="11"), classes=2, price=30)
    assert serum.tolist() == [-30, 0, -30, 30], "Bob: 1/(1/2) - 1 for the 1 that Ada said too"


def test_if_all_always_say_the_same_nobody_earns() -> None:
    assert not peer_truth_serum(table(ada="000", bob="000", eve="000"), 2, 30).any()


@given(any_reports(), st.integers(0, 1000))
def test_the_serum_by_direct_loops(reports: Reports, price: int) -> None:
    said = by_account(reports)
    expected = []
    for account, sample in zip(reports.account.tolist(), reports.sample.tolist(), strict=True):
        own = said[account][sample]
        others = [x for other in said if other != account for x in said[other].values()]
        peers = peers_of(said, account, sample)
        share = Fraction(others.count(own), len(others)) if others else Fraction(0)
        payments = [price * ((1 / share if said[peer][sample] == own else 0) - 1) for peer in peers]
        expected.append(sum(payments) // len(payments) if payments else 0)
    assert peer_truth_serum(reports, CLASSES, price).tolist() == expected


def test_of_honest_peers_truth_earns_and_constant_reports_do_not() -> None:
    """And under output agreement the constant earns most, once its peers are constant too."""
    truth = "0010010001" * 6
    honest = peer_truth_serum(table(ada=truth, bob=truth), 2, 21)
    constant = peer_truth_serum(table(ada=truth, bob="0" * 60), 2, 21)
    assert honest[60:].sum() == 60 * 21, "on average 1, of two labels"
    assert constant[60:].sum() == 0
    agreed = agreement(table(ada="0" * 60, bob="0" * 60), 100).sum()
    assert agreed == agreement(table(ada=truth, bob=truth), 100).sum() == 2 * 60 * 100
    assert agreement(table(ada="0" * 60, bob=truth), 100).sum() < agreed


# Correlated agreement


def test_labels_agree_that_come_together_more_often_than_by_chance() -> None:
    """Of ten pairs 0 comes with 0 five times, by chance 7/10 of 7: 4.9; with 1 2 of 2.1."""
    joint = np.array([[5, 2], [2, 1]])
    assert agreeing(joint, 2).tolist() == [[1, 0], [0, 1]]
    assert agreeing(np.array([[1, 1], [1, 1]]), 2).tolist() == [[0, 0], [0, 0]]


def test_without_other_reports_equal_labels_agree() -> None:
    assert agreeing(np.zeros((2, 2), dtype=np.int64), 2).tolist() == [[1, 0], [0, 1]]


def test_the_bonus_is_for_the_sample_and_the_penalty_for_two_others() -> None:
    """On sample 0 Ada and Bob agree. Her 1 and 0 on others meet his on a third: 1-0 and 0-1."""
    scores = correlated_agreement(table(ada="010", bob="010"), classes=2)
    assert scores[ADA] == (1 - 0) + (1 - Fraction(1)) + (1 - 0)


def test_two_samples_are_too_few_for_a_penalty() -> None:
    """The source wants three in all: one for the bonus, and one for the penalty of each."""
    assert set(correlated_agreement(table(ada="01", bob="01"), 2).values()) == {Fraction(0)}


def test_a_constant_report_earns_nothing() -> None:
    scores = correlated_agreement(table(ada="0110", bob="0000", eve="0110", dan="0110"), 2)
    assert scores[BOB] == 0 < scores[ADA] == scores[EVE]


def test_a_consistent_swap_of_labels_by_all_is_as_good_as_the_truth() -> None:
    """The mechanism pays for information: what labels are called is up to the contributors."""
    truth, swapped = "011010", "100101"
    all_true = correlated_agreement(table(ada=truth, bob=truth, eve=truth), 2)
    all_swapped = correlated_agreement(table(ada=swapped, bob=swapped, eve=swapped), 2)
    assert all_true == all_swapped
    assert min(all_true.values()) > 0


def agree_by_loops(said: Said, left_out: int) -> set[tuple[int, int]]:
    pairs = [
        (said[one][sample], said[other][sample])
        for one, other in permutations(sorted(set(said) - {left_out}), 2)
        for sample in said[one]
        if sample in said[other]
    ]
    if not pairs:
        return {(label, label) for label in range(CLASSES)}
    joint, firsts = Counter(pairs), Counter(first for first, _ in pairs)
    return {
        (i, j)
        for (i, j), count in joint.items()
        if Fraction(count, len(pairs)) > Fraction(firsts[i] * firsts[j], len(pairs) ** 2)
    }


@given(any_reports())
def test_correlated_agreement_by_direct_loops(reports: Reports) -> None:
    said = by_account(reports)
    scores = correlated_agreement(reports, CLASSES)
    assert set(scores) == set(said)
    for account, own in said.items():
        agree = agree_by_loops(said, account)
        expected = Fraction(0)
        for sample in own:
            peers = peers_of(said, account, sample)
            for peer in peers:
                theirs = said[peer]
                penalties = [
                    (own[second], theirs[third]) in agree
                    for second in own
                    for third in theirs
                    if len({sample, second, third}) == 3
                ]
                if penalties:
                    bonus = (own[sample], theirs[sample]) in agree
                    penalty = Fraction(sum(penalties), len(penalties))
                    expected += (bonus - penalty) / len(peers)
        assert scores[account] == expected


# Determinants


@pytest.mark.parametrize(
    ("matrix", "value"),
    [
        ([[7]], 7),
        ([[2, 1], [1, 3]], 5),
        ([[0, 2], [3, 0]], -6),
        ([[1, 2], [2, 4]], 0),
        ([[2, 0, 1], [1, 3, 0], [0, 1, 4]], 25),
        ([[0, 0, 1], [0, 2, 0], [3, 0, 0]], -6),
    ],
)
def test_determinants_by_hand(matrix: list[list[int]], value: int) -> None:
    assert determinant(matrix) == value


@given(
    st.integers(1, 4).flatmap(
        lambda n: st.lists(
            st.lists(st.integers(-9, 9), min_size=n, max_size=n), min_size=n, max_size=n
        )
    )
)
def test_determinants_by_permutations(matrix: list[list[int]]) -> None:
    """Leibniz's formula."""
    size = len(matrix)
    value = 0
    for columns in permutations(range(size)):
        swaps = sum(a > b for place, a in enumerate(columns) for b in columns[place:])
        value += (-1) ** swaps * prod(matrix[row][column] for row, column in enumerate(columns))
    assert determinant(matrix) == value


def test_the_score_of_two_is_the_product_of_two_determinants() -> None:
    """Samples 0, 2, 4: (0, 0), (0, 1), (1, 1), det = 1·1 - 1·0; 1, 3, 5: det = 2·1. 16/(6·6)."""
    own, peers = np.array([0, 0, 0, 0, 1, 1]), np.array([0, 0, 1, 0, 1, 1])
    assert pair_score(own, peers, classes=2) == Fraction(16 * 1 * 2, 6 * 6)


def test_two_who_agree_on_evenly_mixed_classes_score_one_on_average() -> None:
    """The mean over all that two evenly mixed halves can be, of three samples each."""
    halves = list(product([0, 1], repeat=3))
    scores = []
    for first, second in product(halves, repeat=2):
        said = np.array([label for both in zip(first, second, strict=True) for label in both])
        scores.append(pair_score(said, said, classes=2))
    assert sum(scores) / len(scores) == 1


def test_fewer_samples_than_two_a_class_are_paid_nothing() -> None:
    assert determinant_mi(table(ada="010", bob="010"), classes=2) == {ADA: 0, BOB: 0}
    assert determinant_mi(table(ada="0011", bob="0011"), classes=2)[ADA] == 4 * 4


def test_a_constant_report_tells_nothing_and_a_swapped_one_all() -> None:
    scores = determinant_mi(table(ada="00110011", bob="0" * 8, eve="11001100"), classes=2)
    assert scores[BOB] == 0
    assert scores[ADA] == scores[EVE] > 0
    assert scores == determinant_mi(table(ada="00110011", bob="1" * 8, eve="00110011"), classes=2)


def test_an_account_split_over_two_earns_as_much_as_one() -> None:
    """Each half of Ada's samples, every other pair, shared with Bob."""
    one = determinant_mi(table(ada="00110011", bob="00110011"), 2)[ADA]
    two = determinant_mi(table(ada="0011....", dan="....0011", bob="00110011"), 2)
    assert two[ADA] + two[4] == 32
    assert one == 8 * Fraction(16 * 4 * 4, 12 * 12)


@given(any_reports())
def test_determinant_mi_by_direct_loops(reports: Reports) -> None:
    said = by_account(reports)
    scores = determinant_mi(reports, 2 if reports.label.max(initial=0) < 2 else CLASSES)
    classes = 2 if reports.label.max(initial=0) < 2 else CLASSES
    for account, own in said.items():
        weighted, weights, shared_samples = Fraction(0), 0, set()
        for peer in set(said) - {account}:
            shared = sorted(set(own) & set(said[peer]))
            if len(shared) >= 2 * classes:
                pairs = [(own[sample], said[peer][sample]) for sample in shared]
                score = Fraction(classes ** (2 * classes))
                for half in (pairs[::2], pairs[1::2]):
                    counts = [[half.count((i, j)) for j in range(classes)] for i in range(classes)]
                    falling = prod(range(len(half) - classes + 1, len(half) + 1))
                    score *= Fraction(round(np.linalg.det(counts)), falling)
                weighted += len(shared) * score
                weights += len(shared)
                shared_samples |= set(shared)
        assert scores[account] == (len(shared_samples) * weighted / weights if weights else 0)
