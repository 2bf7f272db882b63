"""Receipts of acts, kept beside the documents, and the line that says what was done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from trialseal.cli.session import Session
from trialseal.folder import receipts
from trialseal.folder.reading import FileReading
from trialseal.folder.trial_folder import TrialFolder
from trialseal.ledger.acts import Act
from trialseal.ledger.moments import moment


def when(seconds: int) -> str:
    """A block's time in UTC."""
    return moment(seconds, exact=True)


def receipt_line(act: Act, label: str, *, sent: bool) -> str:
    """One line: what was done or stood already, when, and as which act."""
    time = when(act.time)
    if sent:
        return f"act {act.number}: {label}; sealed {time} in block {act.block}"
    return f"act {act.number}: {label}; sealed already {time}, nothing was sent"


def keep_receipt(
    session: Session, folder: TrialFolder | None, act: Act, file: FileReading | None
) -> tuple[dict[str, Any], Path | None]:
    """Writes the receipt of an act into the trial's folder, unless it is there; returns it and its place."""
    receipt = receipts.of_act(session.chain, act, file.path if file else None)
    path = folder.keep_receipt(session.chain_name, receipt) if folder else None
    return receipts.as_json(receipt), path
