"""What a chain has to do for the contract."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of a call.

    Attributes:
        succeeded: whether it was carried out; else it has changed nothing but what gas cost.
        output: what it returned, or the reason for which it was refused, as the ABI encodes it.
        gas: what it used; None where the backend does not know.
    """

    succeeded: bool
    output: bytes
    gas: int | None


class Backend(Protocol):
    """A chain on which contracts are deployed and called, one call after another.

    Accounts are addresses as text, ``0x`` and 40 hexadecimal digits. Amounts are in wei, and gas
    costs nothing: balances change by what is sent only. Times are timestamps of blocks in seconds;
    none may be before the last, and several calls may have the same.
    """

    def deploy(self, code: bytes, sender: str, time: int) -> tuple[str, Receipt]:
        """Deploy a contract and return its address.

        Args:
            code: the bytecode, and behind it the encoded arguments of the constructor.
            sender: the account that deploys it.
            time: of the block.
        """

    def fund(self, account: str, amount: int) -> None:
        """Add an amount to an account out of nothing."""

    def send(self, sender: str, to: str, data: bytes, time: int, value: int = 0) -> Receipt:
        """Call a contract, or send money to an account.

        Args:
            sender: who calls; has at least ``value``.
            to: the contract, or an account.
            data: the encoded call; empty to an account.
            time: of the block.
            value: the amount that goes along.
        """

    def view(self, to: str, data: bytes, time: int) -> Receipt:
        """Ask a contract something, which changes nothing."""

    def balance(self, account: str) -> int:
        """Return what an account has."""

    def close(self) -> None:
        """End it, with all that it holds."""
