"""Where two documents first differ, and what a receipt tells of a text that was changed beyond what can be guessed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from trialseal.documents.canonical import text_digest
from trialseal.errors import FailedError
from trialseal.evidence.diagnosis import MOST_LOOKED_UP, diagnose, first_difference
from trialseal.evidence.files import digests_of
from trialseal.evidence.folders import FileCache, Surroundings
from trialseal.evidence.seals import FileEvidence


class EmptyChain:
    """A chain that knows nothing, and counts what it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def acts_by_subject(self, subjects: Iterable[bytes]) -> dict[bytes, Any]:
        self.asked += len(list(subjects))
        return {}

    def history(self, trial: bytes) -> Any:
        raise FailedError("no such trial")


def diagnosis(path: Path) -> str | None:
    evidence = FileEvidence(digests_of(path), folder=Surroundings(FileCache()).folder_of(path))
    [words] = diagnose(EmptyChain(), [evidence])  # type: ignore[arg-type]
    return words


def receipt(folder: Path, **members: Any) -> None:
    (folder / "receipts" / "1").mkdir(parents=True, exist_ok=True)
    value = {"format": "trialseal-receipt/1", "trial": "11" * 32, "subject": "22" * 32, "document": "f.txt", **members}
    (folder / "receipts" / "1" / "r.json").write_text(json.dumps(value))


@pytest.mark.parametrize(
    ("sealed", "given", "words"),
    [
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, "a[0].b was 1, is 2"),
        ({"a": 1, "b": 2}, {"a": 1}, "b was 2, is not there"),
        ({"a": 1}, {"a": 1, "b": "x"}, 'b was not there, is "x"'),
        ({"a": [1, 2]}, {"a": [1]}, "a had 2 items, has 1"),
        ({"a": 1}, {"a": True}, "a was 1, is true"),
        ({"a": 1}, {"a": 1.0}, None),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, None),
        ([1], {"a": 1}, 'the document was [1], is {"a": 1}'),
        ({"a": "x" * 99}, {"a": "\x1b[31m"}, f'a was "{"x" * 56}…, is "\\u001b[31m"'),
    ],
)
def test_first_difference(sealed: object, given: object, words: str | None) -> None:
    assert first_difference(sealed, given) == words


def test_text_digest_is_blind_to_what_transport_changes() -> None:
    expected = sha256(b"a\nb").digest()
    for data in (b"a\nb", b"a\r\nb\r\n", b"a\rb\n\n\n", b"\xef\xbb\xbfa\r\nb\n"):
        assert text_digest(data) == expected
    assert text_digest(b"a\n\nb") != expected


def test_mixed_line_ends_are_recognised_by_the_receipt(tmp_path: Path) -> None:
    (tmp_path / "f.txt").write_bytes(b"a\nb\r\nc\n")
    receipt(tmp_path, text_digest=sha256(b"a\nb\nc").hexdigest())
    assert "only in line endings, a byte order mark or trailing line ends" in str(diagnosis(tmp_path / "f.txt"))


def test_json_in_another_order_is_recognised_by_the_receipt(tmp_path: Path) -> None:
    (tmp_path / "f.json").write_bytes(b'{"b": 1, "a": 2}')
    receipt(tmp_path, canonical=sha256(b'{"a":2,"b":1}').hexdigest())
    assert "only in key order or white space" in str(diagnosis(tmp_path / "f.json"))


def test_receipt_of_another_chain_is_not_taken_at_its_word(tmp_path: Path) -> None:
    (tmp_path / "f.txt").write_bytes(b"x")
    receipt(tmp_path)
    assert diagnosis(tmp_path / "f.txt") == (
        "it has the name of the file that receipt r.json is about, which this chain does not know"
    )


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "trialseal-receipt/1"}', "[" * 5000, '{"format": 1'])
def test_broken_receipts_are_passed_over(tmp_path: Path, text: str) -> None:
    (tmp_path / "receipts").mkdir()
    (tmp_path / "receipts" / "r.json").write_text(text)
    (tmp_path / "f.txt").write_bytes(b"x")
    assert diagnosis(tmp_path / "f.txt") is None


def test_thousands_of_files_are_not_looked_up_in_every_dress(tmp_path: Path) -> None:
    (tmp_path / "f.txt").write_bytes(b"a\nb\n")
    evidence = FileEvidence(digests_of(tmp_path / "f.txt"))
    few, many = EmptyChain(), EmptyChain()
    diagnose(few, [evidence] * MOST_LOOKED_UP)  # type: ignore[arg-type]
    diagnose(many, [evidence] * (MOST_LOOKED_UP + 1))  # type: ignore[arg-type]
    assert few.asked > 0
    assert many.asked == 0


def test_fault_of_a_document_is_said(tmp_path: Path) -> None:
    (tmp_path / "f.json").write_bytes(b'{"format": "trialseal/1", "a": 1, "a": 2}')
    assert "has the key 'a' twice" in str(diagnosis(tmp_path / "f.json"))
