"""What the visitor's browser says of itself: light or dark ground, and the query in its address.

Solara's ``use_dark_effective`` stays at light when the browser's preference decides, and its router
first gives an address without its query.
"""

from collections.abc import Callable

import solara

_is_dark = solara.reactive(False)


@solara.component_vue("browser.vue")
def _Browser(
    event_found_ground: Callable[[bool], None], event_found_query: Callable[[str], None]
) -> None:
    """Report the ground and the query, at first and when they change."""


@solara.component
def WatchBrowser(on_query: Callable[[str], object] = str) -> None:
    """Watch the browser; a query is reported when a visitor goes to it."""
    _Browser(
        event_found_ground=lambda dark: _is_dark.set(bool(dark)),
        event_found_query=lambda query: on_query(str(query)),
    )


def use_dark() -> bool:
    """Return whether the page is dark."""
    return bool(_is_dark.value)
