"""Mistakes planted in the contract's source, each of which the comparison must find."""

from pathlib import Path

import pytest
from alike import play, play_on_the_edge

from cmlabm.chain import contract
from cmlabm.chain.differences import DifferenceError

pytest.importorskip("vyper")
from vyper.compiler.settings import OptimizationLevel

from cmlabm.chain.compiling import DIRECTORY, compiled

MISTAKES = {
    "refunds from the refund time on": ("market", "<= REFUND_TIME", "< REFUND_TIME"),
    "expires a second late": ("market", ">= CLAIM_TIME", "> CLAIM_TIME"),
    "shares are rounded up": (
        "market",
        "(of.money >> HIGH) * verified // self.all_verified",
        "((of.money >> HIGH) * verified + self.all_verified - 1) // self.all_verified",
    ),
    "a share of nothing is nothing": (
        "market",
        "left if share == 0 else min(share, left)",
        "min(share, left)",
    ),
    "a share may be more than is left": ("market", "else min(share, left)", "else share"),
    "the claimed mark is forgotten": (
        "market",
        "    self.claimed[number][msg.sender] = True\n",
        "",
    ),
    "a refund verifies nothing": ("market", "    self.verified[msg.sender] += 1\n", ""),
    "verified samples of all are not counted": ("market", "    self.all_verified += 1\n", ""),
    "a refund leaves the money": ("market", "    self.submissions[number].money = 0\n", ""),
    "a take leaves the money": ("market", "money = of.money - amount", "money = of.money"),
    "takers need no verified sample": ("market", "if verified == 0:", "if False:"),
    "senders take from themselves": (
        "market",
        "        self._refuse(OWN_SUBMISSION)",
        "        pass",
    ),
    "anybody gets the refund": ("market", "        self._refuse(NOT_SENDER)", "        pass"),
    "takers take twice": (
        "market",
        "    if self.claimed[number][msg.sender]:\n        self._refuse(ALREADY_CLAIMED)\n",
        "",
    ),
    "two in a second": ("market", "        self._refuse(SAME_SECOND)", "        return MINIMUM"),
    "the exact price is too low": ("market", "msg.value < required", "msg.value <= required"),
    "any offer will do": ("market", "        self._refuse(OFFER_TOO_LOW)", "        pass"),
    "the change is kept": ("market", "return number, msg.value - deposit", "return number, 0"),
    "time since the last is forgotten": (
        "market",
        "    self.last_accepted_at = block.timestamp\n    self.submissions",
        "    self.submissions",
    ),
    "no root is taken": ("market", "isqrt(block.timestamp - last)", "(block.timestamp - last)"),
    "costs are rounded down": ("market", "(cost + 5 * 10**8)", "cost"),
    "no least deposit": ("market", "max(MINIMUM, (cost", "max(0, (cost"),
    "no most deposit": ("market", "min(price, MAXIMUM)", "price"),
    "the price is locked": ("market", "msg.value if LOCKS_OFFER else required", "required"),
    "labels are forgotten": ("market", " | (label << LABEL)", ""),
    "the deposit is taken for what is left": (
        "market",
        "return of.money & (2**HIGH - 1)",
        "return of.money >> HIGH",
    ),
    "the sender cannot let it expire": (
        "market",
        "    if self._is_expired(of):\n        return of\n",
        "    if self._is_expired(of) and self._sender(of) != msg.sender:\n        return of\n",
    ),
    "a margin of zero is label 1": (
        "model",
        "(self._margin(features) > 0)",
        "(self._margin(features) >= 0)",
    ),
    "a margin of zero teaches no label 1": ("model", "(margin <= 0)", "(margin < 0)"),
    "a margin of zero teaches no label 0": ("model", "(margin >= 0)", "(margin > 0)"),
    "the step is one late": ("model", "HEAD_START + seen", "HEAD_START + seen + 1"),
    "what the first model saw is forgotten": ("model", "SEEN_BEFORE + number", "number"),
    "any features will do": (
        "model",
        "    assert keccak256(abi_encode(features)) == of.digest",
        "    assert True",
    ),
    "the bias does not learn": ("model", "    self.weights[0] += step\n", ""),
    "all steps are up": ("model", "        step = -step", "        pass"),
    "a word may come twice": ("model", "assert word > last", "assert word >= last"),
    "words that there are not": ("model", "last <= WORDS", "last <= MOST_WORDS"),
}
SEEDS, CALLS = range(24), 150


def play_all() -> None:
    play_on_the_edge()
    for seed in SEEDS:
        play(seed, CALLS)


def test_a_contract_without_mistakes_does_what_the_simulation_does() -> None:
    play_all()


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_found(mistake: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, right, wrong = MISTAKES[mistake]
    for name in ("market", "model"):
        source = (DIRECTORY / f"{name}.vy").read_text(encoding="utf-8")
        if name == file:
            assert source.count(right) == 1
            source = source.replace(right, wrong)
        (tmp_path / f"{name}.vy").write_text(source, encoding="utf-8")
    mistaken = compiled("model", tmp_path, optimize=OptimizationLevel.NONE)
    monkeypatch.setattr(contract, "packaged", lambda form: mistaken)
    with pytest.raises(DifferenceError):
        play_all()
