"""What was signed here, written down before it leaves, and what became of it: one SQLite file for all chains.

Each act has a slot, named by account, act and subject, so that whoever comes back to the same act finds what was sent
for it. A slot holds at most one transaction that waits; the others of its rows are the past.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from trialseal.documents.versions import LaterVersion
from trialseal.errors import UsageError

FILE: Final = "outbox.sqlite"
_VERSION: Final = 1
# Two commands of one home write for milliseconds; whoever waits longer waits for something that hangs.
_BUSY_SECONDS: Final = 30.0
_TABLES: Final = """
CREATE TABLE sendings (
    id INTEGER PRIMARY KEY, slot TEXT NOT NULL, what TEXT NOT NULL, chain_id INTEGER NOT NULL, genesis TEXT NOT NULL,
    sender TEXT NOT NULL, nonce INTEGER NOT NULL, recipient TEXT NOT NULL, data BLOB NOT NULL, value TEXT NOT NULL,
    gas INTEGER NOT NULL, state TEXT NOT NULL, made INTEGER NOT NULL, block INTEGER, block_hash TEXT, recorded TEXT
) STRICT;
CREATE TABLE attempts (
    id INTEGER PRIMARY KEY, sending INTEGER NOT NULL REFERENCES sendings (id), hash TEXT NOT NULL, raw BLOB NOT NULL,
    fee TEXT NOT NULL, tip TEXT, cancels INTEGER NOT NULL, made INTEGER NOT NULL
) STRICT;
CREATE INDEX sendings_waiting ON sendings (state, slot);
CREATE INDEX attempts_of ON attempts (sending);
"""


class State(StrEnum):
    """What became of a sending."""

    WAITING = "waiting"
    """Signed; it may have been sent, and is not known to be recorded."""
    RECORDED = "recorded"
    """In a block, which a reorganisation may still drop."""
    FINAL = "final"
    REFUSED = "refused"
    """The node or the chain refused it."""
    DROPPED = "dropped"
    """Another transaction of the account took its nonce, so that it can never be recorded."""
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One signing of a sending: later ones of the same nonce offer more."""

    transaction: str  # hash
    raw: bytes
    fee: int  # wei for a unit of gas, at most
    tip: int | None  # None on chains with one gas price
    cancels: bool = False
    """Whether it does nothing, so that the others of its nonce can never be recorded once it is."""


@dataclass(frozen=True, slots=True)
class Sending:
    """A transaction that was signed, with every attempt to have it recorded."""

    what: str
    chain_id: int
    genesis: str  # hash of the chain's first block: devnets share chain ids
    sender: str
    nonce: int
    to: str
    data: bytes
    attempts: tuple[Attempt, ...]
    value: int = 0
    gas: int = 0  # limit
    id: int = 0  # in the outbox; 0 where none keeps it
    slot: str = ""
    state: State = State.WAITING
    block: int | None = None
    block_hash: str | None = None
    transaction: str | None = None
    """Hash of the attempt that was recorded."""
    made: int = 0
    """When it was signed, Unix seconds by this computer's clock."""

    @property
    def last(self) -> Attempt:
        """The attempt that offers most."""
        return self.attempts[-1]

    @property
    def hashes(self) -> tuple[str, ...]:
        """Of all attempts: any of them may be recorded, and one only."""
        return tuple(one.transaction for one in self.attempts)


class Outbox:
    """The outbox of a home. Every change is on disk before the method returns."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def slot(self, name: str) -> Slot:
        """The place of one act."""
        return Slot(self, name)

    def sendings(self, *states: State, chain_id: int | None = None, genesis: str | None = None) -> list[Sending]:
        """Those of these states, of one chain if it is named; in the order in which they were signed."""
        if not self.path.exists():
            return []
        marks = ",".join("?" * len(states))
        where, values = f"state IN ({marks})", list[Any](states)
        if chain_id is not None:
            where, values = f"{where} AND chain_id = ? AND genesis = ?", [*values, chain_id, genesis or ""]
        with self.opened() as base:
            return self._read(base, where, values)

    def given_up(self, chain_id: int, genesis: str) -> list[Sending]:
        """Those dropped, cancelled or refused of which a reorganisation could still make something else."""
        if not self.path.exists():
            return []
        with self.opened() as base:
            return self._read(
                base,
                "state IN (?,?,?) AND chain_id = ? AND genesis = ? AND data != x''",
                [State.DROPPED, State.CANCELLED, State.REFUSED, chain_id, genesis],
            )

    def with_id(self, number: int) -> Sending | None:
        """The one with this number; None if there is none."""
        if not self.path.exists():
            return None
        with self.opened() as base:
            found = self._read(base, "id = ?", [number])
        return found[0] if found else None

    def add(self, slot: str, one: Sending) -> Sending:
        """Writes down what is about to be sent; it is given its number."""
        first = one.last
        with self.opened() as base:
            cursor = base.execute(
                "INSERT INTO sendings (slot, what, chain_id, genesis, sender, nonce, recipient, data, value, gas, "
                "state, made) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
                (slot, one.what, one.chain_id, one.genesis, one.sender, one.nonce, one.to, one.data, str(one.value),
                 one.gas, State.WAITING, int(time.time())),
            )  # fmt: skip
            number = cursor.lastrowid
            assert number is not None
            _attempt(base, number, first)
        return replace(one, id=number, slot=slot)

    def add_attempt(self, one: Sending, attempt: Attempt) -> Sending:
        """Writes down a further attempt before it is sent."""
        with self.opened() as base:
            _attempt(base, one.id, attempt)
        return replace(one, attempts=(*one.attempts, attempt))

    def recorded(self, one: Sending, transaction: str, block: int, block_hash: str) -> None:
        """That it stands in a block."""
        with self.opened() as base:
            base.execute(
                "UPDATE sendings SET state = ?, block = ?, block_hash = ?, recorded = ? WHERE id = ?",
                (State.RECORDED, block, block_hash, transaction, one.id),
            )

    def became(self, one: Sending, state: State) -> None:
        """Any other end, or that it waits again. Of what is final only the words are kept."""
        with self.opened() as base:
            base.execute("UPDATE sendings SET state = ? WHERE id = ?", (state, one.id))
            if state is State.FINAL:
                _keep_words(base, one)

    def settled(self, one: Sending) -> None:
        """That no block can ever hold what was given up: only the words of it are kept."""
        with self.opened() as base:
            _keep_words(base, one)

    @contextmanager
    def alone(self, address: str) -> Iterator[None]:
        """Lets one process of this home at a time take the next nonce of an account."""
        try:
            import fcntl
        except ImportError:  # not there on Windows, where two at once stay the user's own care
            yield
            return
        path = self.path.with_name(f"{address}.lock")
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    # ----- the file -----

    @contextmanager
    def opened(self) -> Iterator[sqlite3.Connection]:
        """A transaction on the file, which is made where it is missing. UsageError if it is none of this program."""
        new = not self.path.exists()
        if new:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        try:
            base = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None)
            try:
                base.execute("PRAGMA synchronous = FULL")
                base.execute("PRAGMA foreign_keys = ON")
                base.execute("BEGIN IMMEDIATE")
                self._prepare(base)
                yield base
                base.execute("COMMIT")
            finally:
                base.close()  # what was not committed is rolled back
        except sqlite3.OperationalError as error:
            raise UsageError(
                f"{self.path}, where acts are written down before they are sent, cannot be used ({error}): make room, "
                "give access to it, or end the other command that holds it"
            ) from None
        except sqlite3.DatabaseError:
            raise UsageError(
                f"{self.path} should hold what is being sent, and cannot be read: look at trialseal history whether "
                "your last acts were recorded, then move that file away"
            ) from None

    def _prepare(self, base: sqlite3.Connection) -> None:
        [version] = base.execute("PRAGMA user_version").fetchone()
        if version > _VERSION:
            raise LaterVersion(
                f"{self.path} was made by a later version of trialseal (outbox/{version}): update trialseal"
            )
        if version == 0:
            for statement in _TABLES.split(";"):
                if statement.strip():
                    base.execute(statement)
            base.execute(f"PRAGMA user_version = {_VERSION}")

    def _read(self, base: sqlite3.Connection, where: str, values: list[Any]) -> list[Sending]:
        found = []
        rows = base.execute(
            "SELECT id, slot, what, chain_id, genesis, sender, nonce, recipient, data, value, gas, state, made, block, "
            f"block_hash, recorded FROM sendings WHERE {where} ORDER BY id",
            values,
        ).fetchall()
        for row in rows:
            tried = base.execute(
                "SELECT hash, raw, fee, tip, cancels FROM attempts WHERE sending = ? ORDER BY id", (row[0],)
            )
            attempts = tuple(
                Attempt(hash, raw, int(fee), None if tip is None else int(tip), bool(cancels))
                for hash, raw, fee, tip, cancels in tried
            )
            found.append(
                Sending(
                    id=row[0], slot=row[1], what=row[2], chain_id=row[3], genesis=row[4], sender=row[5], nonce=row[6],
                    to=row[7], data=row[8], value=int(row[9]), gas=row[10], state=State(row[11]), made=row[12],
                    block=row[13], block_hash=row[14], transaction=row[15], attempts=attempts,
                )
            )  # fmt: skip
        return found


def _keep_words(base: sqlite3.Connection, one: Sending) -> None:
    base.execute("UPDATE sendings SET data = x'' WHERE id = ?", (one.id,))
    base.execute("UPDATE attempts SET raw = x'' WHERE sending = ?", (one.id,))


def _attempt(base: sqlite3.Connection, number: int, one: Attempt) -> None:
    base.execute(
        "INSERT INTO attempts (sending, hash, raw, fee, tip, cancels, made) VALUES (?,?,?,?,?,?,?)",
        (number, one.transaction, one.raw, str(one.fee), None if one.tip is None else str(one.tip), one.cancels,
         int(time.time())),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of one act in an outbox."""

    outbox: Outbox
    name: str

    def waiting(self) -> Sending | None:
        """What was signed for it and not finished; None if there is nothing."""
        if not self.outbox.path.exists():
            return None
        with self.outbox.opened() as base:
            found = self.outbox._read(base, "state = ? AND slot = ?", [State.WAITING, self.name])
        return found[-1] if found else None

    def recorded(self, to: str, data: bytes) -> Sending | None:
        """The last sending of this very act that was recorded and is not final; None if there is none."""
        if not self.outbox.path.exists():
            return None
        with self.outbox.opened() as base:
            where, values = (
                "state = ? AND slot = ? AND recipient = ? AND data = ?",
                [State.RECORDED, self.name, to, data],
            )
            found = self.outbox._read(base, where, values)
        return found[-1] if found else None

    def keep(self, one: Sending) -> Sending:
        """Writes down what is about to be sent for it."""
        return self.outbox.add(self.name, one)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A transaction to be sent among others."""

    to: str
    data: bytes
    what: str
    slot: Slot | None
    touches: frozenset[bytes] = frozenset()
    """Ids of what it changes: it waits for those before it that change the same."""
    alike: object = None
    """What it has in common with others whose gas grows as `uses` does: the largest is estimated by the node."""
    uses: int = 0
    """The gas that it is expected to use, by our own count; 0 if there is none."""
