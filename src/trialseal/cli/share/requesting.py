"""`share request` and `share list`: the register of applications."""

from __future__ import annotations

import secrets
from pathlib import Path

from trialseal import escaping
from trialseal.cli.events.stores import chain_time, store_of
from trialseal.cli.session import Session
from trialseal.cli.share.auditing import gathered
from trialseal.cli.share.own import Sharing, checked, log_access
from trialseal.cli.trial.naming import trial_named
from trialseal.documents.canonical import document_digest, parse_json
from trialseal.documents.sharing import Application
from trialseal.errors import FailedError, UsageError
from trialseal.evidence.wording import count, day
from trialseal.files import read_file
from trialseal.sharing.cases import moment_of

_LARGEST = 1 << 24


def now_of(session: Session) -> str:
    """Now, as entries write it, by the clock of the chain."""
    return moment_of(chain_time(session))


def request(session: Session) -> int:
    """Enters an application, or that it was refused, into the stream of accesses."""
    args, out = session.args, session.out
    trial, _ = trial_named(session, args.trial)
    stream = store_of(session, Path(args.trial), args.stream)
    sharing = Sharing(Path(args.trial))
    asks = session.find_party(args.asks) if args.asks else None
    application, digest, known = _application(Path(args.file), trial, sharing, asks)
    members = {
        "application": digest.hex(),
        "recipient": application.recipient,
        "purpose": [application.permission, *(one.code for one in application.modifiers)],
        "until": application.until,
        "agreement": application.agreement,
        "by": args.by,
        "reason": args.reason,
    }
    name = digest.hex()[:16]
    if args.refuse:
        if not known:
            raise FailedError(
                f"{escaping.path(args.file)} was not entered yet: run share request without --refuse first"
            )
        members |= {"decided_by": args.decided_by}
        added = log_access(stream, f"refused-{name}", now_of(session), "refused", members)
    else:
        sharing.keep(application)
        added = log_access(stream, f"requested-{name}", now_of(session), "requested", members)
    what = "refusal" if args.refuse else "application"
    out.say(
        f"{what} {digest.hex()[:8]}… entered into stream {args.stream}; anchor it"
        if added
        else f"{what} {digest.hex()[:8]}… is in stream {args.stream} already: nothing was entered"
    )
    out.value({"application": digest, "entered": added})
    return 0


def _application(
    path: Path, trial: bytes, sharing: Sharing, asks: bytes | None = None
) -> tuple[Application, bytes, bool]:
    """The application of a file, with what it does not say; its digest, and whether it was entered before.

    The trial is the one that is named, who asks is given by `asks`, and a nonce is drawn.
    """
    value = parse_json(read_file(path, _LARGEST), escaping.path(path))
    if not isinstance(value, dict):
        raise UsageError(f"{escaping.path(path)} is not an application: write a JSON object of kind application")
    value = {"trial_id": trial.hex(), **({"recipient": asks.hex()} if asks else {}), **value}
    if value["trial_id"] != trial.hex():
        raise UsageError(f"{escaping.path(path)} asks for data of another trial: name that trial's folder")
    for digest, one in sharing.documents([]).items():
        if isinstance(one, Application):
            kept = one.model_dump(mode="json", exclude_unset=True, exclude_none=True)
            if {"nonce": kept["nonce"], "recipient": kept["recipient"], **value} == kept:
                return one, bytes.fromhex(digest), True
    value = {"nonce": secrets.token_hex(32), **value}
    application, _ = checked(value, Application, escaping.path(path))
    return application, document_digest(value), False


def application_in(path: Path, trial: bytes, sharing: Sharing) -> tuple[Application, bytes]:
    """An application that was entered; FailedError if it was not."""
    application, digest, known = _application(path, trial, sharing)
    if not known:
        raise FailedError(f"{escaping.path(path)} was not entered: run trialseal share request first")
    return application, digest


def listing(session: Session) -> int:
    """Lists applications with what was decided, and permits with their ends."""
    evidence, now = gathered(session)
    out, rows = session.out, []
    sharing = evidence.evidence
    decided = {str(one.event["application"]) for one in sharing.entries if one.event["action"] == "permitted"}
    refused = {str(one.event["application"]): one for one in sharing.entries if one.event["action"] == "refused"}
    for one in sharing.entries:
        if one.event["action"] != "requested":
            continue
        digest = str(one.event["application"])
        state = "open"
        if digest in decided:
            state = "granted"
        elif digest in refused:
            state = f"refused {refused[digest].at[:10]}"
        rows.append(_row("application", digest, sharing.name(str(one.event["recipient"])), one.at[:10], state))
    for record in sharing.permits:
        permit = sharing.permit(record.document.hex())
        name = sharing.name(permit.recipient) if permit else "not shown"
        state = f"until {day(record.until)}" if record.until else "without an end"
        if record.withdrawn_at and record.withdrawn_at <= now:
            state = f"withdrawn {day(record.withdrawn_at)}"
        elif 0 < record.until <= now:
            state = f"ended {day(record.until)}"
        rows.append(_row("permit", record.document.hex(), name, day(record.time), state))
    out.table(rows)
    asked = sum(row["what"] == "application" for row in rows)
    out.say(f"{count(asked, 'application')}, {count(len(sharing.permits), 'permit')} on the chain")
    out.value(rows)
    return 0


def _row(what: str, digest: str, recipient: str, since: str, state: str) -> dict[str, str]:
    return {"what": what, "digest": f"{digest[:8]}…", "recipient": recipient, "since": since, "state": state}
