"""Receipts of acts, kept beside the documents, and the line that says what was done."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from trialseal.cli.session import Session
from trialseal.documents import canonical
from trialseal.errors import UsageError
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
    session: Session, folder: Path | None, act: Act, file: Path | None
) -> tuple[dict[str, Any], Path | None]:
    """Writes the receipt of an act into the trial's folder, unless it is there; returns it and its place."""
    from trialseal.ledger import receipts

    receipt = replace(receipts.of_act(session.chain, act, file), **_normal_forms(file))
    if folder is None:
        return receipts.as_json(receipt), None
    path = receipts.path_for(folder / "receipts" / session.chain_name, receipt)
    if not path.exists():
        receipts.write(path, receipt)
    return receipts.as_json(receipt), path


def _normal_forms(file: Path | None) -> dict[str, Any]:
    """Digests by which a copy of the file that was changed on its way is told from another file."""
    if file is None:
        return {}
    try:
        data = canonical.read_document(file)
    except UsageError:  # too large for a text: its bytes are all that is compared
        return {}
    forms = {"text_digest": canonical.text_digest(data).hex()}
    with suppress(UsageError):
        forms["canonical"] = canonical.document_digest(canonical.parse_json(data, file.name)).hex()
    return forms
