"""A chain inside this process, by pyrevm: quick, and right in all but gas."""

import re
from typing import Self

from pyrevm import EVM, BlockEnv

from cmlabm.chain.backends.interface import Receipt

_REVERT = re.compile(r"Revert \{ gas_used: \d+, output: 0x([0-9a-f]*) \}")
_ANYBODY = "0x" + "a" * 40


class Embedded:
    """A chain on which storage that was ever touched stays cheap: its gas is not told."""

    def __init__(self) -> None:
        self._evm = EVM(spec_id="CANCUN")
        self._time = -1

    def deploy(self, code: bytes, sender: str, time: int) -> tuple[str, Receipt]:
        """Deploy a contract and return its address; "" if its constructor refuses."""
        self._set_time(time)
        try:
            return self._evm.deploy(sender, code), Receipt(True, b"", None)
        except RuntimeError as error:
            return "", _failed(error)

    def fund(self, account: str, amount: int) -> None:
        """Add an amount to an account out of nothing."""
        self._evm.set_balance(account, self._evm.get_balance(account) + amount)

    def send(self, sender: str, to: str, data: bytes, time: int, value: int = 0) -> Receipt:
        """Call a contract, or send money to an account."""
        return self._called(sender, to, data, time, value, is_static=False)

    def view(self, to: str, data: bytes, time: int) -> Receipt:
        """Ask a contract something, which changes nothing."""
        return self._called(_ANYBODY, to, data, time, 0, is_static=True)

    def balance(self, account: str) -> int:
        """Return what an account has."""
        return self._evm.get_balance(account)

    def close(self) -> None:
        """Forget all of it."""
        del self._evm

    def _called(
        self, sender: str, to: str, data: bytes, time: int, value: int, *, is_static: bool
    ) -> Receipt:
        self._set_time(time)
        try:
            output = self._evm.message_call(
                sender, to, calldata=data, value=value, is_static=is_static
            )
        except RuntimeError as error:
            return _failed(error)
        return Receipt(True, output, None)

    def _set_time(self, time: int) -> None:
        if time != self._time:
            self._evm.set_block_env(BlockEnv(timestamp=time))
            self._time = time

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _failed(error: RuntimeError) -> Receipt:
    """Return what came of a call that was not carried out; pyrevm tells it as text only."""
    message = str(error)
    if found := _REVERT.fullmatch(message):
        return Receipt(False, bytes.fromhex(found[1]), None)
    if message.startswith("Halt"):
        return Receipt(False, b"", None)
    raise error
