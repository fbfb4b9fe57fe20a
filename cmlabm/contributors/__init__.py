"""The registries of behaviours: one class in one file, one line here."""

from cmlabm.contributors.budget import Budget
from cmlabm.contributors.contributor import Contributor
from cmlabm.contributors.copycat import Copycat
from cmlabm.contributors.echo import Echo
from cmlabm.contributors.feature_noise import FeatureNoise
from cmlabm.contributors.honest import HonestAgent
from cmlabm.contributors.informative import Informative
from cmlabm.contributors.label_flip import LabelFlip
from cmlabm.contributors.liquidity_squeeze import LiquiditySqueeze
from cmlabm.contributors.malicious import MaliciousAgent
from cmlabm.contributors.on_off import OnOff
from cmlabm.contributors.price_griefing import PriceGriefing
from cmlabm.contributors.random_label import RandomLabel
from cmlabm.contributors.self_verify import SelfVerify
from cmlabm.contributors.sleeper import Sleeper
from cmlabm.contributors.sniper import Sniper
from cmlabm.contributors.sybil import Sybil
from cmlabm.contributors.targeted_flip import TargetedFlip
from cmlabm.parameters import Kind

HONEST_BEHAVIOURS: dict[str, type[Contributor]] = {
    HonestAgent.id: HonestAgent,
    SelfVerify.id: SelfVerify,
    Informative.id: Informative,
    Budget.id: Budget,
}

MALICIOUS_BEHAVIOURS: dict[str, type[Contributor]] = {
    LabelFlip.id: LabelFlip,
    TargetedFlip.id: TargetedFlip,
    RandomLabel.id: RandomLabel,
    FeatureNoise.id: FeatureNoise,
    Echo.id: Echo,
    Copycat.id: Copycat,
    Sleeper.id: Sleeper,
    OnOff.id: OnOff,
    Sybil.id: Sybil,
    PriceGriefing.id: PriceGriefing,
    LiquiditySqueeze.id: LiquiditySqueeze,
    Sniper.id: Sniper,
}

BEHAVIOURS: dict[Kind, dict[str, type[Contributor]]] = {
    "honest": HONEST_BEHAVIOURS,
    "malicious": MALICIOUS_BEHAVIOURS,
}

KIND_CLASSES: dict[Kind, type] = {"honest": HonestAgent, "malicious": MaliciousAgent}
"""What a user's own behaviour has to be a subclass of."""

__all__ = [
    "BEHAVIOURS",
    "HONEST_BEHAVIOURS",
    "KIND_CLASSES",
    "MALICIOUS_BEHAVIOURS",
    "HonestAgent",
    "MaliciousAgent",
]
