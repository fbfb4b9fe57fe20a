"""The reasons for which the contract refuses a call, or a call is not sent at all."""

from enum import StrEnum


class Refusal(StrEnum):
    """Why a call was refused. A refused call changes nothing but the record of refusals."""

    SAME_SECOND = "a submission was already accepted in this second"
    OFFER_TOO_LOW = "the offer is below the required deposit"
    BALANCE_TOO_LOW = "the balance does not cover the offer and the fee"
    UNKNOWN_SUBMISSION = "there is no such submission"
    NOTHING_CLAIMABLE = "nothing is left to claim"
    TOO_EARLY = "the refund time has not passed"
    NOT_SENDER = "only the sender can ask for a refund"
    OWN_SUBMISSION = "the sender cannot take from its own submission"
    ALREADY_CLAIMED = "this account has claimed from this submission before"
    MODEL_DISAGREES = "the classifier predicts another label"
    MODEL_AGREES = "the classifier predicts the submitted label"
    NOT_VERIFIED = "the taker has no verified sample"
    NO_TAKES = "the mechanism lets nobody take from others"
    NOT_WORTH_FEE = "it would bring less than its fee"

    @property
    def code(self) -> int:
        """The reason as it stands in the rows of the contract's refusals."""
        return _CODES[self]


_CODES = {refusal: code for code, refusal in enumerate(Refusal)}

UNSENT = frozenset({Refusal.BALANCE_TOO_LOW, Refusal.NOT_WORTH_FEE})
"""Why a call does not reach the contract, and so takes no gas."""
