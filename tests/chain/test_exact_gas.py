"""The chain with exact gas, against the prices that Ethereum's proposals give."""

import pytest

from cmlabm.chain.backends.exact import Exact
from cmlabm.errors import InputError

SENDER, OTHER = "0x" + "11" * 20, "0x" + "22" * 20

TRANSACTION, ZERO_BYTE, OTHER_BYTE = 21_000, 4, 16  # EIP-2028
CREATION, WORD_OF_CREATION, BYTE_OF_CODE = 32_000, 2, 200  # EIP-2, EIP-3860
COLD, WARM, FILLED, CHANGED = 2_100, 100, 20_000, 2_900  # EIP-2929
CLEARED, MOST_GIVEN_BACK = 4_800, 5  # EIP-3529
PUSH, PUSH_0, LOAD_DATA, POP = 3, 2, 3, 2

STORE = "5f35600155"
"""A contract that keeps the first word of its data: PUSH0 CALLDATALOAD PUSH1 1 SSTORE."""
STORED = PUSH_0 + LOAD_DATA + PUSH

STORE_TWICE = STORE + "5f35600255"
LOAD_TWICE = "5f54505f5450"
KEEP_AND_REFUSE = STORE + "5f5ffd"
ASK_FOR_MEMORY = "63ffffffff51"
TIME = "425f5260205ff3"


@pytest.fixture
def chain() -> Exact:
    chain = Exact()
    chain.fund(SENDER, 1_000)
    return chain


def deployed(chain: Exact, code: str) -> str:
    return chain.deploy(creation(code), SENDER, 0)[0]


def creation(code: str) -> bytes:
    """Return what returns a code: it copies what stands behind itself."""
    size = f"{len(code) // 2:02x}"
    return bytes.fromhex(f"60{size}600a5f3960{size}5ff3{code}")


def price_of(data: bytes) -> int:
    return TRANSACTION + sum(OTHER_BYTE if byte else ZERO_BYTE for byte in data)


def keep(chain: Exact, contract: str, value: int) -> int:
    """Have a contract keep a value, and return the gas beside that of the transaction."""
    receipt = chain.send(SENDER, contract, value.to_bytes(32), 1)
    assert receipt.succeeded
    assert receipt.gas is not None
    return receipt.gas - price_of(value.to_bytes(32))


def test_a_transfer_costs_what_a_transaction_does(chain: Exact) -> None:
    receipt = chain.send(SENDER, OTHER, b"", 1, 300)
    assert (receipt.succeeded, receipt.gas) == (True, TRANSACTION)
    assert (chain.balance(SENDER), chain.balance(OTHER)) == (700, 300)


def test_data_cost_by_the_byte(chain: Exact) -> None:
    receipt = chain.send(SENDER, OTHER, b"\0\0\0\1\2", 1)
    assert receipt.gas == TRANSACTION + 3 * ZERO_BYTE + 2 * OTHER_BYTE


def test_a_deployment_costs_its_code(chain: Exact) -> None:
    code = creation(STORE)
    _, receipt = chain.deploy(code, SENDER, 0)
    copied = 3 * PUSH + 2 * PUSH_0 + 9  # CODECOPY of a word into new memory: 9
    expected = (
        price_of(code) + CREATION + WORD_OF_CREATION + copied + BYTE_OF_CODE * len(STORE) // 2
    )
    assert receipt.gas == expected


def test_storage_costs_by_what_was_there(chain: Exact) -> None:
    contract = deployed(chain, STORE)
    assert keep(chain, contract, 5) == STORED + COLD + FILLED
    assert keep(chain, contract, 6) == STORED + COLD + CHANGED
    assert keep(chain, contract, 6) == STORED + COLD + WARM
    assert keep(chain, contract, 0) == STORED + COLD + CHANGED - CLEARED


def test_a_fifth_of_the_gas_is_given_back_at_most(chain: Exact) -> None:
    contract = deployed(chain, STORE_TWICE)
    keep(chain, contract, 5)
    used = price_of(bytes(32)) + 2 * (STORED + COLD + CHANGED)
    assert used // MOST_GIVEN_BACK < 2 * CLEARED
    gas = chain.send(SENDER, contract, bytes(32), 1).gas
    assert gas == used - used // MOST_GIVEN_BACK


def test_each_transaction_starts_with_cold_storage(chain: Exact) -> None:
    contract = deployed(chain, LOAD_TWICE)
    gas = [chain.send(SENDER, contract, b"", 1).gas for _ in range(2)]
    assert gas == [TRANSACTION + 2 * (PUSH_0 + POP) + COLD + WARM] * 2


def test_a_refused_call_costs_what_it_did_and_changes_nothing(chain: Exact) -> None:
    contract = deployed(chain, KEEP_AND_REFUSE)
    data = (5).to_bytes(32)
    receipt = chain.send(SENDER, contract, data, 1, 40)
    assert not receipt.succeeded
    assert receipt.gas == price_of(data) + STORED + COLD + FILLED + 2 * PUSH_0
    assert (chain.balance(SENDER), chain.balance(contract)) == (1_000, 0)


def test_a_view_changes_nothing(chain: Exact) -> None:
    contract = deployed(chain, STORE)
    assert chain.view(contract, (5).to_bytes(32), 1).succeeded
    assert keep(chain, contract, 6) == STORED + COLD + FILLED


def test_calls_and_views_see_the_time_of_the_block(chain: Exact) -> None:
    contract = deployed(chain, TIME)
    assert chain.send(SENDER, contract, b"", 77).output == (77).to_bytes(32)
    assert chain.view(contract, b"", 78).output == (78).to_bytes(32)


def test_a_deployment_that_fails_has_no_address(chain: Exact) -> None:
    address, receipt = chain.deploy(bytes.fromhex("5f5ffd"), SENDER, 0)
    assert (address, receipt.succeeded) == ("", False)


def test_a_call_that_needs_too_much_gas_is_a_sentence(chain: Exact) -> None:
    contract = deployed(chain, ASK_FOR_MEMORY)
    with pytest.raises(InputError, match="out of gas: a call with 3 bytes of data needs more than"):
        chain.send(SENDER, contract, b"abc", 1)


def test_so_are_data_that_need_too_much(chain: Exact, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cmlabm.chain.backends.exact.MOST_GAS", TRANSACTION + 99 * OTHER_BYTE)
    assert chain.send(SENDER, OTHER, b"\1" * 99, 1).succeeded
    with pytest.raises(InputError, match="out of gas: a call with 100 bytes of data"):
        chain.send(SENDER, OTHER, b"\1" * 100, 1)
