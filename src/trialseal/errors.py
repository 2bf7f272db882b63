"""What can go wrong, by exit code: the message of each error is the one sentence that the user reads."""

from __future__ import annotations


class TrialsealError(Exception):
    """Root of every error that trialseal raises on purpose; `exit_code` is the command's."""

    exit_code = 1


class FailedError(TrialsealError):
    """A check fails, a document breaks a rule of its model, or the chain refused an act."""

    exit_code = 1


class UndeterminedError(TrialsealError):
    """The answer cannot be had: the chain is out of reach, or what must be read is not there."""

    exit_code = 2


class UsageError(TrialsealError):
    """Wrong use: an argument, a file, a folder or a password that cannot be worked with."""

    exit_code = 3
