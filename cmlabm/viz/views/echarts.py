"""Where charts get ECharts from: Solara's server has it; in a notebook it comes with them."""

import sys
from functools import cache
from pathlib import Path

from solara.server.kernel_context import has_current_context

SCRIPT = Path("share/solara/cdn/echarts@5.4.0/dist/echarts.min.js")
"""Where the package solara-assets installs it."""


def script_to_send() -> str:
    """Return the library, which a notebook needs; nothing on a page of Solara's server."""
    return "" if has_current_context() else _script()


@cache
def _script() -> str:
    return (Path(sys.prefix) / SCRIPT).read_text(encoding="utf-8")
