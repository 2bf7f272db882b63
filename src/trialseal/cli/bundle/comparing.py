"""`verify A.trialseal B.trialseal`: whether bundles of one trial tell one history."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from trialseal import escaping
from trialseal.cli.bundle.opening import open_named
from trialseal.cli.session import Session
from trialseal.cli.trusting import code_with, first_lines
from trialseal.errors import UsageError
from trialseal.evidence.bundle.agreement import Agreement, agreement
from trialseal.evidence.bundle.bundle import NO_TRIAL
from trialseal.evidence.wording import count, listed
from trialseal.ledger.carried import Carried
from trialseal.ledger.reader import Reader


def compare(session: Session, names: Sequence[str]) -> int:
    """Holds bundles against each other, each against the next by its block; 1 if two contradict each other.

    Two proofs that cannot both be of one chain contradict each other whoever vouches for either.
    """
    out = session.out
    opened = [(name, open_named(name)) for name in names]
    trial = opened[0][1].trial
    if trial == NO_TRIAL:
        raise UsageError(f"{escaping.path(names[0])} is of no trial: verify it by itself")
    for name, one in opened:
        if one.trial != trial:
            raise UsageError(
                f"{escaping.path(name)} is of trial {one.trial.hex()[:8]}…, and {escaping.path(names[0])} of "
                f"{trial.hex()[:8]}…: name bundles of one trial, or one at a time"
            )
    carried = [(escaping.path(name), session.carried(one, name)) for name, one in opened]
    carried.sort(key=lambda one: (one[1].as_of().number, one[0]))
    newest = carried[-1][1]
    for line in first_lines(newest.as_of(), newest.vouching(), None):
        out.remark(line, always=not newest.vouching().vouched)
    for name, chain in carried:
        out.say(block_line(name, chain))
    values, failing = [], False
    for (name_a, a), (name_b, b) in pairwise(carried):
        found = agreement(a, b, trial)
        failing = failing or bool(found.contradictions)
        for line in lines(name_a, name_b, found):
            out.say(line)
        if not found.contradictions:
            out.say("  this compares their histories only: verify each by itself for its files")
        values.append(_value(name_a, name_b, a, b, found))
    out.value(values)
    return 1 if failing else code_with(0, newest.vouching())


def block_line(name: str, chain: Reader) -> str:
    """As of which block a chain is read."""
    now = chain.as_of()
    return f"{name}: block {now.number:,} of chain {now.chain_id}, 0x{now.hash.removeprefix('0x')}"


def lines(a: str, b: str, found: Agreement) -> list[str]:
    """What `a` and `b`, the later, say of each other."""
    if found.contradictions:
        return [
            f"{a} and {b} contradict each other: at most one of them is of the chain",
            *(f"  {one}" for one in found.contradictions),
            "  each proves what it says: look up the hashes of both blocks at a source that you trust",
        ]
    added = [one.added for one in found.compared if len(one.later) > len(one.earlier)]
    kept = count(len(found.compared[0].earlier), "act")
    told = [f"{b} extends {a}: it begins with the same {kept}" + (f", and adds {listed(added)}" if added else "")]
    if found.not_compared:
        told.append(f"  not compared, because one of them does not hold it whole: {listed(list(found.not_compared))}")
    return told


def _value(name_a: str, name_b: str, a: Carried, b: Carried, found: Agreement) -> dict[str, Any]:
    return {
        "earlier": {"file": name_a, "block": a.as_of().number, "block_hash": a.as_of().hash},
        "later": {"file": name_b, "block": b.as_of().number, "block_hash": b.as_of().hash},
        "contradictions": list(found.contradictions),
        "compared": [one.thing for one in found.compared],
        "not_compared": list(found.not_compared),
    }
