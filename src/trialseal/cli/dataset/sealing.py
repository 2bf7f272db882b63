"""Sealing tables and folders: dataset seal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialseal.cli.session import Session
from trialseal.cli.trial.naming import trial_named, trial_of
from trialseal.documents import canonical
from trialseal.documents.identifiers import trial_id
from trialseal.errors import FailedError, UsageError
from trialseal.folder.reading import of_bytes
from trialseal.folder.trial_folder import TrialFolder, folder_of
from trialseal.ledger.codes import Blinding, DocumentKind
from trialseal.tables import names

if TYPE_CHECKING:
    from trialseal.tables.infer import Mixed
    from trialseal.tables.schema import Schema
    from trialseal.tables.sealing import SealedTable
    from trialseal.tables.table import Reading, Table

_DATASET = DocumentKind.DATASET
_NO_ROOT = bytes(32)
# Columns of which it is told which cell makes them text; of more, their names.
_MOST_TOLD = 10


def seal(session: Session) -> int:
    """Makes the seal of each table or folder, unless it is there, and seals it on the chain, unless it is sealed."""
    args = session.args
    if len(args.files) > 1 and (args.name or args.types or args.schema):
        raise UsageError("--name, --type and --schema are of one table: seal it with a command of its own")
    values = [_seal_one(session, path_named(name)) for name in args.files]
    session.out.value(values)
    return 0


def path_named(name: str) -> Path:
    """The path of a file or folder, with a name of its own even where it was given as '.'."""
    path = Path(name)
    if (shown := name.encode("utf-8", "backslashreplace").decode()) != name.encode("utf-8", "replace").decode():
        raise UsageError(f"the name {shown} is not UTF-8, and could not stand in a seal document: rename it")
    if not path.exists():
        raise UsageError(f"{name} does not exist: check the name")
    return path if path.name not in ("", "..") else path.resolve()


def reading_of(args: Any, stated: Reading | None = None, sides: Sequence[str] = ("",)) -> Reading:
    """How a file is to be read: by the arguments of these sides (a_ and b_ of two tables), else as `stated`."""
    from dataclasses import asdict, fields

    from trialseal.tables.table import Reading

    found = asdict(stated or Reading())
    for name in [one.name for one in fields(Reading)]:
        for given in [getattr(args, side + name, None) for side in sides]:
            if given:
                found[name] = tuple(given) if isinstance(given, list) else given
    return Reading(**found | {"decimal": None if found["decimal"] == "." else found["decimal"]})


def _seal_one(session: Session, path: Path) -> dict[str, Any]:
    from trialseal.tables import sealing

    args, out = session.args, session.out
    where = names.seal_path(path)
    if args.out:
        where = Path(args.out) / where.name
        where.parent.mkdir(parents=True, exist_ok=True)
    folder = _folder(session, path)
    if where.exists():
        sealed = _same_as(_read_alike(sealing.read_seal(where), args), path, session)
        out.say(f"{where}: made before, and {path} is still what it seals")
    elif args.dry_run:
        raise UsageError(
            f"{where} is not made yet, and its digest is known only then: make it with --offline, then run this again"
        )
    else:
        sealed = _made(session, path, where, folder)
    value: dict[str, Any] = {
        "file": str(path),
        "seal": str(where),
        "digest": sealed.digest,
        "name": sealed.name,
        "rows": sealed.rows,
        "columns": sealed.document["columns"],
    }
    if args.offline:
        out.say(f"  not on a chain yet: its digest is {sealed.digest.hex()}")
        return value
    return {**value, **_on_chain(session, sealed, folder)}


def _made(session: Session, path: Path, where: Path, folder: TrialFolder | None) -> SealedTable:
    from trialseal.tables import sealing
    from trialseal.tables.reading import open_table
    from trialseal.tables.workers import core_tried

    args, out = session.args, session.out
    for private in (names.private_path(where), names.rows_path(where), names.manifest_path(where)):
        if private.exists():
            raise UsageError(
                f"{private} needs {where.name} beside it: restore {where.name}, since only both together open what was "
                "sealed; or, if its making was interrupted and nothing was sealed, move what is private away"
            )
    reading = reading_of(args)
    with core_tried(path):
        table = open_table(path, reading)
    subject = _subject(args, table)
    schema, mixed = _schema(args, table)
    made = sealing.make(
        table,
        name=args.name,
        trial=_trial_id(session, folder),
        trial_name=_trial_name(folder),
        schema=schema,
        subject=subject,
        reading=table.reading,
        progress=out.progress,
        beside=where,
    )
    sealed = sealing.keep(made, where)
    rows = "1 row" if sealed.rows == 1 else f"{sealed.rows:,} rows"
    width = len(table.schema.columns)
    what = f"{rows}, {width} column{'' if width == 1 else 's'}" if not path.is_dir() else f"{sealed.rows:,} files"
    out.say(f"{path}: {table.form} {sealed.name!r}, {what}")
    if path.is_dir():
        for note in table.notes:
            out.say(f"  note: {note}")
    else:
        for note in table.notes:
            out.say(f"  note: {note}")
        how = "inferred from its values" if table.untyped and schema is None else "as read"
        out.say(f"  types, {how}: {_types_words(sealed.schema)}")
        for line in mixed_words(mixed or made.content.mixed):
            out.say(f"  note: {line}")
        count = len(made.private.subjects)
        out.say(f"  participants: {f'{count:,} in column {subject}' if subject else 'none, one secret for all rows'}")
    out.say(f"  content {made.content.root.hex()} (confidential, like the table)")
    if made.private.digest:
        out.say(f"  bytes   {made.private.digest.hex()} (likewise)")
    out.say(f"  seal    {where}")
    out.say(f"  private {names.private_path(where)} (keep it as safe as the table; without it nothing can be opened)")
    return sealed


def _read_alike(sealed: SealedTable, args: Any) -> SealedTable:
    """The seal that is there already; UsageError if the arguments say to read the file otherwise than it was."""
    from trialseal.tables.schema import retyped

    if args.sheet and args.sheet != sealed.reading.sheet:
        raise UsageError(
            f"{sealed.path} is of another table in this file: write the seal of this one with --out FOLDER"
        )
    if reading_of(args, sealed.reading) != sealed.reading or retyped(sealed.schema, args.types) != sealed.schema:
        private = " and ".join(
            one.name for one in (names.private_path(sealed.path), names.rows_path(sealed.path)) if one.exists()
        )
        raise UsageError(
            f"{sealed.path} was made of the file as it is read without these options: leave them out; or, if that seal "
            f"was never sent, remove {sealed.path.name}, {private}, and run this again"
        )
    return sealed


def _same_as(sealed: SealedTable, path: Path, session: Session) -> SealedTable:
    """The seal that is there already; UsageError if it is of other content."""
    from trialseal.tables import sealing
    from trialseal.tables.erased import standing
    from trialseal.tables.file_facts import file_facts
    from trialseal.tables.reading import open_table

    private = sealed.needed()
    if private.erased:
        found = standing(sealed, open_table(path, sealed.reading), session.out.progress)
        same = found.agrees and not found.unfinished
    elif path.is_dir():
        same = sealing.read_whole(open_table(path), sealed.schema)[0].root == private.content
    else:
        same = file_facts(path).digest == private.digest
    if not same:
        raise UsageError(
            f"{sealed.path} seals other content than {path}: trialseal dataset verify says where they differ; to seal "
            "the table as it is now, give the file another name"
        )
    return sealed


def _on_chain(session: Session, sealed: SealedTable, folder: TrialFolder | None) -> dict[str, Any]:
    from trialseal.cli.acting import do
    from trialseal.cli.trial.acts import sealing as sealing_act

    trial = _required_trial(session, folder, sealed)
    private = sealed.needed()
    if private.trial not in (trial, bytes(32)):
        raise UsageError(
            f"{sealed.path} was made for trial {private.trial.hex()[:8]}…, not for {trial.hex()[:8]}…: seal it there, "
            "or make another seal from a copy of the file under another name"
        )
    act = sealing_act(
        session,
        trial,
        of_bytes(sealed.path, sealed.data),
        _DATASET,
        Blinding.named(session.args.blinding),
        f"dataset {sealed.name}",
    )
    done = do(session, [act], folder)
    return done[0].value if done else {"dry_run": True}


def _folder(session: Session, path: Path) -> TrialFolder | None:
    named = session.args.trial
    if named is None:
        return folder_of(path)
    return TrialFolder.open(Path(named)) if Path(named).is_dir() else None


def _required_trial(session: Session, folder: TrialFolder | None, sealed: SealedTable) -> bytes:
    if folder is not None:
        return trial_of(session, folder)
    if session.args.trial:
        return trial_named(session, session.args.trial)[0]
    raise UsageError(
        f"{sealed.path} is made, but lies in no trial's folder: say which trial it belongs to with --trial TRIAL, or "
        "leave it at that with --offline"
    )


def _trial_id(session: Session, folder: TrialFolder | None) -> bytes:
    """The trial's id for the rows' nonces; zeros where none can be known without a chain."""
    if not session.args.offline:
        if folder is not None:
            return trial_of(session, folder)
        if session.args.trial:
            return trial_named(session, session.args.trial)[0]
        return _NO_ROOT
    named = (session.args.trial or "").removeprefix("0x")
    if len(named) == 64:
        try:
            return bytes.fromhex(named)
        except ValueError:
            raise UsageError(
                f"--trial {named} is not an id: give 64 hexadecimal digits, or the trial's folder"
            ) from None
    if folder is None:
        return _NO_ROOT
    if folder.trials:
        return next(iter(folder.trials)) if len(folder.trials) == 1 else _NO_ROOT
    try:
        return trial_id(session.party, str((_trial_name(folder) or {})["code"]))
    except (UsageError, FailedError, KeyError):
        return _NO_ROOT


def _trial_name(folder: TrialFolder | None) -> dict[str, Any] | None:
    """What the protocol in the folder calls the trial."""
    if folder is None:
        return None
    protocol = folder.protocol().value()
    named = protocol.get("trial") if isinstance(protocol, dict) else None
    return dict(named) if isinstance(named, dict) else None


def _subject(args: Any, table: Table) -> str | None:
    from trialseal.tables.sealing import SUBJECT_COLUMN

    if args.subject is not None:
        table.schema.index(args.subject)
        return str(args.subject)
    if args.no_subject:
        return None
    return SUBJECT_COLUMN if SUBJECT_COLUMN in table.schema.names else table.subject


def _schema(args: Any, table: Table) -> tuple[Schema | None, tuple[Mixed, ...]]:
    """The schema that the arguments state, None leaving it to the form or to inference; and which of its columns that
    they do not state are text by some of their cells only."""
    from trialseal.tables.content import first_guess
    from trialseal.tables.infer import guessed
    from trialseal.tables.schema import parse_schema, retyped

    if args.schema:
        value = canonical.read_json(args.schema)
        columns = value.get("columns") if isinstance(value, dict) else None
        schema = parse_schema({"columns": columns}, args.schema)
        if schema.names != table.schema.names:
            raise UsageError(f"the columns of {args.schema} are not those of {table.path}, in their order")
        return retyped(schema, args.types), ()
    if not args.types:
        return None, ()
    first_guess(table)  # says first what is wrong with the file
    schema, mixed = (
        guessed(table.blocks(), table.schema.names, table.reading.notation) if table.untyped else (table.schema, ())
    )
    stated = {words.rpartition("=")[0] for words in args.types}
    return retyped(schema, args.types), tuple(one for one in mixed if one.column not in stated)


def mixed_words(mixed: Sequence[Mixed]) -> list[str]:
    """What is said of columns that are text by some of their cells only: each, of many the likeliest."""
    likeliest = sorted(mixed, key=lambda one: one.seen - one.like)[:_MOST_TOLD]
    lines = [one.words for one in mixed if one in likeliest]
    if more := [one.column for one in mixed if one not in likeliest]:
        lines.append(f"so are, with some numbers or dates among their text: {', '.join(more)}")
    return lines


def _types_words(schema: Schema) -> str:
    """number: AGE, BMIBL; date: TRTSDT; text: the other 12."""
    by_type: dict[str, list[str]] = {}
    for column in schema.columns:
        kind = column.type if column.decimals is None else f"decimal with {column.decimals} digits"
        by_type.setdefault(kind, []).append(column.name)
    text = by_type.pop("text", [])
    parts = [f"{kind}: {', '.join(names)}" for kind, names in by_type.items()]
    if text:
        parts.append(f"text: {', '.join(text)}" if len(text) <= 5 or not parts else f"text: the other {len(text)}")
    return "; ".join(parts)
