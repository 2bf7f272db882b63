"""What second clocks say of files that have verdicts, to a reader who names what to rest on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from trialseal import escaping
from trialseal.clocks.judging import Basis, ClockAnswer, ClockFinding, together
from trialseal.folder import clock_proofs, layout
from trialseal.folder.layout import FileRole
from trialseal.folder.places import Places
from trialseal.folder.reading import Readings
from trialseal.folder.trial_folder import Surroundings
from trialseal.ledger.moments import moment
from trialseal.report.trial.verdict import Verdict
from trialseal.report.trial.verifying import Verification
from trialseal.rules.finding import Finding, Status, exit_code

RULE = "second-clock"
_STATUS = {
    ClockAnswer.HOLDS: Status.HOLDS,
    ClockAnswer.FAILS: Status.FAILS,
    ClockAnswer.UNDETERMINED: Status.UNDETERMINED,
}


def with_clocks(
    found: Verification, basis: Basis, folders: Sequence[Path] = (), places: Places | None = None
) -> Verification:
    """The verdicts with what the proofs kept for each file come to, of those kinds that the reader named a basis for.

    `folders` are further ones of proofs, `places` is where all of it lies. A file without such a proof keeps its
    verdict. UsageError for a proof that cannot be read.
    """
    places = places or Places()
    surroundings, kept, judged = Surroundings(Readings(places)), clock_proofs.Kept(places), set()
    verdicts = []
    for one in found.verdicts:
        digest, answers = found.digests.get(one.place), []
        if digest is not None:
            around = [clock_proofs.place_for(one.file, surroundings), one.file.parent, *folders]
            for path in kept.of_digest(digest, around):
                if basis.headers if path.suffix == layout.OPENTIMESTAMPS_ENDING else basis.roots:
                    answers += [(path, said) for said in clock_proofs.judged(path, digest, basis, places=places)]
        judged |= {path for path, _ in answers}
        verdicts.append(_with(one, answers) if answers else one)
    aside = tuple(one for one in found.aside if one.role is not FileRole.CLOCK_PROOF or one.path not in judged)
    return found._replace(verdicts=verdicts, aside=aside)


def _with(verdict: Verdict, answers: Sequence[tuple[Path, ClockFinding]]) -> Verdict:
    said = [one for _, one in answers]
    status = _STATUS[together(said)]
    times = [one.time for one in said if one.time is not None]
    words = {
        Status.HOLDS: f"by a second clock it existed by {moment(min(times, default=0))}",
        Status.FAILS: "a proof of a second clock fails",
        Status.UNDETERMINED: "what second clocks say cannot be determined",
    }[status]
    facts = tuple(f"{one.sentence} (by {escaping.path(path.name)})" for path, one in answers)
    finding = Finding(RULE, status, words, facts)
    codes = (verdict.exit_code, exit_code([finding]))
    return verdict._replace(
        words=f"{verdict.words}; {words}",
        findings=(*verdict.findings, finding),
        exit_code=1 if 1 in codes else max(codes),
    )
