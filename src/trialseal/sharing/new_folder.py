"""A folder that appears whole or not at all: it is filled beside its place under a name that is hidden."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from trialseal import escaping
from trialseal.errors import UsageError


def beside(folder: Path, mode: int = 0o777) -> Path:
    """A new, empty folder beside `folder`; UsageError if that is there already, or nothing can be made there."""
    if os.path.lexists(folder):
        raise UsageError(f"{escaping.path(folder)} is there already: name a folder that is not, with --out")
    new = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        new.mkdir(mode)
    except OSError as error:
        below_a_file = isinstance(error, FileExistsError | NotADirectoryError)
        why = "a folder above it is a file" if below_a_file else error.strerror or error
        raise UsageError(f"{escaping.path(folder)} cannot be made ({why}): name another place with --out") from None
    return new
