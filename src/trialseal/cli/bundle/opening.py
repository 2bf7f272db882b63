"""Opens the bundle that a reader names, in place of a node."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from trialseal import escaping
from trialseal.evidence.bundle.bundle import Bundle, open_bundle
from trialseal.files import write_passing
from trialseal.folder.held import Held


def open_named(path: str, held: Held | None = None) -> Bundle:
    """The bundle in a file that was named, its files as `held` then knows them; UsageError if it is none."""
    return open_bundle(Path(path), escaping.path(path), held)


@contextmanager
def unpacked(bundle: Bundle) -> Iterator[Path]:
    """A bundle's documents, receipts and proofs in a folder of their own, as long as it is needed."""
    with TemporaryDirectory(prefix="trialseal-") as place:
        folder = Path(place) / "bundle"
        folder.mkdir()
        for parent in sorted({os.path.dirname(name) for name in bundle.files}):
            (folder / parent).mkdir(parents=True, exist_ok=True)
        for name, content in bundle.files.items():
            write_passing(os.path.join(folder, name), content.chunks())
        yield folder
