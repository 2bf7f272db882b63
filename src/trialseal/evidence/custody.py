"""What the streams at hand and the chain say about the products of one trial, as plain data that rules read."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from trialseal.evidence.consents import Entry
from trialseal.ledger.attestations import AttestationRecord


class ListedKit(NamedTuple):
    """A row of a list of kits."""

    lot: str | None = None
    expires: str | None = None
    """The expiry when the list was made."""
    gtin: str | None = None
    serial: str | None = None


class Supplier(NamedTuple):
    """Who writes a stream of custody, and what parties that the reader trusts accredited it as."""

    name: str
    accreditations: tuple[AttestationRecord, ...] = ()
    gap: str | None = None
    """Why not all that is attested can be seen; None if all is."""


class CustodyEvidence(NamedTuple):
    """Everything at hand about the products of a trial."""

    entries: tuple[Entry, ...] = ()
    """What stands of the types custody and dispensing, the latter with their sites."""
    people: tuple[Entry, ...] = ()
    """What stands of consents, withdrawals and randomisations."""
    kits: Mapping[str, ListedKit] | None = None
    """The list of kits by number; None where none is at hand."""
    suppliers: Mapping[str, Supplier] = MappingProxyType({})
    """By stream."""
    unseen: str | None = None
    """Why not all entries of the trial can be seen, so that what is not found may be there; None if all are."""
    unanchored: Mapping[str, int] = MappingProxyType({})
    """By stream, how many of its entries no head holds yet."""
    erased: int = 0
    """Entries of these types that were erased."""
    corrected: int = 0
    """How many entries do not count because another stands in their place."""
    in_error: int = 0
    """How many do not count because they were stated as entered in error."""
    replaced: Mapping[str, tuple[Entry, Entry | None]] = MappingProxyType({})
    """By kit, an entry about it that does not stand, and what stands in its place."""
