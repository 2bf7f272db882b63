"""From files to verdicts: evidence, findings, and one sentence of plain words for each file."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from trialseal.errors import UsageError
from trialseal.escaping import path as shown_path
from trialseal.escaping import quoted, visible
from trialseal.evidence.diagnosis import diagnose
from trialseal.evidence.domain import DomainAnswer, ask_domain
from trialseal.evidence.profiles import Names, find_names, profile_of
from trialseal.evidence.sealings import MILESTONE, RESULTS
from trialseal.evidence.seals import FileEvidence, seals_of
from trialseal.evidence.source import ChainSource, StreamSource
from trialseal.evidence.unnamed import unnamed
from trialseal.evidence.wording import count, day, listed
from trialseal.folder import layout
from trialseal.folder.collecting import Aside, Meant, Odd, collect
from trialseal.folder.layout import FileRole
from trialseal.folder.reading import PROOF_KINDS, FileReading, Readings
from trialseal.folder.trial_folder import Surroundings
from trialseal.ledger.block import AsOf
from trialseal.rules.catalogue import judge_all
from trialseal.rules.finding import Case, Finding, Status, exit_code
from trialseal.rules.parties import accreditation_in_words

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


class Verification(NamedTuple):
    """What was found of the files that were named, and what else lies in the folders that were."""

    verdicts: list[Verdict]
    aside: tuple[Aside, ...]
    digests: Mapping[str, bytes]
    """SHA-256 of the bytes of each file that was read, by its place."""
    counted: Mapping[int, int] = MappingProxyType({})
    """How many proofs of rows and files that nothing names were judged besides, by exit code."""


def verify(
    chain: StreamSource,
    paths: Sequence[Path],
    *,
    trial: bytes | None = None,
    accreditors: Collection[bytes] = (),
    check_domain: bool = False,
    profile_folders: Sequence[Path] = (),
    progress: Callable[[str], None] | None = None,
) -> list[Verdict]:
    """Says of each file, and each file in each folder, what it is on the chain and which checks hold.

    See `verified`. UsageError for a path that cannot be read.
    """
    return verified(
        chain,
        paths,
        trial=trial,
        accreditors=accreditors,
        check_domain=check_domain,
        profile_folders=profile_folders,
        progress=progress,
    ).verdicts


def verified(
    chain: StreamSource,
    paths: Sequence[Path],
    *,
    trial: bytes | None = None,
    accreditors: Collection[bytes] = (),
    check_domain: bool = False,
    profile_folders: Sequence[Path] = (),
    progress: Callable[[str], None] | None = None,
    readings: Readings | None = None,
    most: int | None = None,
) -> Verification:
    """The verdicts on files, and what was set aside.

    `trial` is the one that is meant (default: found by digest), `accreditors` the parties whose accreditation is
    trusted, `profile_folders` further places of party profiles. Nothing leaves this computer but digests and ids;
    with `check_domain`, the web domain of an acting party is asked whether it names it. UsageError for a named path
    that cannot be read; what cannot be read in a folder has a verdict of its own. UndeterminedError if the node cannot
    answer. `readings` knows where the files are. If there are more than `most`, proofs of rows and files that nothing
    names are counted only, but for the first `most` of each exit code that is not 0.
    """
    say = progress or (lambda words: None)
    readings = readings or Readings()
    surroundings = Surroundings(readings)
    meant = collect(paths, readings.places)
    files, proofs, odd, aside = _read(meant, readings, say)
    around = [os.path.dirname(file.place) for file in files]
    folders = list(map(surroundings.folder_at, around))
    places = {folder.path for folder in set(folders) if folder} | set(map(Path, set(around)))
    named = [*sorted(places), *filter(readings.places.is_folder, paths), *profile_folders]
    names = find_names(chain, named, files, readings)
    kept = None if most is None or len(files) + len(proofs) + len(odd) <= most else most
    counted, at_hand = Counter[int](), files
    if kept is not None:
        say(f"looking for {count(len(files), 'file')} on the chain …")
        told = unnamed(chain, files, folders, trial, names, meant.descriptions)
        beyond = _beyond(told, kept)
        counted.update(map(_code_of_unnamed, map(told.get, beyond)))
        files = [one for n, one in enumerate(files) if n not in beyond]
        folders = [one for n, one in enumerate(folders) if n not in beyond]
    evidence = seals_of(
        chain, files, trial, names, folders, accreditors=frozenset(accreditors), progress=progress, at_hand=at_hand
    )
    for party in accreditors:
        names.record(party)
    evidence = [_as_profile(chain, one, trial, names) if one.file.document else one for one in evidence]
    described = {n for n, one in enumerate(evidence) if one.sealing is None and one.file.place in meant.descriptions}
    aside += [Aside(evidence[n].file.path, FileRole.DESCRIPTION) for n in sorted(described)]
    evidence = [one for n, one in enumerate(evidence) if n not in described]
    attested = {**_of_permitted(chain, evidence, trial, names), **_of_statements(chain, evidence, names)}
    unsealed = [
        n for n, one in enumerate(evidence) if one.sealing is None and one.profile_of is None and n not in attested
    ]
    if unsealed:
        say("looking for what unsealed files may be …")
        sealed = [one for one in evidence if one.sealing is not None]
        diagnosed = diagnose(chain, [evidence[n] for n in unsealed], sealed)
        for number, words in zip(unsealed, diagnosed, strict=True):
            if words is not None:
                evidence[number] = evidence[number]._replace(diagnosis=words)
    domains = _ask_domains(evidence, names) if check_domain else {}
    trusted, now = frozenset(accreditors), chain.as_of()
    cases = [Case(one, names, trusted, trial is not None, domains) for one in evidence]
    judged = judge_all(cases)
    verdicts = [
        attested.get(n) or verdict(case, findings, now)
        for n, (case, findings) in enumerate(zip(cases, judged, strict=True))
    ]
    if proofs:
        from trialseal.report.trial.proof_verdicts import of_proofs

        judged_proofs, more = of_proofs(chain, proofs, trial, names, accreditors, kept)
        verdicts += judged_proofs
        counted.update(more)
    digests = {file.place: file.raw for file in (*at_hand, *proofs)}
    verdicts += map(_of_odd, odd)
    return Verification(verdicts, tuple(dict.fromkeys(aside)), digests, counted)


def _code_of_unnamed(why: str | None) -> int:
    """The exit code of a file that nothing names, see `unnamed`."""
    return 1 if why is None else 2


def _beyond(told: Mapping[int, str | None], most: int) -> frozenset[int]:
    """All but the first `most` of each exit code."""
    of_code: dict[int, list[int]] = {1: [], 2: []}
    for number, why in told.items():
        of_code[_code_of_unnamed(why)].append(number)
    return frozenset(number for some in of_code.values() for number in some[most:])


class _Read(NamedTuple):
    """The files that are meant, by what they are."""

    files: list[FileReading]
    """Those that may be sealed."""
    proofs: list[FileReading]
    """Of events in streams, rows in sealed tables, and endpoints of protocols."""
    odd: list[Odd]
    aside: list[Aside]


def _read(meant: Meant, readings: Readings, say: Callable[[str], None]) -> _Read:
    files, proofs, odd, aside = [], [], list(meant.odd), list(meant.aside)
    read = readings.read_all(meant.places, meant.was_found, lambda number: say(f"hashing file {number + 1} …"))
    for place, file in zip(meant.places, read, strict=True):
        if isinstance(file, UsageError):
            if not meant.was_found(place):
                raise file
            odd.append(Odd(Path(place), f"not read: {file}"))
            continue
        if file.kind in PROOF_KINDS:
            proofs.append(file)
            continue
        if file.form is None:
            files.append(file)
            continue
        role, found = layout.FORMS.get(file.form), meant.was_found(place)
        if role is FileRole.EVENT_PROOF:
            proofs.append(file)
        elif role is None or not found:
            files.append(file)
        else:
            aside.append(Aside(file.path, role))
    return _Read(files, proofs, odd, aside)


def _of_permitted(
    chain: ChainSource, evidence: Sequence[FileEvidence], trial: bytes | None, names: Names
) -> dict[int, Verdict]:
    """By their places, the verdicts on packages and permits that a permit on the chain names."""
    if not any(one.sealing is None and one.file.kind in ("package", "permit") for one in evidence):
        return {}
    from trialseal.report.trial.permit_verdicts import of_permitted

    return of_permitted(chain, evidence, trial, names)


def _of_statements(chain: ChainSource, evidence: Sequence[FileEvidence], names: Names) -> dict[int, Verdict]:
    """By their places, the verdicts on what signers state of their role and signature."""
    found = [n for n, one in enumerate(evidence) if one.sealing is None and one.file.kind == "signing-statement"]
    if not found:
        return {}
    from trialseal.report.trial.statement_verdicts import of_statement

    return {n: said for n in found if (said := of_statement(chain, evidence[n].file, names))}


def _of_odd(odd: Odd) -> Verdict:
    """The verdict on what cannot be read."""
    why = visible(odd.why)
    found = Finding("readable", Status.UNDETERMINED, why)
    return Verdict(str(odd.path), f"cannot be judged: {why}", (found,), 2, None)


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
    words += f"; {_conclusion(case, findings)}"
    words += as_of_words(case.trial.as_of, case.trial.chain_id if case.trial.is_devnet else None)
    digest = evidence.digest or file.raw
    return Verdict(file.place, words, findings, exit_code(findings), digest, case.trial.trial, as_of)


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


def _as_profile(chain: ChainSource, evidence: FileEvidence, trial: bytes | None, names: Names) -> FileEvidence:
    """Recognises a party's profile, which no act of a trial seals."""
    if evidence.sealing is not None or profile_of(evidence.file) is None or evidence.file.canonical is None:
        return evidence
    meant = [trial] if trial else sorted(evidence.folder.trials) if evidence.folder else []
    for one in meant:
        if state := chain.trial(one):
            names.record(state.sponsor)
    party = names.party_of(evidence.file.canonical)
    return evidence._replace(profile_of=party) if party else evidence


def _ask_domains(evidence: Sequence[FileEvidence], names: Names) -> dict[str, DomainAnswer]:
    profiles = [names.profile(party) for party in {one.sealing.actor for one in evidence if one.sealing}]
    domains = {profile.domain for profile in profiles if profile and profile.domain}
    return {domain: ask_domain(domain) for domain in sorted(domains)}
