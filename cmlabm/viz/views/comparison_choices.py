"""What is compared: two markets, or up to six values of one parameter, with some seeds each."""

import reacton.ipyvuetify as v
import solara

from cmlabm.viz.fields.comparison import BANDS, MOST_SEEDS, MOST_VALUES
from cmlabm.viz.fields.definitions import default_text, names
from cmlabm.viz.fields.levels import levels, nearest
from cmlabm.viz.markets.session import Session

TWO = "two markets"


@solara.component
def What(session: Session) -> None:
    """Two markets or one parameter, how many seeds, and what else is drawn."""
    chosen = session.comparison.value

    def vary(name: str | None) -> None:
        parameter = "" if name in (TWO, None) else str(name)
        session.compare(parameter=parameter, values=_first_values(parameter))

    v.Autocomplete(
        label="compare two markets, or values of",
        items=[TWO, *names()],
        v_model=chosen.parameter or TWO,
        on_v_model=vary,
        dense=True,
        hide_details=True,
        class_="cml-vary",
    )
    v.Select(
        label="seeds of each",
        items=list(range(1, MOST_SEEDS + 1)),
        v_model=chosen.seeds,
        on_v_model=lambda number: session.compare(seeds=int(number)),
        dense=True,
        hide_details=True,
        class_="cml-seeds cml-filter",
    )
    if chosen.seeds > 1:
        v.Select(
            label="around the mean",
            items=[
                {"text": "its 95 % interval", "value": BANDS[0]},
                {"text": "lowest to highest", "value": BANDS[1]},
            ],
            v_model=chosen.band,
            on_v_model=lambda band: session.compare(band=band),
            dense=True,
            hide_details=True,
            class_="cml-band cml-filter",
        )
    v.Checkbox(
        label="also without attackers",
        v_model=chosen.no_attack,
        on_v_model=lambda on: session.compare(no_attack=bool(on)),
        dense=True,
        hide_details=True,
        class_="cml-no-attack",
    )


@solara.component
def ManyMarkets(session: Session, problem: str) -> None:
    """The values of the parameter, one a market."""
    chosen = session.comparison.value
    text, set_text = solara.use_state_or_update("; ".join(chosen.values))

    def enter(entered: str) -> None:
        set_text(entered)
        values = tuple(dict.fromkeys(it.strip() for it in entered.split(";") if it.strip()))
        if 0 < len(values) <= MOST_VALUES:
            session.compare(values=values)

    count = len([it for it in text.split(";") if it.strip()])
    wrong = "" if 0 < count <= MOST_VALUES else f"1 to {MOST_VALUES} values, between semicolons"
    v.TextField(
        label=f"values of {chosen.parameter}, between semicolons",
        v_model=text,
        on_v_model=enter,
        error_messages=[wrong or problem] if wrong or problem else [],
        dense=True,
        class_="cml-values cml-filter",
    )


def _first_values(parameter: str) -> tuple[str, ...]:
    """Return two values to begin with: the usual one, and the next on the slider."""
    if not parameter:
        return ()
    usual, stops = default_text(parameter), levels(parameter)
    place = nearest(stops, usual) if stops else 0
    return tuple(dict.fromkeys([usual, *stops[place + 1 : place + 2]])) if usual else ()
