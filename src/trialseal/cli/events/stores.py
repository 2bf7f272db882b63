"""Where the stores of a trial lie, which keys they need, and what time it is."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from trialseal import escaping
from trialseal.cli.session import Session
from trialseal.errors import FailedError, UsageError
from trialseal.folder.layout import STREAMS
from trialseal.folder.trial_folder import TrialFolder
from trialseal.streams import config as configs

if TYPE_CHECKING:
    from trialseal.streams.store import StreamStore


def store_folder(folder: Path, name: str) -> Path:
    """Where a stream's store lies or will lie."""
    return folder / STREAMS / configs.check_name(name)


def store_named(session: Session) -> StreamStore:
    """The store that TRIAL and STREAM name; UsageError if there is none."""
    return store_of(session, Path(session.args.trial), session.args.stream)


def store_of(session: Session, folder: Path, name: str) -> StreamStore:
    """The store of a stream in a trial's folder; UsageError if there is none."""
    from trialseal.streams.store import open_stream

    path = store_folder(folder, name)
    if not path.is_dir():
        known = sorted(one.parent.name for one in folder.glob(f"{STREAMS}/*/{configs.FILE}"))
        there = f"there {'are' if len(known) > 1 else 'is'} {', '.join(known)}" if known else "there is none yet"
        raise UsageError(
            f"{folder} has no stream {name} ({there}): name the folder that holds {STREAMS}/, or open the stream "
            f"with trialseal events open {escaping.argument(folder)} {escaping.argument(name)}"
        )
    stream = open_stream(path)
    if stream.config.name != name:
        raise UsageError(
            f"{path} holds stream {stream.config.name}, not {name}: it is a copy or was renamed; give the folder its "
            "name back, and go on with one copy only"
        )
    trials = TrialFolder(folder).trials
    if trials and stream.config.trial not in trials:
        raise UsageError(
            f"{path} is of trial {stream.config.trial.hex()[:8]}…, and {folder} is the folder of another: it was "
            "copied here; go on with the store where it came from"
        )
    stream.on_check = lambda done, total: session.out.progress(
        f"a crash, a copy or an edit: looking at the whole store first, {done} of {total} entries …"
    )
    return stream


def stores_in(folders: list[Path], damaged: list[FailedError] | None = None) -> list[StreamStore]:
    """Every store under these folders. What is wrong with one ends it, or goes into `damaged` if that is given."""
    from trialseal.streams.store import open_stream

    found = []
    for path in [path for folder in folders for path in sorted(folder.glob(f"{STREAMS}/*/{configs.FILE}"))]:
        try:
            if path.parent.is_symlink() or path.parent.parent.is_symlink():
                raise FailedError(f"{path.parent} lies behind a link, which is not followed: name its own folder")
            found.append(open_stream(path.parent))
        except FailedError as error:
            if damaged is None:
                raise
            damaged.append(error)
    return found


def site_key(session: Session, *, make: bool) -> bytes:
    """The key of the site's pseudonyms; made if `make` says so and there is none, which the user is told."""
    from trialseal.streams import pseudonyms

    given = session.args.site_key
    path = Path(given) if given else session.home / "site-key"
    if not path.exists():
        if given or not make:
            raise UsageError(
                f"there is no key of the site's pseudonyms at {path}: name the file with --site-key FILE, or put back "
                "the copy that was kept of it (a new key would give the stream's participants other pseudonyms)"
            )
        if session.args.dry_run:
            session.out.say(f"the key of this site's pseudonyms would be made: {path}")
            return pseudonyms.new_key()
        session.out.say(
            f"the key of this site's pseudonyms is made: {path} (keep a copy apart from the data; without it no "
            "participant's number leads to their pseudonym again)"
        )
    return pseudonyms.site_key(path)


def chain_time(session: Session) -> int:
    """Now, by the clock that will stand in the next block: on a devnet its own, which may have been set."""
    if session.chain.is_devnet():
        block = session.chain.block("pending")
        if block:
            return block["timestamp"]
    return int(time.time())
