"""`events append --epcis`: what a document of EPCIS 2.0 tells of custody."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from trialseal import escaping
from trialseal.cli.events.stores import site_key
from trialseal.cli.session import Session
from trialseal.errors import UsageError
from trialseal.files import read_file

if TYPE_CHECKING:
    from trialseal.streams.intake import Settings
    from trialseal.streams.sources import SourceRow
    from trialseal.streams.store import StreamStore

_LARGEST: Final = 1 << 28
_NOT_WITH: Final = (
    "map", "set", "follow", "stop_after", "pseudonyms", "running_ids", "format", "encoding", "delimiter", "names_row",
    "decimal", "missing", "dates", "zone", "repeated_hour", "cumulative", "withdraw_gone",
)  # fmt: skip


class Document(NamedTuple):
    """A document that was read."""

    settings: Settings
    """What its rows are judged by."""
    rows: Sequence[SourceRow]
    passed_over: Sequence[str]
    """What of it is not read, and why."""


def read(session: Session, stream: StreamStore) -> Document:
    """The document that the command names. UsageError for options that say nothing of one."""
    from trialseal.streams.epcis import read_epcis
    from trialseal.streams.intake import Settings
    from trialseal.streams.sources import SourceRow

    args = session.args
    for name in _NOT_WITH:
        if getattr(args, name):
            raise UsageError(f"--{name.replace('_', '-')} says nothing of a document of EPCIS: leave it out")
    if args.file == "-":
        raise UsageError("a document of EPCIS is not read from standard input: name its file")
    path = Path(args.file)
    name = escaping.path(path)
    found = read_epcis(read_file(path, _LARGEST, too_large=": split it"), name, lambda id: stream.find(id) is not None)
    key = site_key(session, make=not stream.secrets.has_subjects)
    settings = Settings(stream.config, key, name, int(time.time()), args.before_registration, counted="event")
    return Document(settings, [SourceRow(number, row, False) for number, row in found.rows], found.notes)
