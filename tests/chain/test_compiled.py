"""The packaged contracts are what their sources compile to."""

import pytest
from eth_utils.crypto import keccak

from cmlabm.chain.compiled import FORMS, Form, digest_of, packaged
from cmlabm.chain.contract import _ERROR, _REFUSED
from cmlabm.contract.refusals import Refusal

pytest.importorskip("vyper")
from cmlabm.chain.compiling import DIRECTORY, compiled


@pytest.mark.parametrize("form", FORMS)
def test_the_sources_compile_to_what_is_packaged(form: Form) -> None:
    assert compiled(form) == packaged(form)
    assert packaged(form).source == digest_of(DIRECTORY, form)


def test_refusals_have_the_same_numbers_in_the_source() -> None:
    source = (DIRECTORY / "market.vy").read_text(encoding="utf-8")
    for code, refusal in enumerate(Refusal):
        line = f"{refusal.name}: constant(uint256) = {code}\n"
        never_on_chain = ("BALANCE_TOO_LOW", "NO_TAKES", "NOT_WORTH_FEE")
        assert (line in source) == (refusal.name not in never_on_chain)


def test_reasons_are_told_as_the_abi_has_them() -> None:
    assert keccak(text="Refused(uint256)")[:4] == _REFUSED
    assert keccak(text="Error(string)")[:4] == _ERROR
