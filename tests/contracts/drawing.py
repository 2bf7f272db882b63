"""What somebody does next, for the machine that holds the contracts against their model: act, key, arguments, time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from trialseal.merkle import tree

from .chain import ZERO
from .model import World
from .model.trials import Trial
from .signing import local_key
from .stage import DAY, LEAVES, NOBODY, ROOT, digest, padded

KEYS = {key.address.lower(): key for key in (local_key(f"hand {number}") for number in range(6))}
SALTS = [digest("salt 1"), digest("salt 2")]
CODES = [padded("AB-1"), padded("AB-2")]
DOCUMENTS = [digest("document 1"), digest("document 2"), digest("document 3")]
STREAMS = [digest("stream 1"), digest("stream 2")]
NUMBERS = [padded(one) for one in ("NCT04368728", "NL7985", "nct-4368728", "CTRI/2020/03/024402", "000", "\x07", "")]
ENTRIES = [digest(f"entry {number}") for number in range(40)]

Arguments = tuple[Any, ...]
# What is done more often, so that there is something for the others to be done to.
LIKELY = [
    *["addKey", "revokeKey", "vetoKey"] * 4,
    "vetoOffer",
    "openStream",
    "extend",
    "extend",
    *["offerTransfer", "acceptTransfer"] * 3,
]


@dataclass(frozen=True)
class Drawing:
    """Draws acts that make sense in a world, and some that do not."""

    data: st.DataObject
    world: World
    now: int  # time of the last block, Unix seconds
    functions: Sequence[str]  # all that there are
    logs: Sequence[bytes]  # digests of those so far

    def act(
        self,
        functions: st.SearchStrategy[str] | None = None,
        key: str | None = None,
        time: int | None = None,
    ) -> tuple[str, str, Arguments, int]:
        """An act: function, key, arguments, block time. Mostly a key acts for its own party."""
        function = self.data.draw(functions or st.sampled_from([*self.functions, *LIKELY]))
        key = key or self.data.draw(st.sampled_from(sorted(KEYS)))
        of_key = [id_ for id_, party in self.world.parties.found.items() if key in party.keys]
        party = self.data.draw(st.sampled_from([*of_key * 8, *self.world.parties.found, digest("nobody")]))
        time = self.later() if time is None else time
        return function, key, self._arguments(function, party, key, time), time

    def _arguments(self, function: str, party: bytes, key: str, time: int) -> Arguments:
        pick = lambda options: self.data.draw(st.sampled_from(options))  # noqa: E731
        parties = [*[*self.world.parties.found] * 4, digest("nobody"), ZERO]
        hand = sorted(KEYS)
        trial_id = pick([*[*self.world.trials.found] * 8, digest("no trial")])
        trial = self.world.trials.found.get(trial_id)
        if trial and trial.sponsor in parties and key in self.world.parties.found[trial.sponsor].keys:
            party = pick([trial.sponsor, trial.sponsor, party])
        days = [0, 20200400, 20200230, 20991231, 20200401]
        head = (trial_id, party)
        match function:
            case "createParty":
                named = [(NOBODY, 0), (NOBODY, 0), (pick(hand), pick([1, 3, 0xFFFF, 2])), (pick(hand), 0)]
                return ((pick(SALTS), pick(DOCUMENTS), *pick(named), *pick(named)),)
            case "addKey":
                return ((party, pick([*hand, NOBODY]), pick([1, 1, 1, 3, 0xFFFF, 2, 4, 8, 0])),)
            case "revokeKey" | "vetoKey" | "contestCompromise":
                return ((party, pick(self._hands(party, time))),)
            case "declareCompromise":
                return ((party, pick(self._hands(party, time)), pick([0, 1, time - DAY, time, time + 1])),)
            case "changeProfile":
                return ((party, pick(DOCUMENTS)),)
            case "attest":
                until = pick([0, time - 1, time, time + 1])
                subject = pick([trial_id, *parties])
                about = (pick(days), until, subject, pick([*DOCUMENTS, ZERO]), pick([ZERO, DOCUMENTS[0]]))
                return ((party, pick([0, 1, 2, 7, 255]), pick([0, 1, 255]), pick([0, 840]), *about),)
            case "withdraw":
                return ((party, pick([trial_id, *parties]), pick([*self.logs[-5:], ZERO])),)
            case "register":
                root, count = pick([(ROOT, len(LEAVES)), (ROOT, len(LEAVES)), (ZERO, 0), (ROOT, 0)])
                return ((party, pick(CODES), pick([*DOCUMENTS, ZERO]), root, count),)
            case "seal":
                kind = pick([1, 1, 2, 3, 4, 5, 9, 10, 0])
                version = (trial.versions.get(kind, 0) if trial else 0) + pick([1, 1, 1, 0, 2])
                root, count = pick([(ROOT, len(LEAVES)), (ZERO, 0), (ZERO, 3)])
                return ((*head, kind, version, pick([0, 1, 2, 3]), pick([*DOCUMENTS, ZERO]), root, count),)
            case "recordMilestone":
                last = trial.acts if trial else 0
                act = pick([0, 0, 1, last, last + 1, 2**32 - 1])
                return (
                    (*head, pick([0, 1, 65535]), pick([0, 1, 20, 20, 255]), pick(days), act, pick([*DOCUMENTS, ZERO])),
                )
            case "reportResult":
                index = pick([0, 3, 11, 12])
                proof = tree.inclusion_proof(LEAVES, index) if index < len(LEAVES) else []
                proof = pick([proof, proof, proof[:-1], [*proof, ZERO], []])
                endpoint = pick([LEAVES[index % len(LEAVES)], LEAVES[1], ZERO])
                return (
                    *((*head, pick(DOCUMENTS), endpoint, pick([0, 2]), pick([0, 1, 1, 2]), index, len(LEAVES)),),
                    proof,
                )
            case "claimRegistryId":
                return ((*head, pick(NUMBERS), pick(days)),)
            case "withdrawRegistryId":
                return ((*head, pick(NUMBERS)),)
            case "appoint":
                stream = pick([ZERO, *STREAMS])
                acts = pick([1 << 3, 1 << 11, 1 << 2 | 1 << 12, 0, 1 << 6, 1 << 13])
                begins = pick([0, time - 1, time, time + 1])
                return ((*head, pick(parties), stream, acts, begins, time + pick([0, 1, 2, DAY, 9 * DAY])),)
            case "shortenAppointment":
                until = pick([0, time - 1, time, time + 1, time + DAY])
                return ((*head, pick(parties), pick([ZERO, *STREAMS]), pick([0, 0, 1, 9]), until),)
            case "offerTransfer" | "acceptTransfer":
                if function == "acceptTransfer" and trial and trial.offer and pick([True, True, False]):
                    return ((trial_id, trial.offer.to, trial.sponsor),)
                return ((*head, pick(parties)),)
            case "vetoOffer":
                return (head,)
            case "nameRole":
                return ((*head, pick(parties), pick([0, 11, 255]), pick([True, False])),)
            case "openStream":
                return ((*head, pick([*STREAMS, ZERO])),)
        if trial and trial.streams:
            party, stream = pick(sorted(trial.streams))
        else:
            stream = pick(STREAMS)
        before = self.world.heads.found.get((trial_id, party, stream))
        old = before.size if before else 0
        size = pick([old + 1, min(old + 7, len(ENTRIES)), old, old + 2**32 + 1])
        entries = ENTRIES[: min(size, len(ENTRIES))]
        proof = tree.consistency_proof(entries, old) if 0 < old < len(entries) == size else []
        root = pick([tree.root(entries)] * 4 + [ZERO, DOCUMENTS[0]])
        return ((trial_id, party, stream, size, root), pick([proof, proof, proof, [*proof, ZERO], proof[1:]]))

    def _hands(self, party: bytes, time: int) -> list[str]:
        """Keys to do something about: mostly those of the party that are about to begin or to end."""
        known = self.world.parties.found.get(party)
        keys = known.keys if known else {}
        changing = sorted(hand for hand, key in keys.items() if key.begins > time or key.until > time)
        return [*changing * 8, *sorted(keys) * 2, *sorted(KEYS)[:2]]

    def later(self) -> int:
        """A time after the last block: soon, or just before, at or just after something takes effect or ends."""
        now = self.now
        edges = {edge for trial in self.world.trials.found.values() for edge in _edges(trial)}
        for party in self.world.parties.found.values():
            for key in party.keys.values():
                edges |= {key.begins, key.until, key.declared + 7 * DAY}
        wanted = sorted({edge + off for edge in edges for off in (-1, 0, 1) if now < edge + off < now + 30 * DAY})
        return int(self.data.draw(st.sampled_from([now + 1, now + 1, now + 1, now + DAY, *wanted])))


def _edges(trial: Trial) -> set[int]:
    """The times at which something begins or ends in a trial."""
    runs = {edge for list_ in trial.appointments.values() for one in list_ for edge in (one.begins, one.until)}
    return runs | ({trial.offer.effective} if trial.offer else set())
