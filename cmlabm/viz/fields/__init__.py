"""What a visitor enters: the parameters' fields, entries as text, and their form in the address."""
