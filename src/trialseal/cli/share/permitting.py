"""`share permit` and `share revoke`."""

from __future__ import annotations

from pathlib import Path

from trialseal import escaping
from trialseal.acts import attesting
from trialseal.cli.acting import do
from trialseal.cli.attesting import attest_once
from trialseal.cli.events.stores import chain_time, store_of
from trialseal.cli.session import Session
from trialseal.cli.share.granting import Asked, Granting, document_path, keeping
from trialseal.cli.share.handing_over import hand_over
from trialseal.cli.share.own import Sharing, log_access, package_folder, read_document
from trialseal.cli.share.requesting import now_of
from trialseal.cli.share.sitting import permit_each
from trialseal.cli.times import when
from trialseal.cli.trial.naming import trial_named
from trialseal.documents.sharing import Package, Permit
from trialseal.errors import FailedError, UsageError
from trialseal.ledger.codes import AttestationKind
from trialseal.sharing.manifest import DOCUMENT


def permit(session: Session) -> int:
    """Records a permit, enters the hand-over into the stream, and only then writes the permit's file."""
    args, out = session.args, session.out
    if args.list:
        return permit_each(session)
    if not args.package or not args.application:
        raise UsageError("say which package and whose --application; or give many at once with --list FILE")
    granting = Granting(session)
    stream = store_of(session, Path(args.trial), args.stream)
    grant = granting.grant(Asked(args.application, args.package, args.until, args.file))
    if grant.path.exists() or granting.given(grant):
        raise UsageError(f"{escaping.path(grant.path)} is there already: name another with --file")
    [open_ones] = granting.open_ones([grant])
    for line in open_ones:
        out.say(line)
    desk = keeping(session.desk(), lambda: granting.sharing.keep(grant.document))
    done = attest_once(session, grant.act(session.party, open_ones), desk=desk)
    if done is None:
        return 0
    granting.sharing.keep(grant.document)  # one that stood already was not asked about
    hand_over(session, stream, [(grant, done)])
    beside = document_path(grant.path)
    out.say(f"permit written to {escaping.path(grant.path)} and {escaping.path(beside)}: give the recipient both")
    out.say(f"the hand-over is in stream {args.stream}; anchor it")
    out.value({"permit": grant.digest, "number": done.number, "file": str(grant.path), "sent": done.sent})
    return 0


def revoke(session: Session) -> int:
    """Withdraws the party's standing permits of a package for one recipient, and enters that into the stream."""
    args, out = session.args, session.out
    place = Path(args.trial)
    trial, _ = trial_named(session, args.trial)
    stream = store_of(session, place, args.stream)
    _, package_digest = read_document(package_folder(args.package) / DOCUMENT, Package)
    recipient = session.find_party(args.to)
    documents = Sharing(place).documents([])
    session.reader.load(parties=[session.party], subjects=[trial])
    found = [
        one
        for one in session.reader.attestations(trial, package_digest)
        if one.kind is AttestationKind.PERMIT
        and one.author == session.party
        and isinstance(document := documents.get(one.document.hex()), Permit)
        and document.recipient == recipient.hex()
    ]
    standing = [one for one in found if not one.ended_at or one.ended_at > chain_time(session)]
    if not found:
        raise FailedError(f"this party gave party {recipient.hex()[:8]}… no permit of {escaping.path(args.package)}")
    if not standing:
        out.say(f"its permit ended {when(found[-1].ended_at)}: nothing was sent")
        out.value({"sent": 0})
        return 0
    name = escaping.path(package_folder(args.package).name)
    acts = [
        attesting.withdraw(
            session.party,
            trial,
            one.log,
            f"permit {one.number} of party {recipient.hex()[:8]}… to open {name} withdrawn",
            lasting="a permit that was withdrawn stays so, with the time: who is to have it again gets a new one",
        )
        for one in standing
    ]
    done = do(session, acts)
    if done is None:
        return 0
    for one in standing:
        members = {"permit": one.document.hex(), "package": package_digest.hex(), "recipient": recipient.hex()}
        members |= {"by": args.by, "decided_by": args.decided_by}
        log_access(stream, f"revoked-{one.log.hex()[:16]}", now_of(session), "revoked", members)
    out.say("keys that went out cannot be called back: ask for a statement that the data were destroyed")
    out.value({"sent": len(done)})
    return 0
