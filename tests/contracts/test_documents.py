"""Versions count up by one, nothing is overwritten, and an equal digest elsewhere blocks nothing."""

from __future__ import annotations

import pytest

from .chain import ZERO, raw
from .stage import (
    CHARTER,
    CONSENT_FORM,
    DATASET,
    FILE,
    LEAVES,
    LETTER,
    OTHER,
    PAPER,
    PLAN,
    PROTOCOL,
    PROTOCOL_1,
    PROTOCOL_2,
    REGISTRY_RECORD,
    RESULTS,
    ROOT,
    Stage,
    digest,
    endpoint_set,
    padded,
    trial_id,
)

SEALABLE = [PROTOCOL, PLAN, REGISTRY_RECORD, CONSENT_FORM, CHARTER, DATASET, OTHER, FILE]
WITH_ENDPOINTS = [PROTOCOL, PLAN, REGISTRY_RECORD]


def next_of(stage: Stage, kind: int, document: bytes) -> tuple[object, ...]:
    """A valid sealing of any kind after registration."""
    if kind == PROTOCOL:
        return stage.sealing(document=document)
    return stage.file(kind, document=document)


def test_registration_seals_the_first_protocol(stage: Stage) -> None:
    time, author, version, act, endpoints, blinding = stage.registry.documentOf(stage.trial, PROTOCOL, PROTOCOL_1)
    assert (author, version, act, endpoints, blinding) == (1, 1, 1, len(LEAVES), 0)
    state = stage.state()
    assert (state.sponsor, state.created_at, state.acts) == (stage.sponsor.id, time, 1)
    assert (state.versions, state.tenure, state.offered_to) == ([1, 0, 0, 0, 0, 0, 0, 0, 0], 0, ZERO)
    assert raw(stage.registry.endpointSetOf(stage.trial, PROTOCOL, 1)) == endpoint_set(ROOT, len(LEAVES))


def test_an_amendment_is_the_next_version_and_leaves_the_one_before(stage: Stage) -> None:
    before = stage.registry.documentOf(stage.trial, PROTOCOL, PROTOCOL_1)
    other = digest("another root")
    sent = stage.registry.seal(stage.sealing(blinding=2, root=other, count=13), {"from": stage.clerk})
    record = stage.registry.documentOf(stage.trial, PROTOCOL, PROTOCOL_2)
    assert record == (sent.timestamp, 1, 2, 2, 13, 2)
    assert stage.registry.documentOf(stage.trial, PROTOCOL, PROTOCOL_1) == before
    assert raw(stage.registry.endpointSetOf(stage.trial, PROTOCOL, 1)) == endpoint_set(ROOT, len(LEAVES))
    assert raw(stage.registry.endpointSetOf(stage.trial, PROTOCOL, 2)) == endpoint_set(other, 13)


@pytest.mark.parametrize("given", [0, 1, 3, 65_535])
def test_a_version_that_does_not_follow_the_last_is_refused(stage: Stage, given: int) -> None:
    refusal = stage.refusal(stage.registry.seal, stage.sealing(version=given), by=stage.clerk)
    assert refusal == ("VersionOutOfOrder", PROTOCOL, 2, given)


def test_the_second_of_two_amendments_made_at_once_is_refused(stage: Stage) -> None:
    """Two departments amend version 1: the later one must look at what the earlier one did."""
    stage.registry.seal(stage.sealing(), {"from": stage.clerk})
    late = stage.sealing(document=digest("protocol 2, other department"))
    assert stage.refusal(stage.registry.seal, late, by=stage.clerk) == ("VersionOutOfOrder", PROTOCOL, 3, 2)


def test_each_kind_counts_its_own_versions(stage: Stage) -> None:
    for kind in SEALABLE[1:]:
        for version in (1, 2):
            sealed = stage.file(kind, version, document=digest(f"{kind} {version}"))
            stage.registry.seal(sealed, {"from": stage.clerk})
    assert stage.state().versions == [1, 2, 2, 0, 2, 2, 2, 2, 2]


@pytest.mark.parametrize("kind", SEALABLE)
def test_the_same_document_is_not_sealed_twice_as_the_same_kind(stage: Stage, kind: int) -> None:
    stage.registry.seal(next_of(stage, kind, LETTER), {"from": stage.clerk})
    following = stage.sealing(version=3, document=LETTER) if kind == PROTOCOL else stage.file(kind, 2)
    refusal = stage.refusal(stage.registry.seal, following, by=stage.clerk)
    assert refusal == ("DocumentSealedBefore", stage.trial, kind, LETTER)


def test_going_back_to_an_earlier_protocol_is_no_new_version(stage: Stage) -> None:
    stage.registry.seal(stage.sealing(), {"from": stage.clerk})
    back = stage.sealing(version=3, document=PROTOCOL_1)
    refusal = stage.refusal(stage.registry.seal, back, by=stage.clerk)
    assert refusal == ("DocumentSealedBefore", stage.trial, PROTOCOL, PROTOCOL_1)


def test_somebody_elses_equal_digest_sealed_first_blocks_nothing(stage: Stage) -> None:
    """A thief who read the mempool seals the sponsor's documents first, under a trial of its own."""
    theirs = stage.registration(stage.stranger, protocol=PROTOCOL_2)
    stage.registry.register(theirs, {"from": stage.stranger.key})
    stolen = trial_id(stage.stranger)
    for kind in SEALABLE[1:]:
        sealed = stage.file(kind, actor=stage.stranger, trial=stolen)
        stage.registry.seal(sealed, {"from": stage.stranger.key})
    for kind in SEALABLE:
        assert stage.accepts(stage.registry.seal, next_of(stage, kind, LETTER), by=stage.clerk)
    stage.registry.seal(stage.sealing(), {"from": stage.clerk})
    mine = stage.registry.documentOf(stage.trial, PROTOCOL, PROTOCOL_2)
    assert mine[1] == 1 and stage.registry.documentOf(stolen, PROTOCOL, PROTOCOL_2)[1] == 4


def test_the_same_digest_under_another_kind_is_another_document(stage: Stage) -> None:
    for kind in SEALABLE:
        stage.registry.seal(next_of(stage, kind, LETTER), {"from": stage.clerk})
    times = [stage.registry.documentTimes(stage.trial, kind, [LETTER])[0] for kind in SEALABLE]
    assert 0 not in times
    assert stage.registry.documentTimes(stage.trial, RESULTS, [LETTER]) == [0]


def test_one_sponsors_two_trials_do_not_share_documents(stage: Stage) -> None:
    code = padded("another")
    stage.registry.register(stage.registration(code=code), {"from": stage.clerk})
    other = trial_id(stage.sponsor, code)
    stage.registry.seal(stage.file(PLAN, trial=other), {"from": stage.clerk})
    assert stage.registry.documentOf(stage.trial, PLAN, LETTER) == (0, 0, 0, 0, 0, 0)


@pytest.mark.parametrize("kind", [0, RESULTS, 10, 255])
def test_unknown_kinds_and_results_are_not_sealed(stage: Stage, kind: int) -> None:
    assert stage.refusal(stage.registry.seal, stage.file(kind), by=stage.clerk) == ("KindNotSealable", kind)


@pytest.mark.parametrize("blinding", [3, 255])
def test_blinding_is_blinded_unblinded_or_not_stated(stage: Stage, blinding: int) -> None:
    refusal = stage.refusal(stage.registry.seal, stage.sealing(blinding=blinding), by=stage.clerk)
    assert refusal == ("BlindingUnknown", blinding)


@pytest.mark.parametrize("kind", SEALABLE)
def test_blinding_is_kept_as_a_value(stage: Stage, kind: int) -> None:
    version = 2 if kind == PROTOCOL else 1
    for blinding in (0, 1, 2):
        document = digest(f"seen: {blinding}")
        endpoints = {"root": ROOT, "count": 12} if kind == PROTOCOL else {"root": ZERO, "count": 0}
        sealed = stage.sealing(kind=kind, version=version + blinding, blinding=blinding, document=document, **endpoints)
        stage.registry.seal(sealed, {"from": stage.clerk})
        assert stage.registry.documentOf(stage.trial, kind, document)[5] == blinding


@pytest.mark.parametrize("kind", SEALABLE)
def test_a_document_has_a_digest(stage: Stage, kind: int) -> None:
    assert stage.refusal(stage.registry.seal, next_of(stage, kind, ZERO), by=stage.clerk) == ("DigestMissing",)


def test_a_registered_protocol_has_a_digest(stage: Stage) -> None:
    empty = stage.registration(code=padded("another"), protocol=ZERO)
    assert stage.refusal(stage.registry.register, empty, by=stage.clerk) == ("DigestMissing",)


@pytest.mark.parametrize(("root", "count"), [(ZERO, 0), (ZERO, 3), (ROOT, 0)])
def test_a_protocol_has_endpoints_and_their_count(stage: Stage, root: bytes, count: int) -> None:
    expected = ("EndpointSetMismatch", PROTOCOL, root, count)
    amended = stage.sealing(root=root, count=count)
    assert stage.refusal(stage.registry.seal, amended, by=stage.clerk) == expected
    registered = stage.registration(code=padded("another"), root=root, count=count)
    assert stage.refusal(stage.registry.register, registered, by=stage.clerk) == expected


@pytest.mark.parametrize("kind", SEALABLE[1:])
def test_endpoint_sets_of_other_kinds(stage: Stage, kind: int) -> None:
    """A plan and a registry record may have one, with root and count; no other kind has."""
    by, sealed = stage.clerk, stage.sealing(kind=kind, version=1)
    expected = None if kind in WITH_ENDPOINTS else ("EndpointSetMismatch", kind, ROOT, 12)
    assert stage.refusal(stage.registry.seal, sealed, by=by) == expected
    for root, count in ((ROOT, 0), (ZERO, 12)):
        half = stage.sealing(kind=kind, version=1, root=root, count=count)
        assert stage.refusal(stage.registry.seal, half, by=by) == ("EndpointSetMismatch", kind, root, count)
    assert stage.accepts(stage.registry.seal, stage.file(kind), by=by)


def test_endpoint_sets_of_kinds_and_versions_are_kept_apart(stage: Stage) -> None:
    roots = {(kind, version): digest(f"{kind} {version}") for kind in (PLAN, REGISTRY_RECORD) for version in (1, 2)}
    for (kind, version), root in roots.items():
        sealed = stage.sealing(kind=kind, version=version, document=root, root=root, count=version)
        stage.registry.seal(sealed, {"from": stage.clerk})
    for (kind, version), root in roots.items():
        assert raw(stage.registry.endpointSetOf(stage.trial, kind, version)) == endpoint_set(root, version)
    assert raw(stage.registry.endpointSetOf(stage.trial, PROTOCOL, 2)) == ZERO
    assert raw(stage.registry.endpointSetOf(stage.trial, PROTOCOL, 0)) == ZERO


def test_document_times_answer_for_many_digests_at_once(stage: Stage) -> None:
    """All that someone with a block explorer needs."""
    sent = stage.registry.seal(stage.sealing(), {"from": stage.clerk})
    created = stage.state().created_at
    asked = [PROTOCOL_2, digest("never sealed"), PROTOCOL_1, PROTOCOL_2, ZERO]
    times = stage.registry.documentTimes(stage.trial, PROTOCOL, asked)
    assert list(times) == [sent.timestamp, 0, created, sent.timestamp, 0]
    assert list(stage.registry.documentTimes(stage.trial, PROTOCOL, [])) == []
    assert list(stage.registry.documentTimes(digest("no trial"), PROTOCOL, asked)) == [0] * 5


def test_fifty_endpoint_sets_are_fifty_versions(stage: Stage) -> None:
    """Who seals many sets to open the flattering one is seen: state counts them, opened or not."""
    for version in range(2, 12):
        sealed = stage.sealing(version=version, document=digest(f"variant {version}"), root=digest(f"{version}"))
        stage.registry.seal(sealed, {"from": stage.clerk})
    assert stage.state().versions[0] == 11 and stage.state().acts == 11


def test_a_document_of_results_is_not_sealed_in_advance_as_such(stage: Stage) -> None:
    refusal = stage.refusal(stage.registry.seal, stage.file(RESULTS, document=PAPER), by=stage.clerk)
    assert refusal == ("KindNotSealable", RESULTS)


def test_trials_are_counted(stage: Stage) -> None:
    """Whoever has found as many in the logs has found all; the second protocol of a trial is no second trial."""
    assert stage.registry.trialCount() == 1
    stage.registry.seal(stage.sealing(), {"from": stage.clerk})
    stage.registry.register(stage.registration(code=padded("another")), {"from": stage.clerk})
    stage.registry.register(stage.registration(stage.stranger), {"from": stage.stranger.key})
    assert stage.registry.trialCount() == 3
