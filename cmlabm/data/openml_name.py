"""The names of data sets of OpenML."""

import re
from typing import NamedTuple, Self

from cmlabm.data.quoting import quoted
from cmlabm.errors import InputError

_NAME = re.compile(r"openml:([A-Za-z0-9][A-Za-z0-9_.,()-]{0,127})(?::([1-9][0-9]{0,5}))?")


class OpenMLName(NamedTuple):
    """What OpenML calls a data set.

    Attributes:
        name: its name.
        version: of the data set; None for the only one that is active.
    """

    name: str
    version: int | None

    @classmethod
    def of(cls, data: str) -> Self:
        """Return the name that the parameter ``data`` gives, openml:NAME or openml:NAME:VERSION.

        Raises:
            InputError: it gives none.

        Example:
            >>> OpenMLName.of("openml:adult:2")
            OpenMLName(name='adult', version=2)
        """
        found = _NAME.fullmatch(data)
        if not found:
            raise InputError(
                f"data = {quoted(data)} names no data set of OpenML; it must be openml:NAME or"
                " openml:NAME:VERSION, such as openml:adult:2."
            )
        return cls(found[1], int(found[2]) if found[2] else None)
