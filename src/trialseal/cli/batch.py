"""Many acts of a file, in few transactions: batch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from trialseal import escaping
from trialseal.acts.batches import BatchPlan, Item, RefusedAct, batch_cost, carry_out_batch, finding_lines, plan
from trialseal.acts.carrying_out import Done
from trialseal.acts.cost import Cost
from trialseal.acts.desk import Desk
from trialseal.acts.lines import other_line, trial_line
from trialseal.acts.tables import acts_of, entries
from trialseal.cli.acting import say_dry
from trialseal.cli.session import Session

_PROGRESS_EVERY = 100
_MOST_LINES = 30


def batch(session: Session) -> int:
    """Carries out the acts that a file describes; one that the contract refuses takes no other down."""
    return carry_out(session, Path(session.args.file))


def carry_out(session: Session, path: Path, act: str | None = None) -> int:
    """Carries out what a table, a file or a folder of trials describes; `act`: all of it is this act."""
    out, desk = session.out, session.desk()
    items = _items(session, desk, path, act)
    if session.args.dry_run:
        return _dry(session, desk, items)
    if session.signs_only:
        return _signed(session, desk, items)
    rows: list[dict[str, Any]] = []
    folders = {one.act.about: str(one.folder.path) for one in items if one.folder}

    def told(answer: Done | RefusedAct) -> None:
        folder = folders.get(answer.act.about)
        of = f"{escaping.path(folder)}: " if folder else ""
        if isinstance(answer, RefusedAct):
            out.say(f"{of}refused: {answer.act.words}: {answer.reason}")
            rows.append({"trial": folder, "sent": False, "words": answer.act.words, "refused": answer.reason})
            return
        in_trial = answer.act.contract == "TrialRegistry"
        out.say(of + (trial_line(answer) if in_trial else other_line(answer)))
        rows.append({"trial": folder, "words": answer.act.words, **answer.value})

    refused = carry_out_batch(desk, items, told, out.say)
    done = len(rows) - len(refused)
    out.say(f"{done:,} of {len(rows):,} acts are on the chain" + (f", {len(refused):,} refused" if refused else ""))
    out.value(rows)
    return 1 if refused else 0


def _signed(session: Session, desk: Desk, items: list[Item]) -> int:
    """Signs what is not on the chain, for others to send."""
    from trialseal.cli.signing.apart import output_file, write_signed

    path, made = output_file(session), plan(desk, items)
    acts = [one.act for part in made.transactions for one in part]
    session.out.say(made.words)
    if not acts:
        session.out.value({"signed": False, "acts": []})
        return 0
    if question := made.question:
        desk.ask(question)
    _say_findings(session, made)
    write_signed(session, desk, acts, path)
    return 0


def _items(session: Session, desk: Desk, path: Path, act: str | None) -> list[Item]:
    """The acts that a file, or a folder of trials, describes."""
    found = entries(path, act)

    def told(number: int) -> None:
        if number % _PROGRESS_EVERY == 0:
            session.out.progress(f"reading {number:,} of {len(found):,} …")

    return [Item(one.act, one.folder) for one in acts_of(desk, found, told)]


def say_transactions(session: Session, desk: Desk, made: BatchPlan) -> list[Cost]:
    """What would be sent, transaction by transaction, and what each would cost."""
    out = session.out
    out.say(f"would be sent: {made.words}")
    costs: list[Cost] = []
    for part in made.transactions:
        costs.append(batch_cost(desk, [one.act for one in part]))
        out.say(f"  {len(part):,} act{'' if len(part) == 1 else 's'} of {part[0].act.contract}: {costs[-1].words}")
        for one in part[:_MOST_LINES]:
            where = f" ({escaping.path(str(one.folder.path))})" if one.folder else ""
            out.say(f"    {one.act.words}{where}")
        if len(part) > _MOST_LINES:
            out.say(f"    and {len(part) - _MOST_LINES:,} more (--json lists all)")
    if len(costs) > 1:
        total = costs[0]
        for one_cost in costs[1:]:
            total += one_cost
        out.say(f"together: {total.words}")
    return costs


def _dry(session: Session, desk: Desk, items: list[Item]) -> int:
    out, made = session.out, plan(desk, items)
    costs = say_transactions(session, desk, made)
    _say_findings(session, made)
    failing = {f"{called}: {one.rule}: {one.sentence}" for called, one in made.findings}
    for reason in made.reasons:
        if reason not in failing:
            out.say(f"open question: {reason}")
    for lasting in made.question.lasting if made.question else ():
        out.say(f"this stays: {lasting}")
    say_dry(session)
    transactions = [[one.act.words for one in part] for part in made.transactions]
    findings = [
        {"trial": called, "rule": one.rule, "status": one.status.value, "sentence": one.sentence}
        for called, one in made.findings
    ]
    costs_value = [one.value for one in costs]
    out.value({"dry_run": True, "transactions": transactions, "costs": costs_value, "findings": findings})
    return 0


def _say_findings(session: Session, made: BatchPlan) -> None:
    """What the rules say of the rows, but for what plainly holds."""
    for line in finding_lines(made.findings):
        session.out.say(line)
