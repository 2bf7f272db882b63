"""One reading of a file: its bytes, their digests and what they say. What was read is hashed, sent, kept and shown."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from trialseal import files
from trialseal.documents.canonical import MAX_DOCUMENT_BYTES, TOO_LARGE, document_digest, parse_json
from trialseal.documents.versions import format_of, is_later, later_words
from trialseal.errors import UsageError
from trialseal.files import Place
from trialseal.folder.places import Places
from trialseal.tables.row_text import KIND, RUNS, RowProof, RowTexts, begins_run

FORMAT = format_of("trialseal")
PROOF_KINDS = (ROW_PROOF, ENDPOINT_PROOF) = (KIND, "endpoint-proof")
"""Kinds of documents that prove a part of what is sealed."""
# Only what names itself a document of ours is parsed: everything else is bytes.
_MARK = b'"trialseal/'
_FORM = re.compile(rb'"format"\s*:\s*"(trialseal-[a-z-]{1,40}/\d{1,4})"')
_BEGINNING = 1 << 12
_CHUNK = 1 << 20
# How many files are read between two words of progress.
_PROGRESS_EVERY = 500


class FileReading(NamedTuple):
    """A file as it was read at one moment. Digests have 32 bytes."""

    place: str
    """Where it lies: as text, since of thousands of small files the paths take longer to make than the hashes."""
    raw: bytes
    """SHA-256 of the bytes, as `sha256sum` prints it."""
    canonical: bytes | None
    """SHA-256 of the RFC 8785 form, where the file is a document of trialseal."""
    document: dict[str, Any] | None
    """That document as parsed JSON."""
    size: int
    """Bytes."""
    fault: str | None = None
    """Why a file that names itself a document of trialseal could not be read as one."""
    data: bytes | None = None
    """The bytes, where they were to be kept; None of a file larger than a document may be."""
    form: str | None = None
    """What another file of ours calls itself, such as trialseal-event-proof/1."""
    later: bool = False
    """Whether a later version of trialseal made the document, which `fault` then says."""
    row: RowProof | None = None
    """Of the proof of a row that was taken apart, what it is; then `document` is None."""
    source: Callable[[], Iterable[bytes]] | None = None
    """What gives the bytes of a file that does not lie on the disk, in pieces."""

    @property
    def path(self) -> Path:
        """Where it lies."""
        return Path(self.place)

    @property
    def name(self) -> str:
        """The last part of its path."""
        return os.path.basename(self.place)

    @property
    def digests(self) -> tuple[bytes, ...]:
        """Those under which the file may be sealed."""
        return (self.raw,) if self.canonical is None else (self.canonical, self.raw)

    @property
    def digest(self) -> bytes:
        """The one under which an act seals it."""
        return self.canonical or self.raw

    @property
    def is_plain(self) -> bool:
        """Whether it does not name itself as anything of ours."""
        return self.canonical is None and self.document is None and not (self.form or self.fault or self.row)

    @property
    def kind(self) -> str | None:
        """The document's own word for its kind."""
        if self.row is not None:
            return ROW_PROOF
        kind = self.document.get("kind") if self.document else None
        return kind if isinstance(kind, str) else None

    @property
    def has_rows(self) -> bool:
        """Whether it says that it has many rows of a table, each with what proves it."""
        return self.form is not None and self.form.startswith(RUNS + "/")

    def value(self) -> object:
        """The JSON value that the bytes are; UsageError in one sentence if they are none, or were too many."""
        if self.document is not None:
            return self.document
        if self.row is not None:
            return self.row.value
        if self.data is None:
            raise UsageError(f"{self.place} is larger than {files.size_words(MAX_DOCUMENT_BYTES)}{TOO_LARGE}")
        return parse_json(self.data, self.place)

    def again(self) -> bytes | None:
        """The bytes, read once more if need be; None if the file is no longer what was read, or is too large."""
        if self.data is not None or self.size > MAX_DOCUMENT_BYTES:
            return self.data
        if self.source is not None:
            return b"".join(self.source())
        try:
            data = files.read_small(self.place, MAX_DOCUMENT_BYTES)
        except (OSError, ValueError):
            return None
        return data if sha256(data).digest() == self.raw else None

    def pieces(self) -> Iterable[bytes]:
        """The bytes of a file of any size, read once more; UsageError at their end if they are no longer those."""
        if self.data is not None:
            return (self.data,)
        return self.source() if self.source is not None else self._pieces()

    def _pieces(self) -> Iterator[bytes]:
        found = sha256()
        with files.open_file(self.path, follow=False) as file:
            while chunk := file.read(_CHUNK):
                found.update(chunk)
                yield chunk
        if found.digest() != self.raw:
            raise UsageError(f"{self.place} was written to while it was read: run the command again")


def read(
    path: Path, *, follow: bool = True, keep: bool = False, seen: bool = False, rows: RowTexts | None = None
) -> FileReading:
    """Reads a file of any size; UsageError if it cannot be read, or is none.

    `follow` False refuses a link, as for what was found in a folder; `keep` keeps the bytes for sealing and copies;
    `seen` as in `files.descriptor_of`; `rows` as in `of_bytes`.
    """
    reading = _read(path, follow, keep, seen, hash_large=True, rows=rows)
    assert reading is not None
    return reading


def _read(
    path: Place, follow: bool, keep: bool, seen: bool, hash_large: bool, rows: RowTexts | None = None
) -> FileReading | None:
    """As `read`; None, if large ones are not to be hashed, for a file that is larger than a document may be."""
    try:
        descriptor, size = files.descriptor_and_size(path, follow=follow, seen=seen)
        try:
            if size > MAX_DOCUMENT_BYTES:
                return _large(path, descriptor) if hash_large else None
            data = files.read_descriptor(descriptor, size, MAX_DOCUMENT_BYTES)
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        files.refuse(path, error)
    return of_bytes(path, data, keep=keep, rows=rows)


def of_bytes(
    path: Place, data: bytes, *, keep: bool = True, rows: RowTexts | None = None, raw: bytes | None = None
) -> FileReading:
    """The reading of a file with these bytes; with `rows`, proofs of rows of one table are taken apart.

    `raw` is their SHA-256, where whoever asks has just made it.
    """
    place, raw, kept = str(path), raw or sha256(data).digest(), data if keep else None
    if data.startswith(b"{") and begins_run(data):
        return FileReading(place, raw, None, None, len(data), data=kept, form=form_of(data))
    # Nobody writes text with null bytes: of what has one near its beginning the rest need not be searched.
    if data.find(b"\0", 0, _BEGINNING) >= 0 or _MARK not in data:
        form = form_of(data)
        return FileReading(place, raw, None, None, len(data), None, kept, form)
    if rows is not None and (row := rows.known(data)) is not None:
        return FileReading(place, raw, None, None, len(data), data=kept, row=row)
    try:
        document = parse_json(data, place)
        if isinstance(document, dict) and document.get("format") == FORMAT:
            if rows is not None and document.get("kind") == ROW_PROOF and (row := rows.learn(data, document)):
                return FileReading(place, raw, None, None, len(data), data=kept, row=row)
            # Nobody seals proofs, of which there may be thousands: they need no second digest.
            digest = None if document.get("kind") in PROOF_KINDS else document_digest(document)
            return FileReading(place, raw, digest, document, len(data), data=kept)
        if isinstance(document, dict) and is_later(document.get("format")):
            fault = later_words(document["format"], place)
            return FileReading(place, raw, document_digest(document), None, len(data), fault, kept, later=True)
    except UsageError as error:
        return FileReading(place, raw, None, None, len(data), str(error), kept)
    return FileReading(place, raw, None, None, len(data), data=kept, form=form_of(data))


def form_of(data: bytes) -> str | None:
    """What a file of ours that is no document calls itself, by its first bytes."""
    found = _FORM.search(data, 0, _BEGINNING) if data.startswith(b"{") else None
    return found[1].decode("ascii") if found else None


class Readings:
    """Each file's reading, made once in a run; `places` is where they lie."""

    def __init__(self, places: Places | None = None) -> None:
        self.places = places or Places()
        self._known = dict(self.places.readings)
        self._rows = RowTexts()
        self._here = _here()
        # In front of a relative name: what `os.path.join` puts there, of thousands of names.
        self._before = self._here.rstrip("/") + "/" if self._here and os.name == "posix" else None

    def of(self, path: Path, *, follow: bool = False, seen: bool = False) -> FileReading:
        """As `read`; of a file read before, that reading."""
        return self._reading(path, follow=follow, keep=False, seen=seen)

    def kept(self, path: Path, *, follow: bool = True) -> FileReading:
        """As `of`, with the bytes of a file that is no larger than a document may be."""
        return self._reading(path, follow=follow, keep=True)

    def _reading(self, path: Path, *, follow: bool, keep: bool, seen: bool = False) -> FileReading:
        place = self._place(str(path))
        known = self._known.get(place)
        if known is not None and known.source is not None:
            if keep and known.data is None:
                known = self._known[place] = known._replace(data=known.again())
        elif known is None or (keep and known.data is None and known.size <= MAX_DOCUMENT_BYTES):
            known = self._known[place] = read(path, follow=follow, keep=keep, seen=seen, rows=self._rows)
        return known if known.place == str(path) else known._replace(place=str(path))

    def _place(self, text: str) -> str:
        """The one name under which a path's reading is kept."""
        if text.startswith("/"):
            place = text
        else:
            place = os.path.join(self._here, text) if self._before is None else self._before + text
        return os.path.normpath(place) if ".." in place else place

    def read_all(
        self,
        paths: Sequence[Place],
        found: Callable[[Place], bool] = lambda path: False,
        progress: Callable[[int], None] = lambda number: None,
    ) -> list[FileReading | UsageError]:
        """As `of`, of many files: large ones are hashed last, as many at a time as there are cores.

        Links that were `found` are refused; `progress` hears now and then how many files have been read.
        """
        given: list[FileReading | UsageError | None] = []
        for number, path in enumerate(paths):
            if number % _PROGRESS_EVERY == 0:
                progress(number)
            given.append(self._small(path, found(path)))
        large = [place for place, one in enumerate(given) if one is None]
        if large:
            from concurrent.futures import ThreadPoolExecutor

            def hashed(place: int) -> FileReading | UsageError:
                try:
                    return self.of(Path(paths[place]), follow=not found(paths[place]))
                except UsageError as error:
                    return error

            with ThreadPoolExecutor(min(os.cpu_count() or 1, len(large))) as pool:
                for place, one in zip(large, pool.map(hashed, large), strict=True):
                    given[place] = one
        return [one for one in given if one is not None]

    def _small(self, path: Place, seen: bool) -> FileReading | UsageError | None:
        place = self._place(str(path))
        known = self._known.get(place)
        if known is not None:
            return known if known.place == str(path) else known._replace(place=str(path))
        try:
            reading = _read(path, not seen, False, seen, hash_large=False, rows=self._rows)
        except UsageError as error:
            return error
        if reading is not None:
            self._known[place] = reading
        return reading


def _here() -> str:
    """The folder that relative names start from; empty if it was deleted."""
    try:
        return os.getcwd()
    except OSError:
        return ""


def _large(path: Place, descriptor: int) -> FileReading:
    with os.fdopen(descriptor, "rb", buffering=0, closefd=False) as file:
        beginning = file.read(_BEGINNING)
        file.seek(0)
        digest = hashlib.file_digest(file, sha256).digest()
        form = form_of(beginning) if begins_run(beginning) else None
        return FileReading(str(path), digest, None, None, file.tell(), form=form)
