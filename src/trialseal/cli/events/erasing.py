"""`events forget`: one participant's entries and secret are erased."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from trialseal.cli.events.stores import site_key, store_named
from trialseal.cli.session import Session
from trialseal.evidence.wording import entries

if TYPE_CHECKING:
    pass


def forget(session: Session) -> int:
    """Erases one participant's entries and secret, and appends the tombstone."""
    from trialseal.documents.privacy import require_private
    from trialseal.streams.pseudonyms import Pseudonyms

    args = session.args
    stream = store_named(session)
    subject = Pseudonyms(site_key(session, make=False)).of(args.subject)
    said = {"by": args.by, "reason": args.reason, "legal_basis": args.legal_basis}
    # A tombstone stays for ever: it must not tell again what it is there to forget.
    require_private(said, "the tombstone", {args.subject} - {subject})
    done = stream.forget(
        subject,
        by=args.by,
        reason=args.reason,
        legal_basis=args.legal_basis,
        at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    if done is None:
        session.out.say(f"participant {subject} was erased before: nothing was changed")
        session.out.value({"subject": subject, "erased": 0})
        return 0
    erased = sum(done.counts.values())
    types = ", ".join(f"{count} {type}" for type, count in done.counts.items())
    session.out.say(
        f"participant {subject} is erased from stream {stream.config.name}: {entries(erased)} erased ({types}), its "
        f"secret destroyed; the tombstone is entry {done.tombstone}"
    )
    session.out.say(
        "  not in reach of this command, and yours to erase: the files that the events came from, backups, proofs "
        "handed out, and this participant in other streams"
    )
    session.out.value({"subject": subject, "erased": erased, "counts": done.counts, "tombstone": done.tombstone})
    return 0
