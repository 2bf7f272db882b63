"""Whether the seal document of a table plainly has its form, told without the model, which takes long to import.

It says yes of no document that the model refuses. Of a few others that the model takes too it says no: these are given
to the model, which also says what is wrong with one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeGuard, get_args

from trialseal.documents.identifiers import trial_code_bytes
from trialseal.documents.versions import FORMAT
from trialseal.errors import UsageError
from trialseal.registries import numbers
from trialseal.tables.schema import MAX_DECIMALS, Type

_HASHES = ("id", "root", "content")
_MEMBERS = {"format", "kind", "trial", "name", "columns", "rows", "subject", "bytes", "reading", *_HASHES}
_READ = {"encoding", "delimiter", "sheet", "decimal", "dates", "missing", "names_row", "form"}
_TYPES = frozenset(get_args(Type))
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


def is_plain(seal: Mapping[str, Any]) -> bool:
    """Whether a parsed JSON object is the seal document of a table, as far as its form goes."""
    columns, rows = seal.get("columns"), seal.get("rows")
    if not isinstance(columns, list) or not columns or not all(map(_is_column, columns)):
        return False
    names = [column["name"] for column in columns]
    return (
        seal.keys() <= _MEMBERS
        and (seal.get("format"), seal.get("kind")) == (FORMAT, "dataset")
        and ("trial" not in seal or _is_trial(seal["trial"]))
        and _is_text(seal.get("name"))
        and all(_is_hash(seal.get(name)) for name in _HASHES)
        and ("bytes" not in seal or _is_hash(seal["bytes"]))
        and type(rows) is int
        and rows >= 0
        and len(set(names)) == len(names)
        and ("subject" not in seal or seal["subject"] in names)
        and _is_reading(seal.get("reading", {}))
    )


def require(seal: Mapping[str, Any], name: str) -> None:
    """FailedError, naming `name`, where a parsed JSON object is no seal document of a table."""
    if not is_plain(seal):
        from trialseal.documents.parsing import parsed
        from trialseal.tables.seal_document import DatasetSeal

        parsed(seal, name, {"dataset": DatasetSeal})


def _is_column(value: object) -> bool:
    if not isinstance(value, dict) or not {"name", "type"} <= value.keys() <= {"name", "type", "decimals"}:
        return False
    if not isinstance(value["type"], str) or value["type"] not in _TYPES or not _is_text(value["name"]):
        return False
    decimals = value.get("decimals", 0)
    return (
        type(decimals) is int
        and 0 <= decimals <= MAX_DECIMALS
        and ("decimals" not in value or value["type"] == "decimal")
    )


def _is_reading(value: object) -> bool:
    """Whether it says how a file was read."""
    if not isinstance(value, dict) or not value.keys() <= _READ:
        return False
    delimiter, missing, row = value.get("delimiter", ","), value.get("missing", []), value.get("names_row", 1)
    return (
        all(_is_text(value.get(name, "-")) for name in ("encoding", "sheet", "form"))
        and (delimiter == "\t" or (_is_text(delimiter) and len(delimiter) == 1))
        and (value.get("decimal", ","), value.get("dates", "dmy")) in ((",", "dmy"), (",", "mdy"))
        and isinstance(missing, list)
        and all(map(_is_text, missing))
        and type(row) is int
        and row >= 1
    )


def _is_trial(value: object) -> bool:
    if not isinstance(value, dict) or not {"sponsor", "code"} <= value.keys() <= {"sponsor", "code", "registry_ids"}:
        return False
    ids = value.get("registry_ids", [])
    if not isinstance(ids, list) or not _is_text(value["sponsor"]) or not _is_text(value["code"]):
        return False
    try:
        trial_code_bytes(value["code"])
        return all(_is_text(one) and numbers.read(one).number == one for one in ids)
    except UsageError:
        return False


def _is_text(value: object) -> TypeGuard[str]:
    # Half a surrogate pair, which the model refuses, is not printable.
    return isinstance(value, str) and value.isprintable() and value.strip() != ""


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and _HASH.fullmatch(value) is not None
