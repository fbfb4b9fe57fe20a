"""What is published: the source distribution, the wheel, and the text that an index shows."""

import email
import re
import subprocess
import tarfile
import zipfile
from email.message import Message
from pathlib import Path, PurePosixPath

import pytest
from by_uv import ROOT, environment, uv
from packaging.requirements import Requirement
from packaging.version import Version

type Files = dict[PurePosixPath, bytes]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the source distribution and the wheel that is built from it."""
    directory = tmp_path_factory.mktemp("built")
    uv("build", "--out-dir", directory)
    return directory


@pytest.fixture(scope="module")
def sdist(built: Path) -> Path:
    (path,) = built.glob("*.tar.gz")
    return path


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (path,) = built.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def in_sdist(sdist: Path) -> set[PurePosixPath]:
    with tarfile.open(sdist) as archive:
        return {PurePosixPath(*PurePosixPath(name).parts[1:]) for name in archive.getnames()}


@pytest.fixture(scope="module")
def in_wheel(wheel: Path) -> Files:
    with zipfile.ZipFile(wheel) as archive:
        return {PurePosixPath(name): archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def metadata(in_wheel: Files) -> Message:
    (text,) = [content for path, content in in_wheel.items() if path.name == "METADATA"]
    return email.message_from_string(text.decode())


@pytest.fixture(scope="module")
def description(metadata: Message) -> str:
    return str(metadata.get_payload())


def test_the_sdist_is_small(sdist: Path) -> None:
    assert sdist.stat().st_size < 1_000_000


def test_the_sdist_holds_the_package_its_tests_studies_and_documents_and_nothing_else(
    in_sdist: set[PurePosixPath],
) -> None:
    kinds = {
        "batch_runs": {".toml"},
        "cmlabm": {".py", ".typed", ".toml", ".csv", ".html", ".vue", ".css", ".vy", ".json"},
        "docs": {".css", ".md", ".py", ".rst"},
        "games": {".toml"},
        "searches": {".toml"},
        "tests": {".csv", ".py"},
    }
    documents = {"CHANGELOG.md", "CONTRIBUTING.md", "README.md"}
    single = {".gitignore", "LICENSE", "PKG-INFO", "pyproject.toml", *documents}
    assert {path.parts[0] for path in in_sdist} == {*kinds, *single}
    for path in in_sdist - set(map(PurePosixPath, single)):
        assert path.suffix in kinds[path.parts[0]], path


def test_the_sdist_holds_every_module_study_and_test_of_the_repository(
    in_sdist: set[PurePosixPath],
) -> None:
    for pattern in (
        "cmlabm/**/*.py",
        "tests/**/*.py",
        "tests/records/*.csv",
        "batch_runs/*.toml",
        "games/*.toml",
        "searches/*.toml",
    ):
        there = {PurePosixPath(path.relative_to(ROOT).as_posix()) for path in ROOT.glob(pattern)}
        assert there
        assert there <= in_sdist


def test_the_wheel_holds_the_package_alone_with_the_files_that_it_reads(in_wheel: Files) -> None:
    own = {path for path in in_wheel if path.parts[0] == "cmlabm"}
    for path in set(in_wheel) - own:
        assert path.parts[0].endswith(".dist-info"), path
    there = {path for path in (ROOT / "cmlabm").rglob("*") if path.is_file()}
    assert own == {
        PurePosixPath(path.relative_to(ROOT).as_posix())
        for path in there
        if "__pycache__" not in path.parts
    }
    read = [
        "batch/quick.toml",
        "chain/contracts/model.json",
        "contract/gas.csv",
        "py.typed",
        "report/style.css",
        "report/template.html",
        "viz/views/board.vue",
        "viz/views/page.css",
        "viz/views/saved_market.html",
    ]
    assert {PurePosixPath("cmlabm", path) for path in read} <= own


def test_the_description_has_no_picture_or_link_that_breaks_away_from_the_repository(
    description: str,
) -> None:
    assert description.startswith("# cmlabm\n")
    assert re.findall(r"\]\((?!https?:)[^)]*\)", description) == []
    assert re.findall(r"(?:src|href)=", description) == []


def test_what_the_readme_says_beside_its_pictures_is_in_the_description(description: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for part in (r"(?m)^#.*", r"(?ms)^```.*?^```", r"\]\(https:[^)]*\)"):
        assert re.findall(part, description) == re.findall(part, readme) != []


def test_the_documents_that_the_description_names_are_in_the_sdist(
    description: str, in_sdist: set[PurePosixPath]
) -> None:
    named = re.findall(r"`(docs/[^`]*)`", description)
    assert "docs/library.md" in named
    assert set(map(PurePosixPath, named)) <= in_sdist


def test_the_metadata_names_the_papers_and_the_licence(metadata: Message) -> None:
    urls = dict(str(line).split(", ") for line in metadata.get_all("Project-URL", []))
    assert urls["Paper"] == "https://arxiv.org/abs/2209.05017"
    assert set(urls.values()) == {
        f"https://arxiv.org/abs/{number}" for number in ("2209.05017", "1907.07247", "2009.06756")
    }
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert metadata["License-Expression"] == "MIT"


def test_all_that_is_required_can_be_had_from_an_index_by_anybody(metadata: Message) -> None:
    """An index refuses packages that require addresses; of local versions it has none."""
    required = [Requirement(str(line)) for line in metadata.get_all("Requires-Dist", [])]
    assert len(required) > 20
    for requirement in required:
        assert requirement.url is None, requirement
        assert all(Version(part.version).local is None for part in requirement.specifier)


def test_the_wheel_runs_by_itself_where_nothing_else_is_installed(
    wheel: Path, tmp_path: Path
) -> None:
    scripts = environment(tmp_path / "venv", wheel)
    listed = subprocess.run(
        [scripts / "python", "-m", "cmlabm.batch", "--list"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert listed.returncode == 0, listed.stderr
    assert "deposit-refund-take" in listed.stdout
    assert listed.stderr == ""
