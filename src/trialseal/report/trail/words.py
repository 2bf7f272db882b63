"""What the page, the table and the picture of a trail call things."""

from __future__ import annotations

from typing import Any

from trialseal.evidence.trails import Change, Contested, State, TrailEntry, members
from trialseal.ledger.moments import moment


def value(what: Any) -> str:
    """A member's value as a person reads it; '' for none."""
    if what is None:
        return ""
    if isinstance(what, list | tuple):
        return "; ".join(map(value, what))
    if isinstance(what, bool):
        return "yes" if what else "no"
    return str(what)


def content(entry: TrailEntry) -> str:
    """What an entry says, in one line."""
    return ", ".join(f"{name} {value(one)}" for name, one in members(entry.event).items())


def change(one: Change) -> str:
    """What became of a member, in one line."""
    return f"{one.member}: {value(one.old) or 'nothing'} → {value(one.new) or 'nothing'}"


def head(entry: TrailEntry) -> str:
    """Under which head an entry lies."""
    return f"head {entry.head.number}, {moment(entry.head.time)}" if entry.head else "not anchored"


def state(entry: TrailEntry) -> str:
    """What became of an entry, and by which."""
    return f"{entry.state.value} by {entry.later}" if entry.later else entry.state.value


def contested(one: Contested) -> str:
    """What another party holds against an entry, in one line."""
    event = one.event
    agreed = f", agreed by {value(event['agreed_by'])}" if event.get("agreed_by") else ", not agreed"
    other = "" if one.is_same else "; it names another leaf than this entry has"
    return (
        f"contested in entry {one.index} of stream {one.stream} of {one.writer}: {value(event.get('holds'))} "
        f"({value(event.get('reason'))}; {value(event.get('source'))}{agreed}){other}"
    )


def reason(entry: TrailEntry) -> str:
    """Why it was corrected, and what brought that to light."""
    event = entry.event
    said = (value(event.get("correction_reason")), value(event.get("correction_source")))
    return " · ".join(filter(None, said))


def corrected_at(entry: TrailEntry) -> str:
    """When it was corrected, or stated as entered in error."""
    event = entry.event
    return value(event.get("corrected_at") or (event.get("at") if "corrects" in event else None))


STRUCK = frozenset((State.CORRECTED, State.IN_ERROR))
"""What no longer stands, and is shown struck through."""
