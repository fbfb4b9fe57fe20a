"""The registries of behaviours: one class in one file, one line here."""

from cmlabm.behaviours.interface import Behaviour, HonestBehaviour, MaliciousBehaviour
from cmlabm.kinds import Kind
from cmlabm.registry import Registry

HONEST_BEHAVIOURS: Registry[Behaviour] = Registry(
    HonestBehaviour,
    "cmlabm.behaviours",
    "honest.truthful:Truthful",
    "honest.self_verify:SelfVerify",
    "honest.informative:Informative",
    "honest.budget:Budget",
    "honest.abstain:Abstain",
    "honest.imitator:Imitator",
    "honest.bandit:Bandit",
)

MALICIOUS_BEHAVIOURS: Registry[Behaviour] = Registry(
    MaliciousBehaviour,
    "cmlabm.behaviours",
    "malicious.label_flip:LabelFlip",
    "malicious.targeted_flip:TargetedFlip",
    "malicious.random_label:RandomLabel",
    "malicious.feature_noise:FeatureNoise",
    "malicious.echo:Echo",
    "malicious.copycat:Copycat",
    "malicious.sleeper:Sleeper",
    "malicious.on_off:OnOff",
    "malicious.sybil:Sybil",
    "malicious.price_griefing:PriceGriefing",
    "malicious.liquidity_squeeze:LiquiditySqueeze",
    "malicious.sniper:Sniper",
    "malicious.greedy_poison:GreedyPoison",
    "malicious.stealth:Stealth",
    "malicious.taught_farming:TaughtFarming",
    "malicious.backdoor:Backdoor",
    "malicious.collusion_ring:CollusionRing",
    "malicious.whitewash:Whitewash",
    "malicious.censor:Censor",
    "malicious.capture:Capture",
    "malicious.imitator:MaliciousImitator",
    "malicious.bandit:MaliciousBandit",
)

BEHAVIOURS: dict[Kind, Registry[Behaviour]] = {
    "honest": HONEST_BEHAVIOURS,
    "malicious": MALICIOUS_BEHAVIOURS,
}

__all__ = [
    "BEHAVIOURS",
    "HONEST_BEHAVIOURS",
    "MALICIOUS_BEHAVIOURS",
    "Behaviour",
    "HonestBehaviour",
    "MaliciousBehaviour",
]
