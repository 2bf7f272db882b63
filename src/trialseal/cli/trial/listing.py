"""trials: every trial on the chain, a page at a time, and whether these are all; or those of a table alone."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from trialseal import escaping
from trialseal.cli.output import json_item
from trialseal.cli.session import Session
from trialseal.cli.times import when
from trialseal.errors import FailedError, UsageError
from trialseal.evidence.wording import count
from trialseal.files import read_file
from trialseal.ledger.acts import MilestoneRecorded, ResultReported, TrialRegistered
from trialseal.ledger.claims import numbers_of
from trialseal.ledger.listing import PAGE, TrialList
from trialseal.ledger.records import History
from trialseal.spreadsheets import csv_rows

_COLUMNS = (
    "trial",
    "registry ids",
    "code",
    "sponsor",
    "registered",
    "protocols",
    "milestones",
    "results",
    "acts",
    "complete",
)
_ID = re.compile("[0-9a-f]{64}")
_LARGEST_TABLE = 64 << 20


def trials(session: Session) -> int:
    """Every trial on the chain, or one page of them, with what was done in it."""
    args, out, chain = session.args, session.out, session.reader
    if args.csv == "-" and args.json:
        raise UsageError("--csv - and --json both want standard output: choose one")
    if args.page is not None and args.page < 1:
        raise UsageError(f"--page {args.page} is not a page: the first is 1")
    if args.of is not None and args.page is not None:
        raise UsageError("--of and --page both choose trials: name one of the two")
    if args.of is not None:
        known = ids_in(Path(args.of))
        rows_of_page, listed = _of_known(session, known), None
    else:
        listed = chain.trial_list()
        rows_of_page = _pages(session, listed)
    # Of very many trials only the text is kept, and a table is shown page by page.
    lines = [csv_rows([_COLUMNS])]
    items: list[str] = []
    number, whole = 0, True
    for rows in rows_of_page:
        number += len(rows)
        whole = whole and all(row["complete"] for row in rows)
        if args.csv:
            lines.append(csv_rows(list(row.values()) for row in rows))
        else:
            out.table([{name: str(value) for name, value in _brief(row).items()} for row in rows])
        if out.as_json:
            items += map(json_item, rows)
    if listed and args.page and not number and not listed.gap and listed.count:
        pages = -(-listed.count // PAGE)
        raise UsageError(f"--page {args.page} is behind the last: this chain's trials fill {count(pages, 'page')}")
    if args.csv == "-":
        out.text("".join(lines))
        return 0
    if args.csv:
        from trialseal.outputs import write_output

        write_output(Path(args.csv), "".join(lines).encode())
        out.say(f"{count(number, 'trial')} written to {args.csv}")
    elif not number:
        out.say(f"no registration is shown on chain {chain.chain_id()}")
    if listed:
        _say_whether_all(session, listed, number)
    else:
        named = escaping.path(args.of)
        out.say(f"{count(number, 'trial')} of {named}; whether the chain has others was not asked: leave out --of")
    out.items(items)
    return 0 if whole and not (listed and listed.gap) else 2


def _pages(session: Session, listed: TrialList) -> Iterator[list[dict[str, Any]]]:
    """The rows of each page that is wanted."""
    chain, done = session.reader, 0
    for page in listed.pages(only=session.args.page):
        done += len(page)
        session.out.progress(f"reading {count(done, 'trial')} …")
        chain.load_acts(first.trial for first in page)
        rows = []
        for first in page:
            try:
                rows.append(_row(session, first.trial, chain.history(first.trial), first))
            except FailedError:  # a log of a registration that state knows nothing of
                continue
        yield rows
        chain.forget()


def _of_known(session: Session, known: Sequence[bytes]) -> Iterator[list[dict[str, Any]]]:
    """The rows of trials whose ids are known; FailedError if the chain has none with one of these ids."""
    chain = session.reader
    for start in range(0, len(known), PAGE):
        page = known[start : start + PAGE]
        session.out.progress(f"reading {count(start + len(page), 'trial')} …")
        chain.load_acts(page)
        yield [_row(session, trial, chain.history(trial)) for trial in page]
        chain.forget()


def ids_in(path: Path) -> list[bytes]:
    """The ids in the first column of a table that `--csv` wrote, each once, in order; UsageError if it is none."""
    shown = escaping.path(path)
    found: dict[bytes, None] = {}
    try:
        text = read_file(path, _LARGEST_TABLE).decode("utf-8-sig")
        rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        if next(rows, [])[:1] != list(_COLUMNS[:1]):
            raise UsageError(f"{shown} does not begin with the column trial: name a table that trials --csv wrote")
        for row in rows:
            if not _ID.fullmatch(row[0] if row else ""):
                raise UsageError(f"{shown}, line {rows.line_num}: the first cell is not a trial's id of 64 digits")
            found[bytes.fromhex(row[0])] = None
    except (UnicodeDecodeError, csv.Error):
        raise UsageError(f"{shown} is not a CSV file: name a table that trials --csv wrote") from None
    if not found:
        raise UsageError(f"{shown} lists no trial: name a table that has one")
    return list(found)


def _say_whether_all(session: Session, listed: TrialList, number: int) -> None:
    if listed.gap:
        session.out.say(f"not complete: {listed.gap}")
    elif session.args.page is None:
        session.out.say(f"complete: the contract counts {count(listed.count, 'trial')}, all of them here")
    else:
        session.out.say(
            f"page {session.args.page} of {-(-listed.count // PAGE):,}; complete: the contract counts "
            f"{count(listed.count, 'trial')}, the registrations of all were read, {number:,} are here"
        )


def _brief(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "trial": row["trial"][:12] + "…"}


def _row(session: Session, trial: bytes, history: History, first: TrialRegistered | None = None) -> dict[str, Any]:
    """`first` is the registration, where it is known already; else the first act is, if it is shown."""
    from trialseal.report.words import trial_code

    acts = history.acts
    if first is None and acts and isinstance(acts[0], TrialRegistered):
        first = acts[0]
    numbers = [one.number for one in numbers_of(acts) if not one.withdrawn_at]
    sponsor = history.state.sponsor
    own = next((p.legal_name for p in session.parties if p.party == sponsor), None)
    values = (
        trial.hex(),
        " ".join(numbers),
        trial_code(first.code) if first else "",
        escaping.name(own) if own else f"party {sponsor.hex()[:8]}…",
        when(first.time) if first else "",
        history.state.versions[1],
        sum(isinstance(act, MilestoneRecorded) for act in acts),
        sum(isinstance(act, ResultReported) for act in acts),
        len(acts),
        history.complete,
    )
    return dict(zip(_COLUMNS, values, strict=True))
