"""A market that is played in the simulation and on a chain."""

from typing import ClassVar

from cmlabm.chain.backends.interface import Backend
from cmlabm.chain.compiled import Form
from cmlabm.chain.replay import REPLAYS, Replay, ReplayedContract
from cmlabm.chain.terms import refuse_data, refuse_parameters
from cmlabm.contract.agent import ContractAgent
from cmlabm.model import CMLModel
from cmlabm.parameters import MarketParameters


class MarketOnChain(CMLModel):
    """A market every call of which is made on a chain as well, until one differs.

    Attributes:
        replay: what is made on the chain.
        form: which contract is there.

    Example:
        >>> from cmlabm.chain.backends import open_backend
        >>> from cmlabm.parameters import Parameters
        >>> parameters = Parameters(train_size=100, test_size=100, num_words=20)
        >>> market = MarketOnChain(parameters, 1, open_backend("embedded"))
        >>> outcomes = market.run()
        >>> market.replay.calls > outcomes["submissions"]
        True
    """

    contract_class: ClassVar[type[ContractAgent]] = ReplayedContract
    contract: ReplayedContract

    def __init__(
        self, parameters: MarketParameters, seed: int, backend: Backend, form: Form = "model"
    ) -> None:
        """Set the market up, and its contract on a chain.

        Args:
            parameters: of the market.
            seed: of the run.
            backend: the chain.
            form: which contract.

        Raises:
            InputError: the contract cannot carry the market.
        """
        refuse_parameters(parameters)
        super().__init__(parameters, rng=seed)
        refuse_data(self.dataset)
        self.form = form
        self.replay: Replay = REPLAYS[form](self.contract, backend)
        self.contract.replay = self.replay
