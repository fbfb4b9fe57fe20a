import gzip
import io
import tarfile
from pathlib import Path

import pytest
from conftest import REVIEWS, WriteArchive

from cmlabm.data.imdb import imdb_reviews
from cmlabm.errors import InputError


def refused(path: Path, cache: Path) -> str:
    """Return why an archive is refused, which must leave the cache empty."""
    with pytest.raises(InputError) as error:
        imdb_reviews(str(path), num_words=2)
    assert not cache.exists() or not list(cache.iterdir())
    message = str(error.value)
    assert "\n" not in message
    assert str(path) in message
    return message


def test_no_such_archive(tmp_path: Path, cache: Path) -> None:
    assert "does not exist" in refused(tmp_path / "none.tar.gz", cache)


@pytest.mark.parametrize(
    "content",
    [b"", b"no archive", gzip.compress(b"no archive" * 99)],
    ids=["empty", "text", "compressed text"],
)
def test_not_an_archive(content: bytes, tmp_path: Path, cache: Path) -> None:
    path = tmp_path / "reviews.tar.gz"
    path.write_bytes(content)
    assert "not a tar archive" in refused(path, cache)


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("compression", ["gz", "xz", "bz2"])
def test_truncated_archive(
    kept: float, compression: str, write_archive: WriteArchive, cache: Path
) -> None:
    path = write_archive(mode=f"w:{compression}")
    content = path.read_bytes()
    path.write_bytes(content[: int(kept * len(content))])
    assert "truncated" in refused(path, cache)


@pytest.mark.parametrize("blocks", range(1, 13))
def test_uncompressed_archive_truncated_after_any_block(
    blocks: int, write_archive: WriteArchive, cache: Path
) -> None:
    """Of six entries of two blocks each and the end mark, only some blocks are left."""
    path = write_archive(mode="w:")
    path.write_bytes(path.read_bytes()[: blocks * tarfile.BLOCKSIZE])
    assert "truncated" in refused(path, cache)


def test_archive_with_a_damaged_header(write_archive: WriteArchive, cache: Path) -> None:
    path = write_archive(mode="w:")
    content = bytearray(path.read_bytes())
    content[4 * tarfile.BLOCKSIZE] ^= 1
    path.write_bytes(content)
    assert "damaged" in refused(path, cache)


def test_compressed_archive_with_a_flipped_bit(write_archive: WriteArchive, cache: Path) -> None:
    path = write_archive()
    content = bytearray(path.read_bytes())
    content[-6] ^= 1
    path.write_bytes(content)
    assert "damaged" in refused(path, cache)


@pytest.mark.parametrize("folder", ["train/neg", "train/pos", "test/neg", "test/pos"])
def test_missing_class_folder(folder: str, write_archive: WriteArchive, cache: Path) -> None:
    rest = {name: text for name, text in REVIEWS.items() if not name.startswith(folder)}
    assert f"no reviews in {folder}" in refused(write_archive(rest), cache)


def test_missing_class_folder_of_an_extracted_archive(
    write_archive: WriteArchive, tmp_path: Path, cache: Path
) -> None:
    rest = {name: text for name, text in REVIEWS.items() if not name.startswith("test/neg")}
    folder = extracted(write_archive(rest), tmp_path)
    assert "no folder test/neg" in refused(folder, cache)


def test_archive_without_entries(write_archive: WriteArchive, cache: Path) -> None:
    assert "no reviews in train/neg" in refused(write_archive({}), cache)


@pytest.mark.parametrize(
    "name", ["../evil.txt", "aclImdb/train/neg/../../../evil.txt", "/evil.txt"]
)
def test_entries_outside_their_folder_are_refused(
    name: str, write_archive: WriteArchive, cache: Path
) -> None:
    texts = {f"aclImdb/{place}": text for place, text in REVIEWS.items()}
    path = write_archive(texts | {name: "evil"}, root="")
    message = refused(path, cache)
    assert "outside its folder" in message
    assert name in message


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE])
@pytest.mark.parametrize("target", ["/etc/passwd", "../../../../etc/passwd"])
def test_links_that_lead_outside_are_refused(
    kind: bytes, target: str, write_archive: WriteArchive, cache: Path
) -> None:
    path = write_archive(mode="w:")
    with tarfile.open(path, "a") as archive:
        link = tarfile.TarInfo("aclImdb/train/neg/9_9.txt")
        link.type, link.linkname = kind, target
        archive.addfile(link)
    assert target in refused(path, cache)


def test_review_that_is_not_utf8(write_archive: WriteArchive, cache: Path) -> None:
    path = write_archive({**REVIEWS, "train/neg/7_1.txt": b"caf\xe9"})
    message = refused(path, cache)
    assert "train/neg/7_1.txt" in message
    assert "byte 4" in message


def test_more_words_than_there_are(write_archive: WriteArchive) -> None:
    with pytest.raises(InputError, match=r"num_words = 99 .* at most 11 are allowed"):
        imdb_reviews(str(write_archive()), num_words=99)


def test_other_files_are_left_alone(write_archive: WriteArchive) -> None:
    others = {
        "README": "bad " * 9,
        "train/unsup/0_0.txt": "bad " * 9,
        "train/neg/urls.html": "bad " * 9,
        "train/neg/._0_2.txt": b"\xff",
        "old/train/neg/0_2.txt": "bad " * 9,
    }
    plain = imdb_reviews(str(write_archive()), num_words=11)
    mixed = imdb_reviews(str(write_archive(REVIEWS | others, "mixed.tar.gz")), num_words=11)
    assert plain.fingerprint == mixed.fingerprint


@pytest.mark.parametrize("root", ["", "./", "./aclImdb/", "other/"])
@pytest.mark.parametrize("mode", ["w:", "w:gz", "w:xz"])
def test_layout_and_compression_do_not_matter(
    root: str, mode: str, write_archive: WriteArchive
) -> None:
    usual = imdb_reviews(str(write_archive()), num_words=11)
    other = imdb_reviews(str(write_archive(name="other", root=root, mode=mode)), num_words=11)
    assert usual.fingerprint == other.fingerprint


def test_order_of_entries_does_not_matter(write_archive: WriteArchive) -> None:
    usual = imdb_reviews(str(write_archive()), num_words=11)
    backwards = dict(reversed(REVIEWS.items()))
    other = imdb_reviews(str(write_archive(backwards, "backwards.tar.gz")), num_words=11)
    assert usual.fingerprint == other.fingerprint


@pytest.mark.parametrize("given", [".", "aclImdb"])
def test_extracted_folder_gives_the_same_as_the_archive(
    given: str, write_archive: WriteArchive, tmp_path: Path
) -> None:
    path = write_archive()
    archive = imdb_reviews(str(path), num_words=11)
    folder = imdb_reviews(str(extracted(path, tmp_path) / given), num_words=11)
    assert folder.fingerprint == archive.fingerprint
    assert folder.features == archive.features
    for ours, theirs in ((folder.train, archive.train), (folder.test, archive.test)):
        assert (ours.dense() == theirs.dense()).all()
        assert (ours.labels == theirs.labels).all()


def test_progress_goes_to_standard_error(
    write_archive: WriteArchive, capsys: pytest.CaptureFixture[str]
) -> None:
    imdb_reviews(str(write_archive()), num_words=2)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "Reading reviews" in shown.err


def extracted(path: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "extracted"
    with tarfile.open(fileobj=io.BytesIO(path.read_bytes())) as archive:
        archive.extractall(folder, filter="data")
    return folder
