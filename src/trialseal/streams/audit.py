"""A whole store against every head ever anchored, in one pass."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import TYPE_CHECKING, NamedTuple

from trialseal.errors import UsageError
from trialseal.streams.check import Checked, Walk
from trialseal.streams.head_file import LOG
from trialseal.streams.intake import is_early
from trialseal.streams.lines import Damaged
from trialseal.streams.references import IN_ERROR, Named, faults, named
from trialseal.streams.schedule import Schedule

if TYPE_CHECKING:
    from trialseal.streams.store import StreamStore

# Heads are counted from the audit's point of view, so that it shows only now and then how far it is.
_TELL = 1 << 16


class Anchored(NamedTuple):
    """A head as the chain has it; `time` in Unix seconds."""

    number: int
    size: int
    root: bytes
    time: int


class Erased(NamedTuple):
    """What a tombstone says."""

    entry: int
    by: str
    reason: str
    legal_basis: str
    counts: dict[str, int]
    """Erased entries by type."""


@dataclass(slots=True)
class StreamAudit:
    """What a store says of itself and of the heads. Delays are seconds from an event to the head that holds it."""

    size: int
    heads: int = 0  # that were reproduced
    anchored: int = 0  # entries under them
    faults: list[str] = field(default_factory=list)
    types: Counter[str] = field(default_factory=Counter)  # entries by type, erased ones by what they were
    erased: Counter[str] = field(default_factory=Counter)
    erasures: list[Erased] = field(default_factory=list)
    median_delay: int | None = None
    longest_delay: int | None = None
    longest_entry: int | None = None
    waiting: int = 0  # entries that no head holds yet
    waiting_tombstones: int = 0  # of them
    oldest_waiting: str | None = None
    early: int = 0  # events dated before the trial's registration
    corrected: int = 0  # entries in whose place another stands
    in_error: int = 0  # entries that were stated as entered in error


def bytes_behind(stream: StreamStore) -> int:
    """How many bytes the log holds behind what is committed, which are no entries; 0 if it is missing or cut short."""
    try:
        return max(0, (stream.folder / LOG).stat().st_size - stream.head.lengths()[LOG])
    except OSError:
        return 0


def audit_stream(
    stream: StreamStore,
    heads: Sequence[Anchored],
    progress: Callable[[int, int], None] = lambda done, total: None,
    *,
    registered: int | None = None,
) -> StreamAudit:
    """Compares a store with the heads of its log, which must be given in their order.

    `registered` is when the trial was, by the chain, in Unix seconds; without it the store's own word is taken.
    Every entry is hashed anew, every head's root computed from the entries; the first fault of the store ends it.
    """
    found = StreamAudit(stream.size)
    walk = Walk(stream)
    referring: list[Named] = []
    delays = array("q")
    tally = _Tally(stream, found, delays, referring, stream.config.registered_at if registered is None else registered)
    try:
        for head in heads:
            if head.size > stream.size:
                found.faults.append(
                    f"head {head.number} holds {head.size} entries and the store only {stream.size}: entries that were "
                    "anchored are missing from it"
                )
                break
            for entry in walk.until(head.size):
                tally.take(entry, head.time)
                if not entry.index % _TELL:
                    progress(entry.index, stream.size)
            if walk.root() != head.root:
                found.faults.append(
                    f"head {head.number} of {head.size} entries, anchored {_words(head.time)}, has root "
                    f"{head.root.hex()}, and the store's first {head.size} entries have {walk.root().hex()}: an entry "
                    "before was changed, dropped or put in after it was anchored"
                )
                break
            found.heads, found.anchored = found.heads + 1, head.size
        for entry in walk.until(stream.size):
            if not found.faults:
                tally.take(entry, None)
        if not found.faults:
            found.faults += faults(stream, referring)
    except Damaged as damage:
        found.faults.append(damage.place)
    if delays:
        import numpy as np

        found.median_delay = int(np.median(np.frombuffer(delays, dtype=np.int64)))
    return found


class _Tally:
    """Counts entries as they are walked over."""

    def __init__(
        self, stream: StreamStore, found: StreamAudit, delays: array[int], referring: list[Named], registered: int
    ) -> None:
        self._log = stream.folder / LOG
        self._found, self._delays, self._referring = found, delays, referring
        self._is_early = lru_cache(maxsize=1 << 14)(
            partial(is_early, registered=datetime.fromtimestamp(registered, UTC))
        )

    def take(self, entry: Checked, anchored: int | None) -> None:
        """Takes an entry and the time of the first head over it."""
        found, event = self._found, entry.event
        found.types[entry.type] += 1
        found.waiting += anchored is None
        if event is None:
            found.erased[entry.type] += 1
            return
        if entry.type == "erasure":
            by, reason, basis = (str(event.get(name, "")) for name in ("by", "reason", "legal_basis"))
            found.erasures.append(Erased(entry.index, by, reason, basis, dict(event.get("counts", {}))))
            found.waiting_tombstones += anchored is None
            return
        if entry.type == "padding":
            return
        if (one := named(entry.index, event)).refers:
            self._referring.append(one)
            if one.corrects is not None:
                found.in_error += entry.type == IN_ERROR
                found.corrected += entry.type != IN_ERROR
        try:
            happened = _moment(event["at"])
            found.early += self._is_early(event["at"])
        except (ValueError, OverflowError, UsageError):
            what = f"entry {entry.index}, in line {entry.index + 1}, is not an event: its time is not a time"
            raise Damaged(self._log, entry.index, what) from None
        if anchored is None:
            if found.oldest_waiting is None or happened < _moment(found.oldest_waiting):
                found.oldest_waiting = event["at"]
            return
        delay = max(anchored - happened, 0)
        self._delays.append(delay)
        if found.longest_delay is None or delay > found.longest_delay:
            found.longest_delay, found.longest_entry = delay, entry.index


def schedule_faults(schedule: Schedule, heads: Sequence[Anchored]) -> list[str]:
    """Where heads do not keep to the times and the step that the stream was opened with."""
    faults = []
    for head in heads:
        if schedule.due(head.time) is None:
            faults.append(f"head {head.number} was anchored {_words(head.time)}, outside the stream's fixed times")
        if head.size != head.number * schedule.step:
            faults.append(
                f"head {head.number} holds {head.size} entries, not {head.number} times the step of {schedule.step}"
            )
    return faults


@lru_cache(maxsize=1 << 14)
def _moment(at: str) -> int:
    """Unix seconds of an event's time; of a date, midnight UTC at its beginning."""
    text = at if len(at) > 10 else at + "-01-01"[len(at) - 4 :] if len(at) < 10 else at
    moment = datetime.fromisoformat(text[:-1] + "+00:00" if text.endswith("Z") else text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _words(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
