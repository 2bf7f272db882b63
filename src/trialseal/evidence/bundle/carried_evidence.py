"""Evidence as a bundle's members: a header, nodes of the tries, logs. docs/bytes.md fixes the bytes."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from trialseal.errors import UsageError
from trialseal.ledger.contracts import contract
from trialseal.ledger.evidence import Evidence
from trialseal.ledger.logs import Log
from trialseal.ledger.proofs.header import HeaderError, from_rlp
from trialseal.ledger.proofs.keccak import keccak256
from trialseal.ledger.proofs.trie import LARGEST_NODE

HEADER, NODES, LOGS = "evidence/header.rlp", "evidence/nodes", "evidence/logs"
# Contracts by their number in a log's first byte.
_CONTRACTS = ("Parties", "Attestations", "TrialRegistry", "TrialLog")
_TOPICS, _TOPIC = 4, 32
_LARGEST_DATA = 1 << 20


def members_of(evidence: Evidence) -> dict[str, bytes]:
    """The members that hold evidence: nodes as length, 2 bytes ‖ node; logs as contract ‖ topics ‖ length ‖ data."""
    return {
        HEADER: evidence.header.raw,
        NODES: b"".join(len(node).to_bytes(2, "big") + node for node in evidence.nodes),
        LOGS: b"".join(map(_log, evidence.logs)),
    }


def evidence_from(members: Mapping[str, bytes], chain_id: int, shown: str) -> Evidence:
    """The evidence in a bundle; UsageError if it has another form. Nothing in it is believed: it is to be proven."""
    missing = [name for name in (HEADER, NODES, LOGS) if name not in members]
    if missing:
        raise UsageError(f"{shown} holds no {missing[0]}: ask for another bundle")
    try:
        header = from_rlp(members[HEADER])
    except HeaderError as error:
        raise UsageError(f"{shown}: {HEADER} is not the header of a block: {error}") from None
    return Evidence(chain_id, header, tuple(_nodes(members[NODES], shown)), tuple(_logs(members[LOGS], shown)))


def _log(log: Log) -> bytes:
    number = next(n for n, name in enumerate(_CONTRACTS) if contract(name).address == log.address)
    return bytes([number]) + b"".join(log.topics) + len(log.data).to_bytes(4, "big") + log.data


def _nodes(data: bytes, shown: str) -> list[bytes]:
    found, at = [], 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 2], "big")
        node = data[at + 2 : at + 2 + length]
        if len(node) != length or not 0 < length <= LARGEST_NODE:
            raise UsageError(f"{shown}: {NODES} has another form at byte {at:,}")
        found.append(node)
        at += 2 + length
    hashes = list(map(keccak256, found))
    if any(before >= after for before, after in pairwise(hashes)):
        raise UsageError(f"{shown}: {NODES} holds a node twice, or out of the order of their hashes")
    return found


def _logs(data: bytes, shown: str) -> list[Log]:
    found, at = [], 0
    while at < len(data):
        head = 1 + _TOPICS * _TOPIC + 4
        number, length = data[at], int.from_bytes(data[at + head - 4 : at + head], "big")
        topics = tuple(data[at + 1 + n * _TOPIC : at + 1 + (n + 1) * _TOPIC] for n in range(_TOPICS))
        text = data[at + head : at + head + length]
        if at + head > len(data) or number >= len(_CONTRACTS) or length > _LARGEST_DATA or len(text) != length:
            raise UsageError(f"{shown}: {LOGS} has another form at byte {at:,}")
        found.append(Log(contract(_CONTRACTS[number]).address, topics, text))
        at += head + length
    return found
