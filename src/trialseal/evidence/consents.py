"""What the streams at hand and the chain say about the consents of one trial, as plain data that rules read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from trialseal.evidence.trust import Trust
from trialseal.ledger.attestations import AttestationRecord


class Entry(NamedTuple):
    """An entry of a stream, and since when the chain binds it. An audit holds as many as there are events."""

    stream: str
    """What the stream is called here; unique among those at hand."""
    index: int  # type: ignore[assignment]
    event: Mapping[str, Any]
    site: str | None = None
    """Where it happened, as far as that can be told."""
    anchored: int | None = None
    """Block time of the first head that holds it, Unix seconds; None while none does."""
    first: int | None = None
    """Of a correction: the place of the entry in whose stead it stands, as that was written first."""

    @property
    def type(self) -> str:
        """The event's type."""
        return str(self.event["type"])

    @property
    def at(self) -> str:
        """When it happened, as precisely as the event says."""
        return str(self.event["at"])

    @property
    def subject(self) -> str | None:
        """Whom it is about, by pseudonym."""
        return self.event.get("subject")

    @property
    def place(self) -> str:
        """'entry 4 of stream consent'; of a correction with what it stands for."""
        instead = "" if self.first is None else f", which corrects entry {self.first}"
        return f"entry {self.index} of stream {self.stream}{instead}"


class ErasedSubject(NamedTuple):
    """A subject whose entries in a stream cannot be read any more, as the tombstone says."""

    subject: str
    place: str
    """Of the tombstone."""
    counts: Mapping[str, int]
    """Erased entries by type."""


class FormDecision(NamedTuple):
    """What a committee decided on a consent form."""

    decision: str
    """A word of `codes.Decision`."""
    by: str
    territory: int
    """ISO 3166-1 number; 0: not stated."""
    date: int
    """yyyymmdd as declared, 0 if not."""
    time: int
    """When it was sealed, Unix seconds."""
    withdrawn_at: int
    """Unix seconds; 0 if it was not."""
    record: AttestationRecord
    """As it was attested: its author and the key that signed it."""
    until: int = 0
    """First second at which it no longer holds; 0 for no end."""

    @property
    def ended_at(self) -> int:
        """The first second at which it no longer holds, by its end or its withdrawal; 0 for none."""
        return min(filter(None, (self.until, self.withdrawn_at)), default=0)


class SealedForm(NamedTuple):
    """A version of a consent form that the trial sealed."""

    digest: str
    version: int
    time: int
    decisions: tuple[FormDecision, ...] = ()


class Effect(NamedTuple):
    """Since when an amendment holds somewhere."""

    since: str
    territory: int | None
    """ISO 3166-1 number; None: not stated, so everywhere, unless `scope` says where."""
    scope: str | None = None


class Amended(NamedTuple):
    """An amendment of the protocol, from a sealed version at hand."""

    label: str
    """'protocol version 2', or 'amendment 1' of those before the first version that was sealed."""
    version: int | None
    reconsent: bool | None
    """Whether those already enrolled are to be asked again; None: not stated."""
    effects: tuple[Effect, ...] = ()


class ConsentEvidence(NamedTuple):
    """Everything at hand about the consents of a trial."""

    entries: tuple[Entry, ...] = ()
    """Of the types that an audit of consents reads."""
    erased: tuple[ErasedSubject, ...] = ()
    forms: tuple[SealedForm, ...] = ()
    amendments: tuple[Amended, ...] = ()
    unread_protocols: tuple[int, ...] = ()
    """Sealed protocol versions after the first whose documents are not at hand."""
    trust: Trust = Trust()
    """Whose decisions on forms count."""
    unseen: str | None = None
    """Why not all entries of the trial can be seen, so that what is not found may be there; None if all are."""
    unanchored: Mapping[str, int] = MappingProxyType({})
    """By stream, how many of its entries no head holds yet."""
    erased_entries: Mapping[str, int] = MappingProxyType({})
    """Erased entries by type."""
    corrected: int = 0
    """How many entries do not count because another stands in their place."""
    in_error: int = 0
    """How many do not count because they were stated as entered in error."""


def with_sites(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries, each with its site: the event's own, else the only one that its subject's other events name, else
    the only one that its stream names."""
    listed = list(entries)
    by_subject: dict[str | None, set[str]] = {}
    by_stream: dict[str, set[str]] = {}
    for entry in listed:
        if site := entry.event.get("site"):
            by_subject.setdefault(entry.subject, set()).add(site)
            by_stream.setdefault(entry.stream, set()).add(site)
    found = []
    for entry in listed:
        site = entry.event.get("site")
        for sites in (by_subject.get(entry.subject) if entry.subject else None, by_stream.get(entry.stream)):
            if site is None and sites is not None and len(sites) == 1:
                site = next(iter(sites))
        found.append(entry if site == entry.site else entry._replace(site=site))
    return tuple(found)
