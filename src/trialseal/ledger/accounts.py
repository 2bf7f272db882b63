"""Keys of this computer: one encrypted file each, as other wallets write them (Web3 Secret Storage 3).

    home/keystore/NAME.json, readable by its owner only

A key is never printed, and never part of an error's text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialseal import escaping
from trialseal.errors import UsageError
from trialseal.files import SMALL, read_small, write_json
from trialseal.kept_json import value_of

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

# Lower case only, since some file systems cannot tell Alice from alice.
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
_KEY = re.compile(r"(0x)?[0-9a-fA-F]{64}")
# scrypt's cost: about a second on a common machine. The light one is for demonstrations on a devnet.
WORK, LIGHT_WORK = 1 << 18, 1 << 12


def new(home: Path, name: str, password: str, *, light: bool = False) -> str:
    """Makes a key at random and keeps it encrypted; its address. UsageError if the name is taken."""
    import secrets

    return _keep(home, name, secrets.token_bytes(32), password, light)


def import_key(home: Path, name: str, key: str, password: str, *, light: bool = False) -> str:
    """Keeps a key given as 64 hexadecimal digits; its address. UsageError if it is no key."""
    text = key.strip()
    if not _KEY.fullmatch(text):
        raise UsageError(f"that is no private key: it must be 64 hexadecimal digits, but has {len(text)} characters")
    return _keep(home, name, bytes.fromhex(text.removeprefix("0x")), password, light)


def list_accounts(home: Path) -> list[tuple[str, str]]:
    """Name and address (0x, lower case) of each account, by name."""
    folder = home / "keystore"
    return [(path.stem, _address(path)) for path in sorted(folder.glob("*.json")) if _NAME.fullmatch(path.stem)]


def require(home: Path, name: str) -> None:
    """UsageError unless there is an account of this name."""
    if not _file(home, name).is_file():
        known = ", ".join(known for known, _ in list_accounts(home)) or "none"
        raise UsageError(
            f"there is no account called {name} (known: {known}): make it with trialseal account new "
            f"{escaping.argument(name)}"
        )


def require_free(home: Path, name: str) -> None:
    """UsageError if there is an account of this name, or if it cannot be one's name."""
    if _file(home, name).exists():
        raise UsageError(f"an account called {name} exists already: choose another name")


def unlock(home: Path, name: str, password: str) -> LocalAccount:
    """The account, ready to sign; UsageError if the password is not the one, or the file is damaged."""
    from eth_account import Account

    require(home, name)
    path = _file(home, name)
    entry = _read(path)
    try:
        key = Account.decrypt(entry, password)
    except ValueError as error:
        if "MAC" in str(error):
            raise WrongPassword(f"wrong password for account {name}: try again") from None
        raise UsageError(f"{path} is no encrypted key that can be read: restore it from a copy") from None
    except (TypeError, KeyError, NotImplementedError, ArithmeticError):
        raise UsageError(f"{path} is no encrypted key that can be read: restore it from a copy") from None
    account: LocalAccount = Account.from_key(key)
    return account


class WrongPassword(UsageError):
    """The password is another one."""


class Locked:
    """An account of this computer that asks for its password when it first signs, and only once."""

    def __init__(self, home: Path, name: str, password: Callable[[], str]) -> None:
        require(home, name)
        self.name = name
        self.address = _address(_file(home, name))
        self._home = home
        self._password = password
        self._account: LocalAccount | None = None

    @property
    def is_locked(self) -> bool:
        """Whether the next signature asks for the password."""
        return self._account is None

    def unlock(self) -> LocalAccount:
        """The account, ready to sign."""
        if self._account is None:
            self._account = unlock(self._home, self.name, self._password())
        return self._account

    def sign_transaction(self, transaction_dict: Any) -> Any:
        """As eth-account's accounts do."""
        return self.unlock().sign_transaction(transaction_dict)

    def sign_message(self, message: bytes) -> bytes:
        """The signature, 65 bytes, over a personal message (EIP-191)."""
        from eth_account.messages import encode_defunct

        return bytes(self.unlock().sign_message(encode_defunct(message)).signature)

    def sign_typed(self, data: dict[str, Any]) -> bytes:
        """The signature, 65 bytes, over EIP-712 typed data."""
        return bytes(self.unlock().sign_typed_data(full_message=data).signature)


def _keep(home: Path, name: str, key: bytes, password: str, light: bool) -> str:
    from eth_account import Account

    require_free(home, name)
    if not password:
        raise UsageError("an account needs a password that is not empty")
    try:
        entry = Account.encrypt(key, password, kdf="scrypt", iterations=LIGHT_WORK if light else WORK)
    except Exception:  # whatever it is, its text may hold the key
        raise UsageError(
            "that is no private key of this kind: it must be above 0 and below the curve's order"
        ) from None
    path = _file(home, name)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"{path.parent} cannot be made ({error.strerror}): set TRIALSEAL_HOME to a folder that you can write"
        ) from None
    write_json(path, entry, 0o600)
    return _address(path)


def _file(home: Path, name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} cannot be an account's name: use up to 63 of a-z, 0-9, dot, hyphen and underscore, a "
            "letter or digit first"
        )
    return home / "keystore" / f"{name}.json"


def _read(path: Path) -> dict[str, Any]:
    try:
        entry = value_of(read_small(path, SMALL))
    except (OSError, ValueError):
        entry = None
    if not isinstance(entry, dict):
        raise UsageError(f"{path} is no encrypted key that can be read: restore it from a copy")
    return entry


def _address(path: Path) -> str:
    address = str(_read(path).get("address", "")).removeprefix("0x").lower()
    if not re.fullmatch("[0-9a-f]{40}", address):
        raise UsageError(f"{path} names no address: restore it from a copy")
    return "0x" + address
