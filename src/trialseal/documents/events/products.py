"""Products: what happened to a kit, or to a quantity of a lot, on its way; what was handed out; what was unblinded."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, StrictBool, model_validator

from trialseal.documents.canonical import shown
from trialseal.documents.events.members import ParticipantEvent, Pseudonym, SiteEvent
from trialseal.documents.fields import Hex32, LocalId, Number, PartialDate, Text
from trialseal.documents.gs1 import Gtin, Serial, Sscc, is_checked

_LOT = r"[!-~]{1,20}"
_EPCIS = r"(ni:///sha-256;[0-9a-f]{64}\?ver=CBV2\.[0-9]|urn:uuid:[0-9a-f-]{36})"
_ABSOLUTE_ZERO, _HOTTEST = -273.15, 100


def _lot(text: str) -> str:
    if not re.fullmatch(_LOT, text, re.ASCII):
        raise ValueError(f"{shown(text)} is not a lot number: write 1 to 20 characters without spaces")
    return text


def _place(text: str) -> str:
    if re.fullmatch("[0-9]{13}", text, re.ASCII) and not is_checked(text, 13):
        raise ValueError(f"{shown(text)} is not a GLN: its last digit checks the others; correct it")
    return text


def _celsius(value: int | float) -> int | float:
    if not _ABSOLUTE_ZERO <= value <= _HOTTEST:
        raise ValueError(f"{value} is not a temperature in °C that a product has: correct it, or leave it out")
    return value


def _epcis(text: str) -> str:
    if not re.fullmatch(_EPCIS, text, re.ASCII):
        raise ValueError(f"{shown(text)} is not an id of EPCIS: write the hash (ni:///sha-256;…?ver=CBV2.0) or a UUID")
    return text


Lot = Annotated[str, AfterValidator(_lot), Field(json_schema_extra={"pattern": f"^{_LOT}$"})]
Place = Annotated[LocalId, AfterValidator(_place)]
"""A place by its code; 13 digits are a GLN."""
Celsius = Annotated[Number, AfterValidator(_celsius)]
EpcisId = Annotated[str, AfterValidator(_epcis), Field(json_schema_extra={"pattern": f"^{_EPCIS}$"})]

Action = Literal[
    "made",
    "quality-released",
    "sponsor-released",
    "shipped",
    "received",
    "returned",
    "quarantined",
    "quarantine-ended",
    "recalled",
    "assessed",
    "extended",
    "relabelled",
    "decommissioned",
    "counted",
    "lost",
    "found",
    "destroyed",
]
Reason = Literal[
    "damaged",
    "expired",
    "excursion",
    "recall",
    "unused",
    "used",
    "count",
    "stability-data",
    "end-of-trial",
    "complaint",
    "other",
]
STATED_OF_LOTS: Final = frozenset(
    ("quality-released", "sponsor-released", "quarantined", "quarantine-ended", "recalled", "assessed", "extended",
     "relabelled", "decommissioned")
)  # fmt: skip
"""What may be said of a whole lot, without a quantity."""


class Custody(SiteEvent):
    """What happened to a kit, or to a quantity of a lot, on its way from who made it to who took it or destroyed it.

    One kit a row. Stock without numbers has a lot, a quantity and its unit. What is said of a lot without a quantity
    (released, quarantined, recalled, extended …) is said of all of it. Handing out is an event of type `dispensing`.
    In a blinded trial product, lot and expiry are those of the blinded label.
    """

    type: Literal["custody"]
    action: Action
    """What happened. Release has two steps: of quality, then of the sponsor. `assessed` decides on an excursion."""
    place: Place
    """Where, by the code of the party or site, or its GLN; `home` for a participant's, never an address."""
    kit: LocalId | None = None
    """The kit's number."""
    gtin: Gtin | None = None
    """The product by its GTIN, 14 digits: in a blinded trial that of the blinded label."""
    serial: Serial | None = None
    """The pack's serial number, as printed; with `gtin` it names a pack that has no kit number."""
    lot: Lot | None = None
    """The lot, as the label shows it."""
    quantity: Number | None = None
    """How much, of stock without numbers; of a kit, how much was left in it."""
    unit: Text | None = None
    """Of what the quantity is a number: vial, tablet, mL; kit, where numbered kits are counted."""
    expires: PartialDate | None = None
    """The expiry in force from now on; a month lasts to its end."""
    destination: Place | None = None
    """Where it is shipped to."""
    origin: Place | None = None
    """Where it was received from."""
    shipment: LocalId | None = None
    """The shipment's number, the same where it is sent and where it arrives."""
    sscc: Sscc | None = None
    """The shipment's box or pallet by its SSCC, 18 digits."""
    condition: Literal["ok", "damaged", "excursion"] | None = None
    """How it was found; with `assessed`, what was decided."""
    low: Celsius | None = None
    """The lowest temperature on the way or in store, in °C."""
    high: Celsius | None = None
    """The highest, in °C."""
    logger: Hex32 | None = None
    """SHA-256 of the temperature logger's file."""
    certificate: Hex32 | None = None
    """SHA-256 of the certificate: of release, of destruction."""
    authorisation: Hex32 | None = None
    """SHA-256 of what allows it, such as the sponsor's authorisation to destroy."""
    safety_features: StrictBool | None = None
    """Whether it is an authorised pack that bears the EU's safety features (Regulation (EU) 2016/161)."""
    reason: Reason | None = None
    """Why."""
    epcis: EpcisId | None = None
    """The id of the same event in EPCIS 2.0."""
    subject: Pseudonym | None = None
    """The participant who returned it, by their number at the site, or by their pseudonym."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        numbered = self.kit is not None or (self.gtin is not None and self.serial is not None)
        if self.serial is not None and not numbered:
            raise ValueError("gtin is missing: a serial number needs its product")
        if (self.quantity is None) != (self.unit is None):
            raise ValueError(f"{'quantity' if self.quantity is None else 'unit'} is missing: say how much, and of what")
        if not numbered:
            self._require_stock()
        if self.quantity is not None and (self.quantity < 0 or (self.quantity == 0 and self.action != "counted")):
            raise ValueError(f"quantity is {self.quantity}: only a count may be 0, and no quantity may be below 0")
        for action, member in (("shipped", "destination"), ("extended", "expires"), ("assessed", "condition")):
            if self.action == action and getattr(self, member) is None:
                raise ValueError(f"{member} is missing: what is {action} needs it")
        if self.destination is not None and self.action != "shipped":
            raise ValueError(f"destination belongs to what is shipped, not {self.action}: leave it out")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"low ({self.low}) is above high ({self.high}): correct one of them")
        return self

    def _require_stock(self) -> None:
        if self.action == "counted" and self.quantity is not None:
            return
        if self.lot is None:
            raise ValueError("kit is missing: give a kit, a gtin with serial, or a lot")
        if self.quantity is None and self.action not in STATED_OF_LOTS:
            raise ValueError(f"quantity is missing: say how much of lot {self.lot} was {self.action}, and its unit")


class Unblinding(ParticipantEvent):
    """One participant's treatment was revealed: for streams of unblinded parties alone.

    It shows that one row of the sealed list was opened, when, and no other; it is not what reveals it in an emergency.
    """

    type: Literal["unblinding"]
    reason: Literal["emergency", "safety-reporting", "withdrawal", "other"]
    """Why."""
    kit: LocalId | None = None
    """The kit whose row was opened."""
    digest: Hex32 | None = None
    """SHA-256 of the file that opens the row, as `dataset open` writes it."""
    asked_by: LocalId | None = None
    """Who asked for it, by their code in the delegation log."""


class Dispensing(ParticipantEvent):
    """Trial medication or a device was handed out to a participant. A kit's number does not say what is in it."""

    type: Literal["dispensing"]
    product: Text | None = None
    """What it is called; in a blinded trial both: X or placebo."""
    kit: LocalId | None = None
    """The kit's number."""
    gtin: Gtin | None = None
    """The product by its GTIN, 14 digits: in a blinded trial that of the blinded label."""
    serial: Serial | None = None
    """The pack's serial number, as printed, where it has no kit number."""
    lot: Lot | None = None
    """The lot, as the label shows it."""
    quantity: Number | None = None
    """How much was handed out."""
    unit: Text | None = None
    """Of what the quantity is a number: vial, tablet, mL."""
