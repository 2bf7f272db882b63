"""`backup` and `restore`: what this computer alone has, in one encrypted file, and back on an empty computer."""

from __future__ import annotations

import io
import sys
import tempfile
import time
from pathlib import Path
from typing import BinaryIO

from trialseal import age_files
from trialseal.acts.own import password_in
from trialseal.cli.session import Session
from trialseal.errors import UsageError
from trialseal.evidence.wording import count
from trialseal.files import size_words, write_json
from trialseal.folder import backups
from trialseal.folder.layout import LAST_BACKUP
from trialseal.folder.trial_folder import TrialFolder
from trialseal.ledger.moments import iso_time


def backup(session: Session) -> int:
    """Encrypts the home and the trials' folders that are named into one file."""
    args, out = session.args, session.out
    path = Path(args.output)
    trials = [TrialFolder.open(Path(one)).path for one in args.trials]
    if not session.home.is_dir():
        raise UsageError(f"{session.home} is not there: nothing was kept on this computer so far")
    for one in (session.home, *trials):
        if path.resolve().is_relative_to(one.resolve()):
            raise UsageError(
                f"{path} would lie in {one}, which it is a backup of: name another place, best another disk"
            )
    kept: list[backups.Kept] = []

    def write(file: BinaryIO) -> None:
        kept.extend(backups.write(file, session.home, trials, out.progress))

    if args.to:
        age_files.encrypt_to(path, write, args.to)
    else:
        age_files.encrypt_by_password(path, write, _password(session, new=True))
    made = int(time.time())
    write_json(session.home / LAST_BACKUP, {"time": iso_time(made), "file": str(path), "files": len(kept)}, 0o600)
    size = size_words(sum(one.size for one in kept))
    out.say(f"{path}: {count(len(kept), 'file')}, {size}, of {session.home} and {count(len(trials), 'trial')}")
    opened = "age -d -i KEYFILE" if args.to else "age -d"
    out.say(f"  keep it on another disk, for as long as the trial's own file; trialseal restore, or {opened}, opens it")
    if not trials:
        out.say("  it holds keys, parties and receipts, and no trial: name trials' folders to keep their secrets too")
    out.value({"file": str(path), "files": len(kept), "trials": [str(one) for one in trials]})
    return 0


def restore(session: Session) -> int:
    """Decrypts a backup into a new folder; with --home, keys and parties go where this computer looks for them."""
    args, out = session.args, session.out
    folder = Path(args.into)
    if args.home and session.home.exists() and any(session.home.iterdir()):
        raise UsageError(f"{session.home} is there already: leave --home out, and take from {folder} what you need")
    source = _opened(session, Path(args.file))
    with source:
        kept = backups.restore(source, folder)
    home = folder / backups.HOME
    if args.home and home.is_dir():
        session.home.parent.mkdir(parents=True, exist_ok=True)
        if session.home.exists():
            session.home.rmdir()
        try:
            home.rename(session.home)
        except OSError:
            raise UsageError(
                f"{home} cannot be moved to {session.home}, which lies on another disk: move it there by hand"
            ) from None
        home = session.home
    out.say(f"{count(len(kept), 'file')} restored, each as its backup lists it")
    if home.is_dir():
        out.say(f"  accounts, parties and receipts: {home}")
        if home != session.home:
            out.say(f"  to use them, set TRIALSEAL_HOME={home}, or restore with --home")
    trials = sorted((folder / backups.TRIALS).glob("*/"))
    for one in trials:
        out.say(f"  trial: {one}")
    out.value({"files": len(kept), "home": str(home), "trials": [str(one) for one in trials]})
    return 0


def _opened(session: Session, path: Path) -> BinaryIO:
    """The tar in a backup, decrypted."""
    if session.args.identity:
        identities = [one for name in session.args.identity for one in age_files.identities_in(Path(name))]
        # Without a name: nobody else opens it, and it is gone with us.
        plain: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115 - closed by who reads it
        try:
            age_files.decrypt_with(path, identities, plain)
        except BaseException:
            plain.close()
            raise
        plain.seek(0)
        return plain
    return io.BytesIO(age_files.decrypt_by_password(path, _password(session, new=False)))


def _password(session: Session, *, new: bool) -> str:
    if named := session.args.password_file:
        return password_in(Path(named))
    import getpass

    if not sys.stdin.isatty():
        raise UsageError("no password for the backup: type it at a terminal, or name a file with --password-file")
    typed = getpass.getpass("Password of the backup: ")
    if new and getpass.getpass("The same once more: ") != typed:
        raise UsageError("the two passwords differ: nothing was written, try again")
    return typed
