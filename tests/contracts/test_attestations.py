"""Attestations are listed by subject without a gap, never edited, and withdrawn by nobody but their author."""

from __future__ import annotations

from typing import Any

import pytest

from .stage import (
    DAY,
    LETTER,
    PROTOCOL_1,
    PROTOCOL_2,
    ZERO,
    Party,
    Stage,
    digest,
    padded,
    raw,
)

ACCREDITATION, APPROVAL, SNAPSHOT, REVIEW = 1, 2, 3, 4


def attest(stage: Stage, author: Party | None = None, hint: int = 0, **changes: Any) -> Any:
    author = author or stage.committee
    return stage.attestations.attest(stage.statement(author, **changes), hint, {"from": author.key})


def refusal(stage: Stage, hint: int = 0, **changes: Any) -> tuple[Any, ...] | None:
    return stage.refusal(stage.attestations.attest, stage.statement(**changes), hint, by=stage.committee.key)


def about(stage: Stage, digest_: bytes = PROTOCOL_1, start: int = 0, limit: int = 99) -> list[tuple[Any, ...]]:
    return [tuple(one) for one in stage.attestations.attestationsAbout(stage.trial, digest_, start, limit)]


def withdrawal(stage: Stage, author: Party, index: int, about: bytes = PROTOCOL_1) -> tuple[Any, ...]:
    return (author.id, stage.trial, about, index)


def test_an_attestation_is_kept_as_it_was_made(stage: Stage) -> None:
    sent = attest(stage, code=2, territory=276, date=20200400, document=LETTER)
    assert sent.return_value == 0
    (one,) = about(stage)
    assert one[1:7] == (APPROVAL, 2, 276, 20200400, sent.timestamp, 0)
    assert raw(one[0]) == stage.committee.id and raw(one[7]) == LETTER


def test_an_attestation_has_a_kind(stage: Stage) -> None:
    """What kinds there are is agreed off chain: the contract outlives such lists."""
    assert refusal(stage, kind=0) == ("AttestationKindUnknown", 0)
    assert refusal(stage, kind=5) is refusal(stage, kind=255) is None


def test_an_attestation_is_about_something(stage: Stage) -> None:
    assert refusal(stage, subject=ZERO) == ("SubjectMissing",)


def test_a_party_does_not_accredit_itself(stage: Stage) -> None:
    given = {"kind": ACCREDITATION, "code": 4, "subject": stage.committee.id}
    for about_ in (ZERO, PROTOCOL_1):
        assert refusal(stage, about=about_, **given) == ("SelfAccreditation", stage.committee.id)
    assert refusal(stage, **{**given, "subject": stage.sponsor.id}) is None


@pytest.mark.parametrize("kind", [APPROVAL, SNAPSHOT, REVIEW])
def test_a_party_may_say_other_things_of_itself(stage: Stage, kind: int) -> None:
    assert refusal(stage, kind=kind, subject=stage.committee.id) is None


def test_the_declared_day_is_past_or_not_stated(stage: Stage) -> None:
    for date in (0, 20200420, 20200400, 20200000):
        assert refusal(stage, date=date) is None
    assert refusal(stage, date=20200230) == ("DateDoesNotExist", 20200230)
    refused = refusal(stage, date=99991231)
    assert refused is not None and refused[0] == "DateInFuture"


def test_a_list_grows_without_gaps_whatever_the_hints(stage: Stage) -> None:
    hints = [0, 1, 0, 3, 2, 1, 6]
    for number, hint in enumerate(hints):
        sent = attest(stage, hint=hint, code=number)
        assert sent.return_value == number
    assert [one[2] for one in about(stage)] == list(range(len(hints)))


@pytest.mark.parametrize("hint", [3, 4, 2**32 - 1])
def test_a_hint_beyond_the_end_would_leave_a_gap(stage: Stage, hint: int) -> None:
    for _ in range(2):
        attest(stage)
    assert refusal(stage, hint=hint) == ("HintBeyondEnd", hint)
    assert refusal(stage, hint=2) is None


def test_a_hint_into_an_empty_list(stage: Stage) -> None:
    assert refusal(stage, hint=1) == ("HintBeyondEnd", 1)


def test_somebody_elses_attestation_in_between_delays_nothing(stage: Stage) -> None:
    """The hint was the length; a front-runner made the list longer; the act goes to its new end."""
    attest(stage)
    attest(stage, author=stage.stranger, hint=1, code=3)
    sent = attest(stage, hint=1, code=5)
    assert sent.return_value == 2
    assert [raw(one[0]) for one in about(stage)] == [stage.committee.id, stage.stranger.id, stage.committee.id]


def test_lists_about_different_digests_and_subjects_are_apart(stage: Stage) -> None:
    attest(stage)
    attest(stage, about=PROTOCOL_2)
    attest(stage, about=ZERO)
    attest(stage, subject=stage.sponsor.id)
    assert len(about(stage)) == len(about(stage, PROTOCOL_2)) == len(about(stage, ZERO)) == 1
    number = padded("NCT04368728")
    attest(stage, kind=SNAPSHOT, subject=number, document=LETTER)
    assert len(stage.attestations.attestationsAbout(number, PROTOCOL_1, 0, 9)) == 1


def test_a_list_is_read_in_pages(stage: Stage) -> None:
    for number in range(5):
        attest(stage, hint=number, code=number)
    for start, limit in ((0, 5), (0, 2), (2, 2), (4, 2), (5, 2), (50, 3), (0, 0), (2, 2**200)):
        assert [one[2] for one in about(stage, start=start, limit=limit)] == list(range(5))[start : start + limit]


def test_only_the_author_withdraws(stage: Stage) -> None:
    attest(stage)
    attest(stage, author=stage.stranger, hint=1)
    function = stage.attestations.withdraw
    for other in (stage.stranger, stage.sponsor):
        refused = stage.refusal(function, withdrawal(stage, other, 0), by=other.key)
        assert refused == ("AttestationUnknown", stage.trial, PROTOCOL_1, 0)
    refused = stage.refusal(function, withdrawal(stage, stage.committee, 0), by=stage.stranger.key)
    assert refused is not None and refused[0] == "KeyNotValid"


def test_a_withdrawal_stands_beside_the_attestation_with_its_time(stage: Stage) -> None:
    attest(stage)
    attest(stage, hint=1, code=3)
    (before, other) = about(stage)
    stage.wait_until(stage.now + DAY)
    sent = stage.attestations.withdraw(withdrawal(stage, stage.committee, 0), {"from": stage.committee.key})
    withdrawn, untouched = about(stage)
    assert withdrawn == (*before[:6], sent.timestamp, before[7]) and untouched == other
    assert withdrawn[5] < withdrawn[6] == sent.timestamp


def test_an_attestation_is_withdrawn_once(stage: Stage) -> None:
    attest(stage)
    stage.attestations.withdraw(withdrawal(stage, stage.committee, 0), {"from": stage.committee.key})
    refused = stage.refusal(stage.attestations.withdraw, withdrawal(stage, stage.committee, 0), by=stage.committee.key)
    assert refused == ("WithdrawnBefore", stage.trial, PROTOCOL_1, 0)


@pytest.mark.parametrize("index", [1, 2, 2**32 - 1])
def test_an_attestation_that_was_not_made_is_not_withdrawn(stage: Stage, index: int) -> None:
    attest(stage)
    refused = stage.refusal(
        stage.attestations.withdraw, withdrawal(stage, stage.committee, index), by=stage.committee.key
    )
    assert refused == ("AttestationUnknown", stage.trial, PROTOCOL_1, index)


def test_a_withdrawn_attestation_leaves_no_room_for_another(stage: Stage) -> None:
    """What is said anew comes after it; nothing takes its place."""
    attest(stage)
    stage.attestations.withdraw(withdrawal(stage, stage.committee, 0), {"from": stage.committee.key})
    assert attest(stage).return_value == 1
    assert [one[6] != 0 for one in about(stage)] == [True, False]


def test_the_log_tells_what_state_tells(stage: Stage) -> None:
    sent = attest(stage, document=LETTER)
    event = sent.events["Attested"]
    stamp = int(event["stamp"])
    assert (stamp >> 224, stamp >> 160 & 2**64 - 1, stamp & 2**160 - 1) == (
        0, sent.timestamp, int(stage.committee.key.address, 16),
    )  # fmt: skip
    assert raw(event["subject"]) == stage.trial and raw(event["document"]) == LETTER


def test_an_attestation_about_a_digest_nobody_sealed_is_allowed(stage: Stage) -> None:
    """A committee approves before the sponsor seals; whether the digest became a version, the registry tells."""
    assert refusal(stage, about=digest("not sealed yet")) is None
