"""What a node at an address may answer: nothing of it is believed before it is checked."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from anvil_node import running_anvil

from cmlabm.chain.backends import json_rpc, open_backend, rpc
from cmlabm.chain.backends.interface import Backend
from cmlabm.chain.backends.rpc import Rpc
from cmlabm.errors import InputError

SENDER, OTHER = "0x" + "11" * 20, "0x" + "22" * 20
HASH = "0x" + "ab" * 32
ANSWERS: dict[str, Any] = {
    "eth_chainId": "0x7a69",
    "eth_getBlockByNumber": {"timestamp": "0x5", "gasLimit": "0x1c9c380"},
    "evm_setNextBlockTimestamp": None,
    "hardhat_setNextBlockBaseFeePerGas": None,
    "hardhat_impersonateAccount": True,
    "hardhat_setBalance": True,
    "eth_getBalance": "0x0",
    "eth_call": "0x0102",
    "eth_sendTransaction": HASH,
    "eth_getTransactionReceipt": {
        "transactionHash": HASH,
        "status": "0x1",
        "gasUsed": "0x5208",
        "contractAddress": "0x" + "33" * 20,
    },
    "debug_traceTransaction": {"output": "0x07"},
}
"""What a node says that does as it should."""


class Error:
    """An answer that is an error."""

    def __init__(self, message: str) -> None:
        self.message = message


class FakeNode:
    """Answers over HTTP whatever it was told to; what it was asked is in ``asked``."""

    def __init__(self) -> None:
        self.answers = dict(ANSWERS)
        self.asked: list[tuple[str, list[Any]]] = []
        self.raw: Callable[[int], bytes] | None = None
        self.status = 200
        node = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                body = node.answer(question)
                self.send_response(node.status)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Location", "http://127.0.0.1:9/")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, question: dict[str, Any]) -> bytes:
        self.asked.append((question["method"], question["params"]))
        if self.raw:
            return self.raw(question["id"])
        found = self.answers.get(question["method"], Error("Method not found"))
        said = (
            {"error": {"message": found.message}} if isinstance(found, Error) else {"result": found}
        )
        return json.dumps({"jsonrpc": "2.0", "id": question["id"], **said}).encode()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def node() -> Iterator[FakeNode]:
    node = FakeNode()
    yield node
    node.close()


@pytest.fixture
def chain(node: FakeNode) -> Iterator[Backend]:
    chain = open_backend("rpc", node.url)
    yield chain
    chain.close()


def test_a_call_is_a_transaction_without_a_price(node: FakeNode, chain: Backend) -> None:
    receipt = chain.send(SENDER, OTHER, b"\1", 7, 9)
    assert (receipt.succeeded, receipt.output, receipt.gas) == (True, b"\7", 21_000)
    asked = dict(node.asked)
    (call,) = asked["eth_sendTransaction"]
    assert (call["value"], call["gasPrice"], call["gas"]) == ("0x9", "0x0", hex(2**24))
    assert asked["evm_setNextBlockTimestamp"] == [hex(5 + 7)]


def test_a_deployment_has_the_address_in_its_receipt(chain: Backend) -> None:
    assert chain.deploy(b"\1", SENDER, 0)[0] == "0x" + "33" * 20


def test_a_view_that_is_refused_gives_its_reason(node: FakeNode, chain: Backend) -> None:
    assert chain.view(OTHER, b"", 0).output == b"\1\2"


@pytest.mark.parametrize("chain_id", [1, 10, 137, 8453, 11_155_111, 31_338])
def test_nothing_is_sent_to_a_public_chain(node: FakeNode, chain_id: int) -> None:
    node.answers["eth_chainId"] = hex(chain_id)
    with pytest.raises(InputError, match=rf"is on chain {chain_id}: must be on the local chain"):
        Rpc(node.url)
    assert [method for method, _ in node.asked] == ["eth_chainId"]


def test_a_clock_that_cannot_be_set_is_a_sentence(node: FakeNode) -> None:
    del node.answers["evm_setNextBlockTimestamp"]
    with pytest.raises(InputError, match=r"does not let its clock be set \('Method not found'\)"):
        Rpc(node.url)


def test_a_call_that_uses_all_its_gas_is_a_sentence(node: FakeNode, chain: Backend) -> None:
    receipt = {"transactionHash": HASH, "status": "0x0", "gasUsed": hex(2**24)}
    node.answers["eth_getTransactionReceipt"] = receipt
    with pytest.raises(InputError, match=r"out of gas: a call with 5 bytes of data needs more"):
        chain.send(SENDER, OTHER, b"12345", 7)


def test_the_block_may_carry_less_than_a_transaction(node: FakeNode) -> None:
    node.answers["eth_getBlockByNumber"] = {"timestamp": "0x5", "gasLimit": "0x64"}
    node.answers["eth_getTransactionReceipt"] |= {"status": "0x0", "gasUsed": "0x64"}
    with pytest.raises(InputError, match=r"needs more than 100 gas"):
        Rpc(node.url).send(SENDER, OTHER, b"", 7)


def test_a_transaction_that_stays_out_of_blocks_is_a_sentence(
    node: FakeNode, chain: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rpc, "MINING_SECONDS", 0.05)
    node.answers["eth_getTransactionReceipt"] = None
    with pytest.raises(InputError, match="puts no transaction into a block"):
        chain.send(SENDER, OTHER, b"", 7)


@pytest.mark.parametrize(
    ("method", "answer"),
    [
        ("eth_getBalance", "0x" + "f" * 65),
        ("eth_getBalance", 5),
        ("eth_getBalance", "0x-5"),
        ("eth_getBalance", "0x٣"),
        ("eth_sendTransaction", Error("\x1b[31mno\nway" * 999)),
        ("eth_getTransactionReceipt", []),
        ("eth_getTransactionReceipt", {"transactionHash": "0xcd"}),
        ("eth_getTransactionReceipt", {"transactionHash": HASH, "status": True}),
        ("eth_getTransactionReceipt", {"transactionHash": HASH, "status": "0x1", "gasUsed": {}}),
        ("debug_traceTransaction", "0x"),
        ("debug_traceTransaction", {"output": "0x123"}),
        ("debug_traceTransaction", {"output": ["0x"]}),
        ("debug_traceTransaction", Error("Method not found")),
    ],
)
def test_an_answer_of_another_type_is_a_sentence(
    node: FakeNode, chain: Backend, method: str, answer: object
) -> None:
    node.answers[method] = answer

    def use() -> None:
        chain.balance(SENDER)
        chain.send(SENDER, OTHER, b"", 7)

    with pytest.raises(InputError) as caught:
        use()
    message = str(caught.value)
    assert message.startswith(f"the node at {node.url} ")
    assert method in message
    assert len(message) < 300
    assert message.isprintable()


@pytest.mark.parametrize(
    "raw",
    [
        lambda _: b"",
        lambda _: b"<html>",
        lambda _: b"\xff\xfe\x00",
        lambda _: b"[" * 100_000,
        lambda _: b"[]",
        lambda number: b'{"id": %d}' % number,
        lambda number: b'{"id": %d, "result": "0x7a69"}' % (number + 1),
        lambda number: b'{"id": %d, "error": "no"}' % number,
        lambda number: b'{"id": %d, "error": {"message": [1]}, "result": "0x7a69"}' % number,
        lambda _: b'{"id": ' + b"9" * 5_000 + b"}",
        lambda _: b" " * (json_rpc.MOST_BYTES + 1),
    ],
)
def test_what_is_no_answer_is_a_sentence(node: FakeNode, raw: Callable[[int], bytes]) -> None:
    node.raw = raw
    with pytest.raises(InputError, match=f"^the node at {node.url} ") as caught:
        Rpc(node.url)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("status", [301, 307, 404, 500])
def test_another_status_is_a_sentence_and_nobody_is_sent_elsewhere(
    node: FakeNode, status: int
) -> None:
    node.status = status
    with pytest.raises(InputError, match=f"answers with the HTTP status {status}"):
        Rpc(node.url)


def test_a_node_that_does_not_answer_is_a_sentence(
    node: FakeNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_rpc, "ANSWER_SECONDS", 0.1)

    def wait(_: int) -> bytes:
        time.sleep(0.5)
        return b""

    node.raw = wait
    with pytest.raises(InputError, match="does not answer within"):
        Rpc(node.url)


def test_no_node_is_a_sentence() -> None:
    node = FakeNode()
    node.close()
    with pytest.raises(InputError, match=f"no node answers at {node.url}: start one there"):
        Rpc(node.url)


@pytest.mark.parametrize(
    "url", ["", "8545", "ftp://a", "http://", "http://user:secret@a", "file:///etc", "http://a b"]
)
def test_what_is_no_address_is_a_sentence(url: str) -> None:
    with pytest.raises(InputError, match="must be the address of a node"):
        Rpc(url)


def test_a_node_of_the_same_time_goes_on_where_it_is() -> None:
    """Several blocks may have the same time, and a second market can follow on the same node."""
    with running_anvil() as url:
        first = Rpc(url)
        first.fund(SENDER, 100)
        for time_s in (50, 50, 60):
            assert first.send(SENDER, OTHER, b"", time_s, 10).succeeded
        second = Rpc(url)
        assert second.send(SENDER, OTHER, b"", 0, 10).succeeded
        assert (second.balance(SENDER), second.balance(OTHER)) == (60, 40)
        for amount in (5, 2):
            second.fund(SENDER, amount)
        assert second.balance(SENDER) == 7
        with pytest.raises(InputError, match="does not let its clock be set"):
            first.send(SENDER, OTHER, b"", 40)
        first.close()
        second.close()


def test_a_price_of_gas_is_not_paid_by_mistake() -> None:
    with running_anvil(options=()) as url:
        node = Rpc(url)
        node.fund(SENDER, 100)
        node.send(SENDER, OTHER, b"", 1, 10)
        assert node.balance(SENDER) == 90
        node.close()
