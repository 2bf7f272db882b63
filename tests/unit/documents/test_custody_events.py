"""Events of products: what must be given, and what GS1's numbers must be."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialseal.documents.events import parse_event
from trialseal.documents.gs1 import check_digit, is_checked, unescaped
from trialseal.errors import FailedError


def custody(action: str = "received", **members: Any) -> dict[str, Any]:
    given = {} if {"kit", "lot", "serial", "gtin"} & set(members) else {"kit": "K-1"}
    members = {key: value for key, value in {**given, **members}.items() if value is not None}
    event = {"format": "trialseal/1", "kind": "event", "type": "custody", "id": "C-1", "at": "2026-03-02"}
    return {**event, "action": action, "place": "depot", **members}


def refused(value: dict[str, Any], sentence: str) -> None:
    with pytest.raises(FailedError, match=sentence):
        parse_event(value, "line 3")


# Numbers of GS1's own examples: General Specifications, 7.9 (GTIN-13, SSCC), EPCIS 2.0 (GLN).
@pytest.mark.parametrize("number", ["00614141123452", "4012345678901", "106141412345678908", "0614141073467"])
def test_check_digits_of_published_numbers(number: str) -> None:
    assert is_checked(number, len(number))


@given(st.text("0123456789", min_size=7, max_size=17), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_seen(digits: str, place: int, by: int) -> None:
    whole = digits + check_digit(digits)
    assert is_checked(whole, len(whole))
    place %= len(whole)
    wrong = whole[:place] + str((int(whole[place]) + by) % 10) + whole[place + 1 :]
    assert not is_checked(wrong, len(whole))


def test_a_shorter_gtin_is_told_with_what_to_type() -> None:
    refused(custody(gtin="4012345678901", serial="1"), "is a GTIN of 13 digits: write 04012345678901$")
    refused(custody(gtin="4012345678902", serial="1"), "is not a GTIN: write its 14 digits")
    refused(custody(gtin="04012345678902", serial="1"), "its last digit would be 1: write its 14 digits")


def test_serials_are_written_as_printed() -> None:
    parse_event(custody(gtin="04012345678901", serial="A/1-(b)&%"), "it")
    refused(custody(gtin="04012345678901", serial="A%2F1"), r"written as in a web address: write it as printed \(A/1\)")
    refused(custody(gtin="04012345678901", serial="A 1"), "is not a serial number")
    refused(custody(gtin="04012345678901", serial="A" * 21), "is not a serial number")
    refused(custody(serial="A1"), "gtin is missing")
    assert unescaped("32a%2Fb%26c") == "32a/b&c"


def test_places_and_shipments_with_numbers() -> None:
    parse_event(custody(place="0614141073467", sscc="106141412345678908"), "it")
    refused(custody(place="0614141073468"), "place: '0614141073468' is not a GLN")
    refused(custody(sscc="106141412345678907"), "sscc: .* its last digit would be 8")
    refused(custody(place="12 Main Street"), "place: ")


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({"action": "received", "kit": None, "gtin": "04012345678901"}, "kit is missing: give a kit, a gtin with ser"),
        ({"action": "received", "lot": "L1"}, "quantity is missing: say how much of lot L1 was received, and its unit"),
        ({"action": "received", "lot": "L1", "quantity": 3}, "unit is missing"),
        ({"action": "received", "lot": "L1", "unit": "vial"}, "quantity is missing"),
        ({"action": "received", "lot": "L1", "quantity": 0, "unit": "vial"}, "only a count may be 0"),
        ({"action": "received", "lot": "L1", "quantity": -2, "unit": "vial"}, "no quantity may be below 0"),
        ({"action": "shipped"}, "destination is missing: what is shipped needs it"),
        ({"action": "extended", "lot": "L1"}, "expires is missing: what is extended needs it"),
        ({"action": "assessed"}, "condition is missing"),
        ({"action": "received", "destination": "DE-01"}, "destination belongs to what is shipped"),
        ({"action": "received", "low": 9, "high": 8}, r"low \(9\) is above high \(8\)"),
        ({"action": "received", "low": -300}, "-300 is not a temperature"),
        ({"action": "received", "high": 2500}, "2500 is not a temperature"),
        ({"action": "received", "expires": "2026-13"}, "expires: "),
        ({"action": "received", "epcis": "C-1"}, "is not an id of EPCIS"),
        ({"action": "sold"}, "action is 'sold', but must be"),
    ],
)
def test_what_a_custody_event_needs(members: dict[str, Any], sentence: str) -> None:
    refused(custody(**members), sentence)


def test_what_is_lawful() -> None:
    for members in (
        {"action": "counted", "kit": None, "quantity": 0, "unit": "kit"},
        {"action": "counted", "lot": "L1", "quantity": 0, "unit": "vial"},
        {"action": "recalled", "lot": "L1"},
        {"action": "returned", "kit": "K-1", "quantity": 3, "unit": "tablet", "subject": "0f" * 16},
        {"action": "received", "lot": "L1", "quantity": 0.5, "unit": "L", "low": -196, "high": -196},
    ):
        event = custody(**members)
        parse_event(event, "it")
