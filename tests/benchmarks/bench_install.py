"""How soon the core is installed, from its wheel and a package index."""

from __future__ import annotations

import sys
from pathlib import Path

from running import ROOT, Row, Run, compare, run

RUNS = 3
_QUIET = ("--quiet", "--disable-pip-version-check", "--no-cache-dir")


def measure(place: Path) -> list[Row]:
    """`pip install` of the core beside that of web3, each into an environment of its own, with nothing kept."""
    wheels = place / "wheels"
    pip = [sys.executable, "-m", "pip"]
    run([*pip, "wheel", *_QUIET, "--no-deps", "--wheel-dir", wheels, ROOT])
    [wheel] = wheels.glob("trialseal-*.whl")
    run([*pip, "download", *_QUIET, "--dest", place / "all", wheel])
    size = sum(path.stat().st_size for path in (place / "all").iterdir()) / 1e6
    made = 0

    def installed(what: str | Path) -> Run:
        nonlocal made
        made += 1
        environment = place / f"environment-{made}"
        run([sys.executable, "-m", "venv", environment])
        return run([environment / "bin" / "python", "-m", "pip", "install", *_QUIET, what])

    what = f"`pip install` of the core, {size:.1f} MB of wheels"
    return [compare(what, lambda: installed(wheel), "`pip install web3`", lambda: installed("web3"), RUNS, warm=False)]
