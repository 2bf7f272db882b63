"""Short statements: a milestone of a trial, the profile of a party."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, model_validator

from trialseal.documents.canonical import shown
from trialseal.documents.fields import Format, LocalId, Model, PartialDate, Text, TrialName

MilestoneName = Literal[
    "first-participant-enrolled",
    "recruitment-closed",
    "halted",
    "resumed",
    "data-cut-off",
    "interim-look",
    "dsmb-recommendation",
    "data-lock",
    "unblinding",
    "participant-unblinding",
    "crossover",
    "primary-completion",
    "completion",
    "terminated",
    "withdrawn",
    "first-consent",
    "recruitment-opened",
    "last-participant-last-visit",
    "other",
]


class Milestone(Model):
    """That something happened in a trial, on a day. No free text: nothing about people belongs here."""

    format: Format
    kind: Literal["milestone"]
    trial: TrialName
    name: MilestoneName
    date: PartialDate
    part: LocalId | None = None
    """A part's id; without it, the whole trial."""


_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


def _ror(text: str) -> str:
    """ROR ids are 0, six Crockford base-32 characters and two check digits (ISO 7064 mod 97-10)."""
    digits = text.removeprefix("https://ror.org/")
    if re.fullmatch(f"0[{_CROCKFORD}]{{6}}[0-9]{{2}}", digits):
        number = 0
        for character in digits[:7]:
            number = number * 32 + _CROCKFORD.index(character)
        if int(digits[7:]) == 98 - number * 100 % 97:
            return text
    raise ValueError(f"{shown(text)} is not a ROR id: copy it from ror.org, like https://ror.org/02mhbdp94")


def _lei(text: str) -> str:
    """ISO 17442: 18 capitals and digits, two check digits (ISO 7064 mod 97-10, letters counting 10 to 35)."""
    if re.fullmatch("[0-9A-Z]{18}[0-9]{2}", text) and int("".join(str(int(c, 36)) for c in text)) % 97 == 1:
        return text
    raise ValueError(f"{shown(text)} is not a LEI: check its 20 characters at gleif.org")


def _domain(text: str) -> str:
    if len(text) <= 253 and re.fullmatch(rf"(?:{_LABEL}\.)+{_LABEL}", text):
        return text
    raise ValueError(f"{shown(text)} is not a web domain: write it like example.org, in lower case")


class PartyProfile(Model):
    """Who a party says it is. Its domain's /.well-known/trialseal.json should name the party back."""

    format: Format
    kind: Literal["party-profile"]
    legal_name: Text
    ror: Annotated[str, AfterValidator(_ror)] | None = None
    lei: Annotated[str, AfterValidator(_lei)] | None = None
    domain: Annotated[str, AfterValidator(_domain)] | None = None

    @model_validator(mode="after")
    def _not_both(self) -> Self:
        if self.ror and self.lei:
            raise ValueError("it has both ror and lei: keep the one by which the organisation is best known")
        return self
