"""Who is asked before an act: whoever sends what fails or is final; of what only stays, a person at a terminal."""

from __future__ import annotations

import io
import sys

import pytest

from trialseal.acts.asking import asker
from trialseal.acts.desk import Question, refuse
from trialseal.errors import UsageError

FINAL = Question(("a key is removed",), ("this cannot be undone",))
LASTING = Question(("a trial is registered",), (), lasting=("the trial",))
BOTH = Question(("a trial is registered",), ("it is late",), lasting=("the trial",))


class Typed(io.StringIO):
    def isatty(self) -> bool:
        return True


def answered(question: Question, typed: str | None, monkeypatch: pytest.MonkeyPatch, *, yes: bool = False) -> str:
    """What is shown where a person types that, or where nobody sits at a terminal."""
    shown: list[str] = []
    for name in ("stdin", "stderr"):
        monkeypatch.setattr(sys, name, io.StringIO() if typed is None else Typed(typed))
    asker(yes=yes, write=shown.append)(question)
    return "".join(shown)


@pytest.mark.parametrize("question", [FINAL, LASTING, BOTH])
def test_a_person_is_asked_whether_it_is_final_or_stays(question: Question, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = answered(question, "y\n", monkeypatch)
    assert shown.startswith(f"to be sent: {question.acts[0]}\n") and shown.endswith("Go on? [y/N] ")
    assert ("this stays: the trial" in shown) == bool(question.lasting)
    with pytest.raises(UsageError, match="answered no: nothing was sent"):
        answered(question, "n\n", monkeypatch)
    assert answered(question, "n\n", monkeypatch, yes=True) == ""


def test_a_script_is_stopped_by_what_is_final_and_not_by_what_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    assert answered(LASTING, None, monkeypatch) == ""
    for question in (FINAL, BOTH):
        with pytest.raises(UsageError, match="run the same command with --yes; nothing was sent"):
            answered(question, None, monkeypatch)
        assert answered(question, None, monkeypatch, yes=True) == ""
        with pytest.raises(UsageError):
            refuse(question)
    refuse(LASTING)


def test_what_an_act_rests_on_is_read_before_why_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    question = LASTING._replace(shown=("changed since version 1:", "  12 week, is 24 week\x1b[2J"))
    assert answered(question, "y\n", monkeypatch).splitlines()[:4] == [
        "to be sent: a trial is registered",
        "  changed since version 1:",
        "    12 week, is 24 week\\x1b[2J",
        "  this stays: the trial",
    ]
    refuse(question)
    assert answered(question, None, monkeypatch) == ""  # it is no reason to stop a script
