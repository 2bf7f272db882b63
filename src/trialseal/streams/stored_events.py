"""Looks at what a store holds, many events at a time: by id, what corrects what, and which rows of files they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from trialseal import files
from trialseal.streams import entry_index, row_marks
from trialseal.streams.head_file import LOG
from trialseal.streams.lines import stored_event
from trialseal.streams.references import corrections

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

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
        self._index = files.opened(stream.index.path, follow=False)

    def close(self) -> None:
        """Lets go of the files."""
        self._log.close()
        self._index.close()

    def at(self, index: int) -> Found | None:
        """The event of an entry; None once it is erased."""
        start, end = entry_index.bounds(self._index, self._stream.index.path, index)
        self._log.seek(start)
        event = stored_event(self._log.read(end - start), self._stream.folder / LOG, index)
        return None if "erased" in event else Found(index, event)

    def by_id(self, id: str) -> Found | None:
        """The event with an id; None if the store has none."""
        return self.by_ids([id]).get(id)

    def by_ids(self, ids: Sequence[str]) -> Mapping[str, Found]:
        """Those events that the store has of many ids, by them."""
        wanted = entry_index.numbers(map(entry_index.fingerprint, ids))
        found = {}
        for place, index in zip(*(one.tolist() for one in self._stream.lookup.with_prints(wanted)), strict=True):
            if (event := self.at(index)) is not None and event.id == ids[place]:
                found[event.id] = event
        return found

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
        return [found.index for found in self.by_ids(list(self.corrected)).values()] if self.corrected else []

    @cached_property
    def marks(self) -> row_marks.Marks:
        """The mark of each entry."""
        return row_marks.read(self._stream.folder, 0, self.size)

    def standing_marks(self, marks: row_marks.Marks) -> NDArray[np.bool_]:
        """Which of these are marks of rows all of whose entries stand: the same row says nothing new."""
        found = self._stream.lookup.with_marks(marks)
        if found.any():  # which of them stand is looked for in the whole log
            found &= ~row_marks.among(marks, self._gone_marks)
        return found

    @cached_property
    def _gone_marks(self) -> row_marks.Marks:
        """Sorted, the marks of rows of which an entry stands no longer."""
        import numpy as np

        gone: row_marks.Marks = np.sort(self.marks[np.array(self.corrected_indices(), dtype=np.int64)])
        return gone

    def events(self, indices: Sequence[int]) -> Iterator[Found]:
        """The events of entries, without those erased."""
        for index in indices:
            if found := self.at(index):
                yield found
