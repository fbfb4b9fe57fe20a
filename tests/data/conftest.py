import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

REVIEWS = {
    "train/neg/0_2.txt": "A bad, bad film.",
    "train/neg/1_1.txt": "Not good<br />at all",
    "train/pos/0_9.txt": "A GOOD film; don't miss it",
    "train/pos/10_8.txt": "Good, good, good.",
    "test/neg/0_3.txt": "A bad unheard-of plot",
    "test/pos/0_7.txt": "A good film",
}
"""Six reviews, by their place in the archive."""

type WriteArchive = Callable[..., Path]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test an empty cache of its own."""
    monkeypatch.setenv("CMLABM_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def write_archive(tmp_path: Path) -> WriteArchive:
    """Return a function that writes texts, by their names, into an archive."""

    def write(
        texts: dict[str, str | bytes] | None = None,
        name: str = "reviews.tar.gz",
        root: str = "aclImdb/",
        mode: str = "w:gz",
    ) -> Path:
        path = tmp_path / name
        with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
            for place, text in (REVIEWS if texts is None else texts).items():
                content = text.encode() if isinstance(text, str) else text
                entry = tarfile.TarInfo(root + place)
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
        return path

    return write
