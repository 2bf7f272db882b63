"""The Solidity ABI: values to bytes and back, for the types that the contracts use.

A parameter is given as compilers describe it: `{"type": "tuple[]", "components": [...], "name": ...}`.
In Python uint and int are int, bytes and bytesN are bytes, address is "0x" and 40 lower-case digits, arrays
are lists, a tuple is a dict by its members' names (a list where it has members without a name).
Decoding is strict: a word that no correct encoder writes is an error, never bent to fit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

WORD = 32

Parameter = Mapping[str, Any]

_ARRAY = re.compile(r"^(.*)\[(\d*)\]$", re.DOTALL)
_NUMBER = re.compile(r"^(u?)int(\d{1,3})$")
_FIXED_BYTES = re.compile(r"^bytes(\d{1,2})$")


class AbiError(ValueError):
    """A value that does not fit its type, or bytes that are not the encoding of one."""


def encode(parameters: Sequence[Parameter], values: Sequence[Any]) -> bytes:
    """The encoding of `values` as an argument list; AbiError if one does not fit its type."""
    if len(parameters) != len(values):
        raise AbiError(f"{len(parameters)} values are wanted, {len(values)} are given")
    heads: list[bytes | None] = []
    tails: list[bytes] = []
    for parameter, value in zip(parameters, values, strict=True):
        encoded = _encode(parameter, value)
        dynamic = _is_dynamic(parameter)
        heads.append(None if dynamic else encoded)
        tails.append(encoded if dynamic else b"")
    offset = sum(WORD if head is None else len(head) for head in heads)
    encoding = []
    for head, tail in zip(heads, tails, strict=True):
        encoding.append(_word(offset) if head is None else head)
        offset += len(tail)
    return b"".join(encoding + tails)


def decode(parameters: Sequence[Parameter], data: bytes) -> list[Any]:
    """The values that `data` encodes as an argument list; AbiError if it is no encoding of such a list."""
    return _decode_members(parameters, data, 0)


def decoder(parameters: Sequence[Parameter]) -> Callable[[bytes], list[Any]]:
    """What does as `decode` with these parameters: what their types say is read once, not with each of many logs."""
    if any(_is_dynamic(one) or _element(one) or one["type"] == "tuple" for one in parameters):
        return lambda data: decode(parameters, data)
    readers = [
        (place * WORD, (place + 1) * WORD, _word_reader(str(one["type"]), _name(one)))
        for place, one in enumerate(parameters)
    ]
    size = len(parameters) * WORD

    def decoded(data: bytes) -> list[Any]:
        if len(data) < size:
            raise AbiError(f"{_name(parameters[len(data) // WORD])} is cut short")
        return [read(data[start:end]) for start, end, read in readers]

    return decoded


def _encode(parameter: Parameter, value: Any) -> bytes:
    kind = str(parameter["type"])
    array = _element(parameter)
    if array:
        element, length = array
        if not isinstance(value, (list, tuple)) or (length is not None and len(value) != length):
            raise AbiError(f"{_name(parameter)} must be a list{f' of {length}' if length is not None else ''}")
        body = encode([element] * len(value), value)
        return _word(len(value)) + body if length is None else body
    if kind == "tuple":
        members = parameter["components"]
        if isinstance(value, Mapping):
            names = [member["name"] for member in members]
            if set(names) != set(value):
                raise AbiError(f"{_name(parameter)} must have exactly {', '.join(names)}")
            value = [value[name] for name in names]
        if not isinstance(value, (list, tuple)):
            raise AbiError(f"{_name(parameter)} must be a mapping or a list of its members")
        return encode(members, value)
    if kind == "bool":
        if not isinstance(value, bool):
            raise AbiError(f"{_name(parameter)} must be True or False")
        return _word(int(value))
    if kind == "address":
        if not isinstance(value, str) or not re.fullmatch("0x[0-9a-fA-F]{40}", value):
            raise AbiError(f"{_name(parameter)} must be an address: 0x and 40 hexadecimal digits")
        return bytes.fromhex(value[2:]).rjust(WORD, b"\0")
    if kind == "string":
        if not isinstance(value, str):
            raise AbiError(f"{_name(parameter)} must be text")
        return _counted(value.encode("utf-8"))
    if kind == "bytes":
        if not isinstance(value, (bytes, bytearray)):
            raise AbiError(f"{_name(parameter)} must be bytes")
        return _counted(bytes(value))
    if span := _range(kind):
        low, high = span
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise AbiError(f"{_name(parameter)} must be a whole number from {low} to {high}")
        return value.to_bytes(WORD, "big", signed=low < 0)
    if (size := _fixed(kind)) is not None:
        if not isinstance(value, (bytes, bytearray)) or len(value) != size:
            raise AbiError(f"{_name(parameter)} must be {size} bytes")
        return bytes(value).ljust(WORD, b"\0")
    raise AbiError(f"the type {kind} is not among those that the contracts use")


def _decode(parameter: Parameter, data: bytes, place: int) -> Any:
    kind = str(parameter["type"])
    array = _element(parameter)
    if array:
        element, length = array
        if length is None:
            length, place = _number_at(data, place), place + WORD
            # What is announced must be there, before a list of that length is made.
            if length * _head_size(element) > len(data) - place:
                raise AbiError(f"{_name(parameter)} announces {length} elements, more than there are bytes for")
        return _decode_members([element] * length, data, place)
    if kind == "tuple":
        members = parameter["components"]
        values = _decode_members(members, data, place)
        names = [member.get("name") for member in members]
        return dict(zip(names, values, strict=True)) if all(names) else values
    if kind in ("bytes", "string"):
        length = _number_at(data, place)
        end = place + WORD + length
        padded = end + -length % WORD
        if padded > len(data) or any(data[end:padded]):
            raise AbiError(f"{_name(parameter)} is cut short or not padded with zeros")
        content = data[place + WORD : end]
        if kind == "bytes":
            return content
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            raise AbiError(f"{_name(parameter)} is not UTF-8 text") from None
    word = data[place : place + WORD]
    if len(word) != WORD:
        raise AbiError(f"{_name(parameter)} is cut short")
    return _word_reader(kind, _name(parameter))(word)


def _word_reader(kind: str, name: str) -> Callable[[bytes], Any]:
    """What reads a word of a type that takes one."""
    if kind == "address":
        return lambda word: _address_of(word, name)
    if (size := _fixed(kind)) is not None:
        return lambda word: _fixed_of(word, size, name)
    if kind == "bool":
        return lambda word: _bool_of(word, name)
    if span := _range(kind):
        return lambda word: _number_of(word, kind, span, name)
    raise AbiError(f"the type {kind} is not among those that the contracts use")


def _address_of(word: bytes, name: str) -> str:
    if any(word[:12]):
        raise AbiError(f"{name} is no address")
    return "0x" + word[12:].hex()


def _fixed_of(word: bytes, size: int, name: str) -> bytes:
    if any(word[size:]):
        raise AbiError(f"{name} has more than {size} bytes")
    return word[:size]


def _bool_of(word: bytes, name: str) -> bool:
    number = int.from_bytes(word, "big")
    if number > 1:
        raise AbiError(f"{name} is neither true nor false")
    return bool(number)


def _number_of(word: bytes, kind: str, span: tuple[int, int], name: str) -> int:
    low, high = span
    number = int.from_bytes(word, "big", signed=low < 0)
    if not low <= number <= high:
        raise AbiError(f"{name} does not fit in {kind}")
    return number


def _decode_members(members: Sequence[Parameter], data: bytes, start: int) -> list[Any]:
    """Members that stand beside each other from `start` on, where their offsets count from."""
    values = []
    place = start
    for member in members:
        if _is_dynamic(member):
            values.append(_decode(member, data, _offset(data, place, start)))
            place += WORD
        else:
            values.append(_decode(member, data, place))
            place += _size(member)
    return values


def _element(parameter: Parameter) -> tuple[Parameter, int | None] | None:
    """The element type and the length (None: any) of an array; None if it is no array."""
    array = _array(parameter["type"])
    return ({**parameter, "type": array[0]}, array[1]) if array else None


def _is_dynamic(parameter: Parameter) -> bool:
    kind = parameter["type"]
    if array := _element(parameter):
        return array[1] is None or _is_dynamic(array[0])
    return any(map(_is_dynamic, parameter["components"])) if kind == "tuple" else kind in ("bytes", "string")


def _size(parameter: Parameter) -> int:
    """How many bytes a static type takes."""
    if array := _element(parameter):
        return _size(array[0]) * (array[1] or 0)
    return sum(map(_size, parameter["components"])) if parameter["type"] == "tuple" else WORD


def _head_size(parameter: Parameter) -> int:
    return WORD if _is_dynamic(parameter) else _size(parameter)


# What a type's name says, read once: a chain's logs have few types and many members.


@cache
def _array(kind: str) -> tuple[str, int | None] | None:
    array = _ARRAY.match(kind)
    return (array[1], int(array[2]) if array[2] else None) if array else None


@cache
def _range(kind: str) -> tuple[int, int] | None:
    """The least and the greatest value of a type of numbers; None of another type."""
    number = _NUMBER.match(kind)
    if not number:
        return None
    bits = int(number[2])
    return (0, (1 << bits) - 1) if number[1] else (-(1 << (bits - 1)), (1 << (bits - 1)) - 1)


@cache
def _fixed(kind: str) -> int | None:
    """How many bytes a type bytesN has; None of another type."""
    fixed = _FIXED_BYTES.match(kind)
    return int(fixed[1]) if fixed else None


def _offset(data: bytes, place: int, start: int) -> int:
    offset = start + _number_at(data, place)
    if offset + WORD > len(data):
        raise AbiError("an offset points behind the end")
    return offset


def _number_at(data: bytes, place: int) -> int:
    word = data[place : place + WORD]
    if len(word) != WORD:
        raise AbiError("the bytes end too early")
    return int.from_bytes(word, "big")


def _word(number: int) -> bytes:
    return number.to_bytes(WORD, "big")


def _counted(content: bytes) -> bytes:
    return _word(len(content)) + content + bytes(-len(content) % WORD)


def _name(parameter: Parameter) -> str:
    return f"{parameter.get('name') or 'a value'} ({parameter['type']})"
