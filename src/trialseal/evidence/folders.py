"""What lies around a file: the trial's folder, its documents, its receipts."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from trialseal.documents.canonical import MAX_DOCUMENT_BYTES
from trialseal.errors import UsageError
from trialseal.evidence.files import RECEIPTS, FileDigests, digests_of

RECEIPT_FORMAT = "trialseal-receipt/1"
PROTOCOL, DOCUMENTS = "protocol.json", "documents"
# A file lies in its trial's folder, or at most this many folders below it.
_LEVELS = 4
# More files than this in one place are data, not documents.
_MANY = 1000
_LARGEST_RECEIPT = 1 << 18


class Receipt(NamedTuple):
    """What a receipt says of the file that an act sealed. It proves nothing by itself: the chain is asked."""

    path: Path
    name: str
    """The file's name at the time."""
    trial: bytes
    digest: bytes
    text_digest: bytes | None
    """SHA-256 of the text without byte order mark, with LF line ends, without trailing line ends."""
    canonical: bytes | None
    """SHA-256 of the RFC 8785 form, if the file was JSON."""


class FileCache:
    """Each file's digests, read once in a run."""

    def __init__(self) -> None:
        self._known: dict[str, FileDigests] = {}

    def digests(self, path: Path) -> FileDigests:
        """As `digests_of`."""
        place = str(path)
        known = self._known.get(place)
        if known is None:
            known = self._known[place] = digests_of(path)
        return known

    def read_ahead(self, paths: Sequence[Path]) -> None:
        """Hashes those of many files that are large, as many at a time as there are cores."""
        from concurrent.futures import ThreadPoolExecutor

        large = [path for path in paths if _is_large(path)]
        if len(large) > 1:
            with ThreadPoolExecutor(min(os.cpu_count() or 1, len(large))) as pool:
                list(pool.map(self.digests, large))


def _is_large(path: Path) -> bool:
    try:
        return os.stat(path).st_size > MAX_DOCUMENT_BYTES
    except (OSError, ValueError):
        return False  # `digests_of` says what is wrong


class TrialFolder:
    """A folder that holds protocol.json or receipts/; everything in it is read when it is first asked for."""

    def __init__(self, path: Path, cache: FileCache) -> None:
        self.path = path
        self._cache = cache

    @cached_property
    def files(self) -> tuple[FileDigests, ...]:
        """The files beside protocol.json and in documents/."""
        found = []
        for path in (*_files(self.path), *_files(self.path / DOCUMENTS)):
            try:
                found.append(self._cache.digests(path))
            except UsageError:  # what cannot be read is not at hand
                continue
        return tuple(found)

    @cached_property
    def receipts(self) -> tuple[Receipt, ...]:
        """The receipts of acts about files."""
        root = self.path / RECEIPTS
        paths = sorted(root.rglob("*.json")) if root.is_dir() else []
        return tuple(receipt for path in paths if (receipt := _receipt(path)))

    @cached_property
    def last_receipts(self) -> dict[str, Receipt]:
        """The last receipt about a file of each name."""
        return {receipt.name: receipt for receipt in self.receipts}

    @cached_property
    def trials(self) -> frozenset[bytes]:
        """The trials that the receipts are about: as a rule one."""
        return frozenset(receipt.trial for receipt in self.receipts)


class Surroundings:
    """Finds the trial's folder of a file, each folder once."""

    def __init__(self, cache: FileCache) -> None:
        self._cache = cache
        self._folders: dict[Path, TrialFolder] = {}
        self._by_name: dict[str, TrialFolder | None] = {}

    def folder_of(self, file: Path) -> TrialFolder | None:
        """The nearest folder around the file that is a trial's; None if there is none."""
        place = os.path.dirname(str(file))
        if place not in self._by_name:
            self._by_name[place] = self._folder(Path(place).absolute())
        return self._by_name[place]

    def _folder(self, place: Path) -> TrialFolder | None:
        around = [place, *place.parents][: _LEVELS + 1]
        # A copy of a protocol may lie anywhere; receipts lie where the acts were made.
        for mark in (RECEIPTS, PROTOCOL):
            for folder in around:
                if (folder / mark).exists():
                    return self._folders.setdefault(folder, TrialFolder(folder, self._cache))
        return None


def _files(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        return
    for number, path in enumerate(sorted(folder.iterdir())):
        if number == _MANY:
            return
        if path.is_file() and not path.name.startswith("."):
            yield path


def _receipt(path: Path) -> Receipt | None:
    try:
        if path.stat().st_size > _LARGEST_RECEIPT:
            return None
        value: Any = json.loads(path.read_bytes())
        if value["format"] != RECEIPT_FORMAT or not value.get("document"):
            return None
        return Receipt(
            path=path,
            name=str(value["document"]),
            trial=bytes.fromhex(value["trial"]),
            digest=bytes.fromhex(value["subject"]),
            text_digest=_optional(value.get("text_digest")),
            canonical=_optional(value.get("canonical")),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _optional(text: str | None) -> bytes | None:
    return bytes.fromhex(text) if text else None
