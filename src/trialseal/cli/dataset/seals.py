"""The seal document of a table, how its file was read, and what a chain says of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialseal.cli.session import Session
from trialseal.cli.trial.naming import trial_named
from trialseal.errors import UndeterminedError, UsageError
from trialseal.files import is_file
from trialseal.folder.trial_folder import folder_of
from trialseal.tables import names

if TYPE_CHECKING:
    from trialseal.report.trial.row_verdicts import RowVerdicts
    from trialseal.tables.sealing import SealedTable
    from trialseal.tables.table import Table


def sealed_original(sealed: SealedTable, path: Path) -> Table | None:
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


def stated_reading(sealed: SealedTable, path: Path) -> Any:
    """How the sealed file was read, for a file with the same ending."""

    original = names.sealed_path(sealed.path)
    return sealed.reading if original.suffix.lower() == path.suffix.lower() else None


def seal_of(session: Session, path: Path) -> SealedTable:
    """The seal document of a table: the one that is named, or the one found by the file's name."""
    from trialseal.tables import sealing

    if named := getattr(session.args, "seal", None):
        return sealing.read_seal(Path(named))
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


def chain_answer(
    session: Session, document: Mapping[str, Any], rows: Callable[[], RowVerdicts]
) -> tuple[int, str, dict[str, Any]]:
    """What a seal document is on the chain, by every rule that a file is judged by: exit code, sentence, facts."""
    if session.args.offline:
        return 2, "whether that is on a chain is not known, no chain was asked: leave out --offline", {}
    from trialseal.report.trial.verdict import as_json

    found = rows().of_seal(document)
    return found.exit_code, found.sentence, {"sealed": found.trial is not None, "verdict": as_json(found)}


def row_verdicts(session: Session) -> RowVerdicts:
    """What judges rows and seal documents by the chain that is read, in the trial that was named."""
    from trialseal.evidence.profiles import find_names
    from trialseal.report.trial.row_verdicts import RowVerdicts

    trial = trial_named(session, session.args.trial)[0] if session.args.trial else None
    return RowVerdicts(session.reader, find_names(session.reader, [session.home / "parties"]), trial)
