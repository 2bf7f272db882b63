"""Reading trialseal's contracts on one chain: trials, parties, attestations, numbers and streams, as of one block.

Light on purpose: a verifier imports this and nothing heavier. What is read once is kept until `renew`; whoever needs
much asks for it together, with `load`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from trialseal.errors import FailedError, UndeterminedError
from trialseal.ledger import heads as head_checks
from trialseal.ledger.abi import AbiError
from trialseal.ledger.acts import BY_EVENT, ZERO, Act, StreamOpened, TrialRegistered, act_from
from trialseal.ledger.attestations import AttestationRecord, Attested, attested
from trialseal.ledger.claims import NumberClaims, claims
from trialseal.ledger.codes import Blinding
from trialseal.ledger.contracts import contract
from trialseal.ledger.logs import MOST_TOPICS, Log, Wanted, parse, wanted
from trialseal.ledger.networks import Network
from trialseal.ledger.node import Call, Node, Progress
from trialseal.ledger.parties import EVENTS as PARTY_EVENTS
from trialseal.ledger.parties import PartyRecord, party_record
from trialseal.ledger.records import (
    DocumentRecord,
    Head,
    HeadHistory,
    HeadState,
    History,
    Registrations,
    Stream,
    TrialState,
)
from trialseal.ledger.rolling import digest_gap, word_gap
from trialseal.registries.numbers import fold, same

# Digests to one eth_call, which must stay far below a block's gas: each costs about 3,000 and 36 bytes of
# calldata.
DIGESTS_A_CALL = 1000
_ACTS = tuple(BY_EVENT)
_CLAIMS = ("RegistryIdClaimed", "RegistryIdWithdrawn")
_NOT_SEALED = DocumentRecord(0, 0, 0, 0, 0, Blinding.NOT_STATED)
T = TypeVar("T")


class Chain(Node):
    """One chain with trialseal's contracts. Every method raises UndeterminedError if the node cannot answer."""

    def __init__(self, network: Network, *, timeout: float = 30.0, progress: Progress | None = None) -> None:
        super().__init__(network, timeout=timeout, progress=progress)
        self._forget()

    def renew(self) -> None:
        """Forgets what was read, so that the next reading is as of the block that is newest then."""
        super().renew()
        self._forget()

    def _forget(self) -> None:
        self._histories: dict[bytes, History | None] = {}
        self._states: dict[bytes, TrialState | None] = {}
        self._parties: dict[bytes, PartyRecord | None] = {}
        self._attested: dict[bytes, Attested] = {}
        self._numbers: dict[bytes, tuple[bytes, list[Log]]] = {}  # word and logs, by fold
        self._found: dict[bytes, list[Act]] = {}
        self._registrations: Registrations | None = None
        self._logs: dict[tuple[str, bytes], list[Log]] = {}  # by contract and first id

    # ----- all at once -----

    def load(
        self,
        *,
        trials: Iterable[bytes] = (),
        states: Iterable[bytes] = (),
        parties: Iterable[bytes] = (),
        subjects: Iterable[bytes] = (),
        numbers: Iterable[str] = (),
        digests: Iterable[bytes] = (),
    ) -> None:
        """Reads, in one request, what of this was not read before; the methods below then answer without asking.

        `trials` with their acts, `states` without; `subjects` with all that is attested about them; `numbers` with
        their claims; `digests` with the acts of any trial about them.
        """
        new_trials = _new(trials, self._histories)
        new_states = _new([*new_trials, *states], self._states)
        new_parties = _new(parties, self._parties)
        new_subjects = _new(subjects, self._attested)
        new_folds = _new(map(fold, numbers), self._numbers)
        new_digests = _new(digests, self._found)
        calls: list[Call] = [("TrialRegistry", "trialOf", (one,)) for one in new_states]
        calls += [("Parties", "partyOf", (one,)) for one in new_parties]
        calls += [("Parties", "wordOf", (one,)) for one in new_parties]
        calls += [("Attestations", "wordOf", (one,)) for one in new_subjects]
        calls += [("TrialRegistry", "wordOfNumber", (one,)) for one in new_folds]
        parts: list[tuple[str, Wanted]] = []
        parts += [("trial", wanted("TrialRegistry", _ACTS, part)) for part in _parts(new_trials)]
        parts += [("party", wanted("Parties", PARTY_EVENTS, part)) for part in _parts(new_parties)]
        parts += [("subject", wanted("Attestations", ("Attested", "Withdrawn"), part)) for part in _parts(new_subjects)]
        parts += [("number", wanted("TrialRegistry", _CLAIMS, None, part)) for part in _parts(new_folds)]
        parts += [("digest", wanted("TrialRegistry", _ACTS, None, part)) for part in _parts(new_digests)]
        answers, logs = self.read(calls, [one for _, one in parts])
        by: dict[str, dict[bytes, list[Log]]] = defaultdict(lambda: defaultdict(list))
        for (kind, _), found in zip(parts, logs, strict=True):
            for log in found:
                by[kind][log.topics[2] if kind in ("number", "digest") else log.topics[1]].append(log)
        rest = iter(answers)
        for trial in new_states:
            self._states[trial] = _trial_state(trial, next(rest))
        for name, kind, ids in (
            ("TrialRegistry", "trial", new_trials),
            ("Parties", "party", new_parties),
            ("Attestations", "subject", new_subjects),
        ):
            self._logs |= {(name, one): by[kind][one] for one in ids}
        for trial in new_trials:
            self._histories[trial] = self._history(self._states[trial], by["trial"][trial])
        states_of = {party: next(rest) for party in new_parties}
        for party, (number, created, _, _, settled) in states_of.items():
            word, shown = next(rest), by["party"][party]
            known = self._decoded(party_record, party, number, created, settled, word, shown) if number else None
            self._parties[party] = known
        for subject in new_subjects:
            self._attested[subject] = self._decoded(attested, next(rest), by["subject"][subject])
        for folded in new_folds:
            self._numbers[folded] = (next(rest), by["number"][folded])
        for digest in new_digests:
            self._found[digest] = [self._act(log) for log in by["digest"][digest]]

    def _none_before(self, one: Wanted) -> int | None:
        """No log of a trial is older than the trial."""
        if one.contract not in ("TrialRegistry", "TrialLog") or len(one.topics) < 2 or one.topics[1] is None:
            return None
        self.load(states=one.topics[1])
        created = [state.created_at for trial in one.topics[1] if (state := self._states[trial])]
        return min(created, default=None)

    def _decoded(self, read: Callable[..., T], *arguments: Any) -> T:
        try:
            return read(*arguments)
        except (AbiError, ValueError, TypeError, KeyError):
            raise self._odd("a log that is none of the contracts'") from None

    # ----- trials -----

    def trial(self, trial: bytes) -> TrialState | None:
        """A trial as it stands; None if this chain has none with this id."""
        self.load(states=[trial])
        return self._states[trial]

    def history(self, trial: bytes) -> History:
        """Every act of a trial, from its logs, checked against count and rolling digest in state.

        FailedError if there is no such trial; whatever is missing or wrong is said in `gap`.
        """
        self.load(trials=[trial])
        history = self._histories[trial]
        if history is None:
            raise FailedError(f"there is no trial {trial.hex()} on chain {self.chain_id()} at {self.rpc.shown}")
        return history

    def _history(self, state: TrialState | None, logs: Sequence[Log]) -> History | None:
        if state is None:
            return None
        rolled, numbers = [log.rolled for log in logs], [log.number for log in logs]
        gap = digest_gap(state.acts, state.rolling_digest, rolled, numbers, "act")
        return History(state, tuple(self._act(log) for log in logs), gap)

    def acts_by_subject(self, subjects: Iterable[bytes]) -> dict[bytes, list[Act]]:
        """The acts of any trial about each of these digests (or other subjects); without those that have none.

        A log that this node shows, and no more: whether the act is its trial's, `history` says.
        """
        asked = list(dict.fromkeys(subjects))
        self.load(digests=asked)
        return {one: self._found[one] for one in asked if self._found[one]}

    def registrations(self) -> Registrations:
        """The registrations of all trials of this chain, in their order, held against count and word in state."""
        if self._registrations is None:
            calls: list[Call] = [("TrialRegistry", "trialCount", ()), ("TrialRegistry", "trialsWord", ())]
            (count, word), [logs] = self.read(calls, [wanted("TrialRegistry", ("TrialRegistered",))])
            gap = word_gap(word, [log.rolled for log in logs], list(range(1, len(logs) + 1)), "trial")
            acts = tuple(act for log in logs if isinstance(act := self._act(log), TrialRegistered))
            self._registrations = Registrations(acts, int(count), gap)
        return self._registrations

    def documents(self, trial: bytes, documents: Sequence[tuple[int, bytes]]) -> list[DocumentRecord]:
        """The records of documents given as (kind, digest), in order; `time` is 0 where one is not sealed."""
        # Times come a thousand to a call; the rest is asked only of those that are sealed.
        times = self.document_times([trial], documents)
        sealed = [place[1:] for place, time in times.items() if time]
        records, _ = self.read([("TrialRegistry", "documentOf", (trial, *document)) for document in sealed])
        known = {
            document: DocumentRecord(
                time=record["time"],
                author=record["author"],
                version=record["version"],
                act=record["act"],
                endpoint_count=record["endpointCount"],
                blinding=Blinding(record["blinding"]),
            )
            for document, record in zip(sealed, records, strict=True)
        }
        return [known.get(document, _NOT_SEALED) for document in documents]

    def document_times(
        self, trials: Sequence[bytes], documents: Sequence[tuple[int, bytes]]
    ) -> dict[tuple[bytes, int, bytes], int]:
        """When each trial's state says that each document (kind, digest) was sealed; 0 where it was not."""
        places: list[tuple[bytes, int, list[bytes]]] = []
        for kind in sorted({kind for kind, _ in documents}):
            digests = list(dict.fromkeys(digest for its, digest in documents if its == kind))
            places += [(trial, kind, part) for trial in trials for part in _parts(digests, DIGESTS_A_CALL)]
        answers, _ = self.read([("TrialRegistry", "documentTimes", place) for place in places])
        return {
            (trial, kind, digest): time
            for (trial, kind, digests), times in zip(places, answers, strict=True)
            for digest, time in zip(digests, times, strict=True)
        }

    def claims(self, number: str) -> NumberClaims:
        """Every claim of a registry number, in whatever spelling, held against the word under its fold."""
        self.load(numbers=[number])
        word, logs = self._numbers[fold(number)]
        return self._decoded(claims, word, logs, lambda stated: same(stated, number))

    def is_permitted(self, trial: bytes, party: bytes, act: int, stream: bytes = ZERO) -> bool:
        """Whether a party may do an act (a `codes.ActCode`) now: the sponsor, or appointed for it."""
        return bool(self._one("TrialRegistry", "isPermitted", trial, party, act, stream))

    def stream_opened_at(self, trial: bytes, writer: bytes, stream: bytes) -> int:
        """When a writer opened a stream; 0 if it did not."""
        return int(self._one("TrialRegistry", "streamOpenedAt", trial, writer, stream))

    # ----- streams -----

    def streams(self, trial: bytes) -> tuple[Stream, ...]:
        """Every stream of a trial that was ever opened, in the order of opening, from the trial's acts.

        UndeterminedError if the node does not show all acts: then it may hide a stream.
        """
        history = self.history(trial)
        if history.gap:
            raise UndeterminedError(
                f"which streams trial {trial.hex()} has cannot be told from this node: {history.gap}"
            )
        opened = [act for act in history.acts if isinstance(act, StreamOpened)]
        return tuple(Stream(trial, act.subject, act.actor, act.time) for act in opened)

    def head(self, trial: bytes, writer: bytes, stream: bytes) -> HeadState | None:
        """The present head of a writer's log; None if nothing is anchored."""
        return _head_state(self._one("TrialLog", "headOf", trial, writer, stream))

    def heads(self, trial: bytes, writer: bytes | None = None, stream: bytes | None = None) -> tuple[Head, ...]:
        """The heads of a trial's logs as the node shows them, in their order; of one writer or stream if named.

        Whether these are all, `head_history` says of one log.
        """
        state = self.trial(trial)
        if state is None:
            raise FailedError(f"there is no trial {trial.hex()} on chain {self.chain_id()} at {self.rpc.shown}")
        _, [logs] = self.read([], [_head_logs(trial, writer, stream)])
        return tuple(self._decoded(head_checks.head_from, log) for log in logs)

    def head_history(self, trial: bytes, writer: bytes, stream: bytes) -> HeadHistory:
        """Every head of a writer's log, checked against count and rolling digest in state."""
        state = self.trial(trial)
        if state is None:
            raise FailedError(f"there is no trial {trial.hex()} on chain {self.chain_id()} at {self.rpc.shown}")
        asked: Call = ("TrialLog", "headOf", (trial, writer, stream))
        [answer], [logs] = self.read([asked], [_head_logs(trial, writer, stream)])
        head = _head_state(answer)
        shown = tuple(self._decoded(head_checks.head_from, log) for log in logs)
        return HeadHistory(head, shown, head_checks.gap(head, shown))

    def head_of(self, raw: Mapping[str, Any]) -> Head | None:
        """The head that a log (of a transaction's receipt) records; None if it is another contract's or no head."""
        log = parse(raw)
        if log is None or log.address != contract("TrialLog").address or len(log.topics) != 4:
            return None
        is_head = log.topics[0] == contract("TrialLog").topic("HeadExtended")
        return self._decoded(head_checks.head_from, log) if is_head else None

    # ----- parties -----

    def party(self, party: bytes) -> PartyRecord | None:
        """A party with every key it ever had, in the order of addition; None if this chain has no such party."""
        self.load(parties=[party])
        return self._parties[party]

    def party_numbered(self, number: int) -> bytes | None:
        """The id of the party with this number, as document records name their authors."""
        party: bytes = self._one("Parties", "partyNumbered", number)
        return party if any(party) else None

    # ----- attestations -----

    def attested(self, subject: bytes) -> Attested:
        """Everything attested of a subject, whatever its digest, held against the subject's word in state."""
        self.load(subjects=[subject])
        return self._attested[subject]

    def attestations(self, subject: bytes, digest: bytes = ZERO) -> list[AttestationRecord]:
        """All attestations about a subject and a digest of it (zeros: itself), withdrawn and ended ones too."""
        return [one for one in self.attested(subject).records if one.digest == digest]

    # ----- logs -----

    def logs_about(self, name: str, id: bytes) -> list[Log]:
        """The logs of a trial in TrialRegistry, a party in Parties or a subject in Attestations, as loaded."""
        return self._logs.get((name, id), [])

    # ----- logs of transactions -----

    def act_of(self, raw: Mapping[str, Any]) -> Act | None:
        """The act that a log (of a transaction's receipt) records; None if it is another contract's or no act."""
        log = parse(raw)
        if log is None or log.address != contract("TrialRegistry").address or len(log.topics) != 4:
            return None
        topics = {contract("TrialRegistry").topic(event) for event in _ACTS}
        return self._act(log) if log.topics[0] in topics else None

    def _act(self, log: Log) -> Act:
        return self._decoded(act_from, log)

    def _one(self, name: str, function: str, *arguments: Any) -> Any:
        [answer], _ = self.read([(name, function, arguments)])
        return answer


def _trial_state(trial: bytes, state: Mapping[str, Any]) -> TrialState | None:
    if not state["createdAt"]:
        return None
    return TrialState(
        trial=trial,
        sponsor=state["sponsor"],
        created_at=state["createdAt"],
        acts=state["acts"],
        rolling_digest=state["rollingDigest"],
        versions=dict(enumerate(state["versions"], start=1)),
        offered_to=state["offeredTo"] if any(state["offeredTo"]) else None,
        offer_effective=state["offerEffective"],
    )


def _head_state(state: Mapping[str, Any]) -> HeadState | None:
    if not state["size"]:
        return None
    return HeadState(state["size"], state["time"], state["heads"], state["root"], state["rollingDigest"])


def _head_logs(trial: bytes, writer: bytes | None, stream: bytes | None) -> Wanted:
    topics: list[Collection[bytes] | None] = [[trial], [stream] if stream else None, [writer] if writer else None]
    return wanted("TrialLog", ("HeadExtended",), *topics)


def _new(asked: Iterable[bytes], known: Mapping[bytes, object]) -> list[bytes]:
    return [one for one in dict.fromkeys(asked) if one not in known]


def _parts(items: Sequence[bytes], size: int = MOST_TOPICS) -> list[list[bytes]]:
    return [list(items[start : start + size]) for start in range(0, len(items), size)]
