"""The documents' examples of searches, and that nothing else needs Optuna."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

from cmlabm.search.definition import checked_search

ROOT = Path(__file__).parents[2]


def blocks(language: str) -> list[str]:
    text = (ROOT / "docs" / "search.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)


def test_the_files_of_the_document_are_searches() -> None:
    attack, contract = (checked_search(tomllib.loads(text), "docs") for text in blocks("toml"))
    assert attack.contracts is None
    assert contract.contracts is not None
    assert contract.limits == {"cost_of_protection": 0.01}


def test_every_key_of_a_search_file_is_in_the_document() -> None:
    text = (ROOT / "docs" / "search.md").read_text(encoding="utf-8")
    from cmlabm.search import Search

    assert [name for name in Search.model_fields if name not in text] == []


def test_the_python_example_of_the_document_runs(tmp_path: Path) -> None:
    (example,) = blocks("python")
    script = tmp_path / "script.py"
    script.write_text(example)
    done = subprocess.run(
        [sys.executable, script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "The worst attack is" in done.stdout
    assert (tmp_path / "results" / "search" / "optuna.journal").exists()


def test_only_searches_import_optuna_and_only_when_they_search() -> None:
    elsewhere = [
        path
        for path in (ROOT / "cmlabm").rglob("*.py")
        if path.parent.name != "search" and "optuna" in path.read_text(encoding="utf-8")
    ]
    assert elsewhere == []
    code = "import sys, cmlabm.search.command; print('optuna' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
