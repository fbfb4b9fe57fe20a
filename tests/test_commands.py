"""The command ``cmlabm`` is the modules' commands under one name."""

import subprocess
import sys
from importlib import import_module, metadata

import pytest
from typer.testing import CliRunner

from cmlabm.commands import COMMANDS, app


def said(*arguments: str) -> str:
    done = CliRunner().invoke(app, list(arguments))
    assert done.exit_code == 0
    return done.output


def test_the_version_is_that_of_the_package_and_costs_no_heavy_import() -> None:
    lines = (
        "import sys; from cmlabm.commands import app; app(['--version'], standalone_mode=False);"
        " print([name for name in ('pandas', 'scipy', 'mesa') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == [f"cmlabm {metadata.version('cmlabm')}", "[]"]


def test_the_help_names_every_command_and_exit_status() -> None:
    text = " ".join(said("--help").split())
    for name in (*COMMANDS, "list", "130 interrupted"):
        assert name in text


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_the_options_of_its_module(name: str) -> None:
    alone = CliRunner().invoke(import_module(COMMANDS[name]).app, ["--help"]).output
    _, _, options = alone.partition("Options")
    assert options
    assert said(name, "--help").partition("Options")[2] == options


def test_the_library_is_listed_as_by_the_module() -> None:
    alone = CliRunner().invoke(import_module(COMMANDS["run"]).app, ["--list"]).output
    assert said("list") == alone


def test_an_unknown_command_is_refused_by_name() -> None:
    done = CliRunner().invoke(app, ["simulate"])
    assert done.exit_code == 2
    assert "simulate" in done.output
