"""`dataset verify`: whether a table, or the proof of a row, is of what was sealed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from trialseal import escaping
from trialseal.cli.dataset.remaining import compared_with_what_is_left
from trialseal.cli.dataset.sealing import path_named, reading_of
from trialseal.cli.dataset.seals import chain_answer, row_verdicts, seal_of, sealed_original, stated_reading
from trialseal.cli.session import Session
from trialseal.documents import canonical
from trialseal.errors import FailedError, UndeterminedError, UsageError
from trialseal.evidence.bundle.named import is_bundle
from trialseal.files import is_file, open_file
from trialseal.tables import names
from trialseal.tables.row_text import begins_run

if TYPE_CHECKING:
    from trialseal.report.trial.row_verdicts import RowVerdicts
    from trialseal.tables.sealing import SealedTable
    from trialseal.tables.table import Table

Answer: TypeAlias = "tuple[int, list[str], dict[str, Any]]"
Judged: TypeAlias = "Callable[[], RowVerdicts]"
# A proof of one row holds the seal document, a row and some 60 hashes.
_PROOF_MARK = b'"dataset-row"'
# Cells that are shown where columns already say what changed.
_MOST_EXAMPLES = 3


def verify(session: Session) -> int:
    """Says of each file, and each row in a bundle, whether it is of what was sealed; exits with the worst answer."""
    args = session.args
    bundles = [name for name in args.files if is_bundle(name)]
    paths = [path_named(name) for name in args.files if name not in bundles]
    if not bundles:
        return _verify(session, paths)
    if args.bundle or len(bundles) > 1:
        raise UsageError("name one bundle at a time: each brings a chain of its own")
    from trialseal.cli.bundle.opening import unpacked

    args.bundle = bundles[0]
    held = session.opened_bundle
    args.trial = args.trial or held.trial.hex()
    with unpacked(held) as folder:
        rows = [folder / name for name in sorted(held.files) if _proof_in(folder / name)]
        if not rows and not paths:
            raise UndeterminedError(f"{escaping.path(args.bundle)} holds no row of a table: ask for one with rows")
        return _verify(session, [*rows, *paths], folder)


def _verify(session: Session, paths: Sequence[Path], unpacked: Path | None = None) -> int:
    """`unpacked` is the folder in which a bundle's files lie for the moment."""
    out = session.out
    judged = cache(partial(row_verdicts, session))
    codes_, values = set[int](), []
    for place in paths:
        inside = unpacked is not None and place.is_relative_to(unpacked)
        path = place.relative_to(unpacked) if inside and unpacked else place
        for code, words, value in _answers(session, place, judged):
            for line in words[:1]:
                out.say(line if line.startswith(str(path)) else f"{path}: {line}")
            for line in words[1:]:
                out.say(f"  {line}")
            codes_.add(code)
            if out.as_json:
                values.append({"file": str(path), "exit_code": code, "sentences": words, **value})
    out.value(values)
    return 1 if 1 in codes_ else max(codes_)


def _answers(session: Session, place: Path, judged: Judged) -> Iterator[Answer]:
    """What is said of a table, of a row that is proven, or of each of many: exit code, words, facts."""
    try:
        kind = _proof_in(place)
        if kind is _Proof.ROWS:
            yield from _verify_rows(session, place, judged)
        else:
            yield (_verify_proof if kind else _verify_table)(session, place, judged)
    except (FailedError, UndeterminedError) as error:
        yield error.exit_code, [str(error)], {}


def _verify_table(session: Session, path: Path, judged: Judged) -> tuple[int, list[str], dict[str, Any]]:
    sealed = seal_of(session, path)
    compare = compared_with_what_is_left if sealed.needed().erased else _compared
    same, words, value = compare(session, sealed, path)
    value |= {"seal": str(sealed.path), "digest": sealed.digest, "name": sealed.name}
    if not same:
        return 1, words, value
    code, sentence, facts = chain_answer(session, sealed.document, judged)
    if value.get("unfinished"):
        code = max(code, UndeterminedError.exit_code)
    return code, [*words, sentence], {**value, **facts}


def _compared(session: Session, sealed: SealedTable, path: Path) -> tuple[bool, list[str], dict[str, Any]]:
    """Whether a table is the sealed one; if not, where they differ."""
    from trialseal.tables import comparing, sealing
    from trialseal.tables.content import CellError
    from trialseal.tables.reading import open_table
    from trialseal.tables.workers import core_tried

    private = sealed.needed()
    what = f"the sealed {'folder' if path.is_dir() else 'table'} {sealed.name}"
    with core_tried(path):
        table = open_table(path, reading_of(session.args, stated_reading(sealed, path)))
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
                bytes_ = "the bytes differ in what is not a cell, such as a date of writing, a label or a line end"
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


def _require_honest(sealed: SealedTable, content: bytes, root: bytes | None, digest: bytes | None) -> None:
    """FailedError unless the seal document says of the table what its private part says."""
    nonce, document = sealed.needed().nonce, sealed.document
    assert nonce is not None  # nobody was erased
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


def _where(session: Session, sealed: SealedTable, table: Table, rows: Any) -> list[str]:
    """Where a table differs from the sealed one: by cells if the sealed file is found, else by rows."""
    from trialseal.tables import comparing

    place = comparing.located(rows, names.rows_path(sealed.path))
    original = sealed_original(sealed, table.path)
    # Where rows came, went or moved, cell by cell would name every row from there on.
    if original is not None and (place is None or place.rows or table.path.is_dir()):
        found = _cell_by_cell(original, table, sealed)
        if found:
            return found
    if place is None:
        return [f"its rows differ; {names.rows_path(sealed.path)} or the sealed file would show which"]
    words = [place.sentence]
    if original is not None:
        by = escaping.argument(sealed.document.get("subject", "COLUMNS"))
        words.append(f"trialseal dataset diff {_both(original, table)} --key {by} lists what changed, row by row")
    return words + _guessed(table, sealed, place.rows)


def _both(original: Table, table: Table) -> str:
    return f"{escaping.argument(original.path)} {escaping.argument(table.path)}"


def _cell_by_cell(original: Table, table: Table, sealed: SealedTable) -> list[str]:
    """What changed: by column, with the likeliest cause, and cell by cell where that is not too much to read."""
    from trialseal.tables import comparing

    key = ("path",) if table.path.is_dir() else ()
    found = list(islice(comparing.differences(original, table, sealed.schema, key), comparing.MOST_SHOWN + 1))
    if not found or key:
        more = ["… and more: trialseal dataset diff lists all"] if len(found) > comparing.MOST_SHOWN else []
        return [one.words for one in found[: comparing.MOST_SHOWN]] + more
    columns = comparing.by_column(original, table, sealed.schema)
    if len(found) <= comparing.MOST_SHOWN:
        return [one.words for one in found] + [one.words for one in columns if one.cause or one.known]
    cells = sum(one.cells for one in columns)
    words = [f"{cells:,} cells differ in {len(columns)} column{'s' * (len(columns) > 1)}"]
    words += [one.words for one in columns[: comparing.MOST_SHOWN]]
    words += [one.words for one in found[:_MOST_EXAMPLES]]
    return [*words, f"trialseal dataset diff {_both(original, table)} lists all"]


def _guessed(table: Table, sealed: SealedTable, rows: Sequence[int]) -> list[str]:
    """Of rows that are known by digests alone: what was sealed, if what programs do to tables explains it."""
    from trialseal.tables import causes
    from trialseal.tables.cell_words import shown
    from trialseal.tables.columns import row_forms
    from trialseal.tables.row_blocks import blocks_of
    from trialseal.tables.salting import PREFIX_BYTES

    if not rows:
        return []
    found: dict[tuple[tuple[str, ...], str], list[tuple[int, causes.Guess]]] = {}
    make = sealed.salting().prefix
    with open_file(names.rows_path(sealed.path), follow=False) as file:
        for first, batch in blocks_of(table):
            for row in [row for row in rows if first <= row < first + batch.num_rows]:
                one = batch.slice(row - first, 1).columns
                form = row_forms(one, sealed.schema, sas=table.sas, notation=table.reading.notation)[0].as_py()
                file.seek((row - 1) * PREFIX_BYTES)
                kept = file.read(PREFIX_BYTES)
                guess = causes.guessed(form, sealed.schema.columns, partial(_is_kept, make, kept))
                if guess is not None:
                    found.setdefault((guess.columns, guess.cause), []).append((row, guess))
    words = []
    for (columns, cause), guesses in found.items():
        row, guess = guesses[0]
        was, here = shown(guess.sealed), shown(guess.here)
        more = [f"so are {', '.join(columns[1:6])}"] if len(columns) > 1 else []
        more += [f"{len(guesses)} of the {len(rows)} rows looked at"] if len(guesses) > 1 else []
        words.append(
            f"row {row}, column {columns[0]}: {was} was sealed, {here} is here: {cause}"
            + (f" ({', '.join(more)})" if more else "")
        )
    return words


def _is_kept(make: Callable[[str], bytes], kept: bytes, form: str) -> bool:
    return make(form) == kept


class _Proof(Enum):
    """What a file proves."""

    ROW, ROWS = range(2)


def _proof_in(path: Path) -> _Proof | None:
    """What a file proves, by its first bytes; None of any other file."""
    if path.suffix not in (".json", ".rows") or not is_file(path):
        return None
    with open_file(path) as file:
        beginning = file.read(4096)
    if begins_run(beginning):
        return _Proof.ROWS
    return _Proof.ROW if path.suffix == ".json" and _PROOF_MARK in beginning else None


def _verify_rows(session: Session, path: Path, judged: Judged) -> Iterator[Answer]:
    """What is said of each of many rows, once all of them hold: what their table is, behind the last."""
    from trialseal.folder.reading import read
    from trialseal.tables.row_proof import cells_words
    from trialseal.tables.row_runs import Run, rows_words

    reading = read(path)
    rows_words(Run(reading.pieces(), path.name))
    run = Run(reading.pieces(), path.name)
    code, sentence, facts = chain_answer(session, run.seal, judged)
    names_ = [column["name"] for column in run.seal["columns"]]
    for one in run.rows():
        told = f"row {one.row} of the {run.seal['rows']:,} of the sealed table {run.seal['name']}: "
        row = {"row": one.row, "cells": dict(zip(names_, one.cells, strict=True)), "name": run.seal["name"]}
        yield code, [told + cells_words(run.seal, one.cells)], row | facts
    session.out.say(f"  {sentence}")


def _verify_proof(session: Session, path: Path, judged: Judged) -> tuple[int, list[str], dict[str, Any]]:
    from trialseal.documents import models
    from trialseal.tables.row_proof import disclosed, words_of
    from trialseal.tables.row_text import RowProof

    value = canonical.read_json(path)
    models.parse_document(value, str(path))
    assert isinstance(value, dict)
    proof = RowProof.of(value)
    cells = disclosed(proof, path.name)
    seal = value["seal"]
    row = dict(zip([column["name"] for column in seal["columns"]], cells, strict=True))
    code, sentence, facts = chain_answer(session, seal, judged)
    return code, [words_of(proof, cells), sentence], {"row": value["row"], "cells": row, "name": seal["name"], **facts}
