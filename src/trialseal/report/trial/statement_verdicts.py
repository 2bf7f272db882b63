"""Verdicts on what signers state of their role and signature: which attestation on the chain names the statement."""

from __future__ import annotations

from trialseal.errors import UndeterminedError
from trialseal.escaping import quoted, visible
from trialseal.evidence.profiles import Names
from trialseal.evidence.source import ChainSource
from trialseal.evidence.wording import day
from trialseal.folder.reading import FileReading
from trialseal.ledger.attestations import AttestationRecord
from trialseal.report.trial.verdict import Verdict, of_attested
from trialseal.rules.attesting import end_words
from trialseal.rules.finding import Finding, Status

_RULE = "signed-as-stated"
_MOST_SAID = 3


def of_statement(chain: ChainSource, file: FileReading, names: Names) -> Verdict | None:
    """The verdict on a signer's statement; None for another file, and for one that says not what it is about.

    It holds if a party attested it: which key of which party signed, and what that party states of whoever held it.
    """
    said = file.document or {}
    try:
        subject, digest = bytes.fromhex(str(said.get("subject"))), bytes.fromhex(str(said.get("digest", "00" * 32)))
    except ValueError:
        return None
    if file.canonical is None or len(subject) != 32 or len(digest) != 32:
        return None
    of = f" of document {digest.hex()[:8]}…" if any(digest) else ""
    what = f"is what a signer states{of}: {quoted(said.get('meaning'))}, in the role {quoted(said.get('role'))}"
    try:
        chain.load(subjects=[subject])
        attested = chain.attested(subject)
        found = [one for one in attested.records if one.document == file.canonical and one.digest == digest]
        chain.load(parties={one.author for one in found})
        gap = str(attested.gap) if attested.gap else ""
    except UndeterminedError as error:
        found, gap = [], str(error)
    if found:
        more = f" and {len(found) - _MOST_SAID} more" if len(found) > _MOST_SAID else ""
        words = "; ".join(_words(one, names) for one in found[:_MOST_SAID])
        return _verdict(chain, file, what, Status.HOLDS, f"named by {words}{more}; a key signed, not a person")
    status, words = Status.FAILS, "no attestation on the chain names it: it was altered, or not sent yet"
    if gap:
        status, words = Status.UNDETERMINED, f"whether an attestation names it cannot be told: {gap}"
    return _verdict(chain, file, what, status, words)


def _words(one: AttestationRecord, names: Names) -> str:
    """'attestation 2 (approval: approved), made 2026-03-02 by party 5e6f7a8b… with key 0x…'."""
    of = str(one.kind) if one.meaning is None else f"{one.kind}: {one.meaning}"
    made = f"made {day(one.time)} by {names.name(one.author)} with key {one.key}"
    return f"attestation {one.number} ({of}), {made}{end_words(one)}"


def _verdict(chain: ChainSource, file: FileReading, what: str, status: Status, words: str) -> Verdict:
    return of_attested(chain, file, f"{what}; {words}", [Finding(_RULE, status, visible(words))])
