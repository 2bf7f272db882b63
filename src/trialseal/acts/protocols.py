"""A protocol's next version: the document with its number, and why it was made."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trialseal.documents import models
from trialseal.errors import UsageError


def amended(
    value: object,
    path: Path,
    last: int,
    sealed: Mapping[str, Any] | None,
    *,
    reason: str | None = None,
    blinding: str | None = None,
) -> dict[str, Any]:
    """The next protocol version: the document's own amendment, or the one that `reason` and `blinding` state.

    `last` is the last version sealed, `sealed` its copy, if it was found: a document that is it still was amended
    before. FailedError or UsageError in a sentence if it is no next version.
    """
    if not isinstance(value, dict):
        raise UsageError(f"{path} is not a protocol: it must be a JSON object")
    protocol = dict(value)
    given = {"reason": reason, "blinding": blinding}
    stated = {word: text for word, text in given.items() if text}
    amendment = protocol.get("amendment") or {}
    done = protocol == sealed and last > 1 and all(amendment.get(word) == text for word, text in stated.items())
    version = protocol.get("version", last)
    if not done and stated and version in (last, last - 1):
        following = _next_version(protocol, version + 1, reason, blinding)
        # An earlier run may have sealed it and not come to write the number into the document.
        if version == last or following == sealed:
            if version == last and sealed and _content(protocol) == _content(sealed):
                raise UsageError(f"{path} is the same as sealed version {last}: change it, then amend")
            protocol = following
    models.parse_document(protocol, str(path))
    if protocol.get("kind") != "protocol":
        raise UsageError(f"{path} is a document of kind {protocol.get('kind')}, not protocol")
    amendment = protocol.get("amendment")
    if amendment is None or protocol["version"] > last + 1:
        raise UsageError(
            f"{path} is version {protocol['version']}, and {last} is the last one sealed: amend seals "
            f"version {last + 1}; state why with --reason and --blinding"
        )
    for word, text in stated.items():
        if amendment[word] != text:
            raise UsageError(f"--{word} says {text!r}, but {path} says {amendment[word]!r}: make them agree")
    return protocol


def _next_version(
    protocol: Mapping[str, Any], version: int, reason: str | None, blinding: str | None
) -> dict[str, Any]:
    """The document with its next number and the amendment that the arguments state."""
    following = dict(protocol)
    if protocol.get("amendment"):
        following["earlier_amendments"] = [protocol["amendment"], *protocol.get("earlier_amendments", [])]
    following["version"] = version
    following["amendment"] = {
        "reason": _needed(reason, "why the protocol is amended: --reason"),
        "blinding": _needed(
            blinding, "whether those who made it had seen unblinded data (not the trial's masking): --blinding"
        ),
    }
    return following


def _content(protocol: Mapping[str, Any]) -> dict[str, Any]:
    """What a version says beside its number and why it was made."""
    about = ("version", "amendment", "earlier_amendments", "version_label", "version_date")
    return {name: value for name, value in protocol.items() if name not in about}


def _needed(value: str | None, what: str) -> str:
    if not value:
        raise UsageError(f"say {what}")
    return value
