"""What can go wrong, by exit code: the message of each error is the one sentence that the user reads."""

from __future__ import annotations

# Exit codes beside those of the errors below.
FAULT = 4
"""A fault of this program: an error that nobody raised on purpose."""
INTERRUPTED = 130
"""Stopped by Ctrl-C or SIGTERM."""


class TrialsealError(Exception):
    """Root of every error that trialseal raises on purpose; `exit_code` is the command's."""

    exit_code = 1


class FailedError(TrialsealError):
    """A check fails, a document breaks a rule of its model, or the chain refused an act.

    `faults` holds a sentence for each thing that is wrong, where several are known.
    """

    exit_code = 1

    def __init__(self, sentence: str = "", faults: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.faults = faults or (sentence,)


class UndeterminedError(TrialsealError):
    """There is no answer: the chain is out of reach, or what must be read is missing."""

    exit_code = 2


class UsageError(TrialsealError):
    """An argument, a file, a folder or a password that must be corrected."""

    exit_code = 3
