"""Streams to test with."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from trialseal.documents.events import event_form
from trialseal.streams.batch import Row
from trialseal.streams.config import StreamConfig
from trialseal.streams.schedule import Schedule
from trialseal.streams.store import StreamStore, create_stream

TRIAL, WRITER, SALT = b"\1" * 32, b"\2" * 32, b"\3" * 32
REGISTERED = 1_577_836_800  # 2020-01-01


def config(name: str = "adverse-events", schedule: Schedule | None = None) -> StreamConfig:
    return StreamConfig(TRIAL, WRITER, name, SALT, REGISTERED, REGISTERED, schedule)


def new_stream(folder: Path, schedule: Schedule | None = None) -> StreamStore:
    return create_stream(folder / "adverse-events", config(schedule=schedule))


def event(number: int, subject: int | None = 0, **members: Any) -> dict[str, Any]:
    """An adverse event of subject number `subject`; a site's event of nobody for None."""
    value: dict[str, Any] = {"format": "trialseal/1", "kind": "event", "id": f"E-{number}", "at": "2020-05-12T09:30Z"}
    if subject is None:
        value |= {"type": "consent-form-in-force", "site": "s1", "form_version": "2"}
    else:
        value |= {"type": "adverse-event", "seriousness": "serious", "subject": f"{subject:032x}"}
    return value | members


def row(value: dict[str, Any], line: int = 0) -> Row:
    return Row(value["id"], value.get("subject"), event_form(value), line)


def rows(first: int, last: int, subjects: int = 7) -> list[Row]:
    """Events number `first` to before `last` of so many subjects in turn."""
    return [row(event(number, number % subjects), number + 1) for number in range(first, last)]


def only(found: Iterable[Row]) -> Row:
    """The one event of a row."""
    (one,) = found
    return one
