"""Stores of streams, made by hand, and a chain on which they were opened and anchored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from recorded_acts import Answered
from trialseal.documents.events import event_form
from trialseal.ledger.attestations import AttestationRecord, Attested
from trialseal.ledger.records import Head, HeadHistory, Stream
from trialseal.ledger.rolling import SUPPOSED
from trialseal.streams.batch import Row
from trialseal.streams.config import StreamConfig
from trialseal.streams.store import StreamStore, create_stream

TRIAL, WRITER, OTHER, REGULATOR, ZERO = b"\1" * 32, b"\2" * 32, b"\3" * 32, b"\4" * 32, bytes(32)
SALT = b"\5" * 32


def store(folder: Path, *events: dict[str, Any], name: str = "kits", writer: bytes = WRITER) -> StreamStore:
    config = StreamConfig(TRIAL, writer, name, SALT, 0, 0)
    made = create_stream(folder / f"{name}-{writer.hex()[:4]}", config)
    given = []
    for number, one in enumerate(events, 1):
        event = {"format": "trialseal/1", "kind": "event", "id": f"e{number}", "at": "2026-03-02", **one}
        given.append(Row(event["id"], event.get("subject"), event_form(event), 1, event["type"], event.get("corrects")))
    made.append(given)
    return made


def received(place: str = "depot", **members: Any) -> dict[str, Any]:
    said = {"type": "custody", "action": "received", "place": place, "lot": "L1", "quantity": 3, "unit": "vial"}
    return said | members


VISIT = {"type": "visit", "subject": "0a" * 16, "site": "DE-01", "visit": "V1"}


def head(one: StreamStore, size: int, number: int = 1, **members: Any) -> Head:
    root = one.root(min(size, one.size))
    made = Head(TRIAL, one.config.writer, one.config.id, number, size, root, 1000 * number, "0x" + "ab" * 20, ZERO)
    return replace(made, **members)


class Chain(Answered):
    """A chain on which streams were opened, with their heads."""

    def __init__(self, *heads: Head, opened: Sequence[StreamStore] = (), gap: Any = SUPPOSED) -> None:
        self.heads, self.gap = heads, gap
        self.opened = [Stream(TRIAL, one.config.id, one.config.writer, 1) for one in opened]
        self.given: list[AttestationRecord] = []
        self.loaded: list[Any] = []
        self.hidden: bytes | None = None

    def load(self, **what: Any) -> None:
        self.loaded.append(what)

    def streams(self, trial: bytes) -> tuple[Stream, ...]:
        return tuple(self.opened)

    def head_history(self, trial: bytes, writer: bytes, stream: bytes) -> HeadHistory:
        return HeadHistory(None, tuple(one for one in self.heads if one.writer == writer), self.gap)

    def party(self, party: bytes) -> None:
        return None

    def attestations(self, subject: bytes, digest: bytes = ZERO) -> list[AttestationRecord]:
        return [one for one in self.given if one.subject == subject]

    def attested(self, subject: bytes) -> Attested:
        return Attested((), (), "1 attestation is hidden" if subject == self.hidden else SUPPOSED)
