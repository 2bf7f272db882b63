"""A trial as it is read: its history, and what lies around it on the chain and in its folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from trialseal.documents.endpoints import endpoint_leaves
from trialseal.errors import FailedError, UsageError
from trialseal.escaping import quoted
from trialseal.evidence.profiles import Names
from trialseal.evidence.sealings import PROTOCOL, Sealing, sealings_by_digest, sealings_of
from trialseal.evidence.source import ChainSource
from trialseal.folder.reading import FileReading
from trialseal.folder.trial_folder import TrialFolder
from trialseal.ledger.acts import (
    SEALING,
    Act,
    TrialRegistered,
)
from trialseal.ledger.block import AsOf
from trialseal.ledger.claims import NumberClaim, numbers_of
from trialseal.ledger.records import History, TrialState
from trialseal.merkle import tree


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
        return code_of(self.history)

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
        return sealings_by_digest(self.history.acts).get(digest, ())


class TrialLoader:
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

    def confirms(self, digest: bytes, act: Act) -> bool:
        """Whether an act that was found by a digest is one of its trial's, by the trial's own rolling digest."""
        return any(one.number == act.number for one in self.sealing_acts(act.trial).get(digest, ()))

    def load(self, trial: bytes, folder: TrialFolder | None) -> TrialEvidence:
        """The trial as read with a folder; FailedError if the chain has none."""
        place = (trial, folder.path if folder else None)
        if place not in self._trials:
            history = self.history(trial)
            if history is None:
                raise FailedError(f"there is no trial {trial.hex()} on chain {self._chain.chain_id()}")
            around = {file.place: file for file in self._files}
            around.update({file.place: file for file in (folder.files if folder else ())})
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


def code_of(history: History | None) -> str | None:
    # Of acts that do not lead to the digest in state none is believed.
    for act in history.acts if history and history.complete else ():
        if isinstance(act, TrialRegistered):
            return act.code_text
    return None
