"""The published vectors of datasets, which another implementation makes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tables import content
from test_xpt import transport

from trialseal.documents import models
from trialseal.documents.canonical import document_digest
from trialseal.merkle.tree import leaf_hash
from trialseal.tables.cells import Misfit, from_text
from trialseal.tables.columns import row_forms
from trialseal.tables.content import content_of
from trialseal.tables.reading import open_table
from trialseal.tables.row_proof import cells_of
from trialseal.tables.salting import Salting
from trialseal.tables.schema import Column, parse_schema

FOLDER = Path(__file__).parents[2] / "vectors"
VECTORS: dict[str, Any] = json.loads((FOLDER / "datasets.json").read_text(encoding="utf-8"))


def column(one: dict[str, Any]) -> Column:
    return Column("x", one["type"], one.get("decimals"))


def test_the_file_is_the_one_that_the_script_makes() -> None:
    subprocess.run([sys.executable, FOLDER / "make_datasets.py", "--check"], check=True)


@pytest.mark.parametrize("one", VECTORS["cells"], ids=lambda one: f"{one['type']}-{one['text']!a}")
def test_cells(one: dict[str, Any]) -> None:
    assert from_text(one["text"], column(one)) == one["cell"]


@pytest.mark.parametrize("one", VECTORS["refused_cells"], ids=lambda one: f"{one['type']}-{one['text']!a}")
def test_refused_cells(one: dict[str, Any]) -> None:
    with pytest.raises(Misfit):
        from_text(one["text"], column(one))


@pytest.mark.parametrize("one", VECTORS["inferred"], ids=lambda one: ascii(one["cells"]))
def test_inferred_types(tmp_path: Path, one: dict[str, Any]) -> None:
    path = tmp_path / "t.csv"
    path.write_text("key,x\n" + "".join(f'k,"{cell}"\n' for cell in one["cells"]), encoding="utf-8")
    assert content(path).schema.columns[1] == column(one)


def test_ibm_floats(tmp_path: Path) -> None:
    numbers = VECTORS["ibm_floats"] + VECTORS["ibm_missing"]
    for one in numbers:
        raw = bytes.fromhex(one["bytes"])
        path = tmp_path / "one.xpt"
        path.write_bytes(transport([("X", 1, len(raw), ""), ("T", 2, 80, "")], raw + b"x" * 80))
        table = open_table(path)
        forms = [form for block in table.blocks() for form in row_forms(block, table.schema, sas=True).to_pylist()]
        assert forms == [f'[{one["cell"]},"{"x" * 80}"]']


def test_a_table_from_csv_to_proofs(tmp_path: Path) -> None:
    given = VECTORS["table"]
    path = tmp_path / "VS.csv"
    path.write_bytes(given["csv"].encode())
    schema = parse_schema({"columns": given["columns"]}, "vectors")
    assert leaf_hash(given["schema_form"].encode()) == schema.leaf() == bytes.fromhex(given["leaves"][0])
    table = open_table(path)
    forms = [form for block in table.blocks() for form in row_forms(block, schema, sas=False).to_pylist()]
    assert forms == given["row_forms"]
    assert content(path, schema).root.hex() == given["content"]

    seal = given["seal"]
    models.parse_document(seal, "vectors")
    assert document_digest(seal).hex() == given["seal_digest"]
    secrets = {subject: bytes.fromhex(secret) for subject, secret in given["subjects"].items()}
    salting = Salting(
        bytes.fromhex(given["trial"]), bytes.fromhex(seal["id"]), bytes.fromhex(given["secret"]), 0, secrets
    )
    for row in range(1, 6):
        found = content_of(table, schema, salting=salting, open_row=row)
        assert found.salted_root is not None and found.salted_root.hex() == seal["root"]
        assert found.opened is not None
        assert found.opened.nonce.hex() == given["nonces"][row - 1]
        assert salting.prefix(found.opened.form).hex() == given["prefixes"][row - 1]
        assert [one.hex() for one in found.opened.proof] == given["proofs"][row - 1]
        proof = {
            "format": "trialseal/1",
            "kind": "dataset-row",
            "seal": seal,
            "row": row,
            "form": found.opened.form,
            "nonce": found.opened.nonce.hex(),
            "proof": given["proofs"][row - 1],
        }
        models.parse_document(proof, "vectors")
        cells_of(proof, "vectors")
