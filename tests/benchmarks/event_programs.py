"""Appends and anchors in one process: python event_programs.py TRIAL FILE EVENTS STEP; says in how many seconds."""

from __future__ import annotations

import contextlib
import io
import json
import sys
import time
from pathlib import Path

from bench_events import write_events

from trialseal.cli.events.anchoring import anchor as anchor_command
from trialseal.cli.events.appending import append as append_command
from trialseal.cli.output import Output
from trialseal.cli.parser import build_parser
from trialseal.cli.session import Session


def main(trial: str, file: str, events: str, step: str) -> None:
    """So many events by steps, each appended from a file of its own and anchored."""
    append, anchor = (
        build_parser("events").parse_args(["events", *words])
        for words in (["append", trial, "ae", file], ["anchor", trial, "ae"])
    )
    seconds = 0.0
    for first in range(0, int(events), int(step)):
        write_events(Path(file), first, first + int(step))
        started = time.perf_counter()
        with contextlib.redirect_stdout(io.StringIO()):
            append_command(Session(append, Output(as_json=False)))
            anchor_command(Session(anchor, Output(as_json=False)))
        seconds += time.perf_counter() - started
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main(*sys.argv[1:])
