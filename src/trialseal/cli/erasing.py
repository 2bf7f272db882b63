"""What `events forget` and `dataset forget` share: who does it and why, what must usually be kept, and the question."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from trialseal.documents.erasing import KEPT, LEGAL_BASES, basis_words, kept_of

if TYPE_CHECKING:
    from trialseal.cli.session import Session

_UNDONE = "nothing was erased"


class Said(NamedTuple):
    """What a tombstone says of an erasure."""

    by: str
    reason: str
    legal_basis: str
    at: str


def erasing_options(parser: argparse.ArgumentParser) -> None:
    """Adds who erases, why, on what legal basis, and the answer to the question."""
    bases = "\n".join(f"  {name:<18} {words}" for name, words in LEGAL_BASES.items())
    parser.epilog = f"legal bases:\n{bases}\n\n{parser.epilog}\nDocs: docs/erasing.md"
    parser.add_argument("--by", required=True, metavar="OFFICE", help="the office that does it (no person's name)")
    parser.add_argument("--reason", required=True, help="reason")
    parser.add_argument(
        "--legal-basis", required=True, metavar="BASIS", choices=list(LEGAL_BASES), help="legal basis, of those below"
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be destroyed, and destroy nothing")
    parser.add_argument("--yes", action="store_true", help="answer yes to what would be asked")


def said(session: Session, participant: Iterable[str]) -> Said:
    """What the tombstone will say; FailedError where it would tell again what it is there to forget."""
    from trialseal.documents.privacy import require_private

    args = session.args
    given = {"by": args.by, "reason": args.reason, "legal_basis": args.legal_basis}
    require_private(given, "the tombstone", frozenset(participant))
    return Said(**given, at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


def agreed(session: Session, what: Sequence[str], types: Iterable[str] | None) -> bool:
    """Says what would be destroyed and what of that is usually kept, and asks; False where it is a dry run.

    `types` are the types of events that it holds; None where that is not known, as of a table.
    """
    from trialseal.acts.asking import agreed as asked

    out = session.out
    kept = KEPT if types is None else kept_of(types)
    lines = ["would be destroyed, and cannot be brought back:", *(f"  {one}" for one in what)]
    if kept:
        lines.append("usually kept, though a participant asks for erasure (docs/erasing.md):")
        lines += [f"  {one.what}: {one.why} ({one.source})" for one in kept]
    lines.append(f"legal basis given: {basis_words(session.args.legal_basis)}")

    def show() -> None:
        for line in lines:
            out.ask(line + "\n")

    if session.args.dry_run:
        for line in lines:
            out.say(line)
        return False
    if session.args.yes:
        for line in lines:
            out.say(line)
    else:
        count = f"{what[0]}" + (f" (and {len(what) - 1} more)" if len(what) > 1 else "")
        asked(f"this destroys {count}, of which some must usually be kept:" if kept else f"this destroys {count}:",
              show, out.ask, _UNDONE)  # fmt: skip
    return True
