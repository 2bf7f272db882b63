"""What is approved, so that whoever approves sees it: title, version, endpoints, and what changed since before.

The text comes from a file in hand, and the file is held against the chain: what is shown is what is approved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from trialseal.errors import FailedError, UsageError
from trialseal.escaping import quoted
from trialseal.evidence.sealings import PROTOCOL, Sealing, sealings_of
from trialseal.evidence.wording import listed
from trialseal.folder.reading import FileReading
from trialseal.ledger.records import History

# Members that say which version a document is, not what it says.
_ABOUT = ("format", "kind", "version", "amendment", "earlier_amendments", "endpoints", "nonce")
_TITLES = ("scientific", "public", "official", "brief")
_MOST_CHANGES = 20
_LONGEST_TITLE = 300


@dataclass(frozen=True)
class Approved:
    """A document that is about to be approved."""

    digest: bytes
    sealing: Sealing | None
    """How it is sealed in the trial; None if it is not."""
    text: FileReading | None
    """The very document, if it is in hand."""
    before: FileReading | None
    """The version before, if there is one and it is in hand."""
    name: str | None = None
    """The file that was named."""

    @classmethod
    def of(
        cls, history: History, file: FileReading | None, version: int | None, at_hand: Iterable[FileReading] = ()
    ) -> Self:
        """What is meant by a file, or by a version of the protocol (None: the last); FailedError if they disagree."""
        sealings = sealings_of(history.acts)
        protocols = {one.version: digest for digest, one in sealings if one.kind == PROTOCOL}
        files = {digest: one for one in (*at_hand, *((file,) if file else ())) for digest in one.digests}
        if file is None or version is not None:
            if not protocols:
                raise FailedError(f"trial {history.state.trial.hex()} has no protocol on this chain")
            wanted = max(protocols) if version is None else version
            if wanted not in protocols:
                raise UsageError(f"there is no protocol version {wanted}: the trial has {len(protocols)}")
            digest = protocols[wanted]
            if file is not None and digest not in file.digests:
                raise FailedError(
                    f"{file.path} is not protocol version {wanted} as it was sealed: approve the sealed file"
                )
        else:
            digest = next((one for one in file.digests if one in dict(sealings)), file.digest)
        sealing = next((one for its, one in sealings if its == digest), None)
        earlier = protocols.get(sealing.version - 1) if sealing and sealing.kind == PROTOCOL else None
        return cls(
            digest,
            sealing,
            files.get(digest),
            files.get(earlier) if earlier else None,
            str(file.path) if file else None,
        )

    @property
    def words(self) -> str:
        """'protocol version 2, "Title", SHA-256 1a2b3c4d5e6f7081…'."""
        what = self.sealing.words if self.sealing else f"{self.name or 'a document'}, which is not sealed in this trial"
        title = _title(self.text.document) if self.text and self.text.document else None
        return what + (f", {title}" if title else "") + f", SHA-256 {self.digest.hex()[:16]}…"

    @property
    def doubts(self) -> tuple[str, ...]:
        """Why a careful person asks before approving."""
        found = []
        if self.text is None:
            found.append(
                "the document is not in hand, so neither its title nor its endpoints can be shown: give it with --file"
            )
        if self.sealing is None:
            found.append(
                f"no act of this trial seals {self.name or 'this document'}: is it the file that was submitted?"
            )
        return tuple(found)


class Text(NamedTuple):
    """What a document says to who signs for it, in words."""

    title: str | None
    endpoints: tuple[str, ...]
    because: str | None
    """Why it was amended, and what was known of the data; None where it states no amendment."""
    since: str | None
    """The version that `changes` compares it with; None without one in hand."""
    changes: tuple[str, ...]


def text_of(document: Mapping[str, Any], before: Mapping[str, Any] | None) -> Text:
    """A document in words, and what it says differently from the version before."""
    endpoints = [
        f"{endpoint.get('role', 'endpoint')} endpoint {quoted(name)}: {_measures(endpoint)}"
        for name, endpoint in _by_id(document).items()
    ]
    amendment, because = document.get("amendment"), None
    if isinstance(amendment, dict):
        reason = quoted(str(amendment.get("reason")), _LONGEST_TITLE)
        because = f"{reason}, data state: {quoted(amendment.get('blinding'))}"
    if before is None:
        return Text(_title(document), tuple(endpoints), because, None, ())
    changes = _changes(before, document)
    more = [f"and {len(changes) - _MOST_CHANGES} more"] if len(changes) > _MOST_CHANGES else []
    since = f"version {quoted(before.get('version'))}"
    return Text(_title(document), tuple(endpoints), because, since, (*changes[:_MOST_CHANGES], *more))


def lines_of(text: Text) -> list[str]:
    """The same in lines, without its title."""
    lines = [*text.endpoints, *((f"amended because: {text.because}",) if text.because else ())]
    if text.since is not None:
        lines.append(f"changed since {text.since}:" + ("" if text.changes else " nothing"))
        lines += [f"  {one}" for one in text.changes]
    return lines


def shown(approved: Approved) -> list[str]:
    """What is approved, in lines for a person."""
    lines = [f"to be approved: {approved.words}"]
    document = approved.text.document if approved.text else None
    if document is None:
        return lines
    before = approved.before.document if approved.before else None
    lines += [f"  {one}" for one in lines_of(text_of(document, before))]
    if before is None and approved.sealing and approved.sealing.kind == PROTOCOL and approved.sealing.version > 1:
        lines.append("  the version before is not in hand, so what changed cannot be shown: give it with --before")
    return lines


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What a version says differently from the one before, in words."""
    old, new = _by_id(before), _by_id(after)
    found = [f"endpoint {quoted(name)} is gone: it was {_measures(old[name])}" for name in old if name not in new]
    found += [f"endpoint {quoted(name)} is new" for name in new if name not in old]
    for name in new:
        if name in old and old[name] != new[name]:
            found += [f"endpoint {quoted(name)}: {one}" for one in _members_changed(old[name], new[name], ())]
    return found + _members_changed(before, after, _ABOUT)


def _members_changed(old: Mapping[str, Any], new: Mapping[str, Any], but: Sequence[str]) -> list[str]:
    names = [name for name in dict.fromkeys((*old, *new)) if name not in but and old.get(name) != new.get(name)]
    return [f"{name.replace('_', ' ')} was {_short(old.get(name))}, is {_short(new.get(name))}" for name in names]


def _short(value: object) -> str:
    if value is None:
        return "not stated"
    if isinstance(value, list):
        return listed([_short(one) for one in value]) if value else "nothing"
    if isinstance(value, dict) and value.get("value") is not None and "unit" in value:
        return _point(value)
    if isinstance(value, dict):
        return listed([f"{name} {_short(one)}" for name, one in value.items()])
    return quoted(value, _LONGEST_TITLE) if isinstance(value, str) else str(value)


def _by_id(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    endpoints = document.get("endpoints")
    rows = [one for one in endpoints if isinstance(one, dict)] if isinstance(endpoints, list) else []
    return {str(one.get("id")): one for one in rows}


def _measures(endpoint: Mapping[str, Any]) -> str:
    registry = endpoint.get("registry_words")
    words = endpoint.get("measurement_variable") or endpoint.get("domain")
    if not words and isinstance(registry, dict):
        words = registry.get("measure")
    said = [quoted(str(words))] if words else []
    points = endpoint.get("time_points")
    for one in points if isinstance(points, list) else ():
        if isinstance(one, dict):
            said.append(_point(one))
    return ", ".join(said) or "measure not stated"


def _point(point: Mapping[str, Any]) -> str:
    """'12 week from surgery'."""
    anchor = point.get("anchor")
    said = [str(point[name]) for name in ("value", "unit") if point.get(name) is not None]
    return " ".join([*said, *((f"from {quoted(anchor)}",) if anchor else ())])


def _title(document: Mapping[str, Any]) -> str | None:
    titles = document.get("titles")
    for name in _TITLES:
        title = titles.get(name) if isinstance(titles, dict) else None
        if isinstance(title, str) and title.strip():
            return quoted(title, _LONGEST_TITLE)
    return None
