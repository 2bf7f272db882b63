"""Looks at what a store holds, many events at a time: by id, what corrects what, and which rows of files they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from trialseal import files
from trialseal.streams import entry_index, row_marks
from trialseal.streams.head_file import LOG
from trialseal.streams.lines import parse_line
from trialseal.streams.references import corrections

if TYPE_CHECKING:
    from trialseal.streams.store import StreamStore


class Found(NamedTuple):
    """An event of the store."""

    index: int  # type: ignore[assignment]
    event: dict[str, Any]

    @property
    def id(self) -> str:
        """The event's id."""
        return str(self.event.get("id"))


class StoredEvents:
    """What was committed when it was made. Reads the log as it is asked."""

    def __init__(self, stream: StreamStore) -> None:
        self._stream, self.size = stream, stream.size
        self._log = files.opened(stream.folder / LOG, follow=False)

    def close(self) -> None:
        """Lets go of the log."""
        self._log.close()

    def at(self, index: int) -> Found | None:
        """The event of an entry; None once it is erased."""
        start = int(self._ends[index - 1]) if index else 0
        self._log.seek(start)
        event = parse_line(self._log.read(int(self._ends[index]) - start))
        return None if "erased" in event else Found(index, event)

    def by_id(self, id: str) -> Found | None:
        """The event with an id; None if the store has none."""
        import numpy as np

        number = np.uint64(int.from_bytes(entry_index.fingerprint(id), "big"))
        prints, order = self._sorted
        place = int(np.searchsorted(prints, number))
        while place < self.size and prints[place] == number:
            found = self.at(int(order[place]))
            if found is not None and found.id == id:
                return found
            place += 1
        return None

    def standing(self, first: Found) -> tuple[Found, int]:
        """What stands in the place of an entry, itself if nothing does; and how many corrections that takes."""
        found, count = first, 0
        while (later := self.corrected.get(found.id)) is not None:
            following = self.by_id(later)
            if following is None or following.index <= found.index:
                break
            found, count = following, count + 1
        return found, count

    @cached_property
    def corrected(self) -> dict[str, str]:
        """By id, the id of what corrects it."""
        with files.opened(self._stream.folder / LOG, follow=False) as log:
            return dict(corrections(islice(log, self.size)))

    def corrected_indices(self) -> Sequence[int]:
        """The entries that something stands for."""
        return [found.index for id in self.corrected if (found := self.by_id(id))]

    @cached_property
    def marks(self) -> row_marks.Marks:
        """The mark of each entry."""
        return row_marks.read(self._stream.folder, self.size)

    @cached_property
    def known_marks(self) -> row_marks.Marks:
        """Sorted, the marks of rows that were taken in."""
        import numpy as np

        known: row_marks.Marks = np.sort(self.marks)  # numpy's unique takes ten times as long
        return known[np.searchsorted(known, 1) :]

    @cached_property
    def standing_marks(self) -> row_marks.Marks:
        """Sorted, those of rows all of whose entries stand: the same row says nothing new."""
        import numpy as np

        gone = np.sort(self.marks[np.array(self.corrected_indices(), dtype=np.int64)])
        return self.known_marks[~row_marks.among(self.known_marks, gone)]

    def events(self, indices: Sequence[int]) -> Iterator[Found]:
        """The events of entries, without those erased."""
        for index in indices:
            if found := self.at(index):
                yield found

    @cached_property
    def _ends(self) -> Any:
        import numpy as np

        return np.fromfile(self._stream.index.path, dtype=">u8", count=2 * self.size)[0::2].astype(np.int64)

    @cached_property
    def _sorted(self) -> tuple[entry_index.Prints, Any]:
        import numpy as np

        prints = self._stream.index.prints(0, self.size)
        order = np.argsort(prints, kind="stable")
        return prints[order], order
