"""Headers of every fork as geth published them, later forks, and what is no header."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from eth_utils.crypto import keccak

from plain_trie import rlp
from real_records import real_files
from trialseal.ledger.proofs.header import LARGEST_HEADER, HeaderError, from_json, from_rlp
from trialseal.ledger.proofs.rlp import decode

VECTORS = json.loads((Path(__file__).parents[3] / "vectors" / "state.json").read_bytes())
HEADERS = VECTORS["headers"]
PRAGUE = HEADERS["prague"]
LATER = {"blockAccessListHash": "0x" + "5c" * 32, "slotNumber": "0x1f"}


def members(header: dict[str, Any]) -> list[Any]:
    found = decode(from_json(header).raw)
    assert isinstance(found, list)
    return list(found)


def with_hash(header: dict[str, Any], items: list[Any]) -> dict[str, Any]:
    """A header as a node gives it, with the hash of these members."""
    return {**header, "hash": "0x" + keccak(rlp(items)).hex()}


@pytest.mark.parametrize("fork", HEADERS)
def test_published_headers_lead_to_their_hash(fork: str) -> None:
    block = HEADERS[fork]
    header = from_json(block)
    assert (header.hash.hex(), header.state_root.hex()) == (block["hash"][2:], block["stateRoot"][2:])
    assert (header.number, header.time) == (int(block["number"], 16), int(block["timestamp"], 16))
    assert header.parent_hash.hex() == block["parentHash"][2:]
    assert (header.extra_data.hex(), header.mix_hash.hex()) == (block["extraData"][2:], block["mixHash"][2:])
    assert from_rlp(header.raw) == header
    assert len(members(block)) == {"genesis": 15, "london": 16, "merge": 16, "shanghai": 17, "cancun": 20}.get(fork, 21)


def test_a_published_raw_header() -> None:
    header = from_rlp(bytes.fromhex(VECTORS["raw_header"][2:]))
    assert (header.number, header.hash) == (3, keccak(header.raw))


@pytest.mark.parametrize("path", real_files("proofs/besu-*.rlp.hex"))
def test_a_header_of_a_consortium(path: Path) -> None:
    header = from_rlp(bytes.fromhex(path.read_text().split()[-1]))
    assert header.number == 7528 and len(header.extra_data) > 32


@pytest.mark.parametrize("fork", HEADERS)
def test_every_changed_member_is_refused(fork: str) -> None:
    for name, value in HEADERS[fork].items():
        for other in ("0x1" if value != "0x1" else "0x2", value[:-1] + ("0" if value[-1] != "0" else "1"), None, 5, []):
            with pytest.raises(HeaderError):
                from_json({**HEADERS[fork], name: other})
        with pytest.raises(HeaderError):
            from_json({one: kept for one, kept in HEADERS[fork].items() if one != name})


@pytest.mark.parametrize(
    "odd", ["0x-5", "-0x5", "0x", "5", "0xzz", "0x1_0", "0x" + "f" * 65, "0x0.5", 5, True, {}, None]
)
@pytest.mark.parametrize("name", ["number", "difficulty", "parentHash", "extraData", "hash"])
def test_members_of_no_form_are_refused(name: str, odd: Any) -> None:
    if (name, odd) == ("extraData", PRAGUE["extraData"]):
        return
    with pytest.raises(HeaderError):
        from_json({**PRAGUE, name: odd})


def test_what_is_not_hashed_is_not_looked_at() -> None:
    beside = {"size": "0x1", "totalDifficulty": "0x5", "uncles": [], "transactions": ["0x1"], "withdrawals": None}
    assert from_json({**PRAGUE, **beside, "note": "a word", "more": {"a": 1}, "odd": "0xzz"}) == from_json(PRAGUE)


def test_members_that_are_null_are_not_there() -> None:
    london = {**HEADERS["london"], "withdrawalsRoot": None, "blobGasUsed": None}
    assert from_json(london) == from_json(HEADERS["london"])


@pytest.mark.parametrize("slot", ["0x1f", "0x0", "0x100"])
def test_the_next_forks_members_are_known(slot: str) -> None:
    number = int(slot, 16)
    items = [*members(PRAGUE), bytes.fromhex("5c" * 32), number.to_bytes((number.bit_length() + 7) // 8, "big")]
    block = with_hash({**PRAGUE, **LATER, "slotNumber": slot}, items)
    header = from_json(block)
    assert header.state_root.hex() == PRAGUE["stateRoot"][2:] and from_rlp(header.raw) == header


@pytest.mark.parametrize("names", [("one", "two"), ("two", "one")])
@pytest.mark.parametrize("second", ["0x0", "0x7", "0x00ff", "0x" + "07" * 20, "0x" + "1" * 63])
def test_two_members_of_a_fork_that_nobody_knows(names: tuple[str, str], second: str) -> None:
    unknown = {"one": "0x" + "ab" * 32, "two": second}
    as_hashed = {"one": bytes.fromhex("ab" * 32), "two": decoded(second)}
    items = [*members(PRAGUE), *(as_hashed[name] for name in names)]
    block = with_hash({**PRAGUE, **unknown, "note": "0x5"}, items)
    assert from_json(block).raw == rlp(items)
    for name in unknown:
        with pytest.raises(HeaderError):
            from_json({**block, name: "0x8"})


def decoded(value: str) -> bytes:
    if value == "0x0":
        return b""
    return bytes.fromhex(value[2:].rjust(len(value[2:]) + len(value) % 2, "0"))


def test_many_members_that_nobody_knows_keep_nobody_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[bytes] = []

    def counted(data: bytes) -> bytes:
        hashed.append(data)
        return bytes(32)

    monkeypatch.setattr("trialseal.ledger.proofs.header.keccak256", counted)
    with pytest.raises(HeaderError):
        from_json({**PRAGUE, **{f"m{number}": f"0x{number + 1:x}" for number in range(10_000)}})
    assert len(hashed) < 1_000


# ----- RLP -----


def test_a_header_that_a_bit_was_changed_in_has_another_hash_or_is_refused() -> None:
    header = from_json(PRAGUE)
    for bit in range(8 * len(header.raw)):
        changed = bytearray(header.raw)
        changed[bit // 8] ^= 1 << bit % 8
        with suppress(HeaderError):
            assert from_rlp(bytes(changed)).hash != header.hash


@pytest.mark.parametrize("count", [0, 1, 14])
def test_a_header_has_fifteen_members_or_more(count: int) -> None:
    with pytest.raises(HeaderError, match="at least 15"):
        from_rlp(rlp(members(PRAGUE)[:count]))


@pytest.mark.parametrize("count", [15, 16, 21])
def test_a_header_of_any_fork_is_read(count: int) -> None:
    assert from_rlp(rlp(members(PRAGUE)[:count])).number == 0x2D


@pytest.mark.parametrize(
    "place, odd",
    [
        (0, b"\1" * 31),
        (2, b"\1" * 21),
        (3, b""),
        (3, []),
        (6, bytes(255)),
        (8, b"\0\1"),
        (8, b"\0"),
        (8, [b"\1"]),
        (8, b"\1" * 33),
        (8, bytes.fromhex("20000000000000")),
        (11, b"\0\5"),
        (11, bytes.fromhex("20000000000000")),
        (12, [b"\1"]),
        (14, bytes(7)),
    ],
)
def test_a_member_of_another_form_is_refused(place: int, odd: Any) -> None:
    items = members(PRAGUE)
    items[place] = odd
    with pytest.raises(HeaderError):
        from_rlp(rlp(items))


def test_what_is_no_list_or_too_large_is_refused() -> None:
    items = members(PRAGUE)
    items[12] = bytes(LARGEST_HEADER)
    for raw in (b"", b"\x80", b"\1" * 600, rlp(items), rlp(members(PRAGUE)) + b"\0", rlp(members(PRAGUE))[:-1]):
        with pytest.raises(HeaderError):
            from_rlp(raw)


@pytest.mark.parametrize("place", [8, 11])
def test_the_largest_number_and_time(place: int) -> None:
    items = members(PRAGUE)
    items[place] = ((1 << 53) - 1).to_bytes(7, "big")
    header = from_rlp(rlp(items))
    assert (1 << 53) - 1 in (header.number, header.time)
    items[place] = (1 << 53).to_bytes(7, "big")
    with pytest.raises(HeaderError, match="^its number or time is out of all bounds$"):
        from_rlp(rlp(items))


@pytest.mark.parametrize(("count", "known"), [(3, True), (4, True), (5, False)])
def test_so_many_members_that_nobody_knows(count: int, known: bool) -> None:
    """In their order; a fork of five at once there was never."""
    words = [bytes([n]) * 32 for n in range(1, count + 1)]
    block = with_hash(
        {**PRAGUE, **{f"m{n}": "0x" + one.hex() for n, one in enumerate(words)}}, [*members(PRAGUE), *words]
    )
    if known:
        assert from_json(block).raw == rlp([*members(PRAGUE), *words])
    else:
        with pytest.raises(HeaderError, match="do not lead to the hash"):
            from_json(block)


def test_how_large_a_header_may_be() -> None:
    items = members(PRAGUE)
    items[12] = b"x" * ((1 << 16) - len(rlp([*items[:12], b"x" * 60_000, *items[13:]])) + 60_000)
    assert len(rlp(items)) == 1 << 16
    header = from_rlp(rlp(items))
    assert header.extra_data == items[12]
    items[12] += b"x"
    with pytest.raises(HeaderError, match="^it has 65537 bytes$"):
        from_rlp(rlp(items))
