"""A small data set of OpenML as scikit-learn's loader leaves it in its cache."""

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

COLUMNS = {"number": "numeric", "size": "numeric", "colour": "nominal", "class": "nominal"}
ROWS = 40


def arff(*, missing: bool = False) -> str:
    """Return a file of some rows, of which the label follows from the size."""
    lines = [
        "@RELATION toy",
        "@ATTRIBUTE number INTEGER",
        "@ATTRIBUTE size REAL",
        "@ATTRIBUTE colour {red,green,blue}",
        "@ATTRIBUTE class {small,large}",
        "@DATA",
    ]
    for row in range(ROWS):
        size, colour = row * 7 % ROWS + 0.5, ("red", "green", "blue")[row % 3]
        kind = "small" if size < ROWS / 2 else "large"
        shown = "?" if missing and row == 4 else colour
        lines.append(f"{row},{size},{shown},{kind}")
    return "\n".join(lines) + "\n"


def write_cache(
    folder: Path,
    *,
    name: str = "toy",
    versions: tuple[int, ...] = (1,),
    content: str | None = None,
    targets: tuple[str, ...] = ("class",),
    description: dict[str, Any] | None = None,
) -> Path:
    """Write what scikit-learn would have kept, in the layout of its cache.

    Args:
        folder: the cache.
        name: the data set's.
        versions: those that are active.
        content: the ARFF file.
        targets: which columns are labels.
        description: over what OpenML says of the data set.

    Returns:
        The ARFF file's place.
    """
    root = folder / "openml" / "openml.org"
    file = (arff() if content is None else content).encode()
    url = "https://www.openml.org/data/v1/download/1/toy.arff"
    listed = [{"did": 1, "name": name, "version": v, "status": "active"} for v in versions]
    api = "api/v1/json/data"
    found = {"data": {"dataset": listed}}
    features = [
        {
            "index": str(index),
            "name": column,
            "data_type": kind,
            "is_target": str(column in targets).lower(),
            "is_ignore": "false",
            "is_row_identifier": str(column == "number").lower(),
            "number_of_missing_values": "0",
        }
        for index, (column, kind) in enumerate(COLUMNS.items())
    ]
    about = {
        "id": "1",
        "name": name,
        "version": str(versions[0]),
        "description": "Small and large things.",
        "format": "ARFF",
        "status": "active",
        "file_id": "1",
        "url": url,
        "md5_checksum": hashlib.md5(file, usedforsecurity=False).hexdigest(),
    }
    kept: dict[str, Any] = {
        f"{api}/list/data_name/{name}/limit/2/status/active/": found,
        f"{api}/list/data_name/{name}/limit/2/data_version/{versions[0]}": found,
        f"{api}/1": {"data_set_description": about | (description or {})},
        f"{api}/features/1": {"data_features": {"feature": features}},
        f"{api}/qualities/1": {
            "data_qualities": {"quality": [{"name": "NumberOfInstances", "value": str(ROWS)}]}
        },
    }
    for place, said in kept.items():
        _pack(root / f"{place}.gz", json.dumps(said).encode())
    return _pack(root / "data/v1/download/1/toy.arff.gz", file)


def _pack(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content))
    return path
