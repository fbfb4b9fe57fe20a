"""Take what is shown of a study away: its rows, and the lines and the command that make it."""

import shlex

import pandas as pd
import solara

from cmlabm.viz.drawing.study_charts import Axes
from cmlabm.viz.drawing.study_levels import as_level
from cmlabm.viz.fields.study_choice import StudyChoice
from cmlabm.viz.markets.session import Session
from cmlabm.viz.views.study_reading import Reading


@solara.component
def SaveStudy(session: Session, reading: Reading, runs: pd.DataFrame, axes: Axes) -> None:
    """The filtered rows as CSV, and how to make the same without the page."""
    chosen = session.study.value
    with solara.Details("Save, and make the same without the page"):
        with solara.Div(classes=["cml-save"]):
            solara.FileDownload(
                lambda: runs.to_csv(index=False),
                filename="filtered_runs.csv",
                label="filtered_runs.csv",
                mime_type="text/csv",
            )
        solara.Text("In Python, from the page's data root:")
        solara.Preformatted(
            python_lines(runs, chosen, axes), class_="cml-code", attributes={"tabindex": "0"}
        )
        solara.Text("On the command line:")
        solara.Preformatted(
            commands(reading, chosen), class_="cml-code", attributes={"tabindex": "0"}
        )


def python_lines(runs: pd.DataFrame, chosen: StudyChoice, axes: Axes) -> str:
    """Return the lines that print the means that are shown."""
    lines = ["from cmlabm.batch import open_study", ""]
    how = f"runs_of({axes.factor!r})" if axes.factor else "runs()"
    lines.append(f"runs = open_study({chosen.directory!r}).{how}")
    for name, kept in chosen.kept.items():
        values = runs[name].dropna().unique().tolist() if name in runs else []
        values = [value for value in values if as_level(value) in kept]
        if values:
            lines.append(f"runs = runs[runs[{name!r}].isin({values!r})]")
    lines.append('done = runs[runs["status"] == "done"]')
    by = ["level", axes.second] if axes.second else ["level"]
    if not axes.factor:
        by = []
    groups = f".groupby({by!r})" if by else ""
    lines.append(f"print(done{groups}[{axes.outcome!r}].agg(['count', 'mean', 'sem']))")
    return "\n".join(lines)


def commands(reading: Reading, chosen: StudyChoice) -> str:
    """Return how the study was run, as it is noted, and the command that reports on it."""
    report = shlex.join(["python", "-m", "cmlabm.report", chosen.directory])
    return "\n".join(line for line in (reading.command, report) if line)
