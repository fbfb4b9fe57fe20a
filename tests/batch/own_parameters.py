"""Parameters of users' classes, for studies that name ``users_own:Toll`` and the like."""

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import ConfigDict, Field, ValidationError, create_model

from cmlabm.errors import InputError
from cmlabm.parameters import Parameters, _sentence

FEE = (
    float,
    Field(3.0, ge=0, description="toll for a sample", json_schema_extra={"unit": "tokens"}),
)
WINDOW = (int, Field(5, ge=1, description="how many count", json_schema_extra={"unit": "samples"}))

type Fields = dict[str, Any]


class Kept(Parameters):
    """Parameters that keep what they do not know."""

    model_config = ConfigDict(extra="allow")


def bring(monkeypatch: pytest.MonkeyPatch, brought: Mapping[tuple[str, str], Fields]) -> None:
    """Have classes bring parameters.

    Args:
        monkeypatch: undoes it.
        brought: by the parameter that names a class and its value, the fields that it brings.
    """
    models: dict[tuple[str, ...], type[Parameters]] = {}

    def checked(values: Mapping[str, Any]) -> Parameters:
        fields: Fields = {}
        for (name, value), own in brought.items():
            fields |= own if values.get(name) == value else {}
        if tuple(fields) not in models:
            models[tuple(fields)] = create_model("Own", __base__=Parameters, **fields)
        model = models[tuple(fields)]
        try:
            return model(**values)
        except ValidationError as error:
            raise InputError("; ".join(map(_sentence, error.errors()))) from None

    monkeypatch.setattr(Parameters, "checked", checked)
    monkeypatch.setattr(
        Parameters,
        "stored",
        lambda values: Kept.model_validate(dict(values), context={"stored": True}),
    )
