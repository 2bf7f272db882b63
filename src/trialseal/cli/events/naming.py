"""`events who`: from a participant's number to their pseudonym and back, at the site that holds the key."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from trialseal.cli.events.stores import site_key
from trialseal.cli.session import Session
from trialseal.errors import FailedError, UsageError
from trialseal.files import open_text

_is_pseudonym = re.compile(r"[0-9a-f]{32}").fullmatch
_DIGITS = 6
"""Numbers of up to so many digits are tried where no list is given: about a million."""


def who(session: Session) -> int:
    """Says each number's pseudonym, each pseudonym's number; 2 if one was not found."""
    from trialseal.streams.pseudonyms import pseudonym

    args, out = session.args, session.out
    key = site_key(session, make=False)
    wanted = {name for name in args.names if _is_pseudonym(name)}
    found: dict[str, str] = {}
    if wanted:
        numbers: Iterable[str] = chain.from_iterable(map(_cells, args.list)) if args.list else _running()
        for number in numbers:
            if (made := pseudonym(key, number)) in wanted:
                found[made] = number
                if len(found) == len(wanted):
                    break
    for name in args.names:
        if name not in wanted:
            out.say(f"{name} is {pseudonym(key, name)}")
        elif name in found:
            out.say(f"{name} is {found[name]}")
        else:
            tried = "no cell of the lists gives it" if args.list else f"no number of up to {_DIGITS} digits gives it"
            out.say(
                f"{name} was not found by this key: {tried}; name a list of the site's participants with --list FILE"
            )
    out.value({name: found.get(name) if name in wanted else pseudonym(key, name) for name in args.names})
    return 2 if len(found) < len(wanted) else 0


def _running() -> Iterator[str]:
    for digits in range(1, _DIGITS + 1):
        for number in range(10**digits):
            yield f"{number:0{digits}}"


def _cells(name: str) -> Iterator[str]:
    """Every cell of a table of text, whatever separates them."""
    with open_text(Path(name), "utf-8-sig") as file:
        try:
            for row in csv.reader(re.sub("[;\t]", ",", line) for line in file):
                yield from (cell.strip() for cell in row)
        except UnicodeDecodeError:
            raise UsageError(f"{name} is not UTF-8: save it as UTF-8") from None
        except csv.Error as error:
            raise FailedError(f"{name} is not a table of text: {error}") from None
