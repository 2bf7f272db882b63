"""The bytes of an event that are hashed: RFC 8785, by a faster way where an event is plain."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from json import encoder
from typing import Any

from trialseal.documents.canonical import MAX_INTEGER, canonical_bytes

_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False).encode
# What JSONEncoder makes anew for each value, which takes longer than the value; not every Python has it.
_make: Any = getattr(encoder, "c_make_encoder", None)
_parts: Callable[[object, int], Iterable[str]] | None = (
    _make(None, None, encoder.encode_basestring, None, ":", ",", True, False, True) if _make else None
)


def event_form(event: Mapping[str, object]) -> bytes:
    """The RFC 8785 form of an event object; UsageError where it has none."""
    if _are_ascii(tuple(event)) and all(map(_is_plain, [one for one in event.values() if type(one) is not str])):
        try:
            return ("".join(_parts(event, 0)) if _parts else _encode(event)).encode("utf-8")
        except UnicodeEncodeError:
            pass  # half a surrogate pair, of which the slow way says where it is
    return canonical_bytes(event)


# Between these, ECMAScript and Python write a double that is not a whole number alike: without exponent.
_SMALLEST_PLAIN, _LARGEST_PLAIN = 1e-4, 1e16


@lru_cache(maxsize=4096)
def _are_ascii(keys: tuple[object, ...]) -> bool:
    return all(type(key) is str and key.isascii() for key in keys)


def _is_plain(value: object) -> bool:
    """Whether Python's own JSON of a value is its RFC 8785 form: ASCII keys sort alike, and whole numbers and
    strings are written alike."""
    kind = type(value)
    if kind is str or kind is bool:
        return True
    if kind is int:
        return -MAX_INTEGER <= value <= MAX_INTEGER  # type: ignore[operator]
    if kind is float:
        return _SMALLEST_PLAIN <= abs(value) < _LARGEST_PLAIN and not value.is_integer()  # type: ignore[arg-type, attr-defined]
    if kind is dict:
        for key, member in value.items():  # type: ignore[attr-defined]
            if type(key) is not str or not key.isascii() or not _is_plain(member):
                return False
        return True
    if kind is list or kind is tuple:
        return all(map(_is_plain, value))  # type: ignore[call-overload]
    return False
