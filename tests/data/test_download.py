import hashlib
from pathlib import Path

import pooch
import pytest
from conftest import WriteArchive
from rich.progress import Progress

from cmlabm.data import imdb
from cmlabm.data.download import _Bar, downloaded
from cmlabm.errors import InputError


def serve(content: bytes | OSError, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let pooch fetch this content, or fail so; return the list of what will be asked for."""
    requests = []

    def fetch(url: str, output_file: str, pooch: object) -> None:
        requests.append(url)
        if isinstance(content, OSError):
            raise content
        Path(output_file).write_bytes(content)

    monkeypatch.setattr(pooch, "HTTPDownloader", lambda progressbar: fetch)
    return requests


def test_reviews_are_downloaded_once(
    write_archive: WriteArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = write_archive().read_bytes()
    requests = serve(content, monkeypatch)
    monkeypatch.setattr(imdb, "MD5", hashlib.md5(content, usedforsecurity=False).hexdigest())
    for _ in range(2):
        assert len(imdb.imdb_reviews(None, num_words=4).train) == 4
    assert requests == [imdb.URL]


def test_wrong_file_is_not_kept(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(b"something else", monkeypatch)
    with pytest.raises(InputError, match=r"could not be downloaded .* data_path"):
        downloaded("https://example.org/a.tar.gz", imdb.MD5)
    assert list(cache.iterdir()) == []


def test_no_connection(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(OSError("no route to host"), monkeypatch)
    with pytest.raises(InputError, match=r"no route to host"):
        downloaded("https://example.org/a.tar.gz", imdb.MD5)
    assert list(cache.iterdir()) == []


def test_progress_bar_is_driven_as_pooch_does() -> None:
    with Progress() as progress:
        bar = _Bar(progress, "Downloading")
        bar.total = 10
        bar.update(4)
        assert progress.tasks[0].completed == 4
        bar.reset()
        bar.update(10)
        bar.close()
        assert progress.finished
