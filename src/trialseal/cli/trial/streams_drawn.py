"""The timeline with the heads of the trial's streams, named by the stores in its folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from trialseal.cli.session import Session
from trialseal.cli.stores_given import stores_given
from trialseal.errors import TrialsealError
from trialseal.report.trial.stream_entries import NamedStream, stream_entries
from trialseal.values import replace

if TYPE_CHECKING:
    from trialseal.report.trial.trial_view import TrialView
    from trialseal.report.trial.view import TimelineView
    from trialseal.streams.store import StreamStore

_CUSTODY = frozenset(("custody", "unblinding"))
# A stream is about products if one of its first entries is.
_LOOKED_AT = 100


def with_streams(session: Session, trial: bytes, folder: Path | None, shown: TrialView) -> TimelineView:
    """The page of a timeline with a mark for each head that its streams have on the chain."""
    known, notices = named_streams(trial, folder) if folder else ({}, ())
    found = stream_entries(session.reader, trial, shown.names, known)
    entries = sorted((*shown.page.entries, *found.entries), key=lambda entry: entry.time)
    notices = (*shown.page.notices, *notices, *found.notices)
    return replace(shown.page, entries=tuple(entries), notices=notices)


def named_streams(trial: bytes, folder: Path) -> tuple[dict[tuple[bytes, bytes], NamedStream], tuple[str, ...]]:
    """What the stores in a trial's folder tell of its streams, by writer and id; and why they tell nothing.

    What the chain holds is drawn also where a store is damaged.
    """
    try:
        stores = stores_given(trial, folder, [])
        found = {(one.config.writer, one.config.id): NamedStream(one.config.name, _is_custody(one)) for one in stores}
    except TrialsealError as error:
        return {}, (f"Streams are drawn without their names, since a store cannot be read: {error}",)
    return found, ()


def _is_custody(store: StreamStore) -> bool:
    return any(one.type in _CUSTODY for one in store.entries(0, _LOOKED_AT))
