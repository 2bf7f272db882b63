"""Many acts as an office has them: a table with a line an act, a folder of trials, or one JSON object a line."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from trialseal.acts.act import Act
from trialseal.acts.described import TAKES, Folders, described
from trialseal.acts.desk import Desk
from trialseal.documents.canonical import parse_json
from trialseal.errors import FailedError, UsageError
from trialseal.escaping import quoted
from trialseal.evidence.wording import listed
from trialseal.files import is_file, read_file
from trialseal.folder.layout import PROTOCOL, SYNOPSIS
from trialseal.folder.trial_folder import TrialFolder
from trialseal.nearest import meant
from trialseal.spreadsheets import unguarded

# A hundred thousand acts of some hundred characters each.
_LARGEST = 1 << 26
_MOST_NAMED = 5
_BESIDE = ("act", "trial")
_DELIMITERS = ",;\t"


class Entry(NamedTuple):
    """What describes acts, and where it stands: 'closed.csv, line 3'."""

    where: str
    value: object


class DescribedAct(NamedTuple):
    """An act, and the folder of its trial."""

    act: Act
    folder: TrialFolder | None


def entries(path: Path, act: str | None = None) -> tuple[Entry, ...]:
    """The entries of a table (CSV), a file of JSON, or, for acts that need nothing but a trial, a folder of trials.

    `act` is the act that all of them describe, so that they need not name it. UsageError if there is none, or if the
    file says the same twice.
    """
    if path.is_dir():
        found = list(_of_folder(path, act))
    elif path.suffix.lower() == ".csv":
        found = list(_of_csv(path, act))
    else:
        found = [_with_act(one, act) for one in _of_json(path)]
    if not found and path.is_dir():
        raise UsageError(f"{path} holds no trial's folder: name the folder that holds them, or a table")
    if not found:
        raise UsageError(
            f"{path} describes no act: write a line an act, under a line of column names, or one JSON object"
        )
    if path.suffix.lower() == ".csv":
        _require_no_doubles(found)
    return tuple(found)


def acts_of(desk: Desk, found: tuple[Entry, ...], progress: Callable[[int], None]) -> Iterator[DescribedAct]:
    """The acts that entries describe; UsageError with every entry that describes none, before anything is sent."""
    made: list[DescribedAct] = []
    faults: list[str] = []
    folders: Folders = {}
    registered: dict[bytes, str] = {}
    for number, one in enumerate(found):
        progress(number)
        try:
            result = described(desk, one.value, one.where, folders)
        except (FailedError, UsageError) as error:
            sentence = str(error)
            faults.append(sentence if sentence.startswith(one.where) else f"{one.where}: {sentence}")
            continue
        for act in result.acts:
            if act.function == "register" and act.about in registered:
                faults.append(f"{one.where} is the same trial as {registered[act.about]}: leave one of them")
            elif act.function == "register":
                registered[act.about] = one.where
        made += [DescribedAct(act, result.folder) for act in result.acts]
    if faults:
        more = f"; and {len(faults) - _MOST_NAMED:,} more" if len(faults) > _MOST_NAMED else ""
        many = "" if len(found) == 1 else f"{len(faults):,} of {len(found):,} entries cannot be carried out: "
        raise UsageError(f"{many}{'; '.join(faults[:_MOST_NAMED])}{more}; nothing was sent")
    yield from made


# ----- where they stand -----


def _of_folder(path: Path, act: str | None) -> Iterator[Entry]:
    if act is None or any(not one.startswith("?") for one in TAKES[act]):
        raise UsageError(f"{path} is a folder: give a table, in which each line says what its act needs")
    if is_file(path / PROTOCOL):
        raise UsageError(
            f"{path} is one trial's folder: name it without --from, or name the folder that holds the trials"
        )
    for one in sorted(path.iterdir()):
        # A folder that was begun has no protocol.json yet, and is not left out unseen.
        begun = one.is_dir() and not one.is_symlink() and (is_file(one / PROTOCOL) or is_file(one / SYNOPSIS))
        if begun:
            yield Entry(str(one), {"act": act, "trial": str(one)})


def _of_csv(path: Path, act: str | None) -> Iterator[Entry]:
    text = _text(path)
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        rows = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
        columns = [one.strip() for one in next(rows, [])]
        _check_columns(path, columns, act)
        for row in rows:
            if any(cell.strip() for cell in row):
                yield _of_row(f"{path}, line {rows.line_num}", columns, row, act)
    except csv.Error as error:
        raise UsageError(f"{path} is no CSV: {error}") from None


def _check_columns(path: Path, columns: list[str], act: str | None) -> None:
    known = {one.removeprefix("?") for name in ([act] if act else TAKES) for one in TAKES[name]} | set(_BESIDE)
    for one in columns:
        if one not in known:
            use = meant(one, known) or f": use {listed(sorted(known - ({'act'} if act else set())))}"
            raise UsageError(f"{path}, line 1: there is no column {quoted(one)}{use}")
    if doubled := next((one for one in columns if columns.count(one) > 1), None):
        raise UsageError(f"{path}, line 1: column {doubled} is there twice: leave one")
    needed = ["trial"] if act else ["act"]
    needed += [one for one in TAKES[act] if not one.startswith("?")] if act else []
    if missing := [one for one in needed if one not in columns]:
        raise UsageError(f"{path}, line 1: column {missing[0]} is missing: add it")


def _of_row(where: str, columns: list[str], row: list[str], act: str | None) -> Entry:
    if len(row) != len(columns):
        raise UsageError(f"{where}: it has {len(row)} cells, and the first line {len(columns)}: correct it")
    value = {name: unguarded(cell.strip()) for name, cell in zip(columns, row, strict=True) if cell.strip()}
    return _with_act(Entry(where, value), act)


def _of_json(path: Path) -> Iterator[Entry]:
    data = read_file(path, _LARGEST)
    if data.lstrip().startswith(b"["):
        value = parse_json(data, str(path))
        for number, one in enumerate(value if isinstance(value, list) else (), 1):
            yield Entry(f"{path}: entry {number}", one)
        return
    for number, line in enumerate(data.split(b"\n"), 1):
        if line.strip():
            where = f"{path}, line {number}"
            yield Entry(where, parse_json(line, where))


def _with_act(one: Entry, act: str | None) -> Entry:
    if act is None or not isinstance(one.value, dict):
        return one
    value: dict[str, Any] = {"act": act, **one.value}
    if value["act"] != act:
        raise UsageError(
            f"{one.where}: it describes act {quoted(str(value['act']))}, and {act} was asked for: use batch"
        )
    return Entry(one.where, value)


def _require_no_doubles(found: list[Entry]) -> None:
    seen: dict[str, str] = {}
    for one in found:
        text = repr(sorted(one.value.items())) if isinstance(one.value, dict) else repr(one.value)
        if text in seen:
            raise UsageError(f"{one.where} says the same as {seen[text].rpartition(', ')[2]}: leave one of them")
        seen[text] = one.where


def _text(path: Path) -> str:
    try:
        return read_file(path, _LARGEST).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8 text: save it as CSV in UTF-8") from None
