"""The kinds of contributors."""

from typing import Literal

type Kind = Literal["honest", "malicious"]

KINDS: tuple[Kind, ...] = ("honest", "malicious")
"""Whoever enters first has the lower account numbers, and draws from the lower streams."""
