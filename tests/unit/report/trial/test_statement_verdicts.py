"""Verdicts on what signers state of their role: which attestation names the statement, and where that is not seen."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from trialseal.documents.canonical import document_digest
from trialseal.errors import UndeterminedError
from trialseal.evidence.profiles import Names
from trialseal.folder.reading import FileReading
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.codes import AttestationKind
from trialseal.report.trial.statement_verdicts import of_statement
from trialseal.report.trial.verdict import Verdict

TRIAL, PARTY, PROTOCOL = b"\1" * 32, b"\2" * 32, b"\3" * 32
VALUE = {"format": "trialseal/1", "kind": "signing-statement", "subject": TRIAL.hex(), "digest": PROTOCOL.hex(),
         "meaning": "reviewer", "role": "statistician"}  # fmt: skip


def file(**members: Any) -> FileReading:
    value = {**VALUE, **members}
    return FileReading("/x/stated.json", b"r" * 32, document_digest(value), value, 99)


def attested(number: int = 1, **members: Any) -> AttestationRecord:
    given = {
        "kind": AttestationKind.REVIEW, "code": 0, "territory": 0, "date": 0, "time": 1_800_000_000, "until": 0,
        "withdrawn_at": 0, "document": document_digest(VALUE), "subject": TRIAL, "digest": PROTOCOL, "key": "0xaa",
        **members,
    }  # fmt: skip
    return AttestationRecord(number=number, author=PARTY, log=bytes([number]) * 32, **given)


class Chain:
    """What a chain tells of one subject."""

    def __init__(self, *records: AttestationRecord, gap: str = "", unread: str = "") -> None:
        self.records, self.gap, self.unread = records, gap, unread

    def load(self, **given: Any) -> None:
        if self.unread:
            raise UndeterminedError(self.unread)

    def attested(self, subject: bytes) -> Any:
        return SimpleNamespace(records=[one for one in self.records if one.subject == subject], gap=self.gap)

    def party(self, party: bytes) -> Any:
        return SimpleNamespace(complete=True, profile=None)

    def as_of(self) -> Any:
        return SimpleNamespace(number=7, time=1_900_000_000)

    def is_devnet(self) -> bool:
        return False


def said(chain: Chain, one: FileReading) -> Verdict | None:
    source: Any = chain
    return of_statement(source, one, Names(source, {}))


def test_it_says_which_key_of_which_party_signed() -> None:
    found = said(Chain(attested(2), attested(3, withdrawn_at=1_800_000_001), gap="a log is missing"), file())
    assert found is not None and found.exit_code == 0 and found.trial is None
    assert found.words == (
        "is what a signer states of document 03030303…: reviewer, in the role statistician; named by attestation 2 "
        "(review), made 2027-01-15 by party 02020202… with key 0xaa; attestation 3 (review), made 2027-01-15 by party "
        "02020202… with key 0xaa, withdrawn 2027-01-15 08:00 UTC; a key signed, not a person, as of block 7"
    )


@pytest.mark.parametrize(
    ("chain", "one", "code", "words"),
    [
        (Chain(), file(), 1, "no attestation on the chain names it"),
        (Chain(attested()), file(role="author"), 1, "no attestation on the chain names it"),
        (Chain(attested(digest=bytes(32))), file(), 1, "no attestation on the chain names it"),
        (Chain(gap="a log is missing"), file(), 2, "cannot be told: a log is missing"),
        (Chain(unread="no proof of it"), file(), 2, "cannot be told: no proof of it"),
    ],
)
def test_what_no_attestation_names(chain: Chain, one: FileReading, code: int, words: str) -> None:
    found = said(chain, one)
    assert found is not None and found.exit_code == code and words in found.words


@pytest.mark.parametrize("subject", [None, 7, "ab", "zz" * 32])
def test_what_says_not_what_it_is_about_is_left_to_others(subject: object) -> None:
    assert said(Chain(attested()), file(subject=subject)) is None


def test_many_are_counted() -> None:
    found = said(Chain(*(attested(number) for number in range(1, 6))), file())
    assert found is not None and "attestation 3 " in found.words and "attestation 4" not in found.words
    assert " and 2 more; " in found.words
