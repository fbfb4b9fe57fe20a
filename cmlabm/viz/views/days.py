"""Days that have been played can be looked at again."""

from collections.abc import Callable

import solara

from cmlabm.viz.markets.stage import Stage


def use_day(stage: Stage, last: int) -> tuple[int, Callable[[int], None]]:
    """Return the day that is shown, and what winds the days back to another.

    What is shown goes on with the markets once these have gone on.

    Args:
        stage: the markets that are watched.
        last: the last day that they have played.
    """
    wound, set_wound = solara.use_state((stage, 0, 0))  # when the markets were on which day
    day = wound[2] if wound[:2] == (stage, last) else last
    return day, lambda to: set_wound((stage, last, min(int(to), last)))
