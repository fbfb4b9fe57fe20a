"""Keep a playing market from running ahead of the browser that draws it.

Without this, days pile up on their way to a slow browser; and when another thread is drawing the
page while the market plays on, each day starts that drawing over until it is given up.
"""

import threading

PATIENCE_S = 1.0
"""After this time without a word from the browser, the market goes on."""


class Pace:
    """Which day the browser has drawn, and how far ahead the market may be.

    Attributes:
        days_ahead: how many days are simulated from one picture to the next.
        wait_s: the time between pictures, at least.
    """

    def __init__(self) -> None:
        self.days_ahead = 1
        self.wait_s = 0.0
        self._drawn_day = 0
        self._changed = threading.Condition()

    def drawn(self, day: int) -> None:
        """Note that the browser has drawn a day."""
        with self._changed:
            self._drawn_day = day
            self._changed.notify_all()

    def wait_for_browser(self, day: int) -> None:
        """Wait until the market on a day may go on; at most a moment."""
        with self._changed:
            self._changed.wait_for(
                lambda: day - self._drawn_day < self.days_ahead, timeout=PATIENCE_S
            )
