"""Runs programs as processes of their own and says how long they took and how much memory they had."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
TOOLS = ROOT / ".toolchain" / "bench"
TRIALSEAL = [sys.executable, "-m", "trialseal.cli"]
_SAMPLE_SECONDS = 0.05
# ru_maxrss counts bytes on macOS, kibibytes elsewhere.
_RSS_UNIT = 1 << 20 if sys.platform == "darwin" else 1 << 10


class Run(NamedTuple):
    """One run of a program, or the medians of several."""

    seconds: float
    megabytes: float | None = None
    """Peak of all its processes together where `memory` was asked for, else of the largest; None if not known."""


class Row(NamedTuple):
    """A line of docs/performance.md."""

    what: str
    ours: Run
    ratio: float
    peer: str
    theirs: Run


class Count(NamedTuple):
    """A line of docs/performance.md that is counted, not timed."""

    what: str
    requests: int
    """To a node, over HTTP."""
    received: int
    """Bytes that it answered."""
    evidence: int
    """Bytes that are left of them as evidence in a bundle."""


def run(words: Sequence[str | Path], codes: Sequence[int] = (0,), memory: bool = False, cwd: Path | None = None) -> Run:
    """A whole process, which must end with one of these exit codes. A program that measures itself says so in the
    last line of its output: {"seconds": …}. `memory` adds up several processes: not to be used where time counts to
    the hundredth."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen([str(word) for word in words], stdout=output, stderr=errors, cwd=cwd)
        sampler = Sampler(process.pid) if memory else None
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        # A process that is started counts, at first, the memory of the one that starts it.
        told = usage.ru_maxrss > resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        peak = usage.ru_maxrss / _RSS_UNIT if told else None
        if sampler:
            peak = max(peak or 0, sampler.stop())
        output.seek(0)
        text = output.read().decode()
        if process.returncode not in codes:
            errors.seek(0)
            ending = errors.read().decode() or text
            raise SystemExit(f"{' '.join(map(str, words))} ended with {process.returncode}: {ending}")
    lines = text.strip().splitlines()
    if lines and lines[-1].startswith('{"seconds"'):
        seconds = json.loads(lines[-1])["seconds"]
    return Run(seconds, peak)


def compare(
    what: str, ours: Callable[[], Run], peer: str, theirs: Callable[[], Run], runs: int, *, warm: bool = True
) -> Row:
    """Medians of both, one run of each in turn; with `warm`, a first run of each only fills the disk's cache."""
    if warm:
        ours(), theirs()
    pairs = [(ours(), theirs()) for _ in range(runs)]
    mine, other = (median(column) for column in zip(*pairs, strict=True))
    return row(what, mine, peer, other, statistics.median(a.seconds / b.seconds for a, b in pairs))


def row(what: str, ours: Run, peer: str, theirs: Run, ratio: float | None = None) -> Row:
    """A row, also printed."""
    ratio = ours.seconds / theirs.seconds if ratio is None else ratio
    print(f"{what}: {ours.seconds:.3f} s, {ratio:.2f} times {peer} ({theirs.seconds:.3f} s)", flush=True)
    return Row(what, ours, ratio, peer, theirs)


def median(runs: Sequence[Run]) -> Run:
    """Of seconds the median, of memory the most."""
    known = [one.megabytes for one in runs if one.megabytes is not None]
    return Run(statistics.median(one.seconds for one in runs), max(known, default=None))


class Sampler:
    """Adds up the memory of a process and of all below it, from twenty times a second to once, as time goes by."""

    def __init__(self, pid: int) -> None:
        self._pid, self._peak, self._over = pid, 0.0, threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def stop(self) -> float:
        """The peak in MB."""
        self._over.set()
        self._thread.join()
        return self._peak

    def _watch(self) -> None:
        started = time.monotonic()
        while not self._over.wait(min(1, max(_SAMPLE_SECONDS, (time.monotonic() - started) / 20))):
            listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,rss="], capture_output=True, text=True, check=False)
            resident: dict[int, int] = {}
            below: dict[int, list[int]] = {}
            for line in listed.stdout.splitlines():
                pid, parent, kib = map(int, line.split())
                resident[pid] = kib
                below.setdefault(parent, []).append(pid)
            family = [self._pid]
            for pid in family:
                family += below.get(pid, [])
            self._peak = max(self._peak, sum(own(pid, resident.get(pid, 0)) for pid in family) / 1024)


def own(pid: int, resident: int) -> int:
    """A process's memory in KiB, its share of what it has together with others; where that is not told, `resident`."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return resident
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), resident)
