"""What is gathered for an audit of consents: what stands, what no head holds, forms, amendments, whom to trust."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from gathered_cases import OTHER, REGULATOR, TRIAL, VISIT, WRITER, ZERO, Chain, head, received, store

from recorded_acts import recorded
from trialseal.evidence.consent_streams import gather
from trialseal.evidence.profiles import Names
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.codes import AttestationKind, Decision, DocumentKind, Role
from trialseal.ledger.records import History, TrialState
from trialseal.streams.store import StreamStore

ONE, TWO = "0a" * 16, "0b" * 16
WITHDRAWN = {"type": "withdrawal", "subject": ONE, "scope": "data-use"}
FORM = b"\x0f" * 32


class Consents(Chain):
    """A chain whose trial sealed a form at second 2000 and a second protocol version at 3000."""

    def history(self, trial: bytes) -> History:
        common: dict[str, Any] = {"trial": TRIAL, "actor": WRITER}
        form = int(DocumentKind.CONSENT_FORM)
        acts = (
            recorded("TrialRegistered", b"p", number=1, time=1000, **common),
            recorded("DocumentSealed", FORM, number=2, time=2000, kind=form, version=1, **common),
            recorded("DocumentSealed", b"q", number=3, time=3000, kind=1, version=2, **common),
        )
        return History(TrialState(TRIAL, WRITER, 1, 3, ZERO, {}), acts, None)

    def attestations(self, subject: bytes, digest: bytes = ZERO) -> list[AttestationRecord]:
        return [one for one in self.given if (one.subject, one.digest) == (subject, digest)]


def gathered(chain: Chain, *stores: StreamStore, protocols: Any = None, **options: Any) -> Any:
    return gather(chain, TRIAL, stores, protocols or {}, Names(chain, {}), **options)  # type: ignore[arg-type]


def reading(number: int, subject: str = ONE, **members: Any) -> dict[str, Any]:
    said = {"type": "device-reading", "subject": subject, "quantity": "glucose", "value": number, "unit": "mmol/L"}
    return said | members


def test_entries_and_what_no_head_holds(tmp_path: Path) -> None:
    one = store(tmp_path, VISIT, received(), VISIT, VISIT)
    chain = Consents(head(one, 1), head(one, 3, 2), opened=[one])
    said: list[str] = []
    evidence = gathered(chain, one, progress=said.append).evidence
    assert [(entry.index, entry.anchored, entry.site) for entry in evidence.entries] == [
        (0, 1000, "DE-01"), (2, 2000, "DE-01"), (3, None, "DE-01"),
    ]  # fmt: skip
    assert (evidence.unseen, evidence.unanchored, evidence.erased_entries) == (None, {"kits": 1}, {})
    assert said == ["reading stream kits …", "reading consent forms and amendments …"]
    assert gathered(Consents(opened=[one]), one).evidence.unanchored == {"kits": 4}
    assert gathered(Consents(head(one, 4), opened=[one]), one).evidence.unanchored == {}
    two = store(tmp_path, VISIT, name="more")
    missing = gathered(Consents(opened=[one, two]), one).evidence.unseen
    assert missing == "1 opened stream is not given"
    assert gathered(Consents(opened=[one, two]), one, all_at_hand=True).evidence.unseen is None
    assert gathered(Consents(opened=[two, one])).evidence.unseen == "2 opened streams are not given"


def test_corrections_and_errors_are_counted(tmp_path: Path) -> None:
    why = {"corrected_by": "x", "correction_source": "query", "correction_reason": "typed wrongly"}
    errors = [{"type": "entered-in-error", "subject": VISIT["subject"], "corrects": id, **why} for id in ("e2", "e3")]
    changed = VISIT | {"visit": "V2", "corrects": "e1", "corrected_at": "2026-03-03", **why}
    stores = [store(tmp_path, VISIT, VISIT, VISIT, changed, *errors, name=name) for name in "abc"]
    evidence = gathered(Consents(), *stores).evidence
    assert (evidence.corrected, evidence.in_error, len(evidence.entries)) == (3, 6, 3)


def test_measurements_are_read_of_those_who_withdrew_the_use_of_their_data(tmp_path: Path) -> None:
    why = {"corrected_by": "x", "correction_source": "query", "correction_reason": "typed wrongly"}
    changed = reading(9, corrects="e2", corrected_at="2026-03-03", **why)
    error = {"type": "entered-in-error", "subject": ONE, "corrects": "e3", **why}
    one = store(tmp_path, WITHDRAWN, reading(1), reading(2), reading(3), reading(4, TWO), changed, error)
    said: list[str] = []
    evidence = gathered(Consents(), one, progress=said.append).evidence
    assert [(entry.type, entry.index) for entry in evidence.entries] == [
        ("withdrawal", 0), ("device-reading", 5), ("device-reading", 3),
    ]  # fmt: skip
    assert (evidence.corrected, evidence.in_error) == (1, 1)
    assert "reading measurements of stream kits …" in said
    only = store(tmp_path, WITHDRAWN | {"scope": "treatment"}, reading(1), name="only")
    assert [entry.index for entry in gathered(Consents(), only).evidence.entries] == [0]


def decided(by: bytes = REGULATOR, **members: Any) -> AttestationRecord:
    made = AttestationRecord(
        1, by, AttestationKind.APPROVAL, Decision.APPROVED, 276, 20200101, 2500, 9000, 4000, ZERO, TRIAL, FORM
    )
    return replace(made, **members)


@pytest.mark.parametrize(
    ("as_of", "forms"),
    [
        (None, [("approved", 4000)]),
        (1999, None),
        (2000, []),
        (2499, []),
        (2500, [("approved", 0)]),
        (3999, [("approved", 0)]),
        (4000, [("approved", 4000)]),
    ],
)
def test_forms_and_decisions_as_they_stood(as_of: int | None, forms: list[tuple[str, int]] | None) -> None:
    chain = Consents()
    chain.given = [decided(), decided(kind=AttestationKind.SNAPSHOT)]
    found = gathered(chain, as_of=as_of).evidence.forms
    assert len(found) == (forms is not None)
    for form in found:
        assert (form.digest, form.version) == (FORM.hex(), 1)
        assert [(one.decision, one.withdrawn_at) for one in form.decisions] == forms


def test_whom_the_reader_trusts_and_what_is_hidden() -> None:
    chain = Consents()
    vouching = decided(OTHER, kind=AttestationKind.ACCREDITATION, code=Role.SPONSOR, subject=REGULATOR, digest=ZERO)
    chain.given = [decided(), vouching]
    trust = gathered(chain, accreditors=[OTHER]).evidence.trust
    assert trust.accreditors == {OTHER}
    assert trust.accreditations == {REGULATOR: (vouching,)}
    assert trust.gap is None
    for hidden, gap in ((TRIAL, "the trial"), (REGULATOR, "a party that decided")):
        chain.hidden = hidden
        trust = gathered(chain, accreditors=[OTHER]).evidence.trust
        assert trust.gap == f"what is attested about {gap}: 1 attestation is hidden"
    chain.hidden = TRIAL
    assert gathered(chain).evidence.unseen == "not all decisions on consent forms are shown: 1 attestation is hidden"


def test_amendments_of_the_versions_given() -> None:
    first = {"earlier_amendments": [{"number": "B"}, {"in_force": [{"since": "2020-01-01", "territory": "DE"}]}]}
    second: dict[str, Any] = {"earlier_amendments": [{"number": "Z"}]}
    second |= {"amendment": {"reconsent_needed": True, "in_force": [{"since": "2021-01-01", "scope": "site AT-01"}]}}
    evidence = gathered(Consents(), protocols={2: second, 1: first}).evidence
    assert [(one.label, one.version, one.reconsent) for one in evidence.amendments] == [
        ("amendment 1", None, None), ("amendment B", None, None), ("protocol version 2", 2, True),
    ]  # fmt: skip
    assert [tuple(effect) for one in evidence.amendments for effect in one.effects] == [
        ("2020-01-01", 276, None), ("2021-01-01", None, "site AT-01"),
    ]  # fmt: skip
    assert evidence.unread_protocols == ()
    assert gathered(Consents(), protocols={1: first}).evidence.unread_protocols == (2,)
    earlier = gathered(Consents(), protocols={2: second}, as_of=2999).evidence
    assert (earlier.amendments, earlier.unread_protocols) == ((), ())
    assert len(gathered(Consents(), protocols={2: second}, as_of=3000).evidence.amendments) == 1
