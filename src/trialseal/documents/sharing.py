"""What data are shared on: terms, applications, packages, permits.

The terms are those of the Data Use Ontology (GA4GH): one permission, and modifiers with their values.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StrictInt, model_validator

from trialseal.documents.fields import (
    Count,
    Format,
    Hex32,
    Model,
    PartialDate,
    Some,
    Territory,
    Text,
    require_unique,
)
from trialseal.documents.statements import AgeRecipient, Instant

Permission = Literal["NRES", "GRU", "HMB", "DS", "POA"]
ModifierCode = Literal[
    "RS", "NMDS", "GSO", "NPUNCU", "NPU", "NCU", "PUB", "COL", "IRB", "GS", "MOR", "TS", "US", "PS", "IS", "RTN", "CC",
    "NPOA",
]  # fmt: skip
Research = Literal[
    "method-development",
    "population",
    "ancestry",
    "age-category",
    "gender-category",
    "research-control",
    "biomedical",
    "genetic",
    "drug-development",
    "disease-category",
]
"""What an investigation is, as the ontology divides them (DUO:0000031 to DUO:0000040)."""
VouchedRole = Literal[
    "sponsor", "cro", "site", "ethics-committee", "regulator", "registry", "journal", "auditor", "collaborator",
    "laboratory", "data-access-committee", "monitor",
]  # fmt: skip
AtEnd = Literal["destroy", "return"]
"""What is to become of the data when a permit ends."""
LegalBasis = Literal["consent", "public-interest", "legal-obligation", "legitimate-interest"]
_VALUES = {
    "GS": "territories",
    "MOR": "date",
    "TS": "months",
    "RS": "named",
    "US": "named",
    "PS": "named",
    "IS": "named",
}


class Modifier(Model):
    """A modifier of the ontology by its short name, with its value where it has one."""

    code: ModifierCode
    territories: tuple[Territory, ...] = ()
    """Of GS: where the data may be used."""
    date: PartialDate | None = None
    """Of MOR: before when nothing may be published."""
    months: Annotated[StrictInt, Field(ge=1, le=1200)] | None = None
    """Of TS: for how many months the data may be used."""
    named: Text | None = None
    """Of RS, US, PS and IS: which research, users, project, institution."""

    @model_validator(mode="after")
    def _its_value(self) -> Self:
        wanted = _VALUES.get(self.code)
        for name in ("territories", "date", "months", "named"):
            if name == wanted and not getattr(self, name):
                raise ValueError(f"{name} is missing, which {self.code} needs: add it")
            if name != wanted and getattr(self, name):
                raise ValueError(f"{name} does not belong to {self.code}: remove it")
        return self


class Vouching(Model):
    """Who must say that a condition is met."""

    condition: ModifierCode
    by: Some[Hex32]
    """The parties whose word counts, by their ids: one is enough."""
    role: VouchedRole | None = None
    """They must have accredited the recipient in this role; without it, have approved the application."""


class AccessPolicy(Model):
    """The terms on which data are shared."""

    format: Format
    kind: Literal["access-policy"]
    title: Text | None = None
    permission: Permission
    diseases: tuple[Text, ...] = ()
    """Of DS: the diseases by their ids in an ontology, such as MONDO:0005061."""
    modifiers: tuple[Modifier, ...] = ()
    vouching: tuple[Vouching, ...] = ()
    legal_basis: LegalBasis | None = None
    """On what the sharing rests (GDPR 6(1), 9(2)): what a withdrawal reaches depends on it."""
    at_end: AtEnd | None = None
    """What becomes of the data when a permit ends."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _diseases(self.permission, self.diseases)
        require_unique("the modifier", [one.code for one in self.modifiers])
        codes = {one.code for one in self.modifiers}
        for one in self.vouching:
            if one.condition not in codes:
                raise ValueError(f"vouching names {one.condition}, which is not among the modifiers: add it there")
        return self


class Application(Model):
    """What a party asks to use data for, in the words of the terms. It holds no person's name."""

    format: Format
    kind: Literal["application"]
    trial_id: Hex32
    recipient: Hex32
    """The party that asks, by its id."""
    project: Text
    permission: Permission
    diseases: tuple[Text, ...] = ()
    research: tuple[Research, ...] = ()
    """What kinds of investigation it is, all of them."""
    modifiers: tuple[Modifier, ...] = ()
    """The conditions that the recipient accepts or meets."""
    territory: Territory | None = None
    """Where the data will be used."""
    until: PartialDate
    """How long they are asked for."""
    agreement: Hex32 | None = None
    """SHA-256 of the agreement's file."""
    nonce: Hex32
    """32 random bytes, so that the digest tells nothing."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _diseases(self.permission, self.diseases)
        require_unique("the modifier", [one.code for one in self.modifiers])
        return self


class Package(Model):
    """A table or a folder, each file of it encrypted to a key that this package alone has."""

    format: Format
    kind: Literal["package"]
    trial_id: Hex32
    policy: Hex32
    """Digest of the terms."""
    seal: Hex32 | None = None
    """Digest of the sealed document or file that it was packed from."""
    files: Count
    """How many there are, the list of them not counted."""
    bytes: Count
    """How large they are together, unencrypted."""
    manifest: Hex32
    """SHA-256 of the encrypted list of files, which is the name of its file too."""
    root: Hex32
    """RFC 9162 tree head of the SHA-256 of each encrypted file: the list's first, the others in their order."""
    recipient: AgeRecipient
    """The package's own key."""
    left_out: Count
    """How many participants were left out because they withdrew."""
    undetermined: Count
    """How many of them because it was not stated how far their withdrawal reaches, nor on what the sharing rests."""
    packed: Instant
    deidentified_by: Text | None = None
    """Who states that nothing in it names a person."""
    nonce: Hex32


class Permit(Model):
    """That a party may open a package until a time, and for what. The chain holds its digest and its end."""

    format: Format
    kind: Literal["permit"]
    trial_id: Hex32
    package: Hex32
    """Digest of the package's document."""
    application: Hex32
    """Digest of the application."""
    policy: Hex32
    """Digest of the terms."""
    recipient: Hex32
    """The party that may open it."""
    recipient_key: AgeRecipient
    """Its key, to which the package's own is encrypted."""
    until: Instant
    """Before when."""
    at_end: AtEnd | None = None
    nonce: Hex32


def _diseases(permission: str, diseases: tuple[str, ...]) -> None:
    if permission == "DS" and not diseases:
        raise ValueError("diseases is missing, which DS needs: name at least one, such as MONDO:0005061")
    if permission != "DS" and diseases:
        raise ValueError(f"diseases does not belong to {permission}: remove it")
