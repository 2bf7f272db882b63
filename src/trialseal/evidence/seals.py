"""Which acts carry a file's digest, and all that the chain and the folder know around them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from trialseal.evidence.profiles import Names
from trialseal.evidence.reported import ResultEvidence, results_evidence
from trialseal.evidence.sealings import ACCREDITATION, APPROVAL, MILESTONE, RESULTS, Sealing, sealings_of
from trialseal.evidence.source import ChainSource
from trialseal.evidence.trials import TrialEvidence, TrialLoader, code_of
from trialseal.evidence.unshown import ASK_ANOTHER, in_state, unseen_elsewhere
from trialseal.evidence.wording import count
from trialseal.folder.reading import FileReading
from trialseal.folder.trial_folder import TrialFolder
from trialseal.ledger.acts import (
    SEALING,
    Act,
    ResultReported,
)
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.claims import numbers_of
from trialseal.ledger.codes import DocumentKind
from trialseal.ledger.parties import PartyRecord

_MOST_AUTHORS = 200
# So many trials that sealed a digest, which anyone may do, are read beside the one that is meant.
_MOST_ELSEWHERE = 50

Progress = Callable[[str], None]


class FileEvidence(NamedTuple):
    """A file and what is known of it. `sealing` is None if it is not sealed here."""

    file: FileReading
    trial: TrialEvidence | None = None
    sealing: Sealing | None = None
    also: tuple[Sealing, ...] = ()
    """The same digest under further kinds in this trial."""
    digest: bytes | None = None
    """The digest that is sealed: the canonical one or that of the bytes."""
    elsewhere: tuple[Act, ...] = ()
    """Acts of other trials with the same digest."""
    results: tuple[ResultEvidence, ...] = ()
    foreign_reports: tuple[ResultReported, ...] = ()
    """Acts that report from this results document what is none of its results."""
    party: PartyRecord | None = None
    """The acting party."""
    accreditations: tuple[AttestationRecord, ...] = ()
    """Of the acting party."""
    attestations: tuple[AttestationRecord, ...] = ()
    """About this very version."""
    author_accreditations: Mapping[bytes, tuple[AttestationRecord, ...]] = MappingProxyType({})
    """Of those who approved it."""
    finality: str | None = None
    profile_of: bytes | None = None
    """The party whose profile the file is."""
    folder: TrialFolder | None = None
    unseen: str | None = None
    """Why it cannot be told whether a file without a sealing is sealed; None if that can be told."""
    attested_gap: str | None = None
    """Why not everything attested about trial, party and authors can be seen; None if all is."""
    diagnosis: str | None = None
    """Why a file that is not sealed may not be."""

    @property
    def name(self) -> str:
        """The file's name."""
        return self.file.name


def seals_of(
    chain: ChainSource,
    files: Sequence[FileReading],
    trial: bytes | None,
    names: Names,
    folders: Sequence[TrialFolder | None],
    *,
    accreditors: Collection[bytes] = (),
    progress: Progress | None = None,
    at_hand: Sequence[FileReading] | None = None,
) -> list[FileEvidence]:
    """The evidence for each file, in their order; `folders` are those that they lie in, `at_hand` all files that were
    named with them.

    `trial` is the one that the verifier means; without it, a file's trial is found by its digest. Where several
    trials sealed the same digest, the one of the receipts around the file is meant, else the one that a trusted
    accreditor's party sealed, else the one whose code the document names; otherwise the first, which is said.
    """
    say = progress or (lambda words: None)
    say(f"looking for {count(len(files), 'file')} on the chain …")
    digests_of = [file.digests for file in files]
    digests = [digest for some in digests_of for digest in some]
    # Thousands of files lie in few folders.
    meant_in = {folder: _trials_meant(trial, folder) for folder in set(folders)}
    known = {one for some in meant_in.values() for one in some}
    chain.load(trials=known, digests=digests)
    acts = chain.acts_by_subject(digests)
    loader = TrialLoader(chain, files if at_hand is None else at_hand, names)
    # Of each file without a trial known before, every trial that an act of it names may be meant.
    candidates = {
        act.trial
        for some, folder in zip(digests_of, folders, strict=True)
        if not meant_in[folder]
        for digest in some
        for act in acts.get(digest, ())
    }
    # Of the others with the same digest some are read too, since a log counts only if its trial's digest confirms it.
    others = dict.fromkeys(act.trial for shown in acts.values() for act in shown if isinstance(act, SEALING))
    read = {*known, *candidates, *list(others)[:_MOST_ELSEWHERE]}
    chain.load(trials=read)
    _load_around(chain, loader, {*known, *candidates}, accreditors)
    found: list[FileEvidence] = []
    unsealed: dict[bytes, list[int]] = defaultdict(list)
    for number, (file, some, folder) in enumerate(zip(files, digests_of, folders, strict=True)):
        evidence = FileEvidence(file, folder=folder)
        meant_here = meant_in[folder]
        if not meant_here and acts.keys().isdisjoint(some):
            found.append(evidence)
            continue
        carrying: list[tuple[bytes, Act]] = [
            (digest, act)
            for digest in some
            for act in acts.get(digest, ())
            # An act of a trial that the chain does not have is nobody's, whatever log a node shows.
            if isinstance(act, SEALING) and act.trial in read and loader.history(act.trial)
        ]
        # A trial that is known before is asked itself, whatever the node shows by digest.
        shown = {(act.trial, act.number) for _, act in carrying}
        for meant in meant_here:
            own = loader.sealing_acts(meant)
            carrying += [
                (digest, act) for digest in some for act in own.get(digest, ()) if (meant, act.number) not in shown
            ]
        if carrying:
            say(f"reading the trial of file {number + 1} of {len(files)} …")
            evidence = _sealed_evidence(chain, evidence, carrying, trial, loader, names, accreditors)
        if evidence.sealing is None:
            for meant in meant_here:
                unsealed[meant].append(number)
        found.append(evidence)
    for meant, numbers in unsealed.items():
        history = loader.history(meant)
        if history is None or not history.gap:
            continue  # acts that lead to the digest in state are all acts: no other seals anything
        # A node that has pruned its logs, or hides some, still has the contract's state.
        for number, digest, sealing in in_state(chain, meant, [(n, files[n]) for n in numbers]):
            evidence = _with_sealing(
                chain, found[number], loader.load(meant, found[number].folder), digest, sealing, (), names
            )
            found[number] = evidence
        why = f"not all acts of the trial can be seen: {history.gap}{ASK_ANOTHER}"
        for number in numbers:
            if found[number].sealing is None:
                found[number] = found[number]._replace(unseen=why)
    # Receipts may name a trial that this chain does not have: then nothing says where the file should be.
    open_in = {folder: trial is None and not any(map(loader.history, some)) for folder, some in meant_in.items()}
    nowhere = [n for n, one in enumerate(found) if one.sealing is None and open_in[one.folder]]
    for number, why in unseen_elsewhere(chain, loader, [(n, files[n]) for n in nowhere]).items():
        found[number] = found[number]._replace(unseen=why)
    return found


def _load_around(
    chain: ChainSource, loader: TrialLoader, trials: Iterable[bytes], accreditors: Collection[bytes]
) -> None:
    """Reads, in two requests, what trials are read together with: parties, attestations, claims; then their authors."""
    histories = [history for one in trials if (history := loader.history(one))]
    parties = {act.actor for history in histories for act in history.acts} | {one.state.sponsor for one in histories}
    subjects = {one.state.trial for one in histories} | parties
    whole = [one for one in histories if one.complete]
    numbers = [claim.number_text for one in whole for claim in numbers_of(one.acts) if not claim.withdrawn_at]
    chain.load(parties=parties, subjects=subjects, numbers=numbers)
    deciding = {
        one.author
        for history in histories
        for one in chain.attested(history.state.trial).records
        if one.kind is APPROVAL
    }
    vouching = {one.author for party in parties for one in chain.attested(party).records if one.kind is ACCREDITATION}
    claiming = {trial for number in numbers for trial in chain.claims(number).trials}
    # Anyone may attest: of very many authors only those that the reader trusts, or that decided, have names.
    named = {*deciding, *vouching} if len(deciding) + len(vouching) <= _MOST_AUTHORS else deciding
    chain.load(parties=[*named, *accreditors], subjects=deciding if accreditors else (), states=claiming)


def trial_seals(
    chain: ChainSource, trial: bytes, names: Names, folder: TrialFolder | None = None, files: Sequence[FileReading] = ()
) -> tuple[TrialEvidence, tuple[FileEvidence, ...]]:
    """A trial, and the evidence for each document that it sealed, at hand or not, in the order of its acts.

    At hand are `files` and those of the folder. FailedError if the chain has no such trial.
    """
    loaded = TrialLoader(chain, files, names).load(trial, folder)
    around = {digest: file for file in (*files, *(folder.files if folder else ())) for digest in file.digests}
    found = []
    for digest, sealing in sealings_of(loaded.history.acts):
        file = around.get(digest) or FileReading(sealing.words, digest, None, None, 0)
        evidence = FileEvidence(file, folder=folder)
        found.append(_with_sealing(chain, evidence, loaded, digest, sealing, (), names))
    return loaded, tuple(found)


def _trials_meant(trial: bytes | None, folder: TrialFolder | None) -> Collection[bytes]:
    if trial is not None:
        return (trial,)
    return folder.trials if folder else ()


def _sealed_evidence(
    chain: ChainSource,
    evidence: FileEvidence,
    carrying: list[tuple[bytes, Act]],
    trial: bytes | None,
    loader: TrialLoader,
    names: Names,
    accreditors: Collection[bytes],
) -> FileEvidence:
    """The evidence for a file whose digest some act carries."""
    trials = list(dict.fromkeys(act.trial for _, act in carrying))
    chosen, why = _chosen(chain, evidence, carrying, trials, trial, loader, accreditors)
    elsewhere = tuple(act for digest, act in carrying if act.trial != chosen and loader.confirms(digest, act))
    if chosen is None:
        return evidence._replace(elsewhere=elsewhere)
    loaded = loader.load(chosen, evidence.folder)
    if not loaded.history.complete:
        # Which of the logs are the trial's own cannot be told, so that none is used: its state is asked.
        for _, digest, sealing in in_state(chain, chosen, [(0, evidence.file)]):
            return _with_sealing(chain, evidence, loaded, digest, sealing, (), names)
        why = f"not all acts of the trial can be seen: {loaded.history.gap}{ASK_ANOTHER}"
        return evidence._replace(elsewhere=elsewhere, unseen=why)
    if why:
        loaded = loaded._replace(chosen_by=why)
    # The canonical digest comes first; the kind that the document names goes before others.
    for digest in evidence.file.digests:
        sealings = loaded.sealings(digest)
        if sealings:
            main = min(sealings, key=lambda one: _rank(one, evidence.file))
            also = tuple(one for one in sealings if one is not main)
            found = _with_sealing(chain, evidence, loaded, digest, main, also, names)
            return found._replace(elsewhere=elsewhere)
    why = f"the node shows an act about it that is not among the trial's acts: it contradicts itself{ASK_ANOTHER}"
    return evidence._replace(elsewhere=elsewhere, unseen=why)


def _rank(sealing: Sealing, file: FileReading) -> tuple[bool, bool, int]:
    return (DocumentKind(sealing.kind).word != file.kind, sealing.kind == MILESTONE, sealing.act)


def _chosen(
    chain: ChainSource,
    evidence: FileEvidence,
    carrying: list[tuple[bytes, Act]],
    trials: list[bytes],
    trial: bytes | None,
    loader: TrialLoader,
    accreditors: Collection[bytes],
) -> tuple[bytes | None, str | None]:
    """Which of the trials with this digest is meant, and why; None if the verifier means another."""
    if trial is not None:
        return (trial if trial in trials else None), None
    if len(trials) == 1:
        return trials[0], None
    by_receipt = [one for one in trials if evidence.folder and one in evidence.folder.trials]
    if len(by_receipt) == 1:
        return by_receipt[0], "the receipts beside it, which anyone could have written, name this trial"
    # What is hidden might choose otherwise.
    if accreditors and not any(chain.attested(act.actor).gap for _, act in carrying):
        vouched = {
            act.trial
            for _, act in carrying
            if any(
                one.kind is ACCREDITATION and one.author in accreditors and one.stands_at(act.time)
                for one in chain.attestations(act.actor)
            )
        }
        if len(vouched) == 1:
            return vouched.pop(), "it is the only one sealed by a party that one you trust vouches for"
    named = _code_named(evidence.file)
    codes = [code_of(loader.history(one)) for one in trials]
    by_code = [one for one, code in zip(trials, codes, strict=True) if named and code == named]
    if len(by_code) == 1 and None not in codes:
        return by_code[0], "the document names its code"
    first = min(carrying, key=lambda pair: pair[1].time)[1].trial
    return first, None


def _code_named(file: FileReading) -> str | None:
    trial = file.document.get("trial") if file.document else None
    code = trial.get("code") if isinstance(trial, dict) else None
    return code if isinstance(code, str) else None


def _with_sealing(
    chain: ChainSource,
    evidence: FileEvidence,
    loaded: TrialEvidence,
    digest: bytes,
    sealing: Sealing,
    also: tuple[Sealing, ...],
    names: Names,
) -> FileEvidence:
    chain.load(subjects=[loaded.trial, sealing.actor], parties=[sealing.actor])
    attestations = tuple(chain.attestations(loaded.trial, digest))
    authors = {one.author for one in attestations if one.kind is APPROVAL}
    accreditations = tuple(one for one in chain.attestations(sealing.actor) if one.kind is ACCREDITATION)
    chain.load(subjects=authors)
    seen = [("the trial", loaded.trial), ("the party that acted", sealing.actor)]
    seen += [("a party that decided", author) for author in authors]
    gaps = (f"what is attested about {what}: {gap}" for what, one in seen if (gap := chain.attested(one).gap))
    results: tuple[ResultEvidence, ...] = ()
    foreign: tuple[ResultReported, ...] = ()
    if sealing.kind == RESULTS and evidence.file.document is not None:
        results, foreign = results_evidence(evidence.file.document, digest, loaded)
    return evidence._replace(
        trial=loaded,
        sealing=sealing,
        also=also,
        digest=digest,
        results=results,
        foreign_reports=foreign,
        party=names.record(sealing.actor),
        accreditations=accreditations,
        attestations=attestations,
        author_accreditations={
            author: tuple(one for one in chain.attestations(author) if one.kind is ACCREDITATION) for author in authors
        },
        attested_gap=next(gaps, None),
        unseen=None,
        finality=None if sealing.key is None else chain.finality(sealing.block),
    )
