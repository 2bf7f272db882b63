"""What is approved, so that whoever approves sees it: title, version, endpoints, and what changed since before.

The text comes from a file in hand, and the file is held against the chain: what is shown is what is approved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from trialseal.documents.times import is_before
from trialseal.errors import FailedError, UsageError
from trialseal.evidence.sealings import ANALYSIS_PLAN, PROTOCOL, Sealing, sealings_of
from trialseal.evidence.version_text import lines_of, text_of, title_of
from trialseal.evidence.wording import day, moment, plain
from trialseal.folder.reading import FileReading
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.codes import Decision
from trialseal.ledger.records import History

# Of these a later version takes the place of an earlier one; two consent forms may be of two languages.
_SUPERSEDED = (PROTOCOL, ANALYSIS_PLAN)


@dataclass(frozen=True)
class Approved:
    """A document that is about to be approved."""

    digest: bytes
    sealing: Sealing | None
    """How it is sealed in the trial; None if it is not."""
    text: FileReading | None
    """The very document, if it is in hand."""
    before: FileReading | None
    """The version before, if there is one and it is in hand."""
    name: str | None = None
    """The file that was named."""
    later: Sealing | None = None
    """The last version of the same kind, where that is a later one."""

    @classmethod
    def of(
        cls, history: History, file: FileReading | None, version: int | None, at_hand: Iterable[FileReading] = ()
    ) -> Self:
        """What is meant by a file, or by a version of the protocol (None: the last); FailedError if they disagree."""
        sealings = sealings_of(history.acts)
        protocols = {one.version: digest for digest, one in sealings if one.kind == PROTOCOL}
        files = {digest: one for one in (*at_hand, *((file,) if file else ())) for digest in one.digests}
        if file is None or version is not None:
            if not protocols:
                raise FailedError(f"trial {history.state.trial.hex()} has no protocol on this chain")
            wanted = max(protocols) if version is None else version
            if wanted not in protocols:
                raise UsageError(f"there is no protocol version {wanted}: the trial has {len(protocols)}")
            digest = protocols[wanted]
            if file is not None and digest not in file.digests:
                raise FailedError(
                    f"{file.path} is not protocol version {wanted} as it was sealed: approve the sealed file"
                )
        else:
            digest = next((one for one in file.digests if one in dict(sealings)), file.digest)
        sealing = next((one for its, one in sealings if its == digest), None)
        versions = [one for _, one in sealings if sealing and one.kind == sealing.kind and one.kind in _SUPERSEDED]
        last = max(versions, key=lambda one: one.version, default=None)
        earlier = protocols.get(sealing.version - 1) if sealing and sealing.kind == PROTOCOL else None
        return cls(
            digest,
            sealing,
            files.get(digest),
            files.get(earlier) if earlier else None,
            str(file.path) if file else None,
            last if last and sealing and last.version > sealing.version else None,
        )

    @property
    def words(self) -> str:
        """'protocol version 2, "Title", SHA-256 1a2b3c4d5e6f7081…'."""
        what = self.sealing.words if self.sealing else f"{self.name or 'a document'}, which is not sealed in this trial"
        title = title_of(self.text.document) if self.text and self.text.document else None
        return what + (f", {title}" if title else "") + f", SHA-256 {self.digest.hex()[:16]}…"

    @property
    def doubts(self) -> tuple[str, ...]:
        """Why a careful person asks before approving."""
        found = []
        if self.text is None:
            found.append(
                "the document is not in hand, so neither its title nor its endpoints can be shown: give it with --file"
            )
        if self.sealing is None:
            found.append(
                f"no act of this trial seals {self.name or 'this document'}: is it the file that was submitted?"
            )
        return tuple(found)


def shown(
    approved: Approved, decisions: Iterable[AttestationRecord] = (), dated: str | None = None, what: str = "approved"
) -> list[str]:
    """What is approved, in lines for a person, and what a careful person would want to know beside it.

    `decisions` are the party's own on this document, `dated` the day that is stated for the new one; `what` is the
    decision's word.
    """
    return [f"to be {what}: {approved.words}", *_beside(approved, decisions, dated), *_text(approved)]


def _beside(approved: Approved, decisions: Iterable[AttestationRecord], dated: str | None) -> Iterator[str]:
    """Whether it is superseded, was decided on before, or would have been before it was sealed."""
    sealing, later = approved.sealing, approved.later
    if sealing and later:
        yield f"  note: it is superseded: version {later.version} was sealed on {day(later.time)}"
    for one in decisions:
        if not one.withdrawn_at:
            said = f"{plain(Decision(one.code))} {moment(one.time)}, attestation {one.number}"
            yield f"  note: your party has decided on it already: {said}"
    if sealing and dated and is_before(dated, datetime.fromtimestamp(sealing.time, UTC)):
        yield f"  note: {dated} lies before this version was sealed, which was {moment(sealing.time)}"


def _text(approved: Approved) -> list[str]:
    document = approved.text.document if approved.text else None
    if document is None:
        return []
    before = approved.before.document if approved.before else None
    lines = [f"  {one}" for one in lines_of(text_of(document, before))]
    if before is None and approved.sealing and approved.sealing.kind == PROTOCOL and approved.sealing.version > 1:
        lines.append("  the version before is not in hand, so what changed cannot be shown: give it with --before")
    return lines
