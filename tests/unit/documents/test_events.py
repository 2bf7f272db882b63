"""Typed events: one test per way to break one, what a row of a table becomes, and the bytes that are hashed."""

from __future__ import annotations

import json
import re
from typing import Any, get_args

import jsonschema
import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from trialseal.cli import main
from trialseal.documents import schemas
from trialseal.documents.events import (
    EVENT_TYPES,
    RESERVED,
    UNBLINDED_TYPES,
    Event,
    describing,
    event_form,
    event_from_row,
    parse_event,
)
from trialseal.errors import FailedError, UndeterminedError, UsageError

SUBJECT = "0f" * 16
FORM = {"form_version": "3.0", "form_digest": "ab" * 32}
# One whole event of each type, with every member that it may have.
MEMBERS: dict[str, dict[str, Any]] = {
    "consent": {
        "status": "assent", "form": "child", **FORM, "covers": ["treatment", "data-use"], "representative": "parent",
        "protocol_version": 2,
    },
    "withdrawal": {"scope": "follow-up"},
    "enrolment": {"part": "phase-1", "protocol_version": 1},
    "randomisation": {"part": "phase-1", "stratum": "over-55"},
    "allocation": {"arm": "A"},
    "visit": {"visit": "Week 4", "treatment": True},
    "adverse-event": {
        "seriousness": "serious", "term": "Myocarditis", "code": "10028606", "criteria": ["hospitalisation"],
        "grade": 3, "related": False, "onset": "2020-05", "follows": "AE-1",
    },
    "deviation": {"category": "consent", "important": True},
    "dispensing": {
        "product": "BNT162b2 or placebo", "kit": "K-0017", "gtin": "04012345678901", "serial": "S/77", "lot": "EW0150",
        "quantity": 2, "unit": "vial",
    },
    "custody": {
        "action": "shipped", "place": "depot", "kit": "K-0017", "gtin": "04012345678901", "serial": "S/77",
        "lot": "EW0150", "quantity": 2, "unit": "vial", "expires": "2021-05", "destination": "4012345000009",
        "origin": "maker", "shipment": "SH-1", "sscc": "340123450000000000", "condition": "ok", "low": -72.5,
        "high": -60, "logger": "ab" * 32, "certificate": "ab" * 32, "authorisation": "ab" * 32,
        "safety_features": False, "reason": "other", "epcis": f"ni:///sha-256;{'ab' * 32}?ver=CBV2.0",
    },
    "access": {
        "action": "handed-over", "application": "ab" * 32, "permit": "cd" * 32, "package": "ef" * 32,
        "recipient": "12" * 32, "purpose": ["HMB", "IRB"], "until": "2027-06-30", "agreement": "34" * 32, "files": 3,
        "by": "DAC-1", "decided_by": "DAC", "reason": "approved in its sitting",
    },
    "unblinding": {"reason": "emergency", "kit": "K-0017", "digest": "ab" * 32, "asked_by": "INV-1"},
    "device-reading": {"quantity": "glucose", "value": 5.6, "unit": "mmol/L", "device": "G6-77"},
    "image-reference": {"digest": "cd" * 32, "modality": "MR", "images": 120},
    "participation-end": {"reason": "died"},
    "consent-form-in-force": {
        "site": "DE-01", "form": "child", **FORM, "territory": "DE", "protocol_version": 2, "reconsent": True,
    },
    "entered-in-error": {
        "corrects": "E-0", "corrected_by": "CRC-2", "correction_source": "query", "correction_reason": "entered twice",
    },
    "contest": {
        "writer": "0a" * 32, "stream": "0b" * 32, "entry": 3, "leaf": "0c" * 32, "holds": "grade 3",
        "source": "source-data-verification", "reason": "the source says grade 3", "agreed_by": "SC-1",
    },
    "padding": {},
    "erasure": {
        "by": "data protection officer", "reason": "request of the subject", "legal_basis": "GDPR 17(1)(b)",
        "counts": {"visit": 3}, "indices": [4, 7, 9],
    },
}  # fmt: skip
CORRECTION = {
    "corrects": "E-0", "corrected_by": "CRC-2", "corrected_at": "2020-06-01T10:00Z",
    "correction_source": "source-data-verification", "correction_reason": "the day was that of the call",
}  # fmt: skip
WITHOUT_SUBJECT = {"access", "consent-form-in-force", "custody", "padding"}


def event(kind: str, **changes: object) -> dict[str, Any]:
    """A whole event of a type, changed; what is changed to None is left out."""
    whole = {
        "format": "trialseal/1", "kind": "event", "type": kind, "id": "E-1", "at": "2020-05-12T09:30+02:00",
        **({} if kind in WITHOUT_SUBJECT else {"subject": SUBJECT}), "site": "DE-01", **MEMBERS[kind], **changes,
    }  # fmt: skip
    return {key: value for key, value in whole.items() if value is not None}


def refused(value: object, sentence: str) -> None:
    with pytest.raises(FailedError, match=sentence) as caught:
        parse_event(value, "line 3")
    message = str(caught.value)
    assert message.startswith("line 3") and "\n" not in message and len(message) < 400


def test_every_type_has_an_example_here() -> None:
    assert MEMBERS.keys() == EVENT_TYPES.keys()
    assert set(EVENT_TYPES.values()) == set(get_args(Event))


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_what_is_read_is_what_was_given(kind: str) -> None:
    value = event(kind)
    parsed = parse_event(value, "line 3")
    assert type(parsed) is EVENT_TYPES[kind]
    assert parsed.model_dump(mode="json", exclude_unset=True) == value
    assert event_form(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_the_schema_takes_what_the_models_take(kind: str) -> None:
    check = jsonschema.Draft202012Validator(json.loads((schemas.FOLDER / "event.schema.json").read_text("utf-8")))
    check.validate(event(kind))
    for broken in (event(kind, unknown=1), event(kind, at=None), event(kind, at="12.5.2020"), event(kind, type="new")):
        assert not check.is_valid(broken)


@pytest.mark.parametrize("kind", sorted(EVENT_TYPES.keys() - {"entered-in-error", "padding", "erasure"}))
def test_every_event_may_be_a_correction_that_says_who_when_on_what_source_and_why(kind: str) -> None:
    value = event(kind, **CORRECTION)
    assert parse_event(value, "line 3").model_dump(mode="json", exclude_unset=True) == value
    for missing in CORRECTION:
        refused(event(kind, **CORRECTION | {missing: None}), f"{missing} is missing|belongs to a correction")
    refused(event(kind, **CORRECTION | {"corrects": "E-1"}), "corrects names the event itself")
    refused(event(kind, **CORRECTION | {"correction_source": "Dr Smith"}), "correction_source is 'Dr Smith', but must")


@pytest.mark.parametrize("kind", ["padding", "erasure"])
def test_what_a_stream_writes_itself_corrects_nothing(kind: str) -> None:
    refused(event(kind, **CORRECTION), "is not a known field")


@pytest.mark.parametrize("kind", RESERVED)
def test_reserved_types_are_refused_with_what_they_are_for(kind: str) -> None:
    value = {"format": "trialseal/1", "kind": "event", "type": kind, "id": "E-1", "at": "2020-05-12"}
    refused(value, f"type {kind} is reserved for .*: leave such events out")


def test_an_event_of_a_later_version_is_told_as_one() -> None:
    for kind in ("visit", "what-is-to-come"):
        with pytest.raises(UndeterminedError, match=r"line 3 was made by a later version .*\(trialseal/2\): update"):
            parse_event({"format": "trialseal/2", "kind": "event", "type": kind}, "line 3")


@pytest.mark.parametrize(
    ("text", "value"),
    [("-0", 0), (".5", 0.5), ("2.50", 2.5), ("1E-04", 0.0001), ("+7", 7), ("7.", 7.0), (" 7 ", 7), (".", None)],
)
def test_numbers_in_rows_are_those_of_tables(text: str, value: float | None) -> None:
    row = {"type": "device-reading", "id": "R-1", "at": "2020-05-12", "subject": SUBJECT, "quantity": "x"}
    assert event_from_row({**row, "value": text}, "line 3").get("value") == value


def test_a_whole_number_that_was_kept_as_a_double_is_whole() -> None:
    row = {"type": "adverse-event", "id": "A-1", "at": "2020-05-12", "subject": SUBJECT, "seriousness": "serious"}
    found = event_from_row({**row, "grade": "2.0"}, "line 3")
    assert repr(found["grade"]) == "2"
    parse_event(found, "line 3")
    refused(event_from_row({**row, "grade": "2.5"}, "line 3"), "grade is 2.5, but must be a whole number")


@pytest.mark.parametrize("gtin", ["04012345678902", "0401234567890x", "００００００００００００００"])
def test_a_gtin_has_fourteen_digits_of_which_the_last_checks_the_others(gtin: str) -> None:
    refused(event("dispensing", gtin=gtin), "gtin: .* is not a GTIN")


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_no_member_is_for_free_text_about_people(kind: str) -> None:
    refused(event(kind, comment="Mr Smith called"), "comment is not a known field")
    refused(event(kind, notes="x"), "notes is not a known field")


def test_what_is_no_event() -> None:
    refused([], r"holds \[\], not an event: write a JSON object with a type")
    refused({}, "type is missing: it must be one of consent, withdrawal")
    refused(event("visit", type=["visit"]), r"type is \['visit'\], but must be one of consent")
    refused(event("visit", type="milestone"), "type is 'milestone', but must be one of")
    refused({**event("visit"), "kind": "milestone"}, "kind is 'milestone', but must be 'event'")
    refused(event("visit", format=None), "format is missing: add it")
    refused({**event("visit"), "site": None}, "site is null: leave out what is not known")


def test_a_subject_number_instead_of_a_pseudonym() -> None:
    refused(event("visit", subject="001-0042"), "subject: '001-0042' is not a pseudonym .* stay at the site")
    refused(event("visit", subject="0F" * 16), "subject: .* is not a pseudonym")
    refused(event("visit", subject=None), "subject is missing")


@pytest.mark.parametrize("at", ["2020", "2020-05", "2020-05-12", "2020-05-12T09:30Z", "2020-05-12T09:30:15.25-11:00"])
def test_times_of_every_precision(at: str) -> None:
    parse_event(event("visit", at=at), "line 3")


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        ("2020-05-12T09:30", "has no offset from UTC: write"),
        ("12.05.2020", "is not a date or time: write"),
        ("2020-05-12 09:30Z", "is not a date or time: write"),
        ("2020-02-30", "'2020-02-30' does not exist"),
        ("2020-02-30T09:00Z", "the time '2020-02-30T09:00Z' does not exist"),
        ("2020-05-12T24:30Z", "does not exist"),
        ("1820-05-12", "does not exist"),
        ("1820-05", "does not exist"),
        ("20200512", "is not a date or time"),
        ("２０２０-05-12", "is not a date or time"),
        ("2020-05-12\n", "is not a date or time"),
        ("", "is not a date or time"),
    ],
)
def test_times_that_are_none(at: str, sentence: str) -> None:
    refused(event("visit", at=at), f"at: .*{sentence}")


def test_ids() -> None:
    parse_event(event("visit", id="3f2504e0-4f89-11d3-9a0c-0305e82c3301"), "line 3")
    refused(event("visit", id="a b"), "id: 'a b' is not an event id: use")
    refused(event("visit", id="x" * 65), "is not an event id")
    refused(event("visit", id=17), "id is 17, but must be text")


def test_consent_says_to_which_form() -> None:
    for status in ("given", "refused", "assent"):
        refused(event("consent", status=status, form_version=None), f"form_version is missing: .* the {status} consent")
    for status in ("waived", "deferred"):
        parse_event(event("consent", status=status, form_version=None, form_digest=None), "line 3")
    refused(event("consent", status="yes"), "status is 'yes', but must be 'given', 'refused', 'waived'")


def test_assent_needs_a_representative() -> None:
    refused(event("consent", representative=None), "representative is missing: say who consented")
    parse_event(event("consent", status="given", representative=None), "line 3")
    refused(event("consent", representative="Mary Smith"), "representative is 'Mary Smith', but must be 'parent'")


def test_a_serious_event_is_serious() -> None:
    refused(event("adverse-event", seriousness="not-serious"), "not serious, but meets the criterion hospitalisation")
    refused(event("adverse-event", seriousness=None), "seriousness is missing")
    refused(event("adverse-event", criteria=["death", "death"]), "the criterion death comes twice")
    refused(event("adverse-event", code="1002"), "code: '1002' is not a MedDRA code: write its 8 digits")
    refused(event("adverse-event", grade=6), "grade is 6, but must be at most 5")


def test_randomisation_has_no_room_for_the_allocation() -> None:
    refused(event("randomisation", arm="A"), "arm is not a known field")
    assert {"allocation", "unblinding"} == UNBLINDED_TYPES


def test_readings_are_numbers() -> None:
    refused(event("device-reading", value="5.6"), "value: '5.6' is not a number")
    refused(event("device-reading", value=float("nan")), "value: nan is not a number")


def test_a_tombstone_counts_types_those_of_later_versions_too() -> None:
    parse_event(event("erasure", counts={"visit": 3, "custody": 1}), "line 3")
    refused(event("erasure", counts={"Mr Smith": 3}), "counts names 'Mr Smith', which is not a type of events")
    refused(event("erasure", counts={"visit": -1}), r"counts.visit is -1, but must be at least 0")
    refused(event("erasure", legal_basis=" "), "legal_basis: it is empty")


def test_rows_of_a_table_become_events() -> None:
    row = {
        "type": "adverse-event", "id": "AE-1", "at": "2020-05-12", "subject": SUBJECT, "seriousness": "serious",
        "criteria": "death; disability", "grade": "4", "related": "TRUE", "code": "10028606", "site": "", "onset": None,
    }  # fmt: skip
    made = event_from_row(row, "row 1")
    assert made == {
        "format": "trialseal/1", "kind": "event", "type": "adverse-event", "id": "AE-1", "at": "2020-05-12",
        "subject": SUBJECT, "seriousness": "serious", "criteria": ["death", "disability"], "grade": 4,
        "related": True, "code": "10028606",
    }  # fmt: skip
    parse_event(made, "row 1")
    reading = event_from_row({"type": "device-reading", "value": "5.60", "quantity": "120"}, "row 1")
    assert reading["value"] == 5.6 and reading["quantity"] == "120"
    assert event_from_row({"type": "dispensing", "quantity": "2"}, "row 1")["quantity"] == 2
    assert event_from_row({"type": "visits", "grade": "4"}, "row 1")["grade"] == "4"


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"type": "adverse-event", "grade": "three"}, "row 1: grade is 'three', but must be a number"),
        ({"type": "adverse-event", "grade": "٣"}, "row 1: grade is '٣', but must be a number"),
        ({"type": "adverse-event", "related": "maybe"}, "row 1: related is 'maybe', but must be true or false"),
        ({"type": "device-reading", "value": "1_000"}, "row 1: value is '1_000', but must be a number"),
        ({"type": "device-reading", "value": "nan"}, "row 1: value is 'nan', but must be a number"),
    ],
)
def test_cells_without_such_a_value(row: dict[str, object], sentence: str) -> None:
    with pytest.raises(FailedError, match=re.escape(sentence)):
        event_from_row(row, "row 1")


numbers = (
    st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([2**53, 1.0, -0.0, 1e-7, 1e21])
)
scalars = st.booleans() | st.none() | numbers | st.text()
flat = st.dictionaries(st.text(max_size=6), scalars | st.lists(scalars, max_size=3), max_size=6)
values = flat | st.dictionaries(st.text(max_size=6), flat, max_size=3)


@settings(deadline=None, max_examples=400)
@given(values)
def test_the_quick_form_is_the_form_of_rfc_8785(value: dict[str, Any]) -> None:
    try:
        form = event_form(value)
    except UsageError:
        with pytest.raises((rfc8785.CanonicalizationError, UnicodeEncodeError)):
            rfc8785.dumps(value)
        return
    assert form == rfc8785.dumps(value)


@settings(deadline=None, max_examples=400)
@given(st.floats(allow_nan=False, allow_infinity=False) | st.floats(1e-5, 1e-3) | st.floats(1e15, 1e17))
def test_decimals_are_written_as_ecmascript_does(value: float) -> None:
    assert event_form({"value": value}) == rfc8785.dumps({"value": value})


def test_half_a_surrogate_pair_has_no_form() -> None:
    with pytest.raises(UsageError, match="term holds half a surrogate pair"):
        event_form({"term": "\ud800"})


def test_the_page_of_events_is_what_the_models_give() -> None:
    assert describing.PAGE.read_text(encoding="utf-8") == describing.page(), (
        "run python -m trialseal.documents.events.describing"
    )


def test_help_and_page_name_every_type_and_member(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["events", "append", "--help"])
    assert ended.value.code == 0
    told = " ".join(capsys.readouterr().out.split())
    for kind in EVENT_TYPES.keys() - {"padding", "erasure"}:
        assert f"{kind}: " in told
        for member in MEMBERS[kind]:
            assert re.search(rf"{member}\*?( \(|: )", told), member
    for member in describing.common_members():
        assert f"{member.name}{'*' if member.required else ''}: {member.words}" in told
    assert all(member.words for kind in EVENT_TYPES for member in describing.members(kind))
