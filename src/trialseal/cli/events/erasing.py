"""`events forget`: one participant's entries and secret are erased."""

from __future__ import annotations

from trialseal.cli.erasing import agreed, said
from trialseal.cli.events.stores import site_key, store_named
from trialseal.cli.session import Session
from trialseal.evidence.wording import entries


def forget(session: Session) -> int:
    """Says what would go, asks, erases one participant's entries and secret, and appends the tombstone."""
    from trialseal.streams.pseudonyms import Pseudonyms

    args = session.args
    stream = store_named(session)
    subject = Pseudonyms(site_key(session, make=False)).of(args.subject)
    tombstone = said(session, {args.subject} - {subject})
    held = stream.held_about(subject)
    what = [f"{entries(count)} of type {type}" for type, count in held.items()]
    if held and not agreed(session, [*what, f"the secret of participant {subject} in this stream"], held):
        session.out.value({"dry_run": True, "subject": subject, "counts": held})
        return 0
    done = stream.forget(subject, **tombstone._asdict())
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
