"""Study files that somebody got wrong, by accident or on purpose."""

import os
from pathlib import Path

import pytest
from commands import refusal

from cmlabm.batch.command import app

LISTS = ", ".join(map(str, range(1, 101)))
PARAMETERS = (
    "num_words", "cost_weight", "refund_time_s", "max_days", "malicious_period_s",
)  # fmt: skip
GRID = "\n".join(f"{name} = [{LISTS}]" for name in PARAMETERS)

TEXTS: list[tuple[str, str]] = [
    ("", "name is missing"),
    ("name = ", "is not TOML"),
    ("\x00", "is not TOML"),
    ("name = 'a'\nname = 'b'", "is not TOML"),
    ("name = 3", "name: must be a valid string"),
    ("name = ''", "name: String must match"),
    ("name = '../a'", "name: String must match"),
    ("name = '-a'", "name: String must match"),
    ("name = '[/x]'", "name: String must match"),
    ("name = '<img src=x onerror=alert(1)>'", "name: String must match"),
    ("name = 'a'\nnam = 1", "did you mean name"),
    ("name = 'a'\n[[sweep]]\nnum_words = [1]", "sweep"),
    ("name = 'a'\nseeds = 0", "seeds: must be at least 1"),
    ("name = 'a'\nseeds = true", "seeds"),
    ("name = 'a'\nseeds = 1000000000", "seeds: must be at least 1 and at most 1,000,000"),
    ("name = 'a'\nseeds = []", "seeds"),
    ("name = 'a'\nseeds = [true]", "must be a number"),
    ("name = 'a'\nseeds = [-1]", "greater than or equal to 0"),
    ("name = 'a'\nseeds = [0.5]", "valid integer"),
    ("name = 'a'\nseeds = [1, 1]", "once only"),
    (
        "name = 'a'\nseeds = [9223372036854775808]",
        "must be less than or equal to 1000000000000000000",
    ),
    ("name = 'a'\nseeds = '3'", "seeds"),
    ("name = 'a'\nseeds = nan", "seeds"),
    (f"name = 'a'\nseeds = {'9' * 5000}", "has a number of too many digits"),
    (f"name = 'a'\nx = {'[' * 100_000}{']' * 100_000}", "nested too deeply"),
    ("name = 'a'\n" + "x." * 1000 + "y = 1", "is not known"),
    ("name = 'a'\nsamples = true", "samples"),
    ("name = 'a'\ndesign = 'gird'", "design: must be 'grid'"),
    ("name = 'a'\ndesign = 'sobol'", "needs factors in [ranges]"),
    ("name = 'a'\nsamples = 8", "takes no samples"),
    ("name = 'a'\nparameters = 3", "parameters"),
    ("name = 'a'\n[parameters]\nnum_word = 3", "parameters: num_word is not known"),
    ("name = 'a'\n[parameters]\nnum_words = true", "num_words = True: must be a number"),
    ("name = 'a'\n[parameters]\nnum_words = 9223372036854775808", "less than or equal to 20000"),
    ("name = 'a'\n[parameters]\nnum_words = 1979-05-27", "num_words"),
    ("name = 'a'\n[parameters]\nnum_words = { a = 1 }", "num_words"),
    ("name = 'a'\n[parameters]\ncost_weight = inf", "cost_weight"),
    ("name = 'a'\n[parameters]\ncost_weight = true", "cost_weight = True: must be a number"),
    ("name = 'a'\n[parameters]\nclassifier = '[/x]'", "classifier = '[/x]': allowed are"),
    ("name = 'a'\n[sweep]\nnum_words = 3", "sweep.num_words"),
    ("name = 'a'\n[sweep]\nnum_words = []", "sweep.num_words: has no levels"),
    ("name = 'a'\n[sweep]\nnum_words = [[1]]", "num_words = [1]"),
    ("name = 'a'\n[sweep]\nnum_words = [true]", "num_words = True: must be a number"),
    ("name = 'a'\n[sweep]\n\"<img src=x onerror=x>\" = [1]", "is not known"),
    ("name = 'a'\n[sweep.x]\nnum_words = []", "sweep.x: has no levels"),
    ("name = 'a'\n[sweep.x]", "sweep.x: has no levels"),
    ("name = 'a'\n[sweep.\"\"]\nnum_words = [1]", "a factor needs a name"),
    ("name = 'a'\n[sweep.x]\nnum_words = [1]\ntest_size = [9, 8]", "of the same length"),
    ("name = 'a'\n[[sweep.x]]", "sweep.x: its rows set no parameter"),
    ("name = 'a'\n[sweep]\nx = [{ num_words = 9 }, 3]", "sweep.x: row 2 is 3: must be a table"),
    ("name = 'a'\n[sweep]\nnum_words = [9, { num_words = 9 }]", "row 1 is 9: must be a table"),
    (
        "name = 'a'\n[[sweep.x]]\nnum_words = 9\n[[sweep.x]]\nnum_word = 9",
        "factor x, row 2: num_word is not known; did you mean num_words?",
    ),
    (
        "name = 'a'\n[[sweep.x]]\nnum_words = 9\n[[sweep.x]]\nnum_words = [9]",
        "factor x, row 2: num_words = [9]",
    ),
    (
        "name = 'a'\n[[sweep.x]]\nnum_words = 9\n[[sweep.x]]\nnum_words = { a = 1 }",
        "factor x, row 2: num_words = {'a': 1}",
    ),
    (
        "name = 'a'\n[sweep]\nnum_words = [9]\n[[sweep.x]]\nnum_words = 8\ntest_size = 9",
        "sweep.num_words and sweep.x: both set num_words",
    ),
    (
        "name = 'a'\n[sweep]\nnum_words = [9]\n[sweep.x]\nnum_words = [8]\ntest_size = [9]",
        "sweep.num_words and sweep.x: both set num_words",
    ),
    (
        "name = 'a'\n[sweep.y]\nnum_words = [9]\n[sweep.x]\nnum_words = [8]\ntest_size = [9]",
        "sweep.y and sweep.x: both set num_words",
    ),
    (
        "name = 'a'\ndesign = 'zip'\n[sweep.y]\nnum_words = [9]\n[sweep.x]\nnum_words = [8]",
        "both set num_words",
    ),
    (f"name = 'a'\n[sweep]\n{GRID}", "asks for 10,000,000,000 runs; at most 1,000,000"),
    ("name = 'a'\ndesign = 'zip'\n[sweep]\nnum_words = [1]\ntest_size = [9, 8]", "same length"),
    ("name = 'a'\n[ranges]\nnum_words = { low = 1, high = 9 }", "[sweep], not [ranges]"),
]
RANGES: list[tuple[str, str]] = [
    ("{}", "needs low and high, or values"),
    ("3", "ranges.num_words"),
    ("{ low = 1 }", "needs low and high"),
    ("{ low = 9, high = 1 }", "must be less than"),
    ("{ low = 1, high = 1 }", "must be less than"),
    ("{ low = true, high = 9 }", "must be a number"),
    ("{ low = nan, high = 9 }", "finite number"),
    ("{ low = 1, high = inf }", "finite number"),
    ("{ low = 0, high = 9, scale = 'log' }", "above 0 on a log scale"),
    ("{ low = 1, high = 9, scale = 'cubic' }", "'linear'"),
    ("{ values = [] }", "values"),
    ("{ values = [1], low = 1, high = 2 }", "has values"),
    ("{ lo = 1, high = 9 }", "did you mean low"),
    ("{ low = -9, high = 9 }", "num_words"),
    ("{ values = ['x'] }", "num_words = 'x'"),
]


@pytest.mark.parametrize(("text", "sentence"), TEXTS, ids=range(len(TEXTS)))
def test_a_mistake_in_a_study_file_is_named(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "study.toml"
    file.write_text(text)
    said = refusal(app, [str(file), "--out", str(tmp_path / "out")])
    assert sentence in said
    assert len(said) < 700
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("text", "sentence"), RANGES, ids=range(len(RANGES)))
def test_a_mistake_in_a_range_is_named(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "study.toml"
    file.write_text(
        f"name = 'a'\ndesign = 'latin-hypercube'\nsamples = 64\n[ranges]\nnum_words = {text}"
    )
    said = refusal(app, [str(file), "--out", str(tmp_path / "out")])
    assert sentence in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe\x00", "is not text in UTF-8"),
        (b"name = '\xed\xa0\x80'", "is not text in UTF-8"),
        (b"#" * 10_000_001, "is too large for a study file"),
        (b"\x1f\x8b\x08\x00", "is not text in UTF-8"),
    ],
)
def test_a_file_that_is_no_study_is_named(tmp_path: Path, content: bytes, sentence: str) -> None:
    file = tmp_path / "study.toml"
    file.write_bytes(content)
    assert sentence in refusal(app, [str(file)])


def test_a_pipe_is_no_study_file(tmp_path: Path) -> None:
    """Opening it would wait for a writer for ever."""
    os.mkfifo(tmp_path / "study.toml")
    assert "is not a file" in refusal(app, [str(tmp_path / "study.toml")])


def test_a_loop_of_links_is_no_study_file(tmp_path: Path) -> None:
    (tmp_path / "study.toml").symlink_to(tmp_path / "study.toml")
    assert "study.toml: " in refusal(app, [str(tmp_path / "study.toml")])
