import string

from hypothesis import given
from hypothesis import strategies as st

from cmlabm.data.words import words_of


def test_words_are_lower_case_and_keep_apostrophes() -> None:
    assert words_of("Don't SHOUT") == ["don't", "shout"]


def test_punctuation_tabs_and_newlines_end_words() -> None:
    assert words_of("one,two\tthree\nfour--five_six") == [
        *("one", "two", "three"),
        *("four", "five", "six"),
    ]


def test_html_breaks_leave_the_word_br() -> None:
    assert words_of("end.<br /><br />Start") == ["end", "br", "br", "start"]


def test_only_blanks_tabs_and_newlines_count_as_white_space() -> None:
    assert words_of("a\x85b c\rd") == ["a\x85b", "c\rd"]


@given(st.text())
def test_words_are_never_empty_nor_hold_a_separator(text: str) -> None:
    separators = set(string.punctuation.replace("'", "") + " \t\n")
    assert all(word and not separators & set(word) for word in words_of(text))
