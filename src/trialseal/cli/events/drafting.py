"""`events map`: drafts a map by looking at a file, and asks what the file does not tell."""

from __future__ import annotations

import codecs
import csv
import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from trialseal.cli.events.forms import form_of
from trialseal.cli.session import Session
from trialseal.errors import UsageError
from trialseal.escaping import quoted
from trialseal.evidence.wording import count
from trialseal.files import open_file, write_bytes
from trialseal.nearest import meant

if TYPE_CHECKING:
    from trialseal.streams.maps.drafting import Question
    from trialseal.streams.maps.event_map import FileForm
    from trialseal.streams.maps.guesses import Sample

_PEEKED = 1 << 16
_SHOWN = 40


def draft(session: Session) -> int:
    """Writes the draft; 2 if something in it is left to decide."""
    from trialseal.documents.events import describing
    from trialseal.streams.maps import drafting

    args, out = session.args, session.out
    path = Path(args.file)
    if args.type and args.type not in describing.types():
        raise UsageError(
            f"there is no type {args.type}{meant(args.type, describing.types()) or ': events types lists them'}"
        )
    form, of = _sampled(session, path)
    asker = _Asker(session)
    if fits := drafting.fitting(of):
        out.remark(f"{path.name} can be read as it is: events append … --map {fits[0]}", always=True)
    made = drafting.draft(path.name, of, form, asker.answer, args.type)
    if made is None:
        raise UsageError(f"{path.name} does not say of which type its events are: add --type TYPE (events types)")
    if args.out:
        write_bytes(Path(args.out), made.text.encode(), overwrite=False)
        out.say(f"{args.out}: the draft of a map, by {count(of.rows, 'row')} of {path.name}; read it before you use it")
    elif not out.as_json:
        out.text(made.text)
    for one in made.open:
        out.remark(f"still to decide, marked {drafting.OPEN}: {one}")
    out.value({"map": made.text, "open": made.open, "fits": fits})
    return 2 if made.open else 0


def _sampled(session: Session, path: Path) -> tuple[FileForm, Sample]:
    """How the file is written, as far as it shows, and its first rows."""
    from trialseal.streams.exports import Export, rows, says_itself
    from trialseal.streams.maps import guesses
    from trialseal.tables.reading import require_encoding

    form = form_of(session.args, None)
    if form.encoding is not None:
        require_encoding(form.encoding)
    with open_file(path) as file:
        beginning = bytes(file.peek(_PEEKED)[:_PEEKED])  # type: ignore[attr-defined]
        if not says_itself(path.name, session.args.format, beginning):
            form = _as_text(form, beginning)
        export = Export(path, str(path), session.args.format, form, {}, lambda refused: None, None)
        found = [row.value for row in islice(rows(export, file), guesses.MOST)]
    if not found:
        raise UsageError(f"{path} has no row to look at: name an export that holds some")
    return form, guesses.sample(found)


def _as_text(form: FileForm, beginning: bytes) -> FileForm:
    """How a file of text is written: what is not stated, by how it begins."""
    from dataclasses import replace

    if form.encoding is None and not beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        form = replace(form, encoding=_encoding(beginning, whole=len(beginning) < _PEEKED))
    return form if form.delimiter is not None else replace(form, delimiter=_delimiter(beginning, form))


def _encoding(beginning: bytes, *, whole: bool) -> str | None:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(beginning, final=whole)
    except UnicodeDecodeError:
        return "windows-1252" if b"\0" not in beginning else None
    return None


def _delimiter(beginning: bytes, form: FileForm) -> str | None:
    """The sign between the names, where it is none of the usual commas."""
    line = beginning.decode(form.encoding or "utf-8", "replace").split("\n", form.names_row or 1)[-2:][0]
    if line.lstrip("\ufeff").startswith(("{", "[")):
        return None
    widths = {sign: len(next(csv.reader([line], delimiter=sign), [])) for sign in ",;\t|"}
    best = max(widths, key=lambda sign: widths[sign])
    return best if best != "," and widths[best] > 1 else None


class _Asker:
    """Asks a person at a terminal; leaves everything open where there is none."""

    def __init__(self, session: Session) -> None:
        self._out = session.out
        self._can_ask = not session.out.as_json and sys.stdin.isatty() and sys.stderr.isatty()

    def answer(self, question: Question) -> str:
        """What was answered, '' for nothing."""
        if not self._can_ask:
            return ""
        if question.choices:
            self._out.ask("  ".join(map(quoted, question.choices[:_SHOWN])) + "\n")
        while True:
            self._out.ask(f"{question.words} [leave open] ")
            given = sys.stdin.readline().strip()
            if not given or not (wrong := _wrong(question, given)):
                return given
            self._out.ask(f"{wrong}\n")


def _wrong(question: Question, given: str) -> str:
    """Why an answer is none; '' if it is one."""
    from trialseal.streams.maps.clocks import zone_named

    if question.choices and given not in question.choices:
        return f"there is no {quoted(given)}{meant(given, question.choices)}"
    if question.about == "zone":
        try:
            zone_named(given)
        except UsageError as error:
            return str(error)
    return ""
