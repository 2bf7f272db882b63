"""`init`: a trial's folder, with sheets that hold what its protocol says; and what to know before it is sealed."""

from __future__ import annotations

import os
from pathlib import Path

from trialseal import escaping
from trialseal.cli.init import asking
from trialseal.cli.session import Session
from trialseal.documents import endpoint_rows, synopsis
from trialseal.documents.synopsis import LATER
from trialseal.errors import FailedError, TrialsealError, UsageError
from trialseal.evidence.wording import count
from trialseal.files import read_file, write_bytes
from trialseal.folder import layout, sheets
from trialseal.ledger import networks
from trialseal.ledger.chain import Chain
from trialseal.ledger.fees import ether
from trialseal.registries.drafting import draft_from

# What a trial's folder may hold before it has a protocol; anything else is somebody's own.
_BEFORE = frozenset(
    {
        layout.SYNOPSIS, *layout.ENDPOINT_SHEETS, layout.PROTOCOL, layout.REGISTRY_RECORD, layout.RESULTS,
        layout.SPONSOR, layout.DOCUMENTS, layout.DATA, layout.PARTIES,
    }
)  # fmt: skip
_REGISTER_GAS = 130_000
"""What it takes to register a trial with twelve endpoints; docs/gas.md has it to the unit."""
_WEI = 10**18
_MOST_FOLDERS = 2_000
_LARGEST_SHEET = 16 << 20


def init(session: Session) -> int:
    """Begins or takes up a trial's folder: by questions, by a file of answers, or as a draft from a record."""
    args = session.args
    if args.source and (args.each or args.csv or (Path(args.source).is_dir() and not args.number)):
        from trialseal.cli.init.many import init_each

        return init_each(session)
    if args.each or args.csv:
        raise UsageError("--each and --csv are about many trials: name the registry's downloads with --from")
    if args.folder is None:
        raise UsageError("name the trial's new folder, as in trialseal init my-trial")
    folder = Path(args.folder)
    begun = _begun(folder)
    given = _answers_given(args.answers, folder) if args.answers else {}
    if args.source and (args.answers or args.endpoints):
        raise UsageError("a record drafts answers and endpoints: leave --answers and --endpoints out")
    if args.source:
        if begun:
            raise UsageError(f"{folder} was begun already: a draft is made into a new folder")
        _draft(session, folder)
    if not args.source and not begun and not args.answers and not asking.is_terminal():
        raise UsageError(f"there is no terminal to ask at: give --answers FILE, of which {_FORM}; nothing was written")
    if args.endpoints:
        _take_endpoints(folder, Path(args.endpoints))
    path = folder / layout.SYNOPSIS
    answers = sheets.read_synopsis(path) if os.path.lexists(path) else {}
    if wrong := list(synopsis.faults(answers, str(path))):
        raise FailedError(wrong[0], tuple(wrong))
    answers |= given
    if sheets.endpoint_sheet(folder) is None:
        sheets.write_endpoint_rows(folder, [])
    if args.answers or args.source:  # nobody was asked for the others
        answers = {one.name: LATER for one in synopsis.ITEMS if not one.often} | answers
    sheets.write_synopsis(folder, answers)
    if asking.is_terminal() and not args.answers:
        _ask(session, folder, answers)
    return _told(session, folder)


_FORM = "docs/protocols.md shows the form"


def _ask(session: Session, folder: Path, answers: dict[str, str]) -> None:
    write = session.out.ask
    write(
        f"Each answer is kept in {escaping.path(folder)} at once. Enter, or 'later', puts it off. Ctrl-C stops; the "
        f"same command goes on. 'back' asks the question before again; later, edit {layout.SYNOPSIS} there.\n"
    )
    asking.ask_synopsis(folder, answers, write, lambda code: _require_new(folder, code))
    sheet = sheets.endpoint_sheet(folder)
    if sheet is None or sheet.suffix != ".csv":
        return  # a workbook is its owner's to fill
    rows = [row for _, row in sheets.read_endpoint_rows(sheet)]
    asking.ask_confirmations(folder, rows, write)
    asking.ask_endpoints(folder, rows, write)


def _begun(folder: Path) -> bool:
    """Whether init began this folder; UsageError if it is there for something else."""
    if not os.path.lexists(folder):
        return False
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder: name a new one")
    names = {one for one in os.listdir(folder) if not one.startswith(".")}
    if layout.SYNOPSIS in names:
        return True
    if layout.PROTOCOL in names:
        raise UsageError(
            f"{folder} has a {layout.PROTOCOL} already: trialseal validate {escaping.argument(folder)} checks it"
        )
    if others := sorted(names - _BEFORE):
        raise UsageError(f"{folder} holds {escaping.path(others[0])}, which init did not write: name a new folder")
    return False


def _answers_given(path: str, folder: Path) -> dict[str, str]:
    """The answers in a file; FailedError with each that cannot be one, before anything is written."""
    answers = {item: answer for item, answer in sheets.read_synopsis(Path(path)).items() if answer}
    wrong = list(synopsis.faults(answers, path))
    code = answers.get("code", LATER)
    if not wrong and code.casefold() != LATER:
        _require_new(folder, code)
    if len(wrong) > 1:
        raise FailedError(f"{wrong[0]} (and {len(wrong) - 1} more)", tuple(wrong))
    if wrong:
        raise FailedError(wrong[0])
    return answers


def _require_new(folder: Path, code: str) -> None:
    """UsageError if another folder beside this one is of a trial with that code."""
    from trialseal.folder.trial_folder import TrialFolder

    around = Path(os.path.abspath(folder))
    try:
        beside = sorted(one for one in around.parent.iterdir() if one.is_dir() and not one.is_symlink())
    except OSError:
        return
    for one in beside[:_MOST_FOLDERS]:
        if one != around and TrialFolder(one).code == code:
            raise UsageError(f"{code} is the code of the trial in {one.name}: give each trial its own")


def _take_endpoints(folder: Path, path: Path) -> None:
    """Copies a sheet of endpoints into the folder; FailedError with every fault of it."""
    if (there := sheets.endpoint_sheet(folder)) is not None:
        raise UsageError(f"{there} is there already: edit it, or move it away")
    if path.suffix.lower() not in (".csv", ".xlsx"):
        raise UsageError(f"{path} is not .csv or .xlsx: save the sheet in one of these forms")
    endpoint_rows.endpoints_of(sheets.read_endpoint_rows(path), (), str(path))
    write_bytes(folder / f"endpoints{path.suffix.lower()}", read_file(path, _LARGEST_SHEET), overwrite=False)


def _draft(session: Session, folder: Path) -> None:
    draft = draft_from(session.args.source, session.args.number)
    sheets.write_draft(folder, draft)
    out = session.out
    out.say(f"{escaping.path(folder)} is drafted from {escaping.name(draft.source)}, which is not the protocol")
    if draft.left_out:
        out.say("left out, because the model does not hold it:")
        for sentence in draft.left_out:
            out.say(f"  - {sentence}")


def _told(session: Session, folder: Path) -> int:
    """What the folder lacks still, and what is to be known before anything is sealed."""
    out, place = session.out, escaping.path(folder)
    answers = sheets.read_synopsis(folder / layout.SYNOPSIS)
    sheet = sheets.endpoint_sheet(folder)
    assert sheet is not None
    rows = [row for _, row in sheets.read_endpoint_rows(sheet)]
    later, open_ones = synopsis.left_for_later(answers), endpoint_rows.unconfirmed(rows)
    out.say(f"{place} has {layout.SYNOPSIS} and {sheet.name} with {count(len(rows), 'endpoint')}")
    if later:
        out.say(f"  left for later: {', '.join(later)}")
    if not rows:
        out.say(f"  write a row for each endpoint into {sheet.name}")
    if open_ones:
        out.say(
            f"  {len(open_ones)} of {count(len(rows), 'endpoint')} are drafted and not confirmed: compare each with "
            "the protocol's own text, and write who did and when into the column confirmed"
        )
    typed = escaping.argument(place)
    out.say(f"next: trialseal validate {typed}, then trialseal register {typed} --dry-run")
    cost = _cost(session)
    known = {
        "public once you register": "fingerprints (SHA-256) of protocol and endpoints, how many endpoints, the trial's "
        "code, your party's id and keys, and the time",
        "stays here": f"the text of every document. Keep {place} and a backup of it: without the files nobody can show "
        "what was sealed",
        "cannot be undone": "each act on the chain, the registration first; a later act can correct one, and both "
        "stay visible",
        "cost": cost,
    }
    for what, words in known.items():
        out.say(f"{what}: {words}")
    out.value(
        {"folder": str(folder), "endpoints": len(rows), "later": later, "unconfirmed": open_ones, "to_know": known}
    )
    return 0


def _cost(session: Session) -> str:
    """What a registration costs, by the figures of the network that is asked, where it answers."""
    gas = f"about {_REGISTER_GAS:,} gas for a registration"
    try:
        chain = Chain(networks.resolve(session.args.network or session.settings.network, session.home))
        price = int(chain.rpc.call("eth_gasPrice", []), 16) * _REGISTER_GAS
    except TrialsealError:
        return f"{gas}; register --dry-run tells what that is on your network"
    network = chain.network
    money = f" ({price / _WEI * network.per_ether:,.2f} {network.currency})" if network.per_ether else ""
    return f"{gas}, now {ether(price)}{money} on {network.name}"
