"""How much a single call may use."""

from cmlabm.errors import InputError

MOST_GAS = 1 << 24
"""What a transaction may use at most, on Ethereum since the fork Osaka (EIP-7825)."""


def out_of_gas(data: bytes, limit: int = MOST_GAS) -> InputError:
    """Return what to raise where a call needs more gas than it may use.

    Args:
        data: what was sent with the call.
        limit: how much it may use.
    """
    return InputError(
        f"out of gas: a call with {len(data):,} bytes of data needs more than {limit:,} gas, the"
        " most that it may use: fewer words need less"
    )
