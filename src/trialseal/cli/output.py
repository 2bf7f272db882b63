"""What a command prints: words for a person on standard output, or one JSON value; progress on standard error.

Everything passes `escaping`, so that no text from a chain or a file moves the cursor or begins a line. A reader that
closes the pipe, or a disk that is full, never stops a command: what it does must not depend on who listens.
"""

from __future__ import annotations

import errno
import io
import os
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, TextIO

from trialseal import escaping

# Shorter steps end before a progress line can be read.
_QUIET_SECONDS = 1.0


class Streams:
    """Standard output and standard error, which may be closed, full or without a reader; those never stop a command."""

    def __init__(self) -> None:
        self._lost: dict[TextIO, str] = {}  # which take nothing more, and why; '' if nobody reads it

    @staticmethod
    def prepare() -> None:
        """Streams that were closed lead nowhere from now on: no file that is opened later may take their place."""
        for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
            if getattr(sys, name) is None:
                opened = os.open(os.devnull, os.O_RDWR)
                if opened != number:
                    os.dup2(opened, number)
                    os.close(opened)
                setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))
        for stream in (sys.stdout, sys.stderr):  # names of files may be no text at all
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")

    def out(self, text: str) -> None:
        """Writes to standard output."""
        self._put(sys.stdout, text)

    def err(self, text: str) -> None:
        """Writes to standard error, at once."""
        self._put(sys.stderr, text)
        self._flush(sys.stderr)

    def complain(self, sentence: str) -> None:
        """An error, in one line on standard error."""
        self.err(f"trialseal: {escaping.visible(sentence)}\n")

    def end_line(self) -> None:
        """Ends a line of a terminal in which a prompt or ^C may stand."""
        if _is_terminal(sys.stderr):
            self.err("\n")

    def finish(self) -> str | None:
        """Writes out what is left; why standard output did not take all of it, None if it did or has no reader."""
        self._flush(sys.stdout)
        self._flush(sys.stderr)
        return self._lost.get(sys.stdout) or None

    def _put(self, stream: TextIO, text: str) -> None:
        if stream not in self._lost:
            try:
                stream.write(text)
            except (OSError, ValueError) as error:
                self._lose(stream, error)

    def _flush(self, stream: TextIO) -> None:
        if stream not in self._lost:
            try:
                stream.flush()
            except (OSError, ValueError) as error:
                self._lose(stream, error)

    def _lose(self, stream: TextIO, error: Exception) -> None:
        closed = not isinstance(error, OSError) or error.errno in (errno.EPIPE, errno.EBADF, errno.ESHUTDOWN)
        self._lost[stream] = "" if closed else getattr(error, "strerror", None) or str(error)
        # What is buffered still would be written at the end of the process, and fail there once more.
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)


class Output:
    """Where a command's words go. With `as_json`, words are kept back and `value` prints one JSON value; `quiet` leaves
    out what the answer does not need; `verbose` says, on standard error, what was done for it."""

    def __init__(
        self, *, as_json: bool, quiet: bool = False, verbose: bool = False, streams: Streams | None = None
    ) -> None:
        self.as_json = as_json
        self.verbose = verbose
        self._quiet = quiet
        self._asked: list[tuple[float, int]] = []
        self._streams = streams or Streams()
        self._started = time.monotonic()
        self._progress_shown = False

    def say(self, words: str) -> None:
        """A line for a person; nothing with `--json`."""
        if not self.as_json:
            self._end_progress()
            self._streams.out(escaping.visible(words) + "\n")

    def remark(self, words: str, *, always: bool = False) -> None:
        """A line beside the answer; with `--json` nothing, or, where it must be read `always`, on standard error."""
        if self.as_json and always:
            self._end_progress()
            self._streams.complain(words)
        if always or not self._quiet:
            self.say(words)

    def table(self, rows: Sequence[Mapping[str, str]]) -> None:
        """Rows with the same keys as aligned columns under their keys; nothing with `--json`."""
        for line in table(rows).split("\n") if rows else ():
            self.say(line)

    def text(self, text: str) -> None:
        """A whole text, such as CSV for another program: as it is, but made visible on a terminal."""
        self._end_progress()
        self._streams.out(escaping.lines(text) if _is_terminal(sys.stdout) else text)

    def value(self, value: Any) -> None:
        """The answer for a program; nothing without `--json`."""
        if self.as_json:
            self._end_progress()
            self._streams.out(json_line(value))

    def items(self, items: Sequence[str]) -> None:
        """The answer for a program: an array of values, each as `json_item` gives it; nothing without `--json`."""
        if self.as_json:
            self._end_progress()
            self._streams.out("[\n  " + ",\n  ".join(items) + "\n]\n" if items else json_line([]))

    def progress(self, words: str) -> None:
        """What is being done now, if it has taken more than a second and a terminal is there to show it."""
        if not self._quiet and _is_terminal(sys.stderr) and time.monotonic() - self._started > _QUIET_SECONDS:
            self._streams.err(f"\r\033[K{escaping.visible(words)}")
            self._progress_shown = True

    def exchange(self, calls: str, seconds: float, size: int) -> None:
        """An exchange with the node: the calls in it, how many seconds it took, and how many bytes came."""
        self._asked.append((seconds, size))
        self._detail(f"asked the node: {calls}; {size:,} bytes in {seconds:.3f} s")

    def spent(self) -> None:
        """What the command took, where that was asked for."""
        words = f"took {time.monotonic() - self._started:.2f} s"
        if self._asked:
            waited, size = sum(one for one, _ in self._asked), sum(size for _, size in self._asked)
            words += f", {waited:.2f} s of it for {len(self._asked)} exchanges with the node, {size:,} bytes"
        self._detail(words)

    def _detail(self, words: str) -> None:
        if self.verbose:
            self._end_progress()
            self._streams.err(escaping.visible(words) + "\n")

    def log(self, words: str) -> None:
        """A line of a service, with the time: on standard error, at once, with `--json` too."""
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        self._streams.err(f"{now} {escaping.visible(words)}\n")

    def ask(self, words: str) -> None:
        """A part of a question, on standard error; with `--json` too, since it must be answered."""
        self._end_progress()
        end = "\n" if words.endswith("\n") else ""
        self._streams.err(escaping.visible(words.removesuffix("\n")) + end)

    def _end_progress(self) -> None:
        if self._progress_shown:
            self._streams.err("\r\033[K")
            self._progress_shown = False


def table(rows: Sequence[Mapping[str, str]]) -> str:
    """Rows with the same keys as aligned columns under their keys."""
    if not rows:
        return ""
    columns = list(rows[0])
    cells = [columns, *([escaping.visible(row[column]) for column in columns] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells
    )


def json_line(value: Any) -> str:
    """A value as the JSON that is printed."""
    return escaping.json_text(value, default=_plain) + "\n"


def json_item(value: Any) -> str:
    """A value as it stands in an array that is printed."""
    return json_line(value).rstrip("\n").replace("\n", "\n  ")


def _is_terminal(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except ValueError:  # closed
        return False


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        return value.hex()
    return str(value)
