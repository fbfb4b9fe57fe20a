"""Whether the visitor's browser shows the page on light or on dark ground.

Solara's own ``use_dark_effective`` stays at light when the browser's preference decides.
"""

from collections.abc import Callable

import solara

_is_dark = solara.reactive(False)


@solara.component_vue("ground.vue")
def _Ground(event_found: Callable[[bool], None]) -> None:
    """Report the ground whenever it changes."""


@solara.component
def WatchGround() -> None:
    """Watch the ground; stands once on the page."""
    _Ground(event_found=lambda dark: _is_dark.set(bool(dark)))


def use_dark() -> bool:
    """Return whether the page is dark."""
    return bool(_is_dark.value)
