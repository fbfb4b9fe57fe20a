"""The contract on a chain: its code, what runs it, and a market that is played on it as well."""
