"""A store that somebody edited, cut, copied or put back: what was changed is found and named."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from streams_at_hand import REGISTERED, event, new_stream, row, rows
from test_store import FORGET, all_is_well, stream

from trialseal.errors import FailedError
from trialseal.streams.lines import Damaged
from trialseal.streams.schedule import Schedule
from trialseal.streams.store import StreamStore, open_stream

__all__ = ["stream"]


def edit(path: Path, place: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        file.write(data)
    stamp = path.stat()
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns + 1_000_000))


def refuses(stream: StreamStore, match: str, entry: int | None) -> None:
    before = stream.size
    again = open_stream(stream.folder)
    with pytest.raises(Damaged, match=match) as damaged:
        again.append(rows(900, 901))
    assert damaged.value.entry == entry
    assert "nothing was appended" in str(damaged.value)
    assert json.loads((stream.folder / "head.json").read_text())["size"] == before


def test_an_edited_entry_is_found_and_named(stream: StreamStore) -> None:
    stream.append(rows(0, 30))
    log = stream.folder / "entries.ndjson"
    place = log.read_bytes().index(b"serious", log.read_bytes().index(b'"E-17"'))
    edit(log, place, b"Serious")
    refuses(stream, r"entries.ndjson: entry 17, in line 18, is not what was appended", 17)


def test_a_dropped_entry_is_found_and_named(stream: StreamStore) -> None:
    stream.append(rows(0, 30))
    log = stream.folder / "entries.ndjson"
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(lines[:12] + lines[13:]))
    refuses(stream, "entry 12, in line 13", 12)


def test_a_cut_log_is_found_and_named(stream: StreamStore) -> None:
    stream.append(rows(0, 30))
    log = stream.folder / "entries.ndjson"
    log.write_bytes(log.read_bytes()[:-20])
    refuses(stream, "entry 29, in line 30, is not a whole line", 29)


def test_an_edited_leaf_is_found_in_the_tree_and_not_in_the_log(stream: StreamStore) -> None:
    stream.append(rows(0, 30))
    edit(stream.folder / "tree", 0, b"x" * 32)
    refuses(stream, "tree: the leaf of entry 0", 0)


def test_an_edited_node_is_found(stream: StreamStore) -> None:
    stream.append(rows(0, 30))
    edit(stream.folder / "tree", 64, b"x" * 32)  # over entries 0 and 1
    refuses(stream, "tree: a node", None)


def test_an_edited_index_is_found(stream: StreamStore) -> None:
    stream.append(rows(0, 30))
    edit(stream.folder / "index", 16 * 9, b"\0" * 8)
    refuses(stream, "index: the record of entry 9", 9)


def test_edited_secrets_are_found(stream: StreamStore) -> None:
    stream.append(rows(0, 30))
    edit(stream.folder / "secrets", 48 + 16, b"x" * 32)
    refuses(stream, "entry 0, in line 1, is not what was appended", 0)


def test_a_missing_file_is_found(stream: StreamStore) -> None:
    stream.append(rows(0, 30))
    (stream.folder / "index").unlink()
    with pytest.raises((Damaged, FailedError), match="index"):
        open_stream(stream.folder).append(rows(900, 901))


def test_a_row_blanked_without_a_tombstone_is_found(stream: StreamStore) -> None:
    stream.append(rows(0, 30))
    log = stream.folder / "entries.ndjson"
    lines = log.read_bytes().splitlines(keepends=True)
    blank = b'{"erased":"adverse-event"}'.ljust(len(lines[4]) - 1) + b"\n"
    edit(log, sum(map(len, lines[:4])), blank)
    index = stream.folder / "index"
    edit(index, 16 * 4 + 8, bytes(8))
    refuses(stream, "entry 4, in line 5, is erased, but no tombstone names it", 4)


def test_an_erased_entry_that_is_made_to_have_been_something_else_is_found(stream: StreamStore) -> None:
    stream.append(rows(0, 30))
    stream.forget(f"{3:032x}", **FORGET)
    assert all_is_well(stream)
    log = stream.folder / "entries.ndjson"
    line = log.read_bytes().splitlines(keepends=True)[3]
    at = sum(map(len, log.read_bytes().splitlines(keepends=True)[:3]))
    for other in (b'{"erased":"visit"}', b'{"erased":{"a":1}}', b'{"erased":7}'):
        edit(log, at, other.ljust(len(line) - 1) + b"\n")
        with pytest.raises(Damaged, match="counts by type are not those|does not say what it was"):
            all_is_well(stream)


def test_a_row_that_nests_without_end_is_found(stream: StreamStore) -> None:
    stream.append([row(event(1, criteria=["death"] * 100_000))])
    edit(stream.folder / "entries.ndjson", 0, b"[" * 500_000)
    refuses(stream, "entry 0, in line 1, is not a whole line of JSON", 0)


def test_a_head_edited_to_a_shorter_store_is_found(stream: StreamStore) -> None:
    stream.append(rows(0, 30))
    path = stream.folder / "head.json"
    whole = path.read_text()
    path.write_text(whole.replace('"size": 30', '"size": 29'))
    with pytest.raises(FailedError, match="was edited: nothing was appended"):
        open_stream(stream.folder).append(rows(900, 901))
    with pytest.raises(FailedError, match="was edited: nothing was appended"):
        stream.append(rows(900, 901))
    path.write_text(whole)
    assert open_stream(stream.folder).append(rows(30, 31)) == 1  # nothing was cut off


@pytest.mark.parametrize("name", ["stream.json", "head.json"])
def test_a_damaged_description_is_named(stream: StreamStore, name: str) -> None:
    (stream.folder / name).write_text("{")
    with pytest.raises(FailedError, match=name):
        open_stream(stream.folder)


def test_a_renamed_stream_is_found(stream: StreamStore) -> None:
    path = stream.folder / "stream.json"
    path.write_text(path.read_text().replace("adverse-events", "others"))
    with pytest.raises(FailedError, match="was edited|was changed"):
        open_stream(stream.folder)


def test_a_copied_store_is_looked_at_once_and_goes_on(stream: StreamStore, tmp_path: Path) -> None:
    stream.append(rows(0, 30))
    shutil.copytree(stream.folder, tmp_path / "copy")
    copy = open_stream(tmp_path / "copy")
    assert copy.append(rows(30, 31)) == 1
    assert all_is_well(copy)


def with_stamp_kept(path: Path, change: Callable[[bytes], bytes]) -> None:
    before = path.stat()
    path.write_bytes(change(path.read_bytes()))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_an_edit_that_sets_the_clock_of_its_file_back_is_found(stream: StreamStore) -> None:
    stream.append(rows(0, 30))
    with_stamp_kept(stream.folder / "entries.ndjson", lambda data: data.replace(b'"E-17"', b'"X-17"'))
    refuses(stream, "entry 17, in line 18, is not what was appended", 17)


@pytest.mark.parametrize("change", [(b"1577836800", b"1500000000"), (b"0202", b"0203"), (b'"step": 5', b'"step": 6')])
def test_what_is_said_of_a_stream_cannot_be_edited(tmp_path: Path, change: tuple[bytes, bytes]) -> None:
    stream = new_stream(tmp_path, Schedule(REGISTERED, 3600, 5))
    path = stream.folder / "stream.json"
    edited = path.read_bytes().replace(*change, 1)
    assert edited != path.read_bytes()
    path.write_bytes(edited)
    with pytest.raises(FailedError, match="stream.json is damaged or was edited"):
        open_stream(stream.folder)


def test_secrets_put_back_from_a_backup_after_forgetting_are_found(stream: StreamStore) -> None:
    stream.append(rows(0, 30))
    path = stream.folder / "secrets"
    backup = path.read_bytes()
    stream.forget(f"{3:032x}", **FORGET)
    edit(path, 0, backup)
    refuses(stream, "secrets: the secret of participant 0{31}3 should be destroyed", 30)


def test_a_subject_that_was_forgotten_under_another_name_is_found(stream: StreamStore) -> None:
    stream.append(rows(0, 30))
    stream.forget(f"{3:032x}", **FORGET)
    path = stream.folder / "secrets"
    edit(path, path.read_bytes().index(bytes.fromhex(f"{3:032x}")), b"y" * 16)
    refuses(stream, "secrets: the secret of participant 0{31}3 should be destroyed", 30)


def test_the_record_of_nobody_is_looked_at(stream: StreamStore) -> None:
    edit(stream.folder / "secrets", 3, b"x")
    with pytest.raises(FailedError, match="does not begin with the stream's own secret"):
        open_stream(stream.folder)


@pytest.mark.parametrize(
    "journal",
    [
        b"{",
        b"[]",
        b'{"subject": 1}',
        b'{"subject": "%032x", "tombstone": 3, "rows": [[3, "adverse-event"]]}' % 3,
        b'{"subject": "%032x", "tombstone": 30, "rows": [[4, "adverse-event"]]}' % 3,
    ],
)
def test_nothing_is_erased_that_no_tombstone_names(stream: StreamStore, journal: bytes) -> None:
    stream.append(rows(0, 30))
    stream.forget(f"{3:032x}", **FORGET)
    before = (stream.folder / "entries.ndjson").read_bytes()
    (stream.folder / "forgetting.json").write_bytes(journal)
    with pytest.raises(Damaged, match="forgetting.json"):
        open_stream(stream.folder).append(rows(900, 901))
    assert (stream.folder / "entries.ndjson").read_bytes() == before


def test_an_entry_that_is_no_event_any_more_is_told(stream: StreamStore) -> None:
    stream.append(rows(0, 3))
    log = stream.folder / "entries.ndjson"
    edit(log, 0, log.read_bytes().replace(b'"type"', b'"tYpe"', 1))
    with pytest.raises(Damaged, match="entry 0 is not an event"):
        stream.entry(0)


def test_the_lock_of_a_store_writes_through_no_link(stream: StreamStore, tmp_path: Path) -> None:
    other = tmp_path / "precious"
    other.write_text("kept")
    (stream.folder / "lock").unlink(missing_ok=True)
    (stream.folder / "lock").symlink_to(other)
    stream.append(rows(0, 3))
    assert other.read_text() == "kept"


def test_what_is_private_is_readable_by_its_owner_alone(stream: StreamStore) -> None:
    stream.append(rows(0, 3))
    stream.forget(f"{1:032x}", **FORGET)
    for name in ("secrets", "entries.ndjson", "stream.json", "head.json", "index", "tree"):
        assert stat.S_IMODE((stream.folder / name).stat().st_mode) == 0o600, name
    assert stat.S_IMODE(stream.folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("data", [b"", b"\0" * 5000, b"[" * 5000, b"null\n" * 900])
def test_an_entry_looked_for_by_its_id_in_a_damaged_log_is_a_sentence(stream: StreamStore, data: bytes) -> None:
    stream.append(rows(0, 3))
    (stream.folder / "entries.ndjson").write_bytes(data)
    with pytest.raises(Damaged, match=r"entries\.ndjson: entry 1 cannot be read"):
        open_stream(stream.folder).find("E-1")
    (stream.folder / "entries.ndjson").unlink()
    with pytest.raises(FileNotFoundError, match="ndjson"):
        open_stream(stream.folder).find("E-1")


@pytest.mark.parametrize("place", [0, 8, 15, 16, 23])
def test_an_index_that_says_no_place_is_a_sentence(stream: StreamStore, place: int) -> None:
    stream.append(rows(0, 3))
    index = stream.folder / "index"
    edit(index, place, b"\xff")
    broken = open_stream(stream.folder)
    for number in range(3):
        try:
            assert broken.line(number).endswith(b"\n")
        except FailedError as error:
            assert "does not say where entry" in str(error)
    if place % 16 == 0:  # a fingerprint names no place
        with pytest.raises(FailedError, match="index does not say where entry . stands: restore it"):
            broken.line(place // 16)


def test_a_cut_or_piped_index_is_a_sentence(stream: StreamStore) -> None:
    stream.append(rows(0, 3))
    index = stream.folder / "index"
    index.write_bytes(index.read_bytes()[:20])
    for look in (lambda: open_stream(stream.folder).index.prints(0, 3), lambda: open_stream(stream.folder).line(2)):
        with pytest.raises(FailedError, match="index is cut off before entry 2: restore it from a backup"):
            look()
    index.unlink()
    os.mkfifo(index)
    with pytest.raises(OSError, match="named pipe"):
        open_stream(stream.folder).index.prints(0, 3)
