"""Archives and folders of reviews that are made to harm, and caches that were damaged."""

import bz2
import gzip
import io
import lzma
import os
import pickle
import resource
import shutil
import signal
import tarfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cmlabm.data import content_digest, fingerprint, imdb, limits, load
from cmlabm.errors import InputError

type Change = Callable[[tarfile.TarFile], object]

REVIEWS = {
    "train/neg/0_2.txt": "A bad, bad film.",
    "train/pos/0_9.txt": "A GOOD film; don't miss it",
    "test/neg/0_3.txt": "A bad unheard-of plot",
    "test/pos/0_7.txt": "A good film",
}
GROWTH_KIB = 150_000
"""How much memory a refusal may take, whatever an archive holds."""


@pytest.fixture(autouse=True)
def bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Stop what hangs after ten seconds, fail what takes much memory, and use an empty cache."""

    def stop(_signal: int, _frame: object) -> None:
        pytest.fail("it hangs")

    monkeypatch.setenv("CMLABM_CACHE", str(tmp_path / "cache"))
    previous = signal.signal(signal.SIGALRM, stop)
    signal.alarm(10)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, previous)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < GROWTH_KIB


def refused(path: Path | str) -> str:
    """Return the sentence in which reviews are refused, by whatever function meets them."""
    sentences = set()
    for function in (
        lambda: load("imdb", data_path=str(path), num_words=1, train_size=2, test_size=2),
        lambda: fingerprint("imdb", data_path=str(path)),
        lambda: content_digest("imdb", data_path=str(path)),
    ):
        with pytest.raises(InputError) as error:
            function()
        sentences.add(str(error.value))
    (sentence,) = sentences
    assert sentence.isprintable()
    assert sentence.endswith(".")
    assert len(sentence) < 900
    return sentence


def entry(place: str, content: bytes = b"bad", **fields: Any) -> Change:
    """Add an entry, whose header may say other than what is true."""

    def add(archive: tarfile.TarFile) -> None:
        header = tarfile.TarInfo("aclImdb/" + place)
        header.size = len(content)
        for field, value in fields.items():
            setattr(header, field, value)
        archive.addfile(header, io.BytesIO(content.ljust(max(header.size, 0))))

    return add


def claiming(name: str, size: int, kind: bytes = tarfile.REGTYPE) -> Change:
    """Add a header that claims a size, and nothing of that size behind it."""

    def add(archive: tarfile.TarFile) -> None:
        header = tarfile.TarInfo("aclImdb/" + name)
        header.size, header.type = size, kind
        assert archive.fileobj is not None
        archive.fileobj.write(header.tobuf(tarfile.GNU_FORMAT))
        archive.offset += tarfile.BLOCKSIZE

    return add


def link(target: str, kind: bytes = tarfile.SYMTYPE, name: str = "train/neg/9_9.txt") -> Change:
    return entry(name, b"", type=kind, linkname=target)


def chained_names(archive: tarfile.TarFile) -> None:
    """Add names for names for names: older versions of tarfile call themselves for each."""
    for _ in range(2_000):
        claiming("@LongLink", 0, tarfile.GNUTYPE_LONGNAME)(archive)


def a_million_digits(archive: tarfile.TarFile) -> None:
    """Add a header in which older versions of tarfile look for a number for hours."""
    entry("pax", b"9" * 8_000, type=tarfile.XHDTYPE)(archive)
    entry("train/neg/9_9.txt")(archive)


def sparse(archive: tarfile.TarFile) -> None:
    """Add a review of a terabyte, of which three bytes are there."""
    entry("train/neg/9_9.txt", pax_headers={"GNU.sparse.map": "0,3", "GNU.sparse.size": "1" * 13})(
        archive
    )


def many(number: int) -> Change:
    def add(archive: tarfile.TarFile) -> None:
        header = tarfile.TarInfo("aclImdb/nothing").tobuf()
        assert archive.fileobj is not None
        archive.fileobj.write(header * number)
        archive.offset += len(header) * number

    return add


OUTSIDE = "has an entry outside its folder"
NO_FILE = "has a link, folder, device or sparse file as 'aclImdb/train/neg/9_9.txt'"
DAMAGED = "is truncated, damaged or not a tar archive"

ENTRIES: dict[str, tuple[Change, str]] = {
    "absolute path": (entry("x", name="/etc/cron.d/x"), f"{OUTSIDE}, '/etc/cron.d/x'"),
    "above": (entry("../../x"), OUTSIDE),
    "above in between": (entry("train/neg/../../../x.txt"), OUTSIDE),
    "only above": (entry("x", name=".."), OUTSIDE),
    "line break outside": (entry("../\n\x1b[2J"), r"'aclImdb/../\n\x1b[2J'"),
    "surrogates outside": (entry("../\udcff"), r"'aclImdb/../\udcff'"),
    "long name outside": (entry("../" + "x" * 5_000), "…'; such archives are refused"),
    "absolute link": (link("/etc/passwd"), "-> '/etc/passwd'"),
    "link above": (link("../../../../etc/passwd"), OUTSIDE),
    "absolute hard link": (link("/etc/passwd", tarfile.LNKTYPE), OUTSIDE),
    "link elsewhere that leads outside": (link("/etc", name="other"), OUTSIDE),
    "link to another review": (link("0_2.txt"), NO_FILE),
    "link to itself": (link("aclImdb/train/neg/9_9.txt", tarfile.LNKTYPE), NO_FILE),
    "character device": (link("", tarfile.CHRTYPE), NO_FILE),
    "block device": (link("", tarfile.BLKTYPE), NO_FILE),
    "pipe": (link("", tarfile.FIFOTYPE), NO_FILE),
    "folder like a review": (link("", tarfile.DIRTYPE), NO_FILE),
    "sparse review": (sparse, NO_FILE),
    "same review twice": (entry("train/neg/0_2.txt"), "has 'train/neg/0_2.txt' twice"),
    "same review in two folders": (
        entry("x", name="other/train/neg/0_2.txt"),
        "has 'train/neg/0_2.txt' twice",
    ),
    "not UTF-8": (entry("train/neg/9_9.txt", b"caf\xe9"), "not text in UTF-8 (byte 4)"),
    "half a surrogate pair": (entry("train/neg/9_9.txt", b"\xed\xa0\x80"), "not text in UTF-8"),
    "name not UTF-8": (
        entry("train/neg/\udcff.txt", b"\xff"),
        r"has 'train/neg/\udcff.txt', which",
    ),
    "long review": (entry("train/neg/9_9.txt", b"a" * (2**20 + 1)), "a review of 1,048,577 bytes"),
    "review of 8 GiB": (claiming("train/neg/9_9.txt", 2**33), "a review of 8,589,934,592 bytes"),
    "other file of a terabyte": (claiming("README", 2**40), "unpacks to more than 1024 MiB"),
    "file of many bytes beyond": (claiming("README", 2**60), "unpacks to more than 1024 MiB"),
    "file of negative size": (claiming("README", -512), DAMAGED),
    "file that leads back": (claiming("README", -1024), DAMAGED),
    "review of negative size": (claiming("train/neg/9_9.txt", -1), DAMAGED),
    "name of 8 GiB": (claiming("x", 2**33, tarfile.GNUTYPE_LONGNAME), DAMAGED),
    "link's name of 8 GiB": (claiming("x", 2**33, tarfile.GNUTYPE_LONGLINK), DAMAGED),
    "name of negative size": (claiming("x", -1, tarfile.GNUTYPE_LONGNAME), DAMAGED),
    "notes of 8 GiB": (claiming("x", 2**33, tarfile.XHDTYPE), DAMAGED),
    "notes on all of 8 GiB": (claiming("x", 2**33, tarfile.XGLTYPE), DAMAGED),
    "notes that are a long number": (a_million_digits, DAMAGED),
    "notes of length 0": (entry("x", b"0 path=a\n", type=tarfile.XHDTYPE), DAMAGED),
    "names for names": (chained_names, DAMAGED),
    "entry that ends too early": (claiming("train/neg/9_9.txt", 100_000), DAMAGED),
}

REPLACED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "nothing": (lambda _: b"", DAMAGED),
    "text": (lambda _: b"no archive", DAMAGED),
    "pickle": (lambda _: pickle.dumps([1]), DAMAGED),
    "a block of nothing": (lambda _: bytes(512), "has no reviews in train/neg"),
    "nothing but zeros": (lambda _: bytes(10_240), "has no reviews in train/neg"),
    "packed twice": (lambda tar: gzip.compress(gzip.compress(tar)), DAMAGED),
    "packed folder of pictures": (lambda _: b"PK\x03\x04" + bytes(99), DAMAGED),
    "half of gzip": (lambda tar: gzip.compress(tar)[:100], DAMAGED),
    "half of bzip2": (lambda tar: bz2.compress(tar)[:100], DAMAGED),
    "half of xz": (lambda tar: lzma.compress(tar)[:100], DAMAGED),
    "half of lzma": (lambda tar: lzma.compress(tar, format=lzma.FORMAT_ALONE)[:100], DAMAGED),
    "start of gzip": (lambda _: b"\x1f\x8b", DAMAGED),
    "start of bzip2": (lambda _: b"BZh9", DAMAGED),
    "start of xz": (lambda _: b"\xfd7zXZ\x00", DAMAGED),
    "wrong sum of gzip": (lambda tar: gzip.compress(tar)[:-8] + bytes(8), DAMAGED),
    "noise after gzip": (lambda tar: gzip.compress(tar) + b"\x1f\x8b" * 9, DAMAGED),
    "flipped bit in gzip": (lambda tar: flipped(gzip.compress(tar), 60), DAMAGED),
    "flipped bit in xz": (lambda tar: flipped(lzma.compress(tar), 60), DAMAGED),
    "flipped bit in a header": (lambda tar: flipped(tar, 1_024), DAMAGED),
    "no end mark": (lambda tar: tar.rstrip(b"\0"), DAMAGED),
}


def flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def archived(path: Path, *changes: Change, mode: str = "w:") -> Path:
    """Write the reviews into an archive, and whatever else."""
    with tarfile.open(path, mode, format=tarfile.PAX_FORMAT) as archive:  # type: ignore[call-overload]
        for name, content in REVIEWS.items():
            entry(name, content.encode())(archive)
        for change in changes:
            change(archive)
    return path


def extracted(folder: Path) -> Path:
    """Write the reviews into a folder."""
    for name, content in REVIEWS.items():
        file = folder / "aclImdb" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    return folder


@pytest.mark.parametrize("name", ENTRIES)
def test_entry_that_is_made_to_harm(name: str, tmp_path: Path) -> None:
    change, words = ENTRIES[name]
    assert words in refused(archived(tmp_path / "reviews.tar", change))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["reviews.tar"]


@pytest.mark.parametrize("name", REPLACED)
def test_archive_that_is_none(name: str, tmp_path: Path) -> None:
    change, words = REPLACED[name]
    path = archived(tmp_path / "reviews.tar")
    path.write_bytes(change(path.read_bytes()))
    assert words in refused(path)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/dev/zero", "is a device or a pipe"),
        ("/dev/null", "is a device or a pipe"),
        ("~nobody-of-this-name", "home folder of an unknown user"),
        ("reviews\0", "cannot be a file's name"),
        ("reviews\ud800", "cannot be a file's name"),
        ("https://example.org/aclImdb_v1.tar.gz", "on this machine, not an address"),
        ("x" * 5_000, "File name too long"),
        ("/proc", "has no folder train/neg"),
    ],
)
def test_place_without_reviews(path: str, words: str) -> None:
    assert words in refused(path)


def test_pipe_instead_of_an_archive(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "is a device or a pipe" in refused(tmp_path / "pipe")


def test_archive_that_links_to_itself(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert "Too many levels" in refused(tmp_path / "loop")


def test_archive_larger_than_the_limit(tmp_path: Path) -> None:
    with (tmp_path / "reviews.tar").open("wb") as file:
        file.truncate(2**40)
    assert "at most 500 MiB are read" in refused(tmp_path / "reviews.tar")


def test_bomb_behind_the_end_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The archive of 100 kB unpacks to 100 MB, after all entries."""
    monkeypatch.setattr(limits, "UNPACKED_BYTES", 2**20)
    path = archived(tmp_path / "reviews.tar")
    path.write_bytes(gzip.compress(path.read_bytes() + bytes(100_000_000)))
    assert "unpacks to more than 1 MiB" in refused(path)


def test_bomb_that_is_an_entry_is_not_unpacked(tmp_path: Path) -> None:
    """Ten gigabytes are announced, and 200 MB there; it must not take the time of unpacking."""
    path = archived(tmp_path / "reviews.tar", claiming("README", 10**10))
    packer = zlib.compressobj(1, wbits=31)
    packed = packer.compress(path.read_bytes()[: 9 * tarfile.BLOCKSIZE])
    packed += b"".join(packer.compress(bytes(10_000_000)) for _ in range(20))
    path.write_bytes(packed + packer.flush())
    assert "unpacks to more than 1024 MiB" in refused(path)


def test_a_million_empty_entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ENTRIES", 2_000)
    path = archived(tmp_path / "reviews.tar", many(100_000))
    path.write_bytes(gzip.compress(path.read_bytes(), 1))
    assert "has more than 2,000 entries" in refused(path)


def test_reviews_of_more_text_than_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "TEXT_BYTES", 50)
    assert "MiB of reviews; no more are read" in refused(archived(tmp_path / "reviews.tar"))
    assert "MiB of reviews; no more are read" in refused(extracted(tmp_path / "folder"))


IN_FOLDER: dict[str, tuple[Callable[[Path], object], str]] = {
    "pipe": (lambda path: os.mkfifo(path), "is a device or a pipe"),
    "folder": (lambda path: path.mkdir(), "is a folder, and a file is needed"),
    "link to a device": (lambda path: path.symlink_to("/dev/zero"), "leads out of"),
    "link outside": (lambda path: path.symlink_to("/etc/passwd"), "leads out of"),
    "link above": (lambda path: path.symlink_to("../../../../x"), "leads out of"),
    "link to nothing": (lambda path: path.symlink_to("none"), "9_9.txt' cannot be read: No such"),
    "link to itself": (lambda path: path.symlink_to(path), "Too many levels"),
    "long review": (lambda path: path.write_bytes(bytes(2**20 + 1)), "has 1,048,577 bytes"),
    "sparse review": (lambda path: grown(path, 2**40), "at most 1 MiB are read"),
    "not UTF-8": (lambda path: path.write_bytes(b"caf\xe9"), "not text in UTF-8 (byte 4)"),
}


def grown(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.truncate(size)


@pytest.mark.parametrize("name", IN_FOLDER)
def test_file_in_a_folder_that_is_no_review(name: str, tmp_path: Path) -> None:
    change, words = IN_FOLDER[name]
    folder = extracted(tmp_path / "reviews")
    change(folder / "aclImdb/train/neg/9_9.txt")
    assert words in refused(folder)


def test_folder_that_lies_outside(tmp_path: Path) -> None:
    folder = extracted(tmp_path / "reviews")
    shutil.move(folder / "aclImdb/test/pos", tmp_path / "elsewhere")
    (folder / "aclImdb/test/pos").symlink_to(tmp_path / "elsewhere")
    assert "aclImdb/test/pos' leads out of" in refused(folder)


def test_folder_of_more_files_than_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = extracted(tmp_path / "reviews")
    monkeypatch.setattr(limits, "ENTRIES", 2)
    for number in range(3):
        (folder / f"aclImdb/train/neg/x{number}").touch()
    assert "more than 2 files in a folder" in refused(folder)


def test_links_within_a_folder_are_followed(tmp_path: Path) -> None:
    folder = extracted(tmp_path / "reviews")
    (folder / "aclImdb/train/neg/9_9.txt").symlink_to("0_2.txt")
    reviews = load("imdb", data_path=str(folder), num_words=1, train_size=3, test_size=2)
    assert len(reviews.train) == 3


def test_file_changed_within_its_size_and_time_is_read_again(tmp_path: Path) -> None:
    folder = extracted(tmp_path / "reviews")
    file = folder / "aclImdb/train/neg/0_2.txt"
    before = file.stat()
    first = fingerprint("imdb", data_path=str(folder))
    file.write_text("A sad, sad film.")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert fingerprint("imdb", data_path=str(folder)) != first


def test_fingerprint_is_that_of_one_word_whatever_the_sizes(tmp_path: Path) -> None:
    """Data of fewer reviews than a market's defaults have one too."""
    path = str(archived(tmp_path / "reviews.tar"))
    data = load("imdb", data_path=path, num_words=1, train_size=2, test_size=2)
    assert fingerprint("imdb", data_path=path) == data.fingerprint


def test_digest_tells_other_reviews_from_the_original_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = archived(tmp_path / "reviews.tar")
    others = archived(tmp_path / "others.tar", entry("train/neg/9_9.txt"))
    digest = content_digest("imdb", data_path=str(ours))
    assert len(digest) == 64
    assert content_digest("imdb", data_path=str(extracted(tmp_path / "folder"))) == digest
    assert content_digest("imdb", data_path=str(others)) != digest
    monkeypatch.setattr(imdb, "ORIGINAL", digest)
    assert content_digest("imdb", data_path=str(ours)) == ""


def test_reviews_without_a_path_have_no_digest_and_are_not_downloaded() -> None:
    assert content_digest("imdb", data_path=None) == ""


def rewritten(file: Path, change: Callable[[Any], Any]) -> None:
    np.save(file, change(np.load(file)), allow_pickle=True)


CACHES: dict[str, Callable[[Path], object]] = {
    "other labels": lambda cache: rewritten(cache / "train-labels.npy", lambda x: 1 - x),
    "labels of other classes": lambda cache: rewritten(cache / "test-labels.npy", lambda x: x + 7),
    "labels of another type": lambda cache: rewritten(
        cache / "train-labels.npy", lambda x: x.astype(float)
    ),
    "fewer labels": lambda cache: rewritten(cache / "train-labels.npy", lambda x: x[:-1]),
    "words beyond all": lambda cache: rewritten(cache / "train-words.npy", lambda x: x + 10**6),
    "negative words": lambda cache: rewritten(cache / "train-words.npy", lambda x: x - 10**6),
    "words in two dimensions": lambda cache: rewritten(cache / "test-words.npy", lambda x: x[None]),
    "other words": lambda cache: rewritten(cache / "train-words.npy", lambda x: x[::-1]),
    "starts beyond all": lambda cache: rewritten(cache / "test-starts.npy", lambda x: x * 1_000),
    "starts backwards": lambda cache: rewritten(cache / "test-starts.npy", lambda x: x[::-1]),
    "no starts": lambda cache: rewritten(cache / "test-starts.npy", lambda x: x[:0]),
    "objects": lambda cache: rewritten(cache / "train-words.npy", lambda x: x.astype(object)),
    "pickle": lambda cache: (cache / "train-words.npy").write_bytes(pickle.dumps([1])),
    "huge claim": lambda cache: (cache / "train-words.npy").write_bytes(
        (cache / "train-words.npy").read_bytes().replace(b"(", b"(999999999999", 1)
    ),
    "sparse": lambda cache: grown(cache / "train-words.npy", 2**40),
    "no file": lambda cache: (cache / "train-words.npy").unlink(),
    "folder for a file": lambda cache: replaced(cache / "train-words.npy", Path.mkdir),
    "pipe for an array": lambda cache: replaced(cache / "train-words.npy", os.mkfifo),
    "pipe for a text": lambda cache: replaced(cache / "vocabulary.txt", os.mkfifo),
    "device for a text": lambda cache: replaced(
        cache / "vocabulary.txt", lambda file: file.symlink_to("/dev/zero")
    ),
    "other vocabulary": lambda cache: (cache / "vocabulary.txt").write_text("a\nb\nc"),
    "vocabulary that is no text": lambda cache: (cache / "vocabulary.txt").write_bytes(b"\xff"),
    "other fingerprint": lambda cache: (cache / "fingerprint.txt").write_text("0" * 64),
    "empty": lambda cache: moved(cache).mkdir(),
    "file for the folder": lambda cache: moved(cache).touch(),
    "link for the folder": lambda cache: moved(cache).symlink_to("none"),
    "link to itself": lambda cache: moved(cache).symlink_to(cache),
    "link to another folder": lambda cache: moved(cache).symlink_to("/etc"),
    "stale file beside it": lambda cache: moved(cache).with_name(".partial-x").touch(),
}


def moved(cache: Path) -> Path:
    """Move a folder out of the cache, and return where it was."""
    shutil.move(cache, cache.parents[1] / "away")
    return cache


def replaced(file: Path, make: Callable[[Path], object]) -> None:
    file.unlink()
    make(file)


@pytest.mark.parametrize("name", CACHES)
def test_damaged_cache_is_made_again(name: str, tmp_path: Path) -> None:
    """What is in it is neither unpickled nor believed."""
    path = str(archived(tmp_path / "reviews.tar"))
    first = imdb.imdb_reviews(path, num_words=4)
    (cache,) = (tmp_path / "cache").iterdir()
    CACHES[name](cache)
    again = imdb.imdb_reviews(path, num_words=4)
    assert again.features == first.features
    assert again.fingerprint == first.fingerprint
    for ours, theirs in ((again.train, first.train), (again.test, first.test)):
        assert ours.labels.tolist() == theirs.labels.tolist()
        assert ours.dense().tolist() == theirs.dense().tolist()


@pytest.mark.parametrize("place", ["/dev/null", "/proc/none", "file", "x" * 300])
def test_cache_that_cannot_be_written(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("CMLABM_CACHE", str(tmp_path / place))
    message = refused(archived(tmp_path / "reviews.tar"))
    assert "cannot be written" in message
    assert "CMLABM_CACHE may name another folder" in message


def test_download_that_was_replaced_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "cache" / f"download-{imdb.MD5}"
    place.mkdir(parents=True)
    archived(place / "aclImdb_v1.tar.gz")
    with pytest.raises(InputError, match="is not what was downloaded; remove it"):
        imdb.imdb_reviews(None, num_words=1)


def test_reviews_without_a_word(tmp_path: Path) -> None:
    path = tmp_path / "reviews.tar"
    with tarfile.open(path, "w:") as archive:
        for name in REVIEWS:
            entry(name, b"...")(archive)
    for _ in range(2):  # parsed, and from the cache
        with pytest.raises(InputError, match=r"num_words = 1 is more .* at most 0 are allowed"):
            imdb.imdb_reviews(str(path), num_words=1)
