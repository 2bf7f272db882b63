"""What a stream says of itself: filling, what was entered in error, what was erased."""

from __future__ import annotations

import re
from typing import Literal, Self

from pydantic import model_validator

from trialseal.documents.canonical import shown
from trialseal.documents.events.members import AnyEvent, CorrectionSource, EventId, Pseudonym
from trialseal.documents.fields import Count, LocalId, Text


class EnteredInError(AnyEvent):
    """An earlier entry should never have been made: it stays, and counts no longer. `at` is when that was stated."""

    type: Literal["entered-in-error"]
    subject: Pseudonym | None = None
    """The participant of the entry, where it has one."""
    corrects: EventId
    """The id of that entry: of its last correction, where there is one."""
    corrected_by: LocalId
    """Who states it, by their code in the delegation log."""
    correction_source: CorrectionSource
    """What brought the error to light."""
    correction_reason: Text
    """Why, in a few words that name nobody."""


class Padding(AnyEvent):
    """An entry that says nothing, so that the size of a stream says nothing."""

    type: Literal["padding"]


class Erasure(AnyEvent):
    """A tombstone: whose entries were made unreadable, by whom, why, and on what legal basis."""

    type: Literal["erasure"]
    subject: Pseudonym | None = None
    """Whose entries they were."""
    by: Text
    """The office that did it, no person's name."""
    reason: Text
    """Why."""
    legal_basis: Text
    """On what legal basis, such as GDPR 17(1)(b)."""
    counts: dict[str, Count]
    """How many entries of each type were erased."""
    indices: tuple[Count, ...] = ()
    """Which entries, counted from 0."""

    @model_validator(mode="after")
    def _known(self) -> Self:
        # Types of a later version may have been erased too: what a count must be is a type's name.
        for name in self.counts:
            if not re.fullmatch("[a-z]+(-[a-z]+)*", name):
                raise ValueError(f"counts names {shown(name)}, which is not a type of events: correct it")
        return self
