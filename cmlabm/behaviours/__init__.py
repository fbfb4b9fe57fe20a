"""The registries of behaviours: one class in one file, one line here."""

from cmlabm.behaviours.honest.budget import Budget
from cmlabm.behaviours.honest.informative import Informative
from cmlabm.behaviours.honest.self_verify import SelfVerify
from cmlabm.behaviours.honest.truthful import Truthful
from cmlabm.behaviours.interface import Behaviour, HonestBehaviour, MaliciousBehaviour
from cmlabm.behaviours.malicious.copycat import Copycat
from cmlabm.behaviours.malicious.echo import Echo
from cmlabm.behaviours.malicious.feature_noise import FeatureNoise
from cmlabm.behaviours.malicious.label_flip import LabelFlip
from cmlabm.behaviours.malicious.liquidity_squeeze import LiquiditySqueeze
from cmlabm.behaviours.malicious.on_off import OnOff
from cmlabm.behaviours.malicious.price_griefing import PriceGriefing
from cmlabm.behaviours.malicious.random_label import RandomLabel
from cmlabm.behaviours.malicious.sleeper import Sleeper
from cmlabm.behaviours.malicious.sniper import Sniper
from cmlabm.behaviours.malicious.sybil import Sybil
from cmlabm.behaviours.malicious.targeted_flip import TargetedFlip
from cmlabm.kinds import Kind
from cmlabm.registry import Registry

HONEST_BEHAVIOURS: Registry[Behaviour] = Registry(
    HonestBehaviour,
    "cmlabm.behaviours",
    Truthful,
    SelfVerify,
    Informative,
    Budget,
)

MALICIOUS_BEHAVIOURS: Registry[Behaviour] = Registry(
    MaliciousBehaviour,
    "cmlabm.behaviours",
    LabelFlip,
    TargetedFlip,
    RandomLabel,
    FeatureNoise,
    Echo,
    Copycat,
    Sleeper,
    OnOff,
    Sybil,
    PriceGriefing,
    LiquiditySqueeze,
    Sniper,
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
