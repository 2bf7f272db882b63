"""The proof of one row of a sealed table, as `dataset open` writes it: what it discloses, and whether it holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from trialseal.documents import canonical
from trialseal.errors import FailedError, UsageError
from trialseal.merkle import tree
from trialseal.tables.comparing import shown

KIND = "dataset-row"


def words_of(proof: Mapping[str, Any], cells: list[Any]) -> str:
    """'row 2 of the 17 of the sealed table adsl: AGE 51', of a proof that holds; names and cells as they are."""
    seal = proof["seal"]
    names = [column["name"] for column in seal["columns"]]
    told = ", ".join(f"{name} {shown(cell)}" for name, cell in zip(names, cells, strict=True) if cell is not None)
    return f"row {proof['row']} of the {seal['rows']:,} of the sealed table {seal['name']}: {told}"


def cells_of(proof: Mapping[str, Any], name: str) -> list[Any]:
    """The cells that a proof discloses; FailedError unless they are a row of the table that its seal document seals.

    `proof` has passed its model. Whether the seal document itself stands on a chain is another question.
    """
    seal, form = proof["seal"], proof["form"]
    # (1) The row is what it looks like: a canonical form with a cell for each column.
    try:
        cells = json.loads(form, parse_int=float)
        same = isinstance(cells, list) and canonical.canonical_bytes(cells).decode() == form
    except (ValueError, UsageError):
        same = False
    if not same or len(cells) != len(seal["columns"]):
        raise FailedError(f"{name}: the row is not in canonical form with {len(seal['columns'])} cells")
    # (2) Its leaf, with its nonce.
    leaf = tree.leaf_hash(bytes.fromhex(proof["nonce"]) + form.encode("utf-8"))
    # (3) The leaf lies under the sealed root; leaf 0 is the schema.
    siblings = [bytes.fromhex(one) for one in proof["proof"]]
    try:
        tree.verify_inclusion(leaf, proof["row"], seal["rows"] + 1, siblings, bytes.fromhex(seal["root"]))
    except FailedError as error:
        raise FailedError(f"{name}: {error}") from None
    found: list[Any] = json.loads(form)
    return found
