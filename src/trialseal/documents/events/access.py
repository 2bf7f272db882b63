"""Access to shared data: what was asked for, decided, handed over, and what became of it."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from trialseal.documents.events.members import EventTime, SiteEvent
from trialseal.documents.fields import Count, Hex32, LocalId, Text

_NEEDED = {
    "requested": ("application", "recipient"),
    "refused": ("application", "decided_by"),
    "permitted": ("application", "permit", "package", "recipient", "until"),
    "handed-over": ("permit", "package", "recipient"),
    "revoked": ("permit",),
    "read": ("permit",),
    "output-taken-out": ("permit",),
    "returned": ("permit",),
    "destroyed": ("permit",),
    "told-of-withdrawal": ("package", "recipient"),
}


class Access(SiteEvent):
    """Something happened to data that are shared, or that somebody asked for. Documents are named by their digests."""

    type: Literal["access"]
    action: Literal[
        "requested",
        "refused",
        "permitted",
        "handed-over",
        "revoked",
        "read",
        "output-taken-out",
        "returned",
        "destroyed",
        "told-of-withdrawal",
    ]
    """What happened: the recipient reads, takes out, returns and destroys; the rest the holder does."""
    application: Hex32 | None = None
    """The application."""
    permit: Hex32 | None = None
    """The permit."""
    package: Hex32 | None = None
    """The package."""
    recipient: Hex32 | None = None
    """The party that asks for the data, or gets them, by its id."""
    purpose: tuple[LocalId, ...] = ()
    """What for, by the short names of the Data Use Ontology."""
    until: EventTime | None = None
    """Until when."""
    agreement: Hex32 | None = None
    """SHA-256 of the agreement's file."""
    files: Count | None = None
    """How many files."""
    by: LocalId | None = None
    """Who did it, by their code."""
    decided_by: LocalId | None = None
    """Who decided, by their code: a committee, or an office."""
    reason: Text | None = None
    """Why, in a few words that name nobody."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        for name in _NEEDED[self.action]:
            if getattr(self, name) is None:
                raise ValueError(f"{name} is missing: an event of access that says {self.action} names it")
        return self
