"""What CONTRIBUTING.md and docs/contributing.md say of adding to the library, to the letter."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

USE = """
from cmlabm.batch.listing import tables
from cmlabm.mechanisms import MECHANISMS
from cmlabm.model import CMLModel
from cmlabm.parameters import Parameters
from cmlabm.testing import check_mechanism

assert Parameters.model_fields["fee"].default == 2.0
assert Parameters.model_fields["fee_waiver_s"].json_schema_extra["owners"] == ["flat-fee"]
model = CMLModel(rng=1, train_size=300, test_size=100, num_words=50, incentive="flat-fee", fee=3)
model.run()
print(set(model.contract.submissions.deposit))
(listed,) = [table for table in tables() if table.title == "incentive"]
print([cell for column in listed.columns for cell in column.cells if "fee_waiver_s" in str(cell)])
print(len(check_mechanism(MECHANISMS["flat-fee"])) > 3)
"""
CHECK = """
from cmlabm.behaviours import MALICIOUS_BEHAVIOURS
from cmlabm.testing import check_behaviour

print(len(check_behaviour(MALICIOUS_BEHAVIOURS["same-label"])) > 3)
"""


class Checkout:
    """A copy of the repository, to which something can be added."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        shutil.copytree(
            ROOT / "cmlabm", directory / "cmlabm", ignore=shutil.ignore_patterns("__pycache__")
        )
        for pattern in ("pyproject.toml", "docs/*.md", "docs/*.py", "tests/*.py"):
            for path in ROOT.glob(pattern):
                copy = directory / path.relative_to(ROOT)
                copy.parent.mkdir(exist_ok=True)
                shutil.copy(path, copy)

    def register(self, registry: str, after: str, added: str) -> None:
        """Add a line to a registry."""
        path = self.directory / registry
        text = path.read_text(encoding="utf-8")
        assert text.count(f"{after}\n") == 1
        path.write_text(text.replace(f"{after}\n", f"{after}\n    {added}\n"), encoding="utf-8")

    def run(self, *arguments: str) -> str:
        """Return what Python prints there."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.directory,
            env=os.environ | {"PYTHONPATH": str(self.directory)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def renewed(self, table: str) -> str:
        """Return a table of the documents as the script makes it."""
        self.run("docs/tables.py")
        text = (self.directory / "docs/library.md").read_text(encoding="utf-8")
        _, _, rest = text.partition(f"<!-- table: {table} -->")
        return rest.partition("<!-- end of table -->")[0]


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def written(document: str) -> list[str]:
    """Return the code in the numbered steps of a document, as files have it."""
    text = (ROOT / document).read_text(encoding="utf-8")
    found = re.findall(r"^   ```python\n(.*?)^   ```", text, flags=re.DOTALL | re.MULTILINE)
    return [re.sub(r"^   ", "", code, flags=re.MULTILINE) for code in found]


def test_a_mechanism_with_two_parameters_is_one_file_and_one_line(checkout: Checkout) -> None:
    (mechanism,) = written("docs/contributing.md")
    (checkout.directory / "cmlabm/mechanisms/flat_fee.py").write_text(mechanism, encoding="utf-8")
    checkout.register(
        "cmlabm/mechanisms/__init__.py", '    "none:NoIncentive",', '"flat_fee:FlatFee",'
    )
    deposits, listed, checked = checkout.run("-c", USE).splitlines()
    assert deposits == "{3000000}"
    assert "fee = 2.0 tokens" in listed
    assert "fee_waiver_s = 86400 s" in listed
    assert checked == "True"
    assert "| `flat-fee` |" in checkout.renewed("incentive")


def test_an_attacker_is_four_steps(checkout: Checkout) -> None:
    attacker, test = written("CONTRIBUTING.md")
    package = checkout.directory / "cmlabm/behaviours"
    (package / "malicious/same_label.py").write_text(attacker, encoding="utf-8")
    checkout.register(
        "cmlabm/behaviours/__init__.py",
        '    "malicious.sniper:Sniper",',
        '"malicious.same_label:SameLabel",',
    )
    with (checkout.directory / "tests/test_attackers.py").open("a", encoding="utf-8") as tests:
        tests.write(f"\n\n{test}")
    name = "test_the_same_label_is_sent_with_every_sample"
    said = checkout.run("-m", "pytest", "-q", f"tests/test_attackers.py::{name}")
    assert "1 passed" in said
    assert "| `same-label` |" in checkout.renewed("malicious-behaviour")
    assert checkout.run("-c", CHECK) == "True\n"
