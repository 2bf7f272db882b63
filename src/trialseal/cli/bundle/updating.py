"""A later block for a bundle, if the later history extends the earlier, and what a reader is told of it."""

from __future__ import annotations

import os
from pathlib import Path

from trialseal import escaping
from trialseal.cli.bundle.comparing import block_line, lines
from trialseal.cli.bundle.opening import open_named
from trialseal.cli.session import Session
from trialseal.errors import FailedError, UndeterminedError, UsageError
from trialseal.evidence.bundle.agreement import agreement
from trialseal.evidence.bundle.bundle import NO_TRIAL, Bundle
from trialseal.evidence.bundle.carrying import chain_of
from trialseal.evidence.wording import count
from trialseal.ledger.carried import Carried
from trialseal.ledger.evidence import Evidence
from trialseal.ledger.moments import moment
from trialseal.ledger.reference.vouching import NO_CHOICE


def opened(session: Session, target: Path) -> Bundle:
    """The bundle that is to be updated. UsageError if the new one would be written over it."""
    named = session.args.update
    if os.path.lexists(target) and os.path.exists(named) and os.path.samefile(target, named):
        raise UsageError(f"{escaping.path(named)} stays as it is: name another file with --out")
    found = open_named(named)
    if found.trial == NO_TRIAL:
        raise UsageError(f"{escaping.path(named)} is of no trial: pack a new one with --attested")
    return found


def earlier(session: Session, old: Bundle) -> tuple[Evidence, ...]:
    """The evidence as of the earlier blocks, once the chain that is read extends it.

    FailedError, after both proofs were said, if it contradicts the earlier; UndeterminedError if it ends before it, or
    one of the two does not show all acts; UsageError if there is nothing to add.
    """
    reader, shown = session.reader, escaping.path(session.args.update)
    before, now = _chain(old, old.evidence, shown), reader.as_of()
    then = before.as_of()
    if now.chain_id == then.chain_id and (now.number, now.hash) == (then.number, then.hash):
        raise UsageError(f"{shown} is as of block {then.number:,} already: update it when there is a later one")
    if now.chain_id == then.chain_id and now.number < then.number:
        raise UndeterminedError(
            f"{reader.source} ends at block {now.number:,}, before block {then.number:,} of {shown}: ask another node"
        )
    source = escaping.visible(reader.source)
    found = agreement(before, reader, old.trial)
    if found.contradictions:
        session.out.say(block_line(shown, before))
        session.out.say(block_line(source, reader))
    told = lines(shown, source, found)
    for line in told if found.contradictions else told[:1]:
        session.out.say(line)
    for thing in found.not_compared:
        session.out.remark(f"note: not compared, because one of them does not hold it whole: {thing}")
    if found.contradictions:
        raise FailedError(f"{shown} was not updated, and nothing was written")
    return (*old.earlier, old.evidence)


def require_extends(session: Session, bundle: Bundle) -> None:
    """Says of each earlier block in a bundle how the history went on; FailedError if the bundle contradicts itself."""
    reader, shown = session.reader, escaping.path(session.args.bundle)
    for one in bundle.earlier:
        before = _chain(bundle, one, f"{shown} (earlier block {one.header.number:,})")
        found = agreement(before, reader, bundle.trial)
        if found.contradictions:
            raise FailedError(
                f"{shown} contradicts itself: {'; '.join(found.contradictions)}; its blocks are {one.header.number:,} "
                f"(0x{one.header.hash.hex()}) and {reader.as_of().number:,} ({reader.as_of().hash})"
            )
        kept = found.compared[0]
        since = len(kept.later) - len(kept.earlier)
        session.out.say(
            f"  as of its earlier block {one.header.number:,} (0x{one.header.hash.hex()}, "
            f"{moment(one.header.time, exact=True)}): the same first {count(len(kept.earlier), 'act')}, "
            f"{count(since, 'act') if since else 'none'} since"
        )


def _chain(bundle: Bundle, evidence: Evidence, shown: str) -> Carried:
    return chain_of(bundle._replace(evidence=evidence), shown, NO_CHOICE, None)
