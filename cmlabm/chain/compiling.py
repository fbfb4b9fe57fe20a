"""Compile the contracts: ``python -m cmlabm.chain.compiling``, after a change to their sources.

It needs Vyper, which nothing else in the package does.
"""

import json
from dataclasses import asdict
from pathlib import Path

import vyper
from vyper.compiler.input_bundle import FilesystemInputBundle
from vyper.compiler.settings import OptimizationLevel, Settings

from cmlabm.chain.compiled import FORMS, Compiled, digest_of

DIRECTORY = Path(__file__).parent / "contracts"


def compiled(
    form: str,
    directory: Path = DIRECTORY,
    optimize: OptimizationLevel = OptimizationLevel.GAS,
) -> Compiled:
    """Return a contract compiled from its source in a directory, next to that of the market.

    Args:
        form: which contract.
        directory: of the sources.
        optimize: for what; without, it is compiled sooner.
    """
    source = directory / f"{form}.vy"
    bundle = FilesystemInputBundle([directory])
    result = vyper.compile_from_file_input(
        bundle.load_file(source),
        input_bundle=bundle,
        settings=Settings(optimize=optimize),
        output_formats=["abi", "bytecode", "method_identifiers"],
    )
    return Compiled(
        abi=result["abi"],
        bytecode=result["bytecode"],
        selectors={
            signature.partition("(")[0]: selector
            for signature, selector in result["method_identifiers"].items()
        },
        compiler=f"vyper {vyper.__version__}",
        source=digest_of(directory, form),
    )


if __name__ == "__main__":
    for form in FORMS:
        text = json.dumps(asdict(compiled(form)), indent=1)
        (DIRECTORY / f"{form}.json").write_text(text + "\n", encoding="utf-8")
