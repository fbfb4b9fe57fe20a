"""The published study's claims."""

from cmlabm.analysis import Evidence, Factor, check_claims
from cmlabm.batch import FinishedStudy
from cmlabm.report.parts import Section, Table, Text


def claims(study: FinishedStudy, factors: list[Factor]) -> Section:
    """Return the section on the claims."""
    return Section(
        "The published study's claims",
        [
            Text(["Each claim is checked by a fixed rule. Undecided: these runs do not tell."]),
            Table(
                "claims",
                "Claims, verdicts, their evidence.",
                check_claims(Evidence.of(study, factors)),
            ),
        ],
    )
