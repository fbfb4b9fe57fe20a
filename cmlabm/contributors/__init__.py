"""Contributors: what they have in common, and one module for each behaviour."""

from cmlabm.contributors.honest import HonestAgent
from cmlabm.contributors.malicious import MaliciousAgent

__all__ = ["HonestAgent", "MaliciousAgent"]
