"""What a chain says of the proof of one entry, before it looks for the head."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from trialseal.errors import FailedError, UndeterminedError, UsageError
from trialseal.evidence.event_proofs import anchored
from trialseal.ledger.contracts import contract

TRIAL, WRITER, STREAM, ROOT = (bytes([number]) * 32 for number in (1, 2, 3, 4))
ADDRESS = bytes.fromhex(contract("TrialLog").address[2:])
HEAD = SimpleNamespace(size=9, root=ROOT, number=2, time=1_600_000_000, block=7, transaction="0x11")
MEMBERS = {"chain_id": 5, "contract": ADDRESS, "trial": TRIAL, "writer": WRITER, "stream": STREAM}
PROOF = MEMBERS | {"index": 3, "size": 9, "root": ROOT, "verify": lambda: None}


def told(
    meant: bytes | None = None, *, heads: Any = (HEAD,), gap: str | None = None, known: bool = True, **members: Any
) -> str:
    """What a chain 5 with these heads says of the proof with other members."""
    chain: Any = SimpleNamespace(
        chain_id=lambda: 5,
        trial=lambda trial: object() if known else None,
        head_history=lambda *place: SimpleNamespace(gap=gap, heads=heads if place == (TRIAL, WRITER, STREAM) else ()),
        finality=lambda block: f"final at {block}",
    )
    proof: Any = SimpleNamespace(**(PROOF | members))
    return anchored(chain, proof, meant).sentence


def test_an_entry_under_an_anchored_head() -> None:
    said = f"anchored as head 2 of its stream in trial {TRIAL.hex()} 2020-09-13 12:26:40 UTC on chain 5 (final at 7)"
    assert said in told() and said in told(TRIAL)
    earlier = SimpleNamespace(**(vars(HEAD) | {"size": 8, "number": 1}))
    other = SimpleNamespace(**(vars(HEAD) | {"root": WRITER, "number": 3}))
    assert "as head 2 of" in told(heads=(earlier, other, HEAD))


@pytest.mark.parametrize("chain_id", [4, 6])
def test_a_proof_of_another_chain_is_wrong_use(chain_id: int) -> None:
    with pytest.raises(UsageError, match=f"the proof is of chain {chain_id}, and this is chain 5"):
        told(chain_id=chain_id)


@pytest.mark.parametrize(
    ("how", "error", "words"),
    [
        ({"contract": bytes(20)}, FailedError, "is not trialseal's"),
        ({"known": False}, FailedError, "chain 5 has no trial"),
        ({"trial": STREAM}, FailedError, "has no such head"),
        ({"heads": ()}, FailedError, "has no such head"),
        ({"size": 10}, FailedError, "has no such head"),
        ({"root": WRITER}, FailedError, "has no such head"),
        ({"gap": "1 head is hidden", "heads": ()}, UndeterminedError, "cannot be told here: 1 head is hidden"),
    ],
)
def test_what_is_not_anchored_is_said(how: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        told(**how)


def test_a_proof_of_another_trial_than_is_meant_fails() -> None:
    with pytest.raises(FailedError, match=f"of trial {TRIAL.hex()}, and meant is {STREAM.hex()}"):
        told(STREAM)
