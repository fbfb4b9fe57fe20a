"""The execution specifications of Ethereum: slow, and the judge of what a call costs."""

from ethereum.exceptions import InsufficientTransactionGasError
from ethereum.forks.cancun.fork_types import Address
from ethereum.forks.cancun.state import (
    State,
    TransientStorage,
    begin_transaction,
    get_account,
    increment_nonce,
    rollback_transaction,
    set_account_balance,
)
from ethereum.forks.cancun.transactions import LegacyTransaction, validate_transaction
from ethereum.forks.cancun.utils.message import prepare_message
from ethereum.forks.cancun.vm import BlockEnvironment, Evm, TransactionEnvironment
from ethereum.forks.cancun.vm.exceptions import OutOfGasError
from ethereum.forks.cancun.vm.interpreter import process_create_message, process_message
from ethereum_types.bytes import Bytes0, Bytes32
from ethereum_types.numeric import U64, U256, Uint

from cmlabm.chain.backends.interface import Receipt
from cmlabm.chain.backends.limits import MOST_GAS, out_of_gas

CHAIN_ID = U64(31337)
NOBODY = Address(bytes(20))
CREATION = Bytes0()

MOST_RETURNED = Uint(5)
"""At most a fifth of the gas that a call used is given back for storage it clears (EIP-3529)."""


class Exact:
    """A chain of the fork Cancun in this process, each transaction in a block of its own.

    A transaction starts with cold storage and is charged as a signed one: for its data and for what
    it executes, less what it is given back. Only the signature, which costs nothing, is left out.
    The price of gas is 0, so that balances are the market's.
    """

    def __init__(self) -> None:
        self._state = State()
        self._blocks = 0

    def deploy(self, code: bytes, sender: str, time: int) -> tuple[str, Receipt]:
        """Deploy a contract and return its address; "" if its constructor refuses.

        Raises:
            InputError: it needs more gas than a transaction may use.
        """
        evm, receipt = self._transact(sender, CREATION, code, time, 0)
        return f"0x{evm.message.current_target.hex()}" if receipt.succeeded else "", receipt

    def fund(self, account: str, amount: int) -> None:
        """Add an amount to an account out of nothing."""
        set_account_balance(self._state, _address(account), U256(self.balance(account) + amount))

    def send(self, sender: str, to: str, data: bytes, time: int, value: int = 0) -> Receipt:
        """Call a contract, or send money to an account.

        Raises:
            InputError: it needs more gas than a transaction may use.
        """
        return self._transact(sender, _address(to), data, time, value)[1]

    def view(self, to: str, data: bytes, time: int) -> Receipt:
        """Ask a contract something, and undo what that changes."""
        storage = TransientStorage()
        begin_transaction(self._state, storage)
        evm = self._execute(
            _transaction(Uint(0), _address(to), data, 0), NOBODY, time, storage, Uint(0)
        )
        rollback_transaction(self._state, storage)
        return Receipt(evm.error is None, bytes(evm.output), None)

    def balance(self, account: str) -> int:
        """Return what an account has."""
        return int(get_account(self._state, _address(account)).balance)

    def close(self) -> None:
        """End it, with all that it holds."""
        self._state = State()

    def _transact(
        self, sender: str, to: Address | Bytes0, data: bytes, time: int, value: int
    ) -> tuple[Evm, Receipt]:
        """Do what ``process_transaction`` of the specifications does, without a signature."""
        origin = _address(sender)
        transaction = _transaction(get_account(self._state, origin).nonce, to, data, value)
        try:
            intrinsic = validate_transaction(transaction)
        except InsufficientTransactionGasError as error:
            raise out_of_gas(data) from error
        increment_nonce(self._state, origin)
        self._blocks += 1
        evm = self._execute(transaction, origin, time, TransientStorage(), intrinsic)
        if isinstance(evm.error, OutOfGasError):
            raise out_of_gas(data)
        used = transaction.gas - evm.gas_left
        returned = Uint(0) if evm.error else Uint(evm.refund_counter)
        gas = used - min(used // MOST_RETURNED, returned)
        return evm, Receipt(evm.error is None, bytes(evm.output), int(gas))

    def _execute(
        self,
        transaction: LegacyTransaction,
        origin: Address,
        time: int,
        storage: TransientStorage,
        intrinsic: Uint,
    ) -> Evm:
        block = BlockEnvironment(
            chain_id=CHAIN_ID,
            state=self._state,
            block_gas_limit=transaction.gas,
            block_hashes=[],
            coinbase=NOBODY,
            number=Uint(self._blocks),
            base_fee_per_gas=Uint(0),
            time=U256(time),
            prev_randao=Bytes32(bytes(32)),
            excess_blob_gas=U64(0),
            parent_beacon_block_root=Bytes32(bytes(32)),
        )
        environment = TransactionEnvironment(
            origin=origin,
            gas_price=Uint(0),
            gas=transaction.gas - intrinsic,
            access_list_addresses={block.coinbase},
            access_list_storage_keys=set(),
            transient_storage=storage,
            blob_versioned_hashes=(),
            index_in_block=Uint(0),
            tx_hash=None,
        )
        message = prepare_message(block, environment, transaction)
        creates = isinstance(transaction.to, Bytes0)
        return process_create_message(message) if creates else process_message(message)


def _address(account: str) -> Address:
    return Address(bytes.fromhex(account.removeprefix("0x")))


def _transaction(nonce: Uint, to: Address | Bytes0, data: bytes, value: int) -> LegacyTransaction:
    return LegacyTransaction(
        nonce=U256(nonce),
        gas_price=Uint(0),
        gas=Uint(MOST_GAS),
        to=to,
        value=U256(value),
        data=data,
        v=U256(0),
        r=U256(0),
        s=U256(0),
    )
