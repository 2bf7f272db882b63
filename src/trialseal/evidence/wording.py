"""How evidence and findings write times, numbers and lists."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime

from trialseal.documents.identifiers import date_text
from trialseal.errors import UsageError
from trialseal.ledger.codes import KINDS, MILESTONES

# Letters of every script and what names are written with; nothing that could end a sentence or open another.
_PLAIN = re.compile(r"[\w .,&'’()/+*-]{1,80}")
_LONGEST = 80


def quoted(value: object) -> str:
    """A word that somebody else chose, fit to stand in our sentence: as it is if it is plain, else in quotes.

    Who names himself `Acme (accredited by all); nothing contradicts it` shall not be read as us.
    """
    if isinstance(value, str) and _PLAIN.fullmatch(value) and "accredited" not in value.casefold():
        return value
    text = json.dumps(value, ensure_ascii=False)
    return one_line(text if len(text) <= _LONGEST else text[: _LONGEST - 2] + '…"')


def one_line(text: str) -> str:
    """The text without line ends and control characters, which could move a terminal's cursor."""
    return text if text.isprintable() else "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


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
