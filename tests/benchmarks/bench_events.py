"""A million events: taken in, appended, anchored, audited, and how that grows from ten thousand."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from bench_commands import registered_trial
from running import HERE, TRIALSEAL, Row, Run, compare, row, run

EVENTS = int(os.environ.get("BENCH_EVENTS", "1000000"))
# Of each head; and how many events the smaller run has.
STEP, FEW = 1000, 10_000
RUNS = 3
SUBJECTS = 5000
TERMS = ("Headache", "Nausea", "Pyrexia", "Fatigue", "Chills", "Arthralgia")
# What there is to do at the least, in one process: no types, no checks, no store.
BARE = """
import csv, hashlib, hmac, json, sys
with open(sys.argv[1], newline="") as file:
    for index, row in enumerate(csv.DictReader(file)):
        form = json.dumps(row, sort_keys=True, separators=(",", ":")).encode()
        nonce = hmac.digest(row["subject"].encode(), bytes(64) + index.to_bytes(8, "big"), "sha256")
        hashlib.sha256(b"\\0" + nonce + form).digest()
"""


def measure(place: Path) -> list[Row]:
    """Appending beside the least there is to do; everything beside the same for a hundredth of the events."""
    (place / "append").mkdir()
    with registered_trial(place / "append") as trial:
        file = place / "events.csv"
        write_events(file, 0, EVENTS)
        names = iter(range(100))

        def append() -> Run:
            name = f"s{next(names)}"
            run([*TRIALSEAL, "events", "open", trial, name])
            return run([*TRIALSEAL, "events", "append", trial, name, file], memory=True)

        appended = compare(
            f"`trialseal events append` of {EVENTS:,} events (CSV)",
            append,
            "`csv`, `json`, `hmac` and `hashlib` alone",
            lambda: run([sys.executable, "-c", BARE, file], memory=True),
            RUNS,
            warm=False,
        )
    few, many = (whole_course(place / str(count), count) for count in (FEW, EVENTS))
    whats = (f"{EVENTS:,} events appended and anchored in {EVENTS // STEP:,} heads", "the same, audited whole")
    return [
        appended,
        *(row(what, mine, f"{FEW:,} events", other) for what, mine, other in zip(whats, many, few, strict=True)),
    ]


def whole_course(place: Path, count: int) -> tuple[Run, Run]:
    """Appends and anchors by STEP in one process, and audits in another."""
    place.mkdir()
    with registered_trial(place) as trial:
        run([*TRIALSEAL, "events", "open", trial, "ae"])
        words = [sys.executable, HERE / "event_programs.py", trial, place / "batch.csv", str(count), str(STEP)]
        return run(words, memory=True), run([*TRIALSEAL, "events", "audit", trial], memory=True)


def write_events(path: Path, first: int, last: int) -> None:
    """A file of invented adverse events number `first` to before `last`."""
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    with path.open("w", encoding="utf-8") as file:
        file.write("id,type,at,subject,seriousness,term,grade\n")
        for n in range(first, last):
            subject, serious = n * 7919 % SUBJECTS, "serious" if n % 3 == 0 else "not-serious"
            file.write(f"AE-{n:07},adverse-event,{at},D-{subject:05},{serious},{TERMS[n % 6]},{n % 5 + 1}\n")
