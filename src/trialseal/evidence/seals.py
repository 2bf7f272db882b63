"""Which acts carry a file's digest, and all that the chain and the folder know around them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from trialseal.documents.endpoints import endpoint_leaf, endpoint_leaves
from trialseal.errors import FailedError, UsageError
from trialseal.escaping import quoted
from trialseal.evidence.profiles import Names
from trialseal.evidence.source import ZERO, ChainSource
from trialseal.evidence.wording import count, kind_words, milestone_words
from trialseal.folder.reading import FileReading
from trialseal.folder.trial_folder import TrialFolder
from trialseal.ledger.acts import (
    SEALING,
    Act,
    DocumentSealed,
    MilestoneRecorded,
    ResultReported,
    TrialRegistered,
)
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.block import AsOf
from trialseal.ledger.claims import NumberClaim, numbers_of
from trialseal.ledger.codes import AttestationKind, Blinding, DocumentKind, Milestone
from trialseal.ledger.parties import PartyRecord
from trialseal.ledger.records import History, TrialState
from trialseal.ledger.standing import standing
from trialseal.merkle import tree

PROTOCOL, ANALYSIS_PLAN = DocumentKind.PROTOCOL, DocumentKind.ANALYSIS_PLAN
REGISTRY_RECORD, RESULTS = DocumentKind.REGISTRY_RECORD, DocumentKind.RESULTS
MILESTONE = 0
"""Stands for a kind where a digest is that of a milestone's document, which has no versions."""
ACCREDITATION, APPROVAL = AttestationKind.ACCREDITATION, AttestationKind.APPROVAL
"""Kinds of attestation."""
# Looking in the contract's state costs a call a kind; so many files without an act are looked up there.
_MOST_STATE_LOOKUPS = 1000
# So many trials of a chain are read whole to show that a file is in none of them.
_MOST_TRIALS_READ = 50
_MOST_AUTHORS = 200

Progress = Callable[[str], None]


class Sealing(NamedTuple):
    """How a digest stands in a trial: as which kind and version, since when, by whom."""

    kind: int
    """A `codes.DocumentKind`; MILESTONE for a milestone's document."""
    version: int
    time: int
    """Block time, Unix seconds."""
    actor: bytes
    act: int
    """Number of the act, from 1."""
    key: str | None = None
    """The key that acted; None where only the contract's state is known, not the log."""
    block: int | None = None
    blinding: Blinding = Blinding.NOT_STATED
    endpoint_count: int = 0
    endpoint_root: bytes | None = None
    milestone: Milestone | None = None
    """The milestone whose document it is."""

    @property
    def words(self) -> str:
        """'protocol version 2', 'results document 1', 'document of milestone data lock'."""
        if self.kind == MILESTONE:
            return f"document of milestone {milestone_words(self.milestone or 0)}"
        if self.kind == RESULTS:
            return f"results document {self.version}"
        return f"{kind_words(self.kind)} version {self.version}"


class ProtocolText(NamedTuple):
    """A sealed protocol version whose document is at hand."""

    version: int
    path: Path
    document: dict[str, Any]
    leaves: tuple[bytes, ...]
    """Of its endpoints, in their order."""
    set_agrees: bool
    """Whether these endpoints are those whose root was sealed with the version."""

    @property
    def endpoint_ids(self) -> tuple[str, ...]:
        """The endpoints' ids, in their order."""
        return tuple(str(endpoint.get("id")) for endpoint in self.document["endpoints"])

    @property
    def part_ids(self) -> tuple[str, ...]:
        """The parts' ids; the first is part 1."""
        parts = self.document.get("parts")
        if not isinstance(parts, list):
            return ()
        return tuple(str(part.get("id")) if isinstance(part, dict) else "" for part in parts)

    @property
    def endpoint_parts(self) -> tuple[frozenset[str], ...]:
        """The ids of the parts that each endpoint belongs to; none means the whole trial."""
        lists = [endpoint.get("parts") for endpoint in self.document["endpoints"]]
        return tuple(frozenset(map(str, one)) if isinstance(one, list) else frozenset() for one in lists)


class NumberEvidence(NamedTuple):
    """A registry number that the trial claims, and who else does."""

    number: str
    """In its registry's own spelling."""
    claim: NumberClaim
    others: tuple[TrialState, ...]
    gap: str | None = None
    """Why not all claims of it can be seen; None if all are."""


class TrialEvidence(NamedTuple):
    """A trial: its history and what it is read together with. Loaded once for all its files."""

    history: History
    chain_id: int
    is_devnet: bool
    numbers: tuple[NumberEvidence, ...] = ()
    protocols: Mapping[int, ProtocolText] = MappingProxyType({})
    """The protocol versions at hand, by number."""
    registry_records: tuple[FileReading, ...] = ()
    """Registry records at hand."""
    at_hand: frozenset[bytes] = frozenset()
    """Digests of all files at hand."""
    as_of: AsOf | None = None
    """The block as of which the chain was read."""
    chosen_by: str | None = None
    """Why this trial and not another one with the same digest; None if there was no choice."""

    @property
    def trial(self) -> bytes:
        """The trial's id."""
        return self.history.state.trial

    @property
    def code(self) -> str | None:
        """The sponsor's own code for the trial; None where the registration's log is not at hand."""
        return _code_of(self.history)

    @property
    def name(self) -> str:
        """What the trial is called: its first registry number, else its code."""
        return (
            self.numbers[0].number
            if self.numbers
            else f"trial {quoted(self.code) if self.code else self.trial.hex()[:8] + '…'}"
        )

    def sealings(self, digest: bytes) -> tuple[Sealing, ...]:
        """How a digest stands in this trial, as its acts say; in their order."""
        return tuple(sealing for one, sealing in sealings_of(self.history.acts) if one == digest)


class ResultEvidence(NamedTuple):
    """One result of a results document."""

    place: int
    """In the document's list, from 0."""
    endpoint: str | None
    """The endpoint's id; None for a post hoc result without endpoint."""
    version: int | None
    """The protocol version that the document names."""
    planned: bool
    leaf: bytes | None
    """The endpoint's leaf; None where that protocol version is not at hand."""
    acts: tuple[ResultReported, ...] = ()
    """The acts that report this leaf from this document."""
    parts: frozenset[int] | None = None
    """Numbers that the result's part may have; None if they cannot be told."""
    first_version: int | None = None
    """The first protocol version known to hold the leaf."""
    first_sealed: Sealing | None = None
    first_is_certain: bool = False
    """Whether all versions before it are at hand, so that none of them holds the leaf."""
    cut_off: str | None = None
    """The data cut-off that the document states."""
    part: str | None = None
    """The part's id; None for the whole trial."""
    final: bool = False
    """Whether the document calls it final, not interim."""


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
        return self.file.path.name


def seals_of(
    chain: ChainSource,
    files: Sequence[FileReading],
    trial: bytes | None,
    names: Names,
    folders: Sequence[TrialFolder | None],
    *,
    accreditors: Collection[bytes] = (),
    progress: Progress | None = None,
) -> list[FileEvidence]:
    """The evidence for each file, in their order; `folders` are those that they lie in.

    `trial` is the one that the verifier means; without it, a file's trial is found by its digest. Where several
    trials sealed the same digest, the one of the receipts around the file is meant, else the one that a trusted
    accreditor's party sealed, else the one whose code the document names; otherwise the first, which is said.
    """
    say = progress or (lambda words: None)
    say(f"looking for {count(len(files), 'file')} on the chain …")
    digests = [digest for file in files for digest in file.digests]
    known = {one for folder in folders for one in _trials_meant(trial, folder)}
    chain.load(trials=known, digests=digests)
    acts = chain.acts_by_subject(digests)
    loader = _TrialLoader(chain, files, names)
    # Of each file without a trial known before, every trial that an act of it names may be meant.
    candidates = {
        act.trial
        for file, folder in zip(files, folders, strict=True)
        if not _trials_meant(trial, folder)
        for digest in file.digests
        for act in acts.get(digest, ())
    }
    chain.load(trials=candidates)
    _load_around(chain, loader, {*known, *candidates}, accreditors)
    found: list[FileEvidence] = []
    unsealed: dict[bytes, list[int]] = defaultdict(list)
    for number, (file, folder) in enumerate(zip(files, folders, strict=True)):
        evidence = FileEvidence(file, folder=folder)
        carrying: list[tuple[bytes, Act]] = [
            (digest, act) for digest in file.digests for act in acts.get(digest, ()) if isinstance(act, SEALING)
        ]
        # A trial that is known before is asked itself, whatever the node shows by digest.
        shown = {(act.trial, act.number) for _, act in carrying}
        for meant in _trials_meant(trial, folder):
            own = loader.sealing_acts(meant)
            carrying += [
                (digest, act)
                for digest in file.digests
                for act in own.get(digest, ())
                if (meant, act.number) not in shown
            ]
        if carrying:
            say(f"reading the trial of file {number + 1} of {len(files)} …")
            evidence = _sealed_evidence(chain, evidence, carrying, trial, loader, names, accreditors)
        if evidence.sealing is None:
            for meant in _trials_meant(trial, evidence.folder):
                unsealed[meant].append(number)
        found.append(evidence)
    for meant, numbers in unsealed.items():
        history = loader.history(meant)
        if history is None or not history.gap:
            continue  # acts that lead to the digest in state are all acts: no other seals anything
        # A node that has pruned its logs, or hides some, still has the contract's state.
        for number, digest, sealing in _in_state(chain, meant, [(n, files[n]) for n in numbers]):
            evidence = _with_sealing(
                chain, found[number], loader.load(meant, found[number].folder), digest, sealing, (), names
            )
            found[number] = evidence
        why = f"not all acts of the trial can be seen: {history.gap}"
        for number in numbers:
            if found[number].sealing is None:
                found[number] = found[number]._replace(unseen=why)
    nowhere = [n for n, one in enumerate(found) if one.sealing is None and not _trials_meant(trial, one.folder)]
    for number, why in _hidden(chain, loader, [(n, files[n]) for n in nowhere]).items():
        found[number] = found[number]._replace(unseen=why)
    return found


def _hidden(chain: ChainSource, loader: _TrialLoader, files: Sequence[tuple[int, FileReading]]) -> dict[int, str]:
    """Of files that no shown act seals and whose trial is not known: why that cannot be told, where state says more."""
    if not files:
        return {}
    registered = chain.registrations()
    if registered.gap:
        return {number: f"not all trials of this chain can be seen: {registered.gap}" for number, _ in files}
    trials = [act.trial for act in registered.acts]
    wanted = {digest for _, file in files for digest in file.digests}
    sealed: dict[bytes, bytes] = {}
    # The acts of a few trials are read whole, which tells of any number of files; where they do not lead to the digest
    # in state, and for many trials, state is asked for each document.
    if len(trials) <= _MOST_TRIALS_READ:
        chain.load(trials=trials)
        whole = [trial for trial in trials if (history := loader.history(trial)) and not history.gap]
        sealed = {digest: trial for trial in whole for digest in wanted & loader.sealing_acts(trial).keys()}
        trials = [trial for trial in trials if trial not in whole]
    if trials and len(trials) * len(files) <= _MOST_STATE_LOOKUPS * 10:
        times = chain.document_times(trials, [(kind, digest) for kind in DocumentKind for digest in wanted])
        sealed |= {digest: trial for (trial, _, digest), time in times.items() if time}
    return {
        number: f"trial {sealed[digest].hex()[:8]}… has sealed it, by the contract's state, and no act shows it"
        for number, file in files
        for digest in file.digests
        if digest in sealed
    }


def _load_around(
    chain: ChainSource, loader: _TrialLoader, trials: Iterable[bytes], accreditors: Collection[bytes]
) -> None:
    """Reads, in two requests, what trials are read together with: parties, attestations, claims; then their authors."""
    histories = [history for one in trials if (history := loader.history(one))]
    parties = {act.actor for history in histories for act in history.acts} | {one.state.sponsor for one in histories}
    subjects = {one.state.trial for one in histories} | parties
    numbers = [claim.number_text for one in histories for claim in numbers_of(one.acts) if not claim.withdrawn_at]
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
    loaded = _TrialLoader(chain, files, names).load(trial, folder)
    around = {digest: file for file in (*files, *(folder.files if folder else ())) for digest in file.digests}
    found = []
    for digest, sealing in sealings_of(loaded.history.acts):
        file = around.get(digest) or FileReading(Path(sealing.words), digest, None, None, 0)
        evidence = FileEvidence(file, folder=folder)
        found.append(_with_sealing(chain, evidence, loaded, digest, sealing, (), names))
    return loaded, tuple(found)


def sealings_of(acts: Iterable[Act]) -> list[tuple[bytes, Sealing]]:
    """Every digest that the acts of one trial seal, with how; in their order."""
    found: list[tuple[bytes, Sealing]] = []
    results: set[bytes] = set()
    for act in acts:
        common = (act.time, act.actor, act.number, act.key, act.block)
        match act:
            case TrialRegistered():
                endpoints = (act.endpoint_count, act.endpoint_root)
                sealing = Sealing(PROTOCOL, 1, *common, Blinding.NOT_STATED, *endpoints)
            case DocumentSealed():
                endpoints = (act.endpoint_count, act.endpoint_root)
                sealing = Sealing(act.kind, act.version, *common, act.blinding, *endpoints)
            case ResultReported() if act.subject not in results:
                results.add(act.subject)
                sealing = Sealing(RESULTS, len(results), *common)
            case MilestoneRecorded() if act.subject != ZERO:
                sealing = Sealing(MILESTONE, 1, *common, milestone=act.milestone)
            case _:
                continue
        found.append((act.subject, sealing))
    return found


def _trials_meant(trial: bytes | None, folder: TrialFolder | None) -> Collection[bytes]:
    if trial is not None:
        return (trial,)
    return folder.trials if folder else ()


class _TrialLoader:
    """Loads each trial once."""

    def __init__(self, chain: ChainSource, files: Sequence[FileReading], names: Names) -> None:
        self._chain = chain
        self._files = files
        self._names = names
        self._histories: dict[bytes, History | None] = {}
        self._sealing: dict[bytes, dict[bytes, list[Act]]] = {}
        self._trials: dict[tuple[bytes, Path | None], TrialEvidence] = {}

    def history(self, trial: bytes) -> History | None:
        """The trial's history; None if the chain has no such trial."""
        if trial not in self._histories:
            try:
                self._histories[trial] = self._chain.history(trial)
            except FailedError:
                self._histories[trial] = None
        return self._histories[trial]

    def sealing_acts(self, trial: bytes) -> dict[bytes, list[Act]]:
        """The acts that seal documents, by digest, of a trial whose acts are all seen; none of any other."""
        if trial not in self._sealing:
            history = self.history(trial)
            found: dict[bytes, list[Act]] = {}
            for act in history.acts if history and history.complete else ():
                if isinstance(act, SEALING):
                    found.setdefault(act.subject, []).append(act)
            self._sealing[trial] = found
        return self._sealing[trial]

    def load(self, trial: bytes, folder: TrialFolder | None) -> TrialEvidence:
        """The trial as read with a folder; FailedError if the chain has none."""
        place = (trial, folder.path if folder else None)
        if place not in self._trials:
            history = self.history(trial)
            if history is None:
                raise FailedError(f"there is no trial {trial.hex()} on chain {self._chain.chain_id()}")
            around = {file.path: file for file in self._files}
            around.update({file.path: file for file in (folder.files if folder else ())})
            for act in history.acts:
                self._names.record(act.actor)
            self._names.record(history.state.sponsor)
            if not history.complete:
                # A log that does not lead to the digest in state is nobody's act: none is taken for one.
                history = History(history.state, (), history.gap)
            self._trials[place] = TrialEvidence(
                history=history,
                chain_id=self._chain.chain_id(),
                is_devnet=self._chain.is_devnet(),
                numbers=self._numbers(history),
                protocols=protocols_at_hand(history, around.values()),
                registry_records=tuple(f for f in around.values() if f.kind == "registry-record"),
                at_hand=frozenset(digest for file in around.values() for digest in file.digests),
                as_of=self._chain.as_of(),
            )
        return self._trials[place]

    def _numbers(self, history: History) -> tuple[NumberEvidence, ...]:
        own = [one for one in numbers_of(history.acts) if not one.withdrawn_at]
        self._chain.load(numbers=[one.number_text for one in own])
        claims = [self._chain.claims(one.number_text) for one in own]
        self._chain.load(states=[trial for one in claims for trial in one.trials])
        found = []
        for claim, every in zip(own, claims, strict=True):
            others = [state for one in every.trials if one != claim.trial and (state := self._chain.trial(one))]
            found.append(NumberEvidence(claim.number, claim, tuple(others), str(every.gap) if every.gap else None))
        return tuple(found)


def protocols_at_hand(history: History, files: Iterable[FileReading]) -> dict[int, ProtocolText]:
    """The protocol versions that this trial sealed and whose documents are among these files, by number."""
    sealed = {digest: one for digest, one in sealings_of(history.acts) if one.kind == PROTOCOL}
    found: dict[int, ProtocolText] = {}
    for file in files:
        sealing = sealed.get(file.canonical) if file.canonical else None
        if sealing is None or file.document is None or file.kind != "protocol":
            continue
        try:
            leaves = endpoint_leaves(file.document)
        except (FailedError, UsageError):
            continue
        agrees = tree.root(leaves) == sealing.endpoint_root and len(leaves) == sealing.endpoint_count
        found.setdefault(
            sealing.version, ProtocolText(sealing.version, file.path, file.document, tuple(leaves), agrees)
        )
    return dict(sorted(found.items()))


def _sealed_evidence(
    chain: ChainSource,
    evidence: FileEvidence,
    carrying: list[tuple[bytes, Act]],
    trial: bytes | None,
    loader: _TrialLoader,
    names: Names,
    accreditors: Collection[bytes],
) -> FileEvidence:
    """The evidence for a file whose digest some act carries."""
    trials = list(dict.fromkeys(act.trial for _, act in carrying))
    chosen, why = _chosen(chain, evidence, carrying, trials, trial, loader, accreditors)
    elsewhere = tuple(act for _, act in carrying if act.trial != chosen)
    if chosen is None:
        return evidence._replace(elsewhere=elsewhere)
    loaded = loader.load(chosen, evidence.folder)
    if not loaded.history.complete:
        # Which of the logs are the trial's own cannot be told, so that none is used: its state is asked.
        for _, digest, sealing in _in_state(chain, chosen, [(0, evidence.file)]):
            return _with_sealing(chain, evidence, loaded, digest, sealing, (), names)
        why = f"not all acts of the trial can be seen: {loaded.history.gap}"
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
    why = "the node shows an act about it that is not among the trial's acts: it contradicts itself"
    return evidence._replace(elsewhere=elsewhere, unseen=why)


def _rank(sealing: Sealing, file: FileReading) -> tuple[bool, bool, int]:
    return (DocumentKind(sealing.kind).word != file.kind, sealing.kind == MILESTONE, sealing.act)


def _chosen(
    chain: ChainSource,
    evidence: FileEvidence,
    carrying: list[tuple[bytes, Act]],
    trials: list[bytes],
    trial: bytes | None,
    loader: _TrialLoader,
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
    if accreditors:
        vouched = {
            act.trial
            for _, act in carrying
            if any(
                one.kind is ACCREDITATION and one.author in accreditors and one.stands_at(act.time)
                for one in chain.attestations(act.actor)
            )
        }
        if len(vouched) == 1:
            return vouched.pop(), "it is the only one that an accredited party sealed"
    named = _code_named(evidence.file)
    by_code = [one for one in trials if named and _code_of(loader.history(one)) == named]
    if len(by_code) == 1:
        return by_code[0], "the document names its code"
    first = min(carrying, key=lambda pair: pair[1].time)[1].trial
    return first, None


def _code_named(file: FileReading) -> str | None:
    trial = file.document.get("trial") if file.document else None
    code = trial.get("code") if isinstance(trial, dict) else None
    return code if isinstance(code, str) else None


def _code_of(history: History | None) -> str | None:
    # Of acts that do not lead to the digest in state none is believed.
    for act in history.acts if history and history.complete else ():
        if isinstance(act, TrialRegistered):
            return act.code_text
    return None


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


def results_evidence(
    document: Mapping[str, Any], digest: bytes, trial: TrialEvidence
) -> tuple[tuple[ResultEvidence, ...], tuple[ResultReported, ...]]:
    """What is known of each result of a results document; and the acts that report what is none of them.

    A report that was corrected since reports nothing.
    """
    reports = [a for a in standing(trial.history.acts) if isinstance(a, ResultReported) and a.subject == digest]
    parts: dict[str, set[int]] = defaultdict(set)
    for protocol in trial.protocols.values():
        for number, name in enumerate(protocol.part_ids, 1):
            parts[name].add(number)
    found: list[ResultEvidence] = []
    explained: set[int] = set()
    listed = document.get("results")
    for place, result in enumerate(listed if isinstance(listed, list) else ()):
        if not isinstance(result, dict):
            continue
        one = _result(place, result, trial, reports, parts)
        explained.update(act.number for act in one.acts)
        found.append(one)
    unknown = any(one.leaf is None for one in found)
    foreign = tuple(act for act in reports if act.number not in explained)
    # With a protocol version out of reach, a report that fits no known leaf may well be that result's.
    if unknown:
        unknown_versions = {one.version for one in found if one.leaf is None and one.planned}
        post_hoc = any(one.leaf is None and not one.planned for one in found)
        foreign = tuple(
            act
            for act in foreign
            if act.protocol_version not in unknown_versions and not (post_hoc and act.protocol_version == 0)
        )
    return tuple(found), foreign


def _result(
    place: int,
    result: Mapping[str, Any],
    trial: TrialEvidence,
    reports: Sequence[ResultReported],
    parts: Mapping[str, set[int]],
) -> ResultEvidence:
    # The document may be anyone's, and no model was asked: whatever is not of its type counts as not stated.
    endpoint, part, cut_off = (_text(result.get(key)) for key in ("endpoint", "part", "cut_off"))
    version = result.get("protocol_version")
    version = version if isinstance(version, int) and not isinstance(version, bool) else None
    leaf: bytes | None = None
    if result.get("endpoint") is None:
        leaf = endpoint_leaf(result)
    elif (text := trial.protocols.get(version or 0)) and text.set_agrees and endpoint in text.endpoint_ids:
        leaf = text.leaves[text.endpoint_ids.index(endpoint)]
    first, sealing, certain = _first_holding(leaf, version, trial) if endpoint is not None else (None, None, False)
    return ResultEvidence(
        place=place,
        endpoint=endpoint,
        version=version,
        planned=result.get("planning") == "planned",
        leaf=leaf,
        acts=tuple(act for act in reports if act.endpoint == leaf),
        parts=frozenset({0})
        if result.get("part") is None
        else frozenset(parts[part])
        if part is not None and part in parts
        else None,
        first_version=first,
        first_sealed=sealing,
        first_is_certain=certain,
        cut_off=cut_off,
        part=part,
        final=result.get("stage") == "final",
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _first_holding(
    leaf: bytes | None, named: int | None, trial: TrialEvidence
) -> tuple[int | None, Sealing | None, bool]:
    """The first protocol version known to hold a leaf, how it was sealed, and whether none before can."""
    by_version = {one.version: one for _, one in sealings_of(trial.history.acts) if one.kind == PROTOCOL}
    holding = {v for v, text in trial.protocols.items() if leaf in text.leaves and text.set_agrees}
    # A report that the contract accepted proves the leaf to be in that version, whether its text is at hand or not.
    holding |= {
        act.protocol_version
        for act in trial.history.acts
        if isinstance(act, ResultReported) and act.endpoint == leaf and act.protocol_version
    }
    if leaf is None:
        holding = {named} if named in by_version else set()
    if not holding:
        return None, None, False
    first = min(holding)
    before = all(v in trial.protocols and trial.protocols[v].set_agrees for v in range(1, first))
    return first, by_version.get(first), before and leaf is not None


def _in_state(
    chain: ChainSource, trial: bytes, files: Sequence[tuple[int, FileReading]]
) -> list[tuple[int, bytes, Sealing]]:
    """Those of the files that the contract's state knows, though no log was shown."""
    if chain.trial(trial) is None:
        return []
    asked = [(n, d) for n, file in files[:_MOST_STATE_LOOKUPS] for d in file.digests]
    pairs = [(kind, digest) for kind in DocumentKind for _, digest in asked]
    records = chain.documents(trial, pairs)
    found = []
    taken: set[int] = set()
    authors: dict[int, bytes] = {}
    for (kind, digest), record, (number, _) in zip(pairs, records, asked * len(DocumentKind), strict=True):
        if record.time and number not in taken:
            taken.add(number)
            if record.author not in authors:
                authors[record.author] = chain.party_numbered(record.author) or ZERO
            author = authors[record.author]
            sealing = Sealing(
                kind,
                record.version,
                record.time,
                author,
                record.act,
                blinding=record.blinding,
                endpoint_count=record.endpoint_count,
            )
            found.append((number, digest, sealing))
    return found
