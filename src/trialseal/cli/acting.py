"""How a command acts: in words what would be done, with `--dry-run`; else done, kept, and only then said."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from trialseal import escaping
from trialseal.acts.act import Act
from trialseal.acts.carrying_out import Done, Plan, carry_out_all, cost, look
from trialseal.acts.desk import Desk
from trialseal.acts.lines import other_line, trial_line
from trialseal.cli.finding_lines import finding_line, finding_value
from trialseal.cli.session import Session
from trialseal.cli.times import when
from trialseal.folder.trial_folder import TrialFolder

Line = Callable[[Done], str]


def do(
    session: Session,
    acts: Sequence[Act],
    folder: TrialFolder | None = None,
    *,
    desk: Desk | None = None,
    line: Line | None = None,
    quiet: bool = False,
) -> list[Done] | None:
    """Carries out acts about one thing, and says of each what was done.

    None after a dry run, and where the acts were only signed, for others to send; both are said too.
    """
    desk = desk or session.desk()
    if session.args.dry_run:
        _say_plan(session, desk, look(desk, acts, folder))
        return None
    if session.signs_only:
        from trialseal.cli.signing.apart import sign_apart

        sign_apart(session, desk, acts, folder)
        return None
    out = session.out
    notes = folder.notes if folder else []

    def told(done: Done) -> None:
        if quiet:
            return
        in_trial = done.act.contract == "TrialRegistry"
        out.say((line or (trial_line if in_trial else other_line))(done))
        if in_trial and notes:
            out.say(f"  the protocol notes: {escaping.name(' '.join(notes), 300)}")
        if in_trial and done.path:
            out.say(f"  receipt: {done.path}")

    return carry_out_all(desk, acts, folder, told)


def answer(session: Session, done: list[Done] | None) -> int:
    """Prints the value of the one act that was done; 0."""
    if done is not None:
        session.out.value(done[0].value)
    return 0


def say_dry(session: Session) -> None:
    """That nothing was sent, and of which block all that was said is."""
    now = session.chain.as_of().number
    session.out.say(f"dry run on chain {session.chain.chain_id()}, as of block {now}: nothing was sent")


def _say_plan(session: Session, desk: Desk, plan: Plan) -> None:
    """What would be sent, what the rules say of it, and what it would cost."""
    out = session.out
    sent = iter(cost(desk, plan))
    rows = []
    for act, log in zip(plan.acts, plan.stand, strict=True):
        if log is not None:
            out.say(f"already on the chain since {when(log.time)}, would not be sent: {act.words}")
            rows.append({"words": act.words, "sent": False})
            continue
        price = next(sent)
        out.say(f"would be sent: {act.words}")
        out.say(f"  as {act.function} of {act.contract}, about {act.about.hex()}")
        out.say(f"  signed by account {desk.account}, key {desk.address}, for party {act.actor.hex() or '-'}")
        out.say(f"  {price.words}")
        for line in act.shown:
            out.say(f"  {escaping.visible(line)}")
        if act.final:
            out.say(f"  this cannot be undone: {act.final}")
        if act.lasting:
            out.say(f"  this stays: {act.lasting}")
        for doubt in act.doubts:
            out.say(f"  open question: {doubt}")
        rows.append({"words": act.words, "sent": False, "cost": price.value, "doubts": act.doubts})
    for note in plan.notes:
        out.say(f"note: {note}")
    for one in plan.findings:
        out.say(finding_line(one))
    say_dry(session)
    findings = [finding_value(one) for one in plan.findings]
    out.value({"dry_run": True, "acts": rows, "findings": findings, "notes": list(plan.notes)})
