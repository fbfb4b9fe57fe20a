"""A market that can be stopped at any waking of any agent, also within a day."""

import threading
from typing import Any

from cmlabm.model import CMLModel


class Stopped(BaseException):
    """The market was stopped; it is in the middle of something and of no more use."""


class StoppableModel(CMLModel):
    """A market that ends when an event is set.

    Args:
        stop: the event.
        **arguments: as for ``CMLModel``.
    """

    def __init__(self, stop: threading.Event, **arguments: Any) -> None:
        self._stop = stop
        super().__init__(**arguments)

    def schedule_event(self, *arguments: Any, **options: Any) -> Any:
        """Plan what agents do next, unless the market is to stop."""
        if self._stop.is_set():
            raise Stopped
        return super().schedule_event(*arguments, **options)
