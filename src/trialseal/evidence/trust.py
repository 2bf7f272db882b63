"""Whom a reader trusts to decide, and what the chain says of those who did."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.parties import PartyRecord


class Trust(NamedTuple):
    """Whom a reader trusts, and what was said of the parties that decided."""

    accreditors: frozenset[bytes] = frozenset()
    """Parties whose accreditation the reader trusts."""
    accreditations: Mapping[bytes, tuple[AttestationRecord, ...]] = MappingProxyType({})
    """By party that decided, every accreditation of it."""
    parties: Mapping[bytes, PartyRecord | None] = MappingProxyType({})
    """By id, those who decided or accredited, with what they said of their keys."""
    gap: str | None = None
    """Why not all that is attested can be seen; None if all is."""
