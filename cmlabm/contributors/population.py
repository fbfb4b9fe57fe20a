"""Who enters the market: which behaviours, with how much money and which of the data."""

import inspect
from collections.abc import Iterable, Iterator
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from cmlabm.contributors import BEHAVIOURS, KIND_CLASSES
from cmlabm.contributors.contributor import Contributor, Endowment
from cmlabm.data.dataset import Samples
from cmlabm.errors import InputError
from cmlabm.ledger import to_units
from cmlabm.parameters import Kind, Parameters
from cmlabm.random_streams import Purpose, stream
from cmlabm.registry import look_up_subclass, takes
from cmlabm.sample_queue import SampleQueue

MOST_WEIGHT = 1e100
"""So far below the largest number there is that weights can be added up."""


def shares_of(kind: Kind, behaviour: str) -> dict[type[Contributor], float]:
    """Return the behaviours of a kind's contributors and the share of each.

    Args:
        kind: whose behaviour it is.
        behaviour: an id of the registry or ``module:Class``, or several with their shares.

    Raises:
        InputError: there is no such behaviour, or a share is not a number above 0.

    Example:
        >>> shares = shares_of("malicious", "label-flip = 3, echo = 1")
        >>> [(behaviour.id, share) for behaviour, share in shares.items()]
        [('label-flip', 0.75), ('echo', 0.25)]
    """
    parameter = f"{kind}_behaviour"
    weights: dict[type[Contributor], float] = {}
    for part in behaviour.split(","):
        name, equals, text = (piece.strip() for piece in part.partition("="))
        found = look_up_subclass(parameter, name, BEHAVIOURS[kind], KIND_CLASSES[kind])
        is_plain = inspect.getattr_static(found, "enter") is vars(Contributor)["enter"]
        if is_plain and not takes(found, "model", "endowment", "draws"):
            raise InputError(f"{parameter} = {name!r}: must be made from (model, endowment, draws)")
        try:
            weight = float(text) if equals else 1.0
        except ValueError:
            weight = 0.0
        if not 0 < weight < MOST_WEIGHT or found in weights:
            raise InputError(
                f"{parameter} = {behaviour!r}: must be one behaviour, or different ones with"
                f" shares above 0, such as 'label-flip = 0.7, echo = 0.3'"
            )
        weights[found] = weight
    whole = sum(weights.values())
    return {found: weight / whole for found, weight in weights.items()}


def behaviours_of(kind: Kind, behaviour: str, agents: int) -> list[type[Contributor]]:
    """Return the behaviour of each contributor of a kind, in the order in which they enter.

    Fractions of an agent go to the behaviours with the largest (largest remainders).

    Raises:
        InputError: see ``shares_of``; also if there are fewer agents than behaviours.

    Example:
        >>> [b.id for b in behaviours_of("malicious", "label-flip=0.7, echo=0.3", 3)]
        ['label-flip', 'label-flip', 'echo']
    """
    shares = shares_of(kind, behaviour)
    if 0 < agents < len(shares):
        raise InputError(
            f"{kind}_behaviour = {behaviour!r}: {len(shares)} behaviours need at least as many"
            f" agents, and {kind}_agents = {agents}"
        )
    exact = np.array(list(shares.values())) * agents
    counts = np.floor(exact).astype(np.int64)
    order = np.argsort(counts - exact, kind="stable")
    counts[order[: agents - int(counts.sum())]] += 1
    pairs = zip(shares, counts.tolist(), strict=True)
    return [found for found, count in pairs for _ in range(count)]


def factors(
    rng: np.random.Generator, agents: int, variation: float, distribution: str
) -> NDArray[np.float64]:
    """Return by how much each agent's money, offers or waits differ from the mean of its kind.

    Args:
        rng: they are drawn from the next of its children, one a call, so that how much one
            quantity varies does not change the draws of the others.
        agents: how many.
        variation: the standard deviation as a share of the mean; 0 for all alike.
        distribution: "log-normal" or "gamma".

    Returns:
        Shape (agents,), from a distribution with mean 1.
    """
    (own,) = rng.spawn(1)
    if variation == 0:
        return np.ones(agents)
    if distribution == "gamma":
        return own.gamma(variation**-2, variation**2, agents)
    spread = np.log1p(variation**2)
    return own.lognormal(-spread / 2, np.sqrt(spread), agents)


def dealt(
    order: NDArray[np.int64],
    labels: NDArray[np.int64],
    hands: int,
    rng: np.random.Generator,
    alpha: float | None,
) -> Iterable[NDArray[np.int64]]:
    """Deal samples out to agents.

    Args:
        order: which samples, in the order in which they are submitted, shape (samples,).
        labels: of these samples, shape (samples,).
        hands: how many agents they are dealt to.
        rng: from which the shares of an uneven deal are drawn.
        alpha: None to deal one to each in turn. Else the samples of each class are split by shares
            drawn from a symmetric Dirichlet distribution with this concentration (Hsu, Qi &
            Brown 2019, arXiv 1909.06335): the lower, the fewer classes has each.

    Returns:
        What each agent gets, in the same order.

    Example:
        >>> order, labels = np.arange(5), np.zeros(5, dtype=np.int64)
        >>> [hand.tolist() for hand in dealt(order, labels, 2, np.random.default_rng(1), None)]
        [[0, 2, 4], [1, 3]]
    """
    if alpha is None:
        return [order[hand::hands] for hand in range(hands)]
    owner = np.zeros(len(order), dtype=np.int64)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        ends = np.cumsum(rng.dirichlet(np.full(hands, alpha)))
        place = (np.arange(len(members)) + 0.5) / len(members)
        owner[members] = np.minimum(np.searchsorted(ends, place), hands - 1)
    return [order[owner == hand] for hand in range(hands)]


def deal(
    parameters: Parameters,
    seed: int,
    train: Samples,
    order: NDArray[np.int64],
    behaviours: list[type[Contributor]],
) -> tuple[list[SampleQueue], Iterator[SampleQueue]]:
    """Make the queues of samples.

    Args:
        parameters: how the data are dealt.
        seed: the run's.
        train: the training samples.
        order: which of them are to be submitted, in their order, shape (samples,).
        behaviours: of each contributor; who submits nothing of its own is dealt nothing.

    Returns:
        The queues, and the queue of each contributor in turn.
    """
    if parameters.data_dealing == "shared":
        shared = SampleQueue(train, order)
        return [shared], repeat(shared)
    hands = dealt(
        order,
        train.labels[order],
        sum(behaviour.submits for behaviour in behaviours),
        stream(seed, Purpose.DEALING),
        parameters.data_alpha if parameters.data_dealing == "dirichlet" else None,
    )
    queues = [SampleQueue(train, hand) for hand in hands]
    nothing, own = SampleQueue(train, order[:0]), iter(queues)
    return queues, iter([next(own) if behaviour.submits else nothing for behaviour in behaviours])


def endow(
    parameters: Parameters, seed: int, group: int, kind: Kind, queues: Iterator[SampleQueue]
) -> Iterator[Endowment]:
    """Return what each contributor of a kind enters with.

    Args:
        parameters: the means of the kind, and how its contributors vary.
        seed: the run's.
        group: the kind's number among the random streams.
        kind: whose endowments they are.
        queues: the queue of each contributor in turn.
    """
    own = parameters.of_kind(kind)
    rng = stream(seed, Purpose.POPULATION, group)
    money, deposits, waits = (
        factors(rng, own.agents, variation, parameters.population_distribution)
        for variation in (own.balance_variation, own.deposit_variation, own.wait_variation)
    )
    for number in range(own.agents):
        yield Endowment(
            name=f"{kind}-{number + 1}",
            balance=to_units(own.start_balance * float(money[number])),
            deposit_factor=_possible(float(deposits[number]), own.mean_deposit, own.stdev_deposit),
            wait_factor=_possible(float(waits[number]), own.mean_wait_s, own.stdev_wait_s),
            mistake_probability=own.mistake_probability,
            queue=next(queues),
        )


def _possible(factor: float, mean: float, stdev: float) -> float:
    """Return a factor so large that draws of at least 1 are still likely enough to wait for."""
    return max(factor, 1.000001 / (mean + 3 * stdev)) if factor != 1 else 1.0
