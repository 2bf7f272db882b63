"""The audit trail as a table: a row for each entry, and one more for each member that a correction changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from trialseal.evidence.trails import TrailEntry
from trialseal.report.trail import words

COLUMNS = (
    "stream", "writer", "entry", "event", "type", "participant", "at", "state", "corrects", "member", "old", "new",
    "by", "corrected_at", "source", "reason", "head", "anchored", "contested",
)  # fmt: skip


def rows(entries: Iterable[TrailEntry]) -> Iterator[tuple[object, ...]]:
    """The rows, in the columns' order; an entry that is no correction says under new what it holds."""
    for one in entries:
        event = one.event
        place = (
            one.stream, one.writer, one.index, event.get("id"), event.get("type"), event.get("subject"),
            event.get("at"), words.state(one), event.get("corrects"),
        )  # fmt: skip
        why = (
            event.get("corrected_by"), words.corrected_at(one), event.get("correction_source"),
            event.get("correction_reason"), one.head.number if one.head else None,
            words.head(one).partition(", ")[2] if one.head else "not anchored",
            " | ".join(map(words.contested, one.contested)),
        )  # fmt: skip
        if not one.changes:
            yield (*place, None, None, words.content(one), *why)
        for change in one.changes:
            yield (*place, change.member, words.value(change.old), words.value(change.new), *why)
