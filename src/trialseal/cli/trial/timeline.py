"""Gathers what the timeline of a trial shows: its acts, attestations about it, and what names are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trialseal.cli.session import Session
from trialseal.cli.trial.folder import TrialFolder
from trialseal.cli.trial.receipting import when
from trialseal.documents import canonical, endpoints
from trialseal.documents.identifiers import date_text
from trialseal.evidence.profiles import find_names
from trialseal.ledger.acts import Act, AttestationRecord, History
from trialseal.report.trial.entries import attestation_entry, entries_of, periods_of
from trialseal.report.trial.view import TimelineView
from trialseal.report.words import Names, attestation_words, registry_number, trial_code


@dataclass(frozen=True)
class TrialView:
    """A trial's history with what a page and a table need of it."""

    history: History
    names: Names
    page: TimelineView
    attestation_lines: list[str]

    def declared(self, act: Act) -> str | None:
        """The date that an act states, as precise as it was stated."""
        code = act.details.get("date") or act.details.get("submitted")
        return date_text(code) if code else None


def timeline_view(session: Session, trial: bytes, folder: TrialFolder | None) -> TrialView:
    """Reads a trial from the chain and, for names and notices, what lies in its folder and is sealed."""
    chain = session.chain
    history = chain.history(trial)
    sealed = sealed_protocols(history, folder)
    latest = sealed[max(sealed)] if sealed else {}
    attestations = _attestations(session, history)
    acts = history.acts
    parties = {history.state.sponsor, *(act.actor for act in acts), *(one.author for one, _ in attestations)}
    names = _names(session, folder, parties, sealed, latest)
    numbers = tuple(registry_number(act.subject) for act in acts if act.name == "RegistryIdClaimed")
    titles = latest.get("titles") or {}
    code = trial_code(acts[0].details["code"]) if acts else "?"
    if history.complete:
        leads = "1 act leads" if len(acts) == 1 else f"{len(acts)} acts lead"
        complete = f"complete: {leads} to the count and rolling digest in the contract's state"
    else:
        complete = f"not complete: {history.gap}"
    entries = [
        *entries_of(acts, names),
        *(attestation_entry(one, names, about) for one, about in attestations),
    ]
    page = TimelineView(
        title=titles.get("public") or titles.get("scientific") or f"Trial {code}",
        trial=trial.hex(),
        sponsor=names.party(history.state.sponsor),
        sponsor_id=history.state.sponsor.hex(),
        chain=_chain_line(session, acts),
        completeness=complete,
        complete=history.complete,
        registry_ids=numbers,
        notices=tuple(latest.get("notes") or ()),
        entries=tuple(sorted(entries, key=lambda entry: entry.time)),
        periods=periods_of(acts, names),
    )
    lines = [f"{when(one.time)}  {attestation_words(one, names, about)}" for one, about in attestations]
    return TrialView(history, names, page, lines)


def sealed_protocols(history: History, folder: TrialFolder | None) -> dict[int, Mapping[str, Any]]:
    """The protocol versions in the folder that are the sealed ones; what is not sealed names nothing."""
    if folder is None:
        return {}
    sealed = {
        act.subject
        for act in history.acts
        if act.name == "TrialRegistered" or (act.name == "DocumentSealed" and act.details["kind"] == 1)
    }
    return {
        version: document
        for version, document in folder.sealed_protocols().items()
        if canonical.document_digest(document) in sealed
    }


def _names(
    session: Session,
    folder: TrialFolder | None,
    parties: set[bytes],
    sealed: Mapping[int, Mapping[str, Any]],
    latest: Mapping[str, Any],
) -> Names:
    folders = [session.home / "parties", *(folder.profile_folders() if folder else [])]
    profiles = find_names(session.chain, folders)
    legal = {party: profile.legal_name for party in parties if (profile := profiles.profile(party))}
    leaves: dict[bytes, str] = {}
    for version in sorted(sealed):
        for leaf, endpoint in zip(
            endpoints.endpoint_leaves(sealed[version]), sealed[version]["endpoints"], strict=True
        ):
            leaves[leaf] = str(endpoint["id"])
    return Names(legal, [str(part["id"]) for part in latest.get("parts") or ()], leaves)


def _attestations(session: Session, history: History) -> list[tuple[AttestationRecord, str]]:
    """What was attested about the trial's sponsor, the trial itself, and each of its documents."""
    trial = history.state.trial
    found = [(one, "") for one in session.chain.attestations(history.state.sponsor)]
    found += [(one, "the trial") for one in session.chain.attestations(trial)]
    for act in history.acts:
        if act.name not in ("TrialRegistered", "DocumentSealed"):
            continue
        kind = act.details.get("kind", 1)
        version = act.details.get("version", 1)
        about = f"protocol version {version}" if kind == 1 else f"document {act.subject.hex()[:8]}…"
        found += [(one, about) for one in session.chain.attestations(trial, act.subject)]
    return sorted(found, key=lambda pair: pair[0].time)


def _chain_line(session: Session, acts: tuple[Act, ...]) -> str:
    finality = session.chain.finality(acts[-1].block) if acts else ""
    return f"chain {session.chain.chain_id()}: {finality}"
