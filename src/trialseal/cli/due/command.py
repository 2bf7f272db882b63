"""`due`: what each trial owes, and by when; and statements that a duty was met."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from trialseal import escaping
from trialseal.cli.due.gathering import Found, Places, places, trials
from trialseal.cli.session import Session
from trialseal.cli.times import as_of_day
from trialseal.errors import UsageError
from trialseal.folder.statements import Met, state
from trialseal.outputs import write_output
from trialseal.report.due.owed import COLUMNS, Office, Owed, in_order, owed
from trialseal.rules.duties import NOT_KNOWN, Duty, Pressing, duties, without_met
from trialseal.rules.nothing_owed import unknown_because, without_results_rule
from trialseal.rules.trial_case import TrialCase

# So many duties are printed; files hold all.
_MOST = 60
_MOST_DAYS = 36_500
_MOST_NAMED = 5


def due(session: Session) -> int:
    """Lists what is owed; 0 if nothing is overdue, 1 if something is, 2 if that cannot be told of something."""
    args, out = session.args, session.out
    if args.csv == "-" and args.json:
        raise UsageError("--csv - and --json both want standard output: choose one")
    if args.within is not None and not 0 <= args.within <= _MOST_DAYS:
        raise UsageError(f"--within takes a number of days, 0 to {_MOST_DAYS:,}")
    office = _office(session)
    if args.done:
        return 0
    if args.within is not None:
        office = office.within(args.within)
    if args.csv and args.csv != "-":
        write_output(Path(args.csv), office.csv.encode())
    if args.html:
        from trialseal.report.due.page import due_html

        write_output(Path(args.html), due_html(office).encode())
    if args.calendar:
        from trialseal.report.due.calendar import calendar

        write_output(Path(args.calendar), calendar(office))
    if args.csv == "-":
        out.text(office.csv)
    else:
        _say(session, office)
    out.value(
        {
            "as_of": office.as_of,
            "trials": office.trials,
            "owed": [dict(zip(COLUMNS, one.row, strict=True)) for one in office.owed],
            "nothing_known_of": office.unknown,
            "owe_nothing": office.idle,
            "notes": office.notes,
            "could_not_be_looked_at": office.not_told,
            "stated_as_met": office.met,
            "not_known": NOT_KNOWN,
        }
    )
    return office.exit_code


def _office(session: Session) -> Office:
    args = session.args
    as_of = as_of_day(args.as_of)
    not_told: list[str] = []
    listed = list(trials(session, places([Path(one) for one in args.paths]), not_told))
    if not listed and not not_told:
        raise UsageError(
            "no trial was found: name a folder that holds protocol.json or receipts, or a registry record's file"
        )
    if args.done:
        _state(session, as_of, listed)
        return Office(as_of, (), ())
    return _owed_by(listed, as_of, not_told)


def owed_by_folder(session: Session, folder: Path) -> Office:
    """What the trial of one folder owes today."""
    not_told: list[str] = []
    return _owed_by(list(trials(session, Places((folder,), ()), not_told)), as_of_day(None), not_told)


def _owed_by(listed: list[Found], as_of: date, not_told: list[str]) -> Office:
    names, found, met = [], list[Owed](), 0
    unknown, notes, idle = list[str](), list[str](), list[str]()
    for one in listed:
        case, every = _owing(one, as_of)
        open_ones = without_met(every, one.met)
        met += len(every) - len(open_ones)
        names.append(one.name)
        found += owed(case, one.name, one.where, open_ones)
        called = one.name if one.name in one.where else f"{one.name} ({one.where})"
        if note := without_results_rule(case, every):
            notes.append(f"{called}: {note}")
        if missing := unknown_because(case, claimed=one.claimed) if not every else "":
            unknown.append(f"{called}: {missing}")
        elif not every:
            idle.append(called)
    return Office(as_of, tuple(names), in_order(found), tuple(not_told), met, tuple(unknown), tuple(idle), tuple(notes))


def _owing(one: Found, as_of: date) -> tuple[TrialCase, tuple[Duty, ...]]:
    """A trial as a case of that day, and all that it owes, met or not."""
    case = TrialCase(as_of=as_of, registry=one.registry, sealed=one.sealed, chain_asked=one.sealed is not None)
    return case, (*duties(case), *one.upkeep)


def _state(session: Session, today: date, listed: list[Found]) -> None:
    """Keeps the statement that a duty was met."""
    args, out = session.args, session.out
    if len(listed) != 1 or listed[0].folder is None:
        raise UsageError("--done is about one trial: name its folder, and no other")
    _, every = _owing(listed[0], today)
    meant = [duty for duty in every if duty.id == args.done and args.since in (None, duty.since)]
    if len(meant) != 1:
        raise UsageError(_which(args.done, every, meant))
    if args.on and as_of_day(args.on, "--on") > as_of_day(None):
        raise UsageError(f"--on {args.on} has not come: state what was done, not what will be")
    path = state(listed[0].folder, Met(meant[0].id, meant[0].since, args.on or today.isoformat(), args.by or ""))
    out.say(f"taken off the list, by your word: {meant[0].what} (since {meant[0].since}); kept in {path}")
    out.value({"done": args.done, "since": meant[0].since, "file": str(path)})


def _which(named: str, every: tuple[Duty, ...], meant: list[Duty]) -> str:
    if meant:
        choices = "; ".join(f"--since '{one.since}'" for one in meant)
        return f"several duties are called {named}: say which with {choices}"
    known = ", ".join(dict.fromkeys(one.id for one in every)) or "none"
    return f"the trial has no open duty {named} of that kind: its duties are {known}"


def _say(session: Session, office: Office) -> None:
    args, out = session.args, session.out
    out.say(f"{office.headline}, on {office.as_of}")
    before, groups = None, _alike(office.owed)
    for group in groups[:_MOST]:
        one = group[0]
        if one.pressing is not before:
            out.say(f"{one.pressing.value}:")
            before = one.pressing
        day = "" if one.pressing is Pressing.NO_DATE else f"{one.duty.by}  "
        out.say(f"  {day}{_named(group)}: {one.duty.what}")
        doubt = f"; {one.duty.doubt}" if one.duty.doubt else ""
        out.say(f"      {one.duty.id}, since {one.duty.since} ({one.duty.whose.name}{_section(one)}){doubt}")
    if len(groups) > _MOST:
        more = sum(map(len, groups[_MOST:]))
        out.say(f"  … and {more} more (--csv FILE or --html FILE lists all)")
    if office.unknown:
        out.say("nothing is known of:")
    for sentence in office.unknown:
        out.say(f"  {escaping.visible(sentence)}")
    if office.idle and len(office.trials) > 1:
        out.say("nothing is due of:")
        for sentence in office.idle:
            out.say(f"  {escaping.visible(sentence)}")
    for sentence in office.notes:
        out.say(escaping.visible(sentence))
    for sentence in office.not_told:
        out.say(f"could not be looked at: {sentence}")
    if office.met:
        out.say(f"{office.met} left out, since somebody states that they were met")
    out.say("This list does not know:")
    for sentence in NOT_KNOWN:
        out.say(f"  {sentence}")
    for what, path in (("table", args.csv), ("page", args.html), ("calendar", args.calendar)):
        if path and path != "-":
            out.say(f"{what} written to {path}")


def _alike(found: Sequence[Owed]) -> list[list[Owed]]:
    """What is owed by the same day for the same reason together, in the order of the first of each."""
    groups: dict[tuple[Duty, Pressing], list[Owed]] = {}
    for one in found:
        groups.setdefault((one.duty, one.pressing), []).append(one)
    return list(groups.values())


def _named(group: Sequence[Owed]) -> str:
    """The trials of a group: a few by name, the others counted."""
    names = [one.trial for one in group[:_MOST_NAMED]]
    more = f" and {len(group) - _MOST_NAMED} more alike" if len(group) > _MOST_NAMED else ""
    return ", ".join(names) + more


def _section(one: Owed) -> str:
    return f", {one.duty.whose.section}" if one.duty.whose.section else ""
