"""Which of the files that a reader names are bundles, however they are called."""

from __future__ import annotations

from trialseal.evidence.bundle.read_me import READ_ME_FIRST
from trialseal.files import opened
from trialseal.folder.layout import BUNDLE_ENDING

# The sizes and the checksum of the first member stand between them.
_BEGIN, _NAME = b"PK\3\4", slice(30, 30 + len(READ_ME_FIRST))


def is_bundle(name: str) -> bool:
    """Whether a file that was named is a bundle, or is called as one: mail programs and people rename files."""
    if name.endswith(BUNDLE_ENDING):
        return True
    try:
        with opened(name) as file:
            head = file.read(_NAME.stop)
    except (OSError, ValueError):
        return False
    return head.startswith(_BEGIN) and head[_NAME] == READ_ME_FIRST.encode()
