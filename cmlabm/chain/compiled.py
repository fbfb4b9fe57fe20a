"""The contracts as they were compiled: users need no compiler."""

import json
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Literal, get_args

type Form = Literal["model", "digests"]

FORMS: tuple[Form, ...] = get_args(Form.__value__)
"""The model on the chain, and only digests of the samples."""


@dataclass(frozen=True)
class Compiled:
    """A compiled contract.

    Attributes:
        abi: its functions, events and constructor, as JSON.
        bytecode: that deploys it, in hexadecimal digits behind ``0x``.
        selectors: of its functions by their names, in hexadecimal digits behind ``0x``.
        compiler: its name and version.
        source: SHA-256 of the sources, in hexadecimal digits.
    """

    abi: list[dict[str, Any]]
    bytecode: str
    selectors: dict[str, str]
    compiler: str
    source: str

    @property
    def code(self) -> bytes:
        """The bytecode."""
        return bytes.fromhex(self.bytecode.removeprefix("0x"))


@cache
def packaged(form: Form) -> Compiled:
    """Return a contract as it comes with the package.

    Example:
        >>> packaged("model").compiler
        'vyper 0.4.3'
    """
    text = (files("cmlabm.chain") / "contracts" / f"{form}.json").read_text(encoding="utf-8")
    return Compiled(**json.loads(text))


def digest_of(directory: Traversable, form: str) -> str:
    """Return SHA-256 of the sources of a contract, that of the market first."""
    sources = [(directory / f"{name}.vy").read_text("utf-8") for name in ("market", form)]
    return sha256("".join(sources).encode()).hexdigest()
