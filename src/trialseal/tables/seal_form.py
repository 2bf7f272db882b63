"""Whether the seal document of a table plainly has its form, told without the model, which takes long to import.

It says yes of no document that the model refuses. Of others that the model takes too, such as those that say how the
file was read, it says no: these are given to the model, which also says what is wrong with one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, get_args

from trialseal.documents.identifiers import trial_code_bytes
from trialseal.documents.versions import FORMAT
from trialseal.errors import UsageError
from trialseal.registries import numbers
from trialseal.tables.schema import Type

_HASHES = ("id", "root", "content")
_MEMBERS = {"format", "kind", "trial", "name", "columns", "rows", "subject", "bytes", *_HASHES}
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
    )


def require(seal: Mapping[str, Any], name: str) -> None:
    """FailedError, naming `name`, where a parsed JSON object is no seal document of a table."""
    if not is_plain(seal):
        from trialseal.documents.parsing import parsed
        from trialseal.tables.seal_document import DatasetSeal

        parsed(seal, name, {"dataset": DatasetSeal})


def _is_column(value: object) -> bool:
    return isinstance(value, dict) and value.keys() == {"name", "type"} and _is_text(value["name"]) and _is_type(value)


def _is_type(column: Mapping[str, object]) -> bool:
    return isinstance(column["type"], str) and column["type"] in _TYPES


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


def _is_text(value: object) -> bool:
    # Half a surrogate pair, which the model refuses, is not printable.
    return isinstance(value, str) and value.isprintable() and value.strip() != ""


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and _HASH.fullmatch(value) is not None
