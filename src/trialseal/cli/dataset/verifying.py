"""What needs no key: dataset verify, open, diff."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialseal.cli.dataset.sealing import path_named, reading_of
from trialseal.cli.session import Session
from trialseal.cli.trial.naming import trial_named
from trialseal.documents import canonical
from trialseal.errors import FailedError, UndeterminedError, UsageError
from trialseal.files import is_file, open_file
from trialseal.folder.trial_folder import folder_of
from trialseal.spreadsheets import csv_text
from trialseal.tables import names

if TYPE_CHECKING:
    from trialseal.tables.comparing import Difference
    from trialseal.tables.schema import Schema
    from trialseal.tables.sealing import Sealed
    from trialseal.tables.table import Table

# A proof of one row holds the seal document, a row and some 60 hashes.
_PROOF_MARK = b'"dataset-row"'


# ----- verify -----


def verify(session: Session) -> int:
    """Says of each file whether it is the sealed one, and exits with the worst answer."""
    args, out = session.args, session.out
    codes_, values = [], []
    for name in args.files:
        path = path_named(name)
        try:
            code, words, value = _verify_proof(session, path) if _is_proof(path) else _verify_table(session, path)
        except (FailedError, UndeterminedError) as error:
            code, words, value = error.exit_code, [str(error)], {}
        out.say(words[0] if words[0].startswith(str(path)) else f"{path}: {words[0]}")
        for line in words[1:]:
            out.say(f"  {line}")
        codes_.append(code)
        values.append({"file": str(path), "exit_code": code, "sentences": words, **value})
    out.value(values)
    return 1 if 1 in codes_ else max(codes_)


def _verify_table(session: Session, path: Path) -> tuple[int, list[str], dict[str, Any]]:
    sealed = _seal_of(session, path)
    sealed.needed()
    same, words, value = _compared(session, sealed, path)
    value |= {"seal": str(sealed.path), "digest": sealed.digest, "name": sealed.name}
    if not same:
        return 1, words, value
    code, sentence, facts = _chain_answer(session, sealed.digest, sealed.name)
    return code, [*words, sentence], {**value, **facts}


def _compared(session: Session, sealed: Sealed, path: Path) -> tuple[bool, list[str], dict[str, Any]]:
    """Whether a table is the sealed one; if not, where they differ."""
    from trialseal.tables import comparing, sealing
    from trialseal.tables.content import CellError
    from trialseal.tables.reading import open_table

    private = sealed.needed()
    what = f"the sealed {'folder' if path.is_dir() else 'table'} {sealed.name}"
    table = open_table(path, reading_of(session.args, _stated(sealed, path)))
    try:
        table, reordered = comparing.selected(table, sealed.schema.names)
    except FailedError as error:
        return False, [f"not {what}: {str(error).removeprefix(f'{path} ')}"], {"content": False}
    with sealing.temporary_rows(table) as rows:
        try:
            content, facts = sealing.read_whole(
                table, sealed.schema, salting=sealed.salting(), prefixes=rows, progress=session.out.progress
            )
        except CellError as error:
            cell = f"row {error.row}, column {error.column.name} {error.problem}"
            return False, [f"not {what}: {cell} (sealed as {error.column.type})"], {"content": False}
        bytes_agree = facts is not None and facts.digest == private.digest
        content_agrees = content.root == private.content
        value = {"bytes": bytes_agree, "content": content_agrees, "rows": content.rows}
        if content_agrees and not reordered:
            _require_honest(sealed, content.root, content.salted_root, facts.digest if bytes_agree and facts else None)
            count = f"{content.rows:,} {'file' if path.is_dir() else 'row'}{'' if content.rows == 1 else 's'}"
            if path.is_dir():
                return True, [f"{what}: content agrees, {count}"], value
            if bytes_agree:
                return True, [f"{what}: bytes and content agree, {count}"], value
            if table.form == private.form:
                bytes_ = "the bytes differ in what is no cell, such as a date of writing, a label or a line end"
            else:
                bytes_ = f"the bytes are another form of the same content ({table.form}; sealed was {private.form})"
            return True, [f"{what}: content agrees, {count}; {bytes_}"], value
        if content_agrees:
            return False, [f"not {what}: {reordered}; in the sealed order every row agrees"], value
        details = _where(session, sealed, table, rows)
    if bytes_agree:
        raise FailedError(
            f"{path} has the sealed bytes, and yet reads otherwise: it is to be read with other options, or by the "
            "version of trialseal that sealed it"
        )
    return False, [f"not {what}: {details[0]}", *details[1:]], {**value, "differences": details}


def _require_honest(sealed: Sealed, content: bytes, root: bytes | None, digest: bytes | None) -> None:
    """FailedError unless the seal document says of the table what its private part says."""
    nonce, document = sealed.needed().nonce, sealed.document
    for member, found in (
        ("content", canonical.private_digest(nonce, content)),
        ("root", root),
        ("bytes", canonical.private_digest(nonce, digest) if digest and "bytes" in document else None),
    ):
        if found is not None and found.hex() != document[member]:
            raise FailedError(
                f"the table is what {sealed.path.name}'s private part says, but the seal document's {member} is of "
                "something else: whoever made it did not make it from this table and these secrets"
            )


def _where(session: Session, sealed: Sealed, table: Table, rows: Any) -> list[str]:
    """Where a table differs from the sealed one: by cells if the sealed file is at hand, else by rows."""
    from trialseal.tables import comparing

    place = comparing.located(rows, names.rows_path(sealed.path))
    original = _original(sealed, table.path)
    # Where rows came, went or moved, cell by cell would name every row from there on.
    if original is not None and (place is None or place.rows or table.path.is_dir()):
        key = ("path",) if table.path.is_dir() else ()
        found = list(islice(comparing.differences(original, table, sealed.schema, key), comparing.MOST_SHOWN + 1))
        if found:
            more = ["… and more: trialseal dataset diff lists all"] if len(found) > comparing.MOST_SHOWN else []
            return [one.words for one in found[: comparing.MOST_SHOWN]] + more
    if place is None:
        return [f"its rows differ; which, {names.rows_path(sealed.path)} would tell, or the sealed file itself"]
    words = [place.sentence]
    if original is not None:
        by = f" --key {sealed.document['subject']}" if "subject" in sealed.document else " --key COLUMNS"
        words.append(f"trialseal dataset diff {original.path} {table.path}{by} lists what changed, row by row")
    for number in place.rows[:5]:
        if cell := _lost(table, sealed, number):
            column, a, b = cell
            words.append(
                f"row {number}, column {column.name}: {comparing.shown(a)} was sealed, {comparing.shown(b)} is here"
            )
    return words


def _lost(table: Table, sealed: Sealed, row: int) -> tuple[Any, Any, Any] | None:
    from trialseal.tables import comparing
    from trialseal.tables.columns import row_forms
    from trialseal.tables.row_blocks import blocks_of
    from trialseal.tables.salting import PREFIX_BYTES

    with open_file(names.rows_path(sealed.path), follow=False) as file:
        file.seek((row - 1) * PREFIX_BYTES)
        prefix = file.read(PREFIX_BYTES)
    for first, batch in blocks_of(table):
        if first <= row < first + batch.num_rows:
            one = batch.slice(row - first, 1).columns
            form = row_forms(one, sealed.schema, sas=table.sas, notation=table.reading.notation)[0].as_py()
            return comparing.lost_information(form, sealed.schema, prefix, sealed.salting().prefix)
    return None


def _original(sealed: Sealed, path: Path) -> Table | None:
    """The sealed table itself, if it lies where it was sealed, unchanged, and is another file than the one verified."""
    from trialseal.tables.file_facts import file_facts
    from trialseal.tables.reading import open_table

    if path.is_dir():
        manifest = names.manifest_path(sealed.path)
        return open_table(manifest) if is_file(manifest, follow=False) else None
    file = names.sealed_path(sealed.path)
    if not is_file(file, follow=False) or file.resolve() == path.resolve():
        return None
    return open_table(file, sealed.reading) if file_facts(file).digest == sealed.needed().digest else None


def _stated(sealed: Sealed, path: Path) -> Any:
    """How the sealed file was read, for a file with the same ending."""

    original = names.sealed_path(sealed.path)
    return sealed.reading if original.suffix.lower() == path.suffix.lower() else None


def _seal_of(session: Session, path: Path) -> Sealed:
    """The seal document of a table: the one that is named, or the one found by the file's name."""
    from trialseal.tables import sealing

    if session.args.seal:
        return sealing.read_seal(Path(session.args.seal))
    beside = names.seal_path(path)
    if is_file(beside, follow=False):
        return sealing.read_seal(beside)
    places = [path.absolute().parent]
    if folder := folder_of(path):
        places += [folder.path, folder.path / "data"]
    stem = path.stem
    found = {
        one.resolve(): one
        for place in places
        for one in sorted(place.glob(f"*{names.SEAL_ENDING}"))
        if names.sealed_path(one).stem.casefold() == stem.casefold() and is_file(one, follow=False)
    }
    if len(found) == 1:
        return sealing.read_seal(next(iter(found.values())))
    if found:
        several = ", ".join(str(one) for one in found.values())
        raise UsageError(f"{path} may be of several seals ({several}): name one with --seal")
    raise UndeterminedError(
        f"there is no seal document for {path}: no {beside.name} beside it, nor one of that name in its trial's "
        "folder; name it with --seal"
    )


def _chain_answer(session: Session, digest: bytes, name: str) -> tuple[int, str, dict[str, Any]]:
    """What a seal document is on the chain, by every rule that a file is judged by: exit code, sentence, facts."""
    if session.args.offline:
        return 2, "whether that is on a chain is not known, no chain was asked: leave out --offline", {}
    from trialseal.evidence.profiles import find_names
    from trialseal.evidence.seals import seals_of
    from trialseal.folder.reading import FileReading
    from trialseal.report.trial.verdict import as_json, verdict
    from trialseal.rules.catalogue import judge
    from trialseal.rules.finding import Case

    chain = session.reader
    trial = trial_named(session, session.args.trial)[0] if session.args.trial else None
    names = find_names(chain, [session.home / "parties"])
    file = FileReading(Path(f"the seal document of {name}"), digest, digest, None, 0)
    [evidence] = seals_of(chain, [file], trial, names, [None])
    case = Case(evidence, names, frozenset(), trial is not None)
    found = verdict(case, judge(case))._replace(as_of=chain.as_of())
    return found.exit_code, found.sentence, {"sealed": found.trial is not None, "verdict": as_json(found)}


# ----- rows -----


def _is_proof(path: Path) -> bool:
    if path.suffix != ".json" or not is_file(path):
        return False
    with open_file(path) as file:
        return _PROOF_MARK in file.read(4096)


def _verify_proof(session: Session, path: Path) -> tuple[int, list[str], dict[str, Any]]:
    from trialseal.documents import models
    from trialseal.tables import comparing, sealing

    value = canonical.read_json(path)
    models.parse_document(value, str(path))
    assert isinstance(value, dict)
    cells = sealing.verify_row(value, str(path))
    seal = value["seal"]
    row = dict(zip([column["name"] for column in seal["columns"]], cells, strict=True))
    shown = ", ".join(f"{name} {comparing.shown(cell)}" for name, cell in row.items() if cell is not None)
    words = [f"row {value['row']} of the {seal['rows']:,} of the sealed table {seal['name']}: {shown}"]
    code, sentence, facts = _chain_answer(session, canonical.document_digest(seal), seal["name"])
    return code, [*words, sentence], {"row": value["row"], "cells": row, "name": seal["name"], **facts}


def open_one(session: Session) -> int:
    """Writes the proof of one row, or of one file of a folder."""
    from trialseal.files import write_json
    from trialseal.tables import sealing
    from trialseal.tables.file_list import listed
    from trialseal.tables.reading import open_table

    args = session.args
    path = path_named(args.file)
    sealed = _seal_of(session, path)
    row = args.row
    if args.member is not None:
        if not path.is_dir():
            raise UsageError(f"{path} is no folder: name a row with --row N")
        paths = [entry.path for entry in listed(path)]
        wanted = Path(args.member).as_posix()
        if wanted not in paths:
            raise UsageError(f"there is no file {args.member} below {path}: write its path as the manifest does")
        row = paths.index(wanted) + 1
    proof = sealing.open_row(sealed, open_table(path, sealed.reading), row, session.out.progress)
    out = Path(args.out) if args.out else path.with_name(f"{path.name}.row-{row}.json")
    write_json(out, proof)
    cells = sealing.verify_row(proof, str(out))
    from trialseal.tables import comparing

    shown = ", ".join(
        f"{name} {comparing.shown(cell)}"
        for name, cell in zip(sealed.schema.names, cells, strict=True)
        if cell is not None
    )
    session.out.say(f"row {row} of {sealed.name}: {shown}")
    session.out.say(f"  proof: {out}; it discloses this row and nothing of the others")
    session.out.value({"proof": str(out), "row": row, "cells": dict(zip(sealed.schema.names, cells, strict=True))})
    return 0


# ----- diff -----


def diff(session: Session) -> int:
    """Lists what changed from A to B; 1 if anything did."""
    from trialseal.tables import comparing, sealing
    from trialseal.tables.reading import open_table

    args, out = session.args, session.out
    if args.csv == "-" and args.json:
        raise UsageError("--csv - and --json both want standard output: choose one")
    path_a, path_b = path_named(args.a), path_named(args.b)
    beside = Path(args.seal) if args.seal else names.seal_path(path_a)
    sealed = sealing.read_seal(beside) if is_file(beside, follow=False) or args.seal else None
    # What is said of both is not said of a table whose seal says how it is read.
    a = open_table(path_a, reading_of(args, sealed.reading if sealed else None, ("a_",) if sealed else ("", "a_")))
    b = open_table(path_b, reading_of(args, _stated(sealed, path_b) if sealed else None, ("", "b_")))
    schema = sealed.schema if sealed else _common_schema(a, b)
    notes: list[str] = []
    a, _ = comparing.selected(a, schema.names)
    try:
        b, reordered = comparing.selected(b, schema.names)
    except FailedError as error:
        notes.append(str(error))
        common = [name for name in schema.names if name in b.schema.names]
        if not common:
            raise UsageError(f"{path_a} and {path_b} have no column in common: are these the tables meant?") from None
        a, _ = comparing.selected(_narrowed(a, common), common)
        b, reordered = comparing.selected(_narrowed(b, common), common)
        schema = type(schema)(tuple(one for one in schema.columns if one.name in common))
    if reordered:
        notes.append(f"{path_b}: {reordered}")
    schema, misfits = comparing.readable((a, b), schema)
    notes += misfits
    key = [one.strip() for one in args.key.split(",")] if args.key else []
    found = list(comparing.differences(a, b, schema, key))
    if args.csv == "-":
        out.text(_csv(found, key))
        return 1 if found or notes else 0
    for note in notes:
        out.say(f"note: {note}")
    for one in found[: comparing.MOST_SHOWN]:
        out.say(one.words)
    if len(found) > comparing.MOST_SHOWN:
        out.say(f"… and {len(found) - comparing.MOST_SHOWN:,} more (--csv FILE lists every one)")
    out.say(f"{path_a} to {path_b}: {_summary(found)}")
    if not key and any(one.change != "altered" for one in found):
        out.say("rows were compared by their place; with --key COLUMNS they are found again wherever they stand")
    if args.csv:
        from trialseal.files import write_bytes

        write_bytes(Path(args.csv), _csv(found, key).encode())
        out.say(f"{_counted(len(found), 'difference')} written to {args.csv}")
    if out.as_json:
        out.value({"notes": notes, "summary": _counts(found), "differences": [one._asdict() for one in found]})
    return 1 if found or notes else 0


def _common_schema(a: Table, b: Table) -> Schema:
    """The types that a form states; of two CSV files, text throughout: '1.0' and '1' are then different cells."""
    typed = next((one for one in (a, b) if not one.untyped), a)
    columns = {column.name: column for column in typed.schema.columns}
    return type(a.schema)(tuple(columns.get(column.name, column) for column in a.schema.columns))


def _narrowed(table: Table, wanted: Sequence[str]) -> Table:
    """The table with these columns only."""
    from dataclasses import replace

    places = [place for place, name in enumerate(table.schema.names) if name in wanted]
    schema = type(table.schema)(tuple(table.schema.columns[place] for place in places))
    blocks = table.blocks

    def narrowed() -> Any:
        for block in blocks():
            yield [block[place] for place in places]

    return replace(table, schema=schema, blocks=narrowed, sample=None)


def _counts(found: Sequence[Difference]) -> dict[str, int]:
    counts = {"altered": 0, "added": 0, "dropped": 0}
    for one in found:
        counts[one.change] += 1
    return counts


def _summary(found: Sequence[Difference]) -> str:
    if not found:
        return "no row and no cell differs"
    counts = _counts(found)
    rows = len({one.row_a for one in found if one.change == "altered"})
    words = [f"{_counted(counts['altered'], 'cell')} altered in {_counted(rows, 'row')}"] if counts["altered"] else []
    words += [f"{_counted(counts[one], 'row')} {one}" for one in ("added", "dropped") if counts[one]]
    return ", ".join(words)


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _csv(found: Sequence[Difference], key: Sequence[str]) -> str:
    """One line a difference, for pandas.read_csv: change, row_a, row_b, the key's columns, column, a, b."""
    rows = (
        [one.change, one.row_a, one.row_b, *map(_plain, [*map(one.key.get, key), one.column, one.a, one.b])]
        for one in found
    )
    return csv_text(["change", "row_a", "row_b", *key, "column", "a", "b"], rows)


def _plain(cell: Any) -> Any:
    """A cell as CSV shows it; a whole row as JSON."""
    return json.dumps(cell, ensure_ascii=False) if isinstance(cell, dict) else cell
