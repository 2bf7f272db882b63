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


_SPOKEN = {
    "co-sponsor": "co-sponsor",
    "cro": "CRO",
    "data-cut-off": "data cut-off",
    "dsmb-recommendation": "DSMB recommendation",
    "other": "other document",
    "last-participant-last-visit": "last participant, last visit",
    "withdrawn-by-body": "withdrawn by the body",
}


def plain(code_word: str) -> str:
    """A word of `ledger.codes` as it is said: first-participant-enrolled is first participant enrolled."""
    return _SPOKEN.get(code_word) or code_word.replace("-", " ")


def kind_words(kind: int) -> str:
    """A kind of document in plain words."""
    return plain(KINDS.get(kind, f"document of kind {kind}"))


def milestone_words(milestone: int) -> str:
    """'first participant enrolled', 'data cut-off'."""
    word = MILESTONES.get(milestone, f"milestone {milestone}")
    return "another milestone" if word == "other" else plain(word)


def part_words(part: int) -> str:
    """'part 2', 'the whole trial'."""
    return f"part {part}" if part else "the whole trial"
