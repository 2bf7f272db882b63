"""What is said of packages and permits by the permits on the chain: whose word counts, and where nothing is seen."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from tests.unit.sharing.sharing_trials import COMMITTEE, RECIPIENTS, SPONSOR, TRIAL, seconds

from trialseal.documents.canonical import canonical_bytes, document_digest
from trialseal.errors import FailedError, UndeterminedError
from trialseal.evidence.profiles import Names
from trialseal.evidence.seals import FileEvidence
from trialseal.folder.reading import FileReading
from trialseal.ledger.acts import RoleNamed, TrialRegistered
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.codes import AttestationKind, Role
from trialseal.report.trial.permit_verdicts import of_permitted
from trialseal.report.trial.verdict import Verdict

STRANGER = RECIPIENTS[0]


def file(kind: str, **members: Any) -> FileReading:
    value = {"format": "trialseal/1", "kind": kind, "trial_id": TRIAL.hex(), **members}
    return FileReading(f"/x/{kind}.json", b"r" * 32, document_digest(value), value, len(canonical_bytes(value)))


PACKAGE, PERMIT = file("package"), file("permit")


def permitted(number: int, author: bytes, day: float = 5, **members: Any) -> AttestationRecord:
    given = {
        "kind": AttestationKind.PERMIT, "code": 0, "territory": 0, "date": 0, "time": seconds(day),
        "until": seconds(90), "withdrawn_at": 0, "document": PERMIT.canonical, "subject": TRIAL,
        "digest": PACKAGE.canonical, **members,
    }  # fmt: skip
    return AttestationRecord(number=number, author=author, log=bytes([number]) * 32, **given)


class Chain:
    """What a chain tells of one trial."""

    def __init__(self, *permits: AttestationRecord, gap: str = "", unread: str = "", compromised: int = 0) -> None:
        self.permits, self.gap, self.unread, self.compromised = permits, gap, unread, compromised

    def load(self, **given: Any) -> None:
        if self.unread:
            raise UndeterminedError(self.unread)

    def history(self, trial: bytes) -> Any:
        if trial != TRIAL:
            raise FailedError("no such trial")
        common = {"trial": TRIAL, "time": seconds(0), "actor": SPONSOR}
        named = {"role": Role.DATA_ACCESS_COMMITTEE, "held": True, "subject": COMMITTEE}
        acts = [_act(TrialRegistered, **common), _act(RoleNamed, **{**common, **named, "time": seconds(4)})]
        return SimpleNamespace(acts=acts, gap=None)

    def attested(self, subject: bytes) -> Any:
        return SimpleNamespace(records=self.permits, gap=self.gap)

    def party(self, party: bytes) -> Any:
        key = SimpleNamespace(compromised_since=self.compromised, contested_at=0)
        return SimpleNamespace(complete=True, profile=None, key=lambda address: key)

    def as_of(self) -> Any:
        return SimpleNamespace(number=7, time=seconds(20))

    def is_devnet(self) -> bool:
        return False


def _act(kind: type, **members: Any) -> Any:
    act = object.__new__(kind)
    for name, value in members.items():
        object.__setattr__(act, name, value)
    return act


def said(chain: Chain, one: FileReading = PACKAGE, trial: bytes | None = None) -> Verdict | None:
    source: Any = chain
    return of_permitted(source, [FileEvidence(one)], trial, Names(source, {})).get(0)


def test_a_package_and_a_permit_by_who_could_give_it() -> None:
    chain = Chain(permitted(2, SPONSOR), permitted(3, COMMITTEE, withdrawn_at=seconds(9)), permitted(4, STRANGER))
    found = said(chain)
    assert found is not None and found.exit_code == 0 and found.trial == TRIAL
    assert found.words == (
        "is the package of trial 01010101… that 2 permits name: permit 2, given 2026-01-10 by party 02020202…, until "
        "2026-04-04; permit 3, given 2026-01-10 by party 03030303…, until 2026-04-04, withdrawn "
        "2026-01-14 00:00 UTC, as of block 7"
    )
    its = said(Chain(permitted(2, SPONSOR)), PERMIT)
    assert its is not None and its.words.startswith("is the document of permit 2, given 2026-01-10 by party 02020202…")


@pytest.mark.parametrize(
    ("chain", "code", "words"),
    [
        (
            Chain(permitted(1, STRANGER)),
            1,
            "then was neither the trial's sponsor nor named as its data access committee",
        ),
        (
            Chain(permitted(1, COMMITTEE, day=3)),
            1,
            "then was neither the trial's sponsor nor",
        ),  # named on the fourth day
        (Chain(permitted(1, SPONSOR), compromised=seconds(5)), 1, "its key was in the wrong hands by then"),
        (Chain(permitted(1, SPONSOR, digest=bytes(32))), 2, "no permit on the chain names it: nobody is permitted"),
        (Chain(permitted(1, SPONSOR, kind=AttestationKind.APPROVAL)), 2, "no permit on the chain names it"),
        (Chain(permitted(1, SPONSOR), gap="a log is missing"), 2, "cannot be told: a log is missing"),
        (Chain(permitted(1, SPONSOR), unread="no proof of it"), 2, "cannot be told: no proof of it"),
    ],
)
def test_what_does_not_count(chain: Chain, code: int, words: str) -> None:
    found = said(chain)
    assert found is not None and found.exit_code == code and words in found.words


def test_other_files_and_trials_are_left_to_others() -> None:
    chain = Chain(permitted(1, SPONSOR))
    assert said(chain, file("protocol")) is None
    assert said(chain, file("package", trial_id="ab" * 32)) is None  # the chain has no such trial
    assert said(chain, file("package", trial_id="nothing")) is None
    assert said(chain, PACKAGE, b"\xab" * 32) is None  # another is meant
    assert said(chain, PACKAGE, TRIAL) is not None
