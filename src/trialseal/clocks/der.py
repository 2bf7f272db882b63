"""The certificates of a time-stamp token in the order that DER asks for.

They lie in a set, which DER (X.690, 11.6) sorts by its members' bytes. OpenSSL, with the settings that it ships as an
example, and some authorities do not sort it, and strict readers then refuse the token. What lies there is not signed:
sorting it changes nothing that the authority has signed.
"""

from __future__ import annotations

from typing import NamedTuple

_SEQUENCE, _CONTEXT_0 = 0x30, 0xA0
_LONGEST_LENGTH = 4


class DerError(ValueError):
    """The bytes are not DER as far as it is read here."""


class _Part(NamedTuple):
    tag: int
    start: int
    """Where its content begins."""
    end: int


def with_sorted_certificates(response: bytes) -> bytes:
    """A TimeStampResp whose token's set of certificates is sorted; the same bytes if it holds none. DerError."""
    found = _certificates(response)
    if found is None:
        return response
    members, place = [], found.start
    while place < found.end:
        part = _part(response, place, found.end)
        members.append(response[place : part.end])
        place = part.end
    return response[: found.start] + b"".join(sorted(members)) + response[found.end :]


def _certificates(response: bytes) -> _Part | None:
    """SignedData.certificates [0], along RFC 3161, 2.4.2, and RFC 5652, 5.1."""
    whole = _part(response, 0, len(response))
    fields = _members(response, whole)
    if whole.tag != _SEQUENCE or len(fields) < 2:
        return None  # an authority that refuses sends no token
    content = _members(response, fields[1])
    if len(content) < 2 or content[1].tag != _CONTEXT_0:
        raise DerError
    signed = _members(response, content[1])
    if len(signed) != 1 or signed[0].tag != _SEQUENCE:
        raise DerError
    parts = _members(response, signed[0])
    return next((part for part in parts if part.tag == _CONTEXT_0), None)


def _members(data: bytes, of: _Part) -> list[_Part]:
    members, place = [], of.start
    while place < of.end:
        members.append(_part(data, place, of.end))
        place = members[-1].end
    return members


def _part(data: bytes, place: int, end: int) -> _Part:
    if end - place < 2:
        raise DerError
    length, start = data[place + 1], place + 2
    if length >= 0x80:
        count = length & 0x7F
        if not 0 < count <= _LONGEST_LENGTH or count > end - start:
            raise DerError
        length, start = int.from_bytes(data[start : start + count], "big"), start + count
    if length > end - start:
        raise DerError
    return _Part(data[place], start, start + length)
