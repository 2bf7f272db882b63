"""What is hashed of a consortium's header and what its seals sign, by the engine that its vote and round show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from eth_utils.crypto import keccak

from plain_trie import rlp
from trialseal.ledger.proofs.bft import MARK, Sealed, sealed
from trialseal.ledger.proofs.header import HeaderError, from_rlp
from trialseal.ledger.proofs.rlp import RlpError, decode

RAW = bytes.fromhex((Path(__file__).parents[3] / "vectors/headers/besu-qbft-block-7528.rlp.hex").read_text())
VANITY, VALIDATORS, SEALS = bytes(32), [b"\1" * 20], [b"\2" * 65]
VOTE = [b"\3" * 20, b"\xff"]


def members(*extra: Any, **places: Any) -> list[Any]:
    """The real header's members with other extra data."""
    found = decode(RAW)
    assert isinstance(found, list)
    found[12] = rlp(list(extra))
    for place, value in places.items():
        found[int(place.removeprefix("at"))] = value
    return found


@pytest.mark.parametrize(
    ("vote", "round", "hashes", "signs"),
    [
        # QBFT: an empty list for no vote; the hash takes an empty round and no seals.
        ([], b"", [b"", []], [b"", []]),
        ([], b"\5", [b"", []], [b"\5", []]),
        ([], b"\0\0\5", [b"", []], [b"\5", []]),  # what is signed has the shortest form
        ([], b"\1\2\3\4", [b"", []], [b"\1\2\3\4", []]),
        (VOTE, b"\1\2\3", [b"", []], [b"\1\2\3", []]),
        (VOTE, b"\1\2\3\4\5", [b"", []], [b"\1\2\3\4\5", []]),
        # IBFT 2.0: an empty string for no vote, and four bytes of round.
        (b"", b"\0\0\0\1", [], [b"\0\0\0\1"]),
        (b"", b"\1", [], [b"\1"]),
        (VOTE, b"\0\0\0\1", [], [b"\0\0\0\1"]),
        (b"\3", b"\0\0\0\1", [], [b"\0\0\0\1"]),  # no engine writes it: the round tells
        (b"\3", b"\1", [b"", []], [b"\1", []]),
    ],
)
def test_what_is_hashed_and_signed(vote: Any, round: bytes, hashes: list[Any], signs: list[Any]) -> None:
    header = members(VANITY, VALIDATORS, vote, round, SEALS)
    assert from_rlp(rlp(header)).hash == keccak(rlp(members(VANITY, VALIDATORS, vote, *hashes)))
    assert sealed(header) == Sealed(keccak(rlp(members(VANITY, VALIDATORS, vote, *signs))), tuple(SEALS))


def test_seals_of_another_form_are_none() -> None:
    for seals, found in (([b"\2" * 64, b"\2" * 65, b"\2" * 66, [b"\2"]], 1), (b"\2" * 65, 0), ([], 0)):
        shown = sealed(members(VANITY, VALIDATORS, [], b"", seals))
        assert shown is not None and len(shown.seals) == found


@pytest.mark.parametrize("places", [{"at8": b""}, {"at13": bytes(32)}])
def test_a_first_block_and_other_engines_are_hashed_as_they_stand(places: dict[str, bytes]) -> None:
    header = members(VANITY, VALIDATORS, [], b"", SEALS, **places)
    assert sealed(header) is None
    assert from_rlp(rlp(header)).hash == keccak(rlp(header))


@pytest.mark.parametrize("extra", [[VANITY] * 4, [VANITY] * 6, [VANITY, VALIDATORS, [], [b"\1"], SEALS]])
def test_extra_data_of_another_form(extra: list[Any]) -> None:
    header = members(*extra)
    assert header[13] == MARK
    with pytest.raises(RlpError, match="extra data is not"):
        sealed(header)
    with pytest.raises(HeaderError, match="extra data is not"):
        from_rlp(rlp(header))
    header[12] = [VANITY]
    with pytest.raises(RlpError):
        sealed(header)
    with pytest.raises(RlpError, match="extra data is not"):
        sealed([*header[:12], rlp(VANITY), *header[13:]])
