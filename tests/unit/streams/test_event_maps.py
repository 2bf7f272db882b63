"""Maps: what is wrong in one is said in a sentence, and what each makes of a row."""

from __future__ import annotations

import hmac
import re
from pathlib import Path
from typing import Any

import pytest

from trialseal.documents.events import parse_event
from trialseal.documents.versions import LaterVersion
from trialseal.errors import FailedError, UsageError
from trialseal.streams.maps import describing, shipped
from trialseal.streams.maps.applying import Mapper
from trialseal.streams.maps.event_map import EventMap, parse_map, read_map

VISITS = """
format = "trialseal-event-map/1"
title = "visits"
[file]
zone = "Europe/Berlin"
dates = "dmy"
decimal = ","
missing = ["NA"]
[[events]]
type = "visit"
key = ["number", "visit"]
where = { done = ["yes"] }
[events.members]
subject = { column = "number", match = "Patient ([0-9]+)" }
at = { column = "day", time = "time" }
visit = { columns = ["name", "visit"] }
treatment = { column = "treated", values = { y = true, n = false }, optional = true }
[[events]]
type = "device-reading"
key = ["number", "visit"]
where = { weight = ["*"] }
[events.members]
subject = { column = "number", match = "Patient ([0-9]+)" }
at = "day"
quantity = { constant = "weight" }
value = "weight"
unit = { constant = "kg" }
"""
ROW = {
    "number": "Patient 17", "visit": "V1", "name": "", "day": "12.05.2020", "time": "09:30", "done": "yes",
    "treated": "y", "weight": "70,5",
}  # fmt: skip


def visits() -> EventMap:
    return parse_map(VISITS.encode(), "visits.toml")


def made(map: EventMap, row: dict[str, Any], **stated: str) -> list[dict[str, object]]:
    mapper = Mapper(map, map.file, b"k" * 32, stated)
    return [one.event for one in mapper.events(row, "f, line 2")]


def test_one_row_gives_the_events_whose_conditions_hold() -> None:
    visit, weight = made(visits(), ROW)
    assert visit | {"id": ""} == {
        "format": "trialseal/1", "kind": "event", "type": "visit", "subject": "17", "at": "2020-05-12T09:30+02:00",
        "visit": "V1", "treatment": True, "id": "",
    }  # fmt: skip
    assert weight | {"id": ""} == {
        "format": "trialseal/1", "kind": "event", "type": "device-reading", "subject": "17", "at": "2020-05-12",
        "quantity": "weight", "value": 70.5, "unit": "kg", "id": "",
    }  # fmt: skip
    assert [one["type"] for one in made(visits(), ROW | {"weight": "NA"})] == ["visit"]
    assert made(visits(), ROW | {"done": "no", "weight": ""}) == []
    assert made(visits(), ROW, site="DE01", arm="A")[0]["site"] == "DE01"


def test_an_id_is_the_rows_own_and_says_nothing_without_the_key() -> None:
    first, again, other = (made(visits(), ROW | {"visit": name})[0]["id"] for name in ("V1", "V1", "V2"))
    assert first == again != other
    assert "17" not in str(first).partition("-")[0]
    mapper = Mapper(visits(), visits().file, b"x" * 32, {})
    assert next(mapper.events(ROW, "f")).event["id"] != first
    with pytest.raises(FailedError, match="f, line 2: visit is empty, by which the map knows a row again"):
        made(visits(), ROW | {"visit": ""})


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"number": "17"}, "number is '17', which is not like Patient"),
        ({"treated": "maybe"}, "treated is 'maybe', for which the map of treatment has no value"),
        ({"day": "31.02.2020"}, "at: the time '31.02.2020 09:30' does not exist"),
    ],
)
def test_a_cell_without_such_a_meaning_is_named(cells: dict[str, str], says: str) -> None:
    with pytest.raises(FailedError, match=f"f, line 2: {says}"):
        made(visits(), ROW | cells)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("trialseal-event-map/1", "trialseal/1", "visits.toml"),
        ('title = "visits"', 'titel = "visits"', "it has no setting 'titel'"),
        ('type = "visit"', 'type = "visits"', "events, number 1: type is 'visits': use one of consent"),
        ('type = "visit"', 'type = "erasure"', "type is 'erasure'"),
        ("unit = {", "units = {", "device-reading has no member 'units'"),
        ('key = ["number", "visit"]', "", "give it either key"),
        ('key = ["number", "visit"]', 'key = ["visit", "visit"]', "key names a column twice"),
        ('columns = ["name", "visit"]', 'columns = ["name", "name"]', "members.visit: it names a column twice"),
        ('columns = ["name", "visit"]', 'column = "name", constant = "V"', "give it one of column"),
        ('match = "Patient ([0-9]+)"', 'match = "Patient ([0-9]+"', "match is not a regular expression"),
        ('match = "Patient ([0-9]+)"', 'match = "(P)([0-9]+)"', "match has 2 groups"),
        ('zone = "Europe/Berlin"', 'zone = "Europe/Berlino"', "there is no zone 'Europe/Berlino'"),
        ('dates = "dmy"', 'dates = "dym"', "dates is 'dym': use one of ymd"),
        ('decimal = ","', 'decimal = ";"', "decimal is ';'"),
        ('decimal = ","', 'delimiter = ";;"', "delimiter is ';;': it is one character"),
        ('missing = ["NA"]', "missing = 9", "file.missing is 9: write a text"),
        ("[[events]]", "[events]", "visits.toml"),
        ("where = { done", "where = { done = ['x'], done", "is not a map"),
    ],
)
def test_what_is_wrong_in_a_map_is_one_sentence(old: str, new: str, says: str) -> None:
    assert old in VISITS
    with pytest.raises(UsageError, match=says) as raised:
        parse_map(VISITS.replace(old, new, 1).encode(), "visits.toml")
    assert "\n" not in str(raised.value)


def test_a_map_of_a_later_version_is_told() -> None:
    with pytest.raises(LaterVersion, match="visits.toml was made by a later version"):
        parse_map(VISITS.replace("map/1", "map/9").encode(), "visits.toml")


@pytest.mark.parametrize("data", [b"\xff", b"", b"a = " + b"[" * 5000])
def test_what_is_no_map_at_all_is_one_sentence(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "map.toml"
    path.write_bytes(data)
    with pytest.raises(UsageError, match="map.toml"):
        read_map(path)


@pytest.mark.parametrize("name", shipped.names())
def test_a_shipped_map_says_whether_it_was_tried(name: str) -> None:
    text = shipped.text(name)
    assert (shipped.read(name).title.startswith("Example map, not tried on a real file")) != ("\ntried = " in text)
    for tried in (line for line in text.splitlines() if line.startswith("tried = ")):
        assert "SHA-256" in tried


def test_the_map_of_kits_gives_custody_and_dispensing() -> None:
    kits = shipped.read("irt-kits")
    row = {
        "TRANSACTION_ID": "T1", "TRANSACTION": "SHIPPED", "KIT_NUMBER": "K-0001", "LOT": "B26",
        "TRANSACTION_DATE": "2026-03-01T08:00+01:00", "LOCATION": "depot", "SHIP_TO": "DE-01", "SHIPMENT_ID": "S-9",
        "EXPIRY_DATE": "2027-01", "SUBJECT_ID": "",
    }  # fmt: skip
    (sent,) = made(kits, row)
    assert (sent["type"], sent["action"], sent["kit"], sent["lot"]) == ("custody", "shipped", "K-0001", "B26")
    assert (sent["destination"], sent["shipment"], sent["expires"]) == ("DE-01", "S-9", "2027-01")
    given = {"TRANSACTION": "DISPENSED", "LOCATION": "DE-01", "SUBJECT_ID": "1001", "SHIP_TO": "", "SHIPMENT_ID": ""}
    (dispensed,) = made(kits, row | given)
    assert (dispensed["type"], dispensed["site"], dispensed["subject"]) == ("dispensing", "DE-01", "1001")
    for event in (sent, dispensed):
        parse_event({**event, "subject": "ab" * 16} if "subject" in event else event, "it")
    assert made(kits, row | {"TRANSACTION": "RANDOMISED"}) == []


def test_the_page_of_maps_is_what_the_maps_say() -> None:
    assert describing.PAGE.read_text(encoding="utf-8") == describing.page(), (
        "run python -m trialseal.streams.maps.describing"
    )


def test_the_example_of_the_page_is_a_map() -> None:
    [example] = re.findall(r"```toml\n(.*?)```", describing.page(), re.DOTALL)
    map = parse_map(example.encode(), "example.toml")
    row = {
        "Patient": "17", "Visit No": "2", "Visit": "NA", "Date": "12.05.2020", "Time": "9:30", "Status": "done",
        "Treated": "ja", "Changed by": "DM-1", "Changed at": "", "Reason": "typed wrongly",
    }  # fmt: skip
    (made,) = Mapper(map, map.file, b"k" * 32, {}).events(row, "f")
    assert made.event | {"id": ""} == {
        "format": "trialseal/1", "kind": "event", "type": "visit", "id": "", "subject": "17", "visit": "2",
        "at": "2020-05-12T09:30+02:00", "site": "DE01", "treatment": True,
    }  # fmt: skip
    assert made.correction == {"corrected_by": "DM-1", "correction_reason": "typed wrongly"}


def test_an_id_can_be_made_by_hand() -> None:
    """As docs/maps.md says; the values were computed with openssl dgst -mac HMAC."""
    map = parse_map(VISITS.replace('type = "visit"', 'type = "visit"\nprefix = "vis"').encode(), "visits.toml")
    told = b'event id["vis","Patient 17","V1"]'
    assert made(map, ROW)[0]["id"] == f"vis-{hmac.digest(b'k' * 32, told, 'sha256')[:10].hex()}"
    assert made(map, ROW)[0]["id"] == "vis-2695dae32b30d974b303"
    without = VISITS.replace('subject = { column = "number", match = "Patient ([0-9]+)" }\n', "")
    one, other = (made(parse_map(without.encode(), "x"), ROW, subject=number)[0] for number in ("17", "18"))
    assert one["id"] != other["id"]


def test_of_an_onset_only_the_day_counts() -> None:
    """A time of day without its zone says enough."""
    text = VISITS.replace('type = "visit"', 'type = "adverse-event"').replace("visit = { columns", "term = { columns")
    text = text.replace('treatment = { column = "treated", values = { y = true, n = false }, optional = true }', "")
    text = text.replace('zone = "Europe/Berlin"', "").replace('at = { column = "day", time = "time" }', 'at = "day"')
    text = text.replace("[events.members]", '[events.members]\nonset = "began"', 1)
    (event,) = made(parse_map(text.encode(), "x"), ROW | {"began": "2020-05-12 09:30", "weight": ""})
    assert event["onset"] == "2020-05-12"
