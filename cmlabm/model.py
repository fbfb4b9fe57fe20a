"""One simulated market from its first day to its last."""

from collections.abc import Sequence
from dataclasses import replace
from math import nan
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from mesa import Model
from mesa.time import Event
from numpy.typing import NDArray

from cmlabm.admission import make_admission
from cmlabm.agents.contributor import AGENTS, Contributor
from cmlabm.agents.customer import Customer, customers_of
from cmlabm.agents.endowment import Endowment, endowments
from cmlabm.agents.partition import queues_of
from cmlabm.agents.sample_queue import SampleQueue
from cmlabm.behaviours.draws import KindStreams, PositiveNormals, Uniforms
from cmlabm.behaviours.imitation import Imitation
from cmlabm.behaviours.interface import Behaviour
from cmlabm.behaviours.learner import Learner
from cmlabm.behaviours.repertoires import entering
from cmlabm.classifiers import make_classifier
from cmlabm.contract.agent import ContractAgent
from cmlabm.contract.chain import Chain
from cmlabm.contract.ledger import OUTSIDE, Ledger, Reason
from cmlabm.contract.refusals import Refusal
from cmlabm.daily_records import DailyRecords
from cmlabm.data import source_of
from cmlabm.data.dataset import Samples
from cmlabm.data.start import start_of
from cmlabm.errors import InputError, class_of, in_short, shown
from cmlabm.kinds import KINDS, ContributorParameters, Kind
from cmlabm.mechanisms import make_mechanism
from cmlabm.random_streams import Purpose, Streams, data_order
from cmlabm.results.gas_used import break_even_gas_price, gas_by_account
from cmlabm.results.outcomes import depletion_time, gini, share_predicted
from cmlabm.results.series import PLAYING
from cmlabm.results.series import SERIES as DAILY_SERIES
from cmlabm.units import SECONDS_PER_DAY, UNITS_PER_TOKEN
from cmlabm.whole_numbers import whole

MOST_DIGITS = 1000
"""A seed of more digits is a mistake."""


class CMLModel(Model[Any, Any]):
    """A market: a contract, its shared classifier, and the contributors who send it samples.

    One step is one simulated day; between steps, contributors wake at whole seconds. The same
    parameters and seed give the same run on every machine and in any process.

    Attributes:
        parameters: the run's parameters.
        seed: the run's seed, also when none was given.
        dataset: the samples, as loaded.
        streams: all random streams of the run.
        queues: the training samples that wait to be submitted: one queue that all contributors
            share, or one for each that submits data of its own, where data are dealt to each or
            several are to submit each sample.
        contract: the contract agent with ledger, classifier and submissions.
        contributors: who sends samples, in the order of their accounts.
        learners: those of them who entered to choose among behaviours as they go.
        imitators: those of the learners who imitate each other.
        customers: who buys predictions, with the accounts that follow.
        datacollector: the daily series; ``series`` returns them with units.
        is_open: whether, at the last midnight, data waited that somebody might submit.
        running: whether the market goes on.

    Example:
        >>> model = CMLModel(rng=1, train_size=500, test_size=500, num_words=100)
        >>> outcomes = model.run()
        >>> outcomes["submissions"]
        460
        >>> sum(model.ledger.balances) == 20_000 * 1_000_000
        True
    """

    SERIES: ClassVar[tuple[str, ...]] = tuple(DAILY_SERIES)
    contract_class: ClassVar[type[ContractAgent]] = ContractAgent

    def __init__(self, parameters: Any = None, *, rng: Any = None, **values: Any) -> None:
        """Set the market up as it is on day 0.

        Args:
            parameters: ``Parameters`` ready made, with all that is wanted.
            rng: the seed, a whole number that is not negative (or its digits); a NumPy generator
                gives one; None draws a fresh one. It is kept in ``seed``.
            **values: parameters by their names, over the defaults.

        Raises:
            InputError: a parameter, the seed or the data are not usable.
        """
        from cmlabm.parameters import MarketParameters, Parameters  # pydantic takes a while

        if "seed" in values:
            given = shown(values["seed"])
            raise InputError(f"seed = {given}: use rng=, Mesa's name for a run's seed")
        if parameters is None:
            parameters = Parameters.checked(values)
        elif values or not isinstance(parameters, MarketParameters):
            raise InputError("parameters: must be Parameters ready made, or be given by name")
        self.parameters: MarketParameters = parameters
        self.seed = checked_seed(rng)
        self.streams = Streams(self.seed)
        super().__init__(rng=self.seed)
        self.dataset = source_of(self.parameters).load()
        rules = make_mechanism(self.parameters.incentive, self.parameters)
        admission = make_admission(self.parameters.admission, self.parameters)
        initial, root, rest = start_of(
            self.dataset,
            data_order(self.seed, len(self.dataset.train))[: self.parameters.train_size],
            self.parameters.initial_fraction,
            self.parameters.set_aside,
        )
        classifier = make_classifier(self.parameters.classifier, self.parameters)
        classifier.fit(initial, self.streams.of(Purpose.INITIAL_FIT))
        self.contract = self.contract_class(
            self,
            rules,
            admission,
            classifier,
            initial=initial,
            root=root,
            test=self._chosen_test_data(),
            rng=self.streams.of(Purpose.SETTLEMENT),
            chain=Chain.from_parameters(self.parameters),
        )
        self.queues: list[SampleQueue] = []
        self.contributors: list[Contributor] = []
        self.learners: list[Contributor] = []
        self.imitators: list[Contributor] = []
        self._accounts: dict[Kind, range] = {}
        self._let_in(rest)
        self.customers = self._customers()
        if self.contract.chain.gas_price:
            self.contract.open_fees()
        self.is_open = self._has_data()
        self.running = not self._is_over()
        if not self.running:
            self.contract.close(0)
        self.datacollector = DailyRecords(self.SERIES, {"playing": PLAYING})
        self._record_day()

    @property
    def scenario(self) -> None:
        """Nothing: a market has ``parameters`` in place of Mesa's scenario.

        Mesa's page passes on at Reset what it finds here.
        """

    @scenario.setter
    def scenario(self, scenario: Any) -> None:
        """Keep nothing of the empty scenario that Mesa gives every model."""

    def step(self) -> None:
        """Simulate one day: publish the accuracy at its end and record it."""
        self.is_open = self._has_data()
        is_over = self._is_over()
        if is_over:
            self.contract.close(round(self.time * SECONDS_PER_DAY))
        self.contract.step()
        self.contract.check()
        self._record_day()
        self.running = not is_over

    def run(self) -> dict[str, float | int | bool]:
        """Go on to the end and return the outcomes."""
        while self.running:
            self.step()
        return self.outcomes()

    @property
    def ledger(self) -> Ledger:
        """All accounts and movements of money."""
        return self.contract.ledger

    @property
    def accuracy(self) -> float:
        """The latest published accuracy on the hidden test set."""
        return self.contract.accuracy

    @property
    def honest_balance(self) -> float:
        """What the honest contributors hold together, in tokens, deposits not counted."""
        return self._held("honest") / UNITS_PER_TOKEN

    @property
    def malicious_balance(self) -> float:
        """What the malicious contributors hold together, in tokens, deposits not counted."""
        return self._held("malicious") / UNITS_PER_TOKEN

    @property
    def escrow(self) -> float:
        """The deposits that the contract holds, in tokens."""
        return self.contract.balance

    @property
    def pending(self) -> int:
        """How many submissions still hold money."""
        return len(self.contract.pending)

    @property
    def honest_accepted(self) -> int:
        """How many submissions of honest contributors were accepted."""
        return self._sum(self.contract.accepted, "honest")

    @property
    def malicious_accepted(self) -> int:
        """How many submissions of malicious contributors were accepted."""
        return self._sum(self.contract.accepted, "malicious")

    @property
    def honest_refused(self) -> int:
        """How many submissions of honest contributors were refused."""
        return self._sum(self.contract.refused, "honest")

    @property
    def malicious_refused(self) -> int:
        """How many submissions of malicious contributors were refused."""
        return self._sum(self.contract.refused, "malicious")

    @property
    def honest_learnt(self) -> int:
        """How many submissions of honest contributors the model has learnt."""
        return self._sum(self.contract.lessons.learnt, "honest")

    @property
    def malicious_learnt(self) -> int:
        """How many submissions of malicious contributors the model has learnt."""
        return self._sum(self.contract.lessons.learnt, "malicious")

    @property
    def honest_discarded(self) -> int:
        """How many submissions of honest contributors the model will not learn."""
        return self._sum(self.contract.lessons.discarded, "honest")

    @property
    def malicious_discarded(self) -> int:
        """How many submissions of malicious contributors the model will not learn."""
        return self._sum(self.contract.lessons.discarded, "malicious")

    @property
    def refunds(self) -> int:
        """How many refunds were paid."""
        return self.contract.refunds

    @property
    def takes(self) -> int:
        """How many takes were paid."""
        return self.contract.takes

    @property
    def fees(self) -> float:
        """What was paid for gas, in tokens."""
        return (self._fees("honest") + self._fees("malicious")) / UNITS_PER_TOKEN

    def accounts(self, kind: Kind) -> range:
        """Return the accounts of the contributors of one kind, which follow each other."""
        return self._accounts[kind]

    def outcomes(self) -> dict[str, float | int | bool]:
        """Return what the run has come to so far.

        What they are, and their units, stands in ``cmlabm.results.outcomes``.
        """
        depleted_at = depletion_time(self.ledger.totals(), self.accounts("malicious"))
        accuracy = self.datacollector.model_vars["accuracy"]
        honest_gas, malicious_gas = self._gas()
        return {
            "initial_accuracy": accuracy[0],
            "final_accuracy": accuracy[-1],
            "accuracy_gap": accuracy[-1] - accuracy[0],
            "malicious_depleted": depleted_at is not None,
            "malicious_depletion_days": (
                float("nan") if depleted_at is None else depleted_at / SECONDS_PER_DAY
            ),
            "days": self.time,
            "honest_final_balance": self.honest_balance,
            "malicious_final_balance": self.malicious_balance,
            "escrow_final": self.escrow,
            "submissions": len(self.contract.submissions),
            "honest_accepted": self.honest_accepted,
            "malicious_accepted": self.malicious_accepted,
            "honest_learnt_share": _share(self.honest_learnt, self.honest_accepted),
            "malicious_learnt_share": _share(self.malicious_learnt, self.malicious_accepted),
            "refused": self.honest_refused + self.malicious_refused,
            "refunds": self.refunds,
            "takes": self.takes,
            "honest_return": self._return("honest"),
            "malicious_return": self._return("malicious"),
            "honest_return_without_revenue": self._return("honest", self._revenue("honest")),
            "malicious_return_without_revenue": self._return(
                "malicious", self._revenue("malicious")
            ),
            "revenue": self._revenue() / UNITS_PER_TOKEN,
            "malicious_deposited": self._deposited("malicious"),
            "honest_driven_out": sum(
                agent.has_left or not agent.submits or agent.money < agent.least_needed
                for agent in self.contributors
                if agent.kind == "honest"
            ),
            "gini": gini(self._contributors_balances()),
            **self._backdoor(),
            "honest_playing_share": self._honest_playing_share(),
            "honest_fees": self._fees("honest") / UNITS_PER_TOKEN,
            "malicious_fees": self._fees("malicious") / UNITS_PER_TOKEN,
            "honest_gas": honest_gas,
            "malicious_gas": malicious_gas,
            "break_even_gas_price": break_even_gas_price(
                self._gained("honest") + self._fees("honest"),
                honest_gas,
                self.contract.chain.ether_price,
            ),
        }

    def series(self) -> pd.DataFrame:
        """Return the daily series: ``day`` and the columns of ``cmlabm.results.series``."""
        series = self.datacollector.get_model_vars_dataframe()
        return pd.DataFrame(series.rename_axis("day").reset_index())

    def playing(self) -> pd.DataFrame:
        """Return how many of the learners played what at the end of each day, and on day 0.

        Returns:
            A row for each day and behaviour of their repertoire, columns ``day``, ``behaviour``
            and ``contributors``; no rows where nobody learns. Who has left counts with what it
            played last. A row that another thread is writing is left out.

        Example:
            >>> model = CMLModel(rng=1, honest_agents=4, honest_behaviour="imitator", num_words=50)
            >>> model.playing().values.tolist()
            [[0.0, 'study', 4], [0.0, 'echo', 0], [0.0, 'sniper', 0]]
        """
        columns = self.datacollector.tables["playing"]
        whole = min(len(values) for values in columns.values())
        return pd.DataFrame({name: values[:whole] for name, values in columns.items()})

    def movements(self) -> pd.DataFrame:
        """Return every movement of money: when (s), who, whom, how much (units), why, for what."""
        table = pd.DataFrame(self.ledger.movements(), columns=list(Ledger.COLUMNS))
        names = {OUTSIDE: "outside", **dict(enumerate(self.ledger.names))}
        table["source"] = table["source"].map(names)
        table["target"] = table["target"].map(names)
        table["reason"] = table["reason"].map(dict(enumerate(Reason)))
        return table

    def refusals(self) -> pd.DataFrame:
        """Return every refused call: when (s), who, which call, why, for which submission."""
        table = pd.DataFrame(self.contract.refusals(), columns=list(ContractAgent.REFUSAL_COLUMNS))
        table["account"] = table["account"].map(dict(enumerate(self.ledger.names)))
        table["call"] = table["call"].map(dict(enumerate(ContractAgent.CALLS)))
        table["reason"] = table["reason"].map(dict(enumerate(Refusal)))
        return table

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Restore a pickled market; events at the same time keep their order.

        Mesa orders simultaneous events by a number that starts anew in each process.
        """
        self.__dict__.update(state)
        for event in sorted(self._event_list._events):  # noqa: SLF001
            event.unique_id = next(Event._ids)  # noqa: SLF001

    def _chosen_test_data(self) -> Samples:
        test = self.dataset.test
        if len(test) <= self.parameters.test_size:
            return test
        chosen = self.streams.of(Purpose.TEST_CHOICE).permutation(len(test))
        return test.take(np.sort(chosen[: self.parameters.test_size]))

    def _let_in(self, order: NDArray[np.int64]) -> None:
        """Have the contributors enter, honest ones first, with their money and their data."""
        parameters = self.parameters
        of_kind = {kind: parameters.of_kind(kind) for kind in KINDS}
        behaviours = {kind: entering(kind, own, parameters) for kind, own in of_kind.items()}
        everybody = [behaviour for kind in KINDS for behaviour in behaviours[kind]]
        for behaviour in {type(behaviour): behaviour for behaviour in everybody}.values():
            behaviour.check_data(self.dataset)
        is_uneven = parameters.data_dealing == "dirichlet"
        queues = queues_of(
            self.dataset.train,
            order,
            [behaviour.submits for behaviour in everybody],
            shared=parameters.data_dealing == "shared",
            rng=self.streams.of(Purpose.DEALING),
            alpha=parameters.data_alpha if is_uneven else None,
            overlap=parameters.overlap,
        )
        used = [queue for queue, own in zip(queues, everybody, strict=True) if own.submits]
        self.queues = list(dict.fromkeys(used))
        own_queue = iter(queues)
        for group, (kind, own) in enumerate(of_kind.items()):
            first = len(self.ledger.names)
            streams = self._streams_of(group, own)
            rng = self.streams.of(Purpose.POPULATION, group)
            endowed = endowments(kind, own, parameters.population_distribution, rng)
            for behaviour, endowment in zip(behaviours[kind], endowed, strict=True):
                self._enter(AGENTS[kind], behaviour, endowment, next(own_queue), streams)
            self._accounts[kind] = range(first, len(self.ledger.names))
        self.learners = [agent for agent in self.contributors if agent.playing]
        self.imitators = [one for one in self.learners if isinstance(one.behaviour, Imitation)]

    def _customers(self) -> list[Customer]:
        """Have the customers enter, behind all contributors, and open the owner's account last."""
        customers = customers_of(self, self.streams)
        if customers:
            self.contract.open_sales()
        return customers

    def _streams_of(self, group: int, own: ContributorParameters) -> KindStreams:
        """Return the streams that the contributors of a kind share."""
        of = self.streams.of
        return KindStreams(
            waits=PositiveNormals(of(Purpose.WAITS, group), own.mean_wait_s, own.stdev_wait_s),
            offers=PositiveNormals(of(Purpose.OFFERS, group), own.mean_deposit, own.stdev_deposit),
            decisions=Uniforms(of(Purpose.DECISIONS, group)),
            mistakes=Uniforms(of(Purpose.MISTAKES, group)),
            wrong_labels=Uniforms(of(Purpose.WRONG_LABELS, group)),
            noise=of(Purpose.NOISE, group),
            own_data=of(Purpose.OWN_DATA, group),
            learning=of(Purpose.LEARNING, group),
        )

    def _enter(
        self,
        kind: type[Contributor],
        behaviour: Behaviour,
        endowment: Endowment,
        queue: SampleQueue,
        streams: KindStreams,
    ) -> None:
        """Have a contributor enter, which may have several accounts but no more money."""
        try:
            purses = [*behaviour.purses(endowment.balance)]
            parts = [
                replace(
                    endowment,
                    name=endowment.name + purse.name,
                    balance=whole(purse.balance, 0, endowment.balance, behaviour, "purse"),
                    wait_factor=endowment.wait_factor * purse.wait_factor,
                )
                for purse in purses
            ]
            if sum(part.balance for part in parts) != endowment.balance:
                raise InputError(
                    f"{class_of(behaviour)}: must enter with {endowment.balance} units in its"
                    f" purses together"
                )
            first = len(self.ledger.names)
            for purse, part in zip(purses, parts, strict=True):
                agent = kind(self, part, queue, streams)
                agent.own_accounts = range(first, first + len(purses))
                self.contributors.append(agent)
                agent.start(purse.behaviour)
        except InputError:
            raise
        except Exception as error:
            raise InputError(
                f"{class_of(behaviour)}: cannot enter the market ({in_short(error)})"
            ) from error

    def _return(self, kind: Kind, without: int = 0) -> float:
        """Return what the contributors of a kind gained, but for some of it, in units."""
        accounts = self._accounts[kind]
        started = self.ledger.started_with(accounts)
        return (self._held(kind) - without) / started - 1 if started else float("nan")

    def _gained(self, kind: Kind) -> int:
        """Return what the contributors of a kind hold above what they started with, in units."""
        return self._held(kind) - self.ledger.started_with(self._accounts[kind])

    def _fees(self, kind: Kind) -> int:
        """Return what the contributors of a kind paid for gas, in units."""
        fees = self.contract.fees
        return sum(fees.paid[account] for account in self._accounts[kind]) if fees else 0

    def _gas(self) -> list[int]:
        """Return how much gas the calls of the contributors of each kind took."""
        used = gas_by_account(self.contract)
        return [int(used[its.start : its.stop].sum()) for its in map(self.accounts, KINDS)]

    def _revenue(self, kind: Kind | None = None) -> int:
        """Return what the contributors of a kind got from customers; all that was paid for None."""
        sales = self.contract.sales
        if sales is None:
            return 0
        if kind is None:
            return sales.paid
        return sum(sales.received[account] for account in self._accounts[kind])

    def _contributors_balances(self) -> Sequence[int]:
        end = max(accounts.stop for accounts in self._accounts.values())
        return self.ledger.balances[Ledger.ESCROW + 1 : end]

    def _backdoor(self) -> dict[str, float]:
        """Return how often the hidden samples get the class of a backdoor, with and without it."""
        planted = next((agent.planted for agent in self.contributors if agent.planted), None)
        rates = dict.fromkeys(("backdoor_success", "backdoor_base_rate"), nan)
        if planted is not None:
            test, classifier = self.contract.test, self.contract.classifier
            rates["backdoor_success"] = share_predicted(
                classifier, planted.trigger.on(test), planted.target
            )
            rates["backdoor_base_rate"] = share_predicted(classifier, test, planted.target)
        return rates

    def _record_day(self) -> None:
        """Record the daily series, and what the learners play."""
        self.datacollector.collect(self)
        for name, count in self._counts_played().items():
            row = dict(zip(PLAYING, (self.time, name, count), strict=True))
            self.datacollector.add_table_row("playing", row)

    def _learning(self) -> list[Learner]:
        """Return the behaviours of the learners, but of those who were given another meanwhile."""
        behaviours = [agent.behaviour for agent in self.learners]
        return [behaviour for behaviour in behaviours if isinstance(behaviour, Learner)]

    def _counts_played(self) -> dict[str, int]:
        """Return how many learners play each behaviour of their repertoire."""
        learning = self._learning()
        counts = {name: 0 for behaviour in learning for name in behaviour.names}
        for behaviour in learning:
            counts[behaviour.playing] += 1
        return counts

    def _honest_playing_share(self) -> float:
        """Return which share of the learners plays an honest behaviour."""
        learning = self._learning()
        return _share(sum(one.played.kind == "honest" for one in learning), len(learning))

    def _deposited(self, kind: Kind) -> float:
        accounts = self._accounts[kind]
        submissions = self.contract.submissions
        return (
            sum(
                deposit
                for deposit, sender in zip(submissions.deposit, submissions.sender, strict=True)
                if sender in accounts
            )
            / UNITS_PER_TOKEN
        )

    def _has_data(self) -> bool:
        """Return whether data wait that somebody might submit."""
        return any(
            agent.queue for agent in self.contributors if agent.submits and not agent.has_left
        )

    def _held(self, kind: Kind) -> int:
        """Return what the contributors of a kind hold together, in units."""
        accounts = self._accounts[kind]
        return int(self.ledger.counted()[accounts.start : accounts.stop].sum())

    def _sum(self, per_account: Sequence[int], kind: Kind) -> int:
        accounts = self._accounts[kind]
        return sum(per_account[accounts.start : accounts.stop])

    def _can_submit(self) -> bool:
        """Return whether, where calls cost fees, somebody who has data can pay for a submission."""
        return not self.contract.fees or any(
            agent.queue and agent.money >= agent.least_needed
            for agent in self.contributors
            if agent.submits and not agent.has_left
        )

    def _waits_for_claims(self) -> bool:
        """Return whether there is something to claim that somebody may still want.

        What costs fees to claim, and nobody has claimed a day after it expired, is left for good.
        """
        contract = self.contract
        if not contract.fees:
            return bool(contract.pending)
        yesterday = round((self.time - 1) * SECONDS_PER_DAY)
        return contract.next_expiry(yesterday) is not None

    def _is_over(self) -> bool:
        return (
            not ((self.is_open and self._can_submit()) or self._waits_for_claims())
            or all(agent.has_left for agent in self.contributors)
            or self.time >= self.parameters.max_days
        )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else nan


def checked_seed(rng: Any) -> int:
    """Return a seed as a plain integer, drawn afresh for None.

    Raises:
        InputError: it is not a whole number from 0 on.

    Example:
        >>> checked_seed("42")
        42
    """
    if rng is None:
        return int(np.random.SeedSequence().generate_state(1)[0])
    if isinstance(rng, np.random.Generator):
        return int(rng.integers(2**32))
    if isinstance(rng, str) and rng.isdecimal() and len(rng) <= MOST_DIGITS:
        return int(rng)
    if isinstance(rng, (int, np.integer)) and not isinstance(rng, bool) and rng >= 0:
        return int(rng)
    raise InputError(f"seed = {shown(rng)}: must be a whole number from 0 on")
