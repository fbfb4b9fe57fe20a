"""Reports on finished studies: ``python -m cmlabm.report DIR``."""
