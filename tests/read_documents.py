"""Documents read from files, as the kind that a test knows them to be."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from trialseal.documents.canonical import read_json
from trialseal.documents.models import parse_document

D = TypeVar("D")


def loaded(path: Path, model: type[D]) -> D:
    """The document in a file, of this kind."""
    document = parse_document(read_json(path), str(path))
    assert isinstance(document, model)
    return document
