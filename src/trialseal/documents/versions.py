"""The version that every document, row form and file of trialseal names, and what is said of a later one.

A format is a family and a number: trialseal/1, trialseal-receipt/1. A reader knows every version up to its own.
Light: standard library only.
"""

from __future__ import annotations

import re
from typing import Final

from trialseal.documents.canonical import shown
from trialseal.errors import FailedError, UndeterminedError

NEWEST: Final[dict[str, int]] = {
    "trialseal": 1,  # documents and events
    "trialseal-table": 1,  # the schema and the rows of a dataset
    "trialseal-private": 2,  # the secrets of a dataset; 2 once somebody was erased from it
    "trialseal-stream": 1,
    "trialseal-stream-head": 1,
    "trialseal-event-proof": 1,
    "trialseal-event-map": 1,
    "trialseal-bundle": 2,  # 2 if it holds rows as trialseal-rows
    "trialseal-rows": 1,  # many rows of a table, with what proves them
    "trialseal-bundle-signature": 1,
    "trialseal-checkpoint": 1,
    "trialseal-receipt": 1,
    "trialseal-receipt-of-head": 1,
    "trialseal-receipt-of-transaction": 1,
    "trialseal-backup": 1,  # the list of files in a backup
    "trialseal-signed-acts": 1,  # acts that others send
}
"""By family, the newest version that this program reads and writes."""
FORMAT: Final = "trialseal/1"
"""The format of documents and events that is written today."""
_parsed = re.compile(r"(trialseal(?:-[a-z]+)*)/([1-9][0-9]{0,5})").fullmatch


class LaterVersion(UndeterminedError):
    """A document or file of a version that this program cannot know."""


def format_of(family: str) -> str:
    """The format that is written today: trialseal-receipt/1."""
    return f"{family}/{NEWEST[family]}"


def version_of(stated: object, family: str, name: str) -> int:
    """The version that a format states. LaterVersion if it is newer than this program, FailedError if it is no such
    format; both name `name`, the file or document."""
    found = _parsed(stated) if isinstance(stated, str) else None
    if found is None or found[1] != family:
        given = "is missing" if stated is None else f"is {shown(stated)}"
        raise FailedError(f"{name}: format {given}, but must be {format_of(family)!r}")
    version = int(found[2])
    if version > NEWEST[family]:
        raise LaterVersion(later_words(stated, name))
    return version


def later_words(stated: object, name: str) -> str:
    """What is said of a document or file of a later version."""
    return f"{name} was made by a later version of trialseal ({stated}): update trialseal to read it"


def is_later(stated: object) -> bool:
    """Whether a format is one of trialseal's, of a version after the newest that is known here."""
    found = _parsed(stated) if isinstance(stated, str) else None
    return found is not None and int(found[2]) > NEWEST.get(found[1], 0)
