"""The document that is sealed of a registry record."""

from __future__ import annotations

from trialseal.documents.models import dump, parse_document
from trialseal.documents.versions import FORMAT
from trialseal.registries.dates import RegistryDate
from trialseal.registries.history import RegistryHistory, RegistryVersion


def record_document(history: RegistryHistory, version: RegistryVersion) -> dict[str, object]:
    """A version as a registry-record document: the whole record, or what the history holds of it.

    It says of itself which version it is; a registry's history makes registry versions, never amendments.
    """
    if version.record is not None:
        return dump(version.record)
    ids: dict[str, int] = {}
    endpoints = []
    for outcome in version.outcomes or ():
        words = {
            key: text
            for key, text in (
                ("measure", outcome.measure), ("description", outcome.description), ("time_frame", outcome.time_frame)
            )
            if text
        }  # fmt: skip
        if words:
            letter = outcome.role[0].upper()
            ids[letter] = ids.get(letter, 0) + 1
            endpoints.append({"id": f"{letter}{ids[letter]}", "role": outcome.role, "registry_words": words})
    said = f"version {version.number} of the record's history; whatever is not here, the history does not hold"
    if version.outcomes is None:
        said += f"; outcomes are not shown: {version.outcomes_note}"
    document: dict[str, object] = {
        "format": FORMAT,
        "kind": "registry-record",
        "registry": history.registry,
        "number": history.number,
        "trial": {"registry_ids": [history.number]},
        "record_date": version.date,
        "first_submitted": history.first_submitted,
        "recruitment_status": version.status,
        "start": _stated_value(version.start),
        "primary_completion": _stated_value(version.primary_completion),
        "completion": _stated_value(version.completion),
        "sample_size": None if version.sample_size is None else {"count": version.sample_size},
        "endpoints": endpoints,
        "sources": [{"citation": said}],
    }
    document = {key: value for key, value in document.items() if value not in (None, [])}
    parse_document(document, f"version {version.number} of {history.number}")
    return document


def _stated_value(stated: RegistryDate | None) -> dict[str, str] | None:
    if stated is None:
        return None
    return {"date": stated.text} | ({"certainty": stated.certainty} if stated.certainty else {})
