"""Many acts of a file, in few transactions: batch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from trialseal.acts.batches import Item, RefusedAct, carry_out_batch, gas_of, plan
from trialseal.acts.carrying_out import Done
from trialseal.acts.described import Folders, described
from trialseal.acts.desk import Desk
from trialseal.acts.lines import other_line, trial_line
from trialseal.cli.session import Session
from trialseal.documents.canonical import parse_json
from trialseal.errors import UsageError
from trialseal.files import read_file

# A hundred thousand acts of some hundred characters each.
_LARGEST = 1 << 26


def batch(session: Session) -> int:
    """Carries out the acts that a file describes; one that the contract refuses takes no other down."""
    out, desk = session.out, session.desk()
    items = list(_items(desk, Path(session.args.file)))
    if not items:
        raise UsageError(f"{session.args.file} describes no act: write one JSON object a line")
    if session.args.dry_run:
        return _dry(session, desk, items)
    if session.signs_only:
        return _signed(session, desk, items)
    rows: list[dict[str, Any]] = []

    def told(answer: Done | RefusedAct) -> None:
        if isinstance(answer, RefusedAct):
            out.say(f"refused: {answer.act.words}: {answer.reason}")
            rows.append({"sent": False, "words": answer.act.words, "refused": answer.reason})
            return
        in_trial = answer.act.contract == "TrialRegistry"
        out.say(trial_line(answer) if in_trial else other_line(answer))
        rows.append({"words": answer.act.words, **answer.value})

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
    write_signed(session, desk, acts, path)
    return 0


def _items(desk: Desk, path: Path) -> Iterator[Item]:
    """The acts of a file: a JSON list, or one JSON object a line."""
    data = read_file(path, _LARGEST)
    folders: Folders = {}
    if data.lstrip().startswith(b"["):
        value = parse_json(data, str(path))
        entries = [(f"{path}: entry {n}", one) for n, one in enumerate(value if isinstance(value, list) else (), 1)]
    else:
        entries = [(f"{path}, line {n}", line) for n, line in enumerate(data.split(b"\n"), 1) if line.strip()]
    for where, one in entries:
        found = described(desk, parse_json(one, where) if isinstance(one, bytes) else one, where, folders)
        for act in found.acts:
            yield Item(act, found.folder)


def _dry(session: Session, desk: Desk, items: list[Item]) -> int:
    out, made = session.out, plan(desk, items)
    out.say(f"would be sent: {made.words}")
    for part in made.transactions:
        out.say(f"  {len(part):,} acts of {part[0].act.contract}: {gas_of(desk, [one.act for one in part]):,} gas")
        for one in part:
            out.say(f"    {one.act.words}")
    for reason in made.reasons:
        out.say(f"open question: {reason}")
    out.say(f"dry run on chain {desk.chain.chain_id()}, as of block {desk.chain.as_of().number}: nothing was sent")
    out.value({"dry_run": True, "transactions": [[one.act.words for one in part] for part in made.transactions]})
    return 0
