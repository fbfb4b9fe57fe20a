"""Agent-based simulation of markets that train a shared classifier under a smart contract."""
