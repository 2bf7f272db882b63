"""What needs no key: consent audit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialseal.cli.events.reading import trial_audited
from trialseal.cli.session import Session
from trialseal.cli.stores_given import entry_value, none_given, stores_given, write_proofs
from trialseal.cli.times import held_then
from trialseal.errors import FailedError, UsageError
from trialseal.evidence.profiles import find_names
from trialseal.evidence.wording import count
from trialseal.files import is_file
from trialseal.folder.layout import PROTOCOL
from trialseal.folder.trial_folder import TrialFolder
from trialseal.outputs import write_output
from trialseal.report.trial.trial_view import sealed_protocols
from trialseal.rules.finding import Finding, Status
from trialseal.spreadsheets import csv_text

if TYPE_CHECKING:
    from trialseal.evidence.consent_streams import Gathered
    from trialseal.rules.consent.audit import ConsentAudit, ConsentFinding

_OPEN = (Status.FAILS, Status.UNDETERMINED)


def audit(session: Session) -> int:
    """Checks every participant's consents; 1 if a finding fails, 2 if one cannot be determined."""
    args, out = session.args, session.out
    if args.plot and Path(args.plot).suffix.lower() != ".svg":
        raise UsageError(f"{args.plot}: the plot is drawn as SVG: give a name that ends in .svg")
    place = Path(args.trial)
    trial = trial_audited(session, place)
    as_of = held_then(args.as_of, session.reader.as_of().time)
    folders = [Path(one) for one in args.folder]
    made = _audited(session, trial, place, folders, all_at_hand=args.consents_at_hand, as_of=as_of)
    if made is None:
        raise none_given(trial, args)
    gathered, audited = made
    shown = (*_OPEN, Status.HOLDS, Status.DOES_NOT_APPLY) if args.all else _OPEN
    listed = [one for status in shown for one in audited.findings if one.finding.status is status]
    _say(session, audited, listed)
    if args.csv:
        write_output(Path(args.csv), _csv(audited.findings).encode())
        out.say(f"{count(len(audited.findings), 'finding')} written to {args.csv}")
    if args.plot:
        from trialseal.report.consent_plot import draw

        write_output(Path(args.plot), draw(audited).encode())
        out.say(f"counts over time drawn in {args.plot}")
    resting = [entry for one in listed for entry in one.entries]
    files = write_proofs(session, gathered.stores, resting) if args.proofs else []
    if out.as_json:  # with a proof for each entry of a finding
        out.value(_value(session, trial, audited, gathered, files))
    total = audited.counts()
    return 1 if total[Status.FAILS] else 2 if total[Status.UNDETERMINED] else 0


def trial_consent(session: Session, trial: bytes, place: Path) -> tuple[Finding, ...] | None:
    """The audit as a finding about the whole trial, which names nobody; None where no stores lie in its folder."""
    from trialseal.rules.consent.audit import AUDIT, trial_finding

    try:
        made = _audited(session, trial, place, [])
    except FailedError as error:
        return (Finding(AUDIT, Status.UNDETERMINED, f"the streams found cannot be audited: {error}"),)
    return (trial_finding(made[1]),) if made else None


def _audited(
    session: Session,
    trial: bytes,
    place: Path,
    more: Sequence[Path],
    *,
    all_at_hand: bool = False,
    as_of: int | None = None,
) -> tuple[Gathered, ConsentAudit] | None:
    """The audit by the stores in a trial's folder and in others; None where there are none of this trial."""
    from trialseal.evidence.consent_streams import gather
    from trialseal.rules.consent import audit as consent_audit

    folder = TrialFolder(place) if is_file(place / PROTOCOL, follow=False) else None
    stores = stores_given(trial, place, more)
    if not stores:
        return None
    gathered = gather(
        session.reader,
        trial,
        stores,
        sealed_protocols(session.reader.history(trial), folder),
        find_names(session.reader, [session.home / "parties", *(folder.profile_folders if folder else [])]),
        accreditors=session.trusted,
        all_at_hand=all_at_hand,
        as_of=as_of,
        progress=session.out.progress,
    )
    return gathered, consent_audit.audit(gathered.evidence)


# ----- words -----


def _say(session: Session, audited: ConsentAudit, listed: Sequence[ConsentFinding]) -> None:
    out, evidence = session.out, audited.evidence
    for one in listed:
        out.say(f"{one.finding.status.value:<14} {one.finding.rule:<25} {_line(one)}")
    rows = []
    for rule in audited.rules:
        counts = audited.counts(rule)
        rows.append({"rule": rule, **{status.value: str(counts[status] or "") for status in Status}})
    if rows:
        out.table(rows)
    erased = f", and {audited.erased} that {'was' if audited.erased == 1 else 'were'} erased" if audited.erased else ""
    out.say(f"{count(audited.enrolled, 'enrolled participant')}{erased}")
    if evidence.erased_entries:
        from trialseal.rules.consent.reading import counted

        out.say(f"erased entries, which can no longer be read in these streams: {counted(evidence.erased_entries)}")
    if evidence.corrected or evidence.in_error:
        out.say(f"left out of the audit: {evidence.corrected} corrected, {evidence.in_error} entered in error")
    for name, number in sorted(evidence.unanchored.items()):
        last = "the last entry" if number == 1 else f"the last {number} entries"
        out.say(f"not anchored yet, so that nothing binds it: {last} of stream {name}")
    if evidence.unseen:
        out.say(f"not all is seen: {evidence.unseen}")
    if session.reader.is_devnet():
        out.say(
            f"chain {session.reader.chain_id()} is a devnet: its operator sets the clock, so anchoring proves no date"
        )


def _line(one: ConsentFinding) -> str:
    about = f"participant {one.subject}" if one.subject else ""
    if one.site:
        about += f"{' at ' if about else ''}site {one.site}"
    resting = f" [{'; '.join(entry.place for entry in one.entries)}]" if one.entries else ""
    return f"{about}: {one.finding.sentence}{resting}"


# ----- files and JSON -----

_COLUMNS = ("status", "rule", "subject", "site", "at", "finding", "entries", "source")


def _csv(findings: Iterable[ConsentFinding]) -> str:
    return csv_text(_COLUMNS, map(_row, findings))


def _row(one: ConsentFinding) -> tuple[object, ...]:
    finding, entries = one.finding, one.entries
    places = "; ".join(entry.place for entry in entries)
    at = entries[0].at if entries else ""
    return (finding.status.value, finding.rule, one.subject, one.site, at, finding.sentence, places, finding.source)


def _value(
    session: Session, trial: bytes, audited: ConsentAudit, gathered: Gathered, files: Sequence[str]
) -> dict[str, Any]:
    from trialseal.rules.consent.audit import trial_finding

    whole, evidence = trial_finding(audited), audited.evidence
    return {
        "trial": trial,
        "chain_id": session.reader.chain_id(),
        "enrolled": audited.enrolled,
        "erased": audited.erased,
        "erased_entries": dict(evidence.erased_entries),
        "not_anchored": dict(evidence.unanchored),
        "corrected": evidence.corrected,
        "entered_in_error": evidence.in_error,
        "unseen": evidence.unseen,
        "finding": {"rule": whole.rule, "status": whole.status, "sentence": whole.sentence, "facts": whole.facts},
        "counts": {
            rule: {status.value: number for status, number in audited.counts(rule).items()} for rule in audited.rules
        },
        "findings": [_finding_value(one, gathered) for one in audited.findings],
        "proofs": list(files),
    }


def _finding_value(one: ConsentFinding, gathered: Gathered) -> dict[str, Any]:
    proven = one.finding.status in _OPEN
    return {
        "rule": one.finding.rule,
        "status": one.finding.status,
        "subject": one.subject,
        "site": one.site,
        "sentence": one.finding.sentence,
        "facts": list(one.finding.facts),
        "source": one.finding.source,
        "entries": [entry_value(entry, gathered.stores, proven=proven) for entry in one.entries],
    }
