"""What is gathered for an audit of sharing: permits and approvals, hand-overs, people, recipients, what is hidden."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from gathered_cases import TRIAL, Chain, head, store

from recorded_acts import recorded
from trialseal.documents.models import parse_document
from trialseal.evidence.profiles import Names
from trialseal.evidence.sharing import SharingEvidence
from trialseal.evidence.sharing_streams import gather
from trialseal.ledger.attestations import AttestationRecord, Attested
from trialseal.ledger.codes import AttestationKind
from trialseal.ledger.records import History, TrialState
from trialseal.ledger.rolling import SUPPOSED
from trialseal.streams.store import StreamStore

SPONSOR, COMMITTEE = b"\6" * 32, b"\7" * 32
APPLICANT, TOLD = b"\x21" * 32, b"\x22" * 32
DESTROYED = {"type": "access", "action": "destroyed", "permit": "0b" * 32}
WITHDRAWN = {"type": "withdrawal", "subject": "0a" * 16, "scope": "data-use"}
APPLICATION = {
    "format": "trialseal/1", "kind": "application", "trial_id": TRIAL.hex(), "recipient": APPLICANT.hex(),
    "project": "x", "permission": "HMB", "modifiers": [], "until": "2026-12-31", "nonce": "01" * 32,
}  # fmt: skip


def made(kind: AttestationKind, subject: bytes = TRIAL, time: int = 500) -> AttestationRecord:
    return AttestationRecord(
        number=1, author=COMMITTEE, kind=kind, code=0, territory=0, date=0, until=0, time=time, withdrawn_at=0,
        subject=subject, digest=bytes(32), document=bytes(32), key="0x" + "ab" * 20, log=bytes(32),
    )  # fmt: skip


GIVEN = (made(AttestationKind.PERMIT), made(AttestationKind.APPROVAL), made(AttestationKind.ACCREDITATION, APPLICANT))


class Shared(Chain):
    """A chain with attestations about the trial, and its registration."""

    def __init__(self, *args: Any, opened: Sequence[StreamStore], given: Sequence[AttestationRecord] = GIVEN) -> None:
        super().__init__(*args, opened=opened)
        self.given = list(given)

    def attested(self, subject: bytes) -> Attested:
        gap = "1 attestation is hidden" if subject == self.hidden else SUPPOSED
        return Attested(tuple(one for one in self.given if one.subject == subject), (), gap)

    def history(self, trial: bytes) -> History:
        registered = recorded("TrialRegistered", trial=trial, time=100, actor=SPONSOR)
        return History(TrialState(trial, SPONSOR, 1, 1, bytes(32), {1: 1}), (registered,), SUPPOSED)


def gathered(chain: Shared, *stores: StreamStore, **options: Any) -> SharingEvidence:
    documents = {"0d" * 32: parse_document(APPLICATION, "application")}
    return gather(chain, TRIAL, stores, documents, {}, Names(chain, {}), **options).evidence  # type: ignore[arg-type]


@pytest.fixture
def one(tmp_path: Path) -> StreamStore:
    handed = {"type": "access", "action": "handed-over", "permit": "0b" * 32, "package": "0c" * 32}
    handed["recipient"] = TOLD.hex()
    return store(tmp_path, DESTROYED, WITHDRAWN, handed, {"type": "padding"}, name="sharing")


def test_what_stands_and_who_it_is_about(one: StreamStore) -> None:
    evidence = gathered(Shared(head(one, 2), opened=[one]), one)
    assert evidence.permits == (GIVEN[0],) and evidence.approvals == (GIVEN[1],) and evidence.attested_gap is None
    assert [(entry.index, entry.anchored) for entry in evidence.entries] == [(0, 1000), (2, None)]
    assert [entry.type for entry in evidence.people] == ["withdrawal"]
    assert set(evidence.recipients) == {APPLICANT.hex(), TOLD.hex()}  # of applications, and of what was handed over
    assert evidence.recipients[APPLICANT.hex()].accreditations == (GIVEN[2],)
    assert [who.party for who in evidence.held] == [SPONSOR] and set(evidence.authors) == {COMMITTEE}
    assert (evidence.unseen, evidence.unanchored, evidence.history_gap) == (None, {"sharing": 2}, None)


def test_as_of_a_time_later_attestations_and_heads_are_not_there(one: StreamStore) -> None:
    chain = Shared(head(one, 1), head(one, 3, 2), opened=[one])
    for time, permits, entries in ((499, (), []), (500, (GIVEN[0],), []), (1000, (GIVEN[0],), [0])):
        evidence = gathered(chain, one, as_of=time)
        assert evidence.permits == permits and [entry.index for entry in evidence.entries] == entries


def test_what_is_hidden_is_told(one: StreamStore, tmp_path: Path) -> None:
    more = store(tmp_path, WITHDRAWN, name="visits")
    chain = Shared(head(one, 4), opened=[one, more])
    chain.hidden = TRIAL
    evidence = gathered(chain, one)
    assert evidence.attested_gap == "1 attestation is hidden"
    assert evidence.unseen == "1 opened stream is not given" and evidence.unanchored == {}
    assert gathered(chain, one, all_at_hand=True).unseen is None
    chain.hidden = APPLICANT
    hidden = gathered(chain, one)
    assert hidden.attested_gap is None and hidden.recipients[APPLICANT.hex()].gap == "1 attestation is hidden"
