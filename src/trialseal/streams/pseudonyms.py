"""What a participant is called outside the site: a keyed digest of their number, with a key that never leaves it."""

from __future__ import annotations

import hmac
import re
import secrets
import unicodedata
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Final

from trialseal import files
from trialseal.errors import UsageError
from trialseal.streams import disk

KEY_BYTES = 32
PSEUDONYM_BYTES = 16
_is_pseudonym = re.compile(r"[0-9a-f]{32}").fullmatch


def pseudonym(site_key: bytes, number: str) -> str:
    """The first 16 bytes of HMAC-SHA-256(site key, subject number as UTF-8 in NFC), in hexadecimal."""
    text = unicodedata.normalize("NFC", number).encode("utf-8")
    return hmac.digest(site_key, text, "sha256")[:PSEUDONYM_BYTES].hex()


_NOBODY: Final = frozenset(("na", "n/a", "#n/a", "nan", "null", "none", "nil", "unknown", ".", "-", "--", "?"))
"""Words for an empty cell, of R, SAS, Excel, pandas and people; all who have none would be one participant."""


class Pseudonyms:
    """Turns what stands for a subject in a site's files into its pseudonym."""

    def __init__(self, site_key: bytes) -> None:
        self._of = lru_cache(maxsize=1 << 16)(lambda number: pseudonym(site_key, number))

    def of(self, subject: object) -> str:
        """The pseudonym of a subject number; a pseudonym stays what it is. UsageError for anything else."""
        text = self._text(subject)
        return text if _is_pseudonym(text) else self._of(text)

    def of_number(self, subject: object) -> str:
        """The pseudonym of a subject number. UsageError also for one that looks like a pseudonym: nobody can tell."""
        text = self._text(subject)
        if text.casefold() in _NOBODY:
            raise UsageError(
                f"the participant's number is {text!r}, which most programs write for nothing: give their number, or "
                "state such words for empty cells with --missing"
            )
        if _is_pseudonym(text):
            raise UsageError(
                f"the subject {text} has the form of a pseudonym: if the file names participants by pseudonyms, say "
                "--pseudonyms; if it is their number at the site, write it otherwise, such as with a letter before it"
            )
        return self._of(text)

    def as_given(self, subject: object) -> str:
        """A pseudonym as it is; UsageError for anything else."""
        text = self._text(subject)
        if not _is_pseudonym(text):
            raise UsageError(f"the subject {text!r} is not a pseudonym of 32 hexadecimal digits, as --pseudonyms says")
        return text

    def _text(self, subject: object) -> str:
        if isinstance(subject, int) and not isinstance(subject, bool):
            subject = str(subject)
        if not isinstance(subject, str):
            raise UsageError(f"the subject is {subject!r}, not a number or text: write it as text, zeros and all")
        if subject != subject.strip() or not subject:
            raise UsageError(
                "the participant's number is empty or has white space around it, which would be another one: correct it"
            )
        return subject


def site_key(path: Path, *, make: bool = True) -> bytes:
    """The key in a file of its own, made on first use, readable by its owner alone."""
    if make and not path.exists():
        _make(path)
    text = disk.read_whole(path, "the key of this site's pseudonyms", follow=True).strip()
    try:
        key = bytes.fromhex(text.decode("ascii"))
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise UsageError(f"{path} should hold {2 * KEY_BYTES} hexadecimal digits, the site's key: restore it")
    return key


def new_key() -> bytes:
    """A key that is kept nowhere yet."""
    return secrets.token_bytes(KEY_BYTES)


def _make(path: Path) -> None:
    """Writes a new key; of two that do so at once one succeeds, and both then read the same."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            files.put(path, new_key().hex().encode() + b"\n", disk.PRIVATE, overwrite=False)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}") from None
