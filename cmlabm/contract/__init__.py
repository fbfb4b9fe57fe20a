"""The smart contract: what is sent to it, what it holds, and what it pays."""
