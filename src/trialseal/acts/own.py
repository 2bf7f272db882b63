"""What this computer keeps for whoever acts: accounts, where their passwords are found, and parties."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from trialseal import escaping
from trialseal.acts.desk import Ask, Desk, Tell, refuse
from trialseal.documents.identifiers import typed_id
from trialseal.errors import UsageError
from trialseal.files import SMALL, read_file, read_small, write_json
from trialseal.kept_json import value_of
from trialseal.ledger import accounts, networks
from trialseal.ledger.chain import Chain

# Passwords are short; whatever is longer is another file.
_LONGEST_PASSWORD = 1 << 16
KEYRING_SERVICE: Final = "trialseal"
"""Under which the system's keyring keeps passwords, each by its account's name: keyring set trialseal NAME."""


@dataclass(frozen=True)
class OwnParty:
    """A party that an account of this computer created or was added to."""

    party: bytes
    account: str
    legal_name: str


def _own_party(row: dict[str, str]) -> OwnParty:
    """One as it was written down; ValueError, KeyError or TypeError for what is none."""
    party = bytes.fromhex(row["party"])
    if len(party) != 32 or not isinstance(row["account"], str) or not isinstance(row["legal_name"], str):
        raise ValueError("not a party")
    return OwnParty(party, row["account"], row["legal_name"])


class Own:
    """The accounts and parties of a home. Everything is looked up when it is first asked for."""

    def __init__(
        self,
        home: Path | None = None,
        *,
        account: str | None = None,
        party: str | None = None,
        password_file: str | None = None,
    ) -> None:
        self.home = home or networks.home()
        self._account_named = account
        self._party_named = party
        self._password_file = password_file
        self._passwords: dict[str, str] = {}

    # ----- accounts -----

    @cached_property
    def account(self) -> str:
        """The name of the account that signs: the one named, $TRIALSEAL_ACCOUNT, or the only one there is."""
        named = self._account_named or os.environ.get("TRIALSEAL_ACCOUNT")
        if named:
            accounts.require(self.home, named)
            return named
        known = [name for name, _ in accounts.list_accounts(self.home)]
        if len(known) == 1:
            return known[0]
        if not known:
            raise UsageError("there is no account to sign with: make one with trialseal account new NAME")
        raise UsageError(f"there are several accounts ({', '.join(known)}): say which with --account NAME")

    @cached_property
    def signing(self) -> accounts.Locked:
        """The account's key, which asks for its password when it first signs."""
        account = self.account
        return accounts.Locked(self.home, account, lambda: self.password(account))

    def password(self, account: str, *, new: bool = False) -> str:
        """The password of an account: from a file, the system's keyring, or typed unseen; asked for once."""
        if account not in self._passwords:
            self._passwords[account] = self._asked_password(account, new)
        return self._passwords[account]

    def _asked_password(self, account: str, new: bool) -> str:
        path = self._password_file or os.environ.get("TRIALSEAL_PASSWORD_FILE")
        if path:
            return password_in(Path(path))
        if (kept := _in_keyring(account)) is not None:
            return kept
        import getpass

        if not sys.stdin.isatty():
            raise UsageError(
                f"no password for account {account}: type it at a terminal, or name a file with --password-file"
            )
        try:
            typed = getpass.getpass(f"Password of account {account}: ")
            if new and getpass.getpass("The same once more: ") != typed:
                raise UsageError("the two passwords differ: nothing was written, try again")
        except EOFError:
            raise UsageError(f"no password for account {account} was typed: nothing was done") from None
        return typed

    # ----- parties -----

    @cached_property
    def parties(self) -> list[OwnParty]:
        """The parties of this computer's accounts, in the order of creation."""
        path = self.home / "parties.json"
        if not os.path.lexists(path):
            return []
        try:
            rows = value_of(read_small(path, SMALL))
            if not isinstance(rows, list):
                raise ValueError
            return [_own_party(row) for row in rows]
        except (OSError, ValueError, KeyError, TypeError):
            raise UsageError(f"{path} cannot be read: restore it, or name the party with --party ID") from None

    def remember_party(self, own: OwnParty) -> None:
        """Keeps a party for later acts; harmless if it is known."""
        if own not in self.parties:
            self.parties.append(own)
            rows = [{"party": p.party.hex(), "account": p.account, "legal_name": p.legal_name} for p in self.parties]
            write_json(self.home / "parties.json", rows)

    @cached_property
    def party(self) -> bytes:
        """The party that acts: the one named, else the one party of the account."""
        if self._party_named:
            return self.find_party(self._party_named)
        account = self.account
        own = [p for p in self.parties if p.account == account]
        if len(own) == 1:
            return own[0].party
        if not own:
            raise UsageError(
                f"account {account} speaks for no party yet: create one with trialseal party create --name NAME, "
                "or name it with --party ID"
            )
        names = ", ".join(f"{p.party.hex()[:8]} ({escaping.name(p.legal_name)})" for p in own)
        raise UsageError(f"account {account} speaks for several parties ({names}): say which with --party")

    def find_party(self, named: str) -> bytes:
        """A party by its id, by the beginning of a known id, or by the name of a party kept here."""
        text = named.removeprefix("0x").lower()
        if id := typed_id(text):
            return id
        if named.endswith(".json"):
            raise UsageError(f"{named} is a file: name the party by its id, which trialseal party show prints")
        matches = {
            p.party
            for p in self.parties
            if p.legal_name == named or p.account == named or (len(text) >= 8 and p.party.hex().startswith(text))
        }
        if len(matches) == 1:
            return matches.pop()
        known = ", ".join(f"{escaping.name(p.legal_name)} ({p.party.hex()[:8]}…)" for p in self.parties) or "none"
        raise UsageError(
            f"no single party is called {escaping.name(named)}: give its id of 64 hexadecimal digits, or one of this "
            f"computer's: {known}"
        )

    def address(self, named: str) -> str:
        """An address by itself, or that of an account of this computer; 0x and lower case."""
        text = named.lower()
        if text.startswith("0x") and len(text) == 42 and _is_hex(text[2:]):
            return text
        for name, address in accounts.list_accounts(self.home):
            if name == named:
                return address.lower()
        raise UsageError(
            f"{named} is neither an address (0x and 40 hexadecimal digits) nor an account of this computer"
        )


def _in_keyring(account: str) -> str | None:
    """What the system's keyring holds for an account, where the package keyring is installed; else None."""
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return None
    try:
        found: str | None = keyring.get_password(KEYRING_SERVICE, account)
    except KeyringError:  # locked, or there is none on this system: whoever asks can type it
        return None
    return found


def password_in(path: Path) -> str:
    """The password that a file holds, without the end of its line."""
    try:
        return read_file(path, _LONGEST_PASSWORD).decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise UsageError(f"the password file {path} cannot be read: it is not UTF-8 text") from None
    except UsageError as error:
        raise UsageError(f"the password file cannot be read: {error}") from None


def open_desk(
    network: str | None = None,
    *,
    account: str | None = None,
    party: str | None = None,
    password_file: str | None = None,
    ask: Ask = refuse,
    note: Tell | None = None,
) -> Desk:
    """The desk of a program: a network by name or URL (default: the devnet), an account and a party kept here."""
    own = Own(account=account, party=party, password_file=password_file)
    chain = Chain(networks.resolve(network, own.home))
    desk = Desk(chain, own.home, own.account, own.signing, own.party, ask)
    if note is not None:
        desk.note = note
    return desk


def _is_hex(text: str) -> bool:
    return all(character in "0123456789abcdef" for character in text)
