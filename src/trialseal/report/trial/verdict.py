"""What was found of a file: its findings, and what they come to in one sentence of plain words."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from trialseal.escaping import path as shown_path
from trialseal.escaping import quoted, visible
from trialseal.evidence.sealings import MILESTONE, RESULTS
from trialseal.evidence.source import ChainSource
from trialseal.evidence.wording import count, day, listed
from trialseal.folder.reading import FileReading
from trialseal.ledger.block import AsOf
from trialseal.rules.finding import Case, Finding, Status, exit_code
from trialseal.rules.parties import accreditation_in_words
from trialseal.rules.sealing import superseded

if TYPE_CHECKING:
    from trialseal.report.trial import view


class Verdict(NamedTuple):
    """What was found of one file."""

    place: str
    """Where it lies, as text."""
    words: str
    """What it is: one line of plain words, which follow its name."""
    findings: tuple[Finding, ...]
    exit_code: int
    """0 all that apply hold, 1 something fails, 2 something could not be determined."""
    digest: bytes | None
    """SHA-256 of the bytes, or of the canonical form where that is what is sealed; None of what was not read."""
    trial: bytes | None = None
    """The trial in which it is sealed."""
    as_of: AsOf | None = None
    """The block as of which the chain was read."""

    @property
    def file(self) -> Path:
        """Where it lies."""
        return Path(self.place)

    @property
    def sentence(self) -> str:
        """One line of plain words, the file's name first."""
        return f"{shown_path(os.path.basename(self.place))} {self.words}"


def verdict(case: Case, findings: tuple[Finding, ...], as_of: AsOf | None = None) -> Verdict:
    """The findings on one file, and what they come to in one sentence; `as_of` is the block that was read."""
    evidence = case.evidence
    file = evidence.file
    if evidence.profile_of is not None:
        words = f"is the profile of party {evidence.profile_of.hex()}: {case.name(evidence.profile_of)}"
        found = Finding("profile", Status.HOLDS, "its digest is the one that the chain holds for this party")
        return Verdict(file.place, visible(words), (found,), 0, file.digest, None, as_of)
    if evidence.sealing is None:
        words = f"is {findings[0].sentence}"
        return Verdict(file.place, words, findings, exit_code(findings), file.digest, None, as_of)
    words = f"is {_what(case)}, sealed {day(case.sealing.time)} by {case.name(case.sealing.actor)}"
    # Anyone may create a party under any name, and claim any number: without this a reader might not ask.
    words += f" ({accreditation_in_words(case) or 'no party you trust vouches for it'})"
    if later := superseded(case):
        words += f", {later}"
    words += f"; {_conclusion(case, findings)}"
    words += as_of_words(case.trial.as_of, case.trial.chain_id if case.trial.is_devnet else None)
    digest = evidence.digest or file.raw
    return Verdict(file.place, words, findings, exit_code(findings), digest, case.trial.trial, as_of)


def code_of(case: Case, findings: Sequence[Finding]) -> int:
    """The exit code of the verdict on a file, which has no words yet: of thousands nobody reads them."""
    return 0 if case.evidence.profile_of is not None else exit_code(findings)


def as_of_words(now: AsOf | None, devnet: int | None) -> str:
    """What ends a sentence on what a chain says: as of which block; and of a devnet, by its id, what its clock is."""
    words = f", as of block {now.number:,}" if now else ""
    return words + (f" (chain {devnet} is a devnet: its operator sets the clock)" if devnet is not None else "")


def of_attested(
    chain: ChainSource, file: FileReading, words: str, findings: Sequence[Finding], trial: bytes | None = None
) -> Verdict:
    """The verdict on a file of which attestations on the chain tell, and no act."""
    now = chain.as_of()
    words = visible(words + as_of_words(now, chain.chain_id() if chain.is_devnet() else None))
    return Verdict(file.place, words, tuple(findings), exit_code(findings), file.digest, trial, now)


def of_proof(
    file: FileReading, proven: str, rule: str, status: Status, words: str, trial: bytes | None, as_of: AsOf
) -> Verdict:
    """The verdict on a file that says that it is the proof of something: 'an event', 'an endpoint'."""
    more = {
        Status.HOLDS: "",
        Status.FAILS: ", which does not hold",
        Status.UNDETERMINED: ", which cannot be determined",
    }[status]
    found = Finding(rule, status, visible(words))
    told = f"is the proof of {proven}{more}: {found.sentence}"
    return Verdict(file.place, told, (found,), exit_code((found,)), file.digest, trial, as_of)


def as_of_value(now: AsOf) -> dict[str, Any]:
    """As of which block a chain was read, for programs."""
    return {
        "chain_id": now.chain_id,
        "block": now.number,
        "block_hash": now.hash,
        "time": now.time,
        "age": now.age,
        "finalized": now.finalized.block["number"] if now.finalized.block else None,
        "vouched_by": list(now.vouched_by),
    }


def as_shown(one: Verdict) -> view.ShownVerdict:
    """A verdict as the timeline's page shows it."""
    from trialseal.report.trial import view

    answers: dict[int, view.Answer] = {0: "holds", 1: "fails", 2: "undetermined"}
    return view.ShownVerdict(one.place, one.sentence, answers[one.exit_code])


def as_json(verdict: Verdict) -> dict[str, Any]:
    """The verdict for programs; digests as 64 hexadecimal digits."""
    return {
        "file": verdict.place,
        "digest": verdict.digest.hex() if verdict.digest else None,
        "trial": verdict.trial.hex() if verdict.trial else None,
        "sentence": verdict.sentence,
        "exit_code": verdict.exit_code,
        "as_of": as_of_value(verdict.as_of) if verdict.as_of else None,
        "findings": [
            {"rule": one.rule, "status": one.status.value, "sentence": one.sentence, "facts": list(one.facts)}
            for one in verdict.findings
        ],
    }


def _what(case: Case) -> str:
    """'the results document of NCT04368728 for endpoint P1 of protocol version 2'."""
    sealing, trial = case.sealing, case.trial
    if sealing.kind == RESULTS:
        return f"the results document of {trial.name}{_for_endpoints(case)}"
    if sealing.kind == MILESTONE:
        return f"the {sealing.words} of {trial.name}"
    return f"{sealing.words} of {trial.name}"


def _for_endpoints(case: Case) -> str:
    """' for endpoints P1 and S1 of protocol version 2 and 1 post hoc result', as far as that is known."""
    by_version: dict[int, list[str]] = {}
    for one in case.evidence.results:
        if one.planned and one.endpoint and one.version:
            names = by_version.setdefault(one.version, [])
            if one.endpoint not in names:
                names.append(one.endpoint)
    said = []
    for version, names in sorted(by_version.items()):
        names = [quoted(name) for name in names]
        some = listed(names) if len(names) <= 4 else f"{', '.join(names[:3])} and {len(names) - 3} more"
        said.append(f"endpoint{'s' if len(names) > 1 else ''} {some} of protocol version {version}")
    post_hoc = sum(1 for one in case.evidence.results if not one.planned)
    if post_hoc:
        said.append(count(post_hoc, "post hoc result"))
    return f" for {listed(said)}" if said else ""


def _conclusion(case: Case, findings: Sequence[Finding]) -> str:
    failing = [one for one in findings if one.status is Status.FAILS]
    unknown = [one for one in findings if one.status is Status.UNDETERMINED]
    holding = sum(1 for one in findings if one.status is Status.HOLDS)
    hold = f"{count(holding, 'check') if holding else 'no check'} {'hold' if holding > 1 else 'holds'}"
    if failing:
        applying = sum(1 for one in findings if one.status is not Status.DOES_NOT_APPLY)
        more = f" (and {len(failing) - 1} more)" if len(failing) > 1 else ""
        verb = "fails" if len(failing) == 1 else "fail"
        return f"{len(failing)} of {applying} checks {verb}: {failing[0].sentence}{more}"
    if unknown:
        more = f" (and {len(unknown) - 1} more)" if len(unknown) > 1 else ""
        return f"{hold}, none fails, but this cannot be determined: {unknown[0].sentence}{more}"
    return f"{hold}, none fails"
