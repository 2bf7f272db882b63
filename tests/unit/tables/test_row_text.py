"""Proofs of rows as they lie in files: taken apart, or not at all; and never taken for anything but what they are."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialseal.documents.canonical import canonical_bytes, parse_json
from trialseal.errors import FailedError, UsageError
from trialseal.files import json_bytes
from trialseal.folder.reading import ROW_PROOF, of_bytes
from trialseal.merkle import tree
from trialseal.tables.row_proof import cells_of, disclosed
from trialseal.tables.row_text import RowProof, RowTexts

SEAL = {"format": "trialseal/1", "kind": "dataset", "name": "t", "columns": [{"name": "A"}, {"name": "B"}], "rows": 4}


def proof(form: str = '["s-1",77]', row: int = 2, **others: Any) -> dict[str, Any]:
    """A document like the proof of a row."""
    known = {"format": "trialseal/1", "kind": "dataset-row", "seal": SEAL, "row": row, "form": form}
    return known | {"nonce": "ab" * 32, "proof": ["00" * 32, "ff" * 32]} | others


def learnt(document: dict[str, Any]) -> RowTexts:
    """What knows the beginning of this proof."""
    texts, data = RowTexts(), json_bytes(document)
    assert texts.learn(data, parse_json(data, "it")) is not None  # type: ignore[arg-type]
    return texts


def test_of_many_rows_the_seal_is_the_same_object() -> None:
    texts = RowTexts()
    first, second = (of_bytes("it", json_bytes(proof(row=row)), rows=texts) for row in (1, 2))
    assert first.row is not None and second.row is not None and first.row.seal is second.row.seal
    assert (second.kind, second.document, second.value()) == (ROW_PROOF, None, proof(row=2))


@given(st.text(), st.integers(1, 10**15 - 1), st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=3))
def test_what_is_taken_apart_is_what_parsing_gives(form: str, row: int, siblings: list[bytes]) -> None:
    document = proof(form, row, proof=[one.hex() for one in siblings])
    data = json_bytes(document)
    found = learnt(proof()).known(data)
    assert found is not None and found.value == parse_json(data, "it") == document


OTHERS = {
    "another beginning": json_bytes(proof()).replace(b'"rows": 4', b'"rows": 5'),
    "a row twice": json_bytes(proof()).replace(b'  "form"', b'  "row": 1,\n  "form"'),
    "a name twice": json_bytes(proof()).replace(b'  "nonce"', b'  "form": "[]",\n  "nonce"'),
    "one more member": json_bytes(proof()).replace(b"\n  ]\n}", b'\n  ],\n  "more": 1\n}'),
    "something behind": json_bytes(proof()) + b" ",
    "white space": json_bytes(proof()).replace(b'"row": 2', b'"row":  2'),
    "a row with a sign": json_bytes(proof()).replace(b'"row": 2', b'"row": +2'),
    "a row with a zero": json_bytes(proof()).replace(b'"row": 2', b'"row": 02'),
    "a row with a point": json_bytes(proof()).replace(b'"row": 2', b'"row": 2.0'),
    "a row that is text": json_bytes(proof()).replace(b'"row": 2', b'"row": "2"'),
    "a long row": json_bytes(proof(row=10**15)),
    "a form that is no text": json_bytes(proof()).replace(b'"[\\"s-1\\",77]"', b"[1]"),
    "a form written otherwise": json_bytes(proof()).replace(b"s-1", b"s\\u002d1"),
    "a form of many lists": json_bytes(proof()).replace(b'"[\\"s-1\\",77]"', b"[" * 99_999),
    "half a pair": json_bytes(proof()).replace(b"s-1", b"\\ud800"),
    "a short nonce": json_bytes(proof(nonce="ab" * 31)),
    "a long nonce": json_bytes(proof(nonce="ab" * 33)),
    "capital digits": json_bytes(proof(nonce="AB" * 32)),
    "a short hash": json_bytes(proof(proof=["00" * 31, "ff" * 32])),
    "a hash and a half": json_bytes(proof(proof=["00" * 48, "ff" * 16])),
    "no hash": json_bytes(proof(proof=[])),
    "other letters": json_bytes(proof()).replace(b"abab", b"\xffb\xff"),
    "cut off": json_bytes(proof())[:-40],
    "no row": b'{"format": "trialseal/1"}',
    "nothing": b"",
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_laid_out_otherwise_is_not_taken_apart(name: str) -> None:
    texts = learnt(proof())
    assert texts.known(json_bytes(proof(row=1))) is not None
    assert texts.known(OTHERS[name]) is None


@pytest.mark.parametrize(
    "document",
    [
        proof(kind="dataset"),
        proof(seal="text"),
        proof(note="more"),
        dict(reversed(proof().items())),
    ],
)
def test_only_what_is_a_proof_as_we_write_it_is_learnt(document: dict[str, Any]) -> None:
    texts, data = RowTexts(), json_bytes(document)
    assert texts.learn(data, document) is None and texts.known(data) is None
    assert of_bytes("it", data, rows=texts).document == document


def test_of_very_many_tables_no_more_is_kept() -> None:
    texts, made = RowTexts(), [json_bytes(proof(seal={**SEAL, "rows": n})) for n in range(1, 102)]
    assert all(of_bytes("it", one, rows=texts).kind == ROW_PROOF for one in made)
    assert sum(texts.known(one) is not None for one in made) == 100


CELL = st.none() | st.booleans() | st.text() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)


def table(form: str, columns: int) -> dict[str, Any]:
    """The proof of the one row of a table."""
    leaf, schema = tree.leaf_hash(bytes.fromhex("ab" * 32) + form.encode()), sha256(b"schema").digest()
    seal = {"columns": [{"name": str(n)} for n in range(columns)], "rows": 1}
    return proof(form, 1, seal=seal | {"root": tree.node_hash(schema, leaf).hex()}, proof=[schema.hex()])


@given(st.lists(CELL, max_size=4), st.sampled_from([", ", ","]))
def test_a_row_is_disclosed_if_its_form_is_the_canonical_one(cells: list[Any], comma: str) -> None:
    form = json.dumps(cells, ensure_ascii=False, separators=(comma, ":"))
    try:
        same = canonical_bytes(json.loads(form, parse_int=float)).decode() == form
    except UsageError:
        same = False
    if same:
        assert cells_of(table(form, len(cells)), "it") == json.loads(form)
    else:
        with pytest.raises(FailedError, match="not in canonical form"):
            cells_of(table(form, len(cells)), "it")


FORMS = ["[-0]", "[1e3]", "[9007199254740993]", '["\\u0041"]', "[1 ]", "{}", "[" * 2000, "[\ud800]"]


@pytest.mark.parametrize("form", FORMS)
def test_a_row_that_is_written_otherwise_is_refused(form: str) -> None:
    seal = {"columns": [{"name": "A"}], "rows": 1, "root": "00" * 32}
    with pytest.raises(FailedError, match="not in canonical form with 1 cells"):
        disclosed(RowProof(seal, 1, form, bytes(32), bytes(32)), "it")


@pytest.mark.parametrize("form", ["[]", "[1,2]", "[1.5,2]"])
def test_a_row_has_as_many_cells_as_the_table_has_columns(form: str) -> None:
    with pytest.raises(FailedError, match="not in canonical form with 1 cells"):
        cells_of(table(form, 1), "it")
