"""The commands' own flags, given nonsense."""

import os
from pathlib import Path

import pytest
from commands import refusal

from cmlabm.batch.command import app

PAIRS = [
    (["--set", ""], "--set '': must be NAME=VALUE"),
    (["--set", "num_words"], "--set 'num_words': must be NAME=VALUE"),
    (["--set", "=3"], "did you mean"),
    (["--set", "num_word=3"], "did you mean num_words"),
    (["--set", "[/x]=3"], "is not known; did you mean"),
    (["--set", "\ud800=3"], "is not known; did you mean"),
    (["--set", "x" * 5000 + "=1"], "is not known; did you mean"),
    (["--set", "model_config=1"], "is not known; did you mean"),
    (["--set", "__class__=1"], "is not known; did you mean"),
    (["--seeds", "0"], "--seeds"),
    (["--seeds", "-1"], "--seeds"),
    (["--seeds", "1.5"], "--seeds"),
    (["--seeds", "true"], "--seeds"),
    (["--seeds", "1000000000"], "seeds: must be at least 1 and at most 1,000,000"),
    (["--seeds", "9" * 30], "seeds: must be at least 1 and at most 1,000,000"),
    (["--seeds", "9" * 5000], "--seeds"),
    (["--seeds", "1000000"], "asks for 3,000,000 runs; at most 1,000,000"),
    (["--workers", "0"], "--workers"),
    (["--workers", "-3"], "--workers"),
    (["--workers", "[/x]"], "--workers"),
    (["--workers", "two"], "--workers"),
    (["--timeout", "0"], "--timeout"),
    (["--timeout", "-1"], "--timeout"),
    (["--timeout", "nan"], "--timeout"),
    (["--timeout", "soon"], "--timeout"),
    (["--nope"], "--nope"),
    (["a.toml", "b.toml"], "argument"),
    (["none.toml"], "none.toml: there is no such study file"),
    ([""], "is not a file"),
    (["."], ".: is not a file"),
    (["/dev/zero"], "/dev/zero: is not a file"),
    (["/dev/null"], "/dev/null: is not a file"),
    (["\ud800.toml"], "surrogates not allowed"),
    (["a\x00b.toml"], "embedded null byte"),
    (["x" * 300], "cannot be read"),
    (["http://127.0.0.1:9/study.toml"], "there is no such study file"),
    (["--export"], "holds no study"),
    (["--export", "--out", "nowhere"], "holds no study"),
    (["--export", "--out", "a\x00b"], "embedded null byte"),
    (["--export", "--out", "x" * 300], "holds no study"),
    (["--out", "a\x00b"], "embedded null byte"),
    (["--out", "x" * 300], "cannot be made or written to"),
    (["--out", "/dev/null"], "cannot be made or written to"),
    (["--out", "/dev/null/a"], "cannot be made or written to"),
    (["--out", "/proc/a"], "cannot be made or written to"),
]


NO_DATA = ["nope.csv", ".", "~", "~nobody-of-this-name/x", "", "a\x00b", "x" * 300, "/dev/zero"]
NO_DATA += ["http://127.0.0.1:9/a.csv", "file:///etc/passwd", "\ud800.csv", "loop", "pipe"]


@pytest.mark.parametrize("data", ["table", "imdb"])
@pytest.mark.parametrize("path", NO_DATA, ids=[path[:20] for path in NO_DATA])
def test_a_path_that_leads_to_no_data_gets_status_2_and_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: str, path: str
) -> None:
    """Each of them was a traceback."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CMLABM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("cmlabm.data.imdb.URL", "http://127.0.0.1:9/reviews.tar.gz")
    Path("loop").symlink_to("loop")
    os.mkfifo("pipe")
    said = refusal(app, [f"--set=data={data}", f"--set=data_path={path}"])
    assert "error: " in said
    assert len(said) < 700
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize(("arguments", "sentence"), PAIRS, ids=[" ".join(a)[:40] for a, _ in PAIRS])
def test_nonsense_gets_status_2_and_a_sentence_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    said = refusal(app, arguments)
    assert sentence in said
    assert len(said) < 700
    assert not list(tmp_path.iterdir())
