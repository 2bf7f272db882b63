"""The proof of one entry: a file that says everything that is needed to check it against a head on the chain."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trialseal.documents import canonical
from trialseal.documents.nonces import salted_leaf
from trialseal.documents.versions import format_of, version_of
from trialseal.errors import FailedError, UsageError
from trialseal.merkle import tree
from trialseal.streams.config import StreamConfig
from trialseal.streams.lines import subject_of
from trialseal.streams.store import StreamStore

_FAMILY = "trialseal-event-proof"
# A tree of 2^64 entries is 64 levels high, and one more sibling a level there is not.
MOST_HASHES = 64
_HEX = ("contract", "trial", "writer", "stream", "root", "nonce")


@dataclass(frozen=True, slots=True)
class EventProof:
    """An entry, its nonce, and the way from its leaf to the root of a head."""

    event: dict[str, Any]
    nonce: bytes
    index: int
    size: int
    root: bytes
    hashes: tuple[bytes, ...]
    trial: bytes
    writer: bytes
    stream: bytes
    chain_id: int
    contract: bytes  # 20 bytes

    def verify(self) -> None:
        """Raise FailedError unless the entry is under the root: arithmetic alone, no chain is asked."""
        # (1) The leaf is that of nonce and event.
        leaf = salted_leaf(self.nonce, canonical.canonical_bytes(self.event))
        # (2) The hashes lead from the leaf, at this index, to the root of a tree of this size.
        tree.verify_inclusion(leaf, self.index, self.size, self.hashes, self.root)

    def as_json(self) -> dict[str, Any]:
        """The proof as it is written to a file."""
        return {
            "format": format_of(_FAMILY),
            "event": self.event,
            "nonce": self.nonce.hex(),
            "index": self.index,
            "size": self.size,
            "root": self.root.hex(),
            "proof": [one.hex() for one in self.hashes],
            "trial": self.trial.hex(),
            "writer": self.writer.hex(),
            "stream": self.stream.hex(),
            "chain_id": self.chain_id,
            "contract": "0x" + self.contract.hex(),
        }


def make_proof(stream: StreamStore, index: int, size: int, root: bytes, chain_id: int, contract: bytes) -> EventProof:
    """The proof of an entry against the head of `size` entries with this root.

    FailedError if the store's entry is not what the root binds, UsageError if it was erased.
    """
    form = stream.form(index)
    event = canonical.parse_json(form, f"entry {index}")
    if not isinstance(event, dict):
        raise FailedError(f"{stream.folder}: entry {index} is not an event: trialseal events audit says what is wrong")
    config: StreamConfig = stream.config
    made = EventProof(
        event=event,
        nonce=stream.nonce(index, subject_of(event)),
        index=index,
        size=size,
        root=root,
        hashes=tuple(stream.inclusion_proof(index, size)),
        trial=config.trial,
        writer=config.writer,
        stream=config.id,
        chain_id=chain_id,
        contract=contract,
    )
    try:
        made.verify()
    except FailedError as error:
        raise FailedError(
            f"{stream.folder}: entry {index} is not what was anchored ({error}): trialseal events audit says what was "
            "changed"
        ) from None
    return made


def read_proof(path: Path) -> EventProof:
    """The proof in a file; UsageError if it is none, or not whole."""
    return parse_proof(canonical.read_document(path), path)


def parse_proof(content: bytes, path: Path) -> EventProof:
    """The proof in a file's bytes; UsageError that names the file if it is none, or not whole."""
    value = canonical.parse_json(content, str(path))
    try:
        if not isinstance(value, dict):
            raise FailedError
        version_of(value.get("format"), _FAMILY, str(path))
    except FailedError:
        raise UsageError(f"{path} is not the proof of an event: name a file that events prove wrote") from None
    try:
        lengths = {name: 40 if name == "contract" else 64 for name in _HEX}
        data = {name: _bytes(value, name, length) for name, length in lengths.items()}
        event, hashes = value["event"], value["proof"]
        if not isinstance(event, dict):
            raise ValueError("event must be an object")
        if not isinstance(hashes, list) or len(hashes) > MOST_HASHES:
            raise ValueError(f"proof must be a list of at most {MOST_HASHES} hashes")
        siblings = tuple(_bytes({"proof": one}, "proof", 64) for one in hashes)
        numbers = {name: _count(value, name) for name in ("index", "size", "chain_id")}
    except KeyError as error:
        raise UsageError(f"{path} is not a whole proof: {error.args[0]} is missing") from None
    except ValueError as error:
        raise UsageError(f"{path} is not a proof: {error}") from None
    return EventProof(event=event, hashes=siblings, **data, **numbers)  # type: ignore[arg-type]


def file_bytes(proof: EventProof) -> bytes:
    """The proof's file."""
    return (json.dumps(proof.as_json(), indent=2, ensure_ascii=False) + "\n").encode()


def _bytes(value: dict[str, Any], name: str, digits: int) -> bytes:
    text = value[name]
    plain = text.removeprefix("0x") if isinstance(text, str) else ""
    if len(plain) != digits or any(c not in "0123456789abcdef" for c in plain):
        raise ValueError(f"{name} must be {digits} lower-case hexadecimal digits")
    return bytes.fromhex(plain)


def _count(value: dict[str, Any], name: str) -> int:
    number = value[name]
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < 1 << 63:
        raise ValueError(f"{name} must be a whole number")
    return number
