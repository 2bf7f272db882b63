"""One run of the command: which network, which account and party, and how an act is sent and receipted."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from trialseal import escaping
from trialseal.cli.output import Output
from trialseal.errors import UndeterminedError, UsageError
from trialseal.files import SMALL, read_small, write_json
from trialseal.ledger import networks
from trialseal.ledger.chain import Chain
from trialseal.ledger.codes import Code
from trialseal.ledger.contracts import contract as contract_named

if TYPE_CHECKING:
    from trialseal.ledger.sending import Sender, Sent

C = TypeVar("C", bound=Code)


@dataclass(frozen=True)
class OwnParty:
    """A party that an account of this computer created or was added to."""

    party: bytes
    account: str
    legal_name: str


class Session:
    """Everything is looked up when it is first asked for, so that reading needs no key and no heavy import."""

    def __init__(self, args: argparse.Namespace, out: Output) -> None:
        self.args = args
        self.out = out
        self.home = networks.home()

    # ----- the chain -----

    @cached_property
    def chain(self) -> Chain:
        """The chain that `--network` names, with trialseal's contracts on it."""
        self.bare_chain.require_deployed()
        return self.bare_chain

    @cached_property
    def bare_chain(self) -> Chain:
        """The same, whether the contracts are there or not."""
        network = networks.resolve(self.args.network, self.home)
        return Chain(network, progress=lambda done, total: self.out.progress(f"searching {done} of {total} blocks …"))

    # ----- who acts -----

    @cached_property
    def account(self) -> str:
        """The name of the account that signs: `--account`, $TRIALSEAL_ACCOUNT, or the only one there is."""
        from trialseal.ledger import accounts

        named: str | None = getattr(self.args, "account", None) or os.environ.get("TRIALSEAL_ACCOUNT")
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
    def sender(self) -> Sender:
        """The account, unlocked, on the chain."""
        from trialseal.ledger import accounts
        from trialseal.ledger.sending import Sender

        account = self.account
        return Sender(self.bare_chain, accounts.unlock(self.home, account, self.password(account)))

    def password(self, account: str, *, new: bool = False) -> str:
        """The password of an account: from `--password-file`, its environment variable, or typed unseen."""
        path = getattr(self.args, "password_file", None) or os.environ.get("TRIALSEAL_PASSWORD_FILE")
        if path:
            try:
                return Path(path).read_text(encoding="utf-8").rstrip("\r\n")
            except (OSError, UnicodeDecodeError) as error:
                raise UsageError(f"the password file {path} cannot be read: {_reason(error)}") from None
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

    @cached_property
    def parties(self) -> list[OwnParty]:
        """The parties of this computer's accounts, in the order of creation."""
        path = self.home / "parties.json"
        if not path.exists():
            return []
        try:
            rows = json.loads(read_small(path, SMALL))
            return [OwnParty(bytes.fromhex(r["party"]), r["account"], r["legal_name"]) for r in rows]
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
        """The party that acts: `--party`, else the one party of the account."""
        named = getattr(self.args, "party", None)
        if named:
            return self.find_party(named)
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
        if len(text) == 64 and _is_hex(text):
            return bytes.fromhex(text)
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

    # ----- sending -----

    def send(self, contract: str, function: str, arguments: list[Any], about: bytes) -> Sent:
        """Sends one act with the account, or finds it again if an earlier run was cut off after sending.

        What is no act of a trial leaves its receipt in the home's receipts/.
        """
        self.out.progress(f"sending {function} …")
        sent = self.sender.send(contract, function, arguments, self.journal(function, about))
        if contract == "TrialRegistry":
            return sent  # acts of a trial have receipts of their own, beside its documents
        write_json(
            self.home / "receipts" / self.chain_name / f"{sent.block:08}-{function}.json",
            {
                "format": "trialseal-receipt-of-transaction/1",
                "function": function,
                "about": about.hex(),
                "account": self.account,
                "chain_id": self.chain.chain_id(),
                "contract": contract_named(contract).address,
                "transaction": sent.transaction,
                "block": sent.block,
                "block_hash": sent.block_hash,
                "time": sent.time,
                "finality": self.chain.finality(sent.block),
            },
        )
        return sent

    @contextmanager
    def alone(self, about: bytes) -> Iterator[None]:
        """Lets one process of this home at a time look for an act on a trial and send it."""
        path = self.home / "pending" / self.chain_name / f"{about.hex()[:16]}.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w") as file:
            try:
                import fcntl
            except ImportError:  # not there on Windows, where two at once stay the user's own care
                yield
                return
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def journal(self, function: str, about: bytes) -> Path:
        """Where an act is written down before it is sent: one place for each chain, account, act and subject."""
        return self.home / "pending" / self.chain_name / f"{self.account}-{function}-{about.hex()[:16]}.json"

    @cached_property
    def chain_name(self) -> str:
        """A name for this very chain: its id and the beginning of its first block's hash."""
        genesis = self.bare_chain.genesis()
        if not genesis:
            raise UndeterminedError(f"{self.bare_chain.rpc.shown} does not show its first block: try another node")
        return f"{self.bare_chain.chain_id()}-{genesis.removeprefix('0x')[:8]}"


def code_named(codes: type[C], word: str, what: str) -> C:
    """The number of a word that the user gave; UsageError that names the words there are."""
    try:
        return codes.named(word)
    except KeyError:
        from trialseal.cli.arguments import meant

        cure = meant(word, codes.words()) or f": use one of {', '.join(codes.words())}"
        raise UsageError(f"there is no {what} {escaping.quoted(word)}{cure}") from None


def _is_hex(text: str) -> bool:
    return all(character in "0123456789abcdef" for character in text)


def _reason(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else "it is not UTF-8 text"
