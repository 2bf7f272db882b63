"""What is found of a seal itself: sealed or not, by whom, under which version, with which endpoints, how settled."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from acted_cases import AT, acts, case_of, reading, with_evidence, with_gap, with_trial
from kept_findings import Cases, kept, titles, written
from sealed_cases import SPONSOR, ZERO, digest

from recorded_acts import recorded
from trialseal.documents.endpoints import endpoint_root
from trialseal.ledger.block import AsOf, Tagged
from trialseal.ledger.codes import ActCode, Blinding, DocumentKind
from trialseal.ledger.parties import KeyRecord, PartyRecord
from trialseal.ledger.rolling import SUPPOSED
from trialseal.rules.finding import Case, Status
from trialseal.rules.sealing import (
    acting_party,
    endpoint_set,
    history_complete,
    key_trusted,
    node_current,
    says_what_was_sealed,
    sealed_here,
    settled,
    this_trial,
    version_standing,
)

CRO = b"\6" * 32
KEY = "0x" + "ab" * 20
AS_OF = AsOf(1, 1204, "0x11", AT, AT + 12, False, Tagged(None), Tagged(None))


def seal(version: int = 1, **members: Any) -> tuple[str, dict[str, Any]]:
    return "DocumentSealed", {"subject": digest(f"d{version}"), "kind": 1, "version": version} | members


def error_stated() -> Case:
    made = acts(seal(time=AT - 50), ("MilestoneRecorded", {"milestone": 20, "act": 2, "time": AT}))
    return with_evidence(case_of(*made, sealing=1), digest=digest("d1"))


# Version 1 of a protocol, sealed by the second act.
BASE = with_evidence(case_of(*acts(seal(time=AT)), as_of=AS_OF), digest=digest("d1"))
NO_KEY = with_evidence(BASE, sealing=BASE.sealing._replace(key=None))
OURS: dict[str, Any] = {"kind": "protocol", "version": 1, "trial": {"code": BASE.trial.code}}
FILE = reading(OURS)
UNSEALED = with_evidence(BASE, sealing=None, digest=None, file=FILE)


def of_document(document: dict[str, Any], **sealing: Any) -> Case:
    """The case of a document sealed by its canonical form."""
    file = reading(document)
    return with_evidence(BASE, file=file, digest=file.canonical, sealing=BASE.sealing._replace(**sealing))


def elsewhere(*trials: int, named: bool = False, **evidence: Any) -> Case:
    """The case where other trials sealed the digest too, each a minute after the one before."""
    others = tuple(
        recorded("DocumentSealed", digest("d1"), trial=bytes([one]) * 32, time=AT + 60 * n, actor=CRO, kind=1)
        for n, one in enumerate(trials)
    )
    return with_trial(with_evidence(BASE, elsewhere=others), **evidence)._replace(trial_was_named=named)


def with_key(**members: Any) -> Case:
    record = KeyRecord(KEY, 15, **({"valid_from": 0, "valid_until": 0, "compromised_since": 0} | members))
    return with_evidence(BASE, party=PartyRecord(SPONSOR, 1, 0, ZERO, (record,), SUPPOSED))


def of_versions(number: int, which: int, **evidence: Any) -> Case:
    case = case_of(*acts(*(seal(n) for n in range(1, number + 1))), sealing=which, **evidence)
    return with_evidence(case, sealing=case.sealing._replace(version=which))


def in_state(gap: str | None) -> Case:
    """Where the contract's state counts four versions."""
    history = BASE.trial.history
    state = replace(history.state, versions={1: 4, 2: 9}, rolling_digest=b"\7" * 32)
    return with_trial(BASE, history=replace(history, state=state, gap=gap))


def sold() -> Case:
    case = case_of(*acts(seal(time=AT), ("TransferAccepted", {"actor": CRO, "time": AT + 1})), sealing=1)
    history = case.trial.history
    return with_trial(case, history=replace(history, state=replace(history.state, sponsor=CRO)))


APPOINTED = ("Appointed", {"subject": CRO, "acts": 1 << ActCode.SEAL, "until": AT + 100, "index": 0})
BY_CRO = case_of(*acts(seal(actor=CRO, time=AT)))
TWO: dict[str, Any] = {"kind": "protocol", "endpoints": [{"id": "P1"}, {"id": "P2"}]}
ROOT = endpoint_root(TWO)
RESULTS, RECORD = DocumentKind.RESULTS, DocumentKind.REGISTRY_RECORD


def final_at(time: int, finality: str) -> Case:
    """Read as of a newest block; the final block has another time."""
    as_of = replace(AS_OF, finalized=Tagged({"number": 1200, "timestamp": time}))
    return with_evidence(with_trial(BASE, as_of=as_of), finality=finality)


def as_of(**members: Any) -> Case:
    return with_trial(BASE, as_of=replace(AS_OF, **members))


CASES: Cases = {
    "by its bytes": (sealed_here, with_evidence(BASE, file=FILE)),
    "by its canonical form": (sealed_here, with_evidence(BASE, file=FILE, digest=FILE.canonical)),
    "as two kinds": (sealed_here, with_evidence(BASE, also=(BASE.sealing._replace(kind=8, version=3),))),
    "no log": (sealed_here, NO_KEY),
    "not sealed": (sealed_here, UNSEALED),
    "bytes, not sealed": (sealed_here, with_evidence(UNSEALED, file=reading(None))),
    "diagnosed": (sealed_here, with_evidence(UNSEALED, diagnosis="it is another one")),
    "acts hidden": (sealed_here, with_evidence(UNSEALED, unseen="acts are hidden")),
    "acts hidden, diagnosed": (sealed_here, with_evidence(UNSEALED, unseen="acts are hidden", diagnosis="it is x")),
    "a later format": (sealed_here, with_evidence(UNSEALED, file=FILE._replace(later=True, fault="made later"))),
    "a sealing without digest": (sealed_here, with_evidence(BASE, digest=None)),
    "made in error": (sealed_here, error_stated()),
    "nowhere else": (this_trial, BASE),
    "in one other": (this_trial, elsewhere(10)),
    "in two others, twice in one": (this_trial, elsewhere(10, 11, 10)),
    "named": (this_trial, elsewhere(10, 11, named=True)),
    "chosen": (this_trial, elsewhere(10, chosen_by="its code is named")),
    "all acts": (history_complete, BASE),
    "all acts, no block": (history_complete, with_trial(BASE, as_of=None)),
    "all acts, a digest": (history_complete, in_state(None)),
    "an act hidden": (history_complete, with_gap(BASE)),
    "the first of 42": (version_standing, of_versions(42, 1)),
    "the first of 21": (version_standing, of_versions(21, 1)),
    "the second of three": (version_standing, of_versions(3, 2)),
    "the last of three": (version_standing, of_versions(3, 3)),
    "the last of three, as of a block": (version_standing, of_versions(3, 3, as_of=AS_OF)),
    "later ones hidden": (version_standing, in_state("3 acts are hidden")),
    "nothing hidden": (version_standing, in_state(None)),
    "a milestone's document": (version_standing, with_evidence(BASE, sealing=BASE.sealing._replace(kind=0))),
    "the sponsor": (acting_party, BASE),
    "whom it appointed": (acting_party, case_of(*acts(APPOINTED, seal(actor=CRO, time=AT)))),
    "whom nobody appointed": (acting_party, BY_CRO),
    "an appointment may be hidden": (acting_party, with_gap(BY_CRO)),
    "no log of the act": (acting_party, NO_KEY),
    "a sponsor that is none now": (acting_party, sold()),
    "a valid key": (key_trusted, with_key()),
    "revoked later": (key_trusted, with_key(valid_until=AT + 70)),
    "revoked before": (key_trusted, with_key(valid_until=AT - 70)),
    "valid later": (key_trusted, with_key(valid_from=AT + 70)),
    "compromised later": (key_trusted, with_key(compromised_since=AT + 70, declared_at=AT + 90)),
    "compromised before": (key_trusted, with_key(compromised_since=AT - 70, declared_at=AT + 90)),
    "contested": (key_trusted, with_key(compromised_since=AT - 70, declared_at=AT + 90, contested_at=AT + 160)),
    "a party not known": (key_trusted, BASE),
    "no log, no key": (key_trusted, NO_KEY),
    "another key": (key_trusted, with_evidence(with_key(), sealing=BASE.sealing._replace(key="0x" + "12" * 20))),
    "acts of the party hidden": (
        key_trusted,
        with_evidence(BASE, party=PartyRecord(SPONSOR, 1, 0, ZERO, (KeyRecord(KEY, 15, 0, 0, 0),), "an act is hidden")),
    ),
    "the same": (says_what_was_sealed, of_document(OURS)),
    "another kind": (says_what_was_sealed, of_document(OURS | {"kind": "sap"})),
    "another version": (says_what_was_sealed, of_document(OURS, version=2)),
    "another trial": (says_what_was_sealed, of_document(OURS | {"trial": {"code": "Z"}})),
    "nothing alike": (says_what_was_sealed, of_document({"kind": "sap", "version": "x"}, version=2)),
    "another blinding": (says_what_was_sealed, of_document(OURS | {"amendment": {"blinding": "blinded"}})),
    "the same blinding": (
        says_what_was_sealed,
        of_document(OURS | {"amendment": {"blinding": "blinded"}}, blinding=Blinding.BLINDED),
    ),
    "an amendment that is a list": (says_what_was_sealed, of_document(OURS | {"amendment": []})),
    "a plan's blinding": (
        says_what_was_sealed,
        of_document(OURS | {"kind": DocumentKind(2).word, "amendment": {"blinding": "blinded"}}, kind=2),
    ),
    "results have their own numbers": (says_what_was_sealed, of_document(OURS | {"kind": "results"}, kind=RESULTS)),
    "a milestone's document, of any kind": (says_what_was_sealed, of_document({"kind": "results"}, kind=0)),
    "bytes": (says_what_was_sealed, with_evidence(BASE, file=reading(None))),
    "a document sealed by its bytes": (says_what_was_sealed, with_evidence(BASE, file=FILE, digest=FILE.raw)),
    "its endpoints": (endpoint_set, of_document(TWO, endpoint_count=2, endpoint_root=ROOT)),
    "another number": (endpoint_set, of_document(TWO, endpoint_count=3, endpoint_root=ROOT)),
    "another root": (endpoint_set, of_document(TWO, endpoint_count=2, endpoint_root=b"\7" * 32)),
    "no root": (endpoint_set, of_document(TWO, endpoint_count=2, endpoint_root=None)),
    "none, and none sealed": (endpoint_set, of_document({"kind": "protocol"}, endpoint_root=ZERO)),
    "none, two sealed": (endpoint_set, of_document({"kind": "protocol"}, endpoint_count=2, endpoint_root=ROOT)),
    "two, none sealed": (endpoint_set, of_document(TWO, endpoint_root=ZERO)),
    "endpoints that are numbers": (
        endpoint_set,
        of_document({"kind": "protocol", "endpoints": [1]}, endpoint_count=1, endpoint_root=ROOT),
    ),
    "endpoints that are no list": (
        endpoint_set,
        of_document({"kind": "protocol", "endpoints": {"a": 1}}, endpoint_count=1, endpoint_root=ROOT),
    ),
    "a registry's record": (endpoint_set, of_document(TWO, kind=RECORD, endpoint_count=2, endpoint_root=ROOT)),
    "a kind behind it": (endpoint_set, of_document(TWO, kind=RECORD + 1, endpoint_count=2, endpoint_root=ROOT)),
    "a milestone's": (endpoint_set, of_document(TWO, kind=0, endpoint_count=2, endpoint_root=ROOT)),
    "bytes, no endpoints": (endpoint_set, with_evidence(BASE, file=reading(None))),
    "sealed by its bytes": (endpoint_set, with_evidence(BASE, file=reading(TWO), digest=reading(TWO).raw)),
    "not shown": (settled, with_evidence(BASE, finality=None)),
    "final": (settled, with_evidence(BASE, finality="final")),
    "safe": (settled, with_evidence(BASE, finality="safe")),
    "neither": (settled, with_evidence(BASE, finality="not yet safe")),
    "a devnet": (settled, with_trial(BASE, is_devnet=True)),
    "out of a bundle": (settled, as_of(carried=True)),
    "final an hour ago": (settled, final_at(AT - 3600, "safe")),
    "neither, final two hours ago": (settled, final_at(AT - 7200, "not yet safe")),
    "final less than an hour ago": (settled, final_at(AT - 3599, "not yet safe")),
    "a recent block": (node_current, BASE),
    "an old block": (node_current, as_of(read_at=AT + 7200)),
    "a block ahead": (node_current, as_of(read_at=AT - 7200)),
    "a devnet's block": (node_current, as_of(is_devnet=True)),
    "a bundle's block": (node_current, as_of(carried=True)),
    "no block": (node_current, with_trial(BASE, as_of=None)),
}


@pytest.mark.parametrize("title", CASES)
def test_word_for_word(title: str) -> None:
    assert written({title: CASES[title]}) == kept("seal", title)


def test_nothing_else_is_kept() -> None:
    assert titles("seal") == list(CASES)


def test_what_a_node_says_of_a_block_is_said_as_it_is() -> None:
    answer = settled.answer(with_evidence(BASE, finality="unknown to it"))
    assert answer.status is Status.UNDETERMINED and "is unknown to it: look again later" in answer.sentence
