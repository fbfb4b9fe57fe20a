"""The page: watch a market live, compare two, browse a study."""
