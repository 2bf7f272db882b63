"""Which trial is meant: by its folder, a registry number, or its id."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from trialseal.cli.session import Session
from trialseal.errors import FailedError, UndeterminedError, UsageError
from trialseal.evidence.bundle.named import is_bundle
from trialseal.evidence.claimants import claimants_of, in_brief
from trialseal.folder.reading import FileReading
from trialseal.folder.receipts import require_chain
from trialseal.folder.trial_folder import LONGEST_NAME, TrialFolder
from trialseal.registries.numbers import doubt, read


def trial_of(session: Session, folder: TrialFolder) -> bytes:
    """The id of a folder's trial: from its receipts, since ids are the same on all chains, or from party and code.

    Receipts only claim: a trial that the chain does not know is refused, and so are receipts of several trials.
    """
    from trialseal.acts.trials import trial_in

    chain = session.reader  # a network that is not known is told first
    trial = trial_in(folder, lambda: session.party)
    if folder.claims.trials and chain.trial(trial) is None:
        for receipt in folder.claims.receipts:
            require_chain(receipt, chain)
        raise UsageError(
            f"the receipts in {folder.path / 'receipts'} are of a trial that chain {chain.chain_id()} at "
            f"{chain.source} does not have (or it is a devnet that was made anew): name the chain with --network, "
            "or register the trial here"
        )
    return trial


def checked_document(reading: FileReading, kind: str) -> dict[str, Any]:
    """A document that passes its model, as JSON; FailedError or UsageError in one sentence if it does not."""
    from trialseal.documents import models

    value = reading.value()
    document = models.parse_document(value, str(reading.path))
    if document.kind != kind:
        raise UsageError(f"{reading.path} is a document of kind {document.kind}, not {kind}")
    assert isinstance(value, dict)  # parse_document refuses everything else
    return value


def trial_named(session: Session, named: str) -> tuple[bytes, TrialFolder | None]:
    """The trial that TRIAL means: a folder, a registry number, an id of which 8 hexadecimal digits may do, or a bundle,
    from which the chain is then read."""
    path = Path(named)
    if session.reads and is_bundle(named):
        if getattr(session.args, "bundle", None) not in (None, named):
            raise UsageError("name one bundle at a time: each brings a chain of its own")
        session.args.bundle = named
        return session.opened_bundle.trial, None
    if len(path.name) <= LONGEST_NAME and path.is_dir():
        folder = TrialFolder.open(path)
        return trial_of(session, folder), folder
    text = named.removeprefix("0x").lower()
    if 8 <= len(text) <= 64 and all(c in "0123456789abcdef" for c in text):
        return _trial_beginning(session, text), None
    if path.exists() or "\\" in named or named.startswith((".", "/")) or named.endswith("/"):
        raise UsageError(f"{named} is not a folder: name the trial's folder, or a registry number")
    try:
        meant_number = read(named)
    except UsageError as error:
        raise UsageError(f"there is no folder {named}, and {error}") from None
    number = meant_number.number
    claimants = claimants_of(session.reader, number, set(session.trusted))
    if claimants.gap:
        raise UndeterminedError(
            f"which trials claim {number} cannot be told from this node: {claimants.gap}; name the trial by its id"
        )
    if not claimants.all:
        if question := doubt(meant_number):
            raise UsageError(question)
        raise FailedError(f"no trial on chain {session.reader.chain_id()} has claimed {number}")
    meant = claimants.meant
    if len(claimants.all) > 1:
        session.out.say(f"{len(claimants.all):,} trials claim {number}, and anyone may:")
        for line in in_brief(claimants, {own.party: own.legal_name for own in session.parties}):
            session.out.say(line)
    if meant is None:
        raise UndeterminedError(
            f"which of the {len(claimants.all):,} trials that claim {number} is meant cannot be told: name it by its "
            "id, or name whom you trust with --accredited-by"
        )
    if len(claimants.all) > 1:
        session.out.say(
            f"  this means trial {meant.trial.hex()[:8]}…: only its sponsor is vouched for by a party you trust"
        )
    return meant.trial, None


def _trial_beginning(session: Session, digits: str) -> bytes:
    """The trial whose id begins so; a whole id need not be on this chain."""
    if len(digits) == 64:
        return bytes.fromhex(digits)
    registered = session.reader.trial_list()
    found = [act.trial for page in registered.pages() for act in page if act.trial.hex().startswith(digits)]
    if registered.gap:
        raise UndeterminedError(
            f"which trials begin with {digits} cannot be told from this node: {registered.gap}; give all 64 digits"
        )
    if len(found) == 1:
        return found[0]
    many = "several trials begin" if found else "no trial begins"
    raise UsageError(f"{many} with {digits} on chain {session.reader.chain_id()}: give more of its 64 digits")
