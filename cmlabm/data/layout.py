"""Where labelled reviews lie in aclImdb_v1.tar.gz and in the folder it is extracted to.

Both hold ``{train,test}/{neg,pos}/*.txt`` below at most one other folder; anything else in them is
left alone.
"""

from typing import NamedTuple

PARTS = ("train", "test")
CLASSES = ("neg", "pos")
PLACES = "text files in train/neg, train/pos, test/neg and test/pos"


class Place(NamedTuple):
    """Where a review is."""

    part: str
    label: int
    name: str

    def __str__(self) -> str:
        """Return the path below the data set's root."""
        return f"{self.part}/{CLASSES[self.label]}/{self.name}"


def place_of(entry: str) -> Place | None:
    """Return where a file of an archive belongs, if it is a labelled review.

    Examples:
        >>> place_of("aclImdb/train/pos/0_9.txt")
        Place(part='train', label=1, name='0_9.txt')
        >>> place_of("aclImdb/train/unsup/0_0.txt")
    """
    *folders, name = [part for part in entry.split("/") if part not in ("", ".")] or [""]
    if not 2 <= len(folders) <= 3 or not is_text(name):
        return None
    part, kind = folders[-2:]
    return Place(part, CLASSES.index(kind), name) if part in PARTS and kind in CLASSES else None


def is_text(name: str) -> bool:
    """Return whether a file in a folder of reviews is one of them."""
    return name.endswith(".txt") and not name.startswith(".")
