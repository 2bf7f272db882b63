"""Schedules, pseudonyms, proofs and audits, each by itself."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streams_at_hand import REGISTERED, config, event, new_stream, only, row, rows

from trialseal.documents import nonces
from trialseal.documents.events import event_form
from trialseal.errors import FailedError, UsageError
from trialseal.streams.audit import Anchored, audit_stream, schedule_faults
from trialseal.streams.batch import Row
from trialseal.streams.intake import Intake, Settings
from trialseal.streams.proof import EventProof, file_bytes, make_proof, read_proof
from trialseal.streams.pseudonyms import Pseudonyms, site_key
from trialseal.streams.schedule import Schedule, period
from trialseal.streams.sources import SourceRow
from trialseal.streams.store import StreamStore, create_stream, open_stream

WEEK = Schedule(start=1000, every=800, step=5)

# ----- schedules -----


@pytest.mark.parametrize(
    ("now", "due", "following"),
    [
        (0, None, 1800),
        (1000, None, 1800),
        (1799, None, 1800),
        (1800, 1800, 2600),
        (1899, 1800, 2600),
        (1900, None, 2600),
        (2600, 2600, 3400),
    ],
)
def test_when_a_head_is_due(now: int, due: int | None, following: int) -> None:
    assert WEEK.due(now) == due
    assert WEEK.next(now) == following


@given(start=st.integers(0, 2**33), every=st.integers(60, 10**7), after=st.integers(-(10**8), 10**9))
def test_the_next_time_is_due_when_it_comes_and_not_before(start: int, every: int, after: int) -> None:
    schedule, now = Schedule(start, every, 1), max(start + after, 0)
    following = schedule.next(now)
    assert following > now
    assert schedule.due(following) == following
    assert schedule.due(following - 1) != following
    assert Schedule.from_json(json.loads(json.dumps(schedule.as_json()))) == schedule


@pytest.mark.parametrize(("text", "seconds"), [("30m", 1800), ("12h", 43_200), ("7d", 604_800), ("2w", 1_209_600)])
def test_periods(text: str, seconds: int) -> None:
    assert period(text) == seconds


@pytest.mark.parametrize("text", ["", "7", "d", "0d", "-1d", "1.5h", "7 d", "100000d", "7D", "٧d"])
def test_what_is_no_period(text: str) -> None:
    with pytest.raises(UsageError, match="is not a period"):
        period(text)


def test_heads_off_their_time_or_step_are_named() -> None:
    kept = [Anchored(1, 5, b"", 1800), Anchored(2, 10, b"", 2699)]
    assert schedule_faults(WEEK, kept) == []
    [late] = schedule_faults(WEEK, [Anchored(1, 5, b"", 1950)])
    assert "outside the stream's fixed times" in late
    [large] = schedule_faults(WEEK, [*kept, Anchored(3, 16, b"", 3400)])
    assert "holds 16 entries, not 3 times the step of 5" in large


# ----- pseudonyms -----


def test_the_sites_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "home" / "site-key"
    key = site_key(path)
    assert site_key(path) == key
    assert len(key) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("spoilt")
    with pytest.raises(UsageError, match="should hold 64 hexadecimal digits"):
        site_key(path)


def test_what_a_subject_may_be() -> None:
    names = Pseudonyms(b"k" * 32)
    assert names.of(1001) == names.of("1001") != names.of("01001")
    assert names.of(names.of("1001")) == names.of("1001")  # it is one already
    assert names.of("é") == names.of("e\u0301")
    for wrong in ("", " 1001", "1001\n", 1.0, None, True, ["1001"]):
        for look in (names.of, names.of_number, names.as_given):
            with pytest.raises(UsageError):
                look(wrong)


def test_a_number_that_looks_like_a_pseudonym_is_not_stored_as_one() -> None:
    names = Pseudonyms(b"k" * 32)
    assert names.of_number(1001) == names.of("1001")
    assert names.as_given(names.of("1001")) == names.of("1001")
    with pytest.raises(UsageError, match="say --pseudonyms"):
        names.of_number("0123456789abcdef" * 2)
    with pytest.raises(UsageError, match="not a pseudonym of 32"):
        names.as_given("1001")
    for word in ("NA", ".", "NaN", "null", "N/A"):
        with pytest.raises(UsageError, match="which most programs write for nothing"):
            names.of_number(word)


# ----- intake -----


def intake(**options: Any) -> Intake:
    return Intake(Settings(config(), b"k" * 32, "f", REGISTERED + 10**7, **options))


def test_days_count_wherever_on_earth_they_may_be() -> None:
    now = "2020-04-25"  # with 10^7 seconds after 2020-01-01, 17:46 UTC
    assert only(intake(pseudonyms=True).rows(SourceRow(1, {"id": "E", "type": "padding"} | event(1, 1, at=now), False)))
    for at in ("2020-04-26", "2020-04-25T17:47Z", "2020-01-01", "2019-12-31", "2020", "2020-01"):
        only(intake(pseudonyms=True).rows(SourceRow(1, event(1, 1, at=at), False)))
    for at, says in (
        ("2020-04-28", "in the future"),
        ("2020-04-25T17:50Z", "in the future"),
        ("2021", "in the future"),
        ("2019-12-29", "before the trial was registered"),
        ("2019-12-31T23:50Z", "before the trial was registered"),
        ("2018", "before the trial was registered"),
    ):
        with pytest.raises(FailedError, match=says):
            only(intake(pseudonyms=True).rows(SourceRow(1, event(1, 1, at=at), False)))
    assert only(intake(early=True, pseudonyms=True).rows(SourceRow(1, event(1, 1, at="2018"), False)))


@pytest.mark.parametrize(
    ("at", "is_taken"),
    [
        ("2019-12-31T23:57:59Z", False),  # two minutes before the registration, and a second
        ("2019-12-31T23:58:00Z", True),
        ("2019-12-31T23:58:01Z", True),
        ("2020-01-01T00:58:00+01:00", True),
        ("2020-01-01T00:57:59+01:00", False),
        ("2019-12-30", False),  # has ended everywhere at noon of the 31st
        ("2019-12-31", True),
        ("2020-01-01", True),
        ("2019-12", True),
        ("2019-11", False),
        ("2019", True),
        ("2018", False),
    ],
)
def test_what_append_takes_an_audit_does_not_call_early(tmp_path: Path, at: str, is_taken: bool) -> None:
    value = event(1, 1, at=at)
    if is_taken:
        only(intake(pseudonyms=True).rows(SourceRow(1, value, False)))
    else:
        with pytest.raises(FailedError, match="before the trial was registered"):
            only(intake(pseudonyms=True).rows(SourceRow(1, value, False)))
    stream = new_stream(tmp_path)
    stream.append([only(intake(early=True, pseudonyms=True).rows(SourceRow(1, value, False)))])
    assert audit_stream(stream, []).early == (not is_taken)


@pytest.mark.parametrize("registered", [1_577_880_000 - 1, 1_577_880_000, 1_577_880_001])
def test_a_day_is_early_once_it_has_ended_everywhere(tmp_path: Path, registered: int) -> None:
    """2019-12-31 ends in the last zone at noon UTC, 1,577,880,000; clocks may differ by two minutes."""
    stream = new_stream(tmp_path)
    stream.append([row(event(1, 1, at="2019-12-31"))])
    assert audit_stream(stream, [], registered=registered + 120).early == (registered >= 1_577_880_000)


@pytest.mark.parametrize(
    ("at", "is_taken"),
    [
        ("2020-04-25T17:48:39Z", True),  # a second less than two minutes ahead of now, 17:46:40
        ("2020-04-25T17:48:40Z", True),
        ("2020-04-25T17:48:41Z", False),
        ("2020-04-26", True),  # has begun in the first zone at 10:00 UTC
        ("2020-04-27", False),
        ("2020-05", False),
        ("2020", True),
    ],
)
def test_the_future_begins_two_minutes_ahead(at: str, is_taken: bool) -> None:
    if is_taken:
        only(intake(pseudonyms=True).rows(SourceRow(1, event(1, 1, at=at), False)))
    else:
        with pytest.raises(FailedError, match="in the future"):
            only(intake(pseudonyms=True).rows(SourceRow(1, event(1, 1, at=at), False)))


def test_a_chain_whose_clock_is_ahead_decides_what_is_future() -> None:
    ahead = replace(config(), created_at=REGISTERED + 2 * 10**7)
    found = Intake(Settings(ahead, b"k" * 32, "f", REGISTERED + 10**7, pseudonyms=True))
    assert only(found.rows(SourceRow(1, event(1, 1, at="2020-08-19"), False)))


@pytest.mark.parametrize(("time", "says"), [(1799, "outside"), (1800, None), (1899, None), (1900, "outside")])
def test_an_audit_holds_heads_against_the_fixed_times(time: int, says: str | None) -> None:
    found = schedule_faults(Schedule(1000, 800, 10), [Anchored(1, 10, b"", time)])
    assert [one for one in found if "outside the stream's fixed times" in one] == found
    assert bool(found) == (says is not None)
    assert "not 2 times the step" in schedule_faults(Schedule(1000, 800, 10), [Anchored(2, 19, b"", 1800)])[0]


def test_a_head_of_as_many_entries_as_the_store_is_reproduced_and_no_larger_one(stream: StreamStore) -> None:
    assert audit_stream(stream, heads_of(stream, 12)).faults == []
    assert audit_stream(stream, [Anchored(1, 13, b"", 0)]).faults


def test_tombstones_that_no_head_holds_are_counted(tmp_path: Path) -> None:
    stream = new_stream(tmp_path)
    stream.append([row(event(1, 1)), row(event(2, 2))])
    said = {"by": "office", "reason": "asked", "legal_basis": "GDPR 17", "at": "2020-07-01"}
    stream.forget(f"{1:032x}", **said)
    whole = audit_stream(stream, heads_of(stream, 3))
    assert (len(whole.erasures), whole.waiting, whole.waiting_tombstones) == (1, 0, 0)
    before = audit_stream(stream, heads_of(stream, 2))
    assert (len(before.erasures), before.waiting, before.waiting_tombstones) == (1, 1, 1)
    assert audit_stream(stream, []).waiting == 3


# ----- proofs -----


@pytest.fixture
def stream(tmp_path: Path) -> StreamStore:
    made = new_stream(tmp_path)
    made.append(rows(0, 12))
    return made


def proof_of(stream: StreamStore, index: int, size: int = 12) -> EventProof:
    return make_proof(stream, index, size, stream.root(size), 1, b"\5" * 20)


@pytest.mark.parametrize("index", range(12))
def test_a_proof_holds_read_back_from_its_file(stream: StreamStore, tmp_path: Path, index: int) -> None:
    path = tmp_path / "proof.json"
    made = proof_of(stream, index)
    path.write_bytes(file_bytes(made))
    assert read_proof(path) == made
    read_proof(path).verify()


def test_a_proof_with_any_bit_flipped_is_refused(stream: StreamStore, tmp_path: Path) -> None:
    path = tmp_path / "proof.json"
    whole = json.loads(file_bytes(proof_of(stream, 5)))
    for name in ("nonce", "root", *range(len(whole["proof"]))):
        holder = whole["proof"] if isinstance(name, int) else whole
        good = holder[name]
        for place in range(0, len(good), 7):
            holder[name] = good[:place] + f"{int(good[place], 16) ^ 1:x}" + good[place + 1 :]
            path.write_text(json.dumps(whole))
            with pytest.raises(FailedError):
                read_proof(path).verify()
        holder[name] = good
    path.write_text(json.dumps(whole))
    read_proof(path).verify()


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("format", "x", "is not the proof of an event"),
        ("nonce", "zz", "nonce must be 64"),
        ("nonce", 7, "nonce must be 64"),
        ("contract", "0x" + "AB" * 20, "contract must be 40"),
        ("proof", ["00" * 32] * 65, "at most 64 hashes"),
        ("proof", "00", "must be a list"),
        ("index", -1, "index must be a whole number"),
        ("size", True, "size must be a whole number"),
        ("event", [], "event must be an object"),
    ],
)
def test_what_is_no_proof_says_so(stream: StreamStore, tmp_path: Path, name: str, value: object, says: str) -> None:
    path = tmp_path / "proof.json"
    path.write_text(json.dumps(json.loads(file_bytes(proof_of(stream, 5))) | {name: value}))
    with pytest.raises(UsageError, match=says):
        read_proof(path)


def test_of_an_edited_entry_no_proof_is_made(stream: StreamStore) -> None:
    log = stream.folder / "entries.ndjson"
    log.write_bytes(log.read_bytes().replace(b'"E-5"', b'"E-X"'))
    with pytest.raises(FailedError, match="entry 5 is not what was anchored"):
        proof_of(stream, 5)


def test_whoever_is_shown_one_nonce_cannot_make_another(stream: StreamStore) -> None:
    shown = proof_of(stream, 1).nonce  # of subject 1, as entry 8 is
    other = proof_of(stream, 8)
    assert nonces.salted_leaf(shown, stream.form(8)) != nonces.salted_leaf(other.nonce, stream.form(8))


# ----- audits -----


def heads_of(stream: StreamStore, *sizes: int, time: int = 1_600_000_000) -> list[Anchored]:
    return [Anchored(n, size, stream.root(size), time + n * 3600) for n, size in enumerate(sizes, 1)]


def test_an_audit_measures_the_delay_of_each_entry(tmp_path: Path) -> None:
    stream = new_stream(tmp_path)
    times = ["2020-09-13T12:26:40Z", "2020-09-13T13:26:40Z", "2020-09-13T12:26:40+00:00", "2020-09-13"]
    stream.append([row(event(n, 1, at=at)) for n, at in enumerate(times)])
    stream.append([row(event(9, None, at="2019-12-30")), row(event(10, None, at="2020-10"))])
    stream.append([row({"format": "trialseal/1", "kind": "event", "type": "padding", "id": "P", "at": "2020"})])
    found = audit_stream(stream, heads_of(stream, 2, 4, time=1_600_000_000))  # 12:26:40
    assert found.faults == []
    assert (found.heads, found.anchored, found.size) == (2, 4, 7)
    # 3600, 0, 7200, and from midnight to 14:26:40
    assert (found.median_delay, found.longest_delay, found.longest_entry) == (5400, 52_000, 3)
    assert (found.waiting, found.oldest_waiting, found.early) == (3, "2019-12-30", 1)
    assert found.types["padding"] == 1


@pytest.mark.parametrize(("at", "delay"), [("12:26:39", 1), ("12:26:40", 0), ("12:26:41", 0)])
def test_an_event_by_a_clock_that_is_ahead_has_no_delay(tmp_path: Path, at: str, delay: int) -> None:
    stream = new_stream(tmp_path)
    stream.append([row(event(1, 1, at=f"2020-09-13T{at}Z"))])
    found = audit_stream(stream, [Anchored(1, 1, stream.root(1), 1_600_000_000)])  # 12:26:40
    assert (found.median_delay, found.longest_delay) == (delay, delay)


def test_an_audit_names_the_first_head_that_does_not_agree(stream: StreamStore) -> None:
    heads = heads_of(stream, 3, 7, 12)
    heads[1] = heads[1]._replace(root=b"x" * 32)
    found = audit_stream(stream, heads)
    assert found.heads == 1
    [fault] = found.faults
    assert fault.startswith("head 2 of 7 entries")
    beyond = audit_stream(stream, [*heads_of(stream, 3), Anchored(2, 13, b"", 0)])
    assert beyond.heads == 1
    assert "holds 13 entries and the store only 12" in beyond.faults[0]


def test_an_audit_locates_an_edited_entry_and_counts_the_heads_before_it(stream: StreamStore) -> None:
    heads = heads_of(stream, 3, 7, 12)
    log = stream.folder / "entries.ndjson"
    log.write_bytes(log.read_bytes().replace(b'"E-8"', b'"E-X"'))
    found = audit_stream(open_stream(stream.folder), heads)
    assert "entry 8, in line 9, is not what was appended" in found.faults[0]
    assert "restore" not in found.faults[0]


def test_a_rewritten_store_that_agrees_with_itself_is_found_by_its_heads(stream: StreamStore, tmp_path: Path) -> None:
    heads = heads_of(stream, 3, 7, 12)
    other = create_stream(tmp_path / "other", config())
    other.append([one for one in rows(0, 13) if one.id != "E-8"])
    assert "head 1" in audit_stream(other, heads).faults[0]  # with other secrets


@pytest.mark.parametrize("at", ["nonsense", "2020-13-45"])
def test_an_audit_names_an_entry_whose_time_is_none(tmp_path: Path, at: str) -> None:
    stream = new_stream(tmp_path)
    stream.append([row(event(1, at=at))])
    assert "entry 0, in line 1, is not an event: its time is not a time" in audit_stream(stream, []).faults[0]


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ({"at": 5}, "it has no type, no id or no time"),
        ({"type": ["visit"]}, "it has no type, no id or no time"),
        ({"subject": ["a"]}, "its participant is not a pseudonym"),
        ({"type": "erasure", "counts": 5, "indices": "abc"}, "is not a tombstone"),
    ],
)
def test_a_store_that_others_made_holds_events_only(tmp_path: Path, members: dict[str, Any], says: str) -> None:
    stream = new_stream(tmp_path)
    stream.append([Row("E-1", None, event_form(event(1, None) | members))])
    assert says in audit_stream(stream, []).faults[0]
