"""From the files that somebody names to a verdict on each: read, looked up, judged."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import tee
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from trialseal.errors import UsageError
from trialseal.escaping import visible
from trialseal.evidence.diagnosis import diagnose
from trialseal.evidence.domain import DomainAnswer, ask_domain
from trialseal.evidence.profiles import Names, around, find_names, profile_of
from trialseal.evidence.seals import FileEvidence, seals_of
from trialseal.evidence.source import ChainSource, StreamSource
from trialseal.evidence.unnamed import unnamed
from trialseal.evidence.wording import count
from trialseal.folder import layout
from trialseal.folder.collecting import Aside, Meant, Odd, collect
from trialseal.folder.layout import FileRole
from trialseal.folder.reading import PROOF_KINDS, FileReading, Readings
from trialseal.folder.trial_folder import Surroundings
from trialseal.report.trial.verdict import Verdict, code_of, verdict
from trialseal.rules.catalogue import judge_all
from trialseal.rules.finding import Case, Finding, Status
from trialseal.tables.names import SEAL_ENDING


class Verification(NamedTuple):
    """What was found of the files that were named, and what else lies in the folders that were."""

    verdicts: list[Verdict]
    aside: tuple[Aside, ...]
    digests: Mapping[str, bytes]
    """SHA-256 of the bytes of each file that was read, by its place; none where files are counted only."""
    sealed: frozenset[bytes] = frozenset()
    """Digests of all files that an act seals, of those that are counted only, too."""
    counted: Mapping[int, int] = MappingProxyType({})
    """How many files were judged besides, by exit code."""


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
    answer. `readings` knows where the files are. If there are more than `most`, they are counted only, but for seal
    documents of tables, and for the first `most` of each exit code that is not 0.
    """
    say = progress or (lambda words: None)
    readings = readings or Readings()
    surroundings = Surroundings(readings)
    meant = collect(paths, readings.places)
    files, proofs, odd, aside = _read(meant, readings, say)
    lying_in = [os.path.dirname(file.place) for file in files]
    folders = list(map(surroundings.folder_at, lying_in))
    places = {folder.path for folder in set(folders) if folder} | set(map(Path, set(lying_in)))
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
    cases, again = tee(Case(one, names, trusted, trial is not None, domains) for one in evidence)
    verdicts: list[Verdict] = []
    met = Counter[int]()
    found = frozenset(one.digest or one.file.raw for one in evidence if one.sealing is not None)
    for n, (case, findings) in enumerate(zip(cases, judge_all(again), strict=True)):
        known = attested.get(n)
        code = known.exit_code if known else code_of(case, findings)
        met[code] += 1
        if kept is None or (code and met[code] <= kept) or case.evidence.file.place.endswith(SEAL_ENDING):
            verdicts.append(known or verdict(case, findings, now))
        else:
            counted[code] += 1
    if proofs:
        from trialseal.report.trial.proof_verdicts import of_proofs

        judged_proofs, more = of_proofs(chain, proofs, trial, names, accreditors, kept)
        verdicts += judged_proofs
        counted.update(more)
    digests = {file.place: file.raw for file in (*at_hand, *proofs)} if kept is None else {}
    verdicts += map(_of_odd, odd)
    return Verification(verdicts, tuple(dict.fromkeys(aside)), digests, found, counted)


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
        if role is FileRole.EVENT_PROOF or file.has_rows:
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


def _as_profile(chain: ChainSource, evidence: FileEvidence, trial: bytes | None, names: Names) -> FileEvidence:
    """Recognises the profile of a party that has to do with the trial, which no act seals."""
    digest = evidence.file.canonical
    if evidence.sealing is not None or profile_of(evidence.file) is None or digest is None:
        return evidence
    meant = [trial] if trial else sorted(evidence.folder.trials) if evidence.folder else []
    known = [(one, state) for one in meant if (state := chain.trial(one))]
    for _, state in known:
        names.record(state.sponsor)
    gap = ""
    for one, _ in known:
        if party := names.party_of(digest):
            return evidence._replace(profile_of=party)
        found = around(chain, one)
        for party in found.parties:
            names.record(party)
        gap = gap or found.gap
    party = names.party_of(digest)
    return evidence._replace(profile_of=party) if party else evidence._replace(unseen=evidence.unseen or gap or None)


def _ask_domains(evidence: Sequence[FileEvidence], names: Names) -> dict[str, DomainAnswer]:
    profiles = [names.profile(party) for party in {one.sealing.actor for one in evidence if one.sealing}]
    domains = {profile.domain for profile in profiles if profile and profile.domain}
    return {domain: ask_domain(domain) for domain in sorted(domains)}
