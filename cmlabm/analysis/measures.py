"""What is measured in each run, and how it is called in tables and on axes."""

from dataclasses import dataclass

from cmlabm.batch.study_parameters import BUILT_IN, StudyParameters
from cmlabm.declarations import in_words
from cmlabm.results.outcomes import OUTCOMES


@dataclass(frozen=True)
class Measure:
    """An outcome of a run.

    Attributes:
        name: its column in the table of runs.
        label: in words, for sentences and axes.
        unit: what it is counted in.
        digits: decimals worth showing.

    Example:
        >>> FINAL_ACCURACY.axis
        'final accuracy (share correct)'
        >>> FINAL_ACCURACY.shown(0.78949), FINAL_ACCURACY.shown(-0.0001)
        ('0.789', '0.000')
    """

    name: str
    label: str
    unit: str
    digits: int

    @property
    def axis(self) -> str:
        """Label of an axis."""
        return f"{self.label} ({self.unit})"

    def shown(self, value: float) -> str:
        """Return a value as text, without unit; what rounds to zero has no sign."""
        return f"{value:z,.{self.digits}f}"


def _outcome(name: str, label: str, digits: int) -> Measure:
    return Measure(name, label, OUTCOMES[name].unit, digits)


FINAL_ACCURACY = _outcome("final_accuracy", "final accuracy", 3)
ACCURACY_GAP = _outcome("accuracy_gap", "accuracy gap", 4)
HONEST_BALANCE = _outcome("honest_final_balance", "honest final balance", 0)
MALICIOUS_BALANCE = _outcome("malicious_final_balance", "malicious final balance", 0)
DEPLETION = _outcome("malicious_depletion_days", "depletion time", 1)
DEPLETED = Measure("malicious_depleted", "malicious money used up", "share of runs", 2)

REGRET = Measure("regret", "accuracy lost", FINAL_ACCURACY.unit, 3)
ATTACKER_RETURN = Measure("attacker_return", "attacker's return", "share of its money", 2)

MEASURES = (FINAL_ACCURACY, ACCURACY_GAP, HONEST_BALANCE, MALICIOUS_BALANCE)
"""Outcomes that every finished run has; the depletion time, which may be censored, has not."""


def axis_of(parameter: str, declared: StudyParameters = BUILT_IN) -> str:
    """Return the label of a parameter's axis.

    Args:
        parameter: its name.
        declared: the parameters of the study.

    Example:
        >>> axis_of("honest_mean_wait_s")
        'honest mean wait (s)'
    """
    unit = declared[parameter].unit if parameter in declared else ""
    words = words_of(parameter, declared)
    return f"{words} ({unit})" if unit else words


def words_of(name: str, declared: StudyParameters = BUILT_IN) -> str:
    """Return a parameter's name as words; any other name as it is.

    Example:
        >>> words_of("num_words"), words_of("my_factor")
        ('number of words', 'my_factor')
    """
    return in_words(name) if name in declared else name
