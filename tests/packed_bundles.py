"""Archives as bundles are, from members in memory and back."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import BinaryIO

from trialseal.evidence.bundle import container
from trialseal.evidence.bundle.member import of_bytes


def packed(members: Mapping[str, bytes]) -> bytes:
    """An archive's bytes."""
    file = io.BytesIO()
    assert container.write(file, {name: of_bytes(content) for name, content in members.items()}) == file.tell()
    return file.getvalue()


def contents(file: BinaryIO) -> dict[str, bytes]:
    """What an archive holds; its name is 'it'."""
    return container.contents(file, "it", lambda _, chunks: b"".join(chunks))
