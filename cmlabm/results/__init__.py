"""What a market gives: its outcomes and its daily series, each named and described once."""
