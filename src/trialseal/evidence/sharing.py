"""What the chain, the documents and the streams at hand say about the data of one trial that are shared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import NamedTuple

from trialseal.documents.sharing import AccessPolicy, Application, Package, Permit
from trialseal.evidence.consents import Entry
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.parties import PartyRecord


class Held(NamedTuple):
    """When a party could give permits: as the trial's sponsor, or as named its data access committee."""

    party: bytes
    since: int
    until: int | None
    """None while it still can."""
    words: str


class Recipient(NamedTuple):
    """A party to which data are handed over."""

    name: str
    keys: tuple[Mapping[str, str], ...] | None
    """The encryption keys of its profile; None where that is not at hand."""
    accreditations: tuple[AttestationRecord, ...] = ()
    gap: str | None = None
    """Why not all that is attested of it can be seen."""


class SharingEvidence:
    """Everything at hand about the sharing of a trial's data. Documents are kept by their digests in hexadecimal."""

    def __init__(
        self,
        *,
        permits: Iterable[AttestationRecord] = (),
        approvals: Iterable[AttestationRecord] = (),
        attested_gap: str | None = None,
        documents: Mapping[str, AccessPolicy | Application | Package | Permit] | None = None,
        owners: Mapping[str, frozenset[str]] | None = None,
        entries: Iterable[Entry] = (),
        people: Iterable[Entry] = (),
        held: Iterable[Held] = (),
        history_gap: str | None = None,
        recipients: Mapping[str, Recipient] | None = None,
        authors: Mapping[bytes, PartyRecord | None] | None = None,
        unseen: str | None = None,
        unanchored: Mapping[str, int] | None = None,
    ) -> None:
        self.permits = tuple(permits)
        """Every permit about the trial that the chain holds, shown or not."""
        self.approvals = tuple(approvals)
        """What was decided on the trial's documents, applications among them."""
        self.attested_gap = attested_gap
        """Why not all permits and decisions can be seen."""
        self.documents = dict(documents or {})
        self.owners = dict(owners or {})
        """By package, to whom its files belong, where its list is at hand."""
        self.entries = tuple(entries)
        """What stands of the type access."""
        self.people = tuple(people)
        """What stands of withdrawals and consents, and whose entries were erased."""
        self.held = tuple(held)
        self.history_gap = history_gap
        self.recipients = dict(recipients or {})
        """By party id in hexadecimal."""
        self.authors = dict(authors or {})
        """Who gave permits, with their keys and what they say of them."""
        self.unseen = unseen
        """Why not all entries can be seen; None if all are."""
        self.unanchored = dict(unanchored or {})

    def permit(self, digest: str) -> Permit | None:
        """A permit's document."""
        found = self.documents.get(digest)
        return found if isinstance(found, Permit) else None

    def policy(self, digest: str) -> AccessPolicy | None:
        """The terms with this digest."""
        found = self.documents.get(digest)
        return found if isinstance(found, AccessPolicy) else None

    def application(self, digest: str) -> Application | None:
        """The application with this digest."""
        found = self.documents.get(digest)
        return found if isinstance(found, Application) else None

    def package(self, digest: str) -> Package | None:
        """The package with this digest."""
        found = self.documents.get(digest)
        return found if isinstance(found, Package) else None

    def name(self, party: str) -> str:
        """What a recipient is called."""
        known = self.recipients.get(party)
        return known.name if known else f"party {party[:8]}…"

    @cached_property
    def by_document(self) -> Mapping[str, tuple[AttestationRecord, ...]]:
        """The permits by the digest of their documents."""
        found: dict[str, list[AttestationRecord]] = {}
        for one in self.permits:
            found.setdefault(one.document.hex(), []).append(one)
        return {digest: tuple(those) for digest, those in found.items()}

    @cached_property
    def by_application(self) -> Mapping[str, tuple[AttestationRecord, ...]]:
        """What was decided, by the digest of the document that it is about."""
        found: dict[str, list[AttestationRecord]] = {}
        for one in self.approvals:
            found.setdefault(one.digest.hex(), []).append(one)
        return {digest: tuple(those) for digest, those in found.items()}

    @cached_property
    def by_permit(self) -> Mapping[str, tuple[Entry, ...]]:
        """The entries by the permit that they name."""
        return self._by("permit")

    @cached_property
    def by_package(self) -> Mapping[str, tuple[Entry, ...]]:
        """The entries by the package that they name."""
        return self._by("package")

    def _by(self, member: str) -> Mapping[str, tuple[Entry, ...]]:
        found: dict[str, list[Entry]] = {}
        for one in self.entries:
            if member in one.event:
                found.setdefault(str(one.event[member]), []).append(one)
        return {digest: tuple(those) for digest, those in found.items()}
