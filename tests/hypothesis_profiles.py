"""How many examples Hypothesis tries: the same few each time, or many more when asked.

HYPOTHESIS_PROFILE=wide uv run pytest tests/test_mechanisms.py
"""

import os

from hypothesis import settings

settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("wide", max_examples=2_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
