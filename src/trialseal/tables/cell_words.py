"""Cells in words. Light: the reading path imports it."""

from __future__ import annotations

import json
from typing import Any

# SAS keeps 27 missing values beside the ordinary one: ._ and .A to .Z.
SPECIAL_MISSING = ("._", *(f".{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
_as_json = json.JSONEncoder(ensure_ascii=False).encode


def shown(cell: Any) -> str:
    """A cell in words."""
    if cell is None:
        return "missing"
    if isinstance(cell, str) and cell in SPECIAL_MISSING:
        return f"missing ({cell})"
    text = _as_json(cell)
    return text if len(text) <= 60 else text[:57] + '…"'
