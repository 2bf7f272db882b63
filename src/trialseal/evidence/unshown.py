"""What the contract's state says of files that no shown act seals."""

from __future__ import annotations

from collections.abc import Sequence

from trialseal.evidence.sealings import Sealing
from trialseal.evidence.source import ZERO, ChainSource
from trialseal.evidence.trials import TrialLoader
from trialseal.folder.reading import FileReading
from trialseal.ledger.codes import DocumentKind

# Looking in the contract's state costs a call a kind; so many files without an act are looked up there.
_MOST_STATE_LOOKUPS = 1000
# So many trials of a chain are read whole to show that a file is in none of them.
_MOST_TRIALS_READ = 50


def hidden_seals(chain: ChainSource, loader: TrialLoader, files: Sequence[tuple[int, FileReading]]) -> dict[int, str]:
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
