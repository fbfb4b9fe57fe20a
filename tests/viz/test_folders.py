"""The page's folders stand on each other: none imports from one above it, for types neither."""

import ast
from pathlib import Path

import pytest

import cmlabm.viz

ROOT = Path(cmlabm.viz.__file__).parent
ABOVE = {
    "fields": {"drawing", "markets", "studies", "views"},
    "drawing": {"markets", "studies", "views"},
    "markets": {"drawing", "studies", "views"},
    "studies": {"drawing", "views"},
    "views": set[str](),
}
MODULES = {
    ".".join(("cmlabm.viz", *path.relative_to(ROOT).with_suffix("").parts)): path
    for path in ROOT.rglob("*.py")
}


def imported(path: Path) -> set[str]:
    """All modules of the page that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found & set(MODULES)


def test_every_folder_has_its_place() -> None:
    assert {path.name for path in ROOT.iterdir() if (path / "__init__.py").exists()} == set(ABOVE)


@pytest.mark.parametrize("folder", ABOVE)
def test_no_folder_imports_from_one_above_it(folder: str) -> None:
    for path in (ROOT / folder).glob("*.py"):
        assert {name.split(".")[2] for name in imported(path)} & ABOVE[folder] == set(), path


def test_no_module_imports_itself_by_way_of_others() -> None:
    left = {name: imported(path) - {name} for name, path in MODULES.items()}
    while leaves := {name for name, others in left.items() if not others & set(left)}:
        left = {name: others for name, others in left.items() if name not in leaves}
    assert left == {}
