"""A process that dies anywhere, a disk that fills: what was returned is there, the rest is there whole or not at all.

The process is killed by SIGKILL from within, at every so-many-th line that the room executes; and from outside, at
random. What the kernel had is then in the files. That nothing is counted before it is on the disk itself, the order of
the calls shows.
"""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from streams_at_hand import REGISTERED, config, event, new_stream, rows
from tests import killing

from trialseal import files
from trialseal.streams import disk, entry_index, entry_lookup, head_file, row_marks
from trialseal.streams.batch import Row
from trialseal.streams.check import Walk
from trialseal.streams.intake import Settings
from trialseal.streams.reconciling import Outcome, Reasons, Reconciling, Scope, marker
from trialseal.streams.sources import SourceRow
from trialseal.streams.store import NotWritten, StreamStore, open_stream

FORGET = {"by": "data protection office", "reason": "asked for it", "legal_basis": "GDPR, 17(1)(b)", "at": "2021-01-01"}
FORGOTTEN = f"{2:032x}"
ROOM = (str(Path(disk.__file__).parent), files.__file__)

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
killed_at = partial(killing.killed_at, room=ROOM)


def at_every_line(act: Callable[[], object], step: int, look: Callable[[], None]) -> int:
    """Kills at every `step`-th line until the act comes to its end; how often that was."""
    line, killed = 1, 0
    while killed_at(line, act):
        look()
        line, killed = line + step, killed + 1
    return killed


def is_whole(stream: StreamStore) -> bool:
    return [entry.index for entry in Walk(stream)] == list(range(stream.size))


def is_cut(stream: StreamStore) -> bool:
    """Whether nothing lies behind what counts."""
    lengths = stream.head.lengths()
    return {name: (stream.folder / name).stat().st_size for name in lengths} == lengths


def ids(stream: StreamStore) -> list[str]:
    return [entry.event["id"] for entry in stream.entries() if entry.event]


@pytest.mark.parametrize("newest", [entry_lookup.NEWEST, 2])
def test_killed_at_any_line_of_appending(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, newest: int) -> None:
    monkeypatch.setattr(entry_lookup, "NEWEST", newest)
    folder = new_stream(tmp_path).folder
    open_stream(folder).append(rows(0, 5))
    size = 5

    def append() -> None:
        open_stream(folder).append(rows(size, size + 3, subjects=size + 3))

    def look() -> None:
        nonlocal size
        found = open_stream(folder)
        assert found.size in (size, size + 3)  # all of the batch, or nothing
        before = [found.root(n) for n in range(1, found.size + 1)]
        found.recover()
        assert ids(found) == [f"E-{n}" for n in range(found.size)]
        assert is_whole(found)
        assert is_cut(found)
        assert [found.root(n) for n in range(1, found.size + 1)] == before
        size = found.size

    assert at_every_line(append, 11 if newest > 2 else 37, look) > 12


def test_killed_at_any_line_of_taking_an_export_in(tmp_path: Path) -> None:
    """Whatever was written before, the same export again leads to the same store: nothing twice, nothing lost."""
    settings = Settings(config(), b"k" * 32, "export", REGISTERED + 2 * 10**7, pseudonyms=True)
    folder = new_stream(tmp_path).folder
    first = [event(number, number % 5) for number in range(4)]
    second = [event(0, 0, term="Rash"), *first[1:3], event(4, 4)]  # one changed, one gone, one new

    def take(given: list[dict[str, object]]) -> Outcome:
        stream = open_stream(folder)
        taking = Reconciling(stream, settings, Scope({"adverse-event"}))
        mark = marker(stream, "export")
        source = (SourceRow(line, one, False, mark(repr(one))) for line, one in enumerate(given, 2))

        def then() -> Iterator[Row]:
            why = Reasons("DM-1", "export", "typed wrongly")
            taking.look_for_gone()
            yield from taking.corrections(list(taking.outcome.changed), why, "2020-06-01T10:00Z")
            yield from taking.withdrawals(list(taking.outcome.gone), why, "2020-06-01T10:00Z")

        stream.append(taking.new_rows(source), then=then(), refuse=taking.refuse_row)
        taking.close()
        return taking.outcome

    take(first)
    killed = at_every_line(lambda: take(second), 97, lambda: open_stream(folder).recover())
    assert killed > 12
    found = open_stream(folder)
    assert sorted(ids(found)) == ["E-0", "E-0:2", "E-1", "E-2", "E-3", "E-3:gone", "E-4"]
    assert is_whole(found)
    assert is_cut(found)
    again = take(second)
    assert (again.same, len(again.changed), len(again.gone), again.refused) == (4, 0, 0, [])


@pytest.mark.parametrize("newest", [entry_lookup.NEWEST, 2])
def test_killed_at_any_line_of_forgetting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, newest: int) -> None:
    import shutil

    monkeypatch.setattr(entry_lookup, "NEWEST", newest)
    master = new_stream(tmp_path)
    master.append(rows(0, 12, subjects=4))
    leaves, root = [entry.leaf for entry in master.entries()], master.root()
    folder = tmp_path / "copy"
    shutil.copytree(master.folder, folder)

    def look() -> None:
        found = open_stream(folder)
        assert found.size in (12, 13)
        found.recover()
        gone = found.size == 13  # the tombstone is there, so all that it names is done
        assert found.secrets.is_forgotten(FORGOTTEN) is gone
        assert [entry.event is None for entry in found.entries(0, 12)] == [gone and n % 4 == 2 for n in range(12)]
        assert [entry.leaf for entry in found.entries(0, 12)] == leaves
        assert found.root(12) == root
        assert is_whole(found)
        assert not (folder / "forgetting.json").exists()
        kept = b"".join(path.read_bytes() for path in folder.glob(f"{entry_lookup.FOLDER}/*"))
        assert not gone or entry_index.fingerprint("E-2")[::-1] not in kept
        shutil.rmtree(folder)
        shutil.copytree(master.folder, folder)

    assert at_every_line(lambda: open_stream(folder).forget(FORGOTTEN, **FORGET), 17 if newest > 2 else 79, look) > 5


def test_killed_at_any_line_of_making_a_store(tmp_path: Path) -> None:
    folder = tmp_path / "adverse-events"

    def look() -> None:
        if folder.exists():
            assert is_whole(open_stream(folder))
            folder.rename(tmp_path / f"done-{time.monotonic_ns()}")

    assert at_every_line(lambda: new_stream(tmp_path), 7, look) > 5


def test_killed_at_any_line_of_recovering(tmp_path: Path) -> None:
    folder = new_stream(tmp_path).folder
    open_stream(folder).append(rows(0, 9))

    def crashed() -> None:
        for name in head_file.DATA_FILES:
            with (folder / name).open("ab") as file:
                file.write(b"left by a crash")

    crashed()

    def look() -> None:
        found = open_stream(folder)
        assert found.size == 9
        found.recover()
        assert is_whole(found)
        assert is_cut(found)
        crashed()

    assert at_every_line(lambda: open_stream(folder).recover(), 31, look) > 5


_WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, {here!r})
from streams_at_hand import rows
from trialseal.streams.store import open_stream
stream = open_stream(Path({folder!r}))
while True:
    size = stream.size
    stream.append(rows(size, size + 1 + size % 37, subjects=size + 1))
    print(stream.size, flush=True)
"""


def test_killed_from_outside_at_random(tmp_path: Path) -> None:
    folder = new_stream(tmp_path).folder
    chance = random.Random(7)
    code = _WRITER.format(here=str(Path(__file__).parent), folder=str(folder))
    size = 0
    for _ in range(4):
        process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        process.stdout.readline()  # it has begun
        time.sleep(chance.uniform(0.0, 0.25))
        process.kill()
        said = [int(line) for line in process.stdout.read().split("\n")[:-1]]
        process.wait(timeout=10)
        found = open_stream(folder)
        assert found.size >= max([size, *said])  # nothing is lost once append has returned
        found.recover()
        assert ids(found) == [f"E-{n}" for n in range(found.size)]  # and nothing doubled
        assert is_whole(found)
        size = found.size
    assert size > 50


def test_everything_is_on_disk_before_it_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = new_stream(tmp_path)
    stream.append(rows(0, 4))
    calls: list[str] = []
    fsync, replace = os.fsync, os.replace

    def name_of(descriptor: int) -> str:
        return os.path.basename(os.readlink(f"/proc/self/fd/{descriptor}"))

    monkeypatch.setattr(os, "fsync", lambda fd: (calls.append(name_of(fd)), fsync(fd))[1])
    monkeypatch.setattr(os, "replace", lambda a, b: (calls.append("commit"), replace(a, b))[1])
    if not Path("/proc/self/fd").exists():
        pytest.skip("this system does not tell which file a descriptor is")
    stream.append(rows(4, 9))
    assert sorted(calls[:5]) == sorted((*head_file.DATA_FILES, row_marks.FILE))
    assert calls[5].startswith(".head.json.")
    assert calls[6:] == ["commit", stream.folder.name]


def test_a_disk_that_fills_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    """The limit on a file's size stands in for the end of the disk, wherever in a batch that comes."""
    folder = new_stream(tmp_path).folder
    stream = open_stream(folder)
    stream.append(rows(0, 10))
    present = (folder / "entries.ndjson").stat().st_size
    limits, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        for more in (0, 1, 1000, 500_000, 1_000_000):
            resource.setrlimit(resource.RLIMIT_FSIZE, (present + more, limits[1]))
            with pytest.raises(NotWritten, match="cannot be written .*nothing of this batch was appended; make room"):
                stream.append(rows(10, 9000))
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
            assert open_stream(folder).size == stream.size == 10
            assert (folder / "entries.ndjson").stat().st_size == present
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert stream.append(rows(10, 9000)) == 8990
    assert is_whole(open_stream(folder))


def test_a_full_disk_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    """A real one, of one mebibyte, where this may be mounted."""
    place = tmp_path / "small"
    place.mkdir()
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], capture_output=True)
    if mount.returncode:
        pytest.skip("mounting a small disk is not allowed here")
    try:
        stream = new_stream(place)
        size = 0
        with pytest.raises(NotWritten, match="No space left on device"):
            while True:
                stream.append(rows(size, size + 400))
                size += 400
        assert size > 1000
        found = open_stream(stream.folder)
        assert found.size == size
        assert ids(found) == [f"E-{n}" for n in range(size)]
        assert is_whole(found)
        subprocess.run(["mount", "-o", "remount,size=4m", str(place)], check=True)
        assert found.append(rows(size, size + 400)) == 400
        assert is_whole(found)
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_two_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    folder = new_stream(tmp_path).folder
    code = (
        "import sys\nfrom pathlib import Path\n"
        f"sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from streams_at_hand import event, row\n"
        "from trialseal.streams.disk import Busy\n"
        "from trialseal.streams.store import open_stream\n"
        f"stream = open_stream(Path({str(folder)!r}))\n"
        "first, told = int(sys.argv[1]), 0\n"
        "for number in range(first, first + 200):\n"
        "    while True:\n"
        "        try:\n"
        "            stream.append([row(event(number, number % 50))])\n"
        "            break\n"
        "        except Busy:\n"
        "            told += 1\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, str(first)]) for first in (0, 1000)]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    found = ids(open_stream(folder))
    assert sorted(found) == sorted(f"E-{n}" for first in (0, 1000) for n in range(first, first + 200))
    for first in (0, 1000):
        assert [one for one in found if (int(one[2:]) >= 1000) == (first == 1000)] == [
            f"E-{n}" for n in range(first, first + 200)
        ]
    assert is_whole(open_stream(folder))
