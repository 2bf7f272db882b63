"""What was signed and may have been sent, written down before it leaves, so that whoever comes back finds it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from trialseal.documents.versions import format_of, version_of
from trialseal.errors import FailedError, UsageError
from trialseal.files import SMALL, read_small, write_json

_FAMILY = "trialseal-pending"


@dataclass(frozen=True, slots=True)
class Pending:
    """A transaction that was signed and may have been sent: what a journal holds."""

    what: str
    chain_id: int
    genesis: str  # hash of the chain's first block: devnets share chain ids
    sender: str
    nonce: int
    to: str
    data: bytes
    transaction: str
    raw: bytes


def read(path: Path) -> Pending | None:
    """What was signed and not finished; None if there is nothing. UsageError if the file is damaged."""
    try:
        entry = json.loads(read_small(path, SMALL))
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        entry = None
    try:
        version_of(entry["format"], _FAMILY, str(path))
        return Pending(
            what=str(entry["what"]),
            chain_id=int(entry["chain_id"]),
            genesis=str(entry["genesis"]),
            sender=str(entry["sender"]),
            nonce=int(entry["nonce"]),
            to=str(entry["to"]),
            data=bytes.fromhex(entry["data"]),
            transaction=str(entry["transaction"]),
            raw=bytes.fromhex(entry["raw"]),
        )
    except (TypeError, KeyError, ValueError, FailedError):
        raise UsageError(
            f"{path} should hold an act that was being sent, and cannot be read: look at trialseal history "
            "whether it was recorded, then delete that file"
        ) from None


def write(path: Path, pending: Pending) -> None:
    """Writes down what is about to be sent, for its owner's eyes."""
    write_json(
        path,
        {
            "format": format_of(_FAMILY),
            "what": pending.what,
            "chain_id": pending.chain_id,
            "genesis": pending.genesis,
            "sender": pending.sender,
            "nonce": pending.nonce,
            "to": pending.to,
            "data": pending.data.hex(),
            "transaction": pending.transaction,
            "raw": pending.raw.hex(),
        },
        0o600,
    )


def remove(journal: Path | None) -> None:
    """Forgets what was finished."""
    if journal is not None:
        journal.unlink(missing_ok=True)
