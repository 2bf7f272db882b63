"""Evidence as a bundle's members: a header, nodes of the tries, logs. docs/bytes.md fixes the bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise

from trialseal.errors import UsageError
from trialseal.ledger.contracts import contract
from trialseal.ledger.evidence import Evidence
from trialseal.ledger.logs import Log
from trialseal.ledger.proofs.header import HeaderError, from_rlp
from trialseal.ledger.proofs.keccak import keccak256
from trialseal.ledger.proofs.trie import LARGEST_NODE

NEWEST, EARLIER = "evidence/", "earlier/"
"""Before the names of the evidence as of a bundle's block; and of an earlier one's, with its number between."""
_HEADER, _NODES, _LOGS = "header.rlp", "nodes", "logs"
_OF_EARLIER = re.compile(r"earlier/(0|[1-9][0-9]{0,15})/(header\.rlp|nodes|logs)")
# Contracts by their number in a log's first byte.
_CONTRACTS = ("Parties", "Attestations", "TrialRegistry", "TrialLog")
_TOPICS, _TOPIC = 4, 32
_LARGEST_DATA = 1 << 20


def members_of(evidence: Evidence, place: str = NEWEST) -> dict[str, bytes]:
    """The members that hold evidence: nodes as length, 2 bytes ‖ node; logs as contract ‖ topics ‖ length ‖ data."""
    return {
        place + _HEADER: evidence.header.raw,
        place + _NODES: b"".join(len(node).to_bytes(2, "big") + node for node in evidence.nodes),
        place + _LOGS: b"".join(map(_log, evidence.logs)),
    }


def earlier_members(earlier: Iterable[Evidence]) -> dict[str, bytes]:
    """The members that hold the evidence as of earlier blocks."""
    found: dict[str, bytes] = {}
    for one in earlier:
        found |= members_of(one, f"{EARLIER}{one.header.number}/")
    return found


def is_evidence(name: str) -> bool:
    """Whether a member is called as one that holds evidence."""
    return name in {NEWEST + one for one in (_HEADER, _NODES, _LOGS)} or _OF_EARLIER.fullmatch(name) is not None


def earlier_from(members: Mapping[str, bytes], newest: Evidence, shown: str) -> tuple[Evidence, ...]:
    """The evidence as of earlier blocks, in their order; UsageError if it has another form."""
    numbers = sorted({int(found[1]) for found in map(_OF_EARLIER.fullmatch, members) if found})
    earlier = []
    for number in numbers:
        one = evidence_from(members, newest.chain_id, shown, f"{EARLIER}{number}/")
        if one.header.number != number or number >= newest.header.number:
            raise UsageError(f"{shown}: {EARLIER}{number}/ is not of an earlier block of this number: ask for another")
        earlier.append(one)
    return tuple(earlier)


def evidence_from(members: Mapping[str, bytes], chain_id: int, shown: str, place: str = NEWEST) -> Evidence:
    """The evidence in a bundle; UsageError if it has another form. Nothing in it is believed: it is to be proven."""
    missing = [place + name for name in (_HEADER, _NODES, _LOGS) if place + name not in members]
    if missing:
        raise UsageError(f"{shown} holds no {missing[0]}: ask for another bundle")
    try:
        header = from_rlp(members[place + _HEADER])
    except HeaderError as error:
        raise UsageError(f"{shown}: {place}{_HEADER} is not the header of a block: {error}") from None
    nodes = _nodes(members[place + _NODES], f"{shown}: {place}{_NODES}")
    return Evidence(chain_id, header, tuple(nodes), tuple(_logs(members[place + _LOGS], f"{shown}: {place}{_LOGS}")))


def _log(log: Log) -> bytes:
    number = next(n for n, name in enumerate(_CONTRACTS) if contract(name).address == log.address)
    return bytes([number]) + b"".join(log.topics) + len(log.data).to_bytes(4, "big") + log.data


def _nodes(data: bytes, shown: str) -> list[bytes]:
    found, at = [], 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 2], "big")
        node = data[at + 2 : at + 2 + length]
        if len(node) != length or not 0 < length <= LARGEST_NODE:
            raise UsageError(f"{shown} has another form at byte {at:,}")
        found.append(node)
        at += 2 + length
    hashes = list(map(keccak256, found))
    if any(before >= after for before, after in pairwise(hashes)):
        raise UsageError(f"{shown} holds a node twice, or out of the order of their hashes")
    return found


def _logs(data: bytes, shown: str) -> list[Log]:
    found, at = [], 0
    while at < len(data):
        head = 1 + _TOPICS * _TOPIC + 4
        number, length = data[at], int.from_bytes(data[at + head - 4 : at + head], "big")
        topics = tuple(data[at + 1 + n * _TOPIC : at + 1 + (n + 1) * _TOPIC] for n in range(_TOPICS))
        text = data[at + head : at + head + length]
        if at + head > len(data) or number >= len(_CONTRACTS) or length > _LARGEST_DATA or len(text) != length:
            raise UsageError(f"{shown} has another form at byte {at:,}")
        found.append(Log(contract(_CONTRACTS[number]).address, topics, text))
        at += head + length
    return found
