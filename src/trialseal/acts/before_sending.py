"""What a person reads beside an act before it is sent: what changed, and what was planned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trialseal.escaping import name, quoted
from trialseal.evidence.version_text import text_of

_LONGEST = 300


def changed(document: Mapping[str, Any], before: Mapping[str, Any] | None, last: int) -> tuple[str, ...]:
    """What a protocol says otherwise than version `last`; `before` is its sealed copy, None if it was not found."""
    if before is None:
        return (f"what changed cannot be shown: the sealed copy of protocol version {last} was not found",)
    changes = text_of(document, before).changes
    return (f"changed since version {last}:" + ("" if changes else " nothing"), *(f"  {one}" for one in changes))


def planned_and_reported(result: Mapping[str, Any], protocols: Mapping[int, Mapping[str, Any]]) -> tuple[str, ...]:
    """The registered text of a result's endpoint, and what the result says of it; `protocols` are by version."""
    endpoint, version = result.get("endpoint"), result.get("protocol_version")
    lines = []
    document = protocols.get(version) if isinstance(version, int) else None
    for one in document["endpoints"] if document else ():
        if one.get("id") == endpoint:
            [text] = text_of({"endpoints": [one]}, None).endpoints
            lines.append(f"registered in version {version}: {text}")
    statement = result.get("statement")
    of = f"of {quoted(endpoint)}" if endpoint else "post hoc"
    said = name(statement, _LONGEST) if statement else "figures, without a statement in words"
    return (*lines, f"reported {of}: {said}")
