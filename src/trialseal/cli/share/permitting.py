"""`share permit` and `share revoke`."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from trialseal import escaping
from trialseal.acts import attesting
from trialseal.acts.carrying_out import Done
from trialseal.cli.acting import do
from trialseal.cli.attesting import attest_once, attestation_of
from trialseal.cli.events.stores import chain_time, store_of
from trialseal.cli.session import Session
from trialseal.cli.share.granting import Asked, Grant, Granting, document_path, keeping
from trialseal.cli.share.own import WAIT, Sharing, access_row, log_access, package_folder, read_document
from trialseal.cli.share.requesting import now_of
from trialseal.cli.times import when
from trialseal.cli.trial.naming import trial_named
from trialseal.documents.sharing import Package, Permit
from trialseal.errors import FailedError, UsageError
from trialseal.files_together import write_together
from trialseal.ledger.codes import AttestationKind
from trialseal.sharing.cases import moment_of
from trialseal.sharing.manifest import DOCUMENT

if TYPE_CHECKING:
    from trialseal.streams.batch import Row
    from trialseal.streams.store import StreamStore


def permit(session: Session) -> int:
    """Records a permit, enters the hand-over into the stream, and only then writes the permit's file."""
    args, out = session.args, session.out
    if args.list:
        from trialseal.cli.share.sitting import permit_each

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


def hand_over(session: Session, stream: StreamStore, given: Sequence[tuple[Grant, Done]]) -> None:
    """Enters permits that the chain holds, and their hand-overs, into the stream, and only then writes their files.

    Whatever happens, a hand-over is on disk before its permit: logged without being made, never made without a log.
    """
    args = session.args
    # The entries name the permits, so they were written after them: of two things in one second nobody could tell.
    at = moment_of(max(chain_time(session), *(done.time + 1 for _, done in given)))
    rows = []
    for grant, done in given:
        permitted = f"permitted-{attestation_of(done).log.hex()[:16]}"
        members = {**grant.members, "by": args.by}
        if stream.find(permitted) is None:
            rows.append(access_row(permitted, at, "permitted", {**members, "decided_by": args.decided_by}))
        handed = f"handed-over-{secrets.token_hex(8)}"
        rows.append(access_row(handed, at, "handed-over", {**members, "files": grant.files}))
    log_and_write(stream, rows, [grant for grant, _ in given])


def log_and_write(stream: StreamStore, rows: Sequence[Row], grants: Sequence[Grant]) -> None:
    """Forces the entries to disk, all at once, and then the permits' files."""
    stream.append(rows, wait=WAIT)
    write_together((file for grant in grants for file in grant.at_place()), 0o600)


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
