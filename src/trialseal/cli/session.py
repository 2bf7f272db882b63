"""One run of the command: which network, which account and party, and from where acts are sent."""

from __future__ import annotations

import argparse
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from trialseal import escaping
from trialseal.cli.output import Output
from trialseal.errors import UsageError
from trialseal.ledger import networks
from trialseal.ledger.chain import Chain
from trialseal.ledger.codes import Code

if TYPE_CHECKING:
    from trialseal.acts.desk import Desk
    from trialseal.acts.own import Own, OwnParty
    from trialseal.ledger.sending import Sender

C = TypeVar("C", bound=Code)


class Session:
    """Everything is looked up when it is first asked for, so that reading needs no key and no heavy import."""

    def __init__(self, args: argparse.Namespace, out: Output) -> None:
        self.args = args
        self.out = out
        self.home = networks.home()

    # ----- the chain -----

    @cached_property
    def chain(self) -> Chain:
        """The chain that `--network` names."""
        network = networks.resolve(self.args.network, self.home)
        chain = Chain(network, progress=lambda done, total: self.out.progress(f"searching {done} of {total} blocks …"))
        if hasattr(self.args, "account"):  # who acts needs all contracts, and learns of it with the first reading
            chain.expect_deployed()
        return chain

    # ----- who acts -----

    @cached_property
    def own(self) -> Own:
        """The accounts and parties of this computer, as the arguments choose among them."""
        from trialseal.acts.own import Own

        args = self.args
        chosen = {name: getattr(args, name, None) for name in ("account", "party", "password_file")}
        return Own(self.home, **chosen)

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
        from trialseal.acts.desk import Desk
        from trialseal.cli.asking import asker

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
        )


def code_named(codes: type[C], word: str, what: str) -> C:
    """The number of a word that the user gave; UsageError that names the words there are."""
    try:
        return codes.named(word)
    except KeyError:
        from trialseal.cli.arguments import meant

        cure = meant(word, codes.words()) or f": use one of {', '.join(codes.words())}"
        raise UsageError(f"there is no {what} {escaping.quoted(word)}{cure}") from None
