"""Trials: asked and told in fixed batches by Optuna, stored, and taken up where they were."""

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from cmlabm.batch.store import StorageError
from cmlabm.errors import InputError
from cmlabm.search.space import Setting, Space

if TYPE_CHECKING:
    from optuna import Study
    from optuna.samplers import BaseSampler
    from optuna.storages import BaseStorage
    from optuna.trial import FrozenTrial

JOURNAL = "optuna.journal"

type Direction = Literal["maximize", "minimize"]


@dataclass(frozen=True)
class Scored:
    """What came of a trial.

    Attributes:
        values: of the objectives; None if it is not possible or says nothing of one of them.
        notes: what else is kept of it.
        excesses: by how much it is above limits, by their names; at most 0 where it is within.
    """

    values: tuple[float, ...] | None
    notes: Mapping[str, Any] = field(default_factory=dict)
    excesses: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Stage:
    """Trials that are made with one objective.

    Attributes:
        name: what Optuna's study is called.
        place: its number; other numbers draw other trials.
        space: what may be chosen.
        directions: of the objectives.
        trials: how many.
        batch: how many are asked before the first is told.
        sampler: how they are chosen: by "tpe" (Bergstra et al. 2011; of several objectives, Ozaki
            et al. 2022), or at "random".
        seed: of what the sampler draws.
        first: choices to begin with, by their names in the space.
    """

    name: str
    place: int
    space: Space
    directions: Sequence[Direction]
    trials: int
    batch: int
    sampler: Literal["tpe", "random"]
    seed: int
    first: Sequence[Mapping[str, Any]] = ()


type Score = Callable[[list[Setting]], list[Scored]]
"""Returns what comes of each of a batch of settings."""


class Journal:
    """The trials of a directory, in a file that Optuna and its dashboard open.

    Each is a line. What a killed program left of one is taken away, and so is its lock: who holds
    the directory's store is the only one to write.
    """

    def __init__(self, directory: Path) -> None:
        """Open a directory's trials, made if there are none.

        Raises:
            InputError: Optuna is missing.
            StorageError: the file is damaged, or cannot be written.
        """
        self.path = directory / JOURNAL
        try:
            from optuna.storages import JournalStorage
            from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock
        except ImportError as error:
            raise InputError(f"{error.name} is missing: searches need cmlabm[search]") from None
        try:
            self._mend()
            lock = JournalFileOpenLock(str(self.path))
            self.storage: BaseStorage = JournalStorage(JournalFileBackend(str(self.path), lock))
        except OSError as error:
            raise StorageError(f"{self.path}: {error.strerror or error}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise StorageError(
                f"{self.path}: is damaged ({error}); move it away or choose another --out"
            ) from error

    def study(self, stage: Stage) -> "Study":
        """Return the stored trials of a stage."""
        from optuna import create_study

        with quiet():
            return create_study(
                storage=self.storage,
                study_name=stage.name,
                directions=stage.directions,
                load_if_exists=True,
            )

    def _mend(self) -> None:
        self.path.with_name(f"{self.path.name}.lock").unlink(missing_ok=True)
        if not self.path.exists():
            return
        with self.path.open("r+b") as file:
            written = file.read()
            whole = written.rfind(b"\n") + 1
            if whole < len(written):
                file.truncate(whole)


def make_trials(
    journal: Journal, stage: Stage, score: Score, told: Callable[[Sequence["FrozenTrial"]], None]
) -> list["FrozenTrial"]:
    """Make the trials of a stage, or go on with them, and return them all.

    A batch is asked by a sampler of its own, which is made from the number of trials before it and
    knows those alone: so a batch that was not finished is asked again just so.

    Args:
        journal: where trials are stored.
        stage: what to try.
        score: finds out what comes of some settings.
        told: called with all trials so far when a batch is finished, before it is stored.
    """
    from optuna import create_study

    stored = journal.study(stage)
    there = stored.get_trials(deepcopy=False)
    begun = min(len(there), stage.trials)
    with quiet():
        memory = create_study(directions=stage.directions)
        memory.add_trials(there[: begun - begun % stage.batch])
        for choices in stage.first[len(memory.trials) :]:
            memory.enqueue_trial(dict(choices))
    done = begun - begun % stage.batch
    while done < stage.trials:
        memory.sampler = _sampler(stage, done)
        with quiet():
            asked = [memory.ask() for _ in range(min(stage.batch, stage.trials - done))]
            settings = [stage.space.suggested(trial) for trial in asked]
        for trial, scored in zip(asked, score(settings), strict=True):
            _tell(memory, trial, scored)
        made = memory.get_trials(deepcopy=False)[: done + len(asked)]
        told(made)
        for finished in made[max(done, len(there)) :]:
            stored.add_trial(finished)
        done = len(made)
    return memory.get_trials(deepcopy=False)[: stage.trials]


def best_of(
    trials: Sequence["FrozenTrial"], directions: Sequence[Direction]
) -> list["FrozenTrial"]:
    """Return the trials within the limits that no other one is better than in all objectives.

    With one objective these are all finished ones, the best first; else the Pareto front, in the
    order of the first objective, the best first.
    """
    signs = np.array([1.0 if direction == "maximize" else -1.0 for direction in directions])
    able = [t for t in trials if t.values is not None and not any(_excesses(t))]
    scores = np.array([signs * trial.values for trial in able]).reshape(len(able), len(signs))
    order = np.argsort(-scores[:, 0], kind="stable")
    if len(signs) > 1:
        better = (scores[:, None] >= scores).all(axis=2) & (scores[:, None] > scores).any(axis=2)
        beaten = better.any(axis=0)
        order = order[~beaten[order]]
    return [able[place] for place in order]


@contextmanager
def quiet() -> Iterator[None]:
    """Keep Optuna from logging, and from warning of options that are not settled yet."""
    from optuna import logging

    before = logging.get_verbosity()
    logging.set_verbosity(logging.WARNING)
    try:
        with warnings.catch_warnings():
            from optuna.exceptions import ExperimentalWarning

            warnings.simplefilter("ignore", ExperimentalWarning)
            yield
    finally:
        logging.set_verbosity(before)


def _sampler(stage: Stage, done: int) -> "BaseSampler":
    from optuna.samplers import RandomSampler, TPESampler

    seed = int(np.random.SeedSequence([stage.seed, stage.place, done]).generate_state(1)[0])
    if stage.sampler == "random":
        return RandomSampler(seed)
    with quiet():
        return TPESampler(seed=seed, multivariate=True, group=True, constant_liar=True)


def _tell(memory: "Study", trial: Any, scored: Scored) -> None:
    from optuna.trial import TrialState

    for name, note in scored.notes.items():
        trial.set_user_attr(name, note)
    for name, excess in scored.excesses.items():
        trial.set_constraint(name, excess)
    with quiet():
        if scored.values is None:
            memory.tell(trial, state=TrialState.FAIL)
        else:
            memory.tell(trial, list(scored.values))


def _excesses(trial: "FrozenTrial") -> list[bool]:
    return [excess > 0 for excess in trial.constraints.values()]
