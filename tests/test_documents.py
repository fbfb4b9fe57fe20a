"""The README's and the documents' code runs as it stands."""

import re
import runpy
import subprocess
import sys
from pathlib import Path

from cmlabm.registries import REGISTRIES
from cmlabm.results.outcomes import OUTCOMES
from cmlabm.results.series import SERIES

ROOT = Path(__file__).parents[1]


def blocks(document: str, language: str) -> list[str]:
    text = (ROOT / document).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)


def run(code: str, directory: Path) -> str:
    script = directory / "script.py"
    script.write_text(code)
    done = subprocess.run(
        [sys.executable, script], cwd=directory, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_python_example_of_the_readme_runs(tmp_path: Path) -> None:
    (example,) = blocks("README.md", "python")
    assert "deposit" in run(example, tmp_path)


def test_the_study_of_the_readme_runs_and_its_results_can_be_read(tmp_path: Path) -> None:
    (study,) = blocks("README.md", "toml")
    (tmp_path / "cost_and_words.toml").write_text(study)
    command = [sys.executable, "-m", "cmlabm.batch", "cost_and_words.toml", "--seeds=1"]
    small = ["--set=train_size=200", "--set=test_size=100", "--set=initial_fraction=0.5"]
    subprocess.run([*command, *small], cwd=tmp_path, check=True, capture_output=True)
    reading, _ = blocks("docs/studies.md", "python")
    run(reading, tmp_path)


def test_a_study_can_be_run_from_a_script(tmp_path: Path) -> None:
    _, running = blocks("docs/studies.md", "python")
    run(running.replace('train_size": 3000', 'train_size": 300'), tmp_path)
    assert (tmp_path / "words_and_cost.png").read_bytes().startswith(b"\x89PNG")


def test_every_file_that_a_document_links_to_is_there() -> None:
    for document in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(
            r"\]\((?!https?:|#)([^)#]+)", document.read_text(encoding="utf-8")
        ):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_the_library_lists_everything_that_is_built_in() -> None:
    text = (ROOT / "docs/library.md").read_text(encoding="utf-8")
    listed = {*re.findall(r"`([a-z-]+)`", text)}
    assert {name for registry in REGISTRIES.values() for name in registry} <= listed


def test_the_tables_of_the_documents_say_what_the_code_says() -> None:
    """An outcome that is added, or whose unit changes, would stay unknown to readers."""
    found = runpy.run_path(str(ROOT / "docs/tables.py"))["stale"]()
    assert not found, "run the script: uv run python docs/tables.py"


def test_every_outcome_and_series_is_in_the_tables_of_the_documents() -> None:
    text = (ROOT / "docs/studies.md").read_text(encoding="utf-8")
    assert all(f"\n| `{name}` | " in text for name in OUTCOMES | SERIES)


def test_the_behaviour_and_the_mechanism_of_the_library_page_run(tmp_path: Path) -> None:
    example, _ = blocks("docs/library.md", "python")
    (tmp_path / "my_market.py").write_text(example)
    output = run(
        "from cmlabm import CMLModel\n"
        "model = CMLModel(rng=1, train_size=300, test_size=100, num_words=50,"
        " malicious_behaviour='my_market:Contrarian', incentive='my_market:FlatFee', fee=2)\n"
        "model.run()\n"
        "print(set(model.contract.submissions.deposit), model.malicious_accepted > 0)",
        tmp_path,
    )
    assert output == "{2000000} True\n"


def test_the_settlement_of_the_library_page_runs(tmp_path: Path) -> None:
    _, example = blocks("docs/library.md", "python")
    (tmp_path / "my_market.py").write_text(example)
    output = run(
        "from cmlabm import CMLModel\n"
        "model = CMLModel(rng=1, train_size=300, test_size=100, num_words=50,"
        " incentive='my_market:Piecework', piecework_bounty=27.6)\n"
        "assert model.run()['submissions'] == 276\n"
        "print(model.honest_balance + model.malicious_balance, model.escrow)",
        tmp_path,
    )
    assert output == "20027.6 0.0\n"


def test_every_module_that_tells_the_way_of_a_submission_is_there() -> None:
    for name in ("README.md", "docs/contributing.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for path in re.findall(r"`([a-z_/]+\.py)`", text):
            places = [ROOT / top / path for top in ("", "cmlabm", "cmlabm/behaviours")]
            assert any(place.exists() for place in places), f"{name}: {path}"


def test_the_example_of_learners_runs(tmp_path: Path) -> None:
    (example,) = blocks("docs/equilibrium.md", "python")
    assert "study" in run(example, tmp_path)
