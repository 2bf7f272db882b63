"""The schema of a table: names, order, types and decimals of its columns. Labels and formats are not in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from trialseal.documents.canonical import canonical_bytes, shown
from trialseal.documents.versions import format_of
from trialseal.errors import FailedError, UsageError
from trialseal.merkle.tree import leaf_hash

Type = Literal["text", "number", "integer", "decimal", "date", "datetime", "time", "boolean"]
TYPES: Final[tuple[str, ...]] = get_args(Type)
# More columns than any table submitted to a regulator has; Dataset-JSON and CSV name no limit of their own.
MAX_COLUMNS = 20_000
# Digits behind the point that a decimal column may keep; Arrow's widest decimals have 76 digits in all.
MAX_DECIMALS = 38


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its type, and for type decimal how many digits stand behind the point (None: as many
    as the value needs)."""

    name: str
    type: Type
    decimals: int | None = None

    def as_json(self) -> dict[str, object]:
        """The column as a member of the sealed schema."""
        value: dict[str, object] = {"name": self.name, "type": self.type}
        if self.decimals is not None:
            value["decimals"] = self.decimals
        return value


@dataclass(frozen=True, slots=True)
class Schema:
    """The columns of a table in their order."""

    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """The names of the columns in their order."""
        return [column.name for column in self.columns]

    def as_json(self) -> dict[str, object]:
        """The schema as it stands in a seal document."""
        return {"columns": [column.as_json() for column in self.columns]}

    def leaf(self) -> bytes:
        """Leaf 0 of every tree over rows: the RFC 9162 leaf hash of the schema's RFC 8785 form, which names the version
        of the rows' forms."""
        return leaf_hash(canonical_bytes({"format": format_of("trialseal-table"), **self.as_json()}))

    def index(self, name: str) -> int:
        """The place of a column, from 0; UsageError naming the columns there are."""
        try:
            return self.names.index(name)
        except ValueError:
            raise UsageError(f"there is no column {name!r}: the columns are {', '.join(self.names)}") from None

    def replaced(self, column: Column) -> Schema:
        """The schema with another type for the column of that name."""
        return Schema(tuple(column if one.name == column.name else one for one in self.columns))


def parse_schema(value: object, name: str) -> Schema:
    """The schema in a parsed JSON value; FailedError naming `name`, the place and what to do."""
    columns = value.get("columns") if isinstance(value, dict) else None
    if not isinstance(value, dict) or set(value) != {"columns"} or not isinstance(columns, list):
        raise FailedError(f"{name} is not a schema: write an object with a list of columns, each with name and type")
    return Schema(tuple(_parsed(one, f"{name}: columns[{number}]") for number, one in enumerate(columns)))


def require_names(names: Sequence[str], where: str) -> None:
    """FailedError unless every column has a name of its own."""
    if not names:
        raise FailedError(f"{where} has no columns: name a table")
    if len(names) > MAX_COLUMNS:
        raise FailedError(f"{where} has {len(names)} columns, more than {MAX_COLUMNS}: check its delimiter")
    first: dict[str, int] = {}
    for number, name in enumerate(names, 1):
        if not name.strip():
            raise FailedError(f"{where}: column {number} has no name: give every column a name of its own")
        if name in first:
            raise FailedError(
                f"{where}: columns {first[name]} and {number} are both called {shown(name)}: rename one of them"
            )
        first[name] = number


def retyped(schema: Schema, stated: Iterable[str]) -> Schema:
    """The schema with types stated as NAME=TYPE or NAME=decimal:2; UsageError for what is no such statement."""
    for words in stated:
        name, _, kind = words.rpartition("=")
        schema.index(name)
        kind, _, digits = kind.partition(":")
        if kind not in TYPES or (digits and (kind != "decimal" or not digits.isdecimal())):
            raise UsageError(f"{words!r} states no type: write NAME=TYPE with one of {', '.join(TYPES)}, or decimal:2")
        schema = schema.replaced(
            _parsed({"name": name, "type": kind} | ({"decimals": int(digits)} if digits else {}), words)
        )
    return schema


def _parsed(value: object, where: str) -> Column:
    if not isinstance(value, dict) or not isinstance(value.get("name"), str) or value.get("type") not in TYPES:
        raise FailedError(f"{where} is {shown(value)}: a column has a name and one of the types {', '.join(TYPES)}")
    decimals = value.get("decimals")
    unknown = set(value) - {"name", "type", "decimals"}
    if unknown:
        raise FailedError(f"{where} has the unknown member {shown(min(unknown))}: remove it")
    if "decimals" in value and (
        value["type"] != "decimal"
        or not isinstance(decimals, int)
        or isinstance(decimals, bool)
        or not 0 <= decimals <= MAX_DECIMALS
    ):
        raise FailedError(f"{where}: decimals is {shown(decimals)}: a decimal column has 0 to {MAX_DECIMALS} of them")
    return Column(value["name"], value["type"], decimals)
