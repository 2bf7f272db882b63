"""A batch of events that is being written behind what a store has committed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import accumulate, islice
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from trialseal import files
from trialseal.errors import FailedError, UsageError
from trialseal.streams import disk, entry_index, head_file, row_marks, subject_secrets, tree_file
from trialseal.streams.entry_leaves import leaves_of
from trialseal.streams.entry_lookup import KnownIds
from trialseal.streams.head_file import LOG, Committed, Place
from trialseal.streams.lines import Damaged
from trialseal.streams.references import Lookup, Named, corrections, fault

if TYPE_CHECKING:
    from trialseal.streams.store import StreamStore


class Row(NamedTuple):
    """An event to be appended."""

    id: str
    subject: str | None  # pseudonym
    form: bytes  # RFC 8785
    line: int = 0  # of the file it comes from, for messages
    type: str = ""
    corrects: str | None = None  # id of an earlier event
    follows: str | None = None  # likewise
    mark: bytes = row_marks.NONE  # of the row of the file that it comes from
    correction: Mapping[str, Any] | None = None  # what that row says of who changed it, when and why

    @property
    def refers(self) -> bool:
        """Whether it says something of an earlier event."""
        return self.corrects is not None or self.follows is not None


class RefusedRow(FailedError):
    """A row that cannot be appended; the sentence says why, and its line is kept apart."""

    def __init__(self, row: Row, why: str) -> None:
        super().__init__(why)
        self.row = row


Refuse = Callable[[Row, str], None]
AGAIN = ""
"""Why a row is left out that says the same as an earlier one of its file."""


class Batch:
    """A batch that is being written behind what is committed.

    `refuse` is told of each row that cannot be appended, and why; without it the first such row is a RefusedRow.
    """

    def __init__(self, stream: StreamStore, known: KnownIds, refuse: Refuse | None = None) -> None:
        self._stream, self._known, self._refuse = stream, known, refuse
        self._head = stream.head
        self._growth = stream.tree.growth(self._head.size)
        if self._growth.root() != self._head.root:
            raise Damaged(
                stream.tree.path, None, f"its nodes do not give the root of the {self._head.size} entries in head.json"
            )
        self._end = self._head.log_bytes
        self._files: dict[str, BinaryIO] = {}
        self._lookup = Lookup(stream)
        self._corrected: dict[str, str] | None = None  # by what, of all entries up to here; read when it is needed

    def __enter__(self) -> Batch:
        for name, length in self._head.lengths().items():
            file = files.opened_to_change(self._stream.folder / name, buffering=1 << 20)
            file.seek(length)
            self._files[name] = file
        marks = self._stream.folder / row_marks.FILE
        if not marks.exists():
            marks.touch(disk.PRIVATE)
        self._files[row_marks.FILE] = files.opened_to_change(marks, buffering=1 << 16)
        self._files[row_marks.FILE].seek(self._head.size * row_marks.BYTES)
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files.values():
            with suppress(OSError):  # a full disk, which was said already
                file.close()

    @property
    def size(self) -> int:
        """How many entries the store would have."""
        return self._growth.size

    def put(self, rows: list[Row]) -> None:
        """Writes rows but those that cannot be appended; RefusedRow for the first of those if nobody is told."""
        rows, prints = self._acceptable(rows)
        if not rows:
            return
        leaves = self._leaves(rows)
        lines = b"\n".join([row.form for row in rows]) + b"\n"
        if lines.count(b"\n") != len(rows):
            raise UsageError("an event's form holds a line feed, which no RFC 8785 form does")
        ends = list(accumulate((len(row.form) + 1 for row in rows), initial=self._end))[1:]
        self._files[LOG].write(lines)
        self._files[entry_index.FILE].write(entry_index.records(ends, prints))
        self._files[tree_file.FILE].write(self._growth.extend(leaves))
        self._files[row_marks.FILE].write(b"".join([row.mark for row in rows]))
        self._end = ends[-1]
        self._known.add(entry_index.numbers([prints]))

    def _acceptable(self, rows: list[Row]) -> tuple[list[Row], bytes]:
        """The rows that can be appended, and the fingerprints of their ids."""
        prints = [entry_index.fingerprint(row.id) for row in rows]
        numbers = entry_index.numbers(prints)
        faults = dict(self._known_faults(rows, numbers))
        faults |= {
            place: f"participant {row.subject} was erased: nothing more may be appended about them"
            for place, row in enumerate(rows)
            if place not in faults and row.subject is not None and self._stream.secrets.is_forgotten(row.subject)
        }
        if any(row.refers for row in rows):
            faults |= dict(self._reference_faults(rows, faults))
        if not faults:
            return rows, b"".join(prints)
        for place, why in sorted(faults.items()):
            if self._refuse is None:
                raise RefusedRow(rows[place], why)
            self._refuse(rows[place], why)
        good = [place for place in range(len(rows)) if place not in faults]
        return [rows[place] for place in good], b"".join([prints[place] for place in good])

    def _leaves(self, rows: list[Row]) -> list[bytes]:
        known, secrets = self._stream.secrets, self._files[subject_secrets.FILE]
        for row in rows:
            if known.nonces(row.subject) is None:
                assert row.subject is not None  # the stream's own secret is never forgotten
                known.add(row.subject, secrets)
        return leaves_of(known, [row.subject for row in rows], [row.form for row in rows], self._growth.size)

    def _known_faults(self, rows: list[Row], numbers: entry_index.Prints) -> Iterator[tuple[int, str]]:
        """By place, the rows whose id is used already."""
        twice = set()
        if len({row.id for row in rows}) < len(rows):
            seen: dict[str, Row] = {}
            for place, row in enumerate(rows):
                if row.id in seen:
                    earlier = f" in line {seen[row.id].line}" if row.line else ""
                    twice.add(place)
                    if self._refuse is not None and row.form == seen[row.id].form:
                        yield place, AGAIN
                        continue
                    yield place, f"event id {row.id} is used twice, first{earlier or ' earlier in the batch'}"
                seen.setdefault(row.id, row)
        suspects = self._known.suspects(numbers)
        if not suspects:
            return
        self._files[LOG].flush()
        self._files[entry_index.FILE].flush()
        for place in suspects:
            found = self._stream.find_among(rows[place].id, self._growth.size) if place not in twice else None
            if found is not None:
                stored = found < self._head.size
                if self._refuse is not None and not stored and self._stream.line(found) == rows[place].form + b"\n":
                    yield place, AGAIN
                    continue
                where = f"is stored already as entry {found}" if stored else "is used twice in the file"
                yield place, f"event id {rows[place].id} {where}"

    def _reference_faults(self, rows: list[Row], refused: Mapping[int, str]) -> Iterator[tuple[int, str]]:
        """By place, the rows that correct or follow what they may not; earlier rows of the batch count too."""
        size = self._growth.size
        self._files[LOG].flush()
        self._files[entry_index.FILE].flush()
        self._lookup.look((id for row in rows for id in (row.corrects, row.follows) if id), size)
        if self._corrected is None:
            with files.opened(self._stream.folder / LOG, follow=False) as log:
                self._corrected = dict(corrections(islice(log, size)))
        index = size
        for place, row in enumerate(rows):
            if place in refused:
                continue
            one = Named(index, row.id, row.type, row.subject, row.corrects, row.follows)
            if one.refers and (why := fault(one, self._lookup.find, self._corrected)):
                yield place, why
                continue
            index += 1
            self._lookup.take(one)
            if row.corrects is not None:
                self._corrected[row.corrects] = row.id

    def commit(self, followed: Mapping[str, Place]) -> Committed:
        """Forces everything to disk, then makes it a part of the store in one step."""
        for file in self._files.values():
            disk.sync(file)
        folder = self._stream.folder
        head = Committed(
            size=self._growth.size,
            log_bytes=self._end,
            subjects=self._stream.secrets.count,
            root=self._growth.root(),
            stamps=head_file.stamps(folder),
            followed={**self._head.followed, **followed},
        )
        head_file.write(folder, head)
        return head
