"""From where acts are sent: which chain, which party, which key; where what is being sent is written down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from trialseal.errors import UndeterminedError, UsageError
from trialseal.ledger.chain import Chain
from trialseal.ledger.outbox import FILE, Outbox, Slot
from trialseal.ledger.reader import Reader
from trialseal.ledger.sending import Sender
from trialseal.ledger.signer import Signing

_NAME_DIGITS = 16
_LONGEST_NUMBER = 20


class Question(NamedTuple):
    """What is asked before acts are sent."""

    acts: tuple[str, ...]
    """In words."""
    reasons: tuple[str, ...]
    """What fails, and what cannot be undone: each a sentence."""
    typed: str = ""
    """The text that must be typed; empty where yes or no is enough."""
    lasting: tuple[str, ...] = ()
    """What stays, each a sentence: where there is no more than this, only a person at a terminal is asked."""
    shown: tuple[str, ...] = ()
    """What whoever is asked reads first, a line each: they are no reason to ask."""


Ask = Callable[[Question], None]
"""Returns if the answer is yes, raises UsageError if it is no or nobody is there to ask."""
Tell = Callable[[str], None]


def refuse(question: Question) -> None:
    """Nobody is asked: whatever would be asked without a terminal too is refused."""
    if question.reasons:
        raise UsageError(f"{'; '.join(question.reasons)}: nothing was sent")


def agree(question: Question) -> None:
    """Every answer is yes, what would have to be typed included: for programs that have asked before."""


def _silent(words: str) -> None:
    pass


@dataclass
class Desk:
    """Who acts, with which key, on which chain. `home` is the folder of accounts and of what is being sent."""

    chain: Chain
    home: Path
    account: str
    """Name of the account that signs."""
    signing: Signing
    party: bytes
    """The party that acts; zeros where it is only being made."""
    ask: Ask = refuse
    progress: Tell = _silent
    note: Tell = _silent
    """Told what a reader would want to know beside an act."""
    bundle: Reader | None = None
    """Where the chain is read in place of its node, for acts that are only signed here."""

    def __post_init__(self) -> None:
        self.sender = Sender(self.chain, self.signing)

    @property
    def reader(self) -> Reader:
        """Where the chain is read: its node, or a bundle."""
        return self.bundle or self.chain

    @property
    def address(self) -> str:
        """The key that signs, 0x and lower case."""
        return self.sender.address

    @property
    def chain_name(self) -> str:
        """A name for this very chain, see `name_of`."""
        return name_of(self.chain)

    @property
    def outbox(self) -> Outbox:
        """What was signed in this home, and what became of it."""
        return outbox_of(self.home)

    def slot(self, function: str, about: bytes) -> Slot:
        """Where an act is written down before it is sent: one place for each chain, account, act and subject."""
        return self.outbox.slot(f"{self.chain_name}/{self.account}/{function}/{about.hex()[:_NAME_DIGITS]}")

    @property
    def _pending(self) -> Path:
        return self.home / "pending" / self.chain_name

    @contextmanager
    def alone(self, about: bytes) -> Iterator[Turn]:
        """Lets one process of this home at a time look for acts about something and send them."""
        path = self._pending / f"{about.hex()[:_NAME_DIGITS]}.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+") as file:
            turn = Turn(file, self)
            turn.take()
            yield turn


def outbox_of(home: Path) -> Outbox:
    """The outbox of a home."""
    return Outbox(home / "pending" / FILE)


def name_of(chain: Chain) -> str:
    """A name for this very chain: its id and the beginning of its first block's hash."""
    genesis = chain.genesis()
    if not genesis:
        raise UndeterminedError(f"{chain.rpc.shown} does not show its first block: try another node")
    return f"{chain.chain_id()}-{genesis.removeprefix('0x')[:8]}"


class Turn:
    """A process' turn at something: it may be given up while a person is asked."""

    def __init__(self, file: Any, desk: Desk) -> None:
        self._file = file
        self._desk = desk

    def take(self) -> bool:
        """Waits until it is this process' turn; whether the chain must be read anew, since another one has acted."""
        try:
            import fcntl
        except ImportError:  # not there on Windows, where two at once stay the user's own care
            return False
        chain = self._desk.chain
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._desk.progress("waiting for another command about the same …")
            fcntl.flock(self._file, fcntl.LOCK_EX)
        else:
            if self._last_block() <= chain.as_of().number:
                return False
        chain.renew()  # whoever held it may have sent again what a reorganisation had dropped
        return True

    def give_up(self) -> None:
        """Lets others have their turn."""
        try:
            import fcntl
        except ImportError:
            return
        fcntl.flock(self._file, fcntl.LOCK_UN)

    def sent(self, block: int) -> None:
        """Tells those who come next in which block something was recorded."""
        self._file.seek(0)
        self._file.truncate()
        self._file.write(str(block))
        self._file.flush()

    def _last_block(self) -> int:
        self._file.seek(0)
        text = self._file.read(_LONGEST_NUMBER)
        return int(text) if text.isdecimal() else 0
