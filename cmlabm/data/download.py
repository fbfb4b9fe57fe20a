"""Files from the web, kept in the user's cache."""

import hashlib
from pathlib import Path

from rich.console import Console
from rich.progress import DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from cmlabm.data import files, limits
from cmlabm.data.cache import cache_folder, completing
from cmlabm.data.quoting import quoted
from cmlabm.errors import InputError


def downloaded(url: str, md5: str) -> Path:
    """Return the file's place in the user's cache, after downloading it if it is not there.

    Raises:
        InputError: it cannot be downloaded, or is not the file that was expected.
    """
    folder = cache_folder() / f"download-{md5}"
    name = url.rpartition("/")[2]
    if not (folder / name).exists():
        try:
            with completing(folder) as partial:
                _retrieve(url, md5, partial, name)
        except (OSError, ValueError) as error:
            raise InputError(
                f"data = 'imdb' could not be downloaded from {url} ({error}); "
                f"fetch it by other means and name it in data_path."
            ) from error
    return folder / name


def check_download(path: Path, md5: str) -> None:
    """Check that a file in the cache still is what was downloaded.

    Raises:
        InputError: it is not.
    """
    with files.opened(path, limits.ARCHIVE_BYTES) as file:
        if hashlib.file_digest(file, "md5").hexdigest() != md5:
            raise InputError(
                f"{quoted(path)} is not what was downloaded; remove it to download it again."
            )


def _retrieve(url: str, md5: str, folder: Path, name: str) -> None:
    import pooch

    pooch.get_logger().setLevel("WARNING")
    columns = TextColumn("{task.description}"), DownloadColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True)) as progress:
        downloader = pooch.HTTPDownloader(progressbar=_Bar(progress, f"Downloading {name}"))
        pooch.retrieve(url, f"md5:{md5}", fname=name, path=folder, downloader=downloader)


class _Bar:
    """A rich progress bar as pooch drives it: in tqdm's manner."""

    def __init__(self, progress: Progress, description: str) -> None:
        self._progress = progress
        self._task = progress.add_task(description, total=None)

    @property
    def total(self) -> float | None:
        return self._progress.tasks[self._task].total

    @total.setter
    def total(self, size: float) -> None:
        self._progress.update(self._task, total=size)

    def update(self, size: int) -> None:
        self._progress.advance(self._task, size)

    def reset(self) -> None:
        self._progress.update(self._task, completed=0)

    def close(self) -> None:
        self._progress.stop_task(self._task)
