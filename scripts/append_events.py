"""tools/run brownie run append_events main FOLDER STREAM FILE: events of a file, appended to a stream's store."""

import time
from pathlib import Path

from scripts.active_network import in_a_sentence, options

from trialseal.acts.own import Own
from trialseal.folder.layout import STREAMS
from trialseal.streams import parallel, pseudonyms, sources
from trialseal.streams.intake import Settings
from trialseal.streams.store import open_stream


def main(*words: str) -> None:
    """Appends the events of FILE (CSV or NDJSON) to STREAM in FOLDER: all, or none. No chain is asked."""
    [path, name, file], _ = options(words, "FOLDER STREAM FILE")
    with in_a_sentence():
        stream = open_stream(Path(path) / STREAMS / name)
        before = stream.size
        key = pseudonyms.site_key(Own().home / "site-key")
        settings = Settings(stream.config, key, file, int(time.time()))
        with open(file, "rb") as data:
            kind = sources.format_of(file, data.peek(16)[:16], None)
            stream.append(parallel.rows(settings, iter(sources.TextSource(data, file, kind))))
        added = stream.size - before
        print(f"{added} event{'' if added == 1 else 's'} appended to stream {name}, which holds {stream.size}")
