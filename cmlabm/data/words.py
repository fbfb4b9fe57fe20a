"""What the study counts as a word."""

import string

_BLANKS = str.maketrans(dict.fromkeys(string.punctuation.replace("'", "") + "\t\n", " "))


def words_of(text: str) -> list[str]:
    r"""Split a text into its words, in their order.

    Words are lower-case and end at blanks, tabs, newlines and punctuation. Apostrophes belong to
    the word, other kinds of white space as well.

    Examples:
        >>> words_of("Don't miss it!<br />A 10/10\tfilm.")
        ["don't", 'miss', 'it', 'br', 'a', '10', '10', 'film']
    """
    return [word for word in text.lower().translate(_BLANKS).split(" ") if word]
