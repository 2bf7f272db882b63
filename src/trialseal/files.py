"""Writing files whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from trialseal.errors import UsageError


def write_bytes(path: Path, data: bytes, mode: int = 0o644, *, overwrite: bool = True) -> None:
    """Puts `data` at `path`, never half of it: written beside, forced to disk, then renamed.

    UsageError where it cannot be written, or is there already and not to be overwritten.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(temporary, mode)
            if overwrite:
                os.replace(temporary, path)
            else:
                place(Path(temporary), path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}") from None


def place(temporary: Path, path: Path) -> None:
    """Gives a finished file of the same folder its name; UsageError if there is one of that name already."""
    try:
        try:
            os.link(temporary, path)
            temporary.unlink()
        except FileExistsError:
            raise
        except OSError:  # a file system without hard links
            if path.exists():
                raise FileExistsError from None
            os.replace(temporary, path)
    except FileExistsError:
        raise UsageError(f"{path} is there already: it was left as it is") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}") from None


def write_json(path: Path, value: Any, mode: int = 0o644) -> None:
    """Puts `value` at `path` as indented JSON, as `write_bytes` does."""
    write_bytes(path, (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode(), mode)
