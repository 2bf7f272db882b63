"""`kits trace`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialseal import escaping
from trialseal.cli.kits.auditing import block_words, gathered
from trialseal.cli.session import Session
from trialseal.evidence.wording import count, entries
from trialseal.outputs import write_output
from trialseal.rules.finding import Status

if TYPE_CHECKING:
    from trialseal.custody.whereabouts import LotTrace, Trace

_MOST_KITS = 12


def trace(session: Session) -> int:
    """Says where a kit or a lot is; 1 if something is to be asked about it, 2 if something cannot be determined."""
    from trialseal.custody.audit import audit
    from trialseal.custody.whereabouts import trace_kit, trace_lot

    args = session.args
    evidence, today = gathered(session)
    audited = audit(evidence.evidence, today)
    if args.lot is not None:
        lot = trace_lot(audited, args.lot)
        _say_lot(session, lot)
        found = lot.findings
        value: dict[str, Any] = {"lot": lot.lot, "kits": dict(lot.kits), "stock": dict(lot.stock)}
    else:
        one = trace_kit(audited, args.kit)
        _say_kit(session, one)
        found = one.findings
        value = {
            "kit": one.life.kit,
            "lot": one.life.lot,
            "now": one.now,
            "steps": [{"entry": step.entry.place, **step.entry.event} for step in one.steps],
        }
    for finding in found:
        session.out.say(f"{finding.finding.status.value}: {finding.finding.sentence}")
    if args.html:
        from trialseal.report.custody.trace_page import kit_html, lot_html

        as_of = block_words(session)
        page = lot_html(audited, lot, as_of) if args.lot is not None else kit_html(audited, one, as_of)
        write_output(Path(args.html), page.encode())
        session.out.say(f"page written to {escaping.path(args.html)}")
    resting = lot if args.lot is not None else one
    if resting.unanchored:
        session.out.say(f"not anchored yet, so that nothing binds it: {entries(resting.unanchored)} of these")
    if audited.evidence.unseen:
        session.out.say(f"not all is seen: {audited.evidence.unseen}")
    session.out.value(
        {**value, "findings": [one.finding._asdict() for one in found], "not_anchored": resting.unanchored}
    )
    statuses = [one.finding.status for one in found]
    return 1 if Status.FAILS in statuses else 2 if statuses or resting.unanchored else 0


def _say_kit(session: Session, one: Trace) -> None:
    from trialseal.custody.whereabouts import step_line

    life, say = one.life, session.out.say
    say(f"{life.called}{f' of lot {escaping.quoted(life.lot)}' if life.lot else ''}: {one.now}")
    for step in one.steps:
        say(f"  {step_line(step)} ({step.entry.place})")


def _say_lot(session: Session, lot: LotTrace) -> None:
    from trialseal.custody.whereabouts import step_line

    say = session.out.say
    total = sum(map(len, lot.kits.values()))
    say(f"lot {escaping.quoted(lot.lot)}: {count(total, 'kit')}")
    for where, kits in lot.kits.items():
        named = ", ".join(map(escaping.quoted, kits[:_MOST_KITS]))
        more = f" and {len(kits) - _MOST_KITS} more" if len(kits) > _MOST_KITS else ""
        say(f"  {len(kits):>5} {where}: {named}{more}")
    for where, quantity in lot.stock.items():
        say(f"  {quantity:g} of its stock without numbers at {where}")
    for step in lot.said:
        say(f"  {step_line(step)} ({step.entry.place})")
