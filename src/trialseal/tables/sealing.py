"""Seals of tables: made, kept with their private part beside the file, checked against a file, opened row by row."""

from __future__ import annotations

import csv
import io
import json
import os
import secrets
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from trialseal.documents import canonical
from trialseal.documents.versions import FORMAT, format_of, version_of
from trialseal.errors import FailedError, UndeterminedError, UsageError
from trialseal.files import place, read_small, write_bytes
from trialseal.kept_json import value_of
from trialseal.tables import erased, seal_form
from trialseal.tables.content import Content, Progress, content_of
from trialseal.tables.csv_form import require_closed_quotes
from trialseal.tables.file_facts import Facts, FileFacts, file_facts
from trialseal.tables.names import manifest_path, private_path, rows_path
from trialseal.tables.salting import Salting
from trialseal.tables.schema import Schema, parse_schema
from trialseal.tables.table import Reading, Table
from trialseal.tables.text_pieces import TextBlocks
from trialseal.tables.tombstones import Tombstone

_KIND = "dataset"
_PRIVATE = "trialseal-private"
_UNERASED = "trialseal-private/1"
"""Of a table from which nobody was erased; earlier programs read it."""
# The column of SDTM and ADaM that tells subjects apart in a whole submission.
SUBJECT_COLUMN = "USUBJID"
NO_TRIAL = bytes(32)
# A private file holds a secret of 64 digits and a name a subject.
_MAX_PRIVATE_BYTES = 1 << 30


@dataclass(frozen=True)
class Private:
    """What goes only to whoever may hold the table: with it, guesses at rows can be tested."""

    seal: bytes
    """Digest of the seal document that it belongs to."""
    nonce: bytes | None
    """None, like the plain digests, once a participant was erased: a guess at their rows could be tested by them."""
    salt: bytes
    """Of the dataset's id."""
    trial: bytes
    """The trial's id as it went into the rows' nonces; zeros where there was none."""
    own: bytes
    """The secret of rows about no subject."""
    digest: bytes | None
    """SHA-256 of the sealed file; None for a folder."""
    content: bytes | None
    """The unsalted root."""
    form: str
    """What kind of file it was."""
    subjects: Mapping[str, bytes] = field(default_factory=dict)
    """By canonical cell."""
    erased: tuple[Tombstone, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The private file."""
        value: dict[str, Any] = {
            "format": format_of(_PRIVATE) if self.erased else _UNERASED,
            "note": "Keep this file as safe as the table itself, and give it only to whoever may hold the table.",
            "seal": self.seal.hex(),
        }
        for name, given in (("nonce", self.nonce), ("salt", self.salt), ("trial", self.trial), ("secret", self.own)):
            if given is not None:
                value[name] = given.hex()
        if self.content is not None:
            value["content"] = self.content.hex()
        value["form"] = self.form
        value["subjects"] = {subject: secret.hex() for subject, secret in self.subjects.items()}
        if self.digest is not None:
            value["bytes"] = self.digest.hex()
        if self.erased:
            value["erased"] = [one.as_json() for one in self.erased]
        return value


@dataclass(frozen=True)
class SealedTable:
    """A seal document with what lies beside it."""

    path: Path
    document: dict[str, Any]
    schema: Schema
    reading: Reading
    private: Private | None
    data: bytes
    """The seal document's bytes, as they were read."""

    @property
    def digest(self) -> bytes:
        """What goes on chain."""
        return canonical.document_digest(self.document)

    @property
    def name(self) -> str:
        """The table's name."""
        return str(self.document["name"])

    @property
    def rows(self) -> int:
        """How many rows were sealed."""
        return int(self.document["rows"])

    def needed(self) -> Private:
        """The private part; UndeterminedError where it is not there."""
        if self.private is None:
            raise UndeterminedError(
                f"{private_path(self.path)} is not there, and without it nobody can tell whether a table is the sealed "
                "one: ask whoever sealed it, or for the proof of single rows"
            )
        return self.private

    def salting(self) -> Salting:
        """The secrets of its rows."""
        private = self.needed()
        subject = self.document.get("subject")
        return Salting(
            private.trial,
            bytes.fromhex(self.document["id"]),
            private.own,
            None if subject is None else self.schema.index(subject),
            dict(private.subjects),
        )


@dataclass(frozen=True)
class Made:
    """A seal that has just been made, not yet written."""

    document: dict[str, Any]
    private: Private
    content: Content
    rows: Path
    """A temporary file that is put in its place when the seal is kept."""
    manifest: bytes | None = None
    """Of a folder, the list of its files as CSV."""


def make(
    table: Table,
    *,
    name: str | None = None,
    trial: bytes = NO_TRIAL,
    trial_name: Mapping[str, Any] | None = None,
    schema: Schema | None = None,
    subject: str | None = None,
    reading: Reading | None = None,
    progress: Progress | None = None,
    beside: Path | None = None,
) -> Made:
    """A new seal of a table, with secrets of its own. `subject` is the column that names subjects.

    `beside` is where it will be kept, by default with the table: what is temporary lies there.
    """
    name = name or table.name
    salt, nonce, own = (secrets.token_bytes(32) for _ in range(3))
    dataset = sha256(salt + name.encode("utf-8")).digest()
    where = None if subject is None else table.schema.index(subject)
    salting = Salting(trial, dataset, own, where, {}, lambda: secrets.token_bytes(32))
    rows = Path(_temporary(beside or table.path))
    try:
        with rows.open("wb+") as file:
            content, facts = read_whole(table, schema, salting=salting, prefixes=file, progress=progress)
        os.chmod(rows, 0o600)
        document: dict[str, Any] = {"format": FORMAT, "kind": _KIND}
        if trial_name is not None:
            document["trial"] = dict(trial_name)
        document |= {"name": name, "id": dataset.hex(), **content.schema.as_json(), "rows": content.rows}
        if subject is not None:
            document["subject"] = subject
        assert content.salted_root is not None  # there is a salting
        document["root"] = content.salted_root.hex()
        document["content"] = canonical.private_digest(nonce, content.root).hex()
        if facts:
            document["bytes"] = canonical.private_digest(nonce, facts.digest).hex()
        if reading is not None and reading.as_json():
            document["reading"] = reading.as_json()
        private = Private(
            canonical.document_digest(document),
            nonce,
            salt,
            trial,
            own,
            facts.digest if facts else None,
            content.root,
            table.form,
            salting.secrets,
        )
        return Made(document, private, content, rows, _manifest(table) if table.path.is_dir() else None)
    except BaseException:
        rows.unlink(missing_ok=True)
        raise


def keep(made: Made, path: Path) -> SealedTable:
    """Writes a seal: first what is private, the seal document last, so that what there is of it is whole.

    Nothing that is there already is overwritten, and of a seal that cannot be written whole nothing is left.
    """
    data = (json.dumps(made.document, indent=2, ensure_ascii=False) + "\n").encode()
    private = json.dumps(made.private.as_json(), ensure_ascii=False) + "\n"
    placed: list[Path] = []
    try:
        sealed = _sealed(path, data, lambda value: made.private)
        for target, content, mode in (
            (private_path(path), private.encode(), 0o600),
            (rows_path(path), made.rows, 0o600),
            (manifest_path(path), made.manifest, 0o600),
            (path, data, 0o644),
        ):
            if isinstance(content, Path):
                place(content, target)
            elif content is not None:
                write_bytes(target, content, mode, overwrite=False)
            placed.append(target)
    except BaseException:
        for one in placed:
            one.unlink(missing_ok=True)
        raise
    finally:
        made.rows.unlink(missing_ok=True)
    return sealed


def read_seal(path: Path) -> SealedTable:
    """A seal document and its private part, if that lies beside; FailedError where one of them is not whole."""
    return _sealed(path, canonical.read_document(path), partial(_private, path))


def _sealed(path: Path, data: bytes, private: Callable[[Mapping[str, Any]], Private | None]) -> SealedTable:
    value = canonical.parse_json(data, str(path))
    if not isinstance(value, dict) or value.get("kind") != _KIND:
        from trialseal.documents import models

        document = models.parse_document(value, str(path))
        raise UsageError(f"{path} is a document of kind {document.kind}, not the seal of a dataset")
    seal_form.require(value, str(path))
    schema = parse_schema({"columns": value["columns"]}, str(path))
    return SealedTable(path, value, schema, Reading.from_json(value.get("reading", {})), private(value), data)


def read_whole(
    table: Table,
    schema: Schema | None,
    *,
    salting: Salting | None = None,
    open_row: int | None = None,
    prefixes: BinaryIO | None = None,
    progress: Progress | None = None,
) -> tuple[Content, FileFacts | None]:
    """The content of a table and the digest of its file, read at once; a folder has no digest of its own."""
    if table.path.is_dir():
        return content_of(table, schema, salting=salting, open_row=open_row, prefixes=prefixes, progress=progress), None
    before = table.path.stat()
    facts = Facts()
    with ThreadPoolExecutor(1) as pool:
        beside = None if isinstance(table.blocks, TextBlocks) else pool.submit(file_facts, table.path)
        content = content_of(
            table, schema, salting=salting, open_row=open_row, prefixes=prefixes, progress=progress, facts=facts
        )
        found = facts.found or (beside.result() if beside else file_facts(table.path))
    if table.form == "CSV":
        require_closed_quotes(table.path, found.quotes, table.reading.encoding)
    after = table.path.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise FailedError(f"{table.path} changed while it was read: wait until it is written, then try again")
    return content, found


@contextmanager
def temporary_rows(table: Table) -> Iterator[BinaryIO]:
    """A file for the beginnings of leaves, gone afterwards."""
    with tempfile.TemporaryFile() as file:
        yield file


def open_row(sealed: SealedTable, table: Table, row: int, progress: Progress | None = None) -> dict[str, Any]:
    """The document that discloses one row of the sealed table; FailedError where the table is another one."""
    if not 1 <= row <= sealed.rows:
        raise UsageError(f"there is no row {row}: {sealed.name} has {sealed.rows}, counted from 1")
    if sealed.needed().erased:
        opened = erased.open_row(sealed, table, row, progress)
    else:
        content = content_of(table, sealed.schema, salting=sealed.salting(), open_row=row, progress=progress)
        if (
            content.opened is None
            or content.salted_root is None
            or content.salted_root.hex() != sealed.document["root"]
        ):
            raise FailedError(
                f"{table.path} is not the table that {sealed.path} seals: trialseal dataset verify says where they "
                "differ"
            )
        opened = content.opened
    return {
        "format": FORMAT,
        "kind": "dataset-row",
        "seal": sealed.document,
        "row": row,
        "form": opened.form,
        "nonce": opened.nonce.hex(),
        "proof": [sibling.hex() for sibling in opened.proof],
    }


def _manifest(table: Table) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.schema.names)
    for block in table.blocks():
        for path, size, digest, note in zip(*(array.to_pylist() for array in block), strict=True):
            writer.writerow([path, None if size is None else int(size), digest, note])
    return text.getvalue().encode("utf-8")


def _private(seal: Path, document: Mapping[str, Any]) -> Private | None:
    path = private_path(seal)
    if not os.path.lexists(path):
        return None
    try:
        value = value_of(read_small(path, _MAX_PRIVATE_BYTES, follow=False))
        version_of(value["format"], _PRIVATE, str(path))
        private = Private(
            seal=_digest(value["seal"]),
            nonce=_digest(value["nonce"]) if "erased" not in value else None,
            salt=_digest(value["salt"]),
            trial=_digest(value["trial"]),
            own=_digest(value["secret"]),
            digest=_digest(value["bytes"]) if "bytes" in value else None,
            content=_digest(value["content"]) if "erased" not in value else None,
            form=str(value["form"]),
            subjects={str(subject): _digest(secret) for subject, secret in value["subjects"].items()},
            erased=tuple(Tombstone.from_json(one) for one in value.get("erased", ())),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise FailedError(f"{path} is damaged ({error}): restore it from a copy") from None
    if private.seal != canonical.document_digest(document):
        raise FailedError(f"{path} belongs to another seal document than {seal}: restore the one or the other")
    return private


def _digest(text: object) -> bytes:
    if not isinstance(text, str) or len(text) != 64:
        raise ValueError("a digest or secret in it is not 64 hexadecimal digits")
    return bytes.fromhex(text)


def _temporary(beside: Path) -> str:
    try:
        descriptor, name = tempfile.mkstemp(dir=beside.resolve().parent, prefix=f".{beside.name}.")
    except OSError as error:
        raise UsageError(f"nothing can be written beside {beside}: {error.strerror or error}") from None
    os.close(descriptor)
    return name
