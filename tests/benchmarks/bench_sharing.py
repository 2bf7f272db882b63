"""Packing beside age alone, by CPU and by the clock, permits, and the audit of ten thousand hand-overs."""

from __future__ import annotations

import json
import os
import shutil
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from bench_commands import registered_trial
from bench_files import write
from running import HERE, TRIALSEAL, Row, Run, compare, row, run

MEBIBYTES = int(os.environ.get("BENCH_PACK_MEBIBYTES", "1024"))
FILES, EACH = 1_000, 256 << 10
PERMITS, HAND_OVERS = 1_000, int(os.environ.get("BENCH_HAND_OVERS", "10000"))
RUNS = 3
PROGRAM = [sys.executable, HERE / "sharing_programs.py"]


def measure(place: Path) -> list[Row]:
    """A large file and a tenth of it; many small files; permits; the audit beside reading and verifying the stream."""
    large, smaller, many = place / "large", place / "smaller", place / "many"
    for folder in (large, smaller, many):
        folder.mkdir()
    write(large / "file", MEBIBYTES << 20)
    write(smaller / "file", (MEBIBYTES << 20) // 8)
    for number in range(FILES):
        (many / f"{number:04}").write_bytes(os.urandom(EACH))
    [of_large, large_by_clock], its_size = packed(f"packing a file of {MEBIBYTES} MiB", large)
    [of_many, many_by_clock], their_size = packed(f"packing {FILES:,} files of 256 KiB", many)
    return [
        of_large._replace(what=f"{of_large.what}: {100 * its_size / (MEBIBYTES << 20):.3f} % larger"),
        large_by_clock,
        row("packing the large file (CPU)", of_large.ours, f"a file of {MEBIBYTES // 8} MiB", packing(smaller, "ours")),
        of_many._replace(what=f"{of_many.what}: {their_size / FILES:.0f} bytes more each"),
        many_by_clock,
        compare(
            f"{PERMITS:,} permits of one sitting logged and written (CPU), all forced to disk",
            lambda: permits(place / "permits", "ours"),
            "`pyrage` alone, in memory",
            lambda: permits(place / "permits", "theirs"),
            RUNS,
        ),
        audit(place / "audit"),
    ]


def packed(what: str, folder: Path) -> tuple[list[Row], float]:
    """How long packing takes beside encrypting, by the CPU and by the clock, and how many bytes are added."""
    found = [
        compare(
            f"{what}, {words}",
            partial(packing, folder, "ours", by),
            "`pyrage` alone",
            partial(packing, folder, "theirs", by),
            RUNS,
            warm=False,
        )
        for by, words in (("cpu", "CPU"), ("wall", "by the clock"))
    ]
    packing(folder, "ours", keep=True)
    stored = folder.with_name(f"{folder.name}.ours")
    sizes = sorted((one.stat().st_size for one in stored.glob("*.age")), reverse=True)
    plain = sum(one.stat().st_size for one in folder.iterdir())
    added = sum(sizes[: len(list(folder.iterdir()))]) - plain  # without the list of files
    shutil.rmtree(stored)
    return found, added


def packing(folder: Path, whose: str, by: str = "cpu", keep: bool = False) -> Run:
    found = run([*PROGRAM, by, "pack", whose, folder], memory=True)
    if not keep:
        shutil.rmtree(folder.with_name(f"{folder.name}.{whose}"))
    return found


def permits(folder: Path, whose: str) -> Run:
    folder.mkdir()
    found = run([*PROGRAM, "cpu", "permits", whose, folder, str(PERMITS)])
    shutil.rmtree(folder)
    return found


def audit(place: Path) -> Row:
    """A package and a permit, and a stream in which it was handed over again and again."""
    place.mkdir()
    with registered_trial(place) as trial:
        permit, package, party = permitted(trial, place)
        log = place / "handed-over.csv"
        since = datetime.now(UTC) - timedelta(hours=1)
        times = [
            (since + timedelta(seconds=number // 4)).strftime("%Y-%m-%dT%H:%M:%SZ") for number in range(HAND_OVERS)
        ]
        rows = [f"H-{number},access,{at},handed-over,{permit},{package},{party}\n" for number, at in enumerate(times)]
        log.write_text("id,type,at,action,permit,package,recipient\n" + "".join(rows))
        run([*TRIALSEAL, "events", "append", trial, "access", log, "--before-registration"])
        run([*TRIALSEAL, "events", "anchor", trial, "access"])
        return compare(
            f"`trialseal share audit` of {HAND_OVERS:,} hand-overs",
            # Each is dated an hour before the permit: about all of them there is something to ask.
            lambda: run([*TRIALSEAL, "share", "audit", trial], codes=(1,), memory=True),
            "`trialseal events audit` of the same, which reads and verifies them",
            lambda: run([*TRIALSEAL, "events", "audit", trial], memory=True),
            RUNS,
        )


def permitted(trial: Path, place: Path) -> tuple[str, str, str]:
    """Digests of a permit and of its package, and the recipient, which is the trial's sponsor itself."""
    [mine] = json.loads((place / "home" / "parties.json").read_text())
    party, profile, key = mine["party"], place / "profile.json", place / "my.key"
    shutil.copy(trial / "sponsor.json", profile)
    terms = {"format": "trialseal/1", "permission": "HMB", "modifiers": [{"code": "IRB"}]}
    (place / "policy.json").write_text(json.dumps({**terms, "kind": "access-policy"}))
    asked = {**terms, "kind": "application", "project": "it", "until": "2099-12-31"}
    (place / "application.json").write_text(json.dumps(asked))
    (place / "data").mkdir()
    (place / "data" / "file").write_text("data")
    (place / "owners.csv").write_text("file,subject\nfile,-\n")
    package, application = place / "package", place / "application.json"
    packing_it = ["--owners", place / "owners.csv", "--policy", place / "policy.json", "--out", package]
    for words in (
        ["events", "open", trial, "access"],
        ["share", "key", key, "--profile", profile],
        ["party", "profile", "--profile", profile],
        ["share", "pack", trial, place / "data", *packing_it],
        ["share", "request", trial, application, "--from", party],
        ["share", "permit", trial, package, "--application", application, "--file", place / "x.permit", "--yes"],
    ):
        run([*TRIALSEAL, *words])
    kept = list((trial / "sharing" / "documents").iterdir())
    kinds = {json.loads(one.read_text())["kind"]: one.stem for one in kept}
    return kinds["permit"], kinds["package"], party
