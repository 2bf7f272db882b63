"""`share audit`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialseal import escaping
from trialseal.cli.events.reading import trial_audited
from trialseal.cli.session import Session
from trialseal.cli.share.own import Sharing, judged_at
from trialseal.cli.stores_given import entry_value, none_given, stores_given
from trialseal.cli.times import held_then
from trialseal.evidence.profiles import find_names
from trialseal.evidence.wording import count
from trialseal.files import is_file
from trialseal.folder.layout import PROTOCOL
from trialseal.folder.trial_folder import TrialFolder
from trialseal.outputs import write_output
from trialseal.rules.finding import Status
from trialseal.spreadsheets import csv_text

if TYPE_CHECKING:
    from trialseal.evidence.sharing_streams import Gathered
    from trialseal.sharing.audit import SharingAudit, SharingFinding

_OPEN = (Status.FAILS, Status.UNDETERMINED)
_COLUMNS = ("rule", "answer", "permit", "package", "entry", "sentence", "facts", "source")
_MOST_SAID = 20
"""Findings of one rule that are listed; `--csv` writes all."""


def gathered(session: Session) -> tuple[Gathered, int]:
    """The evidence of the trial that the arguments name, and the time as of which it is judged."""
    from trialseal.evidence.sharing_streams import gather

    args, place = session.args, Path(session.args.trial)
    trial = trial_audited(session, place)
    as_of = held_then(getattr(args, "as_of", None), session.reader.as_of().time)
    stores = stores_given(trial, place, list(map(Path, args.folder)))
    if not stores:
        raise none_given(trial, args)
    folder = TrialFolder(place) if is_file(place / PROTOCOL, follow=False) else None
    sharing = Sharing(place)
    documents = sharing.documents(list(map(Path, getattr(args, "documents", []))))
    evidence = gather(
        session.reader,
        trial,
        stores,
        documents,
        sharing.owners(documents),
        find_names(session.reader, [session.home / "parties", *(folder.profile_folders if folder else [])]),
        all_at_hand=getattr(args, "streams_at_hand", False),
        as_of=as_of,
        progress=session.out.progress,
    )
    return evidence, judged_at(session) if as_of is None else as_of


def audit(session: Session) -> int:
    """Checks every permit, hand-over and package; 1 if something is to be asked, 2 if something is undetermined."""
    from trialseal.sharing.audit import audit as sharing_audit

    args, out = session.args, session.out
    evidence, now = gathered(session)
    audited = sharing_audit(evidence.evidence, now)
    _say(session, audited, (*_OPEN, Status.HOLDS) if args.all else _OPEN)
    if args.csv:
        write_output(Path(args.csv), _csv(audited).encode())
        number = len(audited.findings)
        out.say(f"all {number:,} answers, those that hold too, written to {escaping.path(args.csv)}")
    if args.html:
        from trialseal.report.share.page import sharing_html

        as_of = session.reader.as_of()
        words = f"block {as_of.number:,} of chain {session.reader.chain_id()}"
        write_output(Path(args.html), sharing_html(audited, args.trial, words, now).encode())
        out.say(f"page written to {escaping.path(args.html)}")
    if out.as_json:  # a proof for each finding takes as long as the audit
        out.value(_value(audited, evidence))
    found = audited.counts
    return 1 if found[Status.FAILS] else 2 if found[Status.UNDETERMINED] or evidence.evidence.unanchored else 0


def _say(session: Session, audited: SharingAudit, shown: tuple[Status, ...]) -> None:
    out, evidence = session.out, audited.evidence
    said: dict[str, int] = {}
    for status in shown:
        for one in audited.findings:
            if one.finding.status is status:
                rule = one.finding.rule
                said[rule] = said.get(rule, 0) + 1
                if said[rule] <= _MOST_SAID:
                    out.say(f"{status.value:<14} {rule:<27} {one.finding.sentence}{_place(one)}")
    for rule, number in said.items():
        if number > _MOST_SAID:
            out.say(f"{rule}: {number - _MOST_SAID} more like these; --csv FILE writes all")
    handed = sum(one.event["action"] == "handed-over" for one in evidence.entries)
    found = audited.counts
    out.say(
        f"{count(len(evidence.permits), 'permit')} on the chain, of which {audited.shown} shown; "
        f"{count(handed, 'hand-over')}: "
        f"{count(found[Status.FAILS], 'open question')}, {found[Status.UNDETERMINED]} cannot be determined"
    )
    for name, number in sorted(evidence.unanchored.items()):
        last = "the last entry" if number == 1 else f"the last {number} entries"
        out.say(f"not anchored yet, so that nothing binds it: {last} of stream {name}")
    if evidence.unseen:
        out.say(f"not all is seen: {evidence.unseen}")
    out.say(
        "not seen by any audit: what a recipient, or a host that has a key, does with it; keys cannot be called back"
    )


def _place(one: SharingFinding) -> str:
    return f" [{one.entry.place}]" if one.entry else ""


def _csv(audited: SharingAudit) -> str:
    rows = [
        [
            one.finding.rule, one.finding.status.value, one.permit or "", one.package or "",
            one.entry.place if one.entry else "", one.finding.sentence, "; ".join(one.finding.facts),
            one.finding.source,
        ]
        for one in audited.findings
    ]  # fmt: skip
    return csv_text(_COLUMNS, rows)


def _value(audited: SharingAudit, gathered: Gathered) -> dict[str, Any]:
    evidence = audited.evidence
    return {
        "permits": len(evidence.permits),
        "shown": audited.shown,
        "counts": {status.value: number for status, number in audited.counts.items()},
        "findings": [
            {
                "rule": one.finding.rule,
                "status": one.finding.status,
                "permit": one.permit,
                "package": one.package,
                "sentence": one.finding.sentence,
                "facts": list(one.finding.facts),
                "source": one.finding.source,
                "entry": entry_value(one.entry, gathered.stores, proven=one.finding.status in _OPEN)
                if one.entry
                else None,
            }
            for one in audited.findings
            if one.finding.status is not Status.DOES_NOT_APPLY
        ],
        "not_anchored": dict(evidence.unanchored),
        "unseen": evidence.unseen,
    }
