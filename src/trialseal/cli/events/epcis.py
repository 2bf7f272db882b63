"""`events append --epcis`: the events of a document of EPCIS 2.0, all or none."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

from trialseal import escaping
from trialseal.cli.events.stores import site_key, store_named
from trialseal.cli.session import Session
from trialseal.errors import FailedError
from trialseal.evidence.wording import count, entries
from trialseal.files import read_file

_LARGEST: Final = 1 << 28


def append(session: Session) -> int:
    """Appends what a document tells of custody, and says what of it was not read."""
    from trialseal.streams import parallel
    from trialseal.streams.batch import RefusedRow
    from trialseal.streams.disk import Busy
    from trialseal.streams.epcis import read_epcis
    from trialseal.streams.intake import Settings
    from trialseal.streams.lines import Damaged
    from trialseal.streams.sources import SourceRow
    from trialseal.streams.store import NotWritten

    args, out = session.args, session.out
    stream = store_named(session)
    path = Path(args.file)
    data = read_file(path, _LARGEST, too_large=": split it")
    read = read_epcis(data, escaping.path(path), lambda id: stream.find(id) is not None)
    for note in read.notes:
        out.say(note)
    key = site_key(session, make=not stream.secrets.has_subjects)
    settings = Settings(stream.config, key, escaping.path(path), int(time.time()), args.before_registration)
    before = stream.size
    try:
        stream.append(parallel.rows(settings, iter(SourceRow(number, row, False) for number, row in read.rows)))
    except RefusedRow as refused:
        raise FailedError(f"{settings.name}, event {refused.row.line}: {refused}; nothing was appended") from None
    except (Busy, Damaged, NotWritten):
        raise
    except FailedError as error:  # a document of one line has events, not lines
        place = f"{settings.name}, line "
        raise FailedError(str(error).replace(place, f"{settings.name}, event ") + "; nothing was appended") from None
    added = stream.size - before
    out.say(
        f"{count(added, 'event')} appended to stream {stream.config.name}, which holds {entries(stream.size)}; until "
        "they are anchored they could still be changed"
    )
    out.value({"appended": added, "size": stream.size, "root": stream.root(), "passed_over": list(read.notes)})
    return 0
