"""Guided markets: what happens in each, what to ask, and what to watch."""

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Scenario:
    """A market to begin with.

    Attributes:
        id: in the address.
        title: in a few words.
        text: what happens, in two sentences.
        question: what one may ask oneself.
        watch: where the answer is seen.
        entries: the parameters that differ from the base case, as text.
        seed: of the run that the text tells of, as text.
    """

    id: str
    title: str
    text: str
    question: str
    watch: str
    entries: Mapping[str, str]
    seed: str = "1"


_SMALL = {"train_size": "5000", "test_size": "1000", "num_words": "500"}
"""So small that a day is over at once."""

_ALL = (
    Scenario(
        "honest-market",
        "An honest market",
        "Three honest contributors send 4,600 reviews, and nobody attacks. The model gets"
        " better, and in the end everybody has exactly what they came with.",
        "If nobody gains anything, why would anyone take part?",
        "the escrow, which fills with deposits and empties again, and the accuracy, which rises.",
        {"honest_agents": "3", "malicious_agents": "0"},
    ),
    Scenario(
        "cheap-spam",
        "Cheap spam",
        "Five spammers with 100 tokens each send wrong labels to a contract that asks for a"
        " tenth of the usual deposit. Within five days their money is all but gone, and it is"
        " the honest who have it.",
        "How much money would the spammers need to outlast the data?",
        "the malicious balance, and the day on which it is used up.",
        {
            "honest_agents": "3",
            "malicious_agents": "5",
            "malicious_start_balance": "100",
            "cost_weight": "0.1",
        },
    ),
    Scenario(
        "words-decide",
        "Words decide",
        "The model sees only the 50 most frequent words of a review, starts little better than"
        " a coin, and stays so. With 2,000 words the same attack on the same contract does it no"
        " harm.",
        "Can a mechanism be better than the model that it asks for its judgement?",
        "the accuracy here; then set num words (under Data) to 2000, and press Apply and play.",
        {"num_words": "50"},
    ),
    Scenario(
        "dear-submission",
        "The dear submission",
        "A submission costs eight times the usual deposit. That ruins the attacker within a"
        " month, and the honest contributor ends with almost all of the money.",
        "What would this price do to somebody honest who has little money?",
        "both balances; then set the cost weight to 1, and see how much the attacker keeps.",
        {"cost_weight": "8"},
    ),
    Scenario(
        "sybils",
        "Sybils",
        "One attacker comes as eight, with an eighth of the money at each address. The contract"
        " takes deposits from addresses, not from names, and the attacker loses money all the"
        " same.",
        "What does it gain by being many?",
        "the picture, in which eight small balances stand for the one, and the sum above it.",
        {
            "honest_agents": "3",
            "malicious_behaviour": "sybil",
            "malicious_addresses": "8",
        },
    ),
    Scenario(
        "free-rider",
        "The free-rider",
        "An echo sends the model's own prediction as the label, and knows nothing itself. The"
        " model agrees with itself later, so that the echo is refunded and shares in what others"
        " lose.",
        "Who pays for the echo's gain?",
        "the malicious balance, which ends above its start, and the honest one, which does not.",
        {"honest_agents": "3", "malicious_behaviour": "echo"},
    ),
    Scenario(
        "squeeze",
        "The squeeze",
        "The attacker submits shortly before others do, which makes their next deposit dear."
        " They lock more than they would, submit less often, and the attacker ends a fifth"
        " richer.",
        "What is scarce in this market: samples, or money that is free?",
        "the honest balance on the first days, and how many submissions are the attacker's.",
        {
            "honest_agents": "3",
            "malicious_behaviour": "liquidity-squeeze",
        },
    ),
    Scenario(
        "no-mechanism",
        "No mechanism",
        "Submitting is free, nothing is paid or taken, and three attackers send wrong labels as"
        " often as the honest send true ones. The model ends worse than a coin, and nobody has"
        " lost a token.",
        "Which mechanism would you choose, and what would it cost the honest?",
        "the accuracy; then choose another incentive, and press Apply and play.",
        {
            "honest_agents": "3",
            "malicious_agents": "3",
            "malicious_mean_wait_s": "600",
            "incentive": "none",
        },
    ),
)

SCENARIOS: Mapping[str, Scenario] = {
    one.id: replace(one, entries={**_SMALL, **one.entries}) for one in _ALL
}
"""All of them, by their ids, in the order of the start page."""
