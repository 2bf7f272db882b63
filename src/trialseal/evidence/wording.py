"""How evidence and findings write times, numbers and lists."""

from __future__ import annotations

from collections.abc import Sequence

from trialseal.ledger.codes import Code, DocumentKind, Milestone
from trialseal.ledger.moments import day as day
from trialseal.ledger.moments import declared_date
from trialseal.ledger.moments import end_day as end_day
from trialseal.ledger.moments import moment as moment


def declared(code: int) -> str:
    """A declared date as precise as it is."""
    return declared_date(code) or "a day not stated"


def count(number: int, thing: str) -> str:
    """'1 act', '14 acts'."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def entries(number: int) -> str:
    """'1 entry', '14 entries'."""
    return "1 entry" if number == 1 else f"{number} entries"


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
    "withdrawn-by-committee": "withdrawn by the committee",
}


def plain(code: Code) -> str:
    """A code as it is said: first-participant-enrolled is first participant enrolled."""
    return _SPOKEN.get(code.word) or code.word.replace("-", " ")


def kind_words(kind: int) -> str:
    """A kind of document in plain words."""
    known = DocumentKind(kind)
    return plain(known) if known.is_known else f"document of {known}"


def milestone_words(milestone: int) -> str:
    """'first participant enrolled', 'data cut-off'."""
    known = Milestone(milestone)
    return "another milestone" if known is Milestone.OTHER else plain(known)


def part_words(part: int) -> str:
    """'part 2', 'the whole trial'."""
    return f"part {part}" if part else "the whole trial"
