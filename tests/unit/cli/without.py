"""Runs commands in a process of its own that lacks packages and parts of the system: python without.py < JSON.

Reads {"blocked": [modules], "lacking": {module: [attributes]}, "lines": [[words]]}; writes [[exit code, error]].
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shlex
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module


class _Blocked:
    """Finds none of these packages."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)

    def find_spec(self, name: str, *_: object) -> None:
        if name.partition(".")[0] in self._names:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def examples() -> list[list[str]]:
    """The words of each command's own example, and its name alone."""
    from trialseal.cli.parser import build_parser

    found: list[list[str]] = []
    todo = [build_parser()]
    while todo:
        parser = todo.pop()
        below = [one for action in parser._actions for one in _below(action)]
        todo += below
        if not below:
            found.append(parser.prog.split()[1:])
            if parser.epilog:
                found += [shlex.split(line)[1:] for line in parser.epilog.splitlines() if "trialseal " in line]
    return found


def _below(action: object) -> list:  # type: ignore[type-arg]
    choices = getattr(action, "choices", None)
    return list(choices.values()) if isinstance(choices, dict) else []


def run(words: Sequence[str]) -> tuple[int | str | None, str]:
    """A command's exit code and what it says on standard error."""
    from trialseal.cli import main

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code: int | str | None = main(words)
        except SystemExit as ended:
            code = ended.code
    return code, err.getvalue() or out.getvalue()


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    sys.stdin = open(os.devnull)  # noqa: SIM115
    sys.meta_path.insert(0, _Blocked(asked["blocked"]))  # type: ignore[arg-type]
    for name in asked["blocked"]:
        sys.modules.pop(name, None)
    for module, names in asked["lacking"].items():
        for name in names:
            if hasattr(import_module(module), name):
                delattr(import_module(module), name)
    json.dump([[words, *run(words)] for words in asked["lines"]], sys.stdout)
