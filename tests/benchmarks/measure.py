"""Measures what docs/performance.md publishes: ratios to a named peer, taken in turns in one run.

make bench: about two minutes; writes docs/performance.md.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "performance.md"
RUNS = 9
FILES, SIZE = 10_000, 4096
HASH_ALL = """
import hashlib, os, sys
for name in sorted(os.listdir(sys.argv[1])):
    with open(os.path.join(sys.argv[1], name), "rb") as file:
        hashlib.sha256(file.read()).digest()
"""


def main() -> int:
    """Runs every measurement and writes the page."""
    with tempfile.TemporaryDirectory() as place:
        home = Path(place) / "home"
        home.mkdir()
        (home / "password").write_text("bench")
        os.environ |= {"TRIALSEAL_HOME": str(home), "TRIALSEAL_PASSWORD_FILE": str(home / "password")}
        # Without compiled modules every start compiles the library anew, which no installation does.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        trial = shutil.copytree(ROOT / "trials" / "fictitious-late-registration", Path(place) / "trial")
        command("devnet", "up", "--port", str(free_port()))
        try:
            rows = measure(home, Path(trial), Path(place))
        finally:
            command("devnet", "down")
    PAGE.write_text(page(rows))
    print(PAGE.read_text())
    return 0


def measure(home: Path, trial: Path, place: Path) -> list[tuple[str, str, float, str, float]]:
    """What, peer, seconds of ours, seconds of the peer: medians of runs taken in turns."""
    from trialseal.ledger import accounts

    accounts.new(home, "bench", "bench", light=True)
    command("devnet", "fund", "bench")
    command("deploy")
    command("party", "create", "--profile", str(trial / "sponsor.json"))
    command("register", str(trial))
    protocol = trial / "documents" / "protocol-v1.json"
    verify = [sys.executable, "-m", "trialseal.cli", "verify"]
    rows = [
        compare(
            "`trialseal verify FILE`, cold, against a local node",
            lambda: run([*verify, str(protocol)]),
            "`python -c 'import web3'`",
            lambda: run([sys.executable, "-c", "import web3"]),
        ),
        compare(
            "the same",
            lambda: run([*verify, str(protocol)]),
            "`python -c pass`",
            lambda: run([sys.executable, "-c", "pass"]),
        ),
    ]
    folder = place / "files"
    folder.mkdir()
    for number in range(FILES):
        (folder / f"{number:05}.dat").write_bytes(hashlib.sha256(str(number).encode()).digest() * (SIZE // 32))
    shutil.copy(protocol, folder)
    rows.append(
        compare(
            f"`trialseal verify FOLDER` of {FILES:,} files of {SIZE // 1024} KiB",
            lambda: run([*verify, str(folder)], codes=(0, 1)),
            "reading and hashing them with hashlib, in a process of its own",
            lambda: run([sys.executable, "-c", HASH_ALL, str(folder)]),
        )
    )
    return rows


def compare(
    what: str, ours: Callable[[], float], peer: str, theirs: Callable[[], float]
) -> tuple[str, str, float, str, float]:
    """Medians of both, one run of each in turn; the first of each only warms the disk's cache."""
    ours(), theirs()
    pairs = [(ours(), theirs()) for _ in range(RUNS)]
    mine, other = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"{what}: {mine:.3f} s, {ratio:.2f} times {peer} ({other:.3f} s)", flush=True)
    return what, f"{ratio:.2f}", mine, peer, other


def run(words: list[str], codes: tuple[int, ...] = (0, 2)) -> float:
    """Wall seconds of a whole process, which must end with one of these exit codes."""
    started = time.perf_counter()
    ended = subprocess.run(words, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started
    if ended.returncode not in codes:
        raise SystemExit(f"{' '.join(words)} ended with {ended.returncode}: {ended.stderr or ended.stdout}")
    return seconds


def command(*words: str) -> None:
    """One command of trialseal, which must succeed."""
    run([sys.executable, "-m", "trialseal.cli", *words], codes=(0,))


def page(rows: list[tuple[str, str, float, str, float]]) -> str:
    """docs/performance.md."""
    lines = [
        "# Speed",
        "",
        f"Written by `make bench`: medians of {RUNS} runs of whole processes, ours and the peer in turns, on",
        f"{os.cpu_count()} cores of {platform.machine()}, Python {platform.python_version()}, against a local anvil.",
        "Only ratios carry over to other machines.",
        "",
        "| what | seconds | times | of | seconds |",
        "|---|---:|---:|---|---:|",
        *(f"| {what} | {mine:.3f} | {ratio} | {peer} | {other:.3f} |" for what, ratio, mine, peer, other in rows),
        "",
        "Gas is in [gas.md](gas.md).",
        "",
    ]
    return "\n".join(lines)


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
