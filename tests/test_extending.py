"""Adding to the library is one file and one line, as docs/contributing.md says."""

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


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the package, to which something can be added."""
    shutil.copytree(
        ROOT / "cmlabm", tmp_path / "cmlabm", ignore=shutil.ignore_patterns("__pycache__")
    )
    return tmp_path


def written(document: str) -> str:
    """Return the mechanism that the document shows, as a file has it."""
    found = re.search(r"^   ```python\n(.*?)^   ```", document, flags=re.DOTALL | re.MULTILINE)
    assert found
    return re.sub(r"^   ", "", found[1], flags=re.MULTILINE)


def test_a_mechanism_with_two_parameters_is_one_file_and_one_line(checkout: Path) -> None:
    document = (ROOT / "docs/contributing.md").read_text(encoding="utf-8")
    package = checkout / "cmlabm/mechanisms"
    (package / "flat_fee.py").write_text(written(document))
    registry = package / "__init__.py"
    line = '    "none:NoIncentive",\n'
    text = registry.read_text()
    assert text.count(line) == 1
    registry.write_text(text.replace(line, f'{line}    "flat_fee:FlatFee",\n'))
    done = subprocess.run(
        [sys.executable, "-c", USE], cwd=checkout, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    deposits, listed, checked = done.stdout.splitlines()
    assert deposits == "{3000000}"
    assert "fee = 2.0 tokens" in listed
    assert "fee_waiver_s = 86400 s" in listed
    assert checked == "True"
