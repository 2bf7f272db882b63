"""How evidence and findings write times, numbers and lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from trialseal.documents.identifiers import date_text
from trialseal.errors import UsageError
from trialseal.ledger.codes import KINDS, MILESTONES


def moment(seconds: int) -> str:
    """A block's time: 2020-04-27 12:00 UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


def day(seconds: int) -> str:
    """The UTC day of a block's time."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")


def declared(code: int) -> str:
    """A declared date as precise as it is."""
    try:
        return date_text(code) if code else "a day not stated"
    except UsageError:
        return str(code)


def count(number: int, thing: str) -> str:
    """'1 act', '14 acts'."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def listed(words: Sequence[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def kind_words(kind: int) -> str:
    """A kind of document in plain words."""
    return KINDS.get(kind, f"document of kind {kind}").replace("-", " ")


def milestone_words(milestone: int) -> str:
    """'first participant enrolled', 'data cut-off'."""
    words = MILESTONES.get(milestone, f"milestone {milestone}").replace("-", " ")
    return words.replace("cut off", "cut-off")


def part_words(part: int) -> str:
    """'part 2', 'the whole trial'."""
    return f"part {part}" if part else "the whole trial"
