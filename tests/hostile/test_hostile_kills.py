"""Commands that are killed, or interrupted by Ctrl-C, at any moment."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd

from cmlabm.batch import Study, open_study, run_here, runs_of
from cmlabm.batch.store import Store

KILLS = 5
INTERRUPTIONS = 6
LONGEST_S = 3.0
SMALL = {"train_size": 60, "test_size": 30, "num_words": 10, "initial_fraction": 0.5, "max_days": 3}
STUDY = Study(name="small", seeds=60, parameters=SMALL)


def study_file(directory: Path) -> Path:
    lines = ['name = "small"', "seeds = 60", "[parameters]"]
    lines += [f"{name} = {value}" for name, value in SMALL.items()]
    (directory / "small.toml").write_text("\n".join(lines))
    return directory / "small.toml"


def started(directory: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "cmlabm.batch", "small.toml", "--out=out", "--workers=2"],
        cwd=directory,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def end_of(process: "subprocess.Popen[str]", how: signal.Signals) -> str:
    """Signal a command and all its processes, as a terminal does, and return what was printed."""
    with suppress(ProcessLookupError):  # it may have just finished
        os.killpg(process.pid, how)
    output, _ = process.communicate(timeout=60)
    return output


def test_a_study_killed_at_random_moments_has_the_tables_of_one_that_never_was(
    tmp_path: Path,
) -> None:
    study_file(tmp_path)
    moments = np.random.default_rng(11)
    for _ in range(KILLS):
        process = started(tmp_path)
        time.sleep(moments.uniform(0.1, LONGEST_S))
        end_of(process, signal.SIGKILL)
    process = started(tmp_path)
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0, output
    with Store.create(tmp_path / "whole") as store:
        store.begin(STUDY, runs_of(STUDY), {})
        for result in run_here(runs_of(STUDY)):
            store.save(result)
    killed, whole = open_study(tmp_path / "out"), open_study(tmp_path / "whole")
    pd.testing.assert_frame_equal(
        killed.runs().drop(columns="wall_seconds"), whole.runs().drop(columns="wall_seconds")
    )
    pd.testing.assert_frame_equal(killed.series(), whole.series())


def test_ctrl_c_at_any_moment_prints_no_traceback(tmp_path: Path) -> None:
    """From the first imports on, in the command and in its workers."""
    study_file(tmp_path)
    moments = np.random.default_rng(5)
    for _ in range(INTERRUPTIONS):
        process = started(tmp_path)
        time.sleep(moments.uniform(0.15, LONGEST_S))
        output = end_of(process, signal.SIGINT)
        assert "Traceback" not in output, output
        assert process.returncode in (0, 130), output
