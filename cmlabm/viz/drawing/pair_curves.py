"""The curves of two markets on the same days, and their differences day by day."""

from cmlabm.model import CMLModel
from cmlabm.viz.drawing.charts import Curve, Level, Option, curves
from cmlabm.viz.drawing.colours import Colours

FIRST, SECOND = "first", "second"


def pair_charts(first: CMLModel, second: CMLModel, palette: Colours) -> dict[str, Option]:
    """Return accuracy and balances of both markets and their differences, by title."""
    series = [model.datacollector.model_vars for model in (first, second)]
    charts = {}
    for what, names, digits in (
        ("Accuracy", {"accuracy": palette.accuracy}, 3),
        (
            "Balances",
            {"honest_balance": palette.honest, "malicious_balance": palette.malicious},
            0,
        ),
    ):
        lines = [
            Curve(
                f"{name.removesuffix('_balance')}, {which}",
                own[name],
                colour,
                dashed=which == SECOND,
            )
            for name, colour in names.items()
            for which, own in zip((FIRST, SECOND), series, strict=True)
        ]
        title = what if digits else f"{what} (tokens)"
        charts[title] = curves(palette, lines, digits=digits, from_zero=digits == 0)
        differences = [
            Curve(
                name.removesuffix("_balance"),
                [b - a for a, b in zip(series[0][name], series[1][name], strict=False)],
                colour,
            )
            for name, colour in names.items()
        ]
        charts[f"{title}: {SECOND} - {FIRST}"] = curves(
            palette,
            differences,
            [Level("no difference", 0.0, palette.faint)],
            digits=digits,
            from_zero=False,
        )
    return charts
