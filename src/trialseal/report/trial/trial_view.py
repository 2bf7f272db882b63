"""Gathers what the timeline of a trial shows: its acts, attestations about it, and what names are known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeGuard

from trialseal.documents import endpoints
from trialseal.evidence.profiles import find_names
from trialseal.evidence.trials import protocols_at_hand
from trialseal.evidence.version_text import Text, text_of
from trialseal.evidence.wording import count
from trialseal.folder.trial_folder import TrialFolder
from trialseal.ledger.acts import Act, DocumentSealed, TrialRegistered
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.claims import numbers_of
from trialseal.ledger.codes import AttestationKind, DocumentKind
from trialseal.ledger.moments import moment
from trialseal.ledger.reader import Reader
from trialseal.ledger.records import History
from trialseal.report.trial.after_approval import after_approval, approved_so_far
from trialseal.report.trial.entries import attestation_entry, declared_by, entries_of, periods_of, with_mark
from trialseal.report.trial.plain_words import plain_words
from trialseal.report.trial.view import TimelineView
from trialseal.report.words import PRACTICE, TrialNames, attestation_words, trial_code, unvouched
from trialseal.values import Value, replace

# Anyone may attest: of more parties than this only those that acted are looked up by name.
_MOST_NAMED = 500


class TrialView(Value):
    """A trial's history with what a page and a table need of it."""

    history: History
    names: TrialNames
    page: TimelineView
    attestation_lines: list[str]
    versions: Mapping[int, Text] = MappingProxyType({})
    """What each version of the protocol that is at hand says, and changed since the one before."""
    after: Mapping[int, str] = MappingProxyType({})
    """By the number of an act that amends: after which approval it came."""
    attestations: Sequence[tuple[AttestationRecord, str]] = ()
    """What was attested, with what it is about, in the order of time."""

    def declared(self, act: Act) -> str | None:
        """The date that an act states, as precise as it was stated."""
        return declared_by(act)


def timeline_view(chain: Reader, home: Path, trial: bytes, folder: TrialFolder | None) -> TrialView:
    """Reads a trial from the chain and, for names and notices, what lies in its folder and home and is sealed."""
    history = chain.history(trial)
    sealed = sealed_protocols(history, folder)
    latest = sealed[max(sealed)] if sealed else {}
    acts = history.acts
    actors = {history.state.sponsor, *(act.actor for act in acts)}
    chain.load(subjects=[history.state.sponsor, trial], parties=actors)
    attestations = _attestations(chain, history)
    parties = {*actors, *(one.author for one, _ in attestations)}
    chain.load(parties=parties if len(parties) <= _MOST_NAMED else actors)
    parties = parties if len(parties) <= _MOST_NAMED else actors
    names = _names(chain, home, folder, parties, sealed, latest)
    numbers = tuple(one.number for one in numbers_of(acts) if not one.withdrawn_at)
    titles = latest.get("titles") or {}
    code = next((trial_code(act.code) for act in acts if isinstance(act, TrialRegistered)), "?")
    if history.complete:
        complete = f"complete: {count(len(acts), 'act')}, which {'is' if len(acts) == 1 else 'are'} all of them"
    else:
        complete = f"not complete: {history.gap}"
    gaps = {
        what: chain.attested(one).gap for what, one in (("the sponsor", history.state.sponsor), ("the trial", trial))
    }
    complete += "".join(f"; not all that is attested about {what} is seen: {gap}" for what, gap in gaps.items() if gap)
    versions = {one: text_of(sealed[one], sealed.get(one - 1)) for one in sealed}
    if not chain.vouching().vouched:
        complete = f"as this block says, {complete}"
    after = after_approval(acts, [one for one, _ in attestations], names)
    entries = [
        *(
            with_mark(
                replace(entry, changed=versions[act.version].changes) if _is_version(act, versions) else entry,
                after.get(act.number),
            )
            for act, entry in zip(acts, entries_of(acts, names), strict=True)
        ),
        *(attestation_entry(one, names, about) for one, about in attestations),
    ]
    page = TimelineView(
        title=titles.get("public") or titles.get("scientific") or f"Trial {code}",
        trial=trial.hex(),
        sponsor=names.party(history.state.sponsor),
        sponsor_id=history.state.sponsor.hex(),
        chain=_chain_line(chain, acts),
        completeness=complete,
        complete=True if history.complete and not any(gaps.values()) else None,
        registry_ids=numbers,
        notices=tuple(latest.get("notes") or ()),
        entries=tuple(sorted(entries, key=lambda entry: entry.time)),
        periods=periods_of(acts, names),
        summary=plain_words(
            acts,
            sealed,
            complete=history.complete,
            approved=approved_so_far(acts, [one for one, _ in attestations], chain.as_of().time),
        ),
        doubts=tuple(_doubts(chain)),
        vouched=chain.vouching().vouched,
    )
    lines = [f"{moment(one.time, exact=True)}  {attestation_words(one, names, about)}" for one, about in attestations]
    return TrialView(history, names, page, lines, versions, after, attestations)


def _is_version(act: Act, versions: Mapping[int, Text]) -> TypeGuard[DocumentSealed]:
    """Whether an act seals a later version of the protocol that is at hand."""
    return isinstance(act, DocumentSealed) and act.kind is DocumentKind.PROTOCOL and act.version in versions


def _doubts(chain: Reader) -> Iterator[str]:
    """What a reader of the page must know before anything else on it."""
    now, vouching = chain.as_of(), chain.vouching()
    if vouching.contradiction is not None:
        yield vouching.contradiction.words
    elif not vouching.vouched:
        words = unvouched(f"{now.number:,} (0x{now.hash.removeprefix('0x')})")
        yield f"{words[0].upper()}{words[1:]}: it cannot be determined yet."
    if now.is_devnet:
        yield f"This is a {PRACTICE}"


def sealed_protocols(history: History, folder: TrialFolder | None) -> dict[int, Mapping[str, Any]]:
    """The protocol versions in the folder that are the sealed ones; what is not sealed names nothing.

    Nor does anything where not all acts are seen: any that are shown may be nobody's.
    """
    if folder is None or not history.complete:
        return {}
    return {version: text.document for version, text in protocols_at_hand(history, folder.files).items()}


def _names(
    chain: Reader,
    home: Path,
    folder: TrialFolder | None,
    parties: set[bytes],
    sealed: Mapping[int, Mapping[str, Any]],
    latest: Mapping[str, Any],
) -> TrialNames:
    folders = [home / "parties", *(folder.profile_folders if folder else [])]
    profiles = find_names(chain, folders)
    legal = {party: profile.legal_name for party in parties if (profile := profiles.profile(party))}
    leaves: dict[bytes, str] = {}
    for version in sorted(sealed):
        for leaf, endpoint in zip(
            endpoints.endpoint_leaves(sealed[version]), sealed[version]["endpoints"], strict=True
        ):
            leaves[leaf] = str(endpoint["id"])
    return TrialNames(legal, [str(part["id"]) for part in latest.get("parts") or ()], leaves)


def _attestations(chain: Reader, history: History) -> list[tuple[AttestationRecord, str]]:
    """What was attested about the trial's sponsor, the trial itself, its documents, and who may open its data."""
    trial = history.state.trial
    found = [(one, "") for one in chain.attestations(history.state.sponsor)]
    found += [(one, "the trial") for one in chain.attestations(trial)]
    for act in history.acts:
        if isinstance(act, TrialRegistered):
            about = "protocol version 1"
        elif isinstance(act, DocumentSealed):
            is_protocol = act.kind is DocumentKind.PROTOCOL
            about = f"protocol version {act.version}" if is_protocol else f"document {act.subject.hex()[:8]}…"
        else:
            continue
        found += [(one, about) for one in chain.attestations(trial, act.subject)]
    listed = {one.log for one, _ in found}
    # A permit is about the trial and a package, which no act names.
    permits = [one for one in chain.attested(trial).records if one.kind is AttestationKind.PERMIT]
    found += [(one, "") for one in permits if one.log not in listed]
    return sorted(found, key=lambda pair: pair[0].time)


def _chain_line(chain: Reader, acts: tuple[Act, ...]) -> str:
    finality = chain.finality(acts[-1].block) if acts else ""
    return f"chain {chain.chain_id()}: {finality}"
