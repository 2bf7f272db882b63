"""Questions before an act: what is shown, who answers, and what an answer is."""

from __future__ import annotations

import sys
from argparse import Namespace

from trialseal.acts.desk import Ask, Question
from trialseal.cli.output import Output
from trialseal.errors import UsageError

_YES = ("y", "yes")


def asker(args: Namespace, out: Output) -> Ask:
    """Asks a person at a terminal; `--yes` and `--confirm` answer before, and without either a terminal is needed."""

    def ask(question: Question) -> None:
        if question.typed:
            _typed(question, getattr(args, "confirm", None), out)
        elif not getattr(args, "yes", False):
            _agreed(question, out)

    return ask


def _typed(question: Question, given: str | None, out: Output) -> None:
    if given is not None:
        if given.strip() != question.typed:
            raise UsageError(f"--confirm {given} is not {question.typed}: nothing was sent")
        return
    if not _is_terminal():
        raise UsageError(f"{_why(question)} confirm it with --confirm {_quoted(question.typed)}; nothing was sent")
    _show(question, out)
    if _line(f"Type {question.typed} to go on: ", out) != question.typed:
        raise UsageError("not confirmed: nothing was sent")


def _agreed(question: Question, out: Output) -> None:
    if not _is_terminal():
        raise UsageError(f"{_why(question)} if it is meant, run the same command with --yes; nothing was sent")
    _show(question, out)
    if _line("Go on? [y/N] ", out).lower() not in _YES:
        raise UsageError("answered no: nothing was sent")


def _show(question: Question, out: Output) -> None:
    for act in question.acts:
        out.ask(f"to be sent: {act}\n")
    for reason in question.reasons:
        out.ask(f"  {reason}\n")


def _line(words: str, out: Output) -> str:
    """A typed line; none at the end of what is typed."""
    out.ask(words)
    return sys.stdin.readline().strip()


def _why(question: Question) -> str:
    first, *others = question.reasons
    more = f" (and {len(others)} more)" if others else ""
    return first + more + ("" if first.endswith("?") and not more else ":")


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text


def _is_terminal() -> bool:
    try:
        return sys.stdin.isatty() and sys.stderr.isatty()
    except ValueError:  # closed
        return False
