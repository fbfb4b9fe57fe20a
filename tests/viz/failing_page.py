"""The page with a model that breaks: run by the tests."""

from typing import Annotated, Any

import typer

from cmlabm.model import CMLModel
from cmlabm.viz.permissions import Permissions
from cmlabm.viz.serve import serve

_step = CMLModel.step


def step(model: CMLModel, *arguments: Any) -> None:
    if model.seed == 13 and len(model.contract.submissions) > 200:
        raise RuntimeError("the market broke")
    _step(model, *arguments)


def main(port: Annotated[int, typer.Option()]) -> None:
    CMLModel.step = step  # type: ignore[assignment, method-assign]
    serve("localhost", port, Permissions())


if __name__ == "__main__":
    typer.run(main)
