"""Builds the C core where there is a compiler, and does without it where there is none; adds the examples.

Hatchling calls the hook for wheels and editable installations; `python hatch_build.py` builds in place.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CORE = Path("src/trialseal/core")
TARGET = CORE / "trialseal-core.so"
FLAGS = ("-O3", "-std=gnu11", "-fPIC", "-shared", "-fvisibility=hidden", "-Wall", "-Wextra")


class CoreHook(BuildHookInterface[Any]):
    """Puts the core and the examples into what is built."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compiles; a wheel with a core says for which machine it is."""
        root = Path(self.root)
        if version != "editable":  # there they are read where they lie
            build_data["force_include"][str(root / "trials")] = "trialseal/examples"
        target = root / (TARGET if version == "editable" else Path("build") / TARGET.name)
        fault = build(root, target)
        if fault is not None:
            self.app.display_warning(f"no C core, Python will do its work: {fault}")
        elif version != "editable":
            build_data["force_include"][str(target)] = TARGET.relative_to("src").as_posix()
            build_data["pure_python"] = False
            build_data["tag"] = f"py3-none-{sysconfig.get_platform().replace('-', '_').replace('.', '_')}"


def build(root: Path, target: Path, flags: Sequence[str] = ()) -> str | None:
    """Compiles the core; what kept it from that, None if nothing did. An older one is gone either way."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    compiler = shlex.split(os.environ.get("CC", "cc"))
    sources = sorted(str(one) for one in (root / CORE).glob("*.c"))
    with tempfile.TemporaryDirectory(dir=target.parent) as place:
        made = Path(place) / target.name
        words = [*compiler, *FLAGS, *flags, "-o", str(made), *sources, "-lm"]
        try:
            done = subprocess.run(words, capture_output=True, text=True, errors="replace", timeout=300, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"{compiler[0]} does not run ({error})"
        if done.returncode or not made.exists():
            lines = [line for line in done.stderr.splitlines() if "error" in line] or done.stderr.splitlines()
            return f"{' '.join(compiler)} ended with {done.returncode}{': ' + lines[0] if lines else ''}"
        os.replace(made, target)
    return None


if __name__ == "__main__":
    here = Path(__file__).parent
    sys.exit(build(here, here / TARGET))
