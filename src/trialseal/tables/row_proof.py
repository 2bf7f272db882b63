"""The proof of one row of a sealed table, as `dataset open` writes it: what it discloses, and whether it holds."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from trialseal.documents import canonical
from trialseal.errors import FailedError, UsageError
from trialseal.merkle import tree
from trialseal.merkle.inclusions import Inclusions
from trialseal.tables.cell_words import shown
from trialseal.tables.row_text import HASH_BYTES, RowProof

_PLAIN = frozenset({str, bool, type(None)})
# Python writes an exponent below and above, where RFC 8785 writes none yet.
_SMALLEST, _LARGEST = 1e-4, 1e16
_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def words_of(proof: RowProof, cells: list[Any]) -> str:
    """'row 2 of the 17 of the sealed table adsl: AGE 51', of a proof that holds; names and cells as they are."""
    seal = proof.seal
    return f"row {proof.row} of the {seal['rows']:,} of the sealed table {seal['name']}: {cells_words(seal, cells)}"


def cells_words(seal: Mapping[str, Any], cells: list[Any]) -> str:
    """'USUBJID "s-2", AGE 51': the cells of a row that are not empty, as they are."""
    both = zip(seal["columns"], cells, strict=True)
    return ", ".join(f"{column['name']} {shown(cell)}" for column, cell in both if cell is not None)


def cells_of(proof: Mapping[str, Any], name: str) -> list[Any]:
    """As `disclosed`, of a proof's document that has passed its model."""
    return disclosed(RowProof.of(proof), name)


def disclosed(proof: RowProof, name: str, tree_of: Inclusions | None = None) -> list[Any]:
    """The cells that a proof discloses; FailedError unless they are a row of the table that its seal document seals.

    `proof` has passed its model. Whether the seal document itself stands on a chain is another question. `tree_of` is
    that table's tree, for who asks of many rows.
    """
    seal, form, siblings = proof.seal, proof.form, proof.siblings
    # (1) The row is what it looks like: a canonical form with a cell for each column.
    cells = _cells(form)
    if cells is None or len(cells) != len(seal["columns"]):
        raise FailedError(f"{name}: the row is not in canonical form with {len(seal['columns'])} cells")
    # (2) Its leaf, with its nonce.
    leaf = tree.leaf_hash(proof.nonce + form.encode("utf-8"))
    # (3) The leaf lies under the sealed root; leaf 0 is the schema.
    hashes = [siblings[at : at + HASH_BYTES] for at in range(0, len(siblings), HASH_BYTES)]
    try:
        (tree_of or sealed_tree(seal)).verify(leaf, proof.row, hashes)
    except FailedError as error:
        raise FailedError(f"{name}: {error}") from None
    return cells


def sealed_tree(seal: Mapping[str, Any]) -> Inclusions:
    """The tree over the schema and the rows of a table, by its seal document."""
    return Inclusions(seal["rows"] + 1, bytes.fromhex(seal["root"]))


def cells_of_forms(forms: Sequence[bytes], columns: int) -> list[list[Any]] | None:
    """The cells of many rows at once; None unless each is plainly a row in canonical form with so many columns.

    Each form begins with a bracket, and has no line feed. So where all cells are plain, no row can begin within
    another, nor within a text, which holds no line feed either: there are as many rows as forms only if each is one.
    """
    try:
        rows = json.loads(b"[%s]" % b",\n".join(forms))
        if len(rows) != len(forms) or not all(
            type(row) is list and len(row) == columns and all(map(_is_plain, row)) for row in rows
        ):
            return None
        return rows if _compact(rows).encode() == b"[%s]" % b",".join(forms) else None
    except (ValueError, RecursionError):
        return None


def cells_of_form(form: bytes) -> list[Any] | None:
    """The cells of a row in canonical form, as UTF-8; None if it is in none."""
    try:
        return _cells(form.decode())
    except ValueError:
        return None


def _cells(form: str) -> list[Any] | None:
    """The cells of a row in canonical form; None if it is in none."""
    try:
        form.encode()  # half a surrogate pair has no form
        cells = json.loads(form)
        if not isinstance(cells, list):
            return None
        if all(map(_is_plain, cells)):  # RFC 8785 writes these as JSON's shortest form does
            return cells if _compact(cells) == form else None
        numbers = json.loads(form, parse_int=float)
        return cells if canonical.canonical_bytes(numbers).decode() == form else None
    except (ValueError, UsageError, RecursionError):
        return None


def _is_plain(cell: object) -> bool:
    if type(cell) is float:  # within these bounds both write the same shortest digits
        return _SMALLEST <= abs(cell) < _LARGEST and not cell.is_integer()
    return type(cell) in _PLAIN or (type(cell) is int and abs(cell) <= canonical.MAX_INTEGER)
