# pragma version 0.4.3
# pragma evm-version cancun
"""
@title A market for training data whose classifier is on the chain
@notice A perceptron between two classes learns each accepted submission. Weights are in fixed point
        at 10**18. Features are the words of a text, counted from 1 and increasing: 16 to a number,
        two bytes each from the highest on, behind the last zeros.
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

MOST_WORDS: constant(uint256) = 1024
MOST_NUMBERS: constant(uint256) = MOST_WORDS // 16
CHUNK: constant(uint256) = 500
HEAD_START: constant(uint256) = 1000
ONE_STEP: constant(int256) = 10**22  # 1 / alpha in fixed point; alpha = 0.0001

WORDS: immutable(uint256)
SEEN_BEFORE: immutable(uint256)

weights: public(int256[MOST_WORDS + 1])  # of each word; the first is the bias


@deploy
def __init__(
    cost: uint256,
    token: uint256,
    minimum: uint256,
    maximum: uint256,
    locks_offer: bool,
    refund_time: uint256,
    claim_time: uint256,
    words: uint256,
    seen_before: uint256,
):
    """
    @param words How many words there are.
    @param seen_before How many samples the classifier has learnt from, each epoch counted.
    """
    assert words <= MOST_WORDS, "too many words"
    WORDS = words
    SEEN_BEFORE = seen_before
    market.__init__(cost, token, minimum, maximum, locks_offer, refund_time, claim_time)


@external
def set_weights(first: uint256, values: DynArray[int128, CHUNK]):
    """
    @notice Put the weights of the first model where they are, before the market opens.
    @param first Where the first of them belongs: 0 is the bias, 1 the first word.
    """
    assert msg.sender == market.owner, "only the owner can set weights"
    assert market.last_accepted_at == 0, "already open"
    place: uint256 = first
    for value: int128 in values:
        self.weights[place] = convert(value, int256)
        place += 1


@external
def open():
    """
    @notice Open the market: from now on weights change by learning only.
    """
    market._open()


@external
@payable
@nonreentrant
def submit(label: uint256, features: DynArray[uint256, MOST_NUMBERS]) -> (uint256, int256):
    """
    @notice Deposit what is required and have the classifier learn a sample. What was sent beyond
            the deposit comes back.
    @return The submission's number, and the margin of the sample before it was learnt.
    """
    number: uint256 = 0
    change: uint256 = 0
    number, change = market._accept(label, keccak256(abi_encode(features)))
    margin: int256 = self._margin(features)
    if (margin <= 0) if label == 1 else (margin >= 0):
        self._learn(features, label == 1, SEEN_BEFORE + number)
    market._give_back(change)
    return number, margin


@external
@nonreentrant
def refund(number: uint256, features: DynArray[uint256, MOST_NUMBERS]):
    """
    @notice Get back what is left of one's deposit, if the classifier agrees with the label.
    """
    of: market.Submission = market._refundable(number)
    market._refund(number, of, self._agrees(of, features))


@external
@nonreentrant
def take(number: uint256, features: DynArray[uint256, MOST_NUMBERS]):
    """
    @notice Take from a submission whose label the classifier disagrees with, or what is left of an
            expired one, for which no features are needed.
    """
    of: market.Submission = market._takeable(number)
    if market._is_expired(of):
        market._expire(number, of)
    else:
        market._take(number, of, self._agrees(of, features))


@external
@view
def margin(features: DynArray[uint256, MOST_NUMBERS]) -> int256:
    """
    @notice How far a sample lies on the side of label 1, in fixed point.
    """
    return self._margin(features)


@internal
@view
def _agrees(of: market.Submission, features: DynArray[uint256, MOST_NUMBERS]) -> bool:
    assert keccak256(abi_encode(features)) == of.digest, "other features were submitted"
    return (self._margin(features) > 0) == (market._label(of) == 1)


@internal
@view
def _margin(features: DynArray[uint256, MOST_NUMBERS]) -> int256:
    """
    @dev Each word once and in order: else one could count twice. No sum overflows: see the bounds
         of first weights and steps.
    """
    margin: int256 = self.weights[0]
    last: uint256 = 0
    for number: uint256 in features:
        rest: uint256 = number
        for _: uint256 in range(16):
            if rest == 0:
                break
            word: uint256 = rest >> 240
            assert word > last, "words must increase"
            last = word
            margin = unsafe_add(margin, self.weights[word])
            rest = rest << 16
    assert last <= WORDS, "no such word"
    return margin


@internal
def _learn(features: DynArray[uint256, MOST_NUMBERS], is_positive: bool, seen: uint256):
    step: int256 = ONE_STEP // convert(HEAD_START + seen, int256)
    if not is_positive:
        step = -step
    self.weights[0] += step
    for number: uint256 in features:
        rest: uint256 = number
        for _: uint256 in range(16):
            if rest == 0:
                break
            word: uint256 = rest >> 240
            self.weights[word] = unsafe_add(self.weights[word], step)
            rest = rest << 16
