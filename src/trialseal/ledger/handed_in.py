"""Signed acts that strangers handed in to be sent: kept in the outbox's file, and on disk before that is answered.

An act's id is the digest that its key signed, so that the same act handed in twice is one. A party may hand in so many
a day (UTC). What is refused at once is not kept: nobody fills the disk with what no chain would take.
"""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from trialseal.ledger.outbox import Outbox

DAY: Final = 86_400
KEPT: Final = 30 * DAY
"""How long it is told what became of an act, seconds."""
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS handed_in (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL, chain TEXT NOT NULL, payer TEXT NOT NULL, day INTEGER NOT NULL,
    made INTEGER NOT NULL, signer TEXT NOT NULL, about BLOB NOT NULL, act BLOB NOT NULL, fate TEXT NOT NULL,
    why TEXT NOT NULL DEFAULT '', tried INTEGER NOT NULL DEFAULT 0, hash TEXT, block INTEGER, time INTEGER,
    UNIQUE (chain, id)
) STRICT;
CREATE INDEX IF NOT EXISTS handed_in_waiting ON handed_in (chain, fate, number);
CREATE INDEX IF NOT EXISTS handed_in_quota ON handed_in (chain, day, payer);
"""
_COLUMNS: Final = "id, payer, signer, about, act, fate, why, tried, hash, block, time"


class Fate(StrEnum):
    """What became of an act that was handed in."""

    WAITING = "waiting"
    RECORDED = "recorded"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class HandedIn:
    """An act that was handed in."""

    id: str
    """0x and 64 digits: what its key signed."""
    payer: str
    """Whose quota it counts for: a party's id."""
    signer: str
    about: bytes
    act: bytes
    """The file of signed acts that holds it alone."""
    fate: Fate = Fate.WAITING
    why: str = ""
    """Why it was refused, or could not be sent so far."""
    tried: int = 0
    """How often sending it failed."""
    transaction: str | None = None
    block: int | None = None
    time: int | None = None
    """The block's, Unix seconds."""


@dataclass(frozen=True, slots=True)
class Quota:
    """How many acts are taken in a day (UTC)."""

    party: int
    total: int
    """Of all parties together."""


class Queue:
    """What was handed in for one chain, named as `acts.desk.name_of` does. Every change is on disk when it returns."""

    def __init__(self, outbox: Outbox, chain: str, quota: Quota) -> None:
        self._outbox = outbox
        self._chain = chain
        self._quota = quota

    def known(self, ids: Sequence[str]) -> dict[str, HandedIn]:
        """Those that were handed in before, by id."""
        with self._opened() as base:
            return self._known(base, ids)

    def full(self, payers: Collection[str]) -> dict[str, str]:
        """Of these parties those who may hand in nothing more today, each with the sentence that says so."""
        with self._opened() as base:
            used, total = self._used(base, today())
        return {one: said for one in payers if (said := self._over(used[one], total))}

    def waiting_for(self, signer: str, about: bytes, payers: Collection[str]) -> bool:
        """Whether an act by this key about this thing waits, which counts for one of these quotas."""
        with self._opened() as base:
            rows = base.execute(
                "SELECT DISTINCT payer FROM handed_in WHERE chain = ? AND fate = ? AND signer = ? AND about = ?",
                (self._chain, Fate.WAITING, signer, about),
            ).fetchall()
        return any(payer in payers for (payer,) in rows)

    def take(self, acts: Sequence[HandedIn]) -> list[HandedIn | str]:
        """Keeps what is new, all in one go; for each what is kept of it, or why it is not taken today.

        What was refused before is taken anew: another signature may have been added.
        """
        day, answers = today(), list[HandedIn | str]()
        with self._opened() as base:
            known = self._known(base, [one.id for one in acts])
            used, total = self._used(base, day)
            for one in acts:
                before = known.get(one.id)
                if before is not None and before.fate is not Fate.REFUSED:
                    answers.append(before)
                elif said := self._over(used[one.payer], total):
                    answers.append(said)
                else:
                    self._insert(base, one, day)
                    known[one.id] = one
                    used[one.payer] += 1
                    total += 1
                    answers.append(one)
        return answers

    def waiting(self, most: int) -> list[HandedIn]:
        """Those that wait, in the order in which they came."""
        with self._opened() as base:
            rows = base.execute(
                f"SELECT {_COLUMNS} FROM handed_in WHERE chain = ? AND fate = ? ORDER BY number LIMIT ?",
                (self._chain, Fate.WAITING, most),
            ).fetchall()
        return [_from(row) for row in rows]

    def counts(self) -> dict[Fate, int]:
        """How many there are of each."""
        with self._opened() as base:
            rows = base.execute(
                "SELECT fate, count(*) FROM handed_in WHERE chain = ? GROUP BY fate", (self._chain,)
            ).fetchall()
        found = {Fate(fate): int(number) for fate, number in rows}
        return {fate: found.get(fate, 0) for fate in Fate}

    def became(self, ends: Sequence[HandedIn]) -> None:
        """What became of acts, or how often they were tried."""
        with self._opened() as base:
            base.executemany(
                "UPDATE handed_in SET fate = ?, why = ?, tried = ?, hash = ?, block = ?, time = ? "
                "WHERE chain = ? AND id = ?",
                [
                    (one.fate, one.why, one.tried, one.transaction, one.block, one.time, self._chain, one.id)
                    for one in ends
                ],
            )

    def fell_out(self, transactions: Sequence[str]) -> None:
        """That a reorganisation dropped transactions: what they recorded waits again."""
        with self._opened() as base:
            base.executemany(
                "UPDATE handed_in SET fate = ?, hash = NULL, block = NULL, time = NULL WHERE chain = ? AND hash = ?",
                [(Fate.WAITING, self._chain, one) for one in transactions],
            )

    def forget_old(self) -> None:
        """Deletes what came to its end long ago."""
        with self._opened() as base:
            base.execute(
                "DELETE FROM handed_in WHERE chain = ? AND fate != ? AND made < ?",
                (self._chain, Fate.WAITING, int(time.time()) - KEPT),
            )

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        with self._outbox.opened() as base:
            for statement in _TABLE.split(";"):
                if statement.strip():
                    base.execute(statement)
            yield base

    def _known(self, base: sqlite3.Connection, ids: Sequence[str]) -> dict[str, HandedIn]:
        found = {}
        for id in ids:
            row = base.execute(
                f"SELECT {_COLUMNS} FROM handed_in WHERE chain = ? AND id = ?", (self._chain, id)
            ).fetchone()
            if row is not None:
                found[id] = _from(row)
        return found

    def _used(self, base: sqlite3.Connection, day: int) -> tuple[Counter[str], int]:
        """How many each party handed in that day, and all together."""
        rows = base.execute(
            "SELECT payer, count(*) FROM handed_in WHERE chain = ? AND day = ? GROUP BY payer", (self._chain, day)
        ).fetchall()
        used = Counter({payer: int(number) for payer, number in rows})
        return used, used.total()

    def _over(self, used: int, total: int) -> str:
        if used >= self._quota.party:
            return f"this party has handed in its {self._quota.party:,} acts of today: try again tomorrow (UTC)"
        if total >= self._quota.total:
            return f"all parties together have handed in their {self._quota.total:,} acts of today: try again tomorrow"
        return ""

    def _insert(self, base: sqlite3.Connection, one: HandedIn, day: int) -> None:
        base.execute(
            "INSERT OR REPLACE INTO handed_in "
            "(id, chain, payer, day, made, signer, about, act, fate, hash, block, time) "
            "VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
            (one.id, self._chain, one.payer, day, int(time.time()), one.signer, one.about, one.act, one.fate,
             one.transaction, one.block, one.time),
        )  # fmt: skip


def today() -> int:
    """The day by this computer's clock, in days since 1970 (UTC)."""
    return int(time.time()) // DAY


def _from(row: Sequence[object]) -> HandedIn:
    id, payer, signer, about, act, fate, *rest = row
    return HandedIn(id, payer, signer, about, act, Fate(str(fate)), *rest)  # type: ignore[arg-type]
