from itertools import product

from cmlabm.random_streams import Purpose, Streams


def test_a_stream_is_the_same_whenever_it_is_asked_for() -> None:
    assert Streams(5).of(Purpose.WAITS, 1).random(9).tolist() == (
        Streams(5).of(Purpose.WAITS, 1).random(9).tolist()
    )


def test_seeds_purposes_and_groups_have_streams_of_their_own() -> None:
    firsts = [
        Streams(seed).of(purpose, group).random()
        for seed, purpose, group in product((0, 1, 2**40), Purpose, (0, 1))
    ]
    assert len(set(firsts)) == 3 * len(Purpose) * 2


def test_no_purpose_was_renumbered() -> None:
    """A new number would change every run that was ever recorded with its seed."""
    assert [Streams(1).of(purpose).integers(10**6) for purpose in Purpose] == STREAMS_OF_SEED_1


STREAMS_OF_SEED_1 = [
    *(680679, 882773, 99416, 415831, 123517, 971435, 64163, 646775),
    *(725088, 232098, 478104, 90029, 252852, 846999, 956754),
]
