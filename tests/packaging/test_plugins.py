"""An installed package gives its classes ids by entry points."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from by_uv import uv

PROJECT = """
[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "tolls"
version = "1"

[project.entry-points."cmlabm.mechanisms"]
toll = "tolls:Toll"
none = "tolls:Toll"

[project.entry-points."cmlabm.behaviours"]
agreeable = "tolls:Agreeable"

[project.entry-points."cmlabm.classifiers"]
majority = "tolls:Majority"
"""
MODULE = '''
"""What a package of somebody else's brings."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from cmlabm.behaviours import HonestBehaviour
from cmlabm.classifiers.interface import Classifier
from cmlabm.declarations import parameter
from cmlabm.mechanisms.interface import Mechanism
from cmlabm.units import to_units


@dataclass(frozen=True)
class Toll(Mechanism):
    """Takes a toll for each submission and pays nothing."""

    id: ClassVar[str] = "toll"
    display_name: ClassVar[str] = "Toll"
    formula: ClassVar[str] = "deposit = toll, kept"
    source: ClassVar[str] = "somebody"
    awaits_claims: ClassVar[bool] = False
    lets_take: ClassVar[bool] = False

    toll: int = parameter(1.0, "what is asked", unit="tokens", converted=to_units, ge=0, le=9)

    def required_deposit(self, waited, standing):
        return self.toll


class Agreeable(HonestBehaviour):
    """Says what the model says."""

    id: ClassVar[str] = "agreeable"
    display_name: ClassVar[str] = "Agreeable"
    formula: ClassVar[str] = "label: the model's"
    source: ClassVar[str] = "somebody"

    def wants_to_submit(self):
        return True

    def label_for(self, row, truth):
        return self.senses.predicted(row)


class Majority(Classifier):
    """Predicts the label that it has seen most."""

    id: ClassVar[str] = "majority"
    display_name: ClassVar[str] = "Majority"
    formula: ClassVar[str] = "argmax count"
    source: ClassVar[str] = "somebody"

    def fit(self, samples, rng):
        self.seen = np.bincount(samples.labels)

    def predict(self, features):
        return np.full(features.shape[0], self.seen.argmax())

    def update(self, row, label):
        self.seen[label] += 1
        return True
'''
USE = """
from cmlabm.batch.command import app
from cmlabm.errors import InputError
from cmlabm.mechanisms import MECHANISMS
from cmlabm.model import CMLModel
from cmlabm.parameters import Parameters
from typer.testing import CliRunner

small = dict(train_size=300, test_size=100, num_words=50)
own = dict(incentive="toll", toll=3, honest_behaviour="agreeable", classifier="majority")
model = CMLModel(rng=1, **small, **own)
model.run()
print(set(model.contract.submissions.deposit), MECHANISMS["none"].__module__)
print(CliRunner().invoke(app, ["--list"]).output)
try:
    Parameters.checked({"incentive": "toll", "toll": 10})
except InputError as error:
    print(error)
try:
    Parameters.checked({"incentive": "tol"})
except InputError as error:
    print(error)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with an installed package of somebody else's."""
    project, site = tmp_path_factory.mktemp("tolls"), tmp_path_factory.mktemp("site")
    (project / "pyproject.toml").write_text(PROJECT)
    (project / "tolls.py").write_text(MODULE)
    uv("build", "--quiet", "--wheel", project, "--out-dir", project / "dist")
    (wheel,) = (project / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    return site


def use(code: str, site: Path) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(site), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_its_ids_can_be_used_as_those_built_in(installed: Path) -> None:
    first, *listed, too_much, misspelt = use(USE, installed)
    assert first == "{3000000} cmlabm.mechanisms.none", "what is built in keeps its id"
    for name in ("toll", "agreeable", "majority", "toll = 1.0 tokens"):
        assert any(name in line for line in listed)
    assert too_much == "toll = 10: must be less than or equal to 9"
    assert misspelt.endswith("did you mean toll?")


def test_one_that_cannot_be_loaded_harms_nobody_who_does_not_ask_for_it(
    installed: Path, tmp_path: Path
) -> None:
    shutil.copytree(installed, tmp_path, dirs_exist_ok=True)
    (tmp_path / "tolls.py").write_text("raise OSError('gone')")
    lines = use(
        "import warnings\n"
        "from cmlabm.mechanisms import MECHANISMS\n"
        "from cmlabm.model import CMLModel\n"
        "CMLModel(rng=1, train_size=300, test_size=100, num_words=50).run()\n"
        "with warnings.catch_warnings(record=True) as said:\n"
        "    warnings.simplefilter('always')\n"
        "    print(list(MECHANISMS)[:2])\n"
        "print(said[0].message)\n",
        tmp_path,
    )
    assert lines[0] == "['deposit-refund-take', 'none']"
    assert lines[1].startswith("cmlabm.mechanisms: toll cannot be loaded (OSError: gone)")
