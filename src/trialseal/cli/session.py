"""One run of the command: which network, which account and party, and from where acts are sent."""

from __future__ import annotations

import argparse
import os
from functools import cached_property
from typing import TYPE_CHECKING

from trialseal import escaping
from trialseal.cli.output import Output
from trialseal.errors import UsageError
from trialseal.ledger import networks
from trialseal.ledger.chain import Chain
from trialseal.ledger.reader import Reader
from trialseal.ledger.reference.vouching import NO_CHOICE, Choice

if TYPE_CHECKING:
    from trialseal.acts.desk import Desk
    from trialseal.acts.own import Own, OwnParty
    from trialseal.cli.settings import Settings
    from trialseal.evidence.bundle.bundle import Bundle
    from trialseal.folder.held import Held
    from trialseal.ledger.carried import Carried
    from trialseal.ledger.outbox import Outbox
    from trialseal.ledger.sending import Sender


class Session:
    """Everything is looked up when it is first asked for, so that reading needs no key and no heavy import."""

    def __init__(self, args: argparse.Namespace, out: Output) -> None:
        self.args = args
        self.out = out
        self.home = networks.home()

    @cached_property
    def settings(self) -> Settings:
        """What the reader has set in this home, for where the command line says nothing."""
        from trialseal.cli.settings import settings_of

        return settings_of(self.home)

    # ----- the chain -----

    @cached_property
    def chain(self) -> Chain:
        """The chain that `--network` names, as its node brings it."""
        network = networks.resolve(self.args.network or self.settings.network, self.home)
        chain = Chain(
            network,
            choice=self._choice,
            progress=lambda done, total: self.out.progress(f"searching {done} of {total} blocks …"),
            said=lambda words: self.out.remark(words, always=True),
        )
        if self.out.verbose:
            chain.rpc.told = self.out.exchange
        if not self.reads:  # who acts needs all contracts, and learns of it with the first reading
            chain.expect_deployed()
        return chain

    @cached_property
    def reader(self) -> Reader:
        """Where the chain is read: a node, or the bundle that was named. Says first as of which block all follows."""
        named = getattr(self.args, "bundle", None)
        if named and not self.reads and not self.signs_only:
            raise UsageError("a bundle can only be read: to sign by it what others send, say --sign-only too")
        reader: Reader = self.chain if named is None else self.carried(self.opened_bundle, named)
        if self.reads:
            reader.at = self._at(reader)
            self._say_as_of(reader)
        return reader

    @property
    def on_devnet(self) -> bool:
        """Whether no network was chosen, so that a rehearsal on this computer is supposed."""
        return not (self.args.network or self.settings.network)

    def without_node(self) -> str:
        """What to do where nothing answers: whoever was sent files needs no chain of this computer."""
        node = "a node with --network"
        if not self.reads:
            rehearsal = "to rehearse on this computer, trialseal devnet up starts one; else name "
            return f"{rehearsal}{node}" if self.on_devnet else "start a node there, or name another with --network"
        name = f"name a bundle with --bundle, or {node}" if hasattr(self.args, "bundle") else f"name {node}"
        # Whoever never had a practice chain here means none.
        had = self.on_devnet and (self.home / networks.DEVNET).is_dir()
        return name + ("; the rehearsal on this computer goes on after trialseal devnet up" if had else "")

    @property
    def reads(self) -> bool:
        """Whether the command only reads, so that somebody must vouch for what it reads."""
        return getattr(self.args, "reads", False)

    @property
    def signs_only(self) -> bool:
        """Whether acts are only signed, into a file, for others to send."""
        return getattr(self.args, "sign_only", False)

    def begin_anew(self) -> None:
        """Forgets what was read of the chain, so that the command can be run again as of the node's newest block."""
        gone = self.chain.as_of().number
        self.chain.renew()
        self.__dict__.pop("reader", None)
        self.out.remark(
            f"note: the node proves nothing more of block {gone:,}: what was said so far is void, and all is read "
            "again as of a newer one"
        )

    def exit_code(self, code: int) -> int:
        """The code of a command's answer, as far as the block as of which it read the chain carries it."""
        reader: Reader | None = self.__dict__.get("reader")
        if not self.reads or reader is None:
            return code
        from trialseal.cli.trusting import code_with

        return code_with(code, reader.vouching())

    @cached_property
    def _choice(self) -> Choice:
        if not self.reads:
            return NO_CHOICE
        from trialseal.cli.trusting import choice_of

        return choice_of(self.settings.trusting(self.args))

    @cached_property
    def opened_bundle(self) -> Bundle:
        """The bundle that was named."""
        from trialseal.cli.bundle.opening import open_named

        return open_named(self.args.bundle)

    def open_held(self) -> Held:
        """The same with its files, as if they lay in a folder, read as it is opened."""
        from trialseal.cli.bundle.opening import open_named
        from trialseal.folder.held import Held

        held = Held(self.args.bundle)
        self.opened_bundle = open_named(self.args.bundle, held)
        return held

    def carried(self, bundle: Bundle, named: str) -> Carried:
        """The chain that a bundle carries, its block held against whom the reader trusts."""
        from trialseal.evidence.bundle.carrying import chain_of

        network = networks.resolve(self.args.network, self.home) if self.args.network else None
        choice = self._choice
        if self.reads and network is None and (self.args.trust_node or self.args.quorum is not None):
            raise UsageError("--trust-node and --quorum ask nodes about a bundle's block: name them with --network")
        return chain_of(bundle, escaping.path(named), choice, network)

    def _at(self, reader: Reader) -> int | None:
        """The time as of which the reader wants all told; None for now."""
        if self.args.at is None:
            return None
        from trialseal.cli.trusting import time_named

        def block_time(number: int) -> int | None:
            if reader.as_of().carried:
                raise UsageError("a bundle does not tell when a block was made: name a day or a moment with --at")
            block = self.chain.block(number)
            return block["timestamp"] if block else None

        at = time_named(self.args.at, block_time)
        if at > reader.as_of().time:
            raise UsageError("--at names a time after the block as of which the chain is read: name an earlier one")
        return at

    def _say_as_of(self, reader: Reader) -> None:
        from trialseal.cli.trusting import first_lines

        vouching = reader.vouching()
        for line in first_lines(reader.as_of(), vouching, reader.at):
            self.out.remark(line, always=not vouching.vouched)

    @cached_property
    def trusted(self) -> list[bytes]:
        """The parties whose accreditations count: those that were named, else those of the reader's settings."""
        named = getattr(self.args, "accredited_by", None) or self.settings.accredited_by
        return [self.find_party(one) for one in named]

    # ----- who acts -----

    @cached_property
    def own(self) -> Own:
        """The accounts and parties of this computer, as the arguments choose among them."""
        from trialseal.acts.own import Own

        args = self.args
        account = getattr(args, "account", None) or os.environ.get("TRIALSEAL_ACCOUNT") or self.settings.account
        party = getattr(args, "party", None)
        return Own(self.home, account=account, party=party, password_file=self.password_file)

    @property
    def password_file(self) -> str | None:
        """The file that holds the password of the account that signs, where one is named."""
        typed: str | None = getattr(self.args, "password_file", None)
        return typed or os.environ.get("TRIALSEAL_PASSWORD_FILE") or self.settings.password_file

    @cached_property
    def account(self) -> str:
        """The name of the account that signs."""
        return self.own.account

    @cached_property
    def sender(self) -> Sender:
        """The account on the chain; its password is asked for when it first signs."""
        from trialseal.ledger.sending import Sender

        return Sender(self.chain, self.own.signing)

    @property
    def outbox(self) -> Outbox:
        """What was signed in this home, and what became of it."""
        from trialseal.acts.desk import outbox_of

        return outbox_of(self.home)

    @property
    def parties(self) -> list[OwnParty]:
        """The parties of this computer's accounts, in the order of creation."""
        return self.own.parties

    @cached_property
    def party(self) -> bytes:
        """The party that acts: `--party`, else the one party of the account."""
        return self.own.party

    def find_party(self, named: str) -> bytes:
        """A party by its id, by the beginning of a known id, or by the name of a party kept here."""
        return self.own.find_party(named)

    # ----- acting -----

    @cached_property
    def chain_name(self) -> str:
        """A name for this very chain, under which receipts lie."""
        from trialseal.acts.desk import name_of

        return name_of(self.chain)

    def desk(self, party: bytes | None = None) -> Desk:
        """From where acts are sent: this chain, account and party (zeros: none yet), and who answers questions."""
        from trialseal.acts.asking import asker
        from trialseal.acts.desk import Desk

        args = self.args
        ask = asker(yes=args.yes, confirm=args.confirm, write=self.out.ask)
        acting = self.party if party is None else party
        return Desk(
            self.chain,
            self.home,
            self.account,
            self.own.signing,
            acting,
            ask,
            self.out.progress,
            lambda words: self.out.say(f"note: {words}"),
            None if self.reader is self.chain else self.reader,
        )
