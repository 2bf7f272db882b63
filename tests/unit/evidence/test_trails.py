"""The audit trail: what became of each entry, what a correction changed, who said so, under which head."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from trialseal.documents.events import event_form
from trialseal.evidence.trails import Held, State, TrailEntry, contests_in, trail
from trialseal.report.trail import participant, table
from trialseal.report.trail.page import Told, trail_html
from trialseal.spreadsheets import csv_text
from trialseal.streams.audit import Anchored
from trialseal.streams.batch import Row
from trialseal.streams.config import StreamConfig
from trialseal.streams.store import StreamStore, create_stream

ONE, OTHER = "0a" * 16, "0b" * 16
WHY = {
    "corrected_by": "CRC-2", "corrected_at": "2020-06-01T10:00Z", "correction_source": "query",
    "correction_reason": "typed <b>wrongly</b>",
}  # fmt: skip
DAY = 1_590_969_600  # 2020-06-01


def store(folder: Path, events: Sequence[dict[str, Any]], name: str = "ae", writer: bytes = b"\2" * 32) -> StreamStore:
    made = create_stream(folder / name, StreamConfig(b"\1" * 32, writer, name, b"\3" * 32, 0, 0))
    given = []
    for one in events:
        event = {"format": "trialseal/1", "kind": "event", "at": "2020-05-12T09:30Z", **one}
        given.append(Row(event["id"], event.get("subject"), event_form(event), 1, event["type"], event.get("corrects")))
    made.append(given)
    return made


def ae(id: str, subject: str = ONE, **members: Any) -> dict[str, Any]:
    return {"type": "adverse-event", "id": id, "subject": subject, "seriousness": "serious", **members}


def in_error(id: str, corrects: str, subject: str = ONE) -> dict[str, Any]:
    said = {name: value for name, value in WHY.items() if name != "corrected_at"}
    return {"type": "entered-in-error", "id": id, "subject": subject, "corrects": corrects, **said}


EVENTS = [
    ae("A", term="rash", grade=2),
    ae("B", OTHER, grade=1),
    ae("A2", term="rash", grade=3, corrects="A", **WHY),
    ae("C"),
    in_error("C-gone", "C"),
    ae("A3", grade=3, corrects="A2", **WHY),
    ae("C2", corrects="C-gone", grade=4, **WHY),
]


def held(stream: StreamStore, *sizes: int, contests: int = 0) -> Held:
    heads = [Anchored(number, size, bytes(32), DAY + number) for number, size in enumerate(sizes, 1)]
    return Held(stream, stream.config.name, 'party "Site"', heads, contests)


def test_each_entry_says_what_became_of_it_and_why(tmp_path: Path) -> None:
    found = list(trail(held(store(tmp_path, EVENTS), 2, 5), {}))
    assert [(one.event["id"], one.state, one.later) for one in found] == [
        ("A", State.CORRECTED, "A2"), ("B", State.STANDS, ""), ("A2", State.CORRECTED, "A3"),
        ("C", State.IN_ERROR, "C-gone"), ("C-gone", State.CORRECTED, "C2"), ("A3", State.STANDS, ""),
        ("C2", State.STANDS, ""),
    ]  # fmt: skip
    assert [one.head.number if one.head else None for one in found] == [1, 1, 2, 2, 2, None, None]
    assert [tuple(one) for one in found[2].changes] == [("grade", 2, 3)]
    assert [tuple(one) for one in found[5].changes] == [("term", "rash", None)]
    assert ("seriousness", "serious", None) in [tuple(one) for one in found[4].changes]
    assert ("grade", None, 4) in [tuple(one) for one in found[6].changes]
    assert [one.is_plain for one in found] == [False, True, False, False, False, False, False]


def test_a_trail_of_one_participant_holds_theirs_alone(tmp_path: Path) -> None:
    assert [one.event["id"] for one in trail(held(store(tmp_path, EVENTS)), {}, OTHER)] == ["B"]
    assert list(trail(held(store(tmp_path / "x", EVENTS)), {}, "0c" * 16)) == []


def test_what_was_erased_stays_as_its_type(tmp_path: Path) -> None:
    stream = store(tmp_path, EVENTS)
    stream.forget(OTHER, at="2020-06-01T10:00Z", by="office", reason="asked", legal_basis="GDPR 17(1)(b)")
    found = list(trail(held(stream), {}))
    assert (found[1].state, dict(found[1].event)) == (State.ERASED, {"type": "adverse-event"})
    assert found[-1].event["type"] == "erasure"
    text = csv_text(table.COLUMNS, table.rows(found))
    assert OTHER not in text.partition("erasure")[0]


def contest(id: str, stream: StreamStore, entry: int, **members: Any) -> dict[str, Any]:
    leaf = stream.tree.leaves(entry, entry + 1)[0].hex() if entry < stream.size else "00" * 32
    return {
        "type": "contest", "id": id, "writer": stream.config.writer.hex(), "stream": stream.config.id.hex(),
        "entry": entry, "leaf": leaf, "holds": "grade 4", "source": "source-data-verification",
        "reason": "the source says grade 4", **members,
    }  # fmt: skip


def test_contests_stand_beside_what_they_contest(tmp_path: Path) -> None:
    site = store(tmp_path, EVENTS)
    said = [
        contest("X", site, 2), contest("Y", site, 5, leaf="00" * 32, agreed_by="SC-1"), contest("Z", site, 1),
        in_error("Z-gone", "Z") | {"subject": None}, contest("W", site, 99),
    ]  # fmt: skip
    said = [{name: value for name, value in one.items() if value is not None} for one in said]
    monitor = store(tmp_path, said, "monitoring", b"\4" * 32)
    found = contests_in([held(site), held(monitor, contests=4)])
    assert sorted(entry for _, _, entry in found) == [2, 5, 99]
    entries = list(trail(held(site), found))
    assert [len(one.contested) for one in entries] == [0, 0, 1, 0, 0, 1, 0]
    assert [one.contested[0].is_same for one in entries if one.contested] == [True, False]
    assert contests_in([held(site), held(monitor)]) == {}  # none was counted by the audit


def page(entries: Sequence[TrailEntry], **more: Any) -> str:
    counts = {state: sum(one.state is state for one in entries) for state in State}
    return trail_html(Told("Trial 0101…", "ae", None, entries, counts, 1, 0, **more))


def test_the_page_strikes_through_what_was_before_and_escapes_it(tmp_path: Path) -> None:
    site = store(tmp_path, EVENTS)
    monitor = store(tmp_path, [contest("X", site, 2)], "monitoring", b"\4" * 32)
    text = page(list(trail(held(site, 5), contests_in([held(site), held(monitor, contests=1)]))))
    assert "grade: <del>2</del> <ins>3</ins>" in text
    assert "typed &lt;b&gt;wrongly&lt;/b&gt;" in text
    assert "contested in entry 0 of stream monitoring" in text
    assert text.count('<tr class="struck">') == 4
    assert "head 1, 2020-06-01 00:00 UTC" in text
    assert "not anchored" in text
    assert "2020-06-01T10:00Z" in text


def test_the_table_has_a_row_for_each_change(tmp_path: Path) -> None:
    rows = list(
        csv.DictReader(io.StringIO(csv_text(table.COLUMNS, table.rows(trail(held(store(tmp_path, EVENTS), 5), {})))))
    )
    (changed,) = (one for one in rows if one["event"] == "A2")
    assert (changed["member"], changed["old"], changed["new"]) == ("grade", "2", "3")
    assert (changed["by"], changed["source"], changed["reason"]) == ("CRC-2", "query", "typed <b>wrongly</b>")
    assert (changed["head"], changed["state"], changed["corrects"]) == ("1", "corrected by A3", "A")
    assert [one["new"] for one in rows if one["event"] == "A"] == ["grade 2, seriousness serious, term rash"]


def test_a_participant_is_drawn_with_what_was_corrected_struck_through(tmp_path: Path) -> None:
    found = list(trail(held(store(tmp_path, EVENTS), 5), {}, ONE))
    drawn = participant.draw("Participant", found)
    assert drawn.count('<circle class="dot bad"') == 3
    assert drawn.count('<circle class="dot blue"') == 2
    assert "7 entries" not in drawn and "6 entries: events 5; 4 corrected or entered in error" in drawn
    assert drawn == participant.draw("Participant", found)
    assert "no entry of this participant" in participant.draw("Participant", [])


@pytest.mark.parametrize("at", ["2020", "2020-05", "2020-05-12", "1900-01-01", "9999-12-31", "2020-05-12T23:59-12:00"])
def test_any_time_can_be_drawn(tmp_path: Path, at: str) -> None:
    found = list(trail(held(store(tmp_path, [ae("A", at=at)]), 1), {}))
    assert '<circle class="dot blue"' in participant.draw("Participant", found)


@pytest.mark.parametrize("type", ["visit", "consent"])
def test_a_correction_of_any_type_shows_what_it_changes(tmp_path: Path, type: str) -> None:
    """Types that come before and behind entries in error by the alphabet."""
    first = {"type": type, "id": "A", "subject": ONE, "site": "DE-01"}
    again = first | {"id": "B", "site": "AT-01", "corrects": "A", **WHY}
    before, after = trail(held(store(tmp_path, [first, again]), 2), {})
    assert (before.state, before.later, after.state) == (State.CORRECTED, "B", State.STANDS)
    assert [tuple(one) for one in after.changes] == [("site", "DE-01", "AT-01")]
