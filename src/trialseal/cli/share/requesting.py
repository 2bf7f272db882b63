"""`share request` and `share list`: the register of applications."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trialseal import escaping
from trialseal.cli.events.stores import chain_time, store_of
from trialseal.cli.session import Session
from trialseal.cli.share.auditing import gathered
from trialseal.cli.share.own import Shared, Sharing, checked, log_access
from trialseal.cli.trial.naming import trial_named
from trialseal.documents.canonical import parse_json
from trialseal.documents.identifiers import date_range
from trialseal.documents.sharing import Application
from trialseal.errors import FailedError, UsageError
from trialseal.evidence.wording import count, day, end_day, listed
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
    value = _value(Path(args.file), trial, asks)
    entered = Applications(sharing.documents([])).meant(value, Path(args.file))
    application, digest = entered or checked(
        {"nonce": secrets.token_hex(32), **value}, Application, escaping.path(args.file)
    )
    members = {
        "application": digest.hex(),
        "recipient": application.recipient,
        "purpose": [application.permission, *(one.code for one in application.modifiers)],
        "until": application.until,
        "agreement": application.agreement,
        "by": args.by,
        "reason": args.reason,
    }
    if date_range(application.until)[1].isoformat() < now_of(session)[:10] and not args.refuse:
        raise FailedError(
            f"{escaping.path(args.file)} asks for data until {application.until}, which is past: ask anew"
        )
    name = digest.hex()[:16]
    if args.refuse:
        if not entered:
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


class Applications:
    """The applications that were entered."""

    def __init__(self, documents: Mapping[str, Shared]) -> None:
        self._kept: dict[str, list[tuple[str, Application, dict[str, Any]]]] = {}
        for digest, one in documents.items():
            if isinstance(one, Application):
                value = one.model_dump(mode="json", exclude_unset=True, exclude_none=True)
                self._kept.setdefault(_asked(value), []).append((digest, one, value))

    def _like(self, value: Mapping[str, Any]) -> list[tuple[Application, bytes]]:
        """Those that agree with all that is said: recipient and nonce need not be."""
        given = {key: value[key] for key in _ADDED if key in value}
        return [
            (one, bytes.fromhex(digest))
            for digest, one, kept in self._kept.get(_asked(value), ())
            if {**kept, **given} == kept
        ]

    def entered(self, path: Path, trial: bytes) -> tuple[Application, bytes]:
        """The application of a file; FailedError if it was not entered, UsageError if it was for several parties."""
        found = self.meant(_value(path, trial, None), path)
        if not found:
            raise FailedError(f"{escaping.path(path)} was not entered: run trialseal share request first")
        return found

    def meant(self, value: Mapping[str, Any], path: Path) -> tuple[Application, bytes] | None:
        """The one that agrees with all that is said, if it was entered; UsageError if it was for several parties."""
        found = self._like(value)
        if len(found) > 1:
            names = listed([f"party {one.recipient[:8]}…" for one, _ in found])
            raise UsageError(
                f"{escaping.path(path)} was entered for {names}: write into a copy of it which is meant, as recipient"
            )
        return found[0] if found else None


_ADDED = ("recipient", "nonce")


def _asked(value: Mapping[str, Any]) -> str:
    """What an application says but for what its entering adds."""
    return json.dumps({key: one for key, one in value.items() if key not in _ADDED}, sort_keys=True)


def _value(path: Path, trial: bytes, asks: bytes | None) -> dict[str, Any]:
    """The object of an application's file, of the trial that is named; who asks is given by `asks`, if not there."""
    value = parse_json(read_file(path, _LARGEST), escaping.path(path))
    if not isinstance(value, dict):
        raise UsageError(f"{escaping.path(path)} is not an application: write a JSON object of kind application")
    value = {"trial_id": trial.hex(), **({"recipient": asks.hex()} if asks else {}), **value}
    if value["trial_id"] != trial.hex():
        raise UsageError(f"{escaping.path(path)} asks for data of another trial: name that trial's folder")
    return value


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
        state = f"until {end_day(record.until)}" if record.until else "without an end"
        if record.withdrawn_at and record.withdrawn_at <= now:
            state = f"withdrawn {day(record.withdrawn_at)}"
        elif 0 < record.until <= now:
            state = f"ended {end_day(record.until)}"
        rows.append(_row("permit", record.document.hex(), name, day(record.time), state))
    out.table(rows)
    asked = sum(row["what"] == "application" for row in rows)
    out.say(f"{count(asked, 'application')}, {count(len(sharing.permits), 'permit')} on the chain")
    out.value(rows)
    return 0


def _row(what: str, digest: str, recipient: str, since: str, state: str) -> dict[str, str]:
    return {"what": what, "digest": f"{digest[:8]}…", "recipient": recipient, "since": since, "state": state}
