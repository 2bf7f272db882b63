"""`summary`: a trial on one page, with what it does not say before what it says."""

from __future__ import annotations

from pathlib import Path

from trialseal import escaping
from trialseal.cli.bundle.at_hand import folder_or_bundle
from trialseal.cli.session import Session
from trialseal.cli.trial.naming import trial_named
from trialseal.errors import UsageError
from trialseal.evidence.bundle.named import is_bundle
from trialseal.evidence.wording import count
from trialseal.folder.trial_folder import LONGEST_NAME, TrialFolder, folder_of
from trialseal.outputs import write_output
from trialseal.report.summary.page import summary_html
from trialseal.report.summary.view import SummaryView, summary_view
from trialseal.report.trial.trial_view import timeline_view
from trialseal.report.trial.verdict import Verdict, as_of_value, as_shown
from trialseal.report.trial.verifying import verify
from trialseal.values import replace


def summary(session: Session) -> int:
    """Writes the page of the trial that is meant, or in which a file is sealed; exits with the worst answer."""
    args = session.args
    if is_bundle(args.trial):
        if args.bundle:
            raise UsageError("name one bundle at a time: each brings a chain of its own")
        args.bundle = args.trial
        return _of_trial(session, session.opened_bundle.trial, None)
    named = Path(args.trial)
    if len(named.name) <= LONGEST_NAME and named.is_file():
        return _of_file(session, named)
    return _of_trial(session, *trial_named(session, args.trial))


def _of_file(session: Session, file: Path) -> int:
    """The page of the trial in which a file is sealed; without one there is no page, only what the file is."""
    [found] = verify(
        session.reader,
        [file],
        accreditors=session.trusted,
        profile_folders=[session.home / "parties"],
        progress=session.out.progress,
    )
    if found.trial is None:
        session.out.say(found.sentence)
        session.out.say("no page was written: name the trial, or a file that it sealed")
        return found.exit_code or 1
    return _of_trial(session, found.trial, folder_of(file), found)


def _of_trial(session: Session, trial: bytes, folder: TrialFolder | None, found: Verdict | None = None) -> int:
    with folder_or_bundle(session, trial, folder) as at_hand:
        return _written(session, trial, at_hand, found)


def _written(session: Session, trial: bytes, folder: TrialFolder | None, found: Verdict | None) -> int:
    args, out = session.args, session.out
    shown = timeline_view(session.reader, session.home, trial, folder)
    trusted = session.trusted
    view = summary_view(session.reader, shown, *_command(session, trial), trusted)
    if found is not None:
        digest = found.digest.hex() if found.digest else ""
        told = as_shown(found)
        if view.undetermined or view.contradiction is not None:  # neither what holds nor what fails
            told = replace(told, answer="undetermined")
        view = replace(view, file=told, file_digest=digest)
    target = Path(args.html)
    write_output(target, summary_html(view).encode())
    if found is not None:
        out.say(found.sentence)
    for reason in view.undetermined:
        out.say(f"cannot be determined: {reason}")
    out.say(f"{count(len(view.documents), 'sealed document')} on the page: {escaping.path(target)}")
    out.say("  the page proves nothing by itself: it says how to check it")
    out.value(_value(session, view, target))
    code = found.exit_code if found is not None else 0
    return code or (0 if shown.page.complete else 2)


def _command(session: Session, trial: bytes) -> tuple[str, str]:
    """The command by which somebody else sees the same, and from what it reads.

    A node's address is theirs to choose, and the maker's to keep: it may hold a key.
    """
    command = f"trialseal history {trial.hex()}"
    if session.args.bundle:
        name = escaping.argument(Path(session.args.bundle).name)
        return f"{command} --bundle {name} --block-hash HASH", "It reads the bundle, which is not believed"
    chain = session.reader.chain_id()
    return (
        f"{command} --network NODE --block-hash HASH",
        f"NODE is the address of any node of chain {chain}, which is not believed",
    )


def _value(session: Session, view: SummaryView, target: Path) -> dict[str, object]:
    return {
        "trial": view.trial,
        "sponsor": view.sponsor_id,
        "accreditations": list(view.party_vouchers),
        "registry_ids": list(view.numbers),
        "also": view.others,
        "acts": view.acts,
        "file": str(target),
        "as_of": as_of_value(session.reader.as_of()),
        "undetermined": list(view.undetermined),
        "documents": [
            {"what": one.what, "endpoints": one.endpoints, "time": one.time, "digest": one.digest, "note": one.note}
            for one in view.documents
        ],
        "check": view.command,
        "qr_code": view.code,
    }
