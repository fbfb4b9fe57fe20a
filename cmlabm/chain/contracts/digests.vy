# pragma version 0.4.3
# pragma evm-version cancun
"""
@title A market for training data of which only digests are on the chain
@notice Whoever keeps the classifier elsewhere, the oracle, tells what it predicts for a submission
        before somebody claims. It can tell anything: everybody has to trust it.
"""

import market

initializes: market

exports: (
    market.required_deposit,
    market.submission,
    market.standing,
    market.owner,
    market.count,
    market.last_accepted_at,
)

ORACLE: public(immutable(address))

told: HashMap[uint256, uint256]  # the predicted label and 1; 0 before anything is told


@deploy
def __init__(
    cost: uint256,
    token: uint256,
    minimum: uint256,
    maximum: uint256,
    locks_offer: bool,
    refund_time: uint256,
    claim_time: uint256,
    oracle: address,
):
    """
    @param oracle Who tells predictions.
    """
    ORACLE = oracle
    market.__init__(cost, token, minimum, maximum, locks_offer, refund_time, claim_time)


@external
def open():
    """
    @notice Open the market.
    """
    market._open()


@external
@payable
@nonreentrant
def submit(label: uint256, digest: bytes32) -> uint256:
    """
    @notice Deposit what is required for a sample that is sent elsewhere. What was sent beyond the
            deposit comes back.
    @param digest Of the features.
    @return The submission's number.
    """
    number: uint256 = 0
    change: uint256 = 0
    number, change = market._accept(label, digest)
    market._give_back(change)
    return number


@external
def tell(number: uint256, label: uint256):
    """
    @notice Tell what the classifier now predicts for a submission; the last word counts.
    """
    assert msg.sender == ORACLE, "only the oracle can tell"
    assert number < market.count, "no such submission"
    assert label < 2, "no such label"
    self.told[number] = label + 1


@external
@nonreentrant
def refund(number: uint256):
    """
    @notice Get back what is left of one's deposit, if the classifier agrees with the label.
    """
    of: market.Submission = market._refundable(number)
    market._refund(number, of, self._agrees(number, of))


@external
@nonreentrant
def take(number: uint256):
    """
    @notice Take from a submission whose label the classifier disagrees with, or what is left of an
            expired one, of which nothing needs to be told.
    """
    of: market.Submission = market._takeable(number)
    if market._is_expired(of):
        market._expire(number, of)
    else:
        market._take(number, of, self._agrees(number, of))


@internal
@view
def _agrees(number: uint256, of: market.Submission) -> bool:
    told: uint256 = self.told[number]
    assert told != 0, "the oracle has told nothing"
    return told - 1 == market._label(of)
