"""Studies started from the page: what is refused, and that nothing is left running."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cmlabm.batch import open_study
from cmlabm.errors import InputError
from cmlabm.viz.permissions import Permissions, granting
from cmlabm.viz.studies.definition import definition_of, directory_of, found_below
from cmlabm.viz.studies.running import StartedStudies, StartedStudy
from viz.conftest import ANSWERS_WITHIN_MS, SMALL, Visit, Visitor, started

MARKET = "\n".join(f"{name} = {value}" for name, value in SMALL.items())
STUDY = f'name = "words"\nseeds = {{seeds}}\n[parameters]\n{MARKET}\n'
LONG = STUDY.format(seeds=5000)

GROUPS = pytest.mark.skipif(os.name == "nt", reason="the page starts studies elsewhere only")
NEEDS_PROC = pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "study.toml").write_text(STUDY.format(seeds=2))
    with granting(Permissions(tmp_path)):
        yield tmp_path


def written(root: Path, text: str) -> str:
    (root / "other.toml").write_text(text)
    return "other.toml"


def test_the_file_says_which_command_runs_it(root: Path) -> None:
    game = 'name = "g"\nplayers = 4\nseeds = 2\nstrategies = ["study", "echo"]\n'
    search = (
        'name = "s"\ntrials = 4\nseeds = 1\nfresh_seeds = 2\nmaximise = "regret"\n'
        "[attack]\nmalicious_mean_deposit = {low = 1, high = 200}\n"
    )
    commands = [definition_of("study.toml").command]
    commands += [definition_of(written(root, text)).command for text in (game, search)]
    assert commands == ["cmlabm.batch", "cmlabm.equilibrium", "cmlabm.search"]
    assert sorted(found_below(root)) == ["other.toml", "study.toml"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[parameters]\ndata = "table"\ndata_path = "/etc/passwd"', "is not below the page's data"),
        (
            '[sweep]\nx = [{data = "table", data_path = "../x"}]',
            "is not below the page's data root",
        ),
        ('[parameters]\ndata = "openml:adult:2"', "'openml:adult:2' is not offered by this page"),
        ('[parameters]\nincentive = "my_market:Fee"', "'my_market:Fee' is not offered"),
        ('[sweep]\nincentive = ["none", "my_market:Fee"]', "'my_market:Fee' is not offered"),
        ("[parameters]\ntrain_size = 1000000\nnum_words = 20000", "the page has 4 for one"),
        ("seeds = 300000", "asks for more than 200,000 runs"),
        ("[parameters]\nwords = 3", "is not known; did you mean"),
        (
            'strategies = ["study"]\n[parameters]\ndata_path = "/etc"\ndata = "table"',
            "is not below",
        ),
        ('[attack]\nx = 1\n[parameters]\nincentive = "my:Fee"', "'my:Fee' is not offered"),
    ],
)
def test_what_the_page_does_not_offer_is_refused_before_it_is_run(
    root: Path, text: str, sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        definition_of(written(root, f'name = "x"\n{text}\n'))


def test_files_outside_of_the_data_root_are_not_read(root: Path, tmp_path: Path) -> None:
    (tmp_path / "link.toml").symlink_to("/etc/hostname")
    for text in ("/etc/hostname", "../study.toml", "link.toml"):
        with pytest.raises(InputError, match="is not below the page's data root"):
            definition_of(text)
    with pytest.raises(InputError, match="there is no such study file"):
        definition_of("nothing.toml")
    assert found_below(root) == ["study.toml"]


def test_results_go_into_a_directory_of_their_own(root: Path) -> None:
    """A study's tables would replace files of the same names."""
    (root / "own").mkdir()
    (root / "own" / "runs.csv").write_text("mine")
    (root / "away").symlink_to("/tmp")  # noqa: S108
    refused = {
        "own": "holds other files",
        "": "name a directory of its own",
        ".": "name a directory of its own",
        "away/new": "is not below",
        "../new": "is not below",
        "study.toml": "is no directory",
    }
    for text, sentence in refused.items():
        with pytest.raises(InputError, match=sentence):
            directory_of(text)
    (root / "own" / "study.sqlite").touch()
    assert directory_of("own") == (root / "own").resolve()
    assert directory_of("results/new") == (root / "results" / "new").resolve()
    (root / "own" / "report.html").symlink_to("/etc/hostname")
    with pytest.raises(InputError, match="is not below"):
        directory_of("own")


def processes_of(session: int) -> list[int]:
    """The processes of a session that have not ended."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text(encoding="utf-8").rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(status.parent.name))
    return found


def wait_until_ended(session: int) -> None:
    deadline = time.monotonic() + ANSWERS_WITHIN_MS / 1000
    while processes_of(session):
        assert time.monotonic() < deadline, "something is left running"
        time.sleep(0.1)


def ended(study: StartedStudy) -> StartedStudy:
    assert study.ended.wait(ANSWERS_WITHIN_MS / 1000)
    return study


def test_where_its_processes_could_outlive_the_page_a_study_is_not_started(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows has no groups of processes, which end together."""
    monkeypatch.delattr(os, "killpg", raising=False)
    only = "on Linux and macOS only; run python -m cmlabm.batch study.toml"
    with pytest.raises(InputError, match=only):
        StartedStudies().start("me", definition_of("study.toml"), root / "out")
    assert not (root / "out").exists()


@GROUPS
def test_the_command_imports_no_class_that_was_not_allowed(root: Path) -> None:
    """Nor anything from the data root by the name of a module."""
    trap = "from pathlib import Path\nPath(__file__).with_suffix('.imported').touch()\n"
    for name in ("trap.py", "numpy.py"):
        (root / name).write_text(trap)
    text = 'name = "g"\nplayers = 2\nseeds = 2\nstrategies = ["study", "trap:Trap"]\n'
    study = StartedStudies().start("me", definition_of(written(root, text)), root / "out")
    assert "'trap:Trap'" in ended(study).problem
    assert [*root.glob("*.imported")] == []


@NEEDS_PROC
def test_one_study_a_visitor_two_in_all_and_none_in_the_place_of_another(root: Path) -> None:
    (root / "study.toml").write_text(LONG)
    definition, studies = definition_of("study.toml"), StartedStudies()
    running = [studies.start("me", definition, root / "mine")]
    try:
        with pytest.raises(InputError, match="study 'words' is still running; stop it"):
            studies.start("me", definition, root / "again")
        with pytest.raises(InputError, match="another visitor's study is written there"):
            studies.start("you", definition, root / "mine")
        running.append(studies.start("you", definition, root / "yours"))
        with pytest.raises(InputError, match="2 studies of others are running"):
            studies.start("they", definition, root / "theirs")
    finally:
        for study in running:
            study.stop()
    for study in running:
        assert ended(study).problem == ""
        wait_until_ended(study.pid)
    studies.start("me", definition, root / "mine").stop()


def fill(visitor: Visitor, file: Path, directory: Path) -> None:
    visitor.page.locator(".v-expansion-panel-header:has-text('Run a study')").click()
    visitor.page.get_by_label("file of a study, a game or a search").fill(str(file))
    visitor.page.get_by_label("directory for its results").fill(str(directory))
    visitor.page.keyboard.press("Tab")
    visitor.page.locator(".cml-start-it").click()


@GROUPS
def test_a_study_is_started_and_followed_to_its_end(visit: Visit, tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text(STUDY.format(seeds=6))
    visitor = visit().go(view="study")
    fill(visitor, tmp_path / "study.toml", tmp_path / "out")
    visitor.page.locator("text=words (study.toml) runs.").wait_for()
    visitor.page.locator(".cml-count:has-text('6 of 6 runs')").wait_for()
    visitor.page.locator("text=words (study.toml) has ended.").wait_for()
    assert len(open_study(tmp_path / "out").runs()) == 6


def test_a_refusal_is_a_sentence_beside_the_fields(visit: Visit, tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text('name = "x"\n[parameters]\nincentive = "os:path"\n')
    visitor = visit().go(view="study")
    fill(visitor, tmp_path / "study.toml", tmp_path / "out")
    visitor.page.locator("text=incentive = 'os:path' is not offered by this page").wait_for()
    assert not (tmp_path / "out").exists()


def session_of(directory: Path) -> int:
    """The id of the session in which a command writes to a directory."""
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = line.read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if str(directory).encode() in words:
            return os.getsid(int(line.parent.name))
    return 0


@NEEDS_PROC
def test_stop_ends_a_study_with_all_its_workers(visit: Visit, tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text(LONG)
    visitor = visit().go(view="study")
    fill(visitor, tmp_path / "study.toml", tmp_path / "out")
    visitor.page.locator("text=of 5000 runs so far").wait_for()
    session = session_of(tmp_path / "out")
    assert len(processes_of(session)) > 2
    again = visitor.page.context.new_page()
    again.goto(visitor.page.url)
    again.locator(".cml-stop-it").click()
    wait_until_ended(session)
    visitor.page.locator("text=words (study.toml) was stopped; started again").wait_for()


@NEEDS_PROC
@pytest.mark.parametrize("how", ["SIGINT", "SIGKILL"])
def test_nothing_is_left_running_when_the_server_ends(
    visit: Visit, tmp_path: Path, how: str
) -> None:
    (tmp_path / "study.toml").write_text(LONG)
    command = ["-m", "cmlabm.viz", "--data-root", str(tmp_path)]
    with started(command, subprocess.DEVNULL) as (address, process):
        visitor = visit(address=address).go(view="study")
        fill(visitor, Path("study.toml"), Path("out"))
        visitor.page.locator("text=of 5000 runs so far").wait_for()
        session = session_of(tmp_path.resolve() / "out")
        assert len(processes_of(session)) > 2
        process.send_signal(signal.Signals[how])
        process.wait(20)
        wait_until_ended(session)
        visitor.page.goto("about:blank")  # the page asks again and again whether it answers
        visitor.errors.clear()
