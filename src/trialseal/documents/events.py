"""What happens in a trial, entry by entry: the typed events that streams hold.

Members are flat, so that a row of a table is an event. A person is named by a pseudonym alone, and there is no room for
free text about people: what has no type here does not belong in a stream.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Self, TypeAlias, Union, get_args, get_origin

from pydantic import AfterValidator, Field, StrictBool, StrictInt, ValidationError, model_validator

from trialseal.documents.canonical import MAX_INTEGER, canonical_bytes, shown
from trialseal.documents.fields import (
    FORMAT,
    Count,
    Format,
    Hex32,
    LocalId,
    Model,
    Number,
    PartialDate,
    Territory,
    Text,
    VersionNumber,
    as_failed,
    require_unique,
)
from trialseal.documents.times import TIME_PATTERN, check_time
from trialseal.errors import FailedError, UsageError

_PSEUDONYM = "[0-9a-f]{32}"
_EVENT_ID = "[A-Za-z0-9][A-Za-z0-9._:-]{0,63}"
_is_pseudonym = re.compile(_PSEUDONYM).fullmatch
_is_number = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?").fullmatch
_is_event_id = re.compile(_EVENT_ID).fullmatch


def _pseudonym(text: str) -> str:
    if not _is_pseudonym(text):
        raise ValueError(
            f"{shown(text)} is not a pseudonym (32 lower-case hexadecimal digits): subject numbers stay at the site"
        )
    return text


def _event_id(text: str) -> str:
    if not _is_event_id(text):
        raise ValueError(
            f"{shown(text)} is not an event id: use 1 to 64 of A-Z, a-z, 0-9, '.', '_', ':' and '-', "
            "beginning with a letter or digit"
        )
    return text


def _meddra_code(text: str) -> str:
    if not re.fullmatch("[0-9]{8}", text, re.ASCII):
        raise ValueError(f"{shown(text)} is not a MedDRA code: write its 8 digits")
    return text


def _time(text: str) -> str:
    try:
        return check_time(text)
    except UsageError as error:
        raise ValueError(str(error)) from None


Pseudonym = Annotated[str, AfterValidator(_pseudonym), Field(json_schema_extra={"pattern": f"^{_PSEUDONYM}$"})]
"""What a subject is called outside its site: the first 16 bytes of a keyed digest of its number."""
EventId = Annotated[str, AfterValidator(_event_id), Field(json_schema_extra={"pattern": f"^{_EVENT_ID}$"})]
"""Unique within its stream. It names no subject: a random or running number does."""
EventTime = Annotated[str, AfterValidator(_time), Field(json_schema_extra={"pattern": f"^{TIME_PATTERN}$"})]
"""When it happened: 2020-05, 2020-05-12 or 2020-05-12T09:30+02:00."""
MedDRACode = Annotated[str, AfterValidator(_meddra_code), Field(json_schema_extra={"pattern": "^[0-9]{8}$"})]

Scope = Literal["treatment", "follow-up", "data-use"]
Representative = Literal["parent", "guardian", "legal-representative", "relative", "independent-physician"]
Seriousness = Literal["serious", "not-serious"]
Criterion = Literal[
    "death", "life-threatening", "hospitalisation", "disability", "congenital-anomaly", "medically-important"
]  # ICH E2A, II.B


class _Event(Model):
    format: Format
    kind: Literal["event"]
    id: EventId
    at: EventTime
    site: LocalId | None = None


class _SubjectEvent(_Event):
    subject: Pseudonym


class Consent(_SubjectEvent):
    """What a subject, or who may speak for it, answered when it was asked; or why it was not asked.

    Waived: an ethics committee has exempted it. Deferred: an emergency came first. Assent: a child, or an adult
    who cannot consent, agreed, and its representative consented.
    """

    type: Literal["consent"]
    status: Literal["given", "refused", "waived", "deferred", "assent"]
    form: LocalId | None = None
    """Which of a site's several consent forms; without it, the site's main one."""
    form_version: Text | None = None
    form_digest: Hex32 | None = None
    """SHA-256 of the form's file, as sealed."""
    covers: tuple[Scope, ...] = ()
    """What is consented to; none named means all."""
    representative: Representative | None = None
    protocol_version: VersionNumber | None = None
    """The version whose amendment made it necessary to ask again, where it did."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.form_version is None and self.status in ("given", "refused", "assent"):
            raise ValueError(f"form_version is missing: say which version of the form the {self.status} consent is to")
        if self.representative is None and self.status == "assent":
            raise ValueError("representative is missing: say who consented for a subject that assents")
        return self


class Withdrawal(_SubjectEvent):
    """A subject withdraws from one thing; who withdraws from all gives three of these."""

    type: Literal["withdrawal"]
    scope: Scope


class Enrolment(_SubjectEvent):
    """A subject was found eligible and taken into the trial, or into a part of it."""

    type: Literal["enrolment"]
    part: LocalId | None = None
    protocol_version: VersionNumber | None = None


class Randomisation(_SubjectEvent):
    """A subject was randomised. To what, only the stream of an unblinded party says."""

    type: Literal["randomisation"]
    part: LocalId | None = None
    stratum: LocalId | None = None


class Allocation(_SubjectEvent):
    """To which arm a subject was allocated: for streams of unblinded parties alone."""

    type: Literal["allocation"]
    arm: LocalId


class Visit(_SubjectEvent):
    """A planned or unplanned contact with a subject."""

    type: Literal["visit"]
    visit: Text
    """What the protocol calls it: Screening, Week 4."""
    treatment: StrictBool | None = None
    """Whether the subject was treated at it."""


class AdverseEvent(_SubjectEvent):
    """An adverse event as reported. A later report of the same is an event of its own, which names the first."""

    type: Literal["adverse-event"]
    seriousness: Seriousness
    term: Text | None = None
    """The preferred term, no narrative."""
    code: MedDRACode | None = None
    """The MedDRA code of the term."""
    criteria: tuple[Criterion, ...] = ()
    grade: Annotated[StrictInt, Field(ge=1, le=5)] | None = None
    related: StrictBool | None = None
    onset: PartialDate | None = None
    follows: EventId | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.criteria and self.seriousness == "not-serious":
            raise ValueError(f"it is not serious, but meets the criterion {self.criteria[0]}: correct one of them")
        require_unique("the criterion", self.criteria)
        return self


class Deviation(_SubjectEvent):
    """A departure from the protocol that concerns a subject."""

    type: Literal["deviation"]
    category: Literal[
        "eligibility", "consent", "visit-window", "dosing", "procedure", "randomisation", "blinding", "data", "other"
    ]
    important: StrictBool | None = None


class Dispensing(_SubjectEvent):
    """Trial medication or a device was handed out to a subject. A kit's number does not say what is in it."""

    type: Literal["dispensing"]
    product: Text | None = None
    kit: LocalId | None = None
    quantity: Number | None = None
    unit: Text | None = None


class DeviceReading(_SubjectEvent):
    """One value that a device measured."""

    type: Literal["device-reading"]
    quantity: Text
    value: Number
    unit: Text | None = None
    device: LocalId | None = None


class ImageReference(_SubjectEvent):
    """An image, or a series of them, by digest."""

    type: Literal["image-reference"]
    digest: Hex32
    modality: LocalId | None = None
    images: Count | None = None


class ParticipationEnd(_SubjectEvent):
    """A subject's participation ended."""

    type: Literal["participation-end"]
    reason: Literal["completed", "died", "lost-to-follow-up", "withdrawn", "screen-failure", "other"]


class ConsentFormInForce(_Event):
    """A site uses this version of a consent form from `at` on, and the one before no longer."""

    type: Literal["consent-form-in-force"]
    site: LocalId
    form: LocalId | None = None
    form_version: Text
    form_digest: Hex32 | None = None
    territory: Territory | None = None
    """The country of the site: decides on whose approval it rests, and since when an amendment is in force."""
    protocol_version: VersionNumber | None = None
    """The protocol version that it belongs to."""
    reconsent: StrictBool | None = None
    """Whether the committee requires those already enrolled to be asked again."""


class Padding(_Event):
    """An entry that says nothing, so that the size of a stream says nothing."""

    type: Literal["padding"]


class Erasure(_Event):
    """A tombstone: whose rows were made unreadable, by whom, why, and on what legal basis."""

    type: Literal["erasure"]
    subject: Pseudonym | None = None
    by: Text
    """The office that did it, no person's name."""
    reason: Text
    legal_basis: Text
    counts: dict[str, Count]
    """How many entries of each type were erased."""
    indices: tuple[Count, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> Self:
        for name in self.counts:
            if name not in EVENT_TYPES:
                raise ValueError(f"counts names {shown(name)}, but must name one of {', '.join(EVENT_TYPES)}")
        return self


Event: TypeAlias = (
    Consent
    | Withdrawal
    | Enrolment
    | Randomisation
    | Allocation
    | Visit
    | AdverseEvent
    | Deviation
    | Dispensing
    | DeviceReading
    | ImageReference
    | ParticipationEnd
    | ConsentFormInForce
    | Padding
    | Erasure
)
EVENT_TYPES: Final[dict[str, type[Event]]] = {
    get_args(model.model_fields["type"].annotation)[0]: model for model in get_args(Event)
}
UNBLINDED_TYPES: Final = frozenset({"allocation"})
"""What belongs in no stream of a party that is to stay blinded."""


def parse_event(value: object, name: str) -> Event:
    """The typed event of a parsed JSON value; FailedError naming `name`, the place and what to do."""
    if not isinstance(value, dict):
        raise FailedError(f"{name} holds {shown(value)}, not an event: write a JSON object with a type")
    kind = value.get("type")
    model = EVENT_TYPES.get(kind) if isinstance(kind, str) else None
    if model is None:
        given = f"is {shown(kind)}, but" if "type" in value else "is missing: it"
        raise FailedError(f"{name}: type {given} must be one of {', '.join(EVENT_TYPES)}")
    if None in value.values():
        null = next(key for key, member in value.items() if member is None)
        raise FailedError(f"{name}: {shown(null)[1:-1]} is null: leave out what is not known")
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise as_failed(error, name, model) from None


def event_from_row(row: Mapping[str, object], name: str) -> dict[str, object]:
    """The event that a row of a table says, format and kind filled in; FailedError where a cell has no such value.

    Empty cells are left out. Text becomes the number, truth value or list that the type's member asks for, a list's
    items being separated by semicolons; whatever else is wrong with it, `parse_event` says.
    """
    event: dict[str, object] = {"format": FORMAT, "kind": "event"}
    typed = _typed_members(str(row.get("type")))
    for key, cell in row.items():
        if cell is None or cell == "":
            continue
        event[key] = _cell(cell, typed[key], name, key) if key in typed and isinstance(cell, str) else cell
    return event


def _cell(text: str, kinds: frozenset[object], name: str, key: str) -> object:
    if tuple in kinds:
        return [item.strip() for item in text.split(";")]
    if bool in kinds:
        if text.lower() not in ("true", "false"):
            raise FailedError(f"{name}: {key} is {shown(text)}, but must be true or false")
        return text.lower() == "true"
    if not _is_number(text):
        raise FailedError(f"{name}: {key} is {shown(text)}, but must be a number")
    return float(text) if float in kinds and not text.lstrip("-").isdigit() else _whole(text)


@lru_cache(maxsize=64)
def _typed_members(type: str) -> Mapping[str, frozenset[object]]:
    """The members of a type that are no text, with the Python types that they may have."""
    model = EVENT_TYPES.get(type)
    fields: Mapping[str, Any] = model.model_fields if model else {}
    kinds = {key: _kinds(field.annotation) for key, field in fields.items()}
    return {key: found for key, found in kinds.items() if found & {tuple, bool, int}}


def _whole(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:  # a fraction, or more digits than Python reads: neither is a count
        return float(text)


@lru_cache(maxsize=1024)
def _kinds(annotation: Any) -> frozenset[object]:
    """The Python types that a member's annotation allows, without its constraints."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _kinds(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return frozenset().union(*map(_kinds, get_args(annotation))) - {NoneType}
    return frozenset({origin or annotation})


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False).encode


def event_form(event: Mapping[str, object]) -> bytes:
    """The RFC 8785 form of an event object; UsageError where it has none."""
    if _is_plain(event):
        try:
            return _encode(event).encode("utf-8")
        except UnicodeEncodeError:
            pass  # half a surrogate pair, of which the slow way says where it is
    return canonical_bytes(event)


# Between these, ECMAScript and Python write a double that is no whole number alike: without exponent.
_SMALLEST_PLAIN, _LARGEST_PLAIN = 1e-4, 1e16


def _is_plain(value: object) -> bool:
    """Whether Python's own JSON of a value is its RFC 8785 form: ASCII keys sort alike, and whole numbers and
    strings are written alike."""
    kind = type(value)
    if kind is str or kind is bool:
        return True
    if kind is int:
        return -MAX_INTEGER <= value <= MAX_INTEGER  # type: ignore[operator]
    if kind is float:
        return _SMALLEST_PLAIN <= abs(value) < _LARGEST_PLAIN and not value.is_integer()  # type: ignore[arg-type, attr-defined]
    if kind is dict:
        for key, member in value.items():  # type: ignore[attr-defined]
            if type(key) is not str or not key.isascii() or not _is_plain(member):
                return False
        return True
    if kind is list or kind is tuple:
        return all(map(_is_plain, value))  # type: ignore[call-overload]
    return False
