"""The command: parses, calls, prints."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, NoReturn

from trialseal.errors import FAULT, INTERRUPTED, FailedError, TrialsealError, UsageError

if TYPE_CHECKING:
    from trialseal.cli.output import Streams
    from trialseal.cli.session import Session


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code; every error is one sentence on standard error.

    Whatever a reader of our output does, the code is that of the answer: a pipe that is closed early changes nothing.
    """
    is_program = arguments is None
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    try:
        with _stopped_by_signals(), _seldom_collecting():
            # Imported in here, so that Ctrl-C while it loads is a sentence too.
            from trialseal.cli.output import Streams

            streams = Streams()
            streams.prepare()
            return _answer(arguments, streams)
    except KeyboardInterrupt:
        with suppress(OSError, ValueError):
            print(f"trialseal: {_STOPPED}", file=sys.stderr, flush=True)
        return INTERRUPTED
    finally:
        if is_program:
            gc.freeze()  # the process ends: it would look for cycles in all that was loaded, a tenth of a second


def _answer(arguments: list[str], streams: Streams) -> int:
    """Runs a command; says what kept it from its answer."""
    from trialseal import escaping, extras
    from trialseal.cli.output import json_line

    faults: tuple[str, ...] = ()
    try:
        try:
            with extras.named():
                code = _run(arguments, streams)
        finally:
            lost = streams.finish()
        if lost is None:
            return code
        sentence = f"writing the answer: {lost}: make room, or write it to another place"
        code = code or UsageError.exit_code  # that something fails is true, although not all of it could be written
    except TrialsealError as error:
        sentence, code = str(error), error.exit_code
        faults = error.faults if isinstance(error, FailedError) else ()
    except OSError as error:
        where = f"{escaping.path(os.fsdecode(error.filename))}: " if isinstance(error.filename, str | bytes) else ""
        sentence = f"{where}{error.strerror or error}: give access to it, or name another place"
        code = UsageError.exit_code
    except KeyboardInterrupt:
        streams.end_line()
        sentence, code = _STOPPED, INTERRUPTED
    except MemoryError:
        sentence = "not enough memory: close other programs, or give smaller files"
        code = UsageError.exit_code
    except Exception as error:
        sentence, code = fault_sentence(error), FAULT
    streams.complain(sentence)
    if "--json" in arguments:
        several = {"faults": list(faults)} if len(faults) > 1 else {}
        streams.out(json_line({"error": sentence, "exit_code": code, **several}))
        streams.finish()
    return code


_STOPPED = "stopped: run the same command to continue"


def _run(arguments: list[str], streams: Streams) -> int:
    import importlib
    import warnings

    from trialseal.cli.output import Output
    from trialseal.cli.parser import build_parser
    from trialseal.cli.session import Session

    # `trialseal` alone and `trialseal help [COMMAND]` show help, as in other programs.
    if not arguments or arguments[0] == "help":
        arguments = [*arguments[1:], "--help"]
    args = build_parser(arguments[0]).parse_args(arguments)
    module, function = args.run.split(":")
    with warnings.catch_warnings():
        if not sys.warnoptions:
            warnings.simplefilter("ignore")  # meant for who programs with a library
        command = getattr(importlib.import_module(f"trialseal.cli.{module}"), function)
        out = Output(as_json=args.json, quiet=args.quiet, verbose=args.verbose, streams=streams)
        session = Session(args, out)
        try:
            code = _of_one_block(command, session)
        except FailedError as error:
            # That a node shows no such trial is no more certain than the block that it shows.
            error.exit_code = session.exit_code(error.exit_code)
            raise
        finally:
            out.spent()
    return session.exit_code(code)


# Nodes that keep no state but the newest block's are read so often at most.
_MOST_READINGS = 4


def _of_one_block(command: Callable[[Session], int], session: Session) -> int:
    """The command's answer, all of it as of one block: begun anew, a few times, where the node left that behind."""
    from trialseal.ledger.at_block import BlockGone
    from trialseal.ledger.rpc import NobodyThere

    for reading in range(1, _MOST_READINGS + 1):
        try:
            return command(session)
        except BlockGone as gone:
            if not session.reads:
                raise
            if reading == _MOST_READINGS:
                raise BlockGone(f"read {reading} times, each time anew: {gone}") from None
            session.begin_anew()
        except NobodyThere as error:
            raise NobodyThere(error.where, session.without_node()) from None
    raise AssertionError("the last reading returns or raises")


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """SIGTERM ends a command as Ctrl-C does, so that nothing is left half done."""

    def stop(number: int, frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, stop)
    except ValueError:  # not the main thread, which alone hears signals
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """Looks for cycles of garbage only now and then: of thousands of files all evidence is kept, and none is found."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def fault_sentence(error: Exception) -> str:
    """What to report: kind and place only, since a message may hold what is private."""
    from trialseal import __version__

    places: list[str] = []
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename.replace(os.sep, "/")
        if "/trialseal/" in name:
            places.append(f"{name.rpartition('/trialseal/')[2]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return (
        f"a fault of this program ({type(error).__name__} at {' '.join(places[-3:]) or 'start'}, version "
        f"{__version__}): "
        "report this line and your command as README.md says under 'A fault of this program'; nothing is sent twice "
        "when you run it again"
    )
