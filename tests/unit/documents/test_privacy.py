"""The linter: one test per thing that says who somebody is, and what must not be taken for it."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from real_records import real_files
from trialseal.documents.privacy import faults, require_private, text_fault
from trialseal.errors import FailedError

EVENT = {
    "format": "trialseal/1",
    "kind": "event",
    "type": "adverse-event",
    "id": "AE-17",
    "at": "2020-05-12",
    "subject": "0f" * 16,
    "term": "Nausea",
    "seriousness": "not-serious",
}


def refused(change: dict[str, object], field: str, why: str, numbers: frozenset[str] = frozenset()) -> None:
    with pytest.raises(FailedError) as caught:
        require_private({**EVENT, **change}, "line 7", numbers)
    message = str(caught.value)
    assert message.startswith(f"line 7: {field} ") and why in message and "\n" not in message


def test_an_event_without_anything_of_a_person_passes() -> None:
    require_private(EVENT, "line 7", frozenset({"001-0042"}))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("see john.doe@example.org", "e-mail"),
        ("j.doe (at) clinic.example.org", "e-mail"),
        ("call +49 30 901820", "telephone"),
        ("tel. 555 1234", "telephone"),
        ("(555) 123-4567", "telephone"),
        ("030/1234567", "telephone"),
        ("06 12 34 56 78", "telephone"),
        ("Headache, DOB 12/05/1961", "date of birth"),
        ("born 3 May 1961", "date of birth"),
        ("geb. 03.05.1961", "date of birth"),
        ("seen with brother, 1961-05-03", "date of birth"),
        ("rash since 3.5.1961", "date of birth"),
        ("Mr Smith fell", "name"),
        ("Frau Dr. Müller", "name"),
        ("Dr. E. Example", "name"),
        ("Headache of John Smith", "name"),
        ("SMITH, JOHN", "name"),
        ("MARIA GARCIA", "name"),
        ("Smith, John", "name"),
        ("John F. Smith", "name"),
        ("Maria van der Berg", "name"),
        ("Hans\u00a0 Müller", "name"),
        ("Jo\u200bhn Smi\u00adth", "name"),
        ("Ｊｏｈｎ Ｓｍｉｔｈ", "name"),
        ("a.b＠example.org", "e-mail"),
        ("123-45-6789", "US social security"),
        ("943 476 5919", "NHS"),
        ("AB 12 34 56 C", "national insurance"),
        ("1 85 05 78 006 084 91", "French"),
        ("RSSMRA85T10A562S", "codice fiscale"),
        ("12345678Z", "DNI"),
        ("131052-308T", "Finnish"),
        ("811228-9874", "Swedish"),
        ("070761-4285", "Danish"),
        ("85.07.30-033.28", "Belgian"),
        ("123.456.789-09", "CPF"),
        ("11010519491231002X", "Chinese"),
        ("44051401359", "PESEL"),
        ("MRN 00123", "person's number"),
        ("patient no. 17-003", "person's number"),
    ],
)
def test_text_that_says_who_somebody_is(text: str, why: str) -> None:
    refused({"term": text}, "term", why)


@pytest.mark.parametrize(
    "text",
    [
        "Stevens-Johnson syndrome", "STEVENS JOHNSON SYNDROME", "Charcot-Marie-Tooth disease",
        "Guillain-Barre syndrome",
        "Hodgkin's disease", "Non-Hodgkin lymphoma stage IV", "Raynaud's phenomenon", "Frank haematuria",
        "ANA POSITIVE",
        "St. John's Hospital, Springfield", "Johns Hopkins University", "Charité Universitätsmedizin Berlin",
        "Klinikum rechts der Isar", "Royal Victoria Infirmary", "Centre Hospitalier Saint Joseph", "Site 1012",
        "Week 12", "Visit 3 (2020-05-12)", "Day 1 2020-05-12T09:30", "Cycle 2 Day 15", "Follow-up 12 May 2020",
        "V10",
        "BNT162b2 30 ug", "mRNA-1273", "Remdesivir 100 mg/20 mL", "MS Contin 30 mg", "kit 0012345678",
        "LOT 2020-05-117",
        "mg/dL", "10^9/L", "120/80 mmHg", "3f2504e0-4f89-11d3-9a0c-0305e82c3301", "ab" * 32, "ICF v3.0 of 2020-04-02",
        "New York Heart Association Class III", "Hamilton Anxiety Scale", "Bell's palsy", "Crohn's disease",
        "3.0-1.2",
        "COVID-19 pneumonia", "10 000 000 U", "Patient Global Assessment", "1.1.2020-31.12.2020", "2020-05",
    ],
)  # fmt: skip
def test_what_names_nobody(text: str) -> None:
    assert text_fault(text) is None
    require_private({**EVENT, "term": text}, "line 7")


@pytest.mark.parametrize(
    ("field", "why"),
    [
        ("patient_name", "name"), ("Last Name", "name"), ("initials", "name"), ("dateOfBirth", "date of birth"),
        ("BRTHDTC", "date of birth"), ("dob", "date of birth"), ("E-Mail", "e-mail"), ("home phone", "telephone"),
        ("SSN", "number"), ("mrn", "number"), ("zip_code", "address"), ("USUBJID", "subject number"),
        ("patient-id", "subject number"), ("name", "name"),
    ],
)  # fmt: skip
def test_a_member_that_is_for_a_person_by_its_name(field: str, why: str) -> None:
    refused({field: 1}, field, why)


def test_a_subject_number_in_place_of_a_pseudonym() -> None:
    refused({"subject": "001-0042"}, "subject", "no pseudonym")
    refused({"subject": "0F" * 16}, "subject", "no pseudonym")


@pytest.mark.parametrize("text", ["AE-001-0042-3", "001-0042", "0042", "see 001-0042", "001-0042: rash"])
def test_a_subject_number_elsewhere(text: str) -> None:
    refused({"id": text}, "id", "subject number", frozenset({"001-0042", "0042"}))


@pytest.mark.parametrize("id", ["K-0034", "\u212a-0034", "\uff2b-0034"])
def test_a_subject_number_as_an_id_in_whatever_letters(id: str) -> None:
    refused({"id": id}, "id", "is a subject number", frozenset({"K-0034"}))


def test_short_subject_numbers_are_not_read_into_doses() -> None:
    require_private({**EVENT, "term": "12 mg"}, "line 7", frozenset({"12", "mg"}))
    refused({"term": "see S-1"}, "term", "holds the subject number 'S-1'", frozenset({"S-1"}))
    refused({"term": "12"}, "term", "subject number", frozenset({"12"}))


def test_a_day_decades_before_the_event() -> None:
    refused({"onset": "1961-05-03"}, "onset", "date of birth")
    require_private({**EVENT, "onset": "1961"}, "line 7")
    require_private({**EVENT, "onset": "2012-05-03"}, "line 7")


def test_in_lists_and_objects() -> None:
    refused({"criteria": ["death", "Mr Smith"]}, "criteria", "name")
    refused({"more": {"email": "x"}}, "more", "email, which is an e-mail")


def test_every_fault_is_found() -> None:
    found = list(faults({**EVENT, "term": "Mr Smith", "email": "x", "id": "MRN-12345"}))
    assert [fault.field for fault in found] == ["id", "term", "email"]


def test_hostile_texts_take_no_time() -> None:
    started = time.process_time()
    for unit in ("A ", "Aa ", "1 ", "+1", "a@", "a.", "(", "Mr. ", "A. ", "0 0", "born ", "É'", "1-", "Dr med "):
        text_fault(unit * (20_000 // len(unit)))
    assert time.process_time() - started < 60  # one that grows with the square of the length takes hours


@pytest.mark.parametrize("path", real_files("dataset-json/*/*.json"))
def test_real_tables_raise_no_alarm(path: Path) -> None:
    """Terms, visits, dates and measurements of real trials; their subject numbers and birthdays are for other tests."""
    table: dict[str, Any] = json.loads(path.read_bytes())
    for name, values in zip((one["name"] for one in table["columns"]), zip(*table["rows"], strict=True), strict=True):
        if name not in ("USUBJID", "SUBJID", "BRTHDTC"):
            for text in {value for value in values if isinstance(value, str)}:
                assert text_fault(text) is None, (name, text)


@pytest.mark.parametrize("path", real_files("ctgov-v2/NCT*.json"))
def test_real_terms_conditions_and_cities_raise_no_alarm(path: Path) -> None:
    record: dict[str, Any] = json.loads(path.read_bytes())
    protocol, results = record["protocolSection"], record.get("resultsSection", {})
    events = results.get("adverseEventsModule", {})
    texts = [one["term"] for kind in ("seriousEvents", "otherEvents") for one in events.get(kind, [])]
    texts += [one["name"] for one in protocol.get("armsInterventionsModule", {}).get("interventions", [])]
    texts += protocol.get("conditionsModule", {}).get("conditions", [])
    texts += [one.get("city", "") for one in protocol.get("contactsLocationsModule", {}).get("locations", [])]
    assert {text: text_fault(text) for text in texts if text_fault(text)} == {}
