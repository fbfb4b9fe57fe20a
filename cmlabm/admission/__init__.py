"""The registry of admissions: one class in one file, one line here."""

from cmlabm.admission.interface import Admission
from cmlabm.errors import InputError, in_short
from cmlabm.registry import Registry

ADMISSIONS: Registry[Admission] = Registry(
    Admission,
    "cmlabm.admission",
    "everything:Everything",
    "verified:Verified",
    "unlearn:Unlearn",
    "track_record:TrackRecord",
    "root_check:RootCheck",
    "anchored_record:AnchoredRecord",
    "loss_filter:LossFilter",
    "neighbours:Neighbours",
    "sphere:Sphere",
    "committee:Committee",
)


def make_admission(name: str, parameters: object) -> Admission:
    """Return the admission of a run.

    Args:
        name: an id of the registry, or ``module:Class``.
        parameters: of the run.

    Raises:
        InputError: there is no such class, or it cannot be made.
    """
    kind = ADMISSIONS.find("admission", name)
    if name in ADMISSIONS.built_in:
        return kind.from_parameters(parameters)
    try:
        return kind.from_parameters(parameters)
    except InputError as error:
        raise InputError(f"admission = {name!r}: {error}") from error
    except (Exception, SystemExit) as error:
        raise InputError(f"admission = {name!r}: cannot be made ({in_short(error)})") from error
