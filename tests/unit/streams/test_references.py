"""What events may say of one another: corrections, what was entered in error, later reports; and what an audit says of
a store that another program wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from streams_at_hand import event, new_stream, only

from trialseal.documents.events import event_form, parse_event
from trialseal.errors import FailedError
from trialseal.streams.audit import audit_stream
from trialseal.streams.batch import RefusedRow, Row
from trialseal.streams.intake import Intake, Settings
from trialseal.streams.references import fault, named
from trialseal.streams.sources import SourceRow
from trialseal.streams.store import StreamStore

HOW = {
    "corrected_by": "CRC-2", "corrected_at": "2020-06-01T10:00Z", "correction_source": "query",
    "correction_reason": "read from the wrong line",
}  # fmt: skip
IN_ERROR = {"type": "entered-in-error", "seriousness": None}


def correction(number: int, corrects: str, subject: int | None = 0, **members: Any) -> dict[str, Any]:
    value = event(number, subject, corrects=corrects, **HOW) | members
    if value["type"] == "entered-in-error":
        value.pop("corrected_at")
    value = {key: member for key, member in value.items() if member is not None}
    parse_event(value, "the test's event")
    return value


def whole(value: dict[str, Any]) -> Row:
    """A row as intake makes it."""
    about = value.get("subject")
    return Row(value["id"], about, event_form(value), 0, value["type"], value.get("corrects"), value.get("follows"))


def put(stream: StreamStore, *values: dict[str, Any]) -> None:
    stream.append([whole(value) for value in values])


def foreign(stream: StreamStore, *values: dict[str, Any]) -> None:
    """Writes what `append` would refuse, as another program might."""
    stream.append([Row(value["id"], value.get("subject"), event_form(value)) for value in values])


# (what is stored first, what is appended then, why it is refused; None: it is taken)
CASES: dict[str, tuple[list[dict[str, Any]], dict[str, Any], str | None]] = {
    "a correction": ([event(1)], correction(2, "E-1"), None),
    "of a site's event": ([event(1, None)], correction(2, "E-1", None), None),
    "entered in error": ([event(1)], correction(2, "E-1", **IN_ERROR), None),
    "of a correction": ([event(1), correction(2, "E-1")], correction(3, "E-2"), None),
    "a correction entered in error": ([event(1), correction(2, "E-1")], correction(3, "E-2", **IN_ERROR), None),
    "what was in error after all was right": (
        [event(1), correction(2, "E-1", **IN_ERROR)], correction(3, "E-2"), None,
    ),
    "nothing that exists": ([event(1)], correction(2, "E-7"), "corrects E-7, and the stream holds no such event"),
    "what comes later": ([], correction(2, "E-3"), "corrects E-3, and the stream holds no such event"),
    "twice": (
        [event(1), correction(2, "E-1")], correction(3, "E-1"), "which E-2 has corrected already: correct E-2",
    ),
    "twice in error": (
        [event(1), correction(2, "E-1", **IN_ERROR)], correction(3, "E-2", **IN_ERROR), "stated so already",
    ),
    "another participant's": ([event(1)], correction(2, "E-1", 1), "corrects E-1, which is about another participant"),
    "with another type": (
        [event(1)], correction(2, "E-1", type="visit", visit="V1", seriousness=None), "E-1 of type adverse-event",
    ),
    "in error with another type": (
        [event(1), correction(2, "E-1", **IN_ERROR)],
        correction(3, "E-2", type="visit", visit="V1", seriousness=None), "E-2 of type adverse-event",
    ),
    "padding": (
        [event(1, None, type="padding", site=None, form_version=None)], correction(2, "E-1", None),
        "an entry of type padding, which nothing corrects",
    ),
    "a later report": ([event(1)], event(2, follows="E-1"), None),
    "a later report of nothing": ([event(1)], event(2, follows="E-9"), "follows E-9, and the stream holds no such"),
    "a later report of another's": ([event(1)], event(2, 1, follows="E-1"), "which is about another participant"),
    "a later report of a visit": (
        [event(1, type="visit", visit="V1", seriousness=None)], event(2, follows="E-1"), "follows E-1, which is of",
    ),
}  # fmt: skip


def plain(value: dict[str, Any]) -> dict[str, Any]:
    return {key: member for key, member in value.items() if member is not None}


@pytest.mark.parametrize("together", [False, True], ids=["in two batches", "in one batch"])
@pytest.mark.parametrize("case", CASES)
def test_what_append_takes_and_refuses(tmp_path: Path, case: str, together: bool) -> None:
    stored, added, why = CASES[case]
    stored = [plain(one) for one in stored]
    stream = new_stream(tmp_path)
    if stored and not together:
        put(stream, *stored)
    batch = [*stored, plain(added)] if together else [plain(added)]
    before = stream.size
    if why is None:
        put(stream, *batch)
        assert stream.size == before + len(batch)
        assert not audit_stream(stream, []).faults
    else:
        with pytest.raises(RefusedRow, match=why):
            put(stream, *batch)
        assert stream.size == before
        put(stream, event(100))  # what was refused has left nothing behind


@pytest.mark.parametrize("case", [case for case, (_, _, why) in CASES.items() if why])
def test_what_an_audit_says_of_a_store_that_another_program_wrote(tmp_path: Path, case: str) -> None:
    stored, added, why = CASES[case]
    stream = new_stream(tmp_path)
    foreign(stream, *map(plain, stored), plain(added))
    found = audit_stream(stream, [])
    assert len(found.faults) == 1 and found.faults[0].startswith(f"entry {len(stored)}: event ")
    assert why is not None and why.partition(":")[0].split(" already")[0] in found.faults[0]


def test_a_correction_of_what_comes_later_is_named_by_an_audit(tmp_path: Path) -> None:
    stream = new_stream(tmp_path)
    foreign(stream, correction(1, "E-2"), event(2))
    assert audit_stream(stream, []).faults == [
        "entry 0: event E-1 corrects E-2, and the stream holds no such event before it"
    ]


def test_an_audit_counts_corrections(tmp_path: Path) -> None:
    stream = new_stream(tmp_path)
    put(stream, event(1), event(2), correction(3, "E-1"), correction(4, "E-3"), correction(5, "E-2", **IN_ERROR))
    found = audit_stream(stream, [])
    assert (found.corrected, found.in_error, found.faults) == (2, 1, [])


def test_a_long_chain_over_many_batches_stays_a_chain(tmp_path: Path) -> None:
    stream = new_stream(tmp_path)
    put(stream, event(0))
    for start in range(1, 9001, 4500):
        put(stream, *(correction(number, f"E-{number - 1}") for number in range(start, start + 4500)))
    with pytest.raises(RefusedRow, match="which E-8001 has corrected already"):
        put(stream, correction(20_000, "E-8000"))
    put(stream, correction(20_000, "E-9000"))
    assert audit_stream(stream, []).corrected == 9001


def test_erasing_a_participant_erases_their_corrections(tmp_path: Path) -> None:
    stream = new_stream(tmp_path)
    put(stream, event(1), correction(2, "E-1"), event(3, 1), correction(4, "E-3", 1))
    said = {"by": "office", "reason": "asked", "legal_basis": "GDPR 17", "at": "2020-07-01"}
    done = stream.forget(f"{0:032x}", **said)
    assert done is not None and done.indices == (0, 1)
    assert not audit_stream(stream, []).faults
    with pytest.raises(RefusedRow, match="holds no such event"):
        put(stream, correction(9, "E-2", 1))


VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "streams.json").read_text(encoding="utf-8"))[
    "corrections"
]


def vector_fault(entries: list[dict[str, str]]) -> str | None:
    """What is wrong with the last of these entries; nothing may be wrong with those before."""
    known, corrected, said = {}, {}, None
    for index, value in enumerate(entries):
        assert said is None
        one = known[value["id"]] = named(index, value)
        said = fault(one, known.get, corrected)
        if one.corrects:
            corrected[one.corrects] = one.id
    return said


def test_the_vectors() -> None:
    for chain in VECTORS["chains"]:
        assert vector_fault(chain["entries"]) is None
    for entries in VECTORS["refused"]:
        if entries[0].get("corrects"):
            entries = entries[:1]
        assert vector_fault(entries)


@pytest.mark.parametrize(
    ("at", "words"),
    [("2020-06-01T10:00:00Z", None), ("2020-06-01T10:02:00Z", None), ("2020-06-01T10:02:01Z", "in the future")],
)
def test_a_correction_cannot_be_made_in_the_future(tmp_path: Path, at: str, words: str | None) -> None:
    config = new_stream(tmp_path).config
    intake = Intake(Settings(config, bytes(32), "file", 1_591_005_600, pseudonyms=True))  # 2020-06-01T10:00:00Z
    row = SourceRow(3, correction(2, "E-1", corrected_at=at), False)
    if words is None:
        assert only(intake.rows(row)).corrects == "E-1"
    else:
        with pytest.raises(FailedError, match=f"file, line 3: the correction is dated {words}"):
            only(intake.rows(row))
