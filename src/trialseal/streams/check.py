"""A store against itself: every entry hashed anew, every node of the tree, every record; the first fault is located."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from trialseal import files
from trialseal.documents.events import parse_event
from trialseal.documents.nonces import salted_leaf
from trialseal.errors import FailedError
from trialseal.merkle import tree as rfc9162
from trialseal.merkle.tree import HASH_BYTES
from trialseal.streams import entry_index, subject_secrets, tree_file
from trialseal.streams.head_file import LOG
from trialseal.streams.lines import CHUNK, Damaged, parse_line, subject_of

if TYPE_CHECKING:
    from trialseal.streams.store import StreamStore


class Checked(NamedTuple):
    """An entry that is what was appended, as far as the store alone can tell."""

    index: int  # type: ignore[assignment]
    type: str
    event: dict[str, Any] | None  # None if erased


class Walk:
    """One pass over a store. Iterating gives the entries, and raises Damaged at the first that is not right.

    What is erased is taken on its leaf's word, which the tree and the heads on the chain bind; each must be named by a
    tombstone.
    """

    def __init__(self, stream: StreamStore) -> None:
        self._stream = stream
        self._growth = tree_file.Growth()
        self._erased: dict[int, str] = {}
        self._tombstones: list[tuple[int, dict[str, Any]]] = []

    @property
    def size(self) -> int:
        """How many entries were looked at."""
        return self._growth.size

    def root(self) -> bytes:
        """The root of the entries that were looked at."""
        return self._growth.root()

    def __iter__(self) -> Iterator[Checked]:
        return self.until(self._stream.size)

    def until(self, size: int) -> Iterator[Checked]:
        """Goes on to before entry `size`, for whoever wants the roots in between; at the end, all is looked at."""
        stream = self._stream
        with files.opened(stream.folder / LOG, follow=False) as log:
            log.seek(stream.index.end(self.size - 1))
            while self.size < size:
                yield from self._chunk(log, min(self.size + CHUNK, size))
        if self.size == stream.size:
            self._close()

    def _chunk(self, log: Any, stop: int) -> list[Checked]:
        stream, first = self._stream, self.size
        start = stream.index.end(first - 1)
        before = tree_file.node_count(first)
        kept = self._read(tree_file.FILE, before * HASH_BYTES, (tree_file.node_count(stop) - before) * HASH_BYTES)
        records = self._read(entry_index.FILE, first * 16, (stop - first) * 16)
        found, leaves, nonces, fingerprint = [], [], stream.secrets.nonces, entry_index.fingerprint
        for index in range(first, stop):
            line = log.readline()
            start += len(line)
            record = records[(index - first) * 16 : (index - first + 1) * 16]
            kept_place = (tree_file.node_count(index) - before) * HASH_BYTES
            kept_leaf = kept[kept_place : kept_place + HASH_BYTES]
            try:
                event = parse_line(line)
            except ValueError:
                raise self._damaged(index, "is not a whole line of JSON") from None
            erased = event.get("erased")
            if erased is not None:
                if not isinstance(erased, str):
                    raise self._damaged(index, "is erased, and does not say what it was")
                self._erased[index] = erased
                leaf, print_of = kept_leaf, entry_index.ERASED
                found.append(Checked(index, erased, None))
            else:
                type, id = event.get("type"), event.get("id")
                if not isinstance(type, str) or not isinstance(id, str) or not isinstance(event.get("at"), str):
                    raise self._damaged(index, "is not an event: it has no type, no id or no time")
                if not isinstance(event.get("subject", ""), str):
                    raise self._damaged(index, "is not an event: its participant is not a pseudonym")
                made = nonces(subject_of(event))
                if made is None:
                    raise self._damaged(index, f"is about participant {event['subject']}, for whom there is no secret")
                leaf, print_of = salted_leaf(made.at(index), line[:-1]), fingerprint(id)
                if type == "erasure":
                    try:
                        parse_event(event, "it")
                    except FailedError as error:
                        raise self._damaged(index, f"is not a tombstone: {error}") from None
                    self._tombstones.append((index, event))
                found.append(Checked(index, type, event))
            if leaf != kept_leaf:
                raise self._wrong_leaf(index, kept_leaf)
            if len(record) != 16 or int.from_bytes(record[:8], "big") != start or record[8:] != print_of:
                raise Damaged(
                    stream.index.path, index, f"the record of entry {index} is not what its line in {LOG} gives"
                )
            leaves.append(leaf)
        if self._growth.extend(leaves) != kept:
            raise Damaged(
                stream.tree.path, None, f"a node over entries before {stop} is not what the entries' leaves give"
            )
        return found

    def _close(self) -> None:
        stream = self._stream
        if self.root() != stream.head.root:
            raise Damaged(
                stream.folder / "head.json", None, f"its root is not that of the {stream.size} entries in the files"
            )
        named: dict[int, int] = {}
        for index, event in self._tombstones:
            named |= dict.fromkeys(event.get("indices", ()), index)
        for index in self._erased:
            if index not in named:
                raise self._damaged(index, "is erased, but no tombstone names it")
        for index, tombstone in named.items():
            if index not in self._erased:
                raise self._damaged(index, f"should be erased: the tombstone in entry {tombstone} names it")
        for index, event in self._tombstones:
            subject = event.get("subject")
            if subject is not None and not stream.secrets.is_forgotten(subject):
                raise Damaged(
                    stream.folder / subject_secrets.FILE,
                    index,
                    f"the secret of participant {subject} should be destroyed: the tombstone in entry {index} says so",
                )
        # An erased line is bound by nothing, the tombstone is: what the entries were, its counts say.
        for index, event in self._tombstones:
            types = Counter(self._erased[one] for one in event.get("indices", ()))
            if types != event.get("counts"):
                raise self._damaged(index, "is a tombstone whose counts by type are not those of the erased entries")

    def _read(self, name: str, start: int, length: int) -> bytes:
        with files.opened(self._stream.folder / name, follow=False) as file:
            file.seek(start)
            return file.read(length)

    def _damaged(self, index: int, what: str) -> Damaged:
        return Damaged(self._stream.folder / LOG, index, f"entry {index}, in line {index + 1}, {what}")

    def _wrong_leaf(self, index: int, kept: bytes) -> Damaged:
        """Whether the entry was changed or the tree: a leaf from which the tree leads to the root was not."""
        stream = self._stream
        if len(kept) != HASH_BYTES:
            return Damaged(stream.tree.path, index, f"it is cut off before entry {index}")
        try:
            proof = stream.inclusion_proof(index)
            rfc9162.verify_inclusion(kept, index, stream.size, proof, stream.head.root)
        except FailedError:
            return Damaged(
                stream.tree.path, index, f"the leaf of entry {index} is not that of the entry, and leads to no root"
            )
        return self._damaged(index, "is not what was appended: its leaf is another")
