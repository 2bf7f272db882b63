"""Reading trialseal's contracts: trials, parties, attestations, numbers and streams of one chain, as of one block.

Light on purpose: a verifier imports this and nothing heavier. What is read once is kept until `renew`; whoever needs
much asks for it together, with `load`. Words of state come proven, from a node or out of a bundle; logs are believed as
far as they lead to those words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from trialseal.errors import FailedError, UndeterminedError, UsageError
from trialseal.ledger import heads as head_checks
from trialseal.ledger.abi import AbiError
from trialseal.ledger.acts import BY_EVENT, ZERO, Act, StreamOpened, act_from, sponsor_of
from trialseal.ledger.attestations import AttestationRecord, Attested, attested
from trialseal.ledger.claims import NumberClaims, claims
from trialseal.ledger.listing import TrialList, histories_by_digest
from trialseal.ledger.logs import Log, Wanted, in_parts, until, wanted
from trialseal.ledger.parties import EVENTS as PARTY_EVENTS
from trialseal.ledger.parties import PartyRecord, party_record
from trialseal.ledger.proof_source import ProofSource
from trialseal.ledger.proofs import layout
from trialseal.ledger.proofs.layout import Slot
from trialseal.ledger.records import (
    DocumentRecord,
    HeadHistory,
    HeadState,
    History,
    Registrations,
    Stream,
    TrialState,
    as_it_stood,
)
from trialseal.ledger.rolling import digest_gap
from trialseal.ledger.state import Proven, Unproven
from trialseal.registries.numbers import fold, same
from trialseal.values import replace

_ACTS = tuple(BY_EVENT)
_ATTESTING = ("Attested", "Withdrawn")
_CLAIMS = ("RegistryIdClaimed", "RegistryIdWithdrawn")
_HEAD = "the stream's head: make it with trialseal bundle --streams"
T = TypeVar("T")


class Reader(ProofSource):
    """What is known of one chain as of one block. Every method raises UndeterminedError if its source cannot answer."""

    def __init__(self, at: int | None = None) -> None:
        """`at` is a time (Unix seconds) as of which all is told, from the newest state: what came later is left out."""
        self.at = at
        self._forget()

    def forget(self) -> None:
        """Forgets what was read as of that block, so that who reads very much keeps little; the block stays."""
        self._forget()

    def _forget(self) -> None:
        self._histories: dict[bytes, History | None] = {}
        self._states: dict[bytes, TrialState | None] = {}
        self._parties: dict[bytes, PartyRecord | None] = {}
        self._attested: dict[bytes, Attested] = {}
        self._numbers: dict[bytes, tuple[Proven | None, list[Log]]] = {}  # word and logs, by fold
        self._found: dict[bytes, list[Act]] = {}
        self._registrations: Registrations | None = None
        self._acts: dict[int, tuple[Log, Act]] = {}  # by the log, which is kept so that its place is no other's
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
        if self.at is not None:  # who was the sponsor then, only the acts tell
            trials, states = [*trials, *states], ()
        new_trials = _new(trials, self._histories)
        new_states = _new([*new_trials, *states], self._states)
        new_parties = _new(parties, self._parties)
        new_subjects = _new(subjects, self._attested)
        new_folds = _new(map(fold, numbers), self._numbers)
        new_digests = _new(digests, self._found)
        if not any((new_states, new_trials, new_parties, new_subjects, new_folds, new_digests)):
            return
        slots = [slot for one in new_states for slot in layout.trial(one)]
        slots += [slot for one in new_parties for slot in layout.party(one)]
        slots += [layout.subject_word(one) for one in new_subjects]
        slots += [layout.number_word(one) for one in new_folds]
        parts: list[tuple[str, Wanted]] = []
        parts += [("trial", wanted("TrialRegistry", _ACTS, part)) for part in in_parts(new_trials)]
        parts += [("party", wanted("Parties", PARTY_EVENTS, part)) for part in in_parts(new_parties)]
        parts += [
            ("subject", wanted("Attestations", ("Attested", "Withdrawn"), part)) for part in in_parts(new_subjects)
        ]
        parts += [("number", wanted("TrialRegistry", _CLAIMS, None, part)) for part in in_parts(new_folds)]
        parts += [("digest", wanted("TrialRegistry", _ACTS, None, part)) for part in in_parts(new_digests)]
        words, logs = self.prove(slots, [one for _, one in parts])
        by: dict[str, dict[bytes, list[Log]]] = defaultdict(lambda: defaultdict(list))
        for (kind, _), found in zip(parts, logs, strict=True):
            for log in found:
                by[kind][log.topics[2] if kind in ("number", "digest") else log.topics[1]].append(log)
        for name, kind, ids in (
            ("TrialRegistry", "trial", new_trials),
            ("Parties", "party", new_parties),
            ("Attestations", "subject", new_subjects),
        ):
            self._logs |= {(name, one): by[kind][one] for one in ids}
        rest = iter(words)
        self._load_trials({trial: (next(rest), next(rest)) for trial in new_states}, new_trials, by["trial"])
        for party in new_parties:
            record, word = next(rest), next(rest)
            if record is None or word is None:
                self._parties[party] = PartyRecord(party, 0, 0, ZERO, (), self._no_proof("the party"))
            else:
                self._parties[party] = self._decoded(party_record, party, record, word, by["party"][party], self.at)
        for subject in new_subjects:
            word = next(rest)
            if word is None:
                self._attested[subject] = Attested((), (), self._no_proof("what is attested about it"))
            else:
                self._attested[subject] = self._decoded(attested, word, by["subject"][subject], self.at)
        for folded in new_folds:
            self._numbers[folded] = (next(rest), by["number"][folded])
        for digest in new_digests:
            self._found[digest] = [self._act(log) for log in until(by["digest"][digest], self.at)]

    def load_acts(self, trials: Iterable[bytes]) -> None:
        """As `load` of trials, by half as many proofs, where nothing is asked but what their acts say."""
        new = _new(trials, self._histories)
        for history, logs in histories_by_digest(self, new, self._act):
            trial, stood = history.state.trial, history if self.at is None else as_it_stood(history, self.at)
            self._histories[trial], self._states[trial] = stood, stood.state if stood else None
            self._logs["TrialRegistry", trial] = logs
        self.load(trials=new)  # those whose acts are not all shown

    def _load_trials(
        self,
        words: Mapping[bytes, tuple[Proven | None, Proven | None]],
        with_acts: Sequence[bytes],
        logs: Mapping[bytes, Sequence[Log]],
    ) -> None:
        """Trials' states from the words of header and rolling digest; of some with their acts from their logs.

        State keeps a sponsor's number only. Where acts are complete they name it, else state is asked once more.
        """
        states = {trial: self._trial_state(trial, *its) for trial, its in words.items()}
        found: dict[bytes, History] = {}
        for trial in with_acts:
            state = states[trial] if trial in states else self._states[trial]
            if state is None:
                self._histories[trial] = None
                continue
            shown = logs[trial]
            assert state.rolling_digest is not None  # of what a chain holds
            gap = digest_gap(
                state.acts, state.rolling_digest, [one.rolled for one in shown], [one.number for one in shown], "act"
            )
            found[trial] = History(state, tuple(map(self._act, shown)), gap)
        unnamed = [
            state
            for trial, state in states.items()
            if state is not None and (trial not in found or not found[trial].complete)
        ]
        numbers = sorted({state.sponsor_number for state in unnamed})
        ids, _ = self.prove([layout.party_numbered(number) for number in numbers])
        named = {number: bytes(id) for number, id in zip(numbers, ids, strict=True) if id is not None}
        for trial, state in states.items():
            if state is not None:
                history = found.get(trial)
                sponsor = named.get(state.sponsor_number) or sponsor_of(history.acts if history else ())
                state = replace(state, sponsor=sponsor)
            self._states[trial] = state
        for trial, history in found.items():
            state = self._states[trial]
            assert state is not None
            if state.sponsor == ZERO and history.complete:  # read before without its acts
                self._states[trial] = state = replace(state, sponsor=sponsor_of(history.acts))
            whole = replace(history, state=state)
            self._histories[trial] = whole if self.at is None else as_it_stood(whole, self.at)
            if self.at is not None:
                stood = self._histories[trial]
                self._states[trial] = stood.state if stood else None
        # A bundle need not carry who has which number: then acts name the sponsor.
        self.load(trials=[one for one in states if (known := self._states[one]) and known.sponsor == ZERO])

    # ----- trials -----

    def trial(self, trial: bytes) -> TrialState | None:
        """A trial as it stands; None if this chain has none with this id."""
        if trial not in self._states:
            self.load(trials=[trial])  # with its acts, which name its sponsor and are asked for next as a rule
        return self._states[trial]

    def history(self, trial: bytes) -> History:
        """Every act of a trial, from its logs, checked against count and rolling digest in state.

        FailedError if there is no such trial; whatever is missing or wrong is said in `gap`.
        """
        self.load(trials=[trial])
        history = self._histories[trial]
        if history is None:
            raise FailedError(f"there is no trial {trial.hex()} on chain {self.chain_id()} at {self.source}")
        return history

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
            listed = self.trial_list()
            acts = tuple(act for page in listed.pages(keep=True) for act in page)
            self._registrations = Registrations(acts, listed.count, listed.gap)
        return self._registrations

    def trial_list(self) -> TrialList:
        """The same a page at a time, for chains of very many trials."""
        return TrialList(self, self._act)

    def documents(self, trial: bytes, documents: Sequence[tuple[int, bytes]]) -> list[DocumentRecord]:
        """The records of documents given as (kind, digest), in order; `time` is 0 where one is not sealed."""
        words = self._words([layout.document(trial, kind, digest) for kind, digest in documents], "the documents")
        return [DocumentRecord.of(word) for word in words]

    def document_times(
        self, trials: Sequence[bytes], documents: Sequence[tuple[int, bytes]]
    ) -> dict[tuple[bytes, int, bytes], int]:
        """When each trial's state says that each document (kind, digest) was sealed; 0 where it was not."""
        places = [(trial, kind, digest) for trial in trials for kind, digest in documents]
        words = self._words([layout.document(*place) for place in places], "the documents")
        return {place: DocumentRecord.of(word).time for place, word in zip(places, words, strict=True)}

    def claims(self, number: str) -> NumberClaims:
        """Every claim of a registry number, in whatever spelling, held against the word under its fold."""
        self.load(numbers=[number])
        word, logs = self._numbers[fold(number)]
        if word is None:
            return NumberClaims((), self._no_proof("who claims the number"))
        return self._decoded(claims, word, logs, lambda stated: same(stated, number), self.at)

    def stream_opened_at(self, trial: bytes, writer: bytes, stream: bytes) -> int:
        """When a writer opened a stream; 0 if it did not."""
        [word] = self._words([layout.stream_opened(trial, writer, stream)], "the stream")
        return word.number

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
        return head_checks.head_state(*self._words(layout.head(trial, writer, stream), _HEAD))

    def head_history(self, trial: bytes, writer: bytes, stream: bytes) -> HeadHistory:
        """Every head of a writer's log, checked against count and rolling digest in state."""
        slots = (*layout.trial(trial), *layout.head(trial, writer, stream))
        topics: list[Collection[bytes]] = [[trial], [stream], [writer]]
        _, [logs] = self.prove(slots, [wanted("TrialLog", ("HeadExtended",), *topics)])
        header, digest, *words = self._words(slots, _HEAD)
        if self._trial_state(trial, header, digest) is None:
            raise FailedError(f"there is no trial {trial.hex()} on chain {self.chain_id()} at {self.source}")
        record, root, rolled = words
        shown = [self._decoded(head_checks.head_from, log) for log in logs]
        history = head_checks.head_history(record, root, rolled, shown)
        return history if self.at is None else head_checks.as_it_stood(history, self.at)

    # ----- parties -----

    def party(self, party: bytes) -> PartyRecord | None:
        """A party with every key it ever had, in the order of addition; None if this chain has no such party."""
        self.load(parties=[party])
        return self._parties[party]

    def party_numbered(self, number: int) -> bytes | None:
        """The id of the party with this number, as document records name their authors."""
        [party] = self._words([layout.party_numbered(number)], "the party")
        return bytes(party) if any(party) else None

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

    def _act(self, log: Log) -> Act:
        # A bundle shows the very same log of a trial and of a digest.
        known = self._acts.get(id(log))
        if known is None:
            known = self._acts[id(log)] = log, self._decoded(act_from, log)
        return known[1]

    def _words(self, slots: Sequence[Slot], what: str) -> list[Proven]:
        words, _ = self.prove(slots)
        proven = [word for word in words if word is not None]
        if len(proven) != len(words):
            raise Unproven(self._no_proof(what))
        return proven

    def _no_proof(self, what: str) -> str:
        return f"{self.source} holds no proof of {what}"

    def _trial_state(self, trial: bytes, header: Proven | None, digest: Proven | None) -> TrialState | None:
        if header is None or digest is None:
            raise Unproven(self._no_proof(f"trial {trial.hex()[:8]}…"))
        return TrialState.of(trial, header, digest)

    def _decoded(self, read: Callable[..., T], *arguments: Any) -> T:
        try:
            return read(*arguments)
        except (AbiError, ValueError, TypeError, KeyError, UsageError):
            raise UndeterminedError(
                f"{self.source} gives a log that is none of the contracts': try another node of the same chain"
            ) from None


def _new(asked: Iterable[bytes], known: Mapping[bytes, object]) -> list[bytes]:
    return [one for one in dict.fromkeys(asked) if one not in known]
