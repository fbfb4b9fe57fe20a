"""Studies that visitors start, each by its command in a process of its own."""
