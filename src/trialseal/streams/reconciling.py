"""An export held against what a stream holds: what is new, what it holds already, what was changed, what is gone.

A row that is the same as before says nothing new. A row whose event differs from what stands under its id is a
correction, which somebody must give a reason for. An event that stands and of which the export, if it holds all that
there ever was, has no row any more, may be stated as entered in error, again with a reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from trialseal.documents import events, privacy
from trialseal.documents.events.members import CORRECTING
from trialseal.documents.versions import FORMAT
from trialseal.errors import FailedError
from trialseal.streams import parallel, row_marks
from trialseal.streams.batch import AGAIN, Row
from trialseal.streams.intake import Settings
from trialseal.streams.lines import CHUNK, parse_line
from trialseal.streams.references import IN_ERROR
from trialseal.streams.sources import Refused, SourceRow
from trialseal.streams.stored_events import Found, StoredEvents

if TYPE_CHECKING:
    from trialseal.streams.store import StreamStore

_LONGEST_ID = 64
_NEVER_GONE = frozenset((IN_ERROR, "padding", "erasure", "contest"))


class Reasons(NamedTuple):
    """What corrections say that the export itself does not."""

    by: str
    """Code of the delegation log."""
    source: str
    reason: str


class Changed(NamedTuple):
    """A row that differs from what stands."""

    row: Row
    stands: Found
    number: int
    """How often the entry was corrected, this time counted."""
    counted: str = "line"
    """What the row's number counts."""

    @property
    def members(self) -> list[str]:
        """The members that differ."""
        new = parse_line(self.row.form + b"\n")
        names = dict.fromkeys((*self.stands.event, *new))
        if self.stands.event.get("type") == IN_ERROR:
            return ["type"]
        return [one for one in names if one not in _ASIDE and self.stands.event.get(one) != new.get(one)]


_ASIDE = frozenset(("id", *CORRECTING))


@dataclass(slots=True)
class Outcome:
    """What became of an export's rows."""

    stored: int = 0
    new: int = 0
    """Rows of events that the stream does not hold."""
    same: int = 0
    """Rows that the stream holds as they are."""
    doubled: int = 0
    """Rows that say the same as an earlier one of the file."""
    erased: int = 0
    """Rows of an export of all that there ever was, about participants who were erased."""
    left_out: int = 0
    """Rows of which the map makes no event."""
    corrected: int = 0
    withdrawn: int = 0
    changed: list[Changed] = field(default_factory=list)
    gone: list[Found] = field(default_factory=list)
    untold: bool = False
    """Whether it cannot be told what is gone, since rows were refused."""
    refused: list[Refused] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    """How many corrections give each reason."""


class Scope(NamedTuple):
    """Which entries of the stream an export tells of: their types, and what their ids begin with."""

    types: Collection[str]
    prefixes: tuple[str, ...] = ()
    """Empty: any."""
    stated: Mapping[str, str] = {}
    """Members that all its rows share, the participant by pseudonym, since whoever took it in stated them."""

    def holds(self, found: Found) -> bool:
        """Whether the export tells of this entry."""
        event = found.event
        return (
            event.get("type") in self.types
            and (not self.prefixes or found.id.startswith(self.prefixes))
            and all(event.get(member) == value for member, value in self.stated.items())
        )


def marker(stream: StreamStore, about: str) -> Callable[[str], bytes]:
    """Makes the marks of rows of a file that is read in one way, which `about` says."""
    key = stream.secrets.digest(b"row" + about.encode("utf-8", "surrogatepass"))

    def mark(row: str) -> bytes:
        made = blake2b(row.encode("utf-8", "surrogatepass"), digest_size=row_marks.BYTES, key=key).digest()
        return made if made != row_marks.NONE else b"\0" * 7 + b"\1"

    return mark


class Reconciling:
    """One export on its way into a stream, while the stream is held for it."""

    def __init__(self, stream: StreamStore, settings: Settings, scope: Scope | None) -> None:
        """`scope` None: the export is not all that there ever was, so that nothing can be gone."""
        self._stream, self._settings, self._scope = stream, settings, scope
        self.outcome = Outcome()
        self._stored: StoredEvents | None = None
        self._seen: set[int] = set()
        self._same: set[int] = set()
        self._hits: list[row_marks.Marks] = []
        self._correcting = False

    def refuse(self, refused: Refused) -> None:
        """Takes a row that cannot be taken."""
        self.outcome.refused.append(refused)

    def refuse_row(self, row: Row, why: str) -> None:
        """Takes a row that the stream refuses."""
        self.refuse(Refused(row.line, f"{self._place(row)}: {why}"))
        if self._correcting:  # it was counted when it was given out
            if row.type == IN_ERROR:
                self.outcome.withdrawn -= 1
            else:
                self.outcome.corrected -= 1
                self.outcome.reasons[str(parse_line(row.form + b"\n")["correction_reason"])] -= 1

    def refuse_given(self, row: Row, why: str) -> None:
        """As `refuse_row`, for a row that was given out; one that is there twice is counted."""
        if why == AGAIN:
            self.outcome.doubled += 1
        else:
            self.refuse_row(row, why)
        if not self._correcting:
            self.outcome.new -= 1

    def _place(self, row: Row) -> str:
        if not row.line:
            return f"the withdrawal of {row.corrects or row.id}"
        return f"{self._settings.name}, {self._settings.counted} {row.line}"

    def close(self) -> None:
        """Lets go of the store's files."""
        if self._stored is not None:
            self._stored.close()

    @property
    def _events(self) -> StoredEvents:
        if self._stored is None:  # within the lock, so that it sees all that was committed
            self._stored = StoredEvents(self._stream)
        return self._stored

    # ----- rows -----

    def new_rows(self, source: Iterator[SourceRow]) -> Iterator[Row]:
        """What is to be appended; everything else of the source goes into the outcome."""
        taken = parallel.taken(self._settings, self._unknown(source))
        while piece := list(islice(taken, CHUNK)):
            for one in piece:
                if isinstance(one, Refused):
                    if one.why:
                        self.refuse(one)
                    else:
                        self.outcome.left_out += 1
            yield from self._sifted([one for one in piece if isinstance(one, Row)])

    def _unknown(self, source: Iterator[SourceRow]) -> Iterator[SourceRow]:
        """The rows whose marks are not those of rows that all stand."""
        if not self._stream.size:
            yield from source
            return
        while piece := list(islice(source, CHUNK)):
            marks = row_marks.numbers([one.mark for one in piece])
            hit = self._events.standing_marks(marks)
            if hit.all():
                self.outcome.same += len(piece)
            else:
                for one, is_known in zip(piece, hit.tolist(), strict=True):
                    if is_known:
                        self.outcome.same += 1
                    else:
                        yield one
            self._hits.append(marks[hit])

    def _sifted(self, rows: list[Row]) -> Iterator[Row]:
        secrets = self._stream.secrets
        known = self._events.by_ids([row.id for row in rows]) if self._stream.size else {}
        for row in rows:
            if self._scope is not None and row.subject is not None and secrets.is_forgotten(row.subject):
                self.outcome.erased += 1  # all that there ever was tells of them still; what is new is refused
                continue
            first = known.get(row.id)
            if first is None:
                self.outcome.new += 1
                yield row
            elif row.corrects is not None or row.type == IN_ERROR:
                self._same_or_refused(row, first)
            else:
                self._compare(row, first)

    def _same_or_refused(self, row: Row, first: Found) -> None:
        self._seen.add(first.index)
        if parse_line(row.form + b"\n") == first.event:
            self.outcome.same += 1
        else:
            self.refuse_row(row, f"event id {row.id} is stored already as entry {first.index}, with other content")

    def _compare(self, row: Row, first: Found) -> None:
        stands, count = self._events.standing(first)
        self._seen.update((first.index, stands.index))
        changed = Changed(row, stands, count + 1, self._settings.counted)
        if not changed.members:
            self.outcome.same += 1
            self._same.add(stands.index)
        elif row.subject != first.event.get("subject"):
            self.refuse_row(
                row,
                f"event {row.id} is now about another participant than entry {first.index}: state that one as entered "
                "in error (type entered-in-error), and give this one another id",
            )
        elif row.type != first.event.get("type"):
            self.refuse_row(
                row,
                f"event {row.id} is now of type {row.type}, and entry {first.index} of type {first.event.get('type')}: "
                "state that one as entered in error (type entered-in-error), and give this one another id",
            )
        else:
            self.outcome.changed.append(changed)

    def refuse_contradicted(self) -> None:
        """Refuses changed rows of whose entry the file has another row, with other content: which holds is not known.

        Rows that say the same twice are one.
        """
        if not self.outcome.changed:
            return
        by_entry: dict[int, list[Changed]] = {}
        for one in self.outcome.changed:
            by_entry.setdefault(one.stands.index, []).append(one)
        unchanged = self._unchanged(list(by_entry))
        self.outcome.changed = []
        for index, rows in by_entry.items():
            first, *others = rows
            if index not in unchanged and all(one.row.form == first.row.form for one in others):
                self.outcome.changed.append(first)
                self.outcome.doubled += len(others)
                continue
            for one in rows:
                why = f"event {one.row.id} has another row in the file, with other content: keep the one that holds"
                self.refuse_row(one.row, why)

    def _unchanged(self, indices: list[int]) -> set[int]:
        """Which of these entries have a row in the file that is as before."""
        import numpy as np

        found = self._same.intersection(indices)
        if self._hits:
            marks = self._events.marks[np.array(indices, dtype=np.int64)]
            found.update(np.array(indices)[np.isin(marks, np.concatenate(self._hits))].tolist())
        return found

    # ----- what is gone -----

    def look_for_gone(self) -> None:
        """Puts into the outcome the events that stand and of which the export has no row any more.

        Where a row cannot be taken nobody can tell of which event it is, so that nothing is said to be gone.
        """
        if self._scope is None or not self._stream.size:
            return
        if self.outcome.refused:
            self.outcome.untold = True
            return
        import numpy as np

        stored = self._events
        left = np.ones(stored.size, dtype=bool)
        left[list(self._seen)] = False
        left[np.array(stored.corrected_indices(), dtype=np.int64)] = False
        if self._hits:
            left &= ~np.isin(stored.marks, np.concatenate(self._hits))
        for found in stored.events(left.nonzero()[0].tolist()):
            if found.event.get("type") not in _NEVER_GONE and self._scope.holds(found):
                self.outcome.gone.append(found)

    # ----- corrections -----

    def corrections(self, changed: Iterable[Changed], reasons: Reasons | None, at: str) -> Iterator[Row]:
        """The corrections of changed rows, with the export's own reasons first; `reasons` for what it does not say."""
        self._correcting = True
        for one in changed:
            told = dict(one.row.correction or {})
            if reasons:
                told = {"correction_source": reasons.source, "correction_reason": reasons.reason} | told
                told.setdefault("corrected_by", reasons.by)
            event = parse_line(one.row.form + b"\n") | {"corrected_at": at, "correction_source": "export"} | told
            event |= {"id": _later_id(one.row.id, one.number), "corrects": one.stands.id}
            if row := self._judged(event, one.row):
                self.outcome.corrected += 1
                self.outcome.reasons[str(event["correction_reason"])] += 1
                yield row

    def withdrawals(self, gone: Iterable[Found], reasons: Reasons, at: str) -> Iterator[Row]:
        """Statements that what is gone was entered in error."""
        self._correcting = True
        for one in gone:
            event = {
                "format": FORMAT, "kind": "event", "type": IN_ERROR, "at": at, "corrects": one.id,
                "id": _later_id(one.id, 0), "corrected_by": reasons.by, "correction_source": reasons.source,
                "correction_reason": reasons.reason,
            }  # fmt: skip
            if subject := one.event.get("subject"):
                event["subject"] = subject
            if row := self._judged(event, Row(one.id, subject, b"", 0)):
                self.outcome.withdrawn += 1
                yield row

    def _judged(self, event: dict[str, Any], row: Row) -> Row | None:
        name = self._place(row)
        try:
            privacy.require_private(event, name)
            events.parse_event(event, name)
        except FailedError as error:
            self.refuse(Refused(row.line, str(error)))
            return None
        type, corrects = str(event["type"]), str(event["corrects"])
        form = events.event_form(event)
        return Row(str(event["id"]), event.get("subject"), form, row.line, type, corrects, None, row.mark)


def _later_id(id: str, number: int) -> str:
    """The id of what corrects an event for the so-many-th time (0: withdraws it)."""
    made = f"{id}:{number + 1}" if number else f"{id}:gone"
    if len(made) <= _LONGEST_ID:
        return made
    return f"correction-{blake2b(made.encode(), digest_size=16).hexdigest()}"
