"""What one party says against an entry of another's stream, in a stream of its own."""

from __future__ import annotations

from typing import Literal

from trialseal.documents.events.members import CorrectionSource, Pseudonym, SiteEvent
from trialseal.documents.fields import Count, Hex32, LocalId, Text


class Contest(SiteEvent):
    """Another party's objection to an entry of a stream that is not its own: it is shown beside that entry, never in
    its place. `at` is when that was stated (ICH E6(R3) 3.16.1(i))."""

    type: Literal["contest"]
    writer: Hex32
    """The party whose stream it is, by its id."""
    stream: Hex32
    """The id of that stream."""
    entry: Count
    """The entry's place in it, from 0."""
    leaf: Hex32
    """The leaf of that entry, which binds its content."""
    subject: Pseudonym | None = None
    """The participant of that entry, where it has one."""
    holds: Text
    """What holds instead, in a few words that name nobody."""
    source: CorrectionSource
    """What brought the difference to light."""
    reason: Text
    """Why it is contested."""
    agreed_by: LocalId | None = None
    """Who of the other party agreed, by their code in its delegation log; left out while nobody has."""
