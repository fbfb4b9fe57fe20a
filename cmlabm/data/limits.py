"""How much is read at most, so that no file can take a machine's memory or hours of its time."""

MIB = 2**20

TABLE_BYTES = 200 * MIB
"""Of a table's file, and of what is in it when it is compressed."""

TABLE_UNPACKED_BYTES = 1000 * MIB
"""Of a Parquet file's texts in all rows, of which the file holds each but once."""

TABLE_ROWS = 2_000_000
"""Of a table; a market uses at most a million to train and a million to test."""

TABLE_COLUMNS = 20_000
"""Of a table."""

TABLE_VALUES = 100_000_000
"""Of a table, rows times features: 0.8 GB of numbers."""

HEADER_BYTES = MIB
"""Of a CSV file's first line."""

ARCHIVE_BYTES = 500 * MIB
"""Of an archive of reviews; the original one has 80 MiB."""

UNPACKED_BYTES = 1024 * MIB
"""Of all that is in an archive, whether it is a review or not; about 300 MiB in the original."""

ENTRIES = 250_000
"""Of an archive, or of a folder of reviews; the original has 100,000 files."""

REVIEW_BYTES = MIB
"""Of one review; the longest original one has 13 KiB."""

TEXT_BYTES = 128 * MIB
"""Of all labelled reviews; the original ones have 62 MiB."""

CACHED_BYTES = 300 * MIB
"""Of a file in the user's cache: four bytes for each word, and every word needs two of text."""
