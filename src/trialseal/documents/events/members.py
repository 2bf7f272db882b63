"""What events share: their members, and the kinds of value that these take."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from trialseal.documents.canonical import shown
from trialseal.documents.fields import Format, LocalId, Model, Text
from trialseal.documents.times import TIME_PATTERN, check_time
from trialseal.errors import UsageError

_PSEUDONYM = "[0-9a-f]{32}"
_EVENT_ID = "[A-Za-z0-9][A-Za-z0-9._:-]{0,63}"
_is_pseudonym = re.compile(_PSEUDONYM).fullmatch
is_event_id = re.compile(_EVENT_ID).fullmatch


def _pseudonym(text: str) -> str:
    if not _is_pseudonym(text):
        raise ValueError(
            f"{shown(text)} is not a pseudonym (32 lower-case hexadecimal digits): subject numbers stay at the site"
        )
    return text


def _event_id(text: str) -> str:
    if not is_event_id(text):
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
"""What a participant is called outside their site: the first 16 bytes of a keyed digest of their number."""
EventId = Annotated[str, AfterValidator(_event_id), Field(json_schema_extra={"pattern": f"^{_EVENT_ID}$"})]
"""Unique within its stream. It names no participant: a random or running number does."""
EventTime = Annotated[str, AfterValidator(_time), Field(json_schema_extra={"pattern": f"^{TIME_PATTERN}$"})]
"""When it happened: 2020-05, 2020-05-12 or 2020-05-12T09:30+02:00."""
MedDRACode = Annotated[str, AfterValidator(_meddra_code), Field(json_schema_extra={"pattern": "^[0-9]{8}$"})]
CorrectionSource = Literal[
    "query",
    "source-data-verification",
    "participant",
    "investigator",
    "laboratory",
    "device",
    "coding",
    "reconciliation",
    "export",
    "other",
]
"""What brought an error to light (ICH E6(R3) 4.2.2 and 4.2.4)."""
CORRECTING = ("corrects", "corrected_by", "corrected_at", "correction_source", "correction_reason")
"""The members that make an event a correction: all of them, or none."""


class AnyEvent(Model):
    """What every event has."""

    format: Format
    kind: Literal["event"]
    id: EventId
    """Unique within the stream; it names no participant: use a random or running number."""
    at: EventTime
    """When it happened: 2020-05, 2020-05-12 or 2020-05-12T09:30+02:00."""
    site: LocalId | None = None
    """The site, by its code."""


class SiteEvent(AnyEvent):
    """An event that may stand in the place of an earlier one of its stream, which stays as it was written.

    It then says which, who corrected it, when, what brought the error to light, and why (21 CFR 11.10(e), ICH E6(R3)
    4.2.2 and 4.2.4). Who corrects is named by the code of the site's delegation log, never by name.
    """

    corrects: EventId | None = None
    """The id of the entry in whose place this one stands: the last correction, where there is one already."""
    corrected_by: LocalId | None = None
    """Who corrected it, by their code in the delegation log."""
    corrected_at: EventTime | None = None
    """When they did."""
    correction_source: CorrectionSource | None = None
    """What brought the error to light."""
    correction_reason: Text | None = None
    """Why, in a few words that name nobody."""

    @model_validator(mode="after")
    def _whole_correction(self) -> Self:
        if self.model_fields_set.isdisjoint(CORRECTING):  # mostly
            return self
        given = [name for name in CORRECTING if getattr(self, name) is not None]
        if given and len(given) < len(CORRECTING):
            missing = next(name for name in CORRECTING if name not in given)
            if self.corrects is None:
                raise ValueError(f"{given[0]} belongs to a correction, which {missing} is missing of: add it")
            raise ValueError(f"{missing} is missing: a correction says who, when, on what source, and why")
        if self.corrects == self.id:
            raise ValueError(f"corrects names the event itself ({self.id}): give the correction an id of its own")
        return self


class ParticipantEvent(SiteEvent):
    """An event of one participant."""

    subject: Pseudonym
    """The participant, by their number at the site (which becomes a pseudonym), or by their pseudonym."""
