"""Whether what a party attested is its own word: what it has said of the key that signed it; and until when."""

from __future__ import annotations

from enum import Enum

from trialseal.evidence.wording import end_day, moment
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.codes import AttestationKind
from trialseal.ledger.parties import KeyRecord, PartyRecord
from trialseal.rules.finding import Case


class Doubt(Enum):
    """Why an act by a key may not be its party's."""

    DISOWNED = "the party states that the key was in the wrong hands by then"
    CONTESTED = "one key of the party states that, and another contests it"


def key_doubt(record: KeyRecord, time: int) -> Doubt | None:
    """What a party has said against a key at an act's block time; None if nothing. "Since" includes its second."""
    if not record.compromised_since or time < record.compromised_since:
        return None
    return Doubt.CONTESTED if record.contested_at else Doubt.DISOWNED


def author_doubt(case: Case, one: AttestationRecord) -> Doubt | None:
    """What the author of an attestation has said of the key that signed it."""
    return doubt_of(case.names.record(one.author), one)


def doubt_of(author: PartyRecord | None, one: AttestationRecord) -> Doubt | None:
    """What the author of an attestation has said of the key that signed it; None too if the chain has no such party."""
    record = author.key(one.key) if author else None
    return key_doubt(record, one.time) if record else None


def end_words(one: AttestationRecord) -> str:
    """', until 2021-01-01 00:00 UTC, withdrawn 2020-06-01 12:00 UTC', as far as there is an end.

    Of a permit it is the last day, as in the application for it.
    """
    ends = end_day if one.kind is AttestationKind.PERMIT else moment
    until = f", until {ends(one.until)}" if one.until else ""
    return until + (f", withdrawn {moment(one.withdrawn_at)}" if one.withdrawn_at else "")
