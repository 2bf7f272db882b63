"""`check --batch`: each manuscript of a folder against the record of the number that it names."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from trialseal.cli import fault_sentence
from trialseal.cli.check.answering import write_reports
from trialseal.cli.check.judging import judged
from trialseal.cli.check.record import source_of, where_record
from trialseal.cli.check.reported import reported_side
from trialseal.cli.output import Output
from trialseal.cli.session import Session
from trialseal.cli.times import as_of_day
from trialseal.errors import FAULT, FailedError, TrialsealError, UsageError
from trialseal.evidence.wording import count
from trialseal.files import below, is_file
from trialseal.outputs import write_output
from trialseal.registries.numbers import read_known
from trialseal.registries.reading import histories_in, read_histories, record_files
from trialseal.report.check.many import Checked, as_rows, in_order, many_csv, worst
from trialseal.rules.registration import record_numbers

if TYPE_CHECKING:
    from datetime import date

    from trialseal.manuscripts import Paper
    from trialseal.registries.history import RegistryHistory

# Each is about one manuscript or one trial, or asks a chain.
_OF_ONE = (
    "reported", "interactive", "part", "submitted", "revision", "reply", "network", "bundle", "trial", "folder",
    "accredited_by",
)  # fmt: skip
# Options that name folders here, each with the ending of its files.
_FOLDERS = {"html": ".html", "markdown": ".md", "query": ".txt", "sponsor_note": ".txt", "outcomes_out": ".csv"}
_CORRECTED = ".csv"


def check_batch(session: Session) -> int:
    """Checks every manuscript of a folder; one that cannot be checked is listed with why, and the rest go on."""
    args, out = session.args, session.out
    for option in _OF_ONE:
        if getattr(args, option):
            raise UsageError(
                f"--{option.replace('_', '-')} is about one manuscript: leave it out with --batch, or check that "
                "manuscript by itself"
            )
    if args.csv == "-" and args.json:
        raise UsageError("--csv - and --json both want standard output: choose one")
    folder = Path(args.batch)
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder: name one that holds manuscripts")
    _require_apart(args)
    as_of = as_of_day(args.as_of)
    manuscripts, records, notes = _sorted_out(folder, _own_places(args))
    known = _by_number(_records(args, records, notes))
    if not manuscripts:
        raise UsageError(f"{folder} holds no manuscript: put PDF, Word, JATS or text files there")
    checked = []
    for place, path in enumerate(manuscripts, 1):
        name = path.relative_to(folder).as_posix()
        out.progress(f"checking {place} of {len(manuscripts)}: {name} …")
        checked.append(_checked(args, as_of, path, name, known))
    checked = in_order(checked)
    _say(session, checked, notes)
    out.value({"as_of": as_of, "manuscripts": as_rows(checked), "notes": notes})
    return worst(checked)


def _require_apart(args: argparse.Namespace) -> None:
    """UsageError where files would have one name, or could not be told from manuscripts."""
    named: dict[tuple[Path, str], str] = {}
    for option, ending in (*_FOLDERS.items(), ("outcomes", _CORRECTED)):
        if place := getattr(args, option):
            words = f"--{option.replace('_', '-')}"
            if Path(place).resolve() == Path(args.batch).resolve():
                raise UsageError(f"{words} names the folder of the manuscripts: give it its own")
            other = named.setdefault((Path(place).resolve(), ending), words)
            if other != words:
                raise UsageError(f"{other} and {words} name one folder: give each its own")


def _own_places(args: argparse.Namespace) -> set[Path]:
    """Where this command writes, or finds what was corrected: that is no manuscript, should it lie among them."""
    named = (Path(place).resolve() for option in (*_FOLDERS, "outcomes", "csv") if (place := getattr(args, option)))
    return {place for place in named if Path(args.batch).resolve() in place.parents}


def _sorted_out(folder: Path, own: set[Path]) -> tuple[list[Path], list[Path], list[str]]:
    """The manuscripts in a folder, the registry records among them, and a sentence for what is no file."""
    files, odd = below(folder)
    records = {one for one in record_files(folder)[0] if _is_record(one)}
    shown = [
        one
        for one in files
        if not any(map(_is_of_a_program, one.relative_to(folder).parts))
        and own.isdisjoint((one.resolve(), *one.resolve().parents))
    ]
    notes = [f"{path} is {kind}, and was not read" for path, kind in odd]
    return [one for one in shown if one not in records], sorted(records), notes


def _is_of_a_program(name: str) -> bool:
    """Whether a program left a file or folder of that name beside the manuscripts: hidden ones, Word's owner files, and
    what Windows and macOS keep of a folder."""
    return name.startswith((".", "~$")) or name.casefold() in ("thumbs.db", "desktop.ini", "__macosx")


def _is_record(path: Path) -> bool:
    """Whether it is a registry's download indeed: outcomes may be JSON too."""
    try:
        return any(True for _ in read_histories(path))
    except (FailedError, UsageError):
        return False


def _records(args: argparse.Namespace, beside: list[Path], notes: list[str]) -> list[RegistryHistory]:
    """The histories of all trials that RECORD and --history hold, or that lie among the manuscripts."""
    files = [] if args.record else list(beside)
    for named in (args.record, args.history):
        if named and Path(named).is_dir():
            found, odd = record_files(Path(named))
            files += found
            notes += [f"{path} is {kind}, and was not read" for path, kind in odd]
        elif named and is_file(named):
            files.append(Path(named))
        elif named:
            raise UsageError(f"there is no file or folder {named}: name the folder of the registry's records")
    return histories_in(".", notes, files)


def _by_number(histories: Iterable[RegistryHistory]) -> dict[str, RegistryHistory]:
    """Each history under its own number, and under the other registries' numbers that it names."""
    histories = list(histories)
    known = {one.number: one for one in histories}
    for one in histories:
        for number in record_numbers(one):
            known.setdefault(number, one)
    return known


def _checked(
    args: argparse.Namespace, as_of: date, path: Path, name: str, known: dict[str, RegistryHistory]
) -> Checked:
    """The check of one manuscript, its files written; or why there is none."""
    try:
        session = Session(_for_one(args, path, name), Output(as_json=True))
        side = reported_side(session)
        assert side is not None
        number = side.own_number() or _of_its_name(path)
        if number is None:
            raise UsageError(
                f"{name} does not say which registry number is its own: call the file by it, such as "
                f"NCT04368728{path.suffix}"
            )
        history = known.get(number)
        if history is None:
            raise UsageError(f"the record of {number} is not among those given: {where_record(number)}")
        view = judged(session, as_of, side, history, [source_of(history)])
        write_reports(session, view)
        return Checked(name, view, history.last.date or "", *_of_paper(side.paper))
    except ModuleNotFoundError:  # an extra that the others lack as well
        raise
    except TrialsealError as error:
        return Checked(name, error=str(error), error_code=UsageError.exit_code)
    except OSError as error:
        return Checked(name, error=f"{error.strerror or error}: give access to it", error_code=UsageError.exit_code)
    except Exception as error:  # the others are checked all the same, and the exit code tells
        return Checked(name, error=fault_sentence(error), error_code=FAULT)


def _of_paper(paper: Paper | None) -> tuple[tuple[str, ...], tuple[int, int] | None]:
    """Its kinds, and how many outcomes stand in tracked insertions and deletions."""
    if paper is None:
        return (), None
    tracked = bool(paper.manuscript.before_changes)
    return (
        tuple(dict.fromkeys(one.kind for one in paper.kinds)),
        (len(paper.tracked.inserted), len(paper.tracked.deleted)) if tracked else None,
    )


def _of_its_name(path: Path) -> str | None:
    """The registry number by which a file is called."""
    number = read_known(path.stem)
    return number.number if number else None


def _for_one(args: argparse.Namespace, path: Path, name: str) -> argparse.Namespace:
    """The arguments as they would be typed for this manuscript alone."""
    own = {"reported": str(path), "batch": None, "csv": None}
    for option, ending in _FOLDERS.items():
        if place := getattr(args, option):
            own[option] = str(Path(place) / f"{name}{ending}")
    if args.outcomes:
        corrected = Path(args.outcomes) / f"{name}{_CORRECTED}"
        own["outcomes"] = str(corrected) if corrected.exists() else None
    return argparse.Namespace(**vars(args) | own)


def _say(session: Session, checked: list[Checked], notes: list[str]) -> None:
    args, out = session.args, session.out
    if args.csv:
        text = many_csv(checked)
        if args.csv == "-":
            out.text(text)
            return
        write_output(Path(args.csv), text.encode())
    asking = sum(1 for one in checked if one.view and one.exit_code == 1)
    verb = "raises" if asking == 1 else "raise"
    unread = sum(1 for one in checked if one.exit_code != 1 and one.for_a_reader)
    need = "needs" if unread == 1 else "need"
    more = f"; {unread} more {need} a reader first" if unread else ""
    out.say(f"{asking} of {count(len(checked), 'manuscript')} {verb} a question{more}")
    for one in checked:
        if one.view is None:
            out.say(f"  {one.manuscript}: not checked: {one.error}")
            continue
        asked = ", ".join(one.rules("fails"))
        out.say(f"  {one.manuscript} ({one.view.number}): {one.view.headline}{f' {asked}' if asked else ''}")
    for note in notes:
        out.say(f"note: {note}")
    if args.csv:
        out.say(f"table written to {args.csv}")
    for option in _FOLDERS:
        if place := getattr(args, option):
            out.say(f"--{option.replace('_', '-')}: a file for each manuscript in {place}")
