"""What happens in a trial, entry by entry: the typed events that streams hold, a module a family.

Members are flat, so that a row of a table is an event. A person is named by a pseudonym or a code alone, and there is
no room for free text about people: what has no type here does not belong in a stream.
"""

from trialseal.documents.events.form import event_form
from trialseal.documents.events.kinds import EVENT_TYPES, UNBLINDED_TYPES, Event, parse_event
from trialseal.documents.events.reserved import RESERVED
from trialseal.documents.events.rows import event_from_row

__all__ = ["EVENT_TYPES", "RESERVED", "UNBLINDED_TYPES", "Event", "event_form", "event_from_row", "parse_event"]
