"""What the contract's state says of files that no shown act seals."""

from __future__ import annotations

from collections.abc import Sequence

from trialseal.evidence.sealings import Sealing
from trialseal.evidence.source import ZERO, ChainSource
from trialseal.evidence.trials import TrialLoader
from trialseal.evidence.wording import count
from trialseal.folder.reading import FileReading
from trialseal.ledger.codes import DocumentKind

# Looking in the contract's state costs a word a kind; so many files of a trial without its acts are looked up there.
_MOST_STATE_LOOKUPS = 1000
# So many trials of a chain are read whole to show that a file is in none of them.
MOST_TRIALS_READ = 200
ASK_ANOTHER = ": ask another node of the same chain"
"""The cure for what a node does not show."""


def unseen_elsewhere(
    chain: ChainSource, loader: TrialLoader, files: Sequence[tuple[int, FileReading]]
) -> dict[int, str]:
    """Of files that no shown act seals and whose trial is not known: why it cannot be told that none seals them.

    None where all trials of the chain are read whole. State alone does not suffice: it lacks milestones' documents.
    """
    if not files:
        return {}
    registered = chain.registrations()
    if registered.gap:
        return {
            number: f"not all trials of this chain can be seen: {registered.gap}{ASK_ANOTHER}" for number, _ in files
        }
    trials = [act.trial for act in registered.acts]
    if len(trials) > MOST_TRIALS_READ:
        why = f"this chain has {len(trials):,} trials, too many to read each: name the trial that you mean with --trial"
        return {number: why for number, _ in files}
    chain.load(trials=trials)
    whole = {trial for trial in trials if (history := loader.history(trial)) and history.complete}
    sealed = {digest: trial for trial in whole for digest in loader.sealing_acts(trial)}
    rest = [trial for trial in trials if trial not in whole]
    # Where not all acts of a trial are seen, state still tells what it has sealed, if not what it has not.
    wanted = list(dict.fromkeys(digest for _, file in files[:_MOST_STATE_LOOKUPS] for digest in file.digests))
    if rest and len(rest) * len(wanted) <= _MOST_STATE_LOOKUPS:
        times = chain.document_times(rest, [(kind, digest) for kind in DocumentKind for digest in wanted])
        sealed |= {digest: trial for (trial, _, digest), time in times.items() if time}
    found = {}
    if rest:
        why = f"not all acts of {count(len(rest), 'trial')} of this chain can be seen{ASK_ANOTHER}"
        found = {number: why for number, _ in files}
    for number, file in files:
        if by := next((sealed[digest] for digest in file.digests if digest in sealed), None):
            found[number] = (
                f"trial {by.hex()[:8]}… has sealed it, by the contract's state, and no act shows it{ASK_ANOTHER}"
            )
    return found


def in_state(
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
