"""Study files: what they may say, and how they are refused."""

import hashlib
from pathlib import Path

import pytest

from cmlabm.batch import Store, open_study, read_study, runs_of, with_changes
from cmlabm.errors import InputError


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "study.toml"
    path.write_text(text)
    return path


def test_the_format_of_the_documentation_is_understood(tmp_path: Path) -> None:
    study = read_study(
        written(
            tmp_path,
            """
            name = "cost_and_words"
            description = "What a dearer submission buys"
            seeds = 3
            design = "grid"
            [parameters]
            train_size = 6000
            [sweep]
            cost_weight = [1, 2, 4]
            num_words = [400, 1000]
            """,
        )
    )
    runs = runs_of(study)
    assert len(runs) == 3 * 2 * 3
    assert {run.parameters.train_size for run in runs} == {6000}
    assert [run.seed for run in runs[:4]] == [0, 1, 2, 0]


def test_seeds_may_be_listed(tmp_path: Path) -> None:
    study = read_study(written(tmp_path, 'name = "a"\nseeds = [7, 11]'))
    assert [run.seed for run in runs_of(study)] == [7, 11]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("name = ", "is not TOML"),
        ('nam = "a"', "did you mean name"),
        ('name = "a"\nsweeep = {}', "did you mean sweep"),
        ('name = "a"\n[parameters]\nnum_word = 3', "did you mean num_words"),
        ('name = "a"\n[sweep]\ncost_wait = [1]', "did you mean cost_weight"),
        ('name = "a"\n[sweep]\nnum_words = []', "no levels"),
        ('name = "a"\nseeds = 0', "at least 1"),
        ('name = "a"\nseeds = []', "seeds"),
        ('name = "a"\nseeds = [1, 1]', "once only"),
        ('name = "../a"', "name"),
        ('name = "a"\ndesign = "gird"', "grid"),
        ('name = "a"\ndesign = "zip"\n[sweep]\nnum_words = [1]\ntrain_size = [9, 8]', "length"),
        ('name = "a"\n[sweep.x]\nnum_words = [1]\ntrain_size = [9, 8]', "sweep.x"),
        ('name = "a"\ndesign = "sobol"\nsamples = 4', "ranges"),
        ('name = "a"\ndesign = "sobol"\n[ranges]\nnum_words = { low = 1, high = 9 }', "samples"),
        ('name = "a"\n[ranges]\nnum_words = { low = 1, high = 9 }', "[sweep], not [ranges]"),
        (
            'name = "a"\ndesign = "sobol"\nsamples = 4\n[ranges]\nnum_words = { lo = 1, high = 9 }',
            "did you mean low",
        ),
        (
            'name="a"\ndesign="sobol"\nsamples=4\n[ranges]\nnum_words = { low = 9, high = 1 }',
            "less than",
        ),
        (
            'name="a"\ndesign="sobol"\nsamples=4\nranges.cost_weight={low=0,high=1,scale="log"}',
            "log",
        ),
    ],
)
def test_a_mistake_is_named_with_its_file(tmp_path: Path, text: str, complaint: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(InputError) as caught:
        read_study(path)
    assert str(caught.value).startswith(str(path))
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such study file"):
        read_study(tmp_path / "none.toml")


def test_a_fixed_parameter_is_no_longer_swept(tmp_path: Path) -> None:
    study = read_study(written(tmp_path, 'name = "a"\n[sweep]\nnum_words = [10, 20]'))
    runs = runs_of(with_changes(study, {"num_words": "15", "cost_weight": "2"}, seeds=2))
    assert [(r.parameters.num_words, r.parameters.cost_weight, r.seed) for r in runs] == [
        (15, 2.0, 0),
        (15, 2.0, 1),
    ]


def test_one_of_several_linked_parameters_cannot_be_fixed(tmp_path: Path) -> None:
    study = read_study(
        written(tmp_path, 'name = "a"\n[sweep.size]\ntrain_size = [90, 80]\ntest_size = [9, 8]')
    )
    with pytest.raises(InputError, match="together with others as 'size'"):
        with_changes(study, {"train_size": 50})


ROWS = """
name = "attacks"
[parameters]
malicious_addresses = 3
[sweep]
incentive = ["none", "slashing"]
[[sweep.attack]]
malicious_behaviour = "sybil"
malicious_addresses = 8
[[sweep.attack]]
malicious_behaviour = "echo"
[[sweep.attack]]
malicious_agents = 0
"""
COLUMNS = """
name = "attacks"
[sweep]
incentive = ["none", "slashing"]
[sweep.attack]
malicious_behaviour = ["sybil", "echo", "label-flip"]
malicious_addresses = [8, 3, 3]
malicious_agents = [1, 1, 0]
"""


@pytest.mark.parametrize("design", ["grid", "one-at-a-time"])
def test_rows_ask_for_the_same_runs_as_columns(tmp_path: Path, design: str) -> None:
    """What a row leaves out is as in [parameters], or else at its default."""
    rows, columns = (
        runs_of(read_study(written(tmp_path, f'design = "{design}"\n{text}')))
        for text in (
            ROWS,
            COLUMNS.replace("[sweep]", "parameters.malicious_addresses = 3\n[sweep]"),
        )
    )
    assert [run.id for run in rows] == [run.id for run in columns]
    assert len(rows) == 6


def test_rows_in_one_line_each_are_the_same_rows(tmp_path: Path) -> None:
    inline = """
    name = "attacks"
    parameters.malicious_addresses = 3
    sweep.incentive = ["none", "slashing"]
    sweep.attack = [
        { malicious_behaviour = "sybil", malicious_addresses = 8 },
        { malicious_behaviour = "echo" },
        { malicious_agents = 0 },
    ]
    """
    assert read_study(written(tmp_path, inline)) == read_study(written(tmp_path, ROWS))


@pytest.mark.parametrize("text", [ROWS, COLUMNS])
def test_a_stored_study_says_the_same_as_its_file(tmp_path: Path, text: str) -> None:
    study = read_study(written(tmp_path, text))
    with Store.create(tmp_path / "a") as store:
        store.begin(study, runs_of(study), {})
    stored = open_study(tmp_path / "a")
    assert stored.spec == study
    assert stored.factors == ["incentive", "attack"]
    design = stored.design()
    assert design["run"].tolist() == stored.planned
    assert design["malicious_addresses"].tolist() == [8, 3, 3] * 2
    assert design["malicious_agents"].tolist() == [1, 1, 0] * 2


def test_rows_can_be_zipped_and_their_parameters_cannot_be_fixed_alone(tmp_path: Path) -> None:
    text = ROWS.replace('"slashing"]', '"slashing", "points"]')
    study = read_study(written(tmp_path, f'design = "zip"\n{text}'))
    found = [(r.parameters.incentive, r.parameters.malicious_behaviour) for r in runs_of(study)]
    assert found == [("none", "sybil"), ("slashing", "echo"), ("points", "label-flip")]
    with pytest.raises(InputError, match="together with others as 'attack'"):
        with_changes(study, {"malicious_addresses": 5})


def test_a_mistake_in_a_row_is_named_with_its_row(tmp_path: Path) -> None:
    study = read_study(written(tmp_path, ROWS.replace("= 8", "= 1")))
    with pytest.raises(InputError, match="factor attack, row 1: malicious_addresses = 1: must be"):
        runs_of(study)


def test_the_attack_matrix_asks_for_the_runs_that_it_always_asked_for() -> None:
    """Its results are published; it was written as three lists of 25 before."""
    study = read_study(Path(__file__).parents[2] / "batch_runs" / "attack_matrix.toml")
    ids = [run.id for run in runs_of(study)]
    assert len(ids) == 1750
    assert hashlib.sha256("\n".join(ids).encode()).hexdigest()[:16] == "d2de8ba51250ec6f"


def test_the_shipped_studies_ask_for_possible_runs() -> None:
    pytest.importorskip("SALib")
    files = sorted((Path(__file__).parents[2] / "batch_runs").glob("*.toml"))
    assert len(files) >= 12
    for file in files:
        study = read_study(file)
        assert study.name == file.stem
        assert len(runs_of(study)) >= 2
