"""Search files: what may be chosen, what is searched for, and how long; written by hand in TOML."""

from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from cmlabm.batch.study import Number, Study, Whole, checked_as, checked_study
from cmlabm.batch.toml_file import read_toml
from cmlabm.errors import InputError, shown
from cmlabm.parameters import Parameters
from cmlabm.search.means import Means
from cmlabm.search.objectives import OF_ATTACKS, OF_CONTRACTS, check_objective
from cmlabm.search.space import Setting, Space, space_of

MARKET = "market"
"""The factor of a search's study: one of its markets a row."""

CONFIRMED = "confirmed"
"""The directory of the confirming runs, in that of the search."""

MAY_GROW = ("trials", "rounds", "runs", "fresh_seeds", "candidates")
"""What a search may have more of and still go on where it was."""

ONLY_SAID = ("description", "breaks_at")
"""What of a search may change, as it changes no run."""


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class Search(BaseModel):
    """A search for the attack that does the most harm, or for the contract that withstands it.

    Attributes:
        name: names the search and, by default, its directory.
        trials: how many attacks are tried; in a search for contracts, in each round.
        contract_trials: how many contracts are tried in each round; as many by default.
        seeds: each market is simulated once with each; a number, or a list.
        fresh_seeds: the confirming runs' seeds; a number of the next ones, or a list.
        candidates: how many of the best are confirmed.
        batch: how many trials are made before the first of them is looked at.
        sampler: how trials are chosen: by ``tpe``, or at ``random``, to compare with.
        sampler_seed: of what the sampler draws.
        maximise: what the attacker wants, one objective or several.
        minimise: what a contract is to keep low, beside the worst attack's harm.
        limits: what of these a contract may have at most.
        budget: the attacker's money in all, in tokens.
        wakings: the attacker's share of all contributors' wakings.
        delta: a contract withstands if no attack is found that is worse by more than this.
        rounds: how often the contract and then the attack are searched for at most.
        breaks_at: from how much of the first objective on a contract counts as broken; what a
            quarter of the trials reach by default.
        runs: after so many runs no further round begins.
        parameters: what all markets share, over the defaults.
        attack: what the attacker may choose.
        contract: what the designer may choose.

    Example:
        >>> search = Search(
        ...     name="worst",
        ...     trials=10,
        ...     seeds=2,
        ...     fresh_seeds=3,
        ...     maximise="regret",
        ...     attack={"malicious_mean_deposit": {"low": 1, "high": 200, "scale": "log"}},
        ... )
        >>> search.searched_with, search.confirmed_with
        ([0, 1], [2, 3, 4])
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str
    description: str = ""
    trials: Whole = Field(ge=1, le=100_000)
    contract_trials: Whole | None = Field(None, ge=1, le=100_000)
    seeds: Any
    fresh_seeds: Any
    candidates: Whole = Field(5, ge=1, le=1000)
    batch: Whole = Field(6, ge=1, le=1000)
    sampler: Literal["tpe", "random"] = "tpe"
    sampler_seed: Whole = Field(0, ge=0, le=10**18)
    maximise: Annotated[list[str], BeforeValidator(_as_list), Field(min_length=1, max_length=4)]
    minimise: Annotated[list[str], BeforeValidator(_as_list), Field(max_length=2)] = []
    limits: dict[str, Number] = {}
    budget: Number | None = Field(None, gt=0, le=1e12)
    wakings: Number | None = Field(None, gt=0, lt=1)
    delta: Number = Field(0.002, ge=0, le=1e9)
    rounds: Whole = Field(5, ge=1, le=1000)
    breaks_at: Number | None = None
    runs: Whole | None = Field(None, ge=1, le=10_000_000)
    parameters: dict[str, Any] = {}
    attack: dict[str, Any]
    contract: dict[str, Any] | None = None

    @cached_property
    def attacks(self) -> Space:
        """What the attacker may choose."""
        return space_of("attack", self.attack, self.parameters)

    @cached_property
    def contracts(self) -> Space | None:
        """What the designer may choose; None if there is only an attack to be searched for."""
        if self.contract is None:
            return None
        return space_of("contract", self.contract, self.parameters)

    @cached_property
    def searched_with(self) -> list[int]:
        """The seeds of the search."""
        return self.study([{}]).seeds

    @cached_property
    def confirmed_with(self) -> list[int]:
        """The seeds of the confirming runs: none of those of the search."""
        if isinstance(self.fresh_seeds, int):
            first = max(self.searched_with) + 1
            return list(range(first, first + self.fresh_seeds))
        return self._study("fresh_seeds", self.fresh_seeds, []).seeds

    @property
    def objective(self) -> str:
        """What is searched for first of all."""
        return self.maximise[0]

    @property
    def means(self) -> Means:
        """What the attacker has at most."""
        return Means(self.budget, self.wakings)

    @property
    def default_attacks(self) -> list[Setting]:
        """Each behaviour that may be chosen, at its defaults."""
        values = self.attacks.values_of("malicious_behaviour")
        return [{"malicious_behaviour": value} for value in values] or [{}]

    def study(self, rows: list[Setting]) -> Study:
        """Return the runs of some markets as a study."""
        return self._study("seeds", self.seeds, rows)

    def confirming_study(self, rows: list[Setting]) -> Study:
        """Return the confirming runs of some markets as a study."""
        return self._study("fresh_seeds", self.confirmed_with, rows)

    def _study(self, key: str, seeds: Any, rows: list[Setting]) -> Study:
        values = {
            "name": self.name,
            "description": self.description,
            "seeds": seeds,
            "parameters": self.parameters,
            "sweep": {MARKET: rows} if any(rows) else {},
        }
        try:
            return checked_study(values, key)
        except InputError as error:
            message = str(error).removeprefix(f"{key}: ")
            raise InputError(message.replace("seeds:", f"{key}:", 1)) from None

    @model_validator(mode="after")
    def _can_be_searched(self) -> Self:
        for name in self.maximise:
            check_objective(name, OF_ATTACKS, "maximise")
        for key, names in (("minimise", self.minimise), ("limits", self.limits)):
            for name in names:
                check_objective(name, OF_CONTRACTS, key)
        for names in (self.maximise, self.minimise):
            if len(set(names)) < len(names):
                raise ValueError(f"{shown(names)}: each may be named once only")
        if self.contract is None and (self.minimise or self.limits):
            raise ValueError("minimise and limits are of contracts; there is no table [contract]")
        if self.contract is not None and len(self.maximise) > 1:
            raise ValueError("maximise: must be one objective where contracts are searched for")
        self._check_seeds()
        _ = self.attacks, self.contracts
        Parameters.checked(self._known_now())
        if self.wakings is not None and not Parameters.checked(self._known_now()).honest_agents:
            raise ValueError("wakings: a share of them needs honest contributors to share with")
        return self

    def _known_now(self) -> Setting:
        """Return the fixed parameters but for those of classes that are still to be chosen."""
        return {n: v for n, v in self.parameters.items() if n in Parameters.model_fields}

    def _check_seeds(self) -> None:
        fresh = self.fresh_seeds
        if isinstance(fresh, bool) or not isinstance(fresh, int | list):
            raise ValueError("fresh_seeds: must be a number of seeds, or a list")
        size = fresh if isinstance(fresh, int) else len(fresh)
        if not 2 <= size <= 100_000:
            raise ValueError(
                "fresh_seeds: must be at least 2 and at most 100,000, for there to be an interval"
            )
        shared = {*self.searched_with} & {*self.confirmed_with}
        if shared:
            raise ValueError(
                f"fresh_seeds: {min(shared)} is a seed of the search; what was searched with cannot"
                f" confirm what was found"
            )


def read_search(path: Path) -> Search:
    """Read a search file.

    Raises:
        InputError: the file cannot be read, is not TOML, or says something that is not allowed.
    """
    return checked_search(read_toml(path, "search file"), str(path))


def checked_search(values: dict[str, Any], source: str) -> Search:
    """Return a search, or say in one sentence where its source is wrong.

    Raises:
        InputError: names the source, the key, and what is allowed or the nearest valid name.
    """
    return checked_as(Search, values, source)


def refuse_another(before: dict[str, Any], search: Search, where: Path) -> None:
    """Refuse to go on with a search as another one.

    Args:
        before: the search that a directory holds, as ``model_dump`` gives it.
        search: the one to go on with.
        where: the directory.

    Raises:
        InputError: they differ in more than in how much is to be done.
    """
    now = search.model_dump(mode="json")
    for key in (key for key in Search.model_fields if before.get(key) != now[key]):
        if key in ONLY_SAID:
            continue
        if key == "trials" and search.contracts is not None:
            raise InputError(_differs(where, key, before, now) + "; more rounds go on with it")
        if key not in MAY_GROW or _is_less(before.get(key), now[key]):
            raise InputError(_differs(where, key, before, now))


def _differs(where: Path, key: str, before: dict[str, Any], now: dict[str, Any]) -> str:
    was, is_ = before.get(key), now[key]
    inner = ""
    if isinstance(was, dict) and isinstance(is_, dict):
        inner = next(f".{name}" for name in {**was, **is_} if was.get(name) != is_.get(name))
        was, is_ = was.get(inner[1:]), is_.get(inner[1:])
    return (
        f"{where}: holds a search with {key}{inner} = {shown(was)}, not {shown(is_)}; choose"
        f" another --out"
    )


def _is_less(before: Any, now: Any) -> bool:
    """Return whether there is less of something; None is no limit."""
    if isinstance(before, list) or isinstance(now, list):
        return not isinstance(now, list) or any(seed not in now for seed in before or [])
    if before is None or now is None:
        return now is not None
    return bool(now < before)
