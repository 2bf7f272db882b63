"""Every type of event that a stream may hold, and the types that are reserved."""

from __future__ import annotations

from typing import Final, TypeAlias, get_args

from pydantic import ValidationError

from trialseal.documents.canonical import shown
from trialseal.documents.events.access import Access
from trialseal.documents.events.conduct import (
    Allocation,
    Deviation,
    Enrolment,
    ParticipationEnd,
    Randomisation,
    Visit,
)
from trialseal.documents.events.consent import Consent, ConsentFormInForce, Withdrawal
from trialseal.documents.events.contest import Contest
from trialseal.documents.events.devices import DeviceReading, ImageReference
from trialseal.documents.events.products import Custody, Dispensing, Unblinding
from trialseal.documents.events.record import EnteredInError, Erasure, Padding
from trialseal.documents.events.reserved import RESERVED
from trialseal.documents.events.safety import AdverseEvent
from trialseal.documents.fields import as_failed
from trialseal.documents.versions import FORMAT, version_of
from trialseal.errors import FailedError

Event: TypeAlias = (
    Consent
    | Withdrawal
    | ConsentFormInForce
    | Enrolment
    | Randomisation
    | Allocation
    | Visit
    | Deviation
    | ParticipationEnd
    | AdverseEvent
    | Dispensing
    | Custody
    | Unblinding
    | DeviceReading
    | ImageReference
    | Access
    | EnteredInError
    | Contest
    | Padding
    | Erasure
)
EVENT_TYPES: Final[dict[str, type[Event]]] = {
    get_args(model.model_fields["type"].annotation)[0]: model for model in get_args(Event)
}
UNBLINDED_TYPES: Final = frozenset({"allocation", "unblinding"})
"""What belongs in no stream of a party that is to stay blinded."""


def parse_event(value: object, name: str) -> Event:
    """The typed event of a parsed JSON value; FailedError naming `name`, the place and what to do, LaterVersion for an
    event of a later version."""
    if not isinstance(value, dict):
        raise FailedError(f"{name} holds {shown(value)}, not an event: write a JSON object with a type")
    if "format" in value and value["format"] != FORMAT:
        version_of(value["format"], "trialseal", name)
    kind = value.get("type")
    model = EVENT_TYPES.get(kind) if isinstance(kind, str) else None
    if model is None:
        if isinstance(kind, str) and kind in RESERVED:
            raise FailedError(
                f"{name}: type {kind} is reserved for {RESERVED[kind].purpose}, which this version of trialseal does "
                "not keep yet: leave such events out"
            )
        given = f"is {shown(kind)}, but" if "type" in value else "is missing: it"
        raise FailedError(f"{name}: type {given} must be one of {', '.join(EVENT_TYPES)}")
    if None in value.values():
        null = next(key for key, member in value.items() if member is None)
        raise FailedError(f"{name}: {shown(null)[1:-1]} is null: leave out what is not known")
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise as_failed(error, name, model) from None
