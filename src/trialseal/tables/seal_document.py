"""The documents of a sealed table: its seal, whose digest goes on chain, and the proof of one of its rows."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from trialseal.documents.fields import Count, Format, Hex32, Model, Some, Text, TrialName, require_unique


class SealedColumn(Model):
    """A column of the schema under which the rows were read."""

    name: Text
    type: Literal["text", "number", "integer", "decimal", "date", "datetime", "time", "boolean"]
    decimals: int | None = Field(default=None, strict=True, ge=0, le=38)
    """Of type decimal: how many digits stand behind the point; without it, as many as the value needs."""

    @model_validator(mode="after")
    def _only_decimals(self) -> Self:
        if self.decimals is not None and self.type != "decimal":
            raise ValueError(f"column {self.name} has decimals, but its type is {self.type}: remove them")
        return self


class HowRead(Model):
    """How the file was read where it does not say so itself."""

    encoding: Text | None = None
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    sheet: Text | None = None
    decimal: Literal[","] | None = None
    """What stands before the decimals of numbers; without it a point."""
    dates: Literal["dmy", "mdy"] | None = None
    """The order in dates that do not begin with the year."""
    missing: tuple[Text, ...] = ()
    """Words that stand for nothing."""
    names_row: int | None = Field(default=None, strict=True, ge=1)
    """The line or row that holds the names; without it the first."""
    form: Text | None = None
    """What kind of file it is, where its ending does not say so."""


class DatasetSeal(Model):
    """A table or folder, sealed. Nothing in it tells whether somebody's likely table is the sealed one."""

    format: Format
    kind: Literal["dataset"]
    trial: TrialName | None = None
    name: Text
    id: Hex32
    """SHA-256(salt ‖ name)."""
    columns: Some[SealedColumn]
    rows: Count
    subject: Text | None = None
    """The column that says whose row it is: rows of one subject share its secret."""
    root: Hex32
    """Of the tree over the schema and the rows, each with its nonce."""
    content: Hex32
    """SHA-256(nonce ‖ root of the tree without nonces)."""
    bytes: Hex32 | None = None
    """SHA-256(nonce ‖ SHA-256 of the file); a folder has none."""
    reading: HowRead | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        require_unique("column", [column.name for column in self.columns])
        if self.subject is not None and self.subject not in [column.name for column in self.columns]:
            raise ValueError(f"subject {self.subject} is not a column: name one, or leave it out")
        return self


class DatasetRow(Model):
    """One row of a sealed table, disclosed: it reveals nothing of the others."""

    format: Format
    kind: Literal["dataset-row"]
    seal: DatasetSeal
    row: int = Field(strict=True, ge=1)
    """From 1."""
    form: Text
    """The row's canonical form, exactly as it was hashed."""
    nonce: Hex32
    proof: tuple[Hex32, ...] = ()
    """The inclusion proof of leaf `row` of `seal.rows` + 1, lowest first."""

    @model_validator(mode="after")
    def _in_table(self) -> Self:
        if self.row > self.seal.rows:
            raise ValueError(f"row {self.row} is not one of the {self.seal.rows} of the table")
        return self
