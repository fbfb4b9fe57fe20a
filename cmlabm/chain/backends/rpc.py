"""A node of one's own, by JSON-RPC: real blocks, real receipts, real gas.

What only development nodes can do is asked for by the names that Hardhat gave it and Anvil knows.
"""

import time as clock
from typing import Any

from cmlabm.chain.backends.interface import Receipt
from cmlabm.chain.backends.json_rpc import Node, Refused
from cmlabm.chain.backends.limits import MOST_GAS, out_of_gas

LOCAL_CHAINS = {1337: "Geth and Ganache", 31337: "Anvil and Hardhat"}
"""The numbers of chains that development nodes make; nothing is sent to any other."""

MINING_SECONDS = 20.0
"""How long a transaction may take to get into a block."""

LOOK_SECONDS = 0.002
ADDRESS_BYTES = 20
BALANCE, BLOCK, CHAIN_ID = "eth_getBalance", "eth_getBlockByNumber", "eth_chainId"
RECEIPT, TRACE = "eth_getTransactionReceipt", "debug_traceTransaction"


class Rpc:
    """A development node whose clock can be set, with a transaction in each block.

    Times are counted from that of the node's last block when it was opened.
    """

    def __init__(self, url: str) -> None:
        """Ask a node whether a market can be played on it.

        Args:
            url: the node's address.

        Raises:
            InputError: there is no node, its chain is no local one, or its clock cannot be set.
        """
        self._node = Node(url)
        self._known: set[str] = set()
        self._funded: set[str] = set()
        self._check_chain(self._node.number(CHAIN_ID, self._ask(CHAIN_ID)))
        block = self._ask(BLOCK, "latest", False)
        if not isinstance(block, dict):
            raise self._node.odd(BLOCK, block)
        self._start = self._node.number(BLOCK, block.get("timestamp"))
        self._gas = min(MOST_GAS, self._node.number(BLOCK, block.get("gasLimit")))
        self._set_time(0)
        self._ask("hardhat_setNextBlockBaseFeePerGas", "0x0")

    def deploy(self, code: bytes, sender: str, time: int) -> tuple[str, Receipt]:
        """Deploy a contract and return its address; "" if its constructor refuses.

        Raises:
            InputError: it needs more gas than a transaction may use, or the node fails.
        """
        mined, receipt = self._transact({"from": sender, "data": _hex(code)}, code, time)
        if not receipt.succeeded:
            return "", receipt
        address = self._node.bytes_of(RECEIPT, mined.get("contractAddress"))
        if len(address) != ADDRESS_BYTES:
            raise self._node.odd(RECEIPT, mined)
        return _hex(address), receipt

    def fund(self, account: str, amount: int) -> None:
        """Add an amount to an account out of nothing; what it had before the market is gone."""
        before = self.balance(account) if account in self._funded else 0
        self._funded.add(account)
        self._ask("hardhat_setBalance", account, hex(before + amount))

    def send(self, sender: str, to: str, data: bytes, time: int, value: int = 0) -> Receipt:
        """Call a contract, or send money to an account.

        Raises:
            InputError: it needs more gas than a transaction may use, or the node fails.
        """
        call = {"from": sender, "to": to, "data": _hex(data), "value": hex(value)}
        return self._transact(call, data, time)[1]

    def view(self, to: str, data: bytes, time: int) -> Receipt:
        """Ask a contract something in the block to come."""
        self._set_time(time)
        try:
            answer = self._node.ask("eth_call", {"to": to, "data": _hex(data)}, "pending")
        except Refused:
            return Receipt(False, b"", None)
        return Receipt(True, self._node.bytes_of("eth_call", answer), None)

    def balance(self, account: str) -> int:
        """Return what an account has."""
        return self._node.number(BALANCE, self._ask(BALANCE, account, "latest"))

    def close(self) -> None:
        """Close the connection; the node keeps what was done."""
        self._node.close()

    def _ask(self, method: str, *parameters: Any) -> Any:
        try:
            return self._node.ask(method, *parameters)
        except Refused as error:
            raise self._node.error(f"refuses {method}: {error}") from error

    def _check_chain(self, chain: int) -> None:
        if chain not in LOCAL_CHAINS:
            allowed = " or ".join(f"{number} ({whose})" for number, whose in LOCAL_CHAINS.items())
            raise self._node.error(
                f"is on chain {chain}: must be on the local chain of a development node, {allowed}"
            )

    def _set_time(self, time: int) -> None:
        try:
            self._node.ask("evm_setNextBlockTimestamp", hex(self._start + time))
        except Refused as error:
            raise self._node.error(
                f"does not let its clock be set ({error}): a market needs a development node such"
                " as Anvil, which also lets several blocks have the same time"
            ) from error

    def _transact(
        self, call: dict[str, str], data: bytes, time: int
    ) -> tuple[dict[str, Any], Receipt]:
        """Return the node's receipt of a transaction, and what it comes to."""
        sender = call["from"]
        if sender not in self._known:
            self._ask("hardhat_impersonateAccount", sender)
            self._known.add(sender)
        self._set_time(time)
        transaction = self._ask(
            "eth_sendTransaction", call | {"gas": hex(self._gas), "gasPrice": "0x0"}
        )
        mined = self._mined(transaction)
        gas = self._node.number(RECEIPT, mined.get("gasUsed"))
        succeeded = self._node.number(RECEIPT, mined.get("status")) == 1
        if not succeeded and gas >= self._gas:
            raise out_of_gas(data, self._gas)
        trace = self._ask(TRACE, transaction, {"tracer": "callTracer"})
        if not isinstance(trace, dict):
            raise self._node.odd(TRACE, trace)
        output = self._node.bytes_of(TRACE, trace.get("output", "0x"))
        return mined, Receipt(succeeded, output, gas)

    def _mined(self, transaction: Any) -> dict[str, Any]:
        """Return a transaction's receipt once it is in a block."""
        until = clock.monotonic() + MINING_SECONDS
        while (mined := self._ask(RECEIPT, transaction)) is None:
            if clock.monotonic() > until:
                raise self._node.error(
                    f"puts no transaction into a block within {MINING_SECONDS:.0f} s: it must make"
                    " a block of each"
                )
            clock.sleep(LOOK_SECONDS)
        if not isinstance(mined, dict) or mined.get("transactionHash") != transaction:
            raise self._node.odd(RECEIPT, mined)
        return mined


def _hex(data: bytes) -> str:
    return f"0x{data.hex()}"
