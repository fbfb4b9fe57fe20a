# pragma version 0.4.3
# pragma evm-version cancun
"""
@title Deposits, refunds and takes
@notice What both forms of the contract have in common: prices, submissions, claims and money.
@dev Money leaves only to whoever calls, after all else is done: nobody can hold up another's call,
     and whoever calls again meanwhile finds nothing left. All amounts are in wei.
"""

struct Submission:
    digest: bytes32  # of the features
    origin: uint256  # sender; time above it; label above that
    money: uint256  # what is left of the deposit; the deposit above it. Refunded: nothing

event Submitted:
    number: indexed(uint256)
    sender: indexed(address)
    label: uint256
    deposit: uint256

event Paid:
    number: indexed(uint256)
    account: indexed(address)
    reason: uint256
    amount: uint256

# Why a call is refused.
SAME_SECOND: constant(uint256) = 0
OFFER_TOO_LOW: constant(uint256) = 1
UNKNOWN_SUBMISSION: constant(uint256) = 3
NOTHING_CLAIMABLE: constant(uint256) = 4
TOO_EARLY: constant(uint256) = 5
NOT_SENDER: constant(uint256) = 6
OWN_SUBMISSION: constant(uint256) = 7
ALREADY_CLAIMED: constant(uint256) = 8
MODEL_DISAGREES: constant(uint256) = 9
MODEL_AGREES: constant(uint256) = 10
NOT_VERIFIED: constant(uint256) = 11

# Why money is paid.
REFUND: constant(uint256) = 0
TAKE: constant(uint256) = 1
EXPIRY: constant(uint256) = 2

HIGH: constant(uint256) = 128
TIME: constant(uint256) = 160
LABEL: constant(uint256) = 224

COST: immutable(uint256)  # in tokens at 10**18, divided by the root of the seconds waited
TOKEN: immutable(uint256)
MINIMUM: immutable(uint256)
MAXIMUM: immutable(uint256)
LOCKS_OFFER: immutable(bool)
REFUND_TIME: immutable(uint256)
CLAIM_TIME: immutable(uint256)

owner: public(address)
count: public(uint256)
last_accepted_at: public(uint256)
all_verified: uint256
verified: HashMap[address, uint256]
submissions: HashMap[uint256, Submission]
claimed: HashMap[uint256, HashMap[address, bool]]


@deploy
def __init__(
    cost: uint256,
    token: uint256,
    minimum: uint256,
    maximum: uint256,
    locks_offer: bool,
    refund_time: uint256,
    claim_time: uint256,
):
    """
    @param cost The price one second after a submission, in tokens at 10**18.
    @param token What a token is, in wei.
    @param minimum The least deposit.
    @param maximum The most deposit; 0 for no limit.
    @param locks_offer Whether all that is offered is held, in place of what is required.
    @param refund_time Seconds after which a submission can be claimed from.
    @param claim_time Seconds after which what is left of a deposit is anybody's.
    """
    COST = cost
    TOKEN = token
    MINIMUM = minimum
    MAXIMUM = maximum
    LOCKS_OFFER = locks_offer
    REFUND_TIME = refund_time
    CLAIM_TIME = claim_time
    self.owner = msg.sender


@external
@view
def required_deposit() -> uint256:
    """
    @notice What a submission costs in this second.
    """
    return self._required_deposit()


@external
@view
def standing(account: address) -> (uint256, uint256):
    """
    @notice How many samples of an account were verified, and how many of all.
    """
    return self.verified[account], self.all_verified


@external
@view
def submission(number: uint256) -> (address, uint256, uint256, uint256, uint256, bytes32):
    """
    @notice Sender, time, label, deposit, what is left of it, and digest of the features.
            Of a refunded submission the deposit is forgotten.
    """
    of: Submission = self.submissions[number]
    return (
        self._sender(of), self._time(of), self._label(of), of.money >> HIGH, self._left(of), of.digest
    )


@internal
def _open():
    assert msg.sender == self.owner, "only the owner can open"
    assert self.last_accepted_at == 0, "already open"
    self.last_accepted_at = block.timestamp


@internal
@pure
def _refuse(reason: uint256):
    raw_revert(abi_encode(reason, method_id=method_id("Refused(uint256)")))


@internal
@view
def _required_deposit() -> uint256:
    last: uint256 = self.last_accepted_at
    assert last != 0, "not open"
    if block.timestamp == last:
        self._refuse(SAME_SECOND)
    cost: uint256 = COST // isqrt(block.timestamp - last)
    # A cost that is less than half of 10**-9 below a whole number is taken for it.
    price: uint256 = max(MINIMUM, (cost + 5 * 10**8) // 10**18 * TOKEN)
    return price if MAXIMUM == 0 else min(price, MAXIMUM)


@internal
@payable
def _accept(label: uint256, digest: bytes32) -> (uint256, uint256):
    """
    @return The submission's number, and what of the offer is to be given back.
    """
    required: uint256 = self._required_deposit()
    if msg.value < required:
        self._refuse(OFFER_TOO_LOW)
    assert label < 2, "no such label"
    deposit: uint256 = msg.value if LOCKS_OFFER else required
    number: uint256 = self.count
    self.count = number + 1
    self.last_accepted_at = block.timestamp
    self.submissions[number] = Submission(
        digest=digest,
        origin=convert(msg.sender, uint256) | (block.timestamp << TIME) | (label << LABEL),
        money=deposit | (deposit << HIGH),
    )
    log Submitted(number=number, sender=msg.sender, label=label, deposit=deposit)
    return number, msg.value - deposit


@internal
@view
def _refundable(number: uint256) -> Submission:
    """
    @return The submission, if only the classifier can still stand against its refund.
    """
    of: Submission = self._known(number)
    if self._sender(of) != msg.sender:
        self._refuse(NOT_SENDER)
    self._check_left(number, of)
    self._check_age(of)
    return of


@internal
def _refund(number: uint256, of: Submission, agrees: bool):
    if not agrees:
        self._refuse(MODEL_DISAGREES)
    self.submissions[number].money = 0
    self.verified[msg.sender] += 1
    self.all_verified += 1
    self._pay(number, REFUND, self._left(of))


@internal
@view
def _takeable(number: uint256) -> Submission:
    """
    @return The submission, if it has expired, or only the classifier can still stand against it.
    """
    of: Submission = self._known(number)
    self._check_left(number, of)
    if self._is_expired(of):
        return of
    if self._sender(of) == msg.sender:
        self._refuse(OWN_SUBMISSION)
    if self.claimed[number][msg.sender]:
        self._refuse(ALREADY_CLAIMED)
    self._check_age(of)
    return of


@internal
def _take(number: uint256, of: Submission, agrees: bool):
    if agrees:
        self._refuse(MODEL_AGREES)
    verified: uint256 = self.verified[msg.sender]
    if verified == 0:
        self._refuse(NOT_VERIFIED)
    left: uint256 = self._left(of)
    share: uint256 = (of.money >> HIGH) * verified // self.all_verified
    self._pay_out(number, of, TAKE, left if share == 0 else min(share, left))


@internal
def _expire(number: uint256, of: Submission):
    self._pay_out(number, of, EXPIRY, self._left(of))


@internal
def _pay_out(number: uint256, of: Submission, reason: uint256, amount: uint256):
    self.submissions[number].money = of.money - amount
    self.claimed[number][msg.sender] = True
    self._pay(number, reason, amount)


@internal
def _pay(number: uint256, reason: uint256, amount: uint256):
    log Paid(number=number, account=msg.sender, reason=reason, amount=amount)
    raw_call(msg.sender, b"", value=amount)


@internal
def _give_back(change: uint256):
    if change > 0:
        raw_call(msg.sender, b"", value=change)


@internal
@view
def _known(number: uint256) -> Submission:
    if number >= self.count:
        self._refuse(UNKNOWN_SUBMISSION)
    return self.submissions[number]


@internal
@view
def _check_left(number: uint256, of: Submission):
    if self._left(of) > 0:
        return
    if self.claimed[number][msg.sender] or (of.money == 0 and self._sender(of) == msg.sender):
        self._refuse(ALREADY_CLAIMED)
    self._refuse(NOTHING_CLAIMABLE)


@internal
@view
def _check_age(of: Submission):
    if block.timestamp - self._time(of) <= REFUND_TIME:
        self._refuse(TOO_EARLY)


@internal
@view
def _is_expired(of: Submission) -> bool:
    return block.timestamp - self._time(of) >= CLAIM_TIME


@internal
@pure
def _sender(of: Submission) -> address:
    return convert(of.origin & (2**TIME - 1), address)


@internal
@pure
def _time(of: Submission) -> uint256:
    return (of.origin >> TIME) & (2**64 - 1)


@internal
@pure
def _label(of: Submission) -> uint256:
    return of.origin >> LABEL


@internal
@pure
def _left(of: Submission) -> uint256:
    return of.money & (2**HIGH - 1)
