"""The command: parses, calls, prints."""

from __future__ import annotations

import importlib
import io
import json
import sys
from collections.abc import Sequence

from trialseal.cli.output import Output
from trialseal.cli.parser import build_parser
from trialseal.errors import TrialsealError

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code; every error is one sentence on standard error."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in arguments
    for stream in (sys.stdout, sys.stderr):  # names of files may be no text at all
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        args = build_parser().parse_args(arguments)
        from trialseal.cli.session import Session

        module, function = args.run.split(":")
        command = getattr(importlib.import_module(f"trialseal.cli.{module}"), function)
        code: int = command(Session(args, Output(as_json=args.json)))
        sys.stdout.flush()
    except TrialsealError as error:
        _complain(str(error), error.exit_code, as_json=as_json)
        return error.exit_code
    except BrokenPipeError:  # the reader of our output, such as head, has seen enough
        sys.stderr.close()
        return 0
    except OSError as error:
        where = f"{error.filename}: " if error.filename else "writing the answer: "
        _complain(f"{where}{error.strerror or error}; give access to it, or name another place", 3, as_json=as_json)
        return 3
    except KeyboardInterrupt:
        _complain("stopped; what was sent already is found again by the same command", INTERRUPTED, as_json=as_json)
        return INTERRUPTED
    return code


def _complain(sentence: str, code: int, *, as_json: bool) -> None:
    print(f"trialseal: {sentence}", file=sys.stderr)
    if as_json:
        print(json.dumps({"error": sentence, "exit_code": code}, ensure_ascii=False))
