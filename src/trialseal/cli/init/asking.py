"""The questions of a protocol's synopsis, asked at a terminal. Each answer is kept before the next question."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path

from trialseal import escaping
from trialseal.documents import endpoint_rows, synopsis
from trialseal.documents.endpoint_rows import ASKED, CONFIRMED, DRAFTED, ID, ROLE
from trialseal.documents.synopsis import LATER
from trialseal.errors import UsageError
from trialseal.folder import sheets
from trialseal.nearest import meant

Write = Callable[[str], object]
Check = Callable[[str], object]

_OF_ENDPOINT = {
    "what is measured": ("What is measured?", "Systolic blood pressure, mmHg"),
    "analysis metric": ("Which value counts for each participant?", "change from baseline"),
    "aggregation": ("How are a group's values summarised?", "mean"),
    "time points": ("When is it measured? Put a semicolon between two.", "12 weeks after randomisation"),
}
_LETTERS = {"primary": "P", "secondary": "S"}


def is_terminal() -> bool:
    """Whether somebody is there to be asked."""
    try:
        return sys.stdin.isatty() and sys.stderr.isatty()
    except ValueError:  # closed
        return False


def ask_synopsis(folder: Path, answers: Mapping[str, str], write: Write, check_code: Check) -> dict[str, str]:
    """Asks each item that has no answer yet; 'back' asks the one before again. In the end all are shown once, and any
    can be asked again by its name.

    `check_code` raises UsageError for a code that another trial has.
    """
    known = dict(answers)
    items = [item for item in synopsis.ITEMS if not synopsis.is_answered(known, item)]
    place = 0
    while place < len(items):
        try:
            known[items[place].name] = _answer(items[place], write, check_code, can_go_back=place > 0)
        except _Back:
            place -= 1
            continue
        sheets.write_synopsis(folder, known)
        place += 1
    while items and (again := _to_change(known, write)):
        known[again.name] = _answer(again, write, check_code, can_go_back=False)
        sheets.write_synopsis(folder, known)
    return known


def _answer(item: synopsis.Item, write: Write, check_code: Check, *, can_go_back: bool) -> str:
    def check(answer: str) -> str:
        kept = synopsis.checked(item, answer)
        if item.name == "code" and kept != LATER:
            check_code(kept)
        return kept

    return _asked(item.asks, item.example, write, check, can_go_back=can_go_back)


def _to_change(known: Mapping[str, str], write: Write) -> synopsis.Item | None:
    """Shows every answer, and asks which is to be given anew; None where each is right."""
    write("Your answers:\n")
    for item in synopsis.ITEMS:
        shown = escaping.name(known[item.name], _LONGEST) if synopsis.is_answered(known, item) else LATER
        write(f"  {item.name}: {shown}\n")
    while True:
        name = _line("Are they right? Enter goes on; the name of one asks it again.\n> ", write).casefold()
        if name in ("", "y", "yes"):
            return None
        if name in synopsis.BY_NAME:
            return synopsis.BY_NAME[name]
        write(f"  there is no item {escaping.quoted(name)}{meant(name, synopsis.BY_NAME) or ''}\n")


def ask_endpoints(folder: Path, rows: list[dict[str, str]], write: Write) -> None:
    """Asks what rows of endpoints lack, then for further endpoints; drafted ones are for a reader of the protocol."""
    for row in rows:
        if not row.get(DRAFTED):
            _complete(folder, rows, row, write)
    for role in _LETTERS:
        while True:
            which = "another" if any(row[ROLE] == role for row in rows) else "a"
            if _line(f"Is there {which} {role} endpoint? [y/N]\n> ", write).casefold() not in ("y", "yes"):
                break
            row = {ID: _free_id(role, rows), ROLE: role}
            rows.append(row)
            _complete(folder, rows, row, write)


def _complete(folder: Path, rows: list[dict[str, str]], row: dict[str, str], write: Write) -> None:
    for column in ASKED:
        if not row.get(column):
            asks, example = _OF_ENDPOINT[column]
            row[column] = _asked(f"Endpoint {row[ID]}, {row[ROLE]}. {asks}", example, write, str.strip)
            sheets.write_endpoint_rows(folder, rows)


def ask_confirmations(folder: Path, rows: list[dict[str, str]], write: Write) -> None:
    """Shows each drafted endpoint that nobody has confirmed, and keeps who compared it with the protocol, and when."""
    for row in rows:
        if not row.get(DRAFTED) or row.get(CONFIRMED):
            continue
        write(f"Endpoint {escaping.name(row[ID])}, {row[ROLE]}, drafted from {escaping.name(row[DRAFTED])}:\n")
        for column in endpoint_rows.COLUMNS:
            if row.get(column.name):
                write(f"  {column.name}: {escaping.name(row[column.name], _LONGEST)}\n")
        asks = "If the protocol's own text says so: who compared them, and when?"
        answer = _asked(asks, "R. Jones 2026-03-02", write, _who_and_when)
        if answer != LATER:
            row[CONFIRMED] = answer
            sheets.write_endpoint_rows(folder, rows)


_LONGEST = 2_000


def _who_and_when(answer: str) -> str:
    if answer.casefold() != LATER and not endpoint_rows.is_confirmation(answer):
        raise UsageError("write a name and a date, such as R. Jones 2026-03-02")
    return answer


class _Back(Exception):
    """The question before is to be asked again."""


def _asked(asks: str, example: str, write: Write, check: Callable[[str], str], *, can_go_back: bool = False) -> str:
    """An answer that is one; Enter is 'later'. _Back where that was asked for, and there is a question before."""
    while True:
        answer = _line(f"{asks}\n  such as: {example}\n> ", write)
        if can_go_back and answer.casefold() == "back":
            raise _Back
        if answer.casefold() in ("?", "help", "back"):
            more = "; 'back' asks the question before again" if can_go_back else ""
            write(f"  answer as the example does; 'later' puts it off{more}\n")
            continue
        try:
            return check(answer or LATER)
        except UsageError as error:
            write(f"  {escaping.visible(str(error))}\n")


def _line(words: str, write: Write) -> str:
    for line in words.splitlines(keepends=True):
        write(line)
    typed = sys.stdin.readline()
    if not typed:  # Ctrl-D
        raise UsageError("the answers ended: run the same command to continue")
    return typed.strip()


def _free_id(role: str, rows: list[dict[str, str]]) -> str:
    taken = {row[ID] for row in rows}
    return next(one for number in count(1) if (one := f"{_LETTERS[role]}{number}") not in taken)
