"""Products: what was handed out to a participant."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from trialseal.documents.canonical import shown
from trialseal.documents.events.members import ParticipantEvent
from trialseal.documents.fields import LocalId, Number, Text

_LOT = r"[!-~]{1,20}"


def _gtin(text: str) -> str:
    """GS1 General Specifications, 7.9: weights 3 and 1 from the right, the check digit fills up to ten."""
    digits = [int(one) for one in text] if re.fullmatch("[0-9]{14}", text, re.ASCII) else []
    if not digits or sum(digit * (3, 1)[place % 2] for place, digit in enumerate(digits)) % 10:
        raise ValueError(f"{shown(text)} is not a GTIN: write its 14 digits, with zeros in front of a shorter one")
    return text


def _lot(text: str) -> str:
    if not re.fullmatch(_LOT, text, re.ASCII):
        raise ValueError(f"{shown(text)} is not a lot number: write 1 to 20 characters without spaces")
    return text


Gtin = Annotated[str, AfterValidator(_gtin), Field(json_schema_extra={"pattern": "^[0-9]{14}$"})]
"""A product by GS1's number."""
Lot = Annotated[str, AfterValidator(_lot), Field(json_schema_extra={"pattern": f"^{_LOT}$"})]


class Dispensing(ParticipantEvent):
    """Trial medication or a device was handed out to a participant. A kit's number does not say what is in it."""

    type: Literal["dispensing"]
    product: Text | None = None
    """What it is called; in a blinded trial both: X or placebo."""
    kit: LocalId | None = None
    """The kit's number."""
    gtin: Gtin | None = None
    """The product by its GTIN, 14 digits: in a blinded trial that of the blinded label."""
    lot: Lot | None = None
    """The lot, as the label shows it."""
    quantity: Number | None = None
    """How much was handed out."""
    unit: Text | None = None
    """Of what the quantity is a number: vial, tablet, mL."""
