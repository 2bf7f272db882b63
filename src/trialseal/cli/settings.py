"""The reader's own settings, `config.toml` in trialseal's home: what holds where the command line says nothing.

They are never looked for in a folder under examination, and taken only from a file that nobody else could have written,
since they say whom to trust.
"""

from __future__ import annotations

import argparse
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from trialseal import escaping
from trialseal.errors import UsageError
from trialseal.files import SMALL, opened, size_words
from trialseal.ledger.networks import host_of
from trialseal.nearest import meant
from trialseal.values import Value, members

FILE: Final = "config.toml"
_WRITABLE_BY_OTHERS: Final = stat.S_IWGRP | stat.S_IWOTH


class Settings(Value):
    """What the file says; nothing where there is none."""

    network: str | None = None
    account: str | None = None
    password_file: str | None = None
    accredited_by: tuple[str, ...] = ()  # parties whose word on others counts
    checkpoints: tuple[str, ...] = ()  # files
    checkpoint_keys: tuple[str, ...] = ()
    checkpoint_parties: tuple[str, ...] = ()
    checkpoint_block: str | None = None
    quorum: int | None = None

    def trusting(self, args: argparse.Namespace) -> argparse.Namespace:
        """The arguments, in which these say whom to trust for a block where nothing that was typed does.

        Of checkpoints that were typed, too, these name the keys and parties, unless others were typed. UsageError for
        keys, parties or a block typed where there are no checkpoints.
        """
        typed = args.trust_node or args.block_hash is not None or args.checkpoints or args.quorum is not None
        mine = {
            "checkpoints": args.checkpoints if typed else list(self.checkpoints),
            "checkpoint_key": args.checkpoint_key or list(self.checkpoint_keys),
            "checkpoint_party": args.checkpoint_party or list(self.checkpoint_parties),
            "checkpoint_block": self.checkpoint_block if args.checkpoint_block is None else args.checkpoint_block,
            "quorum": args.quorum if typed else self.quorum,
        }
        typed_signer = args.checkpoint_key or args.checkpoint_party or args.checkpoint_block is not None
        if typed_signer and not mine["checkpoints"]:
            raise UsageError("you say whose checkpoints count, and name none: name their file with --checkpoints")
        return argparse.Namespace(**vars(args) | mine)

    @property
    def words(self) -> str:
        """What is set, for a person."""
        said = members(self)
        if "://" in (self.network or ""):
            said["network"] = host_of(str(self.network))  # an address may hold a password
        return "; ".join(f"{name}: {_shown(value)}" for name, value in said.items() if value) or "nothing"


def settings_of(home: Path) -> Settings:
    """The settings in a home. UsageError in a sentence for one of others, or of another form."""
    path = home / FILE
    shown = escaping.path(path)
    try:
        with opened(path) as file:
            _require_own(os.fstat(file.fileno()), shown)
            _require_own(os.stat(home), str(escaping.path(home)))  # else others could put another file there
            data = file.read(SMALL + 1)
    except (FileNotFoundError, NotADirectoryError):
        return Settings()
    except (OSError, ValueError) as error:
        raise UsageError(f"{shown} cannot be read ({getattr(error, 'strerror', None) or error}): mend it") from None
    if len(data) > SMALL:
        raise UsageError(f"{shown} is larger than {size_words(SMALL)}: it holds a few lines of settings")
    return Settings(**_read(data, shown, home))


def _require_own(status: os.stat_result, shown: str) -> None:
    """UsageError unless only who runs this, or the system's administrator, can write a file or into a folder."""
    if not hasattr(os, "geteuid"):  # Windows keeps rights elsewhere
        return
    if status.st_uid not in (os.geteuid(), 0):
        raise UsageError(f"{shown} belongs to another user: make one of your own, or remove it")
    if status.st_mode & _WRITABLE_BY_OTHERS:
        raise UsageError(f"{shown} can be written by others, who could say whom you trust: chmod go-w {shown}")


def _read(data: bytes, shown: str, home: Path) -> dict[str, Any]:
    import tomllib

    try:
        said = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{shown} is not TOML ({escaping.message(str(error))}): correct it there") from None
    except RecursionError:
        raise UsageError(f"{shown} is not TOML (it nests too deep): correct it there") from None
    found: dict[str, Any] = {}
    for name, value in said.items():
        if name not in _KINDS:
            known = meant(name, _KINDS) or f": use one of {', '.join(_KINDS)}"
            raise UsageError(f"{shown}: there is no setting {escaping.quoted(name)}{known}")
        wanted, read = _KINDS[name]
        try:
            found[name] = read(value, home)
        except (TypeError, ValueError, RuntimeError):  # the last where ~ is no known folder
            raise UsageError(f"{shown}: {name} is not {wanted}: correct it there") from None
    return found


def _text(value: object, home: Path) -> str:
    if not isinstance(value, str) or not value or "\0" in value:
        raise TypeError
    return value


def _file(value: object, home: Path) -> str:
    """A file's name is read from the folder of the settings, wherever the command runs; ~ is the user's home."""
    return str(home / Path(_text(value, home)).expanduser())


def _list(read: Callable[[object, Path], str]) -> Callable[[object, Path], tuple[str, ...]]:
    def each(value: object, home: Path) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise TypeError
        return tuple(read(one, home) for one in value)

    return each


def _number(value: object, home: Path) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return value


# Of each setting what it must be, in words, and how it is read.
_KINDS: Final[dict[str, tuple[str, Callable[[object, Path], Any]]]] = {
    "network": ("a text", _text),
    "account": ("a text", _text),
    "password_file": ("a file's name", _file),
    "accredited_by": ("a list of parties", _list(_text)),
    "checkpoints": ("a list of files' names", _list(_file)),
    "checkpoint_keys": ("a list of addresses", _list(_text)),
    "checkpoint_parties": ("a list of parties", _list(_text)),
    "checkpoint_block": ("a text", _text),
    "quorum": ("a number", _number),
}


def _shown(value: object) -> str:
    return ", ".join(map(escaping.quoted, value)) if isinstance(value, tuple) else escaping.quoted(str(value))
