"""What a command is asked to write: it takes the place of an earlier one of its kind, and of nothing else.

A name typed by mistake must not cost a paper, a table or a sealed document that is nowhere else.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from trialseal import escaping, files
from trialseal.errors import UsageError

ZIPPED: Final = b"PK\3\4"
"""What every bundle begins with."""
# By so much, or by its first line, a page, a table of these columns or a document of this format is known.
_TELLING, _SHORT = 32, 8


def write_output(path: Path, data: bytes, beginning: bytes | None = None) -> None:
    """Puts `data` at `path`. UsageError, and nothing is changed, if what lies there does not begin alike.

    `beginning` is what all of this kind begin with; else it is the first line, or as much of it as tells.
    """
    require_replaceable(path, _beginning(data) if beginning is None else beginning)
    files.write_bytes(path, data)


def require_replaceable(path: Path, beginning: bytes) -> None:
    """UsageError if there is a file at `path` that is not empty and begins in another way, or is no ordinary one."""
    try:
        with files.opened(path) as file:
            there = file.read(len(beginning))
    except FileNotFoundError:
        return
    except OSError as error:
        raise UsageError(
            f"{escaping.path(path)} cannot be written over ({error.strerror or error}): name another file"
        ) from None
    if there and there != beginning:
        raise UsageError(
            f"{escaping.path(path)} is there already, and is not what this command writes: it was left as it is; name "
            "another file"
        )


def first_lines(data: bytes, number: int) -> bytes:
    """So many lines, which tell of what format a JSON document is."""
    return b"".join(data.splitlines(keepends=True)[:number])


def _beginning(data: bytes) -> bytes:
    first = data[:_TELLING]
    line, newline, _ = first.partition(b"\n")
    return line + newline if len(line) >= _SHORT else first
