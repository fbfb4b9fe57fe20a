"""What learners play is stored with a study, exported, and missing where it was not recorded."""

import sqlite3
from pathlib import Path

import pandas as pd
from small_study import SMALL, small_study

from cmlabm.batch import Store, open_study, run_here, runs_of
from cmlabm.batch.store import FILE_NAME
from cmlabm.batch.study import Study
from cmlabm.model import CMLModel
from cmlabm.parameters import Parameters


def study_of_learners() -> Study:
    return Study(
        name="learners",
        seeds=2,
        parameters=SMALL
        | {
            "honest_agents": 4,
            "repertoire": "study = 3, echo = 1",
            "revision_wait_s": 20_000,
            "mutation_probability": 0.3,
        },
        sweep={"honest_behaviour": ["imitator", "study"]},
    )


def stored(directory: Path, study: Study) -> None:
    with Store.create(directory) as store:
        store.begin(study, runs_of(study), {})
        for result in run_here(runs_of(study)):
            store.save(result)


def test_a_study_stores_what_learners_play(tmp_path: Path) -> None:
    stored(tmp_path, study_of_learners())
    finished_study = open_study(tmp_path)
    runs, playing = finished_study.runs(), finished_study.playing()
    learnt = runs[runs["honest_behaviour"] == "imitator"]
    assert set(playing["run"]) == set(learnt["run"])
    assert runs["honest_playing_share"].isna().tolist() == [False, False, True, True]
    run = runs_of(study_of_learners())[0]
    model = CMLModel(run.parameters, rng=run.seed)
    model.run()
    own = playing[playing["run"] == run.id].sort_values(["day", "behaviour"])
    expected = model.playing().sort_values(["day", "behaviour"])
    for column in ("day", "behaviour", "contributors"):
        assert own[column].tolist() == expected[column].tolist()
    finished_study.export()
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "playing.csv"), playing, check_dtype=False)
    assert pd.read_parquet(tmp_path / "playing.parquet").shape == playing.shape


def test_changed_counts_are_noticed(tmp_path: Path) -> None:
    stored(tmp_path, study_of_learners())
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        connection.execute("UPDATE playing SET contributors = 4 WHERE day = 1")
    connection.close()
    with Store.open(tmp_path) as store:
        assert set(store.damaged()) == {
            run.id
            for run in runs_of(study_of_learners())
            if run.parameters.honest_behaviour == "imitator"
        }


def test_a_study_stored_before_there_were_learners_is_read(tmp_path: Path) -> None:
    stored(tmp_path, small_study(seeds=2))
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        connection.execute("DROP TABLE playing")
        for name in ("playing_checksum", "honest_playing_share", "repertoire", "exploration"):
            connection.execute(f"ALTER TABLE runs DROP COLUMN {name}")
    connection.close()
    earlier = open_study(tmp_path)
    assert earlier.runs()["repertoire"].tolist() == [Parameters().repertoire] * 2
    assert len(earlier.playing()) == 0
    assert "playing.csv" not in {path.name for path in earlier.export()}
    stored(tmp_path, study_of_learners())
    assert len(open_study(tmp_path).playing()) > 0
