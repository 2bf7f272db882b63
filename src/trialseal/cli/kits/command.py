"""`kits audit`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialseal import escaping
from trialseal.cli.kits.auditing import block_words, gathered
from trialseal.cli.kits.lists import arms
from trialseal.cli.session import Session
from trialseal.cli.stores_given import entry_value, write_proofs
from trialseal.errors import UsageError
from trialseal.evidence.wording import count, entries
from trialseal.outputs import write_output
from trialseal.rules.finding import Status

if TYPE_CHECKING:
    from trialseal.custody.audit import CustodyAudit, CustodyFinding
    from trialseal.custody.today import Due
    from trialseal.evidence.stores_read import StoreAtHand
    from trialseal.rules.finding import Finding

_MOST_SAID = 10
"""Findings of one rule that are listed; `--findings` writes all."""
_MOST_NEVER = 20


def audit(session: Session) -> int:
    """Accounts for every kit and lot; 1 if something is to be asked, 2 if something cannot be determined."""
    from trialseal.custody.audit import audit as custody_audit
    from trialseal.custody.separation import separation
    from trialseal.report.custody.table import account_csv, findings_csv

    args, out = session.args, session.out
    if args.transit_days is not None and args.transit_days < 0:
        raise UsageError(f"--transit-days {args.transit_days} is not a number of days: write 7")
    told = arms(args.unblinded, out.say) if args.unblinded else None
    evidence, today = gathered(session)
    out.progress("judging …")
    audited = custody_audit(evidence.evidence, today, transit_days=args.transit_days)
    arm_finding = separation(audited.lives, evidence.evidence, told)[0] if told is not None else None
    _say(session, audited, arm_finding)
    for name, text in (("csv", account_csv), ("findings", findings_csv)):
        if path := getattr(args, name):
            write_output(Path(path), text(audited).encode())
            out.say(f"written to {escaping.path(path)}")
    if args.html:
        from trialseal.report.custody.page import custody_html

        write_output(Path(args.html), custody_html(audited, args.trial, block_words(session)).encode())
        out.say(f"page written to {escaping.path(args.html)}")
    resting = [entry for one in audited.findings for entry in one.entries]
    files = write_proofs(session, evidence.stores, resting) if args.proofs else []
    if out.as_json:  # with a proof for each entry of a finding
        out.value(_value(audited, arm_finding, evidence.stores, files))
    statuses = [one for one in (arm_finding.status if arm_finding else None,) if one]
    if audited.failing or Status.FAILS in statuses:
        return 1
    waiting = audited.undetermined or audited.evidence.unanchored or Status.UNDETERMINED in statuses
    return 2 if waiting else 0


# ----- words -----


def _say(session: Session, audited: CustodyAudit, arm_finding: Finding | None) -> None:
    out, evidence = session.out, audited.evidence
    shown: dict[str, int] = {}
    for one in audited.findings:
        rule = one.finding.rule
        shown[rule] = shown.get(rule, 0) + 1
        if shown[rule] <= _MOST_SAID:
            out.say(f"{one.finding.status.value:<14} {rule:<31} {_line(one)}")
    for rule, number in shown.items():
        if number > _MOST_SAID:
            out.say(f"{rule}: {number - _MOST_SAID} more like these; --findings FILE writes all")
    if arm_finding:
        out.say(f"{arm_finding.status.value:<14} {arm_finding.rule:<31} {arm_finding.sentence}")
    from trialseal.report.custody.table import NEVER, account_rows

    if audited.lines:
        out.table(account_rows(audited))
    for due in audited.due[:_MOST_SAID]:
        out.say(due_line(due))
    if len(audited.due) > _MOST_SAID:
        out.say(f"{len(audited.due) - _MOST_SAID} more to look at; --html FILE shows all")
    if never := audited.untold:
        more = f" and {len(never) - _MOST_NEVER} more; --findings FILE names all" if len(never) > _MOST_NEVER else ""
        out.say(f"{NEVER}: {', '.join(map(escaping.quoted, never[:_MOST_NEVER]))}{more}")
    for line in _notes(audited):
        out.say(line)
    listed = f", {len(audited.untold)} more on the list in no entry" if audited.untold else ""
    counted = (
        f"{count(len(audited.lives), 'kit')}{listed} and {count(len(_lots(audited)), 'lot')} of stock without numbers"
    )
    answers = f"{count(audited.failing, 'open question')}, {audited.undetermined} cannot be determined"
    out.say(f"{counted}, as of {audited.today}: {answers}")
    if session.reader.is_devnet():
        out.say(
            f"chain {session.reader.chain_id()} is a devnet: its operator sets the clock, so anchoring proves no date"
        )
    if evidence.unseen:
        out.say(f"not all is seen: {evidence.unseen}")


def _notes(audited: CustodyAudit) -> Iterable[str]:
    evidence = audited.evidence
    asked = [rule for rule, found in audited.counts.items() if sum(found.values()) > found[Status.DOES_NOT_APPLY]]
    idle = [rule for rule in audited.counts if rule not in asked]
    held = {rule: audited.counts[rule][Status.HOLDS] for rule in asked if audited.counts[rule][Status.HOLDS]}
    if held:
        yield f"holds: {', '.join(f'{rule} {number:,}' for rule, number in held.items())}"
    if idle:
        yield f"rules not applied, because what they need was not given or did not happen: {', '.join(idle)}"
    if audited.unnamed:
        yield f"not accounted for: {count(audited.unnamed, 'dispensing')} without a kit or a lot"
    if evidence.erased:
        yield f"erased, and no longer readable: {entries(evidence.erased)} about products"
    if evidence.corrected or evidence.in_error:
        stated = f"{evidence.corrected} corrected, {evidence.in_error} entered in error"
        yield f"not judged by, since they do not stand: {stated}"
    for name, number in sorted(evidence.unanchored.items()):
        last = "the last entry" if number == 1 else f"the last {number} entries"
        yield f"not anchored yet, so that nothing binds it: {last} of stream {name}"


def _lots(audited: CustodyAudit) -> set[str]:
    return {line.lot for line in audited.lines if line.lot is not None}


def due_line(due: Due) -> str:
    """What is to be done, in one line."""
    items = ", ".join(map(escaping.quoted, due.items[:5])) + (
        f" and {len(due.items) - 5} more" if len(due.items) > 5 else ""
    )
    place = escaping.quoted(due.place)
    match due.what:
        case "under way":
            words = f"under way{f' to {place} since {due.since}' if due.since else ''}"
        case "quarantine":
            words = f"in quarantine at {place} since {due.since}"
        case "recalled":
            words = f"recalled on {due.since}, at {place}"
        case _:
            words = f"{due.what} {due.since}, at {place}"
    return f"today: {words}: {items}"


def _line(one: CustodyFinding) -> str:
    resting = f" [{'; '.join(entry.place for entry in one.entries)}]" if one.entries else ""
    return f"{one.finding.sentence}{resting}"


# ----- JSON -----


def _value(
    audited: CustodyAudit, arm_finding: Finding | None, stores: Mapping[str, StoreAtHand], files: Sequence[str]
) -> dict[str, Any]:
    evidence = audited.evidence
    return {
        "as_of": audited.today.isoformat(),
        "kits": len(audited.lives),
        "account": [{**line._asdict(), "amounts": line.amounts, "adds_up": line.adds_up} for line in audited.lines],
        "today": [one._asdict() for one in audited.due],
        "counts": {
            rule: {status.value: number for status, number in found.items()} for rule, found in audited.counts.items()
        },
        "findings": [_finding(one, stores) for one in audited.findings],
        "arms": {"status": arm_finding.status, "sentence": arm_finding.sentence} if arm_finding else None,
        "untold": audited.untold,
        "unnamed": audited.unnamed,
        "erased": evidence.erased,
        "corrected": evidence.corrected,
        "entered_in_error": evidence.in_error,
        "not_anchored": dict(evidence.unanchored),
        "unseen": evidence.unseen,
        "proofs": list(files),
    }


def _finding(one: CustodyFinding, stores: Mapping[str, StoreAtHand]) -> dict[str, Any]:
    return {
        "rule": one.finding.rule,
        "status": one.finding.status,
        "kit": one.kit,
        "lot": one.lot,
        "place": one.place,
        "sentence": one.finding.sentence,
        "facts": list(one.finding.facts),
        "source": one.finding.source,
        "entries": [entry_value(entry, stores, proven=True) for entry in one.entries],
    }
