"""Where the seal of a file or folder lies, and its private parts beside it. Light: the reading path imports it."""

from __future__ import annotations

from pathlib import Path

SEAL_ENDING = ".seal.json"
PRIVATE_ENDINGS = (".private.json", ".private.rows", ".private.csv")


def seal_path(file: Path) -> Path:
    """Where the seal document of a file lies."""
    return file.with_name(file.name + SEAL_ENDING)


def sealed_path(seal: Path) -> Path:
    """Where the file lies that a seal document was made of."""
    return seal.with_name(seal.name.removesuffix(SEAL_ENDING))


def private_path(seal: Path) -> Path:
    """Where the secrets of a seal document lie."""
    return _beside(seal, PRIVATE_ENDINGS[0])


def rows_path(seal: Path) -> Path:
    """Where the beginnings of all rows' leaves lie, by which a differing row is found."""
    return _beside(seal, PRIVATE_ENDINGS[1])


def manifest_path(seal: Path) -> Path:
    """Where the list of a sealed folder's files lies, by which a changed file is named."""
    return _beside(seal, PRIVATE_ENDINGS[2])


def _beside(seal: Path, ending: str) -> Path:
    file = sealed_path(seal)
    return file.with_name(file.name + ending)
