"""Verdicts on packages and permits, which no act of a trial seals: what the permits on the chain say of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from trialseal.errors import FailedError, UndeterminedError
from trialseal.escaping import visible
from trialseal.evidence.permit_givers import who_could
from trialseal.evidence.profiles import Names
from trialseal.evidence.seals import FileEvidence
from trialseal.evidence.sharing import SharingEvidence
from trialseal.evidence.source import ChainSource
from trialseal.evidence.wording import count, day
from trialseal.folder.reading import FileReading
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.codes import AttestationKind
from trialseal.report.trial.verdict import Verdict, of_attested
from trialseal.rules.attesting import end_words
from trialseal.rules.finding import Finding, Status
from trialseal.sharing.cases import PermitCase
from trialseal.sharing.permits import permit_entitled

_RULE, _KINDS = "permitted", ("package", "permit")
_BEST_FIRST = (Status.HOLDS, Status.UNDETERMINED, Status.FAILS)
_MOST_SAID = 3


class _Trial(NamedTuple):
    """The permits that the chain holds about a trial."""

    evidence: SharingEvidence
    gap: str | None = None
    """Why not all may be seen; then none is believed."""
    is_there: bool = False
    """Whether the chain has such a trial: anyone may attest of one that it has not."""


def of_permitted(
    chain: ChainSource, evidence: Sequence[FileEvidence], trial: bytes | None, names: Names
) -> dict[int, Verdict]:
    """By their places among the files, the verdicts on packages and permits of trials that the chain has.

    `trial` is the one that is meant.
    """
    found = {n: of for n, one in enumerate(evidence) if one.sealing is None and (of := _trial_of(one.file, trial))}
    trials = {of: _permits(chain, of, names) for of in dict.fromkeys(found.values())}
    said = {n: _verdict(chain, evidence[n].file, of, trials[of], names) for n, of in found.items()}
    return {n: one for n, one in said.items() if one}


def _trial_of(file: FileReading, meant: bytes | None) -> bytes | None:
    """The trial that a package or a permit names; None for other files, and where another is meant."""
    document = file.document
    if document is None or file.canonical is None or file.kind not in _KINDS:
        return None
    try:
        trial = bytes.fromhex(str(document.get("trial_id")))
    except ValueError:
        return None
    return trial if len(trial) == 32 and meant in (None, trial) else None


def _permits(chain: ChainSource, trial: bytes, names: Names) -> _Trial:
    try:
        chain.load(trials=[trial], subjects=[trial])
        history, attested = chain.history(trial), chain.attested(trial)
    except FailedError:
        return _Trial(SharingEvidence())
    except UndeterminedError as error:
        return _Trial(SharingEvidence(), str(error))
    permits = [one for one in attested.records if one.kind is AttestationKind.PERMIT]
    authors = {one.author for one in permits}
    chain.load(parties=authors)
    evidence = SharingEvidence(
        permits=permits,
        held=who_could(history, names),
        history_gap=str(history.gap) if history.gap else None,
        authors={author: names.record(author) for author in authors},
    )
    return _Trial(evidence, str(attested.gap) if attested.gap else None, True)


def _verdict(chain: ChainSource, file: FileReading, trial: bytes, known: _Trial, names: Names) -> Verdict | None:
    permits = known.evidence.permits
    naming = [one for one in permits if file.canonical == (one.digest if file.kind == "package" else one.document)]
    if known.gap:
        finding = Finding(_RULE, Status.UNDETERMINED, visible(f"whether a permit names it cannot be told: {known.gap}"))
        return of_attested(chain, file, f"is a {file.kind}; {finding.sentence}", [finding], trial)
    if known.is_there and not naming:
        # What was packed and not permitted, or made and not sent, is no forgery; altered it would look the same.
        none = (
            "no permit on the chain names it: nobody is permitted to open it"
            if file.kind == "package"
            else "it is not on the chain (it may never have been sent) and permits nothing"
        )
        finding = Finding(_RULE, Status.UNDETERMINED, none)
        return of_attested(chain, file, f"is a {file.kind} of {_trial(trial)}; {finding.sentence}", [finding], trial)
    if not naming:
        return None
    asked = [(one, permit_entitled(PermitCase(known.evidence, one, chain.as_of().time))) for one in naming]
    # Anyone may attest: what others say of it takes nothing from a permit by who could give it.
    status = next(one for one in _BEST_FIRST if any(finding.status is one for _, finding in asked))
    counted = [(one, finding) for one, finding in asked if finding.status is status]
    words = f"is {_what(file, trial, [one for one, _ in counted], names)}"
    if status is not Status.HOLDS:
        words += f"; {counted[0][1].sentence}"
    return of_attested(chain, file, words, [finding for _, finding in counted], trial)


def _what(file: FileReading, trial: bytes, permits: Sequence[AttestationRecord], names: Names) -> str:
    """'the package of trial 1a2b3c4d… that 1 permit names: permit 2, given 2026-03-02 by party 5e6f7a8b…'."""
    said = [
        f"permit {one.number}, given {day(one.time)} by {names.name(one.author)}{end_words(one)}" for one in permits
    ]
    more = f" and {len(said) - _MOST_SAID} more" if len(said) > _MOST_SAID else ""
    given = f"{'; '.join(said[:_MOST_SAID])}{more}"
    if file.kind == "permit":
        return f"the document of {given}, of {_trial(trial)}"
    return f"the package of {_trial(trial)} that {count(len(said), 'permit')} name{'s' * (len(said) == 1)}: {given}"


def _trial(trial: bytes) -> str:
    return f"trial {trial.hex()[:8]}…"
