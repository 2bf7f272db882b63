"""Strict reading of JSON, and the exact bytes that are hashed: RFC 8785 and SHA-256.

Light: the reading path (`verify`, `history`) imports it, so nothing but the standard library and rfc8785.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
from collections.abc import Sequence
from hashlib import sha256
from itertools import chain
from typing import Any, NoReturn

import rfc8785

from trialseal import files
from trialseal.errors import UsageError

# Four times the largest registry record known (3.7 MB); hostile JSON of this size ("[[],[],…") grows to
# some 0.4 GB of Python objects, which a laptop survives. Files that are only hashed as bytes have no limit.
MAX_DOCUMENT_BYTES = 16 * 1024 * 1024
TOO_LARGE = ", too large for a document: seal it as a file instead, or import a smaller record"
# Registry records and study definitions nest less than 15 deep; Python's own recursion limit lies near 1,000.
MAX_DEPTH = 100
# RFC 8785 numbers are IEEE 754 doubles: beyond this an integer may not come back as it was (RFC 7493, 2.2).
MAX_INTEGER = 2**53 - 1

DIGEST_BYTES = 32
NONCE_BYTES = 32
# An integer of fewer digits is within MAX_INTEGER.
_LONG_NUMBER = b"0" * len(str(MAX_INTEGER))
_DIGITS_ALIKE = bytes.maketrans(b"123456789", b"0" * 9)
# Behind each name of a member, and perhaps within a text; few writers set a space between.
_NAME_ENDS = '":'
_NAME_ENDS_APART = re.compile(r'"[ \t\n\r]+:')
_NESTING = frozenset({dict, list})
# Text that is UTF-8 has half a surrogate pair only where JSON escapes one.
_HALF_PAIR = re.compile(r"\\u[dD][89a-fA-F]")
_BOM = b"\xef\xbb\xbf"


def read_json(path: str | os.PathLike[str]) -> object:
    """The JSON value in a file, read strictly (see `parse_json`); UsageError in one sentence otherwise."""
    return parse_json(read_document(path), str(path))


def read_document(path: str | os.PathLike[str]) -> bytes:
    """The bytes of a file of at most MAX_DOCUMENT_BYTES; UsageError when it is larger or cannot be read."""
    return files.read_file(path, MAX_DOCUMENT_BYTES, too_large=TOO_LARGE)


def parse_json(data: bytes, name: str) -> object:
    """The JSON value in `data`, or UsageError naming `name`, the place and what to do.

    Stricter than `json.loads`, so that the value has exactly one RFC 8785 form: UTF-8 without byte order
    mark, no duplicate keys, no NaN or Infinity, no lone surrogates, integers up to 2^53 - 1, at most
    MAX_DEPTH deep.
    """
    text = _decode(data, name)
    try:
        return _sound(data, text)
    except (_Unsure, ValueError, RecursionError):
        return parse_text(text, name)


def parse_text(text: str, name: str) -> object:
    """As `parse_json`, of a text of any size."""
    try:
        value: object = json.loads(
            text,
            object_pairs_hook=_object_without_duplicates,
            parse_constant=_refuse_constant,
            parse_int=_integer,
        )
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and (rest := text[error.pos :].strip()) and set(rest) <= set(",;"):
            raise UsageError(
                f"{name} is not JSON: a stray {rest[0]!r} follows its end, at line {error.lineno}, column "
                f"{error.colno}; take it out"
            ) from None
        if _is_cut_off(text, error):
            raise UsageError(
                f"{name} is cut off: the JSON ends unfinished in line {text.count(chr(10)) + 1}; get a whole copy"
            ) from None
        raise UsageError(
            f"{name} is not JSON: {error.msg} at line {error.lineno}, column {error.colno}; correct it there"
        ) from None
    except _Refused as refused:
        raise UsageError(f"{name} {refused}") from None
    except RecursionError:
        raise UsageError(f"{name} nests deeper than {MAX_DEPTH} levels: no document does") from None
    fault = _fault(value)
    if fault:
        raise UsageError(f"{name}: {fault}")
    return value


def _sound(data: bytes, text: str) -> object:
    """The value of a text in which nothing can be at fault, as in most that are large; else _Unsure, or what
    `json.loads` raises. Every doubt counts, also one that only a text within the JSON gives."""
    if _LONG_NUMBER in data.translate(_DIGITS_ALIKE) or _HALF_PAIR.search(text) or _NAME_ENDS_APART.search(text):
        raise _Unsure
    value: object = json.loads(text, parse_constant=_doubt, parse_float=_finite)
    # Fewer members than names of members: one name stands twice in its object.
    if _members(value) != text.count(_NAME_ENDS):
        raise _Unsure
    return value


def _members(value: object) -> int:
    """How many members all objects in a value have; _Unsure where it nests deeper than MAX_DEPTH."""
    members = 0
    level: list[Any] = [value] if value.__class__ in _NESTING else []
    for _ in range(MAX_DEPTH):
        objects = [one for one in level if one.__class__ is dict]
        members += sum(map(len, objects))
        inner = chain.from_iterable([one.values() if one.__class__ is dict else one for one in level])
        level = [one for one in inner if one.__class__ in _NESTING]
        if not level:
            return members
    raise _Unsure


def _doubt(text: str) -> NoReturn:
    raise _Unsure


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _Unsure
    return number


def canonical_bytes(value: object) -> bytes:
    """The RFC 8785 form of a JSON value; UsageError saying where it has none."""
    try:
        # The package's types are narrower than what JSON parsing yields; it refuses other types itself.
        return rfc8785.dumps(value)  # type: ignore[arg-type]
    except (
        rfc8785.CanonicalizationError,
        UnicodeEncodeError,
        RecursionError,
        TypeError,
        AttributeError,
    ) as error:
        fault = _fault(value) or f"{error}"
        raise UsageError(f"the document has no canonical form: {fault}") from None


def document_digest(value: object) -> bytes:
    """SHA-256 of the RFC 8785 form: the 32-byte digest of a structured document."""
    return sha256(canonical_bytes(value)).digest()


def file_digest(path: str | os.PathLike[str]) -> bytes:
    """SHA-256 of a file's raw bytes, as `sha256sum` prints it; read in pieces, so of any size."""
    try:
        with os.fdopen(files.descriptor_of(path), "rb", buffering=0) as file:
            return hashlib.file_digest(file, sha256).digest()
    except (OSError, ValueError) as error:
        files.refuse(path, error)


def file_digests(paths: Sequence[str | os.PathLike[str]]) -> list[bytes]:
    """`file_digest` of each, as many at a time as there are cores: hashing leaves Python's lock to others."""
    from concurrent.futures import ThreadPoolExecutor

    digests = [b""] * len(paths)
    todo = iter(range(len(paths)))  # the threads share it, and each takes the next: files differ in size

    def work() -> None:
        for number in todo:
            digests[number] = file_digest(paths[number])

    threads = min(os.cpu_count() or 1, len(paths))
    with ThreadPoolExecutor(max(1, threads)) as pool:
        for done in [pool.submit(work) for _ in range(threads)]:
            done.result()
    return digests


def private_digest(nonce: bytes, file_digest: bytes) -> bytes:
    """SHA-256(nonce ‖ file_digest), both 32 bytes: says nothing of the file to whoever lacks the nonce."""
    for what, part, size in (("nonce", nonce, NONCE_BYTES), ("file digest", file_digest, DIGEST_BYTES)):
        if len(part) != size:
            raise UsageError(f"the {what} has {len(part)} bytes, not {size}")
    return sha256(nonce + file_digest).digest()


def shown(value: object) -> str:
    """A value on one line, short enough for a message."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def step_text(key: str) -> str:
    """A key of a document as part of a path in a message: as it is, or quoted if long or unprintable."""
    return key if key.isprintable() and len(key) <= 60 else shown(key)


def plain_text(data: bytes) -> bytes:
    """A text without what editors and mail change."""
    return unix_text(data.removeprefix(_BOM)).rstrip(b"\n")


def unix_text(data: bytes) -> bytes:
    """A text with LF line ends."""
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


class _Refused(Exception):
    """JSON that `json` accepts and this module does not; the message follows the file's name."""


class _Unsure(Exception):
    """Something in the text may be at fault."""


def _decode(data: bytes, name: str) -> str:
    if len(data) > MAX_DOCUMENT_BYTES:
        raise UsageError(f"{name} is larger than {MAX_DOCUMENT_BYTES >> 20} MiB, too large for a document")
    if not data.strip():
        raise UsageError(f"{name} is empty: a JSON document was expected")
    if data.startswith(_BOM):
        raise UsageError(f"{name} begins with a byte order mark: save it as UTF-8 without BOM")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in data[:4]:
        raise UsageError(f"{name} looks like UTF-16 or binary data: save it as UTF-8")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(
            f"{name} is not UTF-8: byte 0x{data[error.start]:02x} at offset {error.start}, line {line}; "
            "save it as UTF-8"
        ) from None


def _is_cut_off(text: str, error: json.JSONDecodeError) -> bool:
    """Whether the text looks like the beginning of a JSON document: the fault is where it ends."""
    if not text.lstrip().startswith(("{", "[")):
        return False
    unfinished = error.msg.startswith("Unterminated string") or len(text.rstrip()) - error.pos < len("\\u0000")
    return unfinished and not text.rstrip().endswith(("}", "]"))


def _object_without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                first, value = pairs[0]
                raise _Refused(
                    f"has the key {shown(key)} twice in one object, the one that begins "
                    f"{shown(first)}: {shown(value)}; keep one of them"
                )
            seen.add(key)
    return members


def _refuse_constant(text: str) -> NoReturn:
    raise _Refused(f"holds {text}, which is not a JSON number: leave the value out")


def _integer(text: str) -> int | float:
    # Python refuses to convert thousands of digits, and no such number is allowed: `_fault` says where it is.
    return int(text) if len(text) <= len(str(-MAX_INTEGER)) else math.inf


def _fault(value: object) -> str | None:
    """What keeps a value from having an RFC 8785 form, and where; None if nothing does."""
    found = _find_fault(value, 1)
    if found is None:
        return None
    path, problem = found
    path = path.removeprefix(".") or "the document"
    return f"{path if len(path) <= 200 else path[:200] + '…'} {problem}"


def _find_fault(item: object, depth: int) -> tuple[str, str] | None:
    """The path of the first fault and what it is. The path is put together on the way back only, so that a
    document of millions of values costs no more than to look at each."""
    if isinstance(item, str):
        if not item.isascii() and not _is_unicode(item):
            return "", f"holds half a surrogate pair ({shown(item)}): correct the text"
    elif isinstance(item, dict):
        if depth > MAX_DEPTH:
            return "", f"nests deeper than {MAX_DEPTH} levels: no document does"
        for key, member in item.items():
            if not isinstance(key, str):
                return "", f"has the key {shown(key)}, which is not a string"
            if not key.isascii() and not _is_unicode(key):
                return "", f"has the key {shown(key)} with half a surrogate pair: correct the text"
            if found := _find_fault(member, depth + 1):
                return f".{step_text(key)}{found[0]}", found[1]
    elif isinstance(item, list | tuple):
        if depth > MAX_DEPTH:
            return "", f"nests deeper than {MAX_DEPTH} levels: no document does"
        for index, member in enumerate(item):
            if found := _find_fault(member, depth + 1):
                return f"[{index}]{found[0]}", found[1]
    elif isinstance(item, float):
        if not math.isfinite(item):
            return "", "is a number too large to keep exactly: write it as text"
    elif isinstance(item, int):  # bool is an int, and within bounds
        if abs(item) > MAX_INTEGER:
            return "", f"is {item}, beyond 2^53 - 1 and so not kept exactly: write it as text"
    elif item is not None:
        return "", f"is of type {type(item).__name__}, which JSON lacks"
    return None


def _is_unicode(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
