"""Questions before an act: what is shown, who answers, and what an answer is."""

from __future__ import annotations

import sys
from collections.abc import Callable

from trialseal.acts.desk import Ask, Question
from trialseal.errors import UsageError
from trialseal.escaping import visible

Write = Callable[[str], object]
_YES = ("y", "yes")


def asker(*, yes: bool = False, confirm: str | None = None, write: Write) -> Ask:
    """Asks a person at a terminal, with `write`; `yes` and `confirm` answer before.

    `yes` answers nothing that has to be typed, and `confirm` is what would be.
    """

    def ask(question: Question) -> None:
        if question.typed:
            _typed(question, confirm, write)
        elif not yes and (question.reasons or _is_terminal()):
            agreed(_why(question), lambda: _show(question, write), write, "nothing was sent")

    return ask


def _typed(question: Question, given: str | None, write: Write) -> None:
    if given is not None:
        if given.strip() != question.typed:
            raise UsageError(f"--confirm {given} is not {question.typed}: nothing was sent")
        return
    if not _is_terminal():
        raise UsageError(f"{_why(question)} confirm it with --confirm {_quoted(question.typed)}; nothing was sent")
    _show(question, write)
    if _line(f"Type {question.typed} to go on: ", write) != question.typed:
        raise UsageError("not confirmed: nothing was sent")


def agreed(why: str, show: Callable[[], object], write: Write, undone: str) -> None:
    """Shows something and asks for a yes; UsageError if the answer is no, or nobody is there to give it: then `why`
    says what it is about. `undone` is what was not done: nothing was sent."""
    if not _is_terminal():
        raise UsageError(f"{why} if it is meant, run the same command with --yes; {undone}")
    show()
    if _line("Go on? [y/N] ", write).lower() not in _YES:
        raise UsageError(f"answered no: {undone}")


def _show(question: Question, write: Write) -> None:
    for act in question.acts:
        write(f"to be sent: {visible(act)}\n")
    for line in question.shown:
        write(f"  {visible(line)}\n")
    for reason in _all(question):
        write(f"  {visible(reason)}\n")


def _line(words: str, write: Write) -> str:
    """A typed line; none at the end of what is typed."""
    write(words)
    return sys.stdin.readline().strip()


def _all(question: Question) -> tuple[str, ...]:
    return (*question.reasons, *(f"this stays: {one}" for one in question.lasting))


def _why(question: Question) -> str:
    first, *others = _all(question)
    more = f" (and {len(others)} more)" if others else ""
    return first + more + ("" if first.endswith("?") and not more else ":")


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text


def _is_terminal() -> bool:
    try:
        return sys.stdin.isatty() and sys.stderr.isatty()
    except ValueError:  # closed
        return False
