"""The agents of a market beside its contract: contributors with an account, a clock and data."""
