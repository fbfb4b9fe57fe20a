"""The market that was played as one file, which needs neither a server nor a network."""

import json
from html import escape
from importlib.metadata import version
from pathlib import Path
from string import Template

from solara.server.settings import assets

from cmlabm.model import CMLModel
from cmlabm.viz.drawing.charts import thinned
from cmlabm.viz.drawing.colours import LIGHT
from cmlabm.viz.drawing.market_picture import picture, picture_height
from cmlabm.viz.fields.definitions import default, names, unit
from cmlabm.viz.views.key_figures import as_html, key_figures
from cmlabm.viz.views.market_charts import PICTURE, market_curves

MOST_FRAMES = 150
"""So many days can be chosen in a file, the first and the last always among them."""

TEMPLATE = Path(__file__).parent / "saved_market.html"


def saved_market(model: CMLModel, no_attack: float | None = None) -> str:
    """Return the market as a page of its own.

    Args:
        model: the market; its stage must be locked.
        no_attack: the accuracy without an attack, if that is known.
    """
    last = round(model.time)
    market = {
        "last": last,
        "picture": PICTURE,
        "pictureHeight": picture_height(model),
        "curves": market_curves(model, LIGHT, no_attack),
        "frames": [
            {
                "day": day,
                "figures": as_html(key_figures(model, day)),
                "picture": picture(model, LIGHT, day),
            }
            for day in thinned(last + 1, MOST_FRAMES)
        ],
    }
    settings = differing(model)
    rows = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(str(value))} {escape(unit(name))}</td></tr>"
        for name, value in settings.items()
    )
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        title=f"A market on day {last}, seed {model.seed}",
        parameters=rows or "<tr><td>none</td></tr>",
        python=escape(python_lines(model)),
        version=f"cmlabm {version('cmlabm')}",
        echarts=_echarts(),
        market=json.dumps(market, allow_nan=False).replace("<", "\\u003c"),
    )


def python_lines(model: CMLModel) -> str:
    """Return the lines that make the same market in Python.

    Example:
        >>> model = CMLModel(rng=1, train_size=500, test_size=500, num_words=50)
        >>> print(python_lines(model))
        from cmlabm.model import CMLModel
        <BLANKLINE>
        model = CMLModel(
            rng=1,
            train_size=500,
            test_size=500,
            num_words=50,
        )
        for _ in range(0):
            model.step()
    """
    given = "".join(f"    {name}={value!r},\n" for name, value in differing(model).items())
    return (
        "from cmlabm.model import CMLModel\n\n"
        f"model = CMLModel(\n    rng={model.seed},\n{given})\n"
        f"for _ in range({round(model.time)}):\n    model.step()"
    )


def differing(model: CMLModel) -> dict[str, object]:
    """Return the parameters that differ from the base case."""
    values = model.parameters.model_dump()
    return {
        name: values[name] for name in names() if name in values and values[name] != default(name)
    }


def _echarts() -> str:
    """Return the library that draws the charts, as it can stand in a page."""
    path = Path(assets.proxy_cache_dir) / "echarts@5.4.0/dist/echarts.min.js"
    return path.read_text(encoding="utf-8").replace("</script", "<\\/script")
