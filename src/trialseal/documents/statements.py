"""Short statements: a milestone, a correction of an act, the meaning of a signature, the profile of a party."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, StrictInt, model_validator

from trialseal.documents.canonical import shown
from trialseal.documents.fields import Format, Hex32, LocalId, Model, PartialDate, Text, TrialName, require_unique
from trialseal.documents.times import check_time, span
from trialseal.errors import UsageError

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


ActNumber = Annotated[StrictInt, Field(ge=1, le=2**32 - 1)]
"""An act's place in its trial, from 1."""


class MilestoneStatement(Model):
    """That something happened in a trial, on a day. No free text: nothing about people belongs here."""

    model_config = ConfigDict(title="Milestone")

    format: Format
    kind: Literal["milestone"]
    trial: TrialName
    name: MilestoneName
    date: PartialDate
    part: LocalId | None = None
    """A part's id; without it, the whole trial."""


class Correction(Model):
    """That an act of the trial was made in error: the document of a milestone of code 20, which names the same act."""

    format: Format
    kind: Literal["correction"]
    trial: TrialName
    act: ActNumber
    """The number of the act in its trial, as the chain counts it."""
    wrong: Text
    """What it states wrongly."""
    holds: Text
    """What holds instead; 'nothing' where the act should not have been made at all."""
    reason: Text
    """How it came about. No name of a person belongs here."""
    instead: ActNumber | None = None
    """The number of the act that states what holds, where there is one."""


class SigningStatement(Model):
    """In which role, and with which meaning, somebody signs an attestation: the document that the attestation names.

    It names no person: who held the key is for the party's own records.
    """

    format: Format
    kind: Literal["signing-statement"]
    subject: Hex32
    """What the attestation is about, by its id on the chain: a trial, a party, a registry number."""
    digest: Hex32 | None = None
    """The document that was signed; without it, the subject itself."""
    meaning: Literal["author", "reviewer", "approver"]
    role: Text
    """The signer's office or function, such as 'chair of the committee'."""
    letter: Hex32 | None = None
    """SHA-256 of the letter that goes with the attestation, where there is one."""


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


_AGE_KEY_BYTES = {"age": 32}  # X25519; the recipients of later algorithms have prefixes of their own (age1pq)
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def _recipient(text: str) -> str:
    """A recipient of age (age-encryption.org/v1): Bech32 (BIP 173) without its limit of 90 characters."""
    prefix, _, data = text.rpartition("1")
    digits = [_BECH32.find(one) for one in data]
    if text.startswith("age1") and len(digits) > 6 and -1 not in digits and _bech32_sum(prefix, digits) == 1:
        size = _AGE_KEY_BYTES.get(prefix)
        if size is None or (len(digits) - 6) * 5 // 8 == size:
            return text
    raise ValueError(f"{shown(text)} is not a recipient of age: copy the whole line that begins with age1")


def _bech32_sum(prefix: str, digits: list[int]) -> int:
    sum_ = 1
    for digit in [*(ord(one) >> 5 for one in prefix), 0, *(ord(one) & 31 for one in prefix), *digits]:
        top = sum_ >> 25
        sum_ = (sum_ & 0x1FFFFFF) << 5 ^ digit
        for place, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            sum_ ^= generator if top >> place & 1 else 0
    return sum_


def _instant(text: str) -> str:
    try:
        if len(check_time(text)) > 10:
            return text
    except UsageError as error:
        raise ValueError(str(error)) from None
    raise ValueError(f"{shown(text)} is a day, not a time: write 2026-11-27T00:00Z")


Instant = Annotated[str, AfterValidator(_instant)]
"""A time with its offset from UTC."""


AgeRecipient = Annotated[str, AfterValidator(_recipient), Field(json_schema_extra={"pattern": "^age1[0-9a-z]+$"})]
"""A key to which age encrypts."""


class EncryptionKey(Model):
    """A key to which others may encrypt what this party is to open."""

    recipient: AgeRecipient
    """A recipient of age, such as age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p."""
    since: Instant | None = None
    """From when on it may be used; without it, from when the profile was sealed."""
    until: Instant | None = None
    """Before when; without it, as long as the profile is the party's last."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since and self.until and span(self.since).first >= span(self.until).first:
            raise ValueError(f"until ({self.until}) is not after since ({self.since}): correct one of them")
        return self


class PartyProfile(Model):
    """Who a party says it is. Its domain's /.well-known/trialseal.json should name the party back."""

    format: Format
    kind: Literal["party-profile"]
    legal_name: Text
    ror: Annotated[str, AfterValidator(_ror)] | None = None
    lei: Annotated[str, AfterValidator(_lei)] | None = None
    domain: Annotated[str, AfterValidator(_domain)] | None = None
    encryption_keys: tuple[EncryptionKey, ...] = ()
    """To which packages and permits for this party are encrypted."""

    @model_validator(mode="after")
    def _not_both(self) -> Self:
        if self.ror and self.lei:
            raise ValueError("it has both ror and lei: keep the one by which the organisation is best known")
        require_unique("the recipient", [key.recipient for key in self.encryption_keys])
        return self
