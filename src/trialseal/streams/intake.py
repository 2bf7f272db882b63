"""From a row of a file to an event that may be appended: typed, at a possible time, about a pseudonym."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from trialseal.documents import events, privacy, times
from trialseal.documents.versions import FORMAT
from trialseal.errors import FailedError, TrialsealError, UsageError
from trialseal.streams import row_marks
from trialseal.streams.alike_rows import AlikeRows
from trialseal.streams.batch import Row
from trialseal.streams.config import StreamConfig
from trialseal.streams.maps.applying import Mapper, plain_event
from trialseal.streams.maps.event_map import EventMap, FileForm
from trialseal.streams.pseudonyms import Pseudonyms
from trialseal.streams.sources import Refused, SourceRow

# How far the clocks of devices, of other computers and of chains may differ from this one's.
CLOCK_SKEW = timedelta(minutes=2)
# What the store writes itself.
_OWN = {"erasure": "trialseal events forget", "padding": "trialseal events anchor"}


def is_early(at: str, registered: datetime) -> bool:
    """Whether an event is dated before a trial's registration, whatever its date may mean and the clocks allow: what
    `append` refuses is what an audit counts."""
    return times.is_before(at, registered - CLOCK_SKEW)


class Settings(NamedTuple):
    """What rows are judged by."""

    config: StreamConfig
    site_key: bytes
    name: str  # of the source, for messages
    now: int  # Unix seconds
    early: bool = False
    """Whether to take what is dated before the trial's registration too, which an audit counts."""
    pseudonyms: bool = False
    """Whether subjects stand by their pseudonyms already, and not by their numbers."""
    map: EventMap | None = None
    """Which columns of the file are which members; None: columns are called as members are."""
    form: FileForm = FileForm()
    """How the file is written."""
    stated: Mapping[str, str] = {}
    """Members that whoever runs the command states for all rows that lack them."""
    running_ids: bool = False
    """Whether ids count rows, so that a participant's number in one is chance."""
    counted: str = "line"
    """What the numbers of rows count."""


class Intake:
    """Turns rows into events of one stream."""

    def __init__(self, settings: Settings) -> None:
        config = settings.config
        self._counted = settings.counted
        self._name, names = settings.name, Pseudonyms(settings.site_key)
        self._pseudonym = names.as_given if settings.pseudonyms else names.of_number
        self._blinded = config.schedule is not None
        self._latest = datetime.fromtimestamp(max(settings.now, config.created_at), UTC) + CLOCK_SKEW
        registered = datetime.fromtimestamp(config.registered_at, UTC)
        self._registered = None if settings.early else registered
        self._time_fault = lru_cache(maxsize=4096)(self._look_at_time)
        self._form = settings.form
        self._writer = config.writer.hex()
        self._running_ids = settings.running_ids or (settings.map is not None and settings.map.running_ids)
        self._stated = settings.stated
        self._is_plain = settings.form == FileForm() and not settings.stated
        self._mapper = Mapper(settings.map, settings.form, settings.site_key, settings.stated) if settings.map else None
        is_alike = self._is_plain and not self._mapper and not self._running_ids
        self._alike = AlikeRows(self._pseudonym, self._time_fault) if is_alike else None

    @property
    def alike(self) -> int:
        """How many rows were like earlier ones, and taken in a quarter of the time."""
        return self._alike.count if self._alike else 0

    def taken(self, source: SourceRow) -> list[Row | Refused]:
        """The events of a row, and why others cannot be taken."""
        found: list[Row] = []
        try:
            for row in self.rows(source):
                found.append(row)
        except FailedError as error:
            # A row of which not all was taken must be read again the next time.
            return [*(row._replace(mark=row_marks.NONE) for row in found), Refused(source.line, str(error))]
        return list(found) or [Refused(source.line, "")]

    def rows(self, source: SourceRow) -> Iterator[Row]:
        """The events of a row; FailedError with its line for one that cannot be taken."""
        if self._alike and source.is_table and (row := self._alike.row(source)):
            yield row
            return
        name = f"{self._name}, {self._counted} {source.line}" if source.line else self._name
        if self._mapper:
            for event, correction in self._mapper.events(source.value, name):
                yield self._row(source, event, correction, name)
        elif source.is_table:
            event = self._from_table(source.value, name)
            row = self._row(source, event, {}, name)
            if self._alike:
                self._alike.keep(source, event, row)
            yield row
        else:
            yield self._row(source, {"format": FORMAT, "kind": "event", **source.value}, {}, name)

    def _from_table(self, row: Mapping[str, Any], name: str) -> dict[str, object]:
        if self._is_plain:
            return events.event_from_row(row, name)
        return plain_event(row, self._form, self._stated, name)

    def _row(self, source: SourceRow, event: dict[str, Any], correction: Mapping[str, Any], name: str) -> Row:
        subject = event.get("subject")
        number: frozenset[str] = frozenset()  # the subject's, which may stand nowhere else in its event
        if subject is not None:
            try:
                event["subject"] = pseudonym = self._pseudonym(subject)
            except UsageError as error:
                raise FailedError(f"{name}: {error}") from None
            if pseudonym != subject:
                number = frozenset((str(subject),))
        type = event.get("type")
        if type in _OWN:
            raise FailedError(f"{name}: an event of type {type} is written by {_OWN[type]} alone")
        if type == "contest" and event.get("writer") == self._writer:
            raise FailedError(f"{name}: a contest is of another party's entry: correct your own, with corrects")
        self._require_private(event, name, number)
        events.parse_event(event, name)
        if correction:
            privacy.require_private(correction, f"{name}, its correction", number)
            if fault := self._correction_time_fault(correction.get("corrected_at")):
                raise FailedError(f"{name}: {fault}")
        if self._blinded and type in events.UNBLINDED_TYPES:
            raise FailedError(
                f"{name}: {type} belongs in no stream of a blinded party: append it to a stream of an unblinded one"
            )
        if fault := self._time_fault(str(event["at"])):
            raise FailedError(f"{name}: {fault}")
        try:
            form = events.event_form(event)
        except TrialsealError as error:
            raise FailedError(f"{name}: {error}") from None
        if fault := self._correction_time_fault(event.get("corrected_at")):
            raise FailedError(f"{name}: {fault}")
        about = str(event["subject"]) if subject is not None else None
        corrects, follows = event.get("corrects"), event.get("follows")  # text by now, as the model says
        told = correction or None
        return Row(str(event["id"]), about, form, source.line, str(type), corrects, follows, source.mark, told)

    def _require_private(self, event: Mapping[str, object], name: str, number: frozenset[str]) -> None:
        """As `privacy` has it; an id that counts rows may hold the participant's number by chance, but not be it."""
        if not number or not self._running_ids or event.get("id") in number:
            try:
                privacy.require_private(event, name, number)
            except FailedError as error:
                if number and str(error).startswith(f"{name}: id ") and privacy.is_running_number(str(event.get("id"))):
                    raise FailedError(f"{error}; if ids only count rows, say --running-ids") from None
                raise
            return
        privacy.require_private({key: one for key, one in event.items() if key != "id"}, name, number)
        privacy.require_private({"id": event.get("id")}, name)

    def _correction_time_fault(self, at: object) -> str | None:
        if at is not None and times.span(str(at)).first > self._latest:
            return f"the correction is dated in the future ({at}): correct it, or the clock of this computer"
        return None

    def _look_at_time(self, at: str) -> str | None:
        span = times.span(at)
        if span.first > self._latest:
            return f"the event is dated in the future ({at}): correct it, or the clock of this computer"
        if self._registered and is_early(at, self._registered):
            return (
                f"the event is dated {at}, before the trial was registered ({self._registered:%Y-%m-%d %H:%M} UTC): "
                "correct it, or take such events, which an audit counts, with --before-registration"
            )
        return None
