"""Strict reading: each way in which JSON has two meanings, or none, is refused in one sentence."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialseal.documents import canonical
from trialseal.errors import UsageError


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b" \n\t", "is empty"),
        (b'\xef\xbb\xbf{"a":1}', "byte order mark: save it as UTF-8 without BOM"),
        ('{"a":1}'.encode("utf-16"), "looks like UTF-16"),
        ('{"a":1}'.encode("utf-16-le"), "looks like UTF-16"),
        (b'{\n"a": "caf\x92"}', "is not UTF-8: byte 0x92 at offset 11, line 2"),
        (b'{"a": 1},', "a stray ',' follows its end, at line 1, column 9"),
        (b'{"a": 1', "is cut off"),
        (b'{"a": "text', "is cut off"),
        (b'{"a": [1, 2', "is cut off"),
        (b'{"a": tru', "is cut off"),
        (b'{"a": "x\\u12', "is cut off"),
        (b'{"a": 1,}', "is not JSON: .* line 1, column 9"),
        (b"{'a': 1}", "is not JSON"),
        (b'{"a": 1} {"b": 2}', "is not JSON: Extra data"),
        (
            b'{"a": 1, "b": {"c": 1, "c": 1}}',
            "has the key 'c' twice in one object, the one that begins 'c': 1",
        ),
        (b'{"a": 1, "\\u0061": 2}', "has the key 'a' twice"),
        (b'{"a": NaN}', "holds NaN"),
        (b"[Infinity]", "holds Infinity"),
        (b"[-Infinity]", "holds -Infinity"),
        (b'{"a": [0, 1e400]}', r"a\[1\] is a number too large"),
        (b'{"a": {"b": 9007199254740992}}', r"a\.b is 9007199254740992, beyond 2\^53 - 1"),
        (b"[-9007199254740992]", r"\[0\] is -9007199254740992"),
        (b'{"a": ' + b"9" * 10_000 + b"}", "a is a number too large"),
        (b'{"a": "\\ud800"}', "a holds half a surrogate pair"),
        (b'{"a": 1, "a" :2}', "has the key 'a' twice"),
        (b'{"a": "\\":", "b": 1, "b":2}', "has the key 'b' twice"),
        (b'[{"a": 1}, {"b": {"c":1, "c":1}}]', "has the key 'c' twice"),
        (b'{"a": [-1E400]}', r"a\[0\] is a number too large"),
        (b'{"a": "1234567890123456", "b": NaN}', "holds NaN"),
        (b'{"\\udc00": 1}', "half a surrogate pair"),
        (b'{"a": "tab\there"}', "is not JSON: Invalid control character"),
        (b"[" * 101 + b"]" * 101, "nests deeper than 100 levels"),
        (b"[" * 100_000 + b"]" * 100_000, "nests deeper than 100 levels"),
        (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, "nests deeper than 100 levels"),
    ],
)
def test_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence) as caught:
        canonical.parse_json(data, "file.json")
    assert str(caught.value).startswith("file.json")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b'{"a": 9007199254740991}', {"a": 9007199254740991}),
        (b"[-9007199254740991, 1e20, 0.1, -0]", [-9007199254740991, 1e20, 0.1, 0]),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
        (b"[" * 100 + b"]" * 100, None),
        (b'{"a" : "\\":", "b" :1}', {"a": '":', "b": 1}),
        (b'{"a": "12345678901234567890"}', {"a": "12345678901234567890"}),
        (b"null", None),
    ],
)
def test_accepted(data: bytes, value: object) -> None:
    read = canonical.parse_json(data, "file.json")
    assert value is None or read == value


def test_a_file_of_50_mb_is_answered_in_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "big.json"
    with file.open("wb") as out:
        out.truncate(50 * 1024 * 1024)
    with pytest.raises(UsageError, match="is larger than 16 MiB, too large for a document"):
        canonical.read_json(file)
    with pytest.raises(UsageError, match="is larger than 16 MiB"):
        canonical.parse_json(b" " * (canonical.MAX_DOCUMENT_BYTES + 1), "big.json")


def test_a_file_of_any_size_is_hashed(tmp_path: Path) -> None:
    file = tmp_path / "big"
    with file.open("wb") as out:
        out.truncate(17 * 1024 * 1024 + 5)
    # truncate -s 17825797 big && sha256sum big
    assert canonical.file_digest(file).hex() == ("9162f4d075a251716ff1c6cd644eeaea30832bb66f11db6549a0faa53cb6b73a")


def test_unreadable_files(tmp_path: Path) -> None:
    for read in (canonical.read_json, canonical.file_digest):
        with pytest.raises(UsageError, match=r"none\.json does not exist: check the name"):
            read(tmp_path / "none.json")
        with pytest.raises(UsageError, match="is a folder: name a file in it"):
            read(tmp_path)
        with pytest.raises(UsageError, match="cannot be read"):
            read("a\0b")


def test_canonical_bytes_say_where_there_are_none() -> None:
    for value, sentence in (
        ({"a": [float("nan")]}, r"a\[0\] is a number too large"),
        ({"a": 2**53}, "beyond"),
        ({"a": {1: 2}}, "a has the key 1, which is not a string"),
        ({"a": b"bytes"}, "a is of type bytes"),
        ({"a": "\ud800"}, "surrogate"),
        ({"\ud800": 1}, "surrogate"),
    ):
        with pytest.raises(UsageError, match=sentence):
            canonical.canonical_bytes(value)
    deep: object = 1
    for _ in range(sys.getrecursionlimit()):
        deep = [deep]
    with pytest.raises(UsageError, match="nests deeper"):
        canonical.canonical_bytes(deep)


def test_what_does_not_change_the_digest_and_what_does() -> None:
    """Key order, white space, escapes and how numbers are spelt do not; a type, a list's order, a key do."""
    same = [b'{"a": 1, "b": ["x", 2.50]}', b'{"b":["\\u0078",25e-1],\r\n"a":1.0}']
    other = [
        b'{"a": "1", "b": ["x", 2.5]}',
        b'{"a": 1, "b": [2.5, "x"]}',
        b'{"a": 1, "b": ["x", 2.5], "c": []}',
    ]
    digests = {canonical.document_digest(canonical.parse_json(data, "x")) for data in same}
    assert len(digests) == 1
    for data in other:
        assert canonical.document_digest(canonical.parse_json(data, "x")) not in digests


def test_text_is_not_normalised() -> None:
    """RFC 8785, 3.1: é as one character and as two are different documents."""
    one, two = (canonical.document_digest({"name": name}) for name in ("\u00e9", "e\u0301"))
    assert one != two


def test_private_digest_refuses_short_nonces() -> None:
    with pytest.raises(UsageError, match="the nonce has 16 bytes, not 32"):
        canonical.private_digest(bytes(16), bytes(32))
    with pytest.raises(UsageError, match="the file digest has 20 bytes, not 32"):
        canonical.private_digest(bytes(32), bytes(20))


def test_python_json_would_have_taken_what_we_refuse() -> None:
    """Should the standard library become strict, this module can shed its own checks."""
    for text in ('{"a": 1, "a": 2}', "[NaN]", '"\\ud800"', "[1e400]"):
        json.loads(text)


texts = st.text(st.sampled_from('ab1":\\ \u00e9\ud83d\ude00'), max_size=3) | st.just("1" * 17)
numbers = st.integers(-(2**53) - 1, 2**53 + 1) | st.floats()
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.lists(st.tuples(texts, inner), max_size=3),
    max_leaves=12,
)


def written(value: object, space: str) -> str:
    """A value as JSON, pairs in a list as an object in which a name may stand twice."""
    if isinstance(value, list) and value and all(isinstance(one, tuple) for one in value):
        return "{" + ",".join(f"{json.dumps(name)}{space}:{space}{written(one, space)}" for name, one in value) + "}"
    if isinstance(value, list):
        return "[" + ",".join(written(one, space) for one in value) + "]"
    return json.dumps(value)


def at_fault(value: object) -> bool:
    """Whether a value has no RFC 8785 form, or, as pairs, several."""
    if isinstance(value, list) and value and all(isinstance(one, tuple) for one in value):
        names = [name for name, _ in value]
        return len(set(names)) < len(names) or any(at_fault(one) for pair in value for one in pair)
    if isinstance(value, list):
        return any(at_fault(one) for one in value)
    if isinstance(value, str):
        try:
            json.loads(json.dumps(value)).encode()
        except UnicodeEncodeError:
            return True
        return False
    if isinstance(value, float):
        return not math.isfinite(value)
    return isinstance(value, int) and abs(value) >= 2**53


@given(values, st.sampled_from(["", " ", "\n"]))
def test_a_text_is_refused_just_where_it_has_not_one_canonical_form(value: object, space: str) -> None:
    text = written(value, space)
    if at_fault(value):
        with pytest.raises(UsageError):
            canonical.parse_json(text.encode(), "x")
        return
    read = canonical.parse_json(text.encode(), "x")
    assert read == json.loads(text)
    # A number of RFC 8785 is a double, written without an exponent up to 1e21: what is so large is read as one.
    again = json.loads(canonical.canonical_bytes(read), parse_int=lambda digits: _double_if_large(int(digits)))
    assert again == read


def _double_if_large(number: int) -> int | float:
    return number if abs(number) < 2**53 else float(number)
