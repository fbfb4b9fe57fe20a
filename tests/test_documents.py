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


def test_the_first_example_of_the_readme_prints_what_stands_there(tmp_path: Path) -> None:
    example, _ = blocks("README.md", "python")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"```\n{run(example, tmp_path)}```" in readme


def test_the_mechanism_of_the_readme_works_as_it_says(tmp_path: Path) -> None:
    _, mechanism = blocks("README.md", "python")
    (tmp_path / "my_market.py").write_text(mechanism)
    output = run(
        "from cmlabm import CMLModel\n"
        "from cmlabm.testing import check_mechanism\n"
        "from my_market import FlatFee\n"
        "check_mechanism(FlatFee)\n"
        "model = CMLModel(rng=1, train_size=300, test_size=100, num_words=50,"
        " incentive='my_market:FlatFee', fee=3)\n"
        "model.run()\n"
        "print(set(model.contract.submissions.deposit))",
        tmp_path,
    )
    assert output == "{3000000}\n"


def test_the_readme_is_short_enough_to_be_read() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 150


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


def documents() -> list[Path]:
    """Return all documents but those that the site's build makes."""
    kept = (path for path in (ROOT / "docs").rglob("*.md") if "generated" not in path.parts)
    return [*ROOT.glob("*.md"), *kept]


def test_every_file_that_a_document_links_to_is_there() -> None:
    """Links to pages that the site's build makes are its own to check."""
    for document in documents():
        for target in re.findall(
            r"\]\((?!https?:|#)([^)#]+)", document.read_text(encoding="utf-8")
        ):
            found = (document.parent / target).resolve()
            made = found.is_relative_to(ROOT / "docs/generated")
            assert made or found.exists(), f"{document.name}: {target}"


def test_every_source_that_is_cited_by_number_is_in_the_bibliography_once() -> None:
    """A source added with a new rule would be missing there."""
    cited = r"(?:arXiv |arxiv\.org/abs/)(\d{4}\.\d{4,5})|doi (10\.[\w./()]*\w)"
    sources = {
        "".join(found)
        for path in [*documents(), *(ROOT / "cmlabm").rglob("*.py")]
        if path.name != "bibliography.md"
        for found in re.findall(cited, path.read_text(encoding="utf-8"))
    }
    bibliography = (ROOT / "docs/bibliography.md").read_text(encoding="utf-8")
    listed = re.findall(r"\[(?:arXiv|doi) (\S+)\]", bibliography)
    assert sorted(sources) == sorted(listed)


def test_the_site_has_all_tutorials_in_an_order() -> None:
    """A tutorial that is not in the list would stop the build."""
    listed = runpy.run_path(str(ROOT / "docs/tutorial_order.py"))["TUTORIALS"]
    assert sorted(listed) == sorted(path.stem for path in (ROOT / "docs/tutorials").glob("*.py"))


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
