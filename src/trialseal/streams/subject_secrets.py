"""The secrets that an entry's nonce is made from: one a subject, in a private file of fixed records.

A record is a pseudonym (16 bytes) and a secret (32 bytes), in the order in which the subjects came. Record 0 is the
stream's own, for what is about nobody, under a pseudonym of zeros. Forgetting a subject overwrites its secret with
zeros where it stands; the pseudonym stays as a mark that nothing more may come of it.
"""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path
from typing import BinaryIO

from trialseal import files
from trialseal.documents.nonces import SECRET_BYTES, Nonces
from trialseal.errors import FailedError
from trialseal.streams import disk
from trialseal.streams.pseudonyms import PSEUDONYM_BYTES

FILE = "secrets"
RECORD_BYTES = PSEUDONYM_BYTES + SECRET_BYTES
FORGOTTEN = bytes(SECRET_BYTES)
_NOBODY = ""


class SubjectSecrets:
    """The records of a store, in memory; `trial` and `stream` are what their nonces are bound to."""

    def __init__(self, folder: Path, trial: bytes, stream: bytes) -> None:
        self._path = folder / FILE
        self._trial, self._stream = trial, stream
        self._records: dict[str, tuple[int, bytes]] = {}
        self._nonces: dict[str, Nonces] = {}

    @property
    def count(self) -> int:
        """Number of records."""
        return len(self._records)

    @property
    def has_subjects(self) -> bool:
        """Whether anybody's secret is here, and not the stream's own alone."""
        return len(self._records) > 1

    def load(self, count: int) -> None:
        """Reads the first `count` records; FailedError if there are fewer."""
        data = disk.read_whole(self._path, "the secrets of the stream's participants")
        if len(data) < count * RECORD_BYTES:
            raise FailedError(
                f"{self._path} is cut off: it holds {len(data) // RECORD_BYTES} of {count} secrets; "
                "restore it from a backup"
            )
        self._nonces.clear()
        self._records.clear()
        for number in range(count):
            record = data[number * RECORD_BYTES : (number + 1) * RECORD_BYTES]
            name = record[:PSEUDONYM_BYTES].hex() if number else _NOBODY
            self._records[name] = (number, record[PSEUDONYM_BYTES:])
        if count and data[:PSEUDONYM_BYTES] != bytes(PSEUDONYM_BYTES):
            raise FailedError(f"{self._path} does not begin with the stream's own secret: restore it from a backup")
        if len(self._records) != count:
            raise FailedError(f"{self._path} names a participant twice: restore it from a backup")

    def create(self) -> None:
        """Makes the file with the stream's own secret."""
        files.put(self._path, bytes(PSEUDONYM_BYTES) + secrets.token_bytes(SECRET_BYTES), disk.PRIVATE)

    def knows(self, subject: str) -> bool:
        """Whether there is a record for a subject, forgotten or not."""
        return subject in self._records

    def is_forgotten(self, subject: str) -> bool:
        """Whether the subject's secret was destroyed."""
        record = self._records.get(subject)
        return record is not None and record[1] == FORGOTTEN

    def nonces(self, subject: str | None) -> Nonces | None:
        """A participant's nonces (None: of the stream itself); None if they have no secret, or none any more."""
        name = subject or _NOBODY
        found = self._nonces.get(name)
        if found is None and name in self._records and self._records[name][1] != FORGOTTEN:
            found = self._nonces[name] = Nonces(self._records[name][1], self._trial, self._stream)
        return found

    @property
    def about(self) -> bytes:
        """What nonces are bound to: trial ‖ stream."""
        return self._trial + self._stream

    def secret(self, subject: str | None) -> bytes:
        """A participant's secret (None: the stream's own), which must be there."""
        return self._records[subject or _NOBODY][1]

    def digest(self, data: bytes) -> bytes:
        """A digest that nobody without the stream's own secret can make."""
        return hmac.digest(self._records[_NOBODY][1], b"digest" + data, "sha256")

    def add(self, subject: str, file: BinaryIO) -> Nonces:
        """A new subject's secret, written to the open file's end."""
        secret = secrets.token_bytes(SECRET_BYTES)
        file.write(bytes.fromhex(subject) + secret)
        self._records[subject] = (len(self._records), secret)
        found = self._nonces[subject] = Nonces(secret, self._trial, self._stream)
        return found

    def shorten(self, count: int) -> None:
        """Forgets, in memory, all records behind the first `count`: they were never committed."""
        for name in list(self._records)[count:]:
            del self._records[name]
            self._nonces.pop(name, None)

    def destroy(self, subject: str) -> None:
        """Overwrites a subject's secret where it stands; harmless if it is done already."""
        number, _ = self._records[subject]
        with files.opened_to_change(self._path) as file:
            file.seek(number * RECORD_BYTES + PSEUDONYM_BYTES)
            file.write(FORGOTTEN)
            file.flush()
            os.fsync(file.fileno())
        self._records[subject] = (number, FORGOTTEN)
        self._nonces.pop(subject, None)
