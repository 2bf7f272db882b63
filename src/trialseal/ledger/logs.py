"""Logs as a node gives them, read once; and whether they are what was asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any

from trialseal.ledger import abi
from trialseal.ledger.contracts import contract
from trialseal.ledger.rolling import AUTHOR_BYTES, Rolled, log_digest
from trialseal.values import Value

# Of every log of the contracts: the event, and three that are indexed.
TOPICS = 4
# geth refuses more alternatives for one topic.
MOST_TOPICS = 1000
# So many logs are not decoded anew: an act that is sent, found and kept asks for its own several times.
_LATELY = 1 << 10


class Log(Value):
    """One log of a contract, and where it is on the chain, as its node says: None of what a bundle carries."""

    address: str  # 0x and lower case
    topics: tuple[bytes, ...]
    data: bytes
    block: int | None = None
    block_hash: str | None = None
    transaction: str | None = None
    index: int | None = None  # in its block

    @cached_property
    def digest(self) -> bytes:
        """SHA-256 of topics and data, by which a withdrawal names it."""
        return log_digest(self.topics, self.data)

    @property
    def rolled(self) -> Rolled:
        """What a rolled word takes of it."""
        return Rolled(self.topics[3][:AUTHOR_BYTES], self.digest)

    @property
    def number(self) -> int:
        """From its stamp: its number in its trial, its stream or its rolled word."""
        return int.from_bytes(self.data[:4], "big")

    @property
    def time(self) -> int:
        """From its stamp: its block's time, Unix seconds."""
        return int.from_bytes(self.data[4:12], "big")

    @property
    def key(self) -> str:
        """From its stamp: the address of the key that acted."""
        return "0x" + self.data[12:32].hex()

    def members(self, name: str) -> tuple[str, dict[str, Any]]:
        """Name and members of the event of a contract that it is; abi.AbiError if it is none."""
        if len(self.topics) != TOPICS or len(self.data) < abi.WORD:
            raise abi.AbiError(f"the log has not the form of {name}'s logs")
        event, members = _members(name, self.topics, self.data)
        return event, dict(members)


@lru_cache(_LATELY)
def _members(name: str, topics: tuple[bytes, ...], data: bytes) -> tuple[str, dict[str, Any]]:
    return contract(name).decode_log(topics, data)


class Wanted(Value):
    """Logs to ask for: of a contract, with these topics; None lets any pass, several are alternatives."""

    contract: str
    topics: tuple[Collection[bytes] | None, ...]

    @property
    def filter(self) -> dict[str, Any]:
        """As `eth_getLogs` takes it, without blocks."""
        topics = [None if one is None else ["0x" + topic.hex() for topic in one] for one in self.topics]
        return {"address": contract(self.contract).address, "topics": topics}

    def fitting(self) -> Callable[[Log], bool]:
        """What tells whether a log is what was asked for: of many logs, each in the same short time."""
        address = contract(self.contract).address
        asked = [(place, frozenset(one)) for place, one in enumerate(self.topics) if one is not None]

        def fits(log: Log) -> bool:
            return (
                log.address == address
                and len(log.topics) == TOPICS >= len(self.topics)
                and len(log.data) >= abi.WORD  # its stamp
                and all(log.topics[place] in some for place, some in asked)
            )

        return fits


def wanted(name: str, events: Sequence[str], *topics: Collection[bytes] | None) -> Wanted:
    """Logs of events of a contract, by the topics behind the event."""
    return Wanted(name, ([contract(name).topic(event) for event in events], *topics))


def parse(raw: Mapping[str, Any]) -> Log | None:
    """A log of an answer whose form was checked; None if the node marks it as removed from the chain."""
    if raw.get("removed"):
        return None
    return Log(
        address=str(raw["address"]).lower(),
        topics=tuple(bytes.fromhex(topic[2:]) for topic in raw["topics"]),
        data=bytes.fromhex(raw["data"][2:]),
        block=int(raw["blockNumber"], 16),
        block_hash=str(raw["blockHash"]).lower(),
        transaction=str(raw["transactionHash"]).lower(),
        index=int(raw["logIndex"], 16),
    )


def until(logs: Sequence[Log], at: int | None) -> Sequence[Log]:
    """Those of some logs whose blocks are not after a time, Unix seconds; all if there is none."""
    return logs if at is None else [one for one in logs if one.time <= at]


def in_parts(items: Sequence[bytes]) -> list[list[bytes]]:
    """Ids, as many at a time as one question asks for."""
    return [list(items[start : start + MOST_TOPICS]) for start in range(0, len(items), MOST_TOPICS)]
