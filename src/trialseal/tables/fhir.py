"""FHIR resources, one a line (FHIR NDJSON): each is one row, whole.

A resource is a tree, and every way of spreading it over columns leaves something out or makes something up. So a row is
what identifies the resource, whom it is about, and the resource itself in one canonical line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import rfc8785

from trialseal.errors import FailedError
from trialseal.files import open_file
from trialseal.tables.schema import Column, Schema
from trialseal.tables.table import Reading, Table

if TYPE_CHECKING:
    from trialseal.tables.table import Block

_COLUMNS = ("resourceType", "id", "subject", "resource")
_ROWS = 1 << 12
_MAX_BLOCK = 16 << 20
# A resource with a picture in it may be large, but is held whole.
MAX_RESOURCE_BYTES = 64 << 20
# The members by which resources of FHIR R4 and R5 name the participant whom they are about.
_ABOUT = ("subject", "patient", "individual")


def open_fhir(path: Path, reading: Reading) -> Table:
    """The table of the resources in a file; FailedError where a line is none."""

    def blocks() -> Iterator[Block]:
        import pyarrow as pa

        rows: list[tuple[str | None, ...]] = []
        held = 0
        for row in _rows(path):
            rows.append(row)
            held += len(row[-1] or "")
            if len(rows) == _ROWS or held > _MAX_BLOCK:
                yield [pa.array(list(column), pa.string()) for column in zip(*rows, strict=True)]
                rows, held = [], 0
        if rows:
            yield [pa.array(list(column), pa.string()) for column in zip(*rows, strict=True)]

    schema = Schema(tuple(Column(name, "text") for name in _COLUMNS))
    return Table(path, path.stem, "FHIR", schema, blocks, subject=_COLUMNS[2])


class _Numeral(str):
    """A number as it is written: in FHIR, 2.50 says more than 2.5."""


def _rows(path: Path) -> Iterator[tuple[str | None, ...]]:
    with open_file(path) as file:
        number = 0
        while line := file.readline(MAX_RESOURCE_BYTES + 1):
            number += 1
            where = f"{path}: line {number}"
            if len(line) > MAX_RESOURCE_BYTES:
                raise FailedError(f"{where} has more than {MAX_RESOURCE_BYTES >> 20} MiB, more than a resource has")
            if number == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")
            if line.strip():
                yield _row(line, where)


def _row(line: bytes, where: str) -> tuple[str | None, ...]:
    def constant(text: str) -> NoReturn:
        raise FailedError(f"{where} holds {text}, which is not a JSON number")

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            raise FailedError(f"{where}: an object has a member twice")
        return found

    try:
        value = json.loads(
            line.decode("utf-8"),
            parse_float=_Numeral,
            parse_int=_Numeral,
            parse_constant=constant,
            object_pairs_hook=members,
        )
        text = canonical(value)
    except UnicodeDecodeError as error:
        raise FailedError(f"{where} is not UTF-8: byte 0x{line[error.start]:02x}") from None
    except (ValueError, RecursionError) as error:
        words = str(error) if not isinstance(error, RecursionError) else "it nests too deep"
        raise FailedError(f"{where} is not a resource: {words}") from None
    if not isinstance(value, dict) or not isinstance(value.get("resourceType"), str):
        raise FailedError(f"{where} is not a resource: it states no resourceType")
    if value["resourceType"] == "Bundle":
        raise FailedError(f"{where} is a Bundle: write each of its resources into a line of its own")
    identity = value.get("id")
    return value["resourceType"], identity if isinstance(identity, str) else None, _about(value), text


def _about(resource: dict[str, Any]) -> str | None:
    """The reference to the participant, of a Patient its own; what the resource itself contains is nobody's name."""
    if resource["resourceType"] == "Patient":
        return f"Patient/{resource['id']}" if isinstance(resource.get("id"), str) else None
    for member in _ABOUT:
        named = resource.get(member)
        reference = named.get("reference") if isinstance(named, dict) else None
        if isinstance(reference, str) and not reference.startswith("#"):
            return reference
    return None


def canonical(value: Any) -> str:
    """A JSON value in the form of RFC 8785, but with every number as it is written. ValueError for half a surrogate."""
    if isinstance(value, _Numeral):
        return str(value)
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{canonical(name)}:{canonical(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    return rfc8785.dumps(value).decode()
