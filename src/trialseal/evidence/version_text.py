"""What a version of a protocol says, in words: title, endpoints, and what differs from the version before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from trialseal.escaping import quoted
from trialseal.evidence.wording import listed

# Members that say which version a document is, not what it says.
_ABOUT = ("format", "kind", "version", "amendment", "earlier_amendments", "endpoints", "nonce")
_TITLES = ("scientific", "public", "official", "brief")
_MOST_CHANGES = 20
_LONGEST_TITLE = 300


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
        return Text(title_of(document), tuple(endpoints), because, None, ())
    changes = _changes(before, document)
    more = [f"and {len(changes) - _MOST_CHANGES} more"] if len(changes) > _MOST_CHANGES else []
    since = f"version {quoted(before.get('version'))}"
    return Text(title_of(document), tuple(endpoints), because, since, (*changes[:_MOST_CHANGES], *more))


def lines_of(text: Text) -> list[str]:
    """The same in lines, without its title."""
    lines = [*text.endpoints, *((f"amended because: {text.because}",) if text.because else ())]
    if text.since is not None:
        lines.append(f"changed since {text.since}:" + ("" if text.changes else " nothing"))
        lines += [f"  {one}" for one in text.changes]
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


def measured(endpoint: Mapping[str, Any]) -> str:
    """What an endpoint measures, in its own words or else in the registry's; empty where it does not say."""
    registry = endpoint.get("registry_words")
    theirs = registry.get("measure") if isinstance(registry, dict) else None
    return str(endpoint.get("measurement_variable") or endpoint.get("domain") or theirs or "")


def _measures(endpoint: Mapping[str, Any]) -> str:
    said = [quoted(words)] if (words := measured(endpoint)) else []
    points = endpoint.get("time_points")
    for one in points if isinstance(points, list) else ():
        if isinstance(one, dict):
            said.append(_point(one))
    return ", ".join(said) or "measure not stated"


def _point(point: Mapping[str, Any]) -> str:
    """'12 weeks from surgery'."""
    anchor, value, unit = (point.get(name) for name in ("anchor", "value", "unit"))
    said = [str(value)] if value is not None else []
    said += [str(unit) + ("" if value == 1 else "s")] if unit is not None else []
    return " ".join([*said, *((f"from {quoted(anchor)}",) if anchor else ())])


def title_of(document: Mapping[str, Any]) -> str | None:
    titles = document.get("titles")
    for name in _TITLES:
        title = titles.get(name) if isinstance(titles, dict) else None
        if isinstance(title, str) and title.strip():
            return quoted(title, _LONGEST_TITLE)
    return None
