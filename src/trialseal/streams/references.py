"""What one entry of a stream may say of another: that it corrects it, that it follows it up.

Both must name an earlier entry of the same stream. A correction is of the same type and participant, and stands in the
place of the last correction, where there is one: so the entries that correct one another are a chain, never a tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from trialseal.streams import entry_index
from trialseal.streams.head_file import LOG
from trialseal.streams.lines import parse_line, stored_event

if TYPE_CHECKING:
    from trialseal.streams.store import StreamStore

IN_ERROR = "entered-in-error"
_STREAMS_OWN = ("padding", "erasure")
_CORRECTS = b'"corrects":"'


class Named(NamedTuple):
    """An entry, as far as others may refer to it."""

    index: int  # type: ignore[assignment]
    id: str
    type: str
    subject: str | None
    corrects: str | None = None
    follows: str | None = None

    @property
    def refers(self) -> bool:
        """Whether it says anything of another entry."""
        return self.corrects is not None or self.follows is not None


def named(index: int, event: Mapping[str, Any]) -> Named:
    """What an event says of others."""
    follows = event.get("follows")
    corrects = event.get("corrects")
    return Named(index, str(event.get("id")), str(event.get("type")), event.get("subject"), corrects, follows)


Find = Callable[[str], Named | None]


def fault(one: Named, find: Find, corrected: Mapping[str, str]) -> str | None:
    """Why an entry may not say what it says of another; None if it may.

    `find` gives the entry of an id, `corrected` the id of what corrects an entry, of all entries before this one.
    """
    for member, id in (("corrects", one.corrects), ("follows", one.follows)):
        if id is None:
            continue
        found = find(id)
        if found is None or found.index >= one.index:
            later = " before it" if found else ""
            return f"event {one.id} {member} {id}, and the stream holds no such event{later}: correct the id"
        if found.subject != one.subject:
            return (
                f"event {one.id} {member} {id}, which is about another participant: state that one as entered in error "
                "(type entered-in-error), and enter it anew"
            )
        said = _corrects_fault(one, found, find, corrected) if member == "corrects" else _follows_fault(one, found)
        if said:
            return said
    return None


def _corrects_fault(one: Named, found: Named, find: Find, corrected: Mapping[str, str]) -> str | None:
    if found.type in _STREAMS_OWN:
        return f"event {one.id} corrects {found.id}, an entry of type {found.type}, which nothing corrects"
    if found.id in corrected:
        return (
            f"event {one.id} corrects {found.id}, which {corrected[found.id]} has corrected already: correct "
            f"{corrected[found.id]}"
        )
    if found.type == IN_ERROR and one.type == IN_ERROR:
        return f"event {one.id} states as entered in error what {found.id} has stated so already: leave it out"
    was = original_type(found, find)
    if one.type not in (was, IN_ERROR):
        return (
            f"event {one.id} of type {one.type} corrects {found.id} of type {was}: state that one as entered in error "
            "(type entered-in-error), and enter it anew"
        )
    return None


def _follows_fault(one: Named, found: Named) -> str | None:
    if found.type != one.type:
        return f"event {one.id} follows {found.id}, which is of type {found.type}, not {one.type}: correct the id"
    return None


def original_type(one: Named, find: Find) -> str:
    """The type of what an entry corrects in the end: of what is entered in error, what that was."""
    while one.type == IN_ERROR and one.corrects is not None:
        earlier = find(one.corrects)
        if earlier is None or earlier.index >= one.index:
            break
        one = earlier
    return one.type


class Lookup:
    """Entries of a store by their ids, many at a time."""

    def __init__(self, stream: StreamStore) -> None:
        self._stream = stream
        self._found: dict[str, Named | None] = {}
        self._size = 0

    def look(self, ids: Iterable[str], size: int) -> None:
        """Finds these among the first `size` entries."""
        self._size = size
        wanted = {id for id in ids if self._found.get(id) is None}
        if not wanted or not size:
            return
        for index in self._stream.with_prints(entry_index.numbers(map(entry_index.fingerprint, wanted)), size):
            one = self._read(index)
            if one.id in wanted and self._found.get(one.id) is None:
                self._found[one.id] = one
        for id in wanted:
            self._found.setdefault(id, None)

    def take(self, one: Named) -> None:
        """Knows an entry that is not in the store yet."""
        self._found[one.id] = one

    def find(self, id: str) -> Named | None:
        """The entry with this id, among those that were looked for and what they correct; None if there is none."""
        if id not in self._found:
            self.look([id], self._size)
        return self._found.get(id)

    def _read(self, index: int) -> Named:
        return named(index, stored_event(self._stream.line(index), self._stream.folder / LOG, index))


def corrections(lines: Iterable[bytes]) -> Iterator[tuple[str, str]]:
    """What corrects what, by id, of the lines of a log."""
    for line in lines:
        if _CORRECTS in line:
            event = parse_line(line)
            if isinstance(id := event.get("corrects"), str):
                yield id, str(event.get("id"))


def faults(stream: StreamStore, referring: Sequence[Named]) -> list[str]:
    """What is wrong with what entries of a whole store say of others, by place; `referring` in the stream's order."""
    lookup = Lookup(stream)
    lookup.look((id for one in referring for id in (one.corrects, one.follows) if id), stream.size)
    corrected: dict[str, str] = {}
    found = []
    for one in referring:
        if said := fault(one, lookup.find, corrected):
            found.append(f"entry {one.index}: {said.partition(':')[0]}")
        if one.corrects is not None:
            corrected.setdefault(one.corrects, one.id)
    return found
