"""The search for a contract: against all attacks known so far, and then an attack against it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cmlabm.errors import InputError
from cmlabm.search.attacks import ATTACK, REFUSED, possible, score_attacks
from cmlabm.search.contracts import CONTRACT, KnownAttack, score_contracts
from cmlabm.search.definition import Search
from cmlabm.search.markets import NOT_ATTACKED, Markets, key_of
from cmlabm.search.space import Setting
from cmlabm.search.trials import Journal, Scored, Stage, best_of, make_trials

if TYPE_CHECKING:
    from optuna.trial import FrozenTrial

PASSED_ON = 3
"""How many of the best contracts of a round the next one begins with."""

type Told = Callable[["MadeStage"], None]


@dataclass(frozen=True)
class MadeStage:
    """A stage with its trials.

    Attributes:
        kind: "attack" or "contract".
        round: from 1 on.
        stage: what was to be tried.
        trials: as they were told.
        before: how many trials other stages had made before.
    """

    kind: str
    round: int
    stage: Stage
    trials: Sequence["FrozenTrial"]
    before: int

    @property
    def best(self) -> list["FrozenTrial"]:
        """The best trials; see ``best_of``."""
        return best_of(self.trials, self.stage.directions)

    def number(self, trial: "FrozenTrial") -> int:
        """Return a trial's number among those of all stages."""
        return self.before + trial.number


@dataclass(frozen=True)
class KnownContract:
    """A contract that was the best of a round, or that of the fixed parameters.

    Attributes:
        name: "default", or the trial that found it.
        setting: what it has over the fixed parameters.
        scored: what the search says of it, against all attacks known in the end.
    """

    name: str
    setting: Setting
    scored: Scored


@dataclass(frozen=True)
class Round:
    """A round of a search for contracts.

    Attributes:
        contract: the trial that is the best against the attacks known by then.
        harm: of the worst of these.
        attack: the trial that does it the most harm.
        harm_found: what that does.
    """

    contract: str
    harm: float
    attack: str
    harm_found: float


@dataclass(frozen=True)
class Searched:
    """What a search has made.

    Attributes:
        stages: in their order.
        archive: the attacks known in the end; without contracts, none.
        contracts: candidates against these, the one of the fixed parameters first.
        rounds: of a search for contracts.
        withstands: whether the last attack was worse by no more than delta.
    """

    stages: Sequence[MadeStage]
    archive: Sequence[KnownAttack] = ()
    contracts: Sequence[KnownContract] = ()
    rounds: Sequence[Round] = ()
    withstands: bool = False


class Seeker:
    """Makes the stages of a search, one after the other."""

    def __init__(self, search: Search, markets: Markets, journal: Journal, told: Told) -> None:
        """Begin a search, or go on with it.

        Args:
            search: the search.
            markets: where its markets are run.
            journal: where its trials are stored.
            told: called with each stage as its trials are made.
        """
        self._search = search
        self._markets = markets
        self._journal = journal
        self._told = told
        self._stages: list[MadeStage] = []
        self._rows: set[str] = set()

    def search(self) -> Searched:
        """Search for attacks and, if there is something to choose, for contracts.

        Raises:
            InputError: nothing that may be chosen is a possible market.
            Interrupted: the spectator of the markets wants to stop.
        """
        if self._search.contracts is None:
            self._attack(1, {})
            return Searched(self._stages)
        return self._contracts()

    def _contracts(self) -> Searched:
        search = self._search
        archive = [
            KnownAttack("default", attack) for attack in possible_defaults(search, self._markets)
        ]
        if not archive:
            raise InputError(
                "attack: none of its behaviours is possible at its defaults, to begin the archive"
                " with; set in [parameters] what they need, such as malicious_agents"
            )
        rounds: list[Round] = []
        found: dict[str, Setting] = {"default": {}}
        withstands = False
        while not withstands and len(rounds) < search.rounds:
            if rounds and search.runs is not None and self._runs >= search.runs:
                break
            made = self._contract(len(rounds) + 1, archive)
            best = made.best[0] if made.best else _least_excessive(made)
            name, contract = str(made.number(best)), best.user_attrs[CONTRACT]
            for kept in self._kept(made):
                if kept.user_attrs[CONTRACT] not in found.values():
                    found[str(made.number(kept))] = kept.user_attrs[CONTRACT]
            attacks = self._attack(len(rounds) + 1, contract)
            worst = attacks.best[0]
            harm, harm_found = best.values[0], worst.values[0]
            rounds.append(Round(name, harm, str(attacks.number(worst)), harm_found))
            withstands = harm_found <= harm + search.delta
            attack = KnownAttack(str(attacks.number(worst)), worst.user_attrs[ATTACK], len(rounds))
            if all(attack.setting != known.setting for known in archive):
                archive.append(attack)
        scored = score_contracts(search, self._markets, archive, list(found.values()))
        contracts = [
            KnownContract(name, setting, its)
            for (name, setting), its in zip(found.items(), scored, strict=True)
        ]
        return Searched(self._stages, archive, contracts, rounds, withstands)

    def _kept(self, made: MadeStage) -> "list[FrozenTrial]":
        """Return the trials of a stage that may be the best in the end."""
        best = made.best or [_least_excessive(made)]
        return best if self._search.minimise else best[:1]

    @property
    def _runs(self) -> int:
        """How many runs the trials have asked for, whenever they were run."""
        return len(self._rows) * len(self._search.searched_with)

    def _attack(self, round_: int, contract: Setting) -> MadeStage:
        search = self._search
        made = self._make(
            "attack",
            round_,
            Stage(
                f"attack {round_}",
                2 * round_,
                search.attacks,
                ["maximize"] * len(search.maximise),
                search.trials,
                search.batch,
                search.sampler,
                search.sampler_seed,
                [it.best[0].params for it in self._stages if it.kind == "attack"],
            ),
            lambda settings: score_attacks(search, self._markets, contract, settings),
        )
        chosen = [trial.user_attrs[ATTACK] for trial in made.trials if trial.values is not None]
        self._rows |= {key_of(contract | attack) for attack in (NOT_ATTACKED, *chosen)}
        return made

    def _contract(self, round_: int, archive: list[KnownAttack]) -> MadeStage:
        search = self._search
        known = list(archive)
        assert search.contracts is not None
        made = self._make(
            "contract",
            round_,
            Stage(
                f"contract {round_}",
                2 * round_ - 1,
                search.contracts,
                ["minimize"] * (1 + len(search.minimise)),
                search.contract_trials or search.trials,
                search.batch,
                search.sampler,
                search.sampler_seed,
                [t.params for it in self._stages[-2:] if it.kind == "contract" for t in _few(it)],
            ),
            lambda settings: score_contracts(search, self._markets, known, settings),
        )
        under = [NOT_ATTACKED, *(attack.setting for attack in known)]
        chosen = [trial.user_attrs[CONTRACT] for trial in made.trials if trial.values is not None]
        self._rows |= {key_of(contract | attack) for contract in chosen for attack in under}
        return made

    def _make(
        self,
        kind: str,
        round_: int,
        stage: Stage,
        score: Callable[[list[Setting]], list[Scored]],
    ) -> MadeStage:
        before = sum(len(made.trials) for made in self._stages)

        def told(trials: Sequence["FrozenTrial"]) -> None:
            _refuse_futile(trials)
            self._told(MadeStage(kind, round_, stage, trials, before))

        trials = make_trials(self._journal, stage, score, told)
        _refuse_futile(trials)
        made = MadeStage(kind, round_, stage, trials, before)
        self._stages.append(made)
        return made


def possible_defaults(search: Search, markets: Markets) -> list[Setting]:
    """Return each behaviour that may be chosen at its defaults, as its means allow it."""
    found = [possible(search, markets, {}, attack) for attack in search.default_attacks]
    return [attack for attack in found if isinstance(attack, dict)]


def _refuse_futile(trials: Sequence["FrozenTrial"]) -> None:
    if all(trial.values is None for trial in trials):
        why = trials[0].user_attrs[REFUSED]
        raise InputError(f"none of the first {len(trials)} trials can be used: {why}")


def _few(made: MadeStage) -> "list[FrozenTrial]":
    return made.best[:PASSED_ON]


def _least_excessive(made: MadeStage) -> "FrozenTrial":
    """Return the trial that is the least above its limits, where none is within."""
    able = [trial for trial in made.trials if trial.values is not None]
    return min(able, key=lambda trial: sum(max(0.0, it) for it in trial.constraints.values()))
