"""Files encrypted by age (https://age-encryption.org/v1), for a key or by a password; stock age opens both."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO, Final, cast

from trialseal import escaping, files
from trialseal.errors import FailedError, UsageError

MOST_BY_PASSWORD: Final = 1 << 30
"""Bytes that a password encrypts at most: such files are made and opened in memory."""
_KEY_FILE = 1 << 16
_BEGINNING = b"age-encryption.org/v1\n"
_RECIPIENT, _IDENTITY = "age1", "AGE-SECRET-KEY-1"


def encrypt_to(path: Path, write: Callable[[BinaryIO], None], recipients: Sequence[str]) -> None:
    """Encrypts what `write` writes, for these recipients (`age1…`), piece by piece.

    UsageError if the file is there already, or a recipient is none.
    """
    import pyrage

    known = [_recipient(one) for one in recipients]

    def encrypted(out: BinaryIO) -> None:
        read_end, write_end = os.pipe()
        failed: list[BaseException] = []

        def pour() -> None:
            try:
                with os.fdopen(write_end, "wb") as file:
                    write(file)
            except BaseException as error:  # told by the other thread
                failed.append(error)

        thread = threading.Thread(target=pour)
        thread.start()
        try:
            with os.fdopen(read_end, "rb") as plain:
                pyrage.encrypt_io(plain, out, known)
        finally:
            thread.join()
        if failed:
            raise failed[0]

    files.write_with(path, encrypted, 0o600, overwrite=False)


def encrypted(data: bytes, recipient: str) -> bytes:
    """A few bytes, such as a key, encrypted in memory."""
    return encrypting_to(recipient)(data)


def looks_whole(path: Path) -> bool:
    """Whether a file begins as one of age, and has more than zeros after it; not whether anybody can open it."""
    with files.open_file(path) as file:
        return file.read(len(_BEGINNING)) == _BEGINNING and bool(file.read(_KEY_FILE).strip(b"\0"))


def encrypting_to(recipient: str) -> Callable[[bytes], bytes]:
    """What encrypts bytes in memory, each time anew; UsageError if the recipient is none."""
    import pyrage

    known = [_recipient(recipient)]
    return lambda data: bytes(pyrage.encrypt(data, known))


def encrypt_stream(read: Callable[[int], bytes], write: Callable[[bytes], int], recipient: str) -> None:
    """Encrypts what is read, piece by piece; UsageError if the recipient is none.

    What reading or writing raises is raised as it is.
    """
    import pyrage

    failed: list[BaseException] = []
    try:
        pyrage.encrypt_io(_Reader(read, failed), _Writer(write, failed), [_recipient(recipient)])
    except (pyrage.EncryptError, OSError):
        if failed:  # pyrage keeps no more of it than its words
            raise failed[0] from None
        raise


class _Reader(io.RawIOBase):
    """A file that keeps what reading it raised."""

    def __init__(self, read: Callable[[int], bytes], failed: list[BaseException]) -> None:
        self._read = read
        self._failed = failed

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        try:
            return self._read(size)
        except BaseException as error:
            self._failed.append(error)
            raise


class _Writer(io.RawIOBase):
    """A file that keeps what writing it raised."""

    def __init__(self, write: Callable[[bytes], int], failed: list[BaseException]) -> None:
        self._write = write
        self._failed = failed

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        try:
            return self._write(cast(bytes, data))
        except BaseException as error:
            self._failed.append(error)
            raise


def encrypt_by_password(path: Path, write: Callable[[BinaryIO], None], password: str) -> None:
    """Encrypts what `write` writes by a password, in memory."""
    import pyrage

    if not password:
        raise UsageError("a password that is empty protects nothing: choose another")
    plain = io.BytesIO()
    write(plain)
    if plain.tell() > MOST_BY_PASSWORD:
        raise UsageError(
            f"{path} would be larger than {files.size_words(MOST_BY_PASSWORD)}, which a password encrypts at most: "
            "encrypt it for a key instead"
        )
    files.write_bytes(path, pyrage.passphrase.encrypt(plain.getvalue(), password), 0o600, overwrite=False)


def decrypt_with(path: Path, identities: Sequence[str], out: BinaryIO) -> None:
    """Decrypts into a file, piece by piece; FailedError if no identity opens it, or a byte of it was altered."""
    import pyrage

    known = [_identity(one) for one in identities]
    with files.open_file(path) as file:
        try:
            pyrage.decrypt_io(file, out, known)
        except pyrage.DecryptError:
            raise FailedError(
                f"{escaping.path(path)} cannot be opened: it was encrypted for another key, or is damaged; name the "
                "key that it was made for, or ask for the file again"
            ) from None
        except OSError as error:
            if error.errno is not None:  # of the file or the disk
                raise
            raise FailedError(
                f"{escaping.path(path)} cannot be opened: it is damaged; restore or ask for it again"
            ) from None


def decrypt_by_password(path: Path, password: str) -> bytes:
    """The bytes of a file that was encrypted by a password."""
    import pyrage

    data = files.read_file(path, MOST_BY_PASSWORD * 2)
    try:
        return bytes(pyrage.passphrase.decrypt(data, password))
    except pyrage.DecryptError:
        raise FailedError(
            f"{escaping.path(path)} cannot be opened: the password is another, or it is damaged"
        ) from None


def new_identity() -> tuple[str, str]:
    """A new X25519 identity, `AGE-SECRET-KEY-1…`, and its recipient, `age1…`."""
    import pyrage

    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def recipient_of(identity: str) -> str:
    """The recipient of an identity; UsageError if it is none."""
    return str(_identity(identity).to_public())  # type: ignore[attr-defined]


def key_file(identity: str, recipient: str, made: str) -> bytes:
    """A key file as age-keygen writes it."""
    return f"# created: {made}\n# public key: {recipient}\n{identity}\n".encode()


def identities_in(path: Path) -> list[str]:
    """The identities of a key file as age-keygen writes it; UsageError if it holds none, or one that is not whole."""
    text = files.read_file(path, _KEY_FILE).decode("ascii", "replace")
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if (line := line.strip()).startswith(_IDENTITY):
            try:
                _identity(line)
            except UsageError:  # the line is secret: it is not repeated
                raise UsageError(
                    f"{escaping.path(path)}, line {number}: the identity is not whole: restore the file from a copy"
                ) from None
            found.append(line)
    if not found:
        raise UsageError(f"{escaping.path(path)} holds no identity: it must have a line that begins with {_IDENTITY}")
    return found


def _recipient(text: str) -> object:
    import pyrage

    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise UsageError(f"{escaping.quoted(text)} is no recipient of age: it must begin with {_RECIPIENT}") from None


def _identity(text: str) -> object:
    import pyrage

    try:
        return pyrage.x25519.Identity.from_str(text)
    except pyrage.IdentityError:
        raise UsageError(f"that is no identity of age: it must begin with {_IDENTITY}") from None
