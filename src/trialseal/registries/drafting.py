"""Drafting a protocol from a registry's record or a study builder's file, neither of which is the protocol.

A draft holds what the source says, and marks every endpoint with it: a person compares each with the protocol's own
text before anything is sealed. A record's own affairs, such as its recruitment status, are left out.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from trialseal.documents import endpoint_rows, synopsis
from trialseal.documents.canonical import document_digest, parse_json
from trialseal.documents.identifiers import trial_code_bytes
from trialseal.documents.models import dump
from trialseal.documents.trial_description import TrialDescription
from trialseal.documents.versions import FORMAT
from trialseal.errors import UsageError
from trialseal.files import read_file
from trialseal.registries.history import RegistryHistory
from trialseal.registries.importers import import_value
from trialseal.registries.reading import read_registry
from trialseal.registries.record_document import record_document
from trialseal.values import Value

_LARGEST = 256 << 20
_OF_THE_RECORD = frozenset({"first_submitted", "recruitment_status", "summary_results"})
_DESCRIBES = tuple(name for name in TrialDescription.model_fields if name not in _OF_THE_RECORD)


class Draft(Value):
    """What a trial's folder gets of a record."""

    protocol: Mapping[str, Any]
    """The protocol as far as the record tells it: it need not be whole."""
    answers: Mapping[str, str]
    """The synopsis, by item."""
    rows: tuple[Mapping[str, str], ...]
    """The sheet of endpoints."""
    record: Mapping[str, Any] | None = None
    """The registry's record itself, None where the source is a study builder's file."""
    left_out: tuple[str, ...] = ()
    """Sentences on what of the source the draft does not hold."""

    @property
    def source(self) -> str:
        """'NCT04368728 of 2020-07-27'."""
        return self.answers[synopsis.DRAFTED_FROM]


def draft_from(path: str | os.PathLike[str], number: str | None = None) -> Draft:
    """The draft that a file gives: a registry's download in any form that is read, or a USDM 4 definition.

    `number` names the trial where a download holds several. UsageError or FailedError in a sentence if it gives none.
    """
    place = Path(path)
    if place.suffix.lower() == ".json":
        data = read_file(place, _LARGEST)
        value = parse_json(data, str(place))
        if isinstance(value, dict) and "usdmVersion" in value:
            imported = import_value(value, str(place))
            return _draft(dump(imported.document), place.name, sha256(data).hexdigest(), left_out=imported.left_out)
    return drafting(read_registry(place, number))


def drafting(history: RegistryHistory) -> Draft:
    """The draft that a registry's record gives, by its last version."""
    record = record_document(history, history.last)
    return _draft(record, history.number, document_digest(record).hex(), record=record)


def _draft(
    source: Mapping[str, Any],
    name: str,
    digest: str,
    *,
    record: Mapping[str, Any] | None = None,
    left_out: list[str] | None = None,
) -> Draft:
    date = source.get("record_date") or source.get("as_of") or source.get("version_date")
    words = f"{name} of {date}" if date else name
    endpoints = [{key: value for key, value in one.items() if key != "nonce"} for one in source.get("endpoints", ())]
    protocol = _of_record(source) if record is not None else dict(source)
    mark = {"record": name, **({"date": date} if date else {}), "sha256": digest}
    protocol["drafted_from"] = [mark | ({"unconfirmed": ids} if (ids := [one["id"] for one in endpoints]) else {})]
    if endpoints:
        protocol["endpoints"] = endpoints
    return Draft(
        protocol,
        {**synopsis.answers_of(protocol), synopsis.DRAFTED_FROM: words},
        tuple(endpoint_rows.row_of(one, words) for one in endpoints),
        record,
        tuple(left_out or ()),
    )


def _of_record(record: Mapping[str, Any]) -> dict[str, Any]:
    """The members of a protocol that a record tells."""
    trial = {key: value for key, value in record["trial"].items() if key != "code" or _is_code(value)}
    described = {name: record[name] for name in _DESCRIBES if name in record}
    return {"format": FORMAT, "kind": "protocol", "trial": trial, "version": 1, **described}


def _is_code(code: str) -> bool:
    try:
        trial_code_bytes(code)
    except UsageError:
        return False
    return True
