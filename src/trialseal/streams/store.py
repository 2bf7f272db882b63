"""The append-only store of a stream: a folder of files that only grow, and one small file that says how far they count.

A batch is written behind what is committed, forced to disk, and becomes a part of the store by the replacement of
head.json, which is one step. A process may die at any instruction: what lies beyond the committed lengths is cut off by
the next writer. What was committed is never written again, but for the rows of a subject that is forgotten.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from trialseal import files
from trialseal.errors import FailedError, UsageError
from trialseal.streams import config as configs
from trialseal.streams import disk, entry_index, entry_lookup, forgetting, head_file, row_marks, tree_file
from trialseal.streams.batch import Batch, Refuse, Row
from trialseal.streams.check import Walk
from trialseal.streams.config import StreamConfig
from trialseal.streams.entry_index import IndexFile
from trialseal.streams.entry_lookup import EntryLookup, KnownIds
from trialseal.streams.head_file import LOG, Committed, Place
from trialseal.streams.lines import CHUNK, ERASED, Damaged, erased_line, stored_event, subject_of
from trialseal.streams.subject_secrets import SubjectSecrets
from trialseal.streams.tree_file import TreeFile

# Bytes at either end of what was followed of a file, by which it is known again.
_MARKED = 4096


class StoredEntry(NamedTuple):
    """An entry of the store."""

    index: int  # type: ignore[assignment]
    type: str
    event: dict[str, Any] | None  # None once erased
    leaf: bytes


class NotWritten(FailedError):
    """The disk is full, or refuses."""


class _NotKept(Exception):
    """A batch that was to be judged only, and how many rows it would have appended."""

    def __init__(self, count: int) -> None:
        self.count = count


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What forgetting a subject did."""

    tombstone: int  # index of its entry
    counts: dict[str, int]  # erased entries by type
    indices: tuple[int, ...]


def create_stream(folder: Path, config: StreamConfig) -> StreamStore:
    """Makes an empty store; UsageError if the folder is there. A crash leaves the whole store, or none."""
    if folder.exists():
        raise UsageError(f"{folder} is there already: choose another name for the stream")
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    new.mkdir(mode=0o700)
    try:
        configs.write(new, config)
        SubjectSecrets(new, config.trial, config.id).create()
        for name in (LOG, entry_index.FILE, tree_file.FILE):
            (new / name).touch(disk.PRIVATE)
        empty = Committed(0, 0, 1, tree_file.Growth().root(), head_file.stamps(new))
        head_file.write(new, empty)
        os.rename(new, folder)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    files.sync_folder(folder.parent)
    return StreamStore(folder)


def open_stream(folder: Path) -> StreamStore:
    """The store in a folder; UsageError if there is none, FailedError if its files are damaged."""
    return StreamStore(folder)


class StreamStore:
    """A store. Reading sees what was committed when it was opened, or last refreshed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = configs.read(folder)
        self.tree = TreeFile(folder)
        self.index = IndexFile(folder)
        self.secrets = SubjectSecrets(folder, self.config.trial, self.config.id)
        self.head = head_file.read(folder)
        self.secrets.load(self.head.subjects)
        self.on_check: Callable[[int, int], None] | None = None
        """Told how many entries of how many are looked at, where a writer looks at them all."""
        self._lookup: EntryLookup | None = None

    # ----- reading -----

    @property
    def size(self) -> int:
        """Number of entries."""
        return self.head.size

    def refresh(self) -> None:
        """Sees what was committed since, by this process or another."""
        head = head_file.read(self.folder)
        if head != self.head:
            self.secrets.load(head.subjects)
            self.head = head

    def entries(self, start: int = 0, stop: int | None = None) -> Iterator[StoredEntry]:
        """The entries from `start` to before `stop` (default: all), as they stand in the files."""
        stop = self.size if stop is None else min(stop, self.size)
        if start >= stop:
            return
        with files.opened(self.folder / LOG, follow=False) as log:
            log.seek(self.index.end(start - 1))
            for first in range(start, stop, CHUNK):
                leaves = self.tree.leaves(first, min(first + CHUNK, stop))
                for index, leaf in enumerate(leaves, first):
                    line = log.readline()
                    event = stored_event(line, self.folder / LOG, index)
                    erased = event.get("erased")
                    type = erased or event.get("type")
                    if not isinstance(type, str):
                        raise Damaged(self.folder / LOG, index, f"entry {index} is not an event")
                    yield StoredEntry(index, type, None if erased else event, leaf)

    def entry(self, index: int) -> StoredEntry:
        """One entry; UsageError if there is none."""
        if not 0 <= index < self.size:
            raise UsageError(f"stream {self.config.name} has no entry {index}: it holds {self.size}, counted from 0")
        return next(self.entries(index, index + 1))

    def form(self, index: int) -> bytes:
        """The bytes of an entry as they were hashed; UsageError if it was erased."""
        line = self.line(index)
        if line.startswith(ERASED):
            raise UsageError(f"entry {index} of stream {self.config.name} was erased: its tombstone says why")
        return line[:-1]

    def line(self, index: int) -> bytes:
        """An entry's line as it stands in the log."""
        start, end = self.index.bounds(index)
        with files.opened(self.folder / LOG, follow=False) as log:
            log.seek(start)
            return log.read(end - start)

    def nonce(self, index: int, subject: str | None) -> bytes:
        """The nonce of an entry about a subject (None: about nobody); UsageError once that was forgotten."""
        found = self.secrets.nonces(subject)
        if found is None:
            raise UsageError(f"participant {subject} was erased: their entries cannot be opened any more")
        return found.at(index)

    def mark(self, path: Path, position: int) -> str:
        """16 bits, keyed, of the beginning of a file and of what lies before a place in it.

        Few enough that nobody can test by them what a row of a subject was that is forgotten since.
        """
        with files.opened(path) as file:
            data = file.read(min(_MARKED, position))
            file.seek(max(position - _MARKED, 0))
            data += file.read(min(_MARKED, position))
        return self.secrets.digest(data)[:2].hex()

    @property
    def lookup(self) -> EntryLookup:
        """Finds all entries by fingerprint."""
        if self._lookup is None or self._lookup.size != self.size:
            self._lookup = EntryLookup(self.folder, self.index, self.tree, self.size)
        return self._lookup

    def find(self, id: str) -> int | None:
        """The index of the event with this id; None if there is none."""
        return self.find_among(id, self.size)

    def find_among(self, id: str, size: int) -> int | None:
        """The index of the event with this id among the first `size` entries; the last need not be committed."""
        wanted = entry_index.numbers([entry_index.fingerprint(id)])
        for index in self.with_prints(wanted, size):
            if stored_event(self.line(index), self.folder / LOG, index).get("id") == id:
                return index
        return None

    def with_prints(self, wanted: entry_index.Prints, size: int) -> list[int]:
        """Which of the first `size` entries have one of these fingerprints; the last need not be committed."""
        stored = sorted(set(self.lookup.with_prints(wanted)[1].tolist()))
        return [*(one for one in stored if one < size), *self.index.with_prints(wanted, self.size, size)]

    def root(self, size: int | None = None) -> bytes:
        """The root of the first `size` entries; of all, if not given."""
        return self.tree.root(self._checked(size))

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """The inclusion proof of an entry in the tree of the first `size` entries."""
        return self.tree.inclusion_proof(index, self._checked(size))

    def consistency_proof(self, old_size: int, new_size: int | None = None) -> list[bytes]:
        """The consistency proof from the first `old_size` entries to the first `new_size`."""
        return self.tree.consistency_proof(old_size, self._checked(new_size))

    # ----- appending -----

    def append(
        self,
        rows: Iterable[Row],
        followed: Mapping[str, Place] | None = None,
        *,
        then: Iterable[Row] = (),
        refuse: Refuse | None = None,
        keep: bool = True,
        wait: float = 0,
    ) -> int:
        """Appends all rows or none, and returns how many; once it has returned they are on disk.

        `followed` is how far the files that they come from are taken over with them. Refused where an event id is
        used twice, an event corrects or follows what it may not, or a participant was erased; Busy while another
        process writes, Damaged if the store is. What `rows` raises ends the batch too. `then` are more rows, asked
        for when the others are judged; `refuse` is told of each row that cannot be appended, which is left out then;
        without `keep` everything is judged and nothing appended. `wait` is how many seconds another process is waited
        for.
        """
        with disk.alone(self.folder, self._what, wait):
            self._ready()
            return self._append(rows, followed or {}, then, refuse, keep=keep)

    def _append(
        self,
        rows: Iterable[Row],
        followed: Mapping[str, Place],
        then: Iterable[Row] = (),
        refuse: Refuse | None = None,
        *,
        keep: bool = True,
    ) -> int:
        before = self.head
        self.lookup.keep()
        try:
            with Batch(self, KnownIds(self.lookup), refuse) as batch:
                for rows_given in (rows, then):  # each in chunks of its own: `then` waits until all `rows` are put
                    given = iter(rows_given)
                    while chunk := list(islice(given, CHUNK)):
                        batch.put(chunk)
                if not keep:
                    raise _NotKept(batch.size - before.size)
                self.head = batch.commit(followed)
        except BaseException as error:
            self._revert()
            if isinstance(error, _NotKept):
                return error.count
            if isinstance(error, OSError):
                raise NotWritten(
                    f"{self.folder} cannot be written ({error.strerror}): nothing of this batch was appended; make "
                    "room there and run the same command again"
                ) from None
            raise
        return self.head.size - before.size

    def _revert(self) -> None:
        """Cuts off what a batch that failed has written: everything beyond what head.json says."""
        with suppress(OSError):  # else the next writer does it
            head = head_file.read(self.folder)
            self.tree.close()
            for name, length in head.lengths().items():
                os.truncate(self.folder / name, length)
            os.truncate(self.folder / row_marks.FILE, head.size * row_marks.BYTES)
            self.secrets.shorten(head.subjects)
            self.head = replace(head, stamps=head_file.stamps(self.folder))
            head_file.write(self.folder, self.head)

    # ----- forgetting -----

    def held_about(self, subject: str) -> dict[str, int]:
        """How many entries of each type there are about a participant, without those that are erased."""
        return dict(sorted(Counter(entry.type for entry in self._about(subject)).items()))

    def forget(self, subject: str, *, by: str, reason: str, legal_basis: str, at: str) -> Forgotten | None:
        """Erases a participant's rows and secret, and appends the tombstone; None if they were erased before.

        The tombstone's entry is the point of no return: from there on a crash is made good by the next writer.
        """
        from trialseal.documents import events

        with disk.alone(self.folder, self._what):
            self._ready()
            if not self.secrets.knows(subject):
                raise UsageError(f"stream {self.config.name} holds nothing about participant {subject}")
            if self.secrets.is_forgotten(subject):
                return None
            found = [(entry.index, entry.type) for entry in self._about(subject)]
            journal = forgetting.Journal(subject, self.size, found)
            tombstone = journal.event(by=by, reason=reason, legal_basis=legal_basis, at=at)
            journal.put(self.folder)
            self._append([Row(str(tombstone["id"]), None, events.event_form(tombstone))], {})
            self._finish_forgetting()
            return Forgotten(journal.tombstone, journal.counts, journal.indices)

    def _about(self, subject: str) -> Iterator[StoredEntry]:
        """The entries about a subject that are not erased."""
        mark = f'"subject":"{subject}"'.encode()
        with files.opened(self.folder / LOG, follow=False) as log:
            for index in range(self.size):
                line = log.readline()
                if mark in line:
                    event = stored_event(line, self.folder / LOG, index)
                    if subject_of(event) == subject:
                        yield StoredEntry(index, str(event.get("type")), event, b"")

    def _finish_forgetting(self) -> None:
        """Erases what a tombstone says is erased, however often it was begun."""
        journal = forgetting.begun(self.folder)
        if journal is None:
            return
        path = forgetting.path_in(self.folder)
        if self.size > journal.tombstone:
            if not journal.is_told_by(self.entry(journal.tombstone).event):
                number = journal.tombstone
                raise Damaged(path, number, f"entry {number} is not a tombstone of what it names")
            with files.opened_to_change(self.folder / LOG) as log, files.opened_to_change(self.index.path) as index:
                for number, type in journal.rows:
                    start, end = self.index.bounds(number)
                    log.seek(start)
                    log.write(erased_line(type, end - start))
                    index.seek(number * entry_index.RECORD_BYTES + 8)
                    index.write(entry_index.ERASED)
                disk.sync(log)
                disk.sync(index)
            row_marks.erase(self.folder, list(journal.indices))
            entry_lookup.erase(self.folder)
            self._lookup = None
            self.secrets.destroy(journal.subject)
            self.head = replace(self.head, stamps=head_file.stamps(self.folder))
            head_file.write(self.folder, self.head)
        path.unlink()
        files.sync_folder(self.folder)

    def recover(self, *, check: bool = True) -> None:
        """Ends what a crash interrupted, as the next writer would; Busy while another process writes.

        `check`: as a writer, look for hand-made changes too; not for whoever looks at everything anyway.
        """
        with disk.alone(self.folder, self._what):
            self._ready(check=check)

    # ----- what a writer does first -----

    @property
    def _what(self) -> str:
        return f"stream {self.config.name}"

    def _ready(self, *, check: bool = True) -> None:
        """With the lock held: sees what others committed, ends what a crash interrupted, and finds hand-made changes.

        The files are looked at whole only if their lengths or times are not those of the last commit: after a crash,
        a restored backup, or an edit.
        """
        self.refresh()
        whole = False
        for name, length in self.head.lengths().items():
            path = self.folder / name
            try:
                present = path.stat().st_size
            except OSError:
                raise Damaged(path, None, "the file is missing") from None
            if present < length:
                if check:
                    self._check()
                raise Damaged(path, None, f"the file has {present} bytes, {length} were written")
            if present > length:
                os.truncate(path, length)
                whole = True
        self._finish_forgetting()
        if check and (whole or head_file.stamps(self.folder) != self.head.stamps):
            self._check()
            self.head = replace(self.head, stamps=head_file.stamps(self.folder))
            head_file.write(self.folder, self.head)

    def _check(self) -> None:
        for entry in Walk(self):
            if self.on_check and not entry.index % CHUNK:
                self.on_check(entry.index, self.size)

    def _checked(self, size: int | None) -> int:
        if size is None:
            return self.size
        if not 0 <= size <= self.size:
            raise UsageError(f"stream {self.config.name} has {self.size} entries, not {size}")
        return size
