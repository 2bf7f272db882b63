"""`share permit --list`: all permits of one sitting, judged row by row before anything is sent or written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from trialseal import escaping
from trialseal.acts.act import Act
from trialseal.acts.batches import Item, RefusedAct, carry_out_batch, plan
from trialseal.acts.carrying_out import Done
from trialseal.cli.acting import say_dry
from trialseal.cli.batch import say_transactions
from trialseal.cli.events.stores import store_of
from trialseal.cli.session import Session
from trialseal.cli.share.granting import Asked, Grant, Granting, keeping
from trialseal.cli.share.handing_over import hand_over
from trialseal.errors import FailedError, UsageError
from trialseal.evidence.wording import count, listed
from trialseal.folder.sheets import rows_in
from trialseal.nearest import meant

_COLUMNS = ("application", "package", "until", "file")
_MOST_NAMED = 20


class Row(NamedTuple):
    """A row of the list: where it stands, and what it asks for."""

    where: str
    asked: Asked


def permit_each(session: Session) -> int:
    """Gives every permit of a list, or none: on the chain, then all in the stream, then as files."""
    args, out = session.args, session.out
    for option, value in (("--application", args.application), ("--until", args.until), ("--file", args.file)):
        if value:
            raise UsageError(f"{option} is of one permit: say it in the rows of {escaping.path(args.list)}")
    rows = rows_of(Path(args.list), args.package)
    granting = Granting(session)
    stream = store_of(session, Path(args.trial), args.stream)
    found = _grants(rows, granting, out.progress)
    there = [one for one, is_given in found if is_given]
    grants = [one for one, is_given in found if not is_given]
    if there:
        out.say(f"{count(len(there), 'permit')} of the list given already, with files in place: left as they are")
    open_ones = granting.open_ones(grants)
    for grant, lines in zip(grants, open_ones, strict=True):
        out.say(f"{grant.words} until {grant.document.until}")
        for line in lines:
            out.say(f"  {line}")
    acts = [grant.act(session.party, _named(grant, lines)) for grant, lines in zip(grants, open_ones, strict=True)]
    if args.dry_run:
        return _dry(session, acts)
    done, refused = _carried_out(session, granting, grants, acts)
    if done:
        hand_over(session, stream, done)
    for grant, _ in done:
        out.say(f"permit written to {escaping.path(grant.path)}, its document beside it")
    if done:
        out.say(f"{count(len(done), 'hand-over')} entered into stream {args.stream}; anchor it")
    out.value([_value(grant, answer) for grant, answer in done])
    return 1 if refused else 0


def rows_of(path: Path, package: str | None) -> list[Row]:
    """The rows of a list of permits; FailedError with every fault of its form. `package` is that of all of them."""
    rows = rows_in(path)
    name = escaping.path(path)
    columns = [one.strip().casefold() for one in next(rows, (0, []))[1]]
    known = [one for one in _COLUMNS if one != "package" or package is None]
    if unknown := next((one for one in columns if one and one not in known), None):
        why = ": the command names the package of all" if unknown == "package" else meant(unknown, known)
        raise UsageError(f"{name}: there is no column {escaping.quoted(unknown)}{why or f': use {listed(known)}'}")
    if doubled := next((one for one in columns if one and columns.count(one) > 1), None):
        raise UsageError(f"{name}: column {doubled} is there twice: leave one")
    needed = known[: 1 if package else 2]
    if missing := [one for one in needed if one not in columns]:
        raise UsageError(f"{name} has no column {listed(missing)}: write {','.join(known)} in its first row")
    found, wrong = [], list[str]()
    for number, cells in rows:
        where = f"{name}, row {number}"
        if any(cells[len(columns) :]):
            wrong.append(f"{where}: it has more cells than the first row: correct it")
            continue
        row = {column: cell.strip() for column, cell in zip(columns, cells, strict=False) if cell.strip()}
        if empty := [one for one in needed if one not in row]:
            wrong.append(f"{where}: {listed(empty)} is empty: fill it in")
            continue
        asked = Asked(row["application"], package or row["package"], row.get("until"), row.get("file"))
        found.append(Row(where, asked))
    _raise(wrong, len(found) + len(wrong))
    if not found:
        raise UsageError(f"{name} has no row below its first: write one for each permit")
    return found


def _grants(rows: Sequence[Row], granting: Granting, progress: Callable[[str], None]) -> list[tuple[Grant, bool]]:
    """What each row gives, and whether it was given already; FailedError with every row that can give nothing."""
    found, wrong = list[tuple[Grant, bool]](), list[str]()
    seen = dict[object, str]()
    for number, (where, asked) in enumerate(rows, 1):
        if not number & 0x3F:
            progress(f"{number:,} of {len(rows):,} rows looked at …")
        try:
            grant = granting.grant(asked)
            for same, what in _once(grant):
                if same in seen:
                    raise UsageError(what.format(seen[same]))
            found.append((grant, granting.given(grant)))
            seen |= {same: where.rpartition(", ")[2] for same, _ in _once(grant)}
        except (FailedError, UsageError) as error:
            wrong.append(f"{where}: {error}")
    _raise(wrong, len(rows))
    return found


def _once(grant: Grant) -> Iterator[tuple[object, str]]:
    yield (grant.document.package, grant.document.application), "it gives the same permit as {}: leave one of them"
    yield grant.path.absolute(), "it would lie where that of {} does: name another file"


def _raise(wrong: list[str], rows: int) -> None:
    if not wrong:
        return
    more = f"; and {len(wrong) - _MOST_NAMED:,} more" if len(wrong) > _MOST_NAMED else ""
    head = f"{count(len(wrong), 'row')} of {rows:,} cannot be given: "
    raise FailedError(head + "; ".join(wrong[:_MOST_NAMED]) + f"{more}; nothing was sent", tuple(wrong))


def _named(grant: Grant, lines: Sequence[str]) -> tuple[str, ...]:
    """What is asked of a permit; among many it says of which."""
    return tuple(f"{grant.words}: {line}" for line in lines)


def _carried_out(
    session: Session, granting: Granting, grants: Sequence[Grant], acts: Sequence[Act]
) -> tuple[list[tuple[Grant, Done]], list[RefusedAct]]:
    """Asks and sends; what is on the chain now, in the order of the list, and what the contract refused."""
    by_data = {act.calldata: grant for grant, act in zip(grants, acts, strict=True)}
    done = dict[bytes, tuple[Grant, Done]]()

    def told(answer: Done | RefusedAct) -> None:
        if isinstance(answer, RefusedAct):
            session.out.say(f"refused: {answer.act.words}: {answer.reason}")
        else:
            done[answer.act.calldata] = by_data[answer.act.calldata], answer

    refused: list[RefusedAct] = []
    if acts:
        documents = {one.digest: one.document for one in grants}
        desk = keeping(session.desk(), lambda: granting.sharing.keep_all(documents))
        refused = carry_out_batch(desk, [Item(act) for act in acts], told, session.out.say)
    return [done[data] for data in by_data if data in done], refused


def _dry(session: Session, acts: Sequence[Act]) -> int:
    desk = session.desk()
    say_transactions(session, desk, plan(desk, [Item(act) for act in acts]))
    say_dry(session)
    session.out.value({"dry_run": True, "permits": [act.words for act in acts]})
    return 0


def _value(grant: Grant, done: Done) -> dict[str, Any]:
    return {"permit": grant.digest, "number": done.number, "file": str(grant.path), "sent": done.sent}
