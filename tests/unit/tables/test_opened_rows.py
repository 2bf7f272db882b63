"""One row of a sealed table, disclosed with its proof."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from test_sealing import TABLE, Answer, document, run, sealed

from trialseal.errors import FailedError, UsageError
from trialseal.merkle import tree
from trialseal.tables.reading import open_table
from trialseal.tables.row_numbers import RowNumbers
from trialseal.tables.row_runs import Run
from trialseal.tables.sealing import read_seal
from trialseal.tables.shown_rows import write_shown

__all__ = ["run", "sealed"]


@pytest.fixture
def proof(run: Callable[..., Answer], sealed: Path) -> dict[str, Any]:
    """The proof of row 2."""
    answer = run("open", "table.csv", "--row", "2", "--out", "proof.json")
    assert answer.code == 0 and 'row 2 of table: USUBJID "s-2", AGE "007", WEIGHT 81, NOTE "says so"' in answer.out
    return document("proof.json")


def test_a_proof_discloses_its_row_and_nothing_else(run: Callable[..., Answer], proof: dict[str, Any]) -> None:
    answer = run("verify", "proof.json", "--offline", "--json")
    assert answer.value[0]["cells"] == {"USUBJID": "s-2", "AGE": "007", "WEIGHT": 81, "NOTE": "says so"}
    assert proof["form"] == '["s-2","007",81,"says so"]' and proof["seal"] == document()
    text = Path("proof.json").read_text()
    private = document("table.csv.private.json")
    # Neither the neighbours' cells nor the secret that would open the subject's other rows.
    assert "s-1" not in text and "s-3" not in text
    assert not any(secret in text for secret in (*private["subjects"].values(), private["secret"], private["nonce"]))
    leaf = tree.leaf_hash(bytes.fromhex(proof["nonce"]) + proof["form"].encode())
    tree.verify_inclusion(leaf, 2, 6, [bytes.fromhex(one) for one in proof["proof"]], bytes.fromhex(document()["root"]))


def test_every_row_can_be_opened(run: Callable[..., Answer], sealed: Path) -> None:
    for row in range(1, 6):
        assert run("open", "table.csv", "--row", str(row)).code == 0
        assert run("verify", f"table.csv.row-{row}.json", "--offline").code == 2
    for row in ("0", "6", "-1"):
        assert run("open", "table.csv", "--row", row).code == 3
    sealed.write_text(TABLE.replace("34", "35"))
    answer = run("open", "table.csv", "--row", "1")
    assert answer.code == 1 and "is not the table that table.csv.seal.json seals" in answer.err


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("row", 3),
        ("row", 5),
        ("form", '["s-2","007",82,"says so"]'),
        ("form", '["s-2","007",81.0,"says so"]'),
        ("form", '["s-2","007",81,"says so",null]'),
        ("form", '{"s-2":1}'),
        ("nonce", "00" * 32),
        ("proof", []),
        ("proof", ["00" * 32] * 3),
    ],
)
def test_a_proof_of_something_else_fails(
    run: Callable[..., Answer], proof: dict[str, Any], member: str, value: Any
) -> None:
    Path("proof.json").write_text(json.dumps({**proof, member: value}))
    assert run("verify", "proof.json", "--offline").code == 1


def test_a_bit_flipped_anywhere_in_a_proof_is_noticed(run: Callable[..., Answer], proof: dict[str, Any]) -> None:
    for place in range(len(proof["proof"])):
        for bit in (0, 255):
            siblings = list(proof["proof"])
            siblings[place] = (int(siblings[place], 16) ^ 1 << bit).to_bytes(32, "big").hex()
            Path("proof.json").write_text(json.dumps({**proof, "proof": siblings}))
            assert run("verify", "proof.json", "--offline").code == 1
    for seal in ({"rows": 2}, {"root": "00" * 32}):  # of other sizes, the digest on the chain tells
        Path("proof.json").write_text(json.dumps({**proof, "seal": {**proof["seal"], **seal}}))
        assert run("verify", "proof.json", "--offline").code == 1


def test_a_row_about_nobody_and_a_table_without_subjects(run: Callable[..., Answer]) -> None:
    Path("t.csv").write_text(TABLE)
    assert "none, one secret for all rows" in run("seal", "t.csv", "--offline", "--no-subject").out
    assert document("t.csv.private.json")["subjects"] == {}
    assert run("verify", "t.csv", "--offline").code == 2
    Path("u.csv").write_text(TABLE)
    assert run("seal", "u.csv", "--offline", "--subject", "AGE").code == 0
    assert run("verify", "u.csv", "--offline").code == 2 and run("open", "u.csv", "--row", "4").code == 0
    Path("v.csv").write_text(TABLE)
    assert run("seal", "v.csv", "--offline", "--subject", "PATIENT").code == 3


def shown(sealed: Path, rows: str) -> bytes:
    """A file that shows these rows of the table."""
    made, wanted, file = read_seal(sealed.with_name(f"{sealed.name}.seal.json")), RowNumbers.of(rows), BytesIO()
    assert wanted is not None
    write_shown(made, open_table(sealed, made.reading), wanted, file)
    return file.getvalue()


def test_many_rows_are_shown_as_each_is_opened(run: Callable[..., Answer], sealed: Path) -> None:
    opened = {}
    for row in range(1, 6):
        run("open", "table.csv", "--row", str(row), "--out", f"{row}.json")
        opened[row] = document(f"{row}.json")
    run_of = Run([shown(sealed, "1,3-5")], "it")
    for one, row in zip(run_of.rows(), (1, 3, 4, 5), strict=True):
        assert (one.row, one.form.decode(), one.nonce.hex()) == (row, opened[row]["form"], opened[row]["nonce"])
    assert run_of.seal == document()


def test_rows_that_cannot_be_shown_are_refused(run: Callable[..., Answer], sealed: Path) -> None:
    for rows, words in (("0", "no row 0"), ("4-6", "no row 6"), ("8", "no row 8")):
        with pytest.raises(UsageError, match=words):
            shown(sealed, rows)
    sealed.write_text(TABLE.replace("34", "35"))
    with pytest.raises(FailedError, match="is not the table that"):
        shown(sealed, "2")


def test_of_a_table_with_erased_rows_the_others_are_shown(run: Callable[..., Answer], sealed: Path) -> None:
    before, full = shown(sealed, "1,4-5"), Path("full.csv")
    full.write_text(TABLE)
    why = ("--by", "Data protection office", "--reason", "entered by mistake", "--legal-basis", "GDPR 17(1)(d)")
    assert run("forget", "table.csv", "--participant", "s-2", *why, "--yes").code == 0
    assert shown(sealed, "1,4-5") == before
    with pytest.raises(FailedError, match="row 2 of table was erased"):
        shown(sealed, "1-4")
    sealed.write_text(full.read_text())  # a copy that still has them
    assert shown(sealed, "1,4-5") == before
