"""From a row of a file to an event that may be appended: typed, at a possible time, about a pseudonym."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from trialseal.documents import events, privacy, times
from trialseal.documents.versions import FORMAT
from trialseal.errors import FailedError, TrialsealError, UsageError
from trialseal.streams.batch import Row
from trialseal.streams.config import StreamConfig
from trialseal.streams.pseudonyms import Pseudonyms
from trialseal.streams.sources import SourceRow

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


class Intake:
    """Turns rows into events of one stream."""

    def __init__(self, settings: Settings) -> None:
        config = settings.config
        self._name, names = settings.name, Pseudonyms(settings.site_key)
        self._pseudonym = names.as_given if settings.pseudonyms else names.of_number
        self._blinded = config.schedule is not None
        self._latest = datetime.fromtimestamp(max(settings.now, config.created_at), UTC) + CLOCK_SKEW
        registered = datetime.fromtimestamp(config.registered_at, UTC)
        self._registered = None if settings.early else registered
        self._time_fault = lru_cache(maxsize=4096)(self._look_at_time)

    def row(self, source: SourceRow) -> Row:
        """One event; FailedError with its line if it cannot be taken."""
        name = f"{self._name}, line {source.line}"
        if source.is_table:
            event = events.event_from_row(source.value, name)
        else:
            event = {"format": FORMAT, "kind": "event", **source.value}
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
        privacy.require_private(event, name, number)
        events.parse_event(event, name)
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
        corrects, follows = (None if one is None else str(one) for one in (event.get("corrects"), event.get("follows")))
        return Row(str(event["id"]), about, form, source.line, str(type), corrects, follows)

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
