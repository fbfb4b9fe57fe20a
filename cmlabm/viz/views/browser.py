"""What the visitor's browser says of itself: light or dark ground, and the query in its address.

Solara's ``use_dark_effective`` stays at light when the browser's preference decides, and its router
first gives an address without its query.
"""

from collections.abc import Callable

import solara

_is_dark = solara.reactive(False)


@solara.component_vue("browser.vue")
def _Browser(
    query: str,
    replaces: bool,
    event_found_ground: Callable[[bool], None],
    event_found_query: Callable[[str], None],
) -> None:
    """Report the ground and the query, at first and when they change, and set the query."""


@solara.component
def WatchBrowser(
    on_query: Callable[[str], object] = str, query: str = "", *, replaces: bool = False
) -> None:
    """Watch the browser; a query is reported when a visitor goes to it.

    Args:
        on_query: is called with the query at first, and after each step back or forward.
        query: what is to stand in the address.
        replaces: whether it takes the place of what stands there, so that no step leads back to it.
    """
    _Browser(
        query=query,
        replaces=replaces,
        event_found_ground=lambda dark: _is_dark.set(bool(dark)),
        event_found_query=lambda query: on_query(str(query)),
    )


def use_dark() -> bool:
    """Return whether the page is dark."""
    return bool(_is_dark.value)
