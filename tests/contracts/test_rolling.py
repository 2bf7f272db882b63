"""Counts, digests and rolled words in state show whether logs are complete: of a trial, of all trials, of a number."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import pytest

from trialseal.merkle import tree

from .chain import ZERO, digest_over, logs_of, mined, raw, rpc, word_over
from .signing import local_key, signed
from .stage import ACT, ALL, DAY, LEAVES, OPEN, PLAN, PROTOCOL, STREAM_NAME, WEEK, Stage, digest, padded, trial_id

Log = tuple[bytes, ...]  # four topics, then the data
SIGNER = local_key("a sponsor's desk")
LENGTH = 60


def acts_of(stage: Stage, trial: bytes) -> list[Log]:
    return logs_of(stage.registry, trial)


@dataclass
class Course:
    """What a random course of acts draws from, and what it should have come to."""

    stage: Stage
    rng: random.Random
    trials: list[bytes]
    counts: dict[bytes, int]
    done: Counter[str] = field(default_factory=Counter)
    nonce: int = 0

    def acts(self) -> list[tuple[Any, ...]]:
        """Some acts by some party, sensible or not, of the kinds that were done the least: function and arguments,
        then trial and actor."""
        stage, rng = self.stage, self.rng
        registry, trial = stage.registry, rng.choice(self.trials)
        state, parties = stage.state(trial), [stage.sponsor, stage.cro, stage.committee, stage.stranger]
        likely = [party for party in parties if party.id in (state.sponsor, state.offered_to)]
        actor = rng.choice([*likely, *likely, rng.choice(parties)])
        other = rng.choice([stage.sponsor, stage.cro, stage.committee, stage.stranger])
        where: dict[str, Any] = {"trial": trial, "actor": actor}
        some, size = rng.randbytes(32), rng.randrange(1, 9)
        leaves = [digest(f"{trial.hex()} {number}") for number in range(size)]
        kind = rng.randrange(1, 10)
        version = state.versions[kind - 1] + 1
        endpoints = {"root": tree.root(leaves), "count": size} if kind <= 3 else {"root": ZERO, "count": 0}
        last = max(0, len(registry.appointmentsOf(trial, other.id, ZERO)) - 1)
        now, index = stage.now, rng.randrange(len(LEAVES))
        choices = [
            (registry.seal, stage.sealing(kind=kind, version=version, document=some, **endpoints, **where)),
            (registry.recordMilestone, stage.milestone(part=index, milestone=rng.randrange(1, 20), **where)),
            (registry.recordMilestone, stage.milestone(document=some, **where)),
            (registry.reportResult, *stage.report(document=some, endpoint=LEAVES[index], index=index, **where)),
            (registry.reportResult, *stage.report(document=digest("same"), version=0, proof=[], **where)),
            (registry.claimRegistryId, stage.claim(number=padded(f"NCT0{rng.randrange(3)}368728"), **where)),
            (registry.withdrawRegistryId, stage.unclaim(number=padded(f"nct-0{rng.randrange(3)}368728"), **where)),
            (registry.recordMilestone, stage.milestone(milestone=20, act=rng.randrange(1, 9), **where)),
            (registry.appoint, stage.appointment(appointee=other, acts=0b111100, until=now + 5 * DAY, **where)),
            (registry.appoint, stage.appointment(appointee=other, stream=some, acts=1 << OPEN, **where)),
            (registry.shortenAppointment, stage.shortening(appointee=other, index=last, **where)),
            (registry.offerTransfer, stage.offer(other, **where)),
            (registry.offerTransfer, stage.offer(ZERO, **where)),
            (registry.acceptTransfer, stage.acceptance(**where)),
            (registry.vetoOffer, stage.veto(**where)),
            (registry.nameRole, stage.naming(party=other, role=rng.randrange(12), held=rng.random() < 0.5, **where)),
            (registry.openStream, stage.opening(stream=some, **where)),
        ]  # fmt: skip
        rng.shuffle(choices)
        choices.sort(key=lambda choice: self.done[choice[0].abi["name"]])
        return [(*choice, trial, actor) for choice in choices[:4]]

    def step(self) -> None:
        """Does some act that is accepted; now and then by relay."""
        stage = self.stage
        accepted = None
        while accepted is None:
            accepted = next((one for one in self.acts() if stage.accepts(*one[:-2], by=one[-1].key)), None)
        function, *arguments, trial, actor = accepted
        self.done[function.abi["name"]] += 1
        if actor is stage.sponsor and self.rng.random() < 0.3:
            relayed = signed(stage.registry, function, arguments, SIGNER, nonce=self.nonce)
            self.nonce += 1
            stage.send(stage.registry.relay, *relayed, by=stage.stranger.key)
        else:
            stage.send(function, *arguments, by=actor.key)
        self.counts[trial] += 1


@pytest.fixture(scope="module", autouse=True)
def course(stage: Stage, module_starts_from_the_stage: None) -> Course:
    """Two trials after a long course of acts of every kind, checked after every act."""
    stage.parties.addKey((stage.sponsor.id, SIGNER.address, ALL), {"from": stage.sponsor.key})
    stage.wait_until(stage.now + WEEK)
    second = padded("another")
    stage.registry.register(stage.registration(code=second), {"from": stage.sponsor.key})
    trials = [stage.trial, trial_id(stage.sponsor, second)]
    course = Course(stage, random.Random(170), trials, dict.fromkeys(trials, 1))
    # The party that takes one trial has a single managing key, so that its offers can be accepted at once.
    offer = stage.offer(stage.cro, trial=trials[1])
    stage.registry.offerTransfer(offer, {"from": stage.sponsor.key})
    stage.wait_until(stage.now + WEEK)
    stage.registry.acceptTransfer(stage.acceptance(stage.cro, trials[1]), {"from": stage.cro.key})
    course.counts[trials[1]] += 2
    # The offer of the other waits, so that it can be vetoed.
    stage.registry.offerTransfer(stage.offer(stage.cro), {"from": stage.sponsor.key})
    stage.registry.vetoOffer(stage.veto(), {"from": stage.manager})
    course.counts[trials[0]] += 2
    for _ in range(LENGTH):
        stage.wait_until(stage.now + course.rng.randrange(1, 2 * DAY))
        course.step()
        for trial in trials:
            logs = acts_of(stage, trial)
            assert stage.state(trial).acts == len(logs) == course.counts[trial]
            assert stage.state(trial).rolling == digest_over(logs)
    return course


def test_the_course_had_acts_of_every_kind(stage: Stage, course: Course) -> None:
    """Or else the checks above said less than they seem to."""
    assert sum(course.counts.values()) == LENGTH + 6 and course.nonce > 3
    events = {log[0] for trial in course.trials for log in acts_of(stage, trial)}
    assert len(events) == 13


def test_each_log_begins_with_number_time_and_key(stage: Stage, course: Course) -> None:
    for trial in course.trials:
        logs = acts_of(stage, trial)
        stamps = [log[4][:32] for log in logs]
        assert [int.from_bytes(stamp[:4], "big") for stamp in stamps] == list(range(1, len(logs) + 1))
        times = [int.from_bytes(stamp[4:12], "big") for stamp in stamps]
        assert times == sorted(times) and times[0] == stage.state(trial).created_at
        known = {
            stage.manager,
            stage.sponsor.key,
            stage.cro.key,
            stage.committee.key,
            stage.stranger.key,
            SIGNER.address,
        }
        assert {stamp[12:].hex() for stamp in stamps} <= {raw(key).hex() for key in known}


Tampering = Callable[[list[Log], random.Random], list[Log]]


def altered_bit(logs: list[Log], rng: random.Random, part: int) -> list[Log]:
    """One bit of one topic, or of the data, of one log."""
    number = rng.randrange(len(logs))
    log = [bytearray(one) for one in logs[number]]
    log[part][rng.randrange(len(log[part]))] ^= 1 << rng.randrange(8)
    return [*logs[:number], tuple(map(bytes, log)), *logs[number + 1 :]]


def dropped(logs: list[Log], rng: random.Random) -> list[Log]:
    number = rng.randrange(len(logs))
    return logs[:number] + logs[number + 1 :]


def swapped(logs: list[Log], rng: random.Random) -> list[Log]:
    number = rng.randrange(len(logs) - 1)
    return [*logs[:number], logs[number + 1], logs[number], *logs[number + 2 :]]


def repeated(logs: list[Log], rng: random.Random) -> list[Log]:
    number = rng.randrange(len(logs))
    return logs[: number + 1] + logs[number:]


def inserted(logs: list[Log], rng: random.Random) -> list[Log]:
    number = rng.randrange(len(logs) + 1)
    return [*logs[:number], (*logs[0][:3], rng.randbytes(32), rng.randbytes(64)), *logs[number:]]


TAMPERINGS: dict[str, Tampering] = {
    "dropped": dropped,
    "swapped": swapped,
    "repeated": repeated,
    "inserted": inserted,
    "cut off": lambda logs, rng: logs[:-1],
    "emptied": lambda logs, rng: [],
    "altered event": lambda logs, rng: altered_bit(logs, rng, 0),
    "altered trial": lambda logs, rng: altered_bit(logs, rng, 1),
    "altered subject": lambda logs, rng: altered_bit(logs, rng, 2),
    "altered actor": lambda logs, rng: altered_bit(logs, rng, 3),
    "altered data": lambda logs, rng: altered_bit(logs, rng, 4),
    "data shortened": lambda logs, rng: [*logs[:-1], (*logs[-1][:4], logs[-1][4][:-32])],
    "data lengthened": lambda logs, rng: [*logs[:-1], (*logs[-1][:4], logs[-1][4] + ZERO)],
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_logs_tampered_with_do_not_lead_to_the_digest(stage: Stage, course: Course, tampering: str) -> None:
    rng = random.Random(tampering)
    for trial in course.trials:
        logs = acts_of(stage, trial)
        for _ in range(30):
            assert digest_over(TAMPERINGS[tampering](logs, rng)) != stage.state(trial).rolling


def test_all_trials_are_in_one_word(stage: Stage, course: Course) -> None:
    """Whoever holds the registrations can show that there is no other trial on this chain."""
    event = raw(stage.registry.topics["TrialRegistered"])
    theirs = stage.registration(stage.stranger, code=padded("a third"))
    stage.registry.register(theirs, {"from": stage.stranger.key})
    logs = [log for log in logs_of(stage.registry) if log[0] == event]
    assert {log[1] for log in logs} == {*course.trials, trial_id(stage.stranger, padded("a third"))}
    assert raw(stage.registry.trialsWord()) == word_over(logs)
    assert stage.registry.trialCount() == len(logs) == 3


def test_each_number_has_a_word_of_its_own(stage: Stage, course: Course) -> None:
    """Claims and withdrawals of every trial, under the fold, in their order."""
    events = {raw(stage.registry.topics[name]) for name in ("RegistryIdClaimed", "RegistryIdWithdrawn")}
    logs = [log for log in logs_of(stage.registry) if log[0] in events]
    folds = {log[2] for log in logs}
    assert len(folds) > 1 and {log[0] for log in logs} == events
    for fold in folds:
        assert raw(stage.registry.wordOfNumber(fold)) == word_over(log for log in logs if log[2] == fold)


def test_a_log_can_be_carried_as_author_and_digest(stage: Stage, course: Course) -> None:
    """52 bytes each are enough to reach digest and word, whatever the logs say."""
    for trial in course.trials:
        value = ZERO
        for log in acts_of(stage, trial):
            carried = log[3][:20] + sha256(b"".join(log)).digest()
            assert len(carried) == 52
            value = sha256(value + carried).digest()
        assert value == stage.state(trial).rolling


def test_the_logs_of_another_trial_do_not_lead_to_the_digest(stage: Stage, course: Course) -> None:
    one, other = course.trials
    assert digest_over(acts_of(stage, other)) != stage.state(one).rolling
    assert digest_over(acts_of(stage, one)) == stage.state(one).rolling


def test_state_is_what_the_logs_say(stage: Stage, course: Course) -> None:
    """Versions, sponsor and open offer, read back from the logs alone."""
    names = {raw(topic): name for name, topic in stage.registry.topics.items()}
    for trial in course.trials:
        versions, sponsor, offered, papers = [0] * 9, stage.sponsor.id, ZERO, set()
        for event, _, subject, actor, data in acts_of(stage, trial):
            name = names[event]
            if name == "TrialRegistered":
                versions[PROTOCOL - 1] = 1
            elif name == "DocumentSealed":
                versions[data[32 + 31] - 1] += 1
                assert int.from_bytes(data[64:96], "big") == versions[data[63] - 1]
            elif name == "ResultReported":
                papers.add(subject)
            elif name == "TransferOffered":
                offered = subject
            elif name == "TransferVetoed":
                offered = ZERO
            elif name == "TransferAccepted":
                sponsor, offered = actor, ZERO
        versions[3] = len(papers)
        state = stage.state(trial)
        assert (state.versions, state.sponsor, state.offered_to) == (versions, sponsor, offered)


def test_refused_acts_leave_no_trace(stage: Stage) -> None:
    before = stage.state()
    call = {"to": stage.registry.address, "from": str(stage.stranger.key)}
    for data in (
        stage.registry.recordMilestone.encode_input(stage.milestone()),
        stage.registry.seal.encode_input(stage.file(PLAN)),
        stage.registry.openStream.encode_input(stage.opening(stream=STREAM_NAME)),
    ):
        receipt = mined({**call, "data": data})
        assert receipt["status"] == "0x0" and receipt["logs"] == []
    assert stage.state() == before


def test_attestations_and_keys_are_no_acts_of_a_trial(stage: Stage) -> None:
    """What others say of a trial is listed by itself; the sponsor's own acts stay complete."""
    before = stage.state()
    stage.attestations.attest(stage.statement(), {"from": stage.committee.key})
    stage.parties.addKey((stage.sponsor.id, stage.outsider, ACT), {"from": stage.sponsor.key})
    assert stage.state() == before


def test_two_acts_in_one_block_roll_in_their_order(stage: Stage, course: Course) -> None:
    sponsor = stage.state().sponsor
    holder = next(party for party in (stage.sponsor, stage.cro, stage.committee, stage.stranger) if party.id == sponsor)
    rpc("evm_setAutomine", False)
    try:
        for part in range(3):
            data = stage.registry.recordMilestone.encode_input(stage.milestone(holder, part=part))
            call = {"from": str(holder.key), "to": stage.registry.address, "data": data, "gas": "0x1e8480"}
            rpc("eth_sendTransaction", call)
        rpc("evm_mine")
    finally:
        rpc("evm_setAutomine", True)
    logs = acts_of(stage, stage.trial)
    assert stage.state().rolling == digest_over(logs)
    assert [log[4][63] for log in logs[-3:]] == [0, 1, 2]  # the part is the lowest member of the statement


def test_the_log_of_every_act_has_four_topics_the_last_its_author_and_a_stamp(stage: Stage) -> None:
    """So that one step serves all of them, and a reader finds the author without knowing the event."""
    acts = 0
    for contract in (stage.parties, stage.attestations, stage.registry, stage.log):
        for event in (item for item in contract.abi if item["type"] == "event"):
            if event["name"] in ("NonceCancelled", "ActRefused", "EIP712DomainChanged"):
                continue
            members = event["inputs"]
            assert [one["indexed"] for one in members] == [True] * 3 + [False] * (len(members) - 3)
            assert members[2]["name"] in ("actor", "author") and members[2]["type"] == "bytes32"
            assert (members[3]["name"], members[3]["type"]) == ("stamp", "uint256")
            acts += 1
    assert acts == 7 + 2 + 13 + 1
