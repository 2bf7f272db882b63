"""Entries are found by fingerprint in runs that are kept beside a store: as if there were none, however damaged."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streams_at_hand import event, new_stream, row, rows

from trialseal.streams import entry_index, entry_lookup, row_marks
from trialseal.streams.batch import RefusedRow, Row
from trialseal.streams.entry_index import IndexFile
from trialseal.streams.store import StreamStore, open_stream


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs are made of so few entries that a small store has several."""
    monkeypatch.setattr(entry_lookup, "NEWEST", 4)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> StreamStore:
    """302 entries in runs, and one behind them."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(entry_lookup, "NEWEST", 4)
        made = new_stream(tmp_path_factory.mktemp("original"))
        for first, last in ((0, 200), (200, 270), (270, 290), (290, 302), (302, 303)):
            made.append(marked(first, last))
    return made


@pytest.fixture
def stream(original: StreamStore, tmp_path: Path) -> StreamStore:
    """A copy of it."""
    shutil.copytree(original.folder, tmp_path / original.folder.name)
    return open_stream(tmp_path / original.folder.name)


def marked(first: int, last: int) -> list[Row]:
    return [one._replace(mark=mark(number)) for number, one in enumerate(rows(first, last), first)]


def mark(number: int) -> bytes:
    return (number * 2**40 + 1).to_bytes(8, "big")


def runs(stream: StreamStore) -> list[Path]:
    return sorted((stream.folder / entry_lookup.FOLDER).iterdir(), key=lambda path: int(path.name.partition("-")[0]))


def finds_all(stream: StreamStore) -> bool:
    """Whether each id and mark that there is is found, and no other."""
    found = open_stream(stream.folder)
    known = found.lookup.with_marks(row_marks.numbers(map(mark, range(found.size + 9)))).tolist()
    return (
        [found.find(f"E-{number}") for number in range(found.size)] == list(range(found.size))
        and all(found.find(f"E-{number}") is None for number in range(found.size, found.size + 50))
        and known == [True] * found.size + [False] * 9
    )


def test_runs_follow_one_another_and_hold_all_but_the_newest(stream: StreamStore) -> None:
    names = [path.name for path in runs(stream)]
    assert names == ["0-200", "200-270", "270-302"]
    assert finds_all(stream)


@settings(max_examples=15, deadline=None)
@given(counts=st.lists(st.integers(1, 40), min_size=1, max_size=25))
def test_however_a_store_grew_each_run_is_longer_than_the_next(
    counts: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    stream = new_stream(tmp_path_factory.mktemp("store"))
    for count in counts:
        stream.append(marked(stream.size, stream.size + count))
    stream.append(marked(stream.size, stream.size + 1))
    spans = [tuple(map(int, path.name.split("-"))) for path in runs(stream)] if stream.size > 4 else []
    assert [start for start, _ in spans] == [0, *(stop for _, stop in spans)][: len(spans)]
    lengths = [stop - start for start, stop in spans]
    assert all(longer > 2 * shorter for longer, shorter in pairwise(lengths))
    assert stream.size - sum(lengths) <= 4
    assert finds_all(stream)


def test_an_append_does_not_read_what_was_there(stream: StreamStore, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    prints = IndexFile.prints

    def counted(index: IndexFile, start: int, stop: int) -> entry_index.Prints:
        read.append(stop - start)
        return prints(index, start, stop)

    monkeypatch.setattr(IndexFile, "prints", counted)
    found = open_stream(stream.folder)
    found.append(marked(303, 304))
    assert sum(read) <= 4
    with pytest.raises(RefusedRow, match="E-7 is stored already as entry 7"):
        found.append(marked(7, 8))
    assert sum(read) <= 12


def changed(path: Path, change: Callable[[bytearray], object]) -> None:
    data = bytearray(path.read_bytes())
    change(data)
    path.write_bytes(data)


def damages() -> Iterator[tuple[str, Callable[[Path], object]]]:
    """Ways in which a run may be other than it was."""
    yield "gone", Path.unlink
    yield "empty", lambda path: path.write_bytes(b"")
    yield "cut", lambda path: path.write_bytes(path.read_bytes()[:-8])
    yield "longer", lambda path: path.write_bytes(path.read_bytes() + bytes(8))
    yield "zeros", lambda path: path.write_bytes(bytes(path.stat().st_size))
    for place in (0, 9, 17, 25, 33, 50, 81, 97, 120, 700, 1300, -2000):
        yield (
            f"byte {place}",
            lambda path, place=place: changed(path, lambda data: data.__setitem__(place, data[place] ^ 0x10)),
        )


@pytest.mark.parametrize("damage", [pytest.param(damage, id=name) for name, damage in damages()])
@pytest.mark.parametrize("number", [0, 1])
def test_a_run_that_is_damaged_is_made_again_and_never_believed(
    stream: StreamStore, damage: Callable[[Path], object], number: int
) -> None:
    path = runs(stream)[number]
    whole = path.read_bytes()
    damage(path)
    again = [row(event(one, one % 7)) for one in range(0, 303, 3)]
    refused: list[str] = []
    found = open_stream(stream.folder)
    found.append(again, refuse=lambda row, why: refused.append(why))
    assert refused == [f"event id E-{one} is stored already as entry {one}" for one in range(0, 303, 3)]
    assert found.size == 303
    stream.append(marked(303, 304))
    assert not path.exists() or path.read_bytes() == whole  # or a longer one is in its place
    assert finds_all(stream)


def test_a_damaged_run_of_marks_alone_costs_time_alone(stream: StreamStore) -> None:
    changed(runs(stream)[0], lambda data: data.__setitem__(slice(-8, None), bytes(8)))
    found = open_stream(stream.folder)
    assert [found.find(f"E-{number}") for number in range(303)] == list(range(303))


def test_runs_of_what_came_after_a_backup_are_not_those_of_what_came_instead(tmp_path: Path) -> None:
    one = new_stream(tmp_path)
    one.append(rows(0, 20))
    other = tmp_path / "other" / one.folder.name
    shutil.copytree(one.folder, other)
    one.append(rows(20, 30))
    one.append(rows(30, 31))
    second = open_stream(other)
    second.append(rows(120, 130))
    shutil.copytree(one.folder / entry_lookup.FOLDER, other / entry_lookup.FOLDER, dirs_exist_ok=True)
    assert (other / entry_lookup.FOLDER / "0-30").exists()
    found = open_stream(other)
    assert (found.find("E-125"), found.find("E-25"), found.find("E-3")) == (25, None, 3)
    with pytest.raises(RefusedRow, match="E-125 is stored already as entry 25"):
        found.append(rows(125, 126))


def test_whom_a_store_forgets_its_runs_forget_too(stream: StreamStore) -> None:
    subject = f"{3:032x}"
    theirs = [number for number in range(303) if number % 7 == 3]
    secret = [entry_index.fingerprint(f"E-{number}") for number in theirs] + [mark(number) for number in theirs]

    def told() -> int:
        kept = b"".join(path.read_bytes() for path in stream.folder.rglob("*") if path.is_file())
        return sum(one in kept or one[::-1] in kept for one in secret)

    links = []
    for path in runs(stream):  # what is overwritten is so under any name
        (stream.folder / f"link-{path.name}").hardlink_to(path)
        links.append(stream.folder / f"link-{path.name}")
    assert told() == len(secret)
    assert stream.forget(subject, by="office", reason="asked", legal_basis="GDPR 17(1)(b)", at="2021-01-01")
    assert told() == 0
    assert all(not any(link.read_bytes()) for link in links)
    stream.append(rows(400, 410, subjects=2))
    assert told() == 0
    assert [stream.find(f"E-{number}") for number in theirs] == [None] * len(theirs)
    assert stream.find("E-5") == 5
    with pytest.raises(RefusedRow, match="E-5 is stored already"):
        stream.append(rows(5, 6))


def test_many_ids_of_one_fingerprint_are_told_apart_over_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entry_index, "fingerprint", lambda id: b"\0" * 7 + (b"\7" if id < "E-9" else b"\6"))
    stream = new_stream(tmp_path)
    stream.append(marked(0, 600))
    stream.append(marked(600, 601))
    found = open_stream(stream.folder)
    assert [found.find(f"E-{number}") for number in (0, 8, 9, 95, 130, 599, 600, 700)] == [
        0, 8, 9, 95, 130, 599, 600, None,
    ]  # fmt: skip


def test_a_folder_that_takes_no_runs_takes_events(stream: StreamStore, tmp_path: Path) -> None:
    shutil.rmtree(stream.folder / entry_lookup.FOLDER)
    (stream.folder / entry_lookup.FOLDER).write_text("a file where the folder of runs would be")
    found = open_stream(stream.folder)
    assert found.append(marked(303, 310)) == 7
    assert finds_all(found)


def test_a_link_in_the_place_of_the_folder_leads_nowhere(stream: StreamStore, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    shutil.move(stream.folder / entry_lookup.FOLDER, elsewhere)
    (elsewhere / "0-7").write_text("somebody's")
    (stream.folder / entry_lookup.FOLDER).symlink_to(elsewhere)
    stream = open_stream(stream.folder)
    assert finds_all(stream)
    stream.append(marked(303, 310))
    assert (elsewhere / "0-7").read_text() == "somebody's"
    assert not (stream.folder / entry_lookup.FOLDER).is_symlink()
    assert finds_all(stream)
