"""A study's tables hold what its definition asks for now, and nothing else."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from small_study import SMALL, small_study, without_times
from typer.testing import CliRunner

from cmlabm.batch import (
    Result,
    Run,
    StorageError,
    Store,
    Study,
    open_study,
    run_here,
    run_study,
    runs_of,
)
from cmlabm.batch.command import app
from cmlabm.batch.store import FILE_NAME
from cmlabm.errors import InputError


def reviews(folder: Path, word: str) -> Path:
    """Write a few reviews in the layout of the original archive."""
    for part in ("train", "test"):
        for kind, other in (("neg", "bad"), ("pos", "good")):
            (folder / part / kind).mkdir(parents=True)
            for number in range(20):
                text = f"{other} {word} w{number % 7} w{number % 3}"
                (folder / part / kind / f"{number}_1.txt").write_text(text)
    return folder


def with_cost(cost_weight: float, seeds: int = 2) -> Study:
    return Study(
        name="small", seeds=seeds, parameters=SMALL | {"cost_weight": cost_weight}, sweep={}
    )


def run_without_processes(monkeypatch: pytest.MonkeyPatch) -> list[Run]:
    """Have studies run in this process, and return the list of what is run."""
    run: list[Run] = []

    def here(runs: list[Run], workers: int, *_: object) -> object:
        run.extend(runs)
        return run_here(runs)

    monkeypatch.setattr("cmlabm.batch.running.run_in_processes", here)
    return run


def test_runs_with_other_fixed_parameters_are_kept_aside_and_used_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pooled, the summary would print a mean of two contracts as one setting."""
    done = run_without_processes(monkeypatch)
    first = run_study(with_cost(1.0), tmp_path).runs()
    study = run_study(with_cost(4.0), tmp_path)
    assert study.runs()["cost_weight"].tolist() == [4.0, 4.0]
    assert set(study.series()["run"]) == set(study.runs()["run"])
    assert set(pd.read_csv(tmp_path / "runs.csv")["cost_weight"]) == {4.0}
    assert set(pd.read_csv(tmp_path / "series.csv")["run"]) == set(study.runs()["run"])
    assert study.aside == 2
    again = run_study(with_cost(1.0), tmp_path).runs()
    pd.testing.assert_frame_equal(again, first)
    assert len(done) == 4, "what is stored is not run again"


def test_fewer_seeds_are_fewer_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_without_processes(monkeypatch)
    run_study(with_cost(1.0, seeds=3), tmp_path)
    study = run_study(with_cost(1.0, seeds=1), tmp_path)
    assert study.runs()["seed"].tolist() == [0]
    assert study.aside == 2


def test_the_command_counts_what_is_kept_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_without_processes(monkeypatch)
    run_study(with_cost(1.0, seeds=3), tmp_path / "a")
    file = tmp_path / "small.toml"
    fixed = "\n".join(f"{name} = {value}" for name, value in SMALL.items())
    file.write_text(f'name = "small"\n[parameters]\ncost_weight = 4\n{fixed}')
    result = CliRunner().invoke(app, [str(file), "--out", str(tmp_path / "a")])
    assert result.exit_code == 0, result.output
    assert "3 runs of other settings are kept aside" in result.output


def test_the_example_with_other_parameters_has_a_directory_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run_without_processes(monkeypatch)
    small = [f"--set={name}={value}" for name, value in SMALL.items()]
    for change in ("incentive=slashing", "classifier=sklearn.naive_bayes:BernoulliNB"):
        result = CliRunner().invoke(app, [*small, f"--set={change}", "--seeds=1"])
        assert result.exit_code == 0, result.output
    names = sorted(path.name for path in (tmp_path / "results").iterdir())
    assert [name.rsplit("-max_days=4-")[-1] for name in names] == [
        "classifier=sklearn.naive_bayes-BernoulliNB",
        "incentive=slashing",
    ]
    assert not any(name == "quick" for name in names)


def test_a_study_run_from_python_says_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_without_processes(monkeypatch)
    monkeypatch.setattr(sys, "orig_argv", ["/a/path/python", "compare.py", "--costs", "1 4"])
    run_study(small_study(seeds=1, cost_weight=[1, 4]), tmp_path)
    study = open_study(tmp_path)
    assert study.factors == ["cost_weight"]
    assert study.spec.parameters == SMALL
    assert study.provenance["command"] == "python compare.py --costs '1 4'", "what was run"
    assert {"versions", "machine", "start", "end"} <= study.provenance.keys()
    assert {path.name for path in study.files} == {
        "runs.csv", "runs.parquet", "series.csv", "series.parquet", "accuracy_balances.png",
    }  # fmt: skip


def test_runs_of_nothing_known_are_named(tmp_path: Path) -> None:
    """A sentence, where there was a KeyError: 'study'."""
    with Store.create(tmp_path) as store:
        for stored in run_here(runs_of(small_study(seeds=1))):
            store.save(stored)
    with pytest.raises(InputError, match="holds runs but not what study they are of"):
        open_study(tmp_path)
    (tmp_path / "small.toml").write_text('name = "small"')
    result = CliRunner().invoke(app, [f"{tmp_path}/small.toml", "--export", f"--out={tmp_path}"])
    assert result.exit_code == 2
    assert "holds runs but not what study they are of" in result.output


def test_a_definition_is_there_as_a_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever ends the program while it defines the study leaves the earlier definition."""
    before, after = with_cost(1.0), with_cost(4.0)
    with Store.create(tmp_path) as store:
        store.begin(before, runs_of(before), {"command": "the first"})

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with Store.create(tmp_path) as store:
        monkeypatch.setattr(store, "_note", dies)
        with pytest.raises(KeyboardInterrupt):
            store.begin(after, runs_of(after), {"command": "the second"})
    with Store.open(tmp_path) as store:
        assert store.study() == before
        assert store.planned() == [run.id for run in runs_of(before)]
        assert store.facts()["command"] == "the first"


def test_a_second_command_is_kept_out(tmp_path: Path) -> None:
    with Store.create(tmp_path):
        result = CliRunner().invoke(app, ["--set=max_days=1", f"--out={tmp_path}"])
    assert result.exit_code == 1
    assert "another command is writing to it" in result.output


def changed(directory: Path, statement: str) -> None:
    connection = sqlite3.connect(directory / FILE_NAME)
    with connection:
        assert connection.execute(statement).rowcount > 0
    connection.close()


@pytest.mark.parametrize(
    ("statement", "again"),
    [
        ("UPDATE runs SET final_accuracy = final_accuracy + 1e-9 WHERE seed = 1", 1),
        ("UPDATE runs SET takes = NULL WHERE seed = 1", 1),
        ("UPDATE runs SET cost_weight = 2 WHERE seed = 1", 1),
        ("UPDATE runs SET seed = 7 WHERE seed = 1", 1),
        ("UPDATE series SET accuracy = 0 WHERE day = 3", 3),
        ("UPDATE series SET takes = NULL WHERE day = 3", 3),
        ("DELETE FROM series WHERE day = 2", 3),
        ("UPDATE study SET value = replace(value, 'small', 'smell') WHERE name = 'study'", 0),
        ("UPDATE plan SET position = 5 - position", 0),
        ("DELETE FROM plan WHERE position = 1", 0),
    ],
)
def test_altered_values_are_noticed_when_read_and_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statement: str, again: int
) -> None:
    done = run_without_processes(monkeypatch)
    study = small_study(seeds=3)
    runs = run_study(study, tmp_path).runs()
    series = open_study(tmp_path).series()
    changed(tmp_path, statement)
    with pytest.raises(StorageError, match="is not as it was written"):
        _ = (open_study(tmp_path).runs(), open_study(tmp_path).series())
    if "smell" not in statement:
        mended = run_study(study, tmp_path)
        pd.testing.assert_frame_equal(without_times(mended.runs()), without_times(runs))
        pd.testing.assert_frame_equal(mended.series(), series)
        assert len(done) == 3 + again


def test_an_error_may_say_what_utf_8_cannot(tmp_path: Path) -> None:
    run = Run.on(runs_of(small_study(seeds=1))[0].parameters, 0)
    with Store.create(tmp_path) as store:
        store.save(Result(run, "failed", 0.0, error="\ud800 and \x00"))
        assert store.runs()["error"].tolist() == ["\\ud800 and \x00"]


@pytest.mark.parametrize("gone", ["directory", "store"])
def test_results_that_somebody_deletes_are_missed_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gone: str
) -> None:
    """SQLite itself would go on writing to the deleted file and lose every run."""
    directory = tmp_path / "a"
    saved: list[Run] = []
    save = Store.save

    def save_and_delete(self: Store, result: Result) -> None:
        save(self, result)
        saved.append(result.run)
        for file in directory.iterdir():
            if gone == "directory" or file.name.startswith(FILE_NAME):
                file.unlink()
        if gone == "directory":
            directory.rmdir()

    run_without_processes(monkeypatch)
    monkeypatch.setattr(Store, "save", save_and_delete)
    small = [f"--set={name}={value}" for name, value in SMALL.items()]
    result = CliRunner().invoke(app, [*small, f"--out={directory}"])
    assert result.exit_code == 1
    assert "was deleted or replaced" in result.output
    assert len(saved) == 1


def test_agents_balances_of_a_finished_study_are_not_promised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_without_processes(monkeypatch)
    arguments = [f"--set={name}={value}" for name, value in SMALL.items()]
    arguments += [f"--out={tmp_path}", "--seeds=1"]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    result = CliRunner().invoke(app, [*arguments, "--agents"])
    assert result.exit_code == 0
    assert "1 runs were stored without each agent's balances" in result.output


def test_a_study_is_read_where_nothing_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite wants to make files beside a file that it reads."""
    run_without_processes(monkeypatch)
    runs = run_study(small_study(seeds=2), tmp_path).runs()
    before = sorted(path.name for path in tmp_path.iterdir())
    monkeypatch.setattr("os.access", lambda *_: False)
    pd.testing.assert_frame_equal(open_study(tmp_path).runs(), runs)
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_what_a_killed_command_left_in_its_log_is_read_where_nothing_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = small_study(seeds=2)
    with Store.create(tmp_path / "a") as store:
        store.begin(study, runs_of(study), {})
        for result in run_here(runs_of(study)):
            store.save(result)
        (tmp_path / "killed").mkdir()
        for name in (FILE_NAME, FILE_NAME + "-wal"):
            (tmp_path / "killed" / name).write_bytes((tmp_path / "a" / name).read_bytes())
    monkeypatch.setattr("os.access", lambda *_: False)
    assert open_study(tmp_path / "killed").runs()["seed"].tolist() == [0, 1]
    assert len(list((tmp_path / "killed").iterdir())) == 2


SIZES = {"num_words": 5, "train_size": 40, "test_size": 40, "initial_fraction": 0.5, "max_days": 3}


def test_two_archives_are_two_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By their other parameters they are the same run, and the second was never done."""
    monkeypatch.setenv("CMLABM_CACHE", str(tmp_path / "cache"))
    run_without_processes(monkeypatch)
    paths = [str(reviews(tmp_path / name, name)) for name in ("one", "two")]
    study = Study(name="a", parameters=SIZES | {"data": "imdb"}, sweep={"data_path": paths})
    finished = run_study(study, tmp_path / "out")
    assert finished.runs()["data_path"].tolist() == paths
    assert finished.runs()["run"].nunique() == 2


def test_fewer_reviews_than_the_default_sizes_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command refused what the model took; more than there are it refuses at the start."""
    monkeypatch.setenv("CMLABM_CACHE", str(tmp_path / "cache"))
    run_without_processes(monkeypatch)
    path = reviews(tmp_path / "one", "one")
    changes = [f"--set={name}={value}" for name, value in SIZES.items()]
    arguments = ["--set=data=imdb", f"--set=data_path={path}", f"--out={tmp_path / 'out'}"]
    result = CliRunner().invoke(app, [*arguments, *changes, "--seeds=1"])
    assert result.exit_code == 0, result.output
    result = CliRunner().invoke(app, [*arguments, *changes, "--set=train_size=41"])
    assert result.exit_code == 2
    assert "train_size = 41 is more than there are; at most 40" in result.output


def test_a_study_of_a_table_is_reported_without_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("statsmodels")
    from cmlabm.report.command import app as report

    run_without_processes(monkeypatch)
    table = tmp_path / "table.csv"
    table.write_text("x,y,label\n" + "".join(f"{n},{n % 5},{n % 2}\n" for n in range(120)))
    fixed = SIZES | {"data": "table", "data_path": str(table)}
    study = Study(
        name="a", seeds=2, design="one-at-a-time", parameters=fixed, sweep={"cost_weight": [2, 4]}
    )
    run_study(study, tmp_path / "out")
    table.unlink()
    result = CliRunner().invoke(report, [str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    assert open_study(tmp_path / "out").runs_of("cost_weight")["level"].nunique() == 3


def test_a_script_without_its_guard_is_told_so(tmp_path: Path) -> None:
    """Each worker runs the script again while it imports it."""
    script = tmp_path / "script.py"
    script.write_text(
        "from cmlabm.batch import Study, run_study\n"
        f"run_study(Study(name='a', parameters={SMALL}), {str(tmp_path / 'out')!r}, workers=1)\n"
    )
    ended = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120)
    assert "put the call under if __name__ == '__main__':" in ended.stderr
