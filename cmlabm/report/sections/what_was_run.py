"""What was run: design, parameters, seeds, failures, provenance."""

from typing import Any

import pandas as pd

from cmlabm.analysis.factors import label_of
from cmlabm.batch import FinishedStudy
from cmlabm.report.parts import Code, Part, Section, Table, Text


def what_was_run(study: FinishedStudy, runs: pd.DataFrame) -> Section:
    """Return the section on what was run."""
    spec, facts = study.spec, study.provenance
    planned = study.design()["run"].nunique()
    done, failed = (int((runs["status"] == status).sum()) for status in ("done", "failed"))
    counts = (
        f"Design: {spec.design}; {len(spec.seeds)} seed(s); {planned} runs planned, {done}"
        f" finished, {failed} failed, {max(0, planned - len(runs))} not run yet."
    )
    if study.aside:
        counts += f" {study.aside} runs of other settings are kept aside."
    provenance = pd.DataFrame({"what": list(facts), "value": [str(v) for v in facts.values()]})
    parts: list[Part] = [Text([f"{spec.description}.", counts] if spec.description else [counts])]
    if spec.factors:
        parts.append(Table("factors", "What was varied.", _varied(study)))
    parts.append(Table("provenance", "Where the results came from.", provenance))
    if "command" in facts:
        parts.append(Text(["To run the study again and make this report of it:"]))
        parts.append(Code(f"{facts['command']}\npython -m cmlabm.report DIRECTORY"))
    if failed:
        parts.append(Text([f"{failed} failed run(s) are missing from all that follows."]))
        caption = "Failed runs and the last line of their errors."
        parts.append(Table("failures", caption, study.failures()))
    parts.append(Code(spec.model_dump_json(indent=1, exclude_defaults=True), "The study as JSON"))
    return Section("What was run", parts)


def _varied(study: FinishedStudy) -> pd.DataFrame:
    spec, declared = study.spec, study.parameters
    rows = []
    for name, parameters in spec.factors.items():
        if name in spec.sweep and spec.has_rows(name):
            levels = "; ".join(map(_row, spec.levels(name)))
        elif name in spec.sweep:
            settings = [level.values() for level in spec.levels(name)]
            levels = "; ".join(" with ".join(map(label_of, values)) for values in settings)
        elif spec.ranges[name].values is not None:
            levels = "; ".join(map(label_of, spec.ranges[name].values or []))
        else:
            span = spec.ranges[name]
            levels = f"{span.low:g} to {span.high:g} on a {span.scale} scale"
        known = [declared[parameter] for parameter in parameters if parameter in declared]
        units = ", ".join(dict.fromkeys(parameter.unit for parameter in known if parameter.unit))
        meanings = "; ".join(parameter.meaning for parameter in known)
        rows.append((name, ", ".join(parameters), levels, units, meanings))
    return pd.DataFrame(rows, columns=["factor", "parameters", "levels", "unit", "meaning"])


def _row(level: dict[str, Any]) -> str:
    settings = (f"{name} = {label_of(value)}" for name, value in level.items())
    return ", ".join(settings) or "base case"
