"""What the user entered for the parameters, as text, and what is wrong with it."""

import re
from collections.abc import Mapping
from unicodedata import category

from cmlabm.errors import InputError
from cmlabm.model import checked_seed
from cmlabm.parameters import Parameters
from cmlabm.registries import REGISTRIES, chosen
from cmlabm.viz.fields.definitions import choices, default_text, matters, names
from cmlabm.viz.permissions import granted

SEED = "seed"
"""The seed's place among the fields: it is entered like a parameter, but is none."""

DEFAULT_SEED = "1"

LONGEST = 1000
"""No entry needs to be longer."""


def offers(name: str, text: str) -> bool:
    """Return whether the page offers a value: all classes and downloads in it are choices.

    Example:
        >>> offers("malicious_behaviour", "echo = 2, sybil = 1"), offers("incentive", "os:path")
        (True, False)
    """
    if name == "data" and chosen(name, text) == ["openml"]:
        return text in choices(name)
    if name not in REGISTRIES:
        return True
    return set(chosen(name, text)) <= set(choices(name))


def changed(entries: Mapping[str, str]) -> dict[str, str]:
    """Return the entries that differ from the base case."""
    return {
        name: text
        for name, text in entries.items()
        if name not in names() or text != default_text(name)
    }


def check(entries: Mapping[str, str]) -> Parameters:
    """Return the parameters that the entries, over the base case, stand for.

    Raises:
        InputError: see ``Parameters.checked``; also for a value that the page does not offer, and
            for a file outside the data root.
    """
    for name, text in entries.items():
        _check_text(name, text)
    for name in ("data", *REGISTRIES):
        if not offers(name, entries.get(name, default_text(name))):
            raise InputError(f"{name} = {entries[name]!r}: allowed are {', '.join(choices(name))}")
    values = {name: _value(text) for name, text in entries.items() if not _is_idle(name, entries)}
    path = values.get("data_path")
    if path is not None:
        try:
            values["data_path"] = str(granted().below_root(path))
        except InputError as error:
            raise InputError(f"data_path = {path!r}: {error}") from None
    return Parameters.checked(values)


def _is_idle(name: str, entries: Mapping[str, str]) -> bool:
    """Return whether a parameter is that of a user's class that is not chosen now."""
    return name not in Parameters.model_fields and name in names() and not matters(name, entries)


def check_seed(text: str) -> int:
    """Return the seed that was entered.

    Raises:
        InputError: it is not a whole number from 0 on.
    """
    _check_text(SEED, text)
    return checked_seed(text.strip())


def is_entry(text: str) -> bool:
    """Return whether a text is not too long, without control characters and halves of others."""
    return len(text) <= LONGEST and not any(category(letter) in ("Cc", "Cs") for letter in text)


def _check_text(name: str, text: str) -> None:
    if not is_entry(text):
        raise InputError(
            f"{name} = {text[:20]!r}: is longer than {LONGEST:,} characters, or has some that no"
            f" text has"
        )


def problems(entries: Mapping[str, str], seed: str) -> dict[str, str]:
    """Return, by field, what is wrong with the entries; nothing if all is well.

    Example:
        >>> problems({"num_words": "0"}, "x")["num_words"]
        'must be greater than or equal to 1 (0 was entered)'
        >>> problems({"num_words": "400"}, "1")
        {}
    """
    found: dict[str, str] = {}
    try:
        check(entries)
    except InputError as error:
        found |= by_field(str(error))
    try:
        check_seed(seed)
    except InputError as error:
        found |= by_field(str(error))
    return found


def by_field(message: str) -> dict[str, str]:
    """Return the sentences of an error by the field that each is about.

    A sentence that names no field stands under the empty name.

    Example:
        >>> by_field("train_size = 9: too few; the data are unreadable")
        {'train_size': 'too few; the data are unreadable (9 was entered)'}
    """
    found = {}
    for sentence in re.split(r"; (?=\w+ = )", message):
        match = re.match(r"(\w+) = ('.*?'|\S+?):? (.*)", sentence, flags=re.DOTALL)
        if match and (match[1] == SEED or match[1] in names()):
            found[match[1]] = f"{match[3]} ({match[2].strip(chr(39)) or 'nothing'} was entered)"
        else:
            found[""] = sentence
    return found


def _value(text: str) -> str | None:
    return text.strip() or None
