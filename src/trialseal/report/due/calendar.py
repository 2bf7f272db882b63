"""Duties as an iCalendar file (RFC 5545): an entry of a whole day each, taken in again without doubling."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, time, timedelta

from trialseal.escaping import visible
from trialseal.report.due.owed import Office, Owed


def calendar(office: Office) -> bytes:
    """The duties that have a date, each on its last day in time; on the earlier one where the day is in doubt."""
    from icalendar import Alarm, Calendar, Event

    made = Calendar()
    made.add("prodid", "-//trialseal//due//EN")
    made.add("version", "2.0")
    stamp = datetime.combine(office.as_of, time(), UTC)
    for one in office.owed:
        if one.duty.first is None or one.duty.first == date.max:
            continue
        event = Event()
        event.add("uid", _uid(one))
        event.add("dtstamp", stamp)
        event.add("dtstart", one.duty.first)
        event.add("dtend", one.duty.first + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
        event.add("summary", visible(f"{one.trial}: {one.duty.what}"))
        event.add("description", visible(_description(one)))
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", visible(f"{one.trial}: {one.duty.what}"))
        alarm.add("trigger", timedelta(days=-14))
        event.add_component(alarm)
        made.add_component(event)
    return bytes(made.to_ical())


def _uid(one: Owed) -> str:
    """The same for the same duty in every file, so that a calendar replaces what it has."""
    text = "\0".join((one.trial, one.duty.id, one.duty.since))
    return f"{hashlib.sha256(text.encode()).hexdigest()[:32]}@trialseal"


def _description(one: Owed) -> str:
    doubt = f" In doubt: {one.duty.doubt}." if one.duty.doubt else ""
    return f"Due by {one.duty.by}, since {one.duty.since}. {one.duty.whose}.{doubt}"
