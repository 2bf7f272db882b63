"""What is at hand of a trial: its folder, or what the bundle that was named holds of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from trialseal.cli.bundle.opening import unpacked
from trialseal.cli.session import Session
from trialseal.folder.trial_folder import TrialFolder


@contextmanager
def folder_or_bundle(session: Session, trial: bytes, folder: TrialFolder | None) -> Iterator[TrialFolder | None]:
    """A trial's folder; else, as long as it is needed, what the bundle that was named holds of that trial."""
    if folder is None and session.args.bundle and session.opened_bundle.trial == trial:
        with unpacked(session.opened_bundle) as place:
            yield TrialFolder(place)
    else:
        yield folder
