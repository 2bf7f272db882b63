"""A participant who is being forgotten: the tombstone, and the note beside the store by which a crash is made good."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from trialseal import files
from trialseal.kept_json import value_of
from trialseal.streams import disk
from trialseal.streams.lines import Damaged

_FILE = "forgetting.json"


class Journal(NamedTuple):
    """What is to be erased as soon as its tombstone is an entry."""

    subject: str
    tombstone: int
    """Index of its entry."""
    rows: list[tuple[int, str]]
    """Index and type of each entry about the participant."""

    @property
    def counts(self) -> dict[str, int]:
        """How many entries of each type."""
        return dict(sorted(Counter(type for _, type in self.rows).items()))

    @property
    def indices(self) -> tuple[int, ...]:
        """Their places in the stream."""
        return tuple(index for index, _ in self.rows)

    def event(self, *, by: str, reason: str, legal_basis: str, at: str) -> dict[str, Any]:
        """The tombstone."""
        from trialseal.documents import events
        from trialseal.documents.versions import FORMAT

        made = {
            "format": FORMAT,
            "kind": "event",
            "type": "erasure",
            "id": f"erasure-{secrets.token_hex(8)}",
            "at": at,
            "subject": self.subject,
            "by": by,
            "reason": reason,
            "legal_basis": legal_basis,
            "counts": self.counts,
            "indices": list(self.indices),
        }
        events.parse_event(made, "the tombstone")
        return made

    def is_told_by(self, event: dict[str, Any] | None) -> bool:
        """Whether an event is the tombstone of these rows: nothing else may have anything erased."""
        said = event or {}
        return said.get("type") == "erasure" and (said.get("subject"), said.get("indices")) == (
            self.subject,
            list(self.indices),
        )

    def put(self, folder: Path) -> None:
        """Writes the note beside a store."""
        files.put(folder / _FILE, json.dumps(self._asdict()).encode(), disk.PRIVATE)


def path_in(folder: Path) -> Path:
    """Where the note lies."""
    return folder / _FILE


def begun(folder: Path) -> Journal | None:
    """What was begun and not ended; Damaged where the note is none."""
    path = path_in(folder)
    if not path.exists():
        return None
    try:
        said = value_of(path.read_bytes())
        return Journal(
            str(said["subject"]), int(said["tombstone"]), [(int(number), str(type)) for number, type in said["rows"]]
        )
    except (ValueError, KeyError, TypeError):
        raise Damaged(path, None, "it does not say what is being forgotten") from None
