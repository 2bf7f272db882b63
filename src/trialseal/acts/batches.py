"""Many acts in few transactions: each gets the gas that is named for it, and none takes the others down.

What is recorded already is left out, so that a batch that was cut off goes on where it ended: a transaction that was
signed is brought to its end first, and then the chain is asked which acts it holds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from itertools import groupby
from typing import Final

from trialseal import escaping
from trialseal.acts.act import ZERO, Act, ActsFound, recorded_by
from trialseal.acts.carrying_out import Done, kept, with_act
from trialseal.acts.cost import Cost, transaction_cost
from trialseal.acts.desk import Desk, Question, Turn
from trialseal.acts.judging import ANSWERS, judge
from trialseal.acts.together import together
from trialseal.errors import FailedError, UsageError
from trialseal.folder.trial_folder import TrialFolder
from trialseal.ledger.contracts import contract
from trialseal.ledger.fees import MOST_GAS
from trialseal.ledger.heads import refused_acts
from trialseal.ledger.logs import Log, parse
from trialseal.ledger.outbox import Outgoing, State
from trialseal.ledger.parties import PartyRecord
from trialseal.ledger.reader import Reader
from trialseal.ledger.records import History
from trialseal.ledger.revisiting import revisit
from trialseal.ledger.sending import Sent
from trialseal.rules.finding import Finding, Status

MOST_BYTES: Final = 120 << 10
"""Of calldata in one transaction: nodes pass on no transaction above 128 KiB."""
# Gas for the transaction itself, and what may be left over: what an act may use at most stands apart from what it uses.
_BASE, _ROOM = 21_000, 400_000
_LIMIT = 250_000  # that an item is given; what it does not use is not lost
_LEAST = _BASE + _LIMIT + _ROOM
_USES = {"register": 102_000, "seal": 66_000, "reportResult": 62_000, "claimRegistryId": 62_000, "attest": 46_000}
_USES_OTHER, _FIRST_MILESTONE, _MILESTONE = 60_000, 21_500, 11_600
_MOST_NAMED = 5
_LONG = 60  # seconds, from which on an estimate is worth reading


@dataclass(frozen=True)
class Item:
    """An act of a batch, and the trial's folder that keeps its receipt."""

    act: Act
    folder: TrialFolder | None = None


@dataclass(frozen=True)
class RefusedAct:
    """An act that the contract refused."""

    act: Act
    reason: str


@dataclass(frozen=True)
class BatchPlan:
    """What a batch would do."""

    stand: tuple[tuple[Item, Log], ...]
    """What is on the chain already."""
    transactions: tuple[tuple[Item, ...], ...]
    """What would be sent, by transaction."""
    reasons: tuple[str, ...]
    histories: dict[bytes, History]
    findings: tuple[tuple[str, Finding], ...] = ()
    """What the rules say of each trial's acts together, the trial by its folder or id; failing ones first."""

    @property
    def words(self) -> str:
        """How many acts and transactions, and what a transaction holds."""
        number = sum(map(len, self.transactions))
        acts = "1 act" if number == 1 else f"{number:,} acts"
        many = "1 transaction" if len(self.transactions) == 1 else f"{len(self.transactions):,} transactions"
        there = (
            f"; {len(self.stand):,} {'is' if len(self.stand) == 1 else 'are'} on the chain already"
            if self.stand
            else ""
        )
        return (
            f"{acts} in {many}{there} (by gas, a transaction holds about 1,440 milestones of one trial or 165 "
            "registrations; nodes pass on 128 KiB)"
        )

    @property
    def question(self) -> Question | None:
        """What is asked; None if nothing is."""
        acts = [one.act for part in self.transactions for one in part]
        lasting = tuple(dict.fromkeys(act.lasting for act in acts if act.lasting))
        if not self.reasons and not lasting:
            return None
        typed = next((act.typed for act in acts if act.typed), "")
        open_ones = [one for one in self.findings if one[1].status is Status.UNDETERMINED]
        return Question((self.words,), in_brief(self.reasons), typed, lasting, in_brief(finding_lines(open_ones)))


def plan(desk: Desk, items: Sequence[Item]) -> BatchPlan:
    """Looks which acts stand, judges the others by trial, and packs them into transactions in their order."""
    chain = desk.chain
    chain.expect_deployed()
    ids = {name: {one.act.about for one in items if one.act.contract == name} for name in _CONTRACTS}
    chain.load(
        trials=ids["TrialRegistry"],
        subjects=ids["Attestations"],
        parties=[*ids["Parties"], *((desk.party,) if desk.party != ZERO else ())],
    )
    if desk.party != ZERO and chain.party(desk.party) is None:
        raise FailedError(f"party {desk.party.hex()[:8]}… does not exist on chain {chain.chain_id()}: create it there")
    stand, new = [], list[Item]()
    seen: set[tuple[str, bytes]] = set()
    places: dict[tuple[str, bytes], ActsFound] = {}
    for one in items:
        if one.act.contract not in _CONTRACTS:
            raise UsageError(f"{one.act.words}: a batch cannot hold this act, send it by its own command")
        place = (one.act.contract, one.act.calldata)
        about = (one.act.contract, one.act.about)
        if about not in places:
            places[about] = ActsFound(chain.logs_about(*about))
        log = places[about].of(one.act)
        if log is not None:
            stand.append((one, log))
        elif place not in seen:
            new.append(one)
            seen.add(place)
    histories = {trial: chain.history(trial) for trial in ids["TrialRegistry"] if chain.trial(trial) is not None}
    findings = judged(chain, new, histories, chain.party(desk.party) if desk.party != ZERO else None)
    reasons = _reasons(desk, new, histories, findings)
    return BatchPlan(tuple(stand), tuple(packed(_counted(new, histories))), reasons, histories, findings)


_CONTRACTS = ("TrialRegistry", "Attestations", "Parties")


def judged(
    chain: Reader, items: Sequence[Item], histories: Mapping[bytes, History], party: PartyRecord | None
) -> tuple[tuple[str, Finding], ...]:
    """What the rules say of each trial's acts together, but for what plainly holds; each with the trial in words."""
    found: list[tuple[str, Finding]] = []
    by_trial: dict[bytes, list[Item]] = {}
    for one in items:
        by_trial.setdefault(one.act.about, []).append(one)
    for trial, group in by_trial.items():
        folder = group[0].folder
        called = f"trial {trial.hex()[:8]}…" + (f" ({escaping.path(str(folder.path))})" if folder else "")
        for finding in judge(chain, [one.act for one in group], histories.get(trial), party, folder):
            if finding.status is not Status.HOLDS:
                found.append((called, finding))
    return tuple(sorted(found, key=lambda one: one[1].status is not Status.FAILS))


def finding_lines(findings: Iterable[tuple[str, Finding]]) -> list[str]:
    """A line for each finding, what is alike of several trials in one; the first are named, the others counted."""
    alike: dict[tuple[Status, str, str], list[str]] = {}
    for called, one in findings:
        alike.setdefault((one.status, one.rule, one.sentence), []).append(called)
    lines = []
    for (status, rule, sentence), trials in alike.items():
        more = f" and {len(trials) - _MOST_ALIKE:,} more alike" if len(trials) > _MOST_ALIKE else ""
        lines.append(f"{ANSWERS[status]}  {', '.join(trials[:_MOST_ALIKE])}{more}: {rule}: {sentence}")
    if len(lines) > _MOST_LINES:
        lines[_MOST_LINES:] = [f"and {len(lines) - _MOST_LINES:,} more findings"]
    return lines


_MOST_ALIKE, _MOST_LINES = 2, 30


def _reasons(
    desk: Desk, items: Sequence[Item], histories: dict[bytes, History], findings: Sequence[tuple[str, Finding]]
) -> tuple[str, ...]:
    """Why a person is asked: what the rules say of each trial's acts together, and what cannot be undone."""
    found = [f"{called}: {one.rule}: {one.sentence}" for called, one in findings if one.status is Status.FAILS]
    found += _of_no_trial(desk, items, histories)
    found += [doubt for one in items for doubt in one.act.doubts]
    found += [f"this cannot be undone: {one.act.final}" for one in items if one.act.final]
    return tuple(dict.fromkeys(found))


def _of_no_trial(desk: Desk, items: Sequence[Item], histories: dict[bytes, History]) -> Iterator[str]:
    """What the contract would refuse, and charge for, since the chain has no such trial, and no act before makes it."""
    known = set(histories)
    for one in items:
        if one.act.contract != "TrialRegistry":
            continue
        if one.act.function == "register":
            known.add(one.act.about)
        elif one.act.about not in known:
            yield (
                f"{one.act.words}: trial {one.act.about.hex()[:8]}… is not registered on chain "
                f"{desk.chain.chain_id()}, which would refuse this act, and take its gas: register it first"
            )


def _counted(items: Sequence[Item], histories: dict[bytes, History]) -> Iterator[Item]:
    """The items, with the versions of files counted on where several are sealed of one kind."""
    sealed: dict[tuple[bytes, int], int] = {}
    for one in items:
        if one.act.function != "seal":
            yield one
            continue
        members = one.act.stated
        key = (one.act.about, int(members["kind"]))
        history = histories.get(one.act.about)
        before = sealed.get(key, history.state.versions.get(key[1], 0) if history else 0)
        sealed[key] = before + 1
        members["version"] = before + 1
        yield replace(one, act=replace(one.act, arguments=(tuple(members.values()), *one.act.arguments[1:])))


def packed(items: Iterator[Item]) -> Iterator[tuple[Item, ...]]:
    """As many acts to a transaction as its gas and size hold; those of one contract, in their order."""
    for _, same in groupby(items, key=lambda one: one.act.contract):
        part: list[Item] = []
        gas, size, trials = _LEAST, 0, set[bytes]()
        for one in same:
            uses, width = _use(one.act, trials), len(one.act.calldata) + 160
            if part and (gas + uses > MOST_GAS or size + width > MOST_BYTES):
                yield tuple(part)
                part, gas, size, trials = [], _LEAST, 0, set()
                uses = _use(one.act, trials)
            part.append(one)
            gas, size = gas + uses, size + width
            trials.add(one.act.about)
        if part:
            yield tuple(part)


def _uses(acts: Sequence[Act]) -> int:
    """What a transaction of these acts may be expected to use, and what must be left over."""
    gas, trials = _LEAST, set[bytes]()
    for one in acts:
        gas += _use(one, trials)
        trials.add(one.about)
    return gas


def _use(act: Act, trials: set[bytes]) -> int:
    """What an act may be expected to use in a batch."""
    if act.function == "recordMilestone":
        return _MILESTONE if act.about in trials else _FIRST_MILESTONE
    return _USES.get(act.function, _USES_OTHER)


# ----- carrying out -----

Told = Callable[[Done | RefusedAct], None]


def carry_out_batch(desk: Desk, items: Sequence[Item], told: Told, say: Callable[[str], None]) -> list[RefusedAct]:
    """Carries out acts in few transactions, and says how many before; the acts that the contract refused.

    What was cut off before is brought to its end first. `told` is called with each act when it has been kept.
    """
    refused: list[RefusedAct] = []
    desk.chain.expect_deployed()
    with desk.alone(desk.party) as turn:
        _finish_earlier(desk, turn)
        made = plan(desk, items)
        say(made.words)
        if question := made.question:
            turn.give_up()
            desk.ask(question)
            if turn.take():
                made = plan(desk, items)
        for one, log in made.stand:
            told(kept(desk, one.act, log, None, made.histories.get(one.act.about), one.folder))
        progress = _Progress(desk, made.transactions)
        for part, sent in zip(
            made.transactions, desk.sender.transact_all(_outgoing(desk, made.transactions)), strict=True
        ):
            turn.sent(sent.block)
            progress.done(len(part))
            for answer in _answers(desk, part, sent, made.histories):
                if isinstance(answer, RefusedAct):
                    refused.append(answer)
                told(answer)
        desk.chain.renew()
    return refused


class _Progress:
    """How far a batch has come, and about how long it will take."""

    def __init__(self, desk: Desk, parts: Sequence[Sequence[Item]]) -> None:
        self._desk, self._acts, self._done = desk, sum(map(len, parts)), 0
        self._started = time.monotonic()
        desk.progress(f"sending {self._acts:,} acts in {len(parts):,} transactions …")

    def done(self, acts: int) -> None:
        """That so many more acts are recorded."""
        self._done += acts
        left = (time.monotonic() - self._started) / self._done * (self._acts - self._done)
        words = f", about {left / 60:.0f} min left" if left > _LONG else ""
        self._desk.progress(f"{self._done:,} of {self._acts:,} acts are recorded{words} …")


def _finish_earlier(desk: Desk, turn: Turn) -> None:
    """Brings to its end what batches of this account had signed: then the chain tells which acts stand."""
    chain = desk.chain
    revisit(chain, desk.outbox, send=False)
    waiting = desk.outbox.sendings(State.WAITING, chain_id=chain.chain_id(), genesis=chain.genesis())
    earlier = [one for one in waiting if one.sender == desk.address and "/batch-" in one.slot]
    for one in sorted(earlier, key=lambda each: each.nonce):
        try:
            if (sent := desk.sender.settle(one, desk.outbox)) is not None:
                turn.sent(sent.block)
        except FailedError as error:  # refused or cancelled: the plan that follows looks what stands
            desk.note(str(error))
    if earlier:
        chain.renew()


def calldata_of(acts: Sequence[Act]) -> bytes:
    """What a transaction carries that sends these acts, all of one contract, as a batch."""
    return contract(acts[0].contract).encode("batch", [(_LIMIT, act.calldata) for act in acts])


def batch_cost(desk: Desk, acts: Sequence[Act]) -> Cost:
    """What a batch would use and cost now."""
    return transaction_cost(desk, contract(acts[0].contract).address, calldata_of(acts), "batch")


def _outgoing(desk: Desk, parts: Sequence[Sequence[Item]]) -> Iterator[Outgoing]:
    for part in parts:
        acts = [one.act for one in part]
        target, data = contract(acts[0].contract), calldata_of(acts)
        slot = desk.slot(f"batch-{target.name}", sha256(data).digest())
        what = f"a batch of {len(acts):,} acts"
        # What acts of the same functions use differs little; nodes that count otherwise do so for all of them.
        alike = target.name, frozenset(one.function for one in acts)
        yield Outgoing(target.address, data, what, slot, frozenset(one.about for one in acts), alike, _uses(acts))


def _answers(
    desk: Desk, part: Sequence[Item], sent: Sent, histories: dict[bytes, History]
) -> Iterator[Done | RefusedAct]:
    """Each act of a transaction, found among its logs in their order, or refused."""
    logs = [log for raw in sent.logs if (log := parse(raw))]
    reasons = refused_acts(sent.logs)
    rest = iter(logs)
    keeping: list[tuple[bytes, Callable[[], Done | RefusedAct]]] = []
    for place, one in enumerate(part):
        if place in reasons:
            keeping.append((one.act.about, partial(RefusedAct, one.act, reasons[place])))
            continue
        log = next((log for log in rest if recorded_by(one.act, log)), None)
        if log is None:
            raise FailedError(
                f"transaction {sent.transaction} holds no log of {one.act.words}: look at trialseal history"
            )
        history = histories.get(one.act.about)
        after = with_act(one.act, log, history)
        if after is not None:
            histories[one.act.about] = after
        keeping.append((one.act.about, partial(kept, desk, one.act, log, sent, after, one.folder)))
    desk.chain.as_of()  # what receipts say of the chain is asked for here, and not by several threads
    for answer in together(keeping):
        yield answer.result()


def in_brief(reasons: Sequence[str]) -> tuple[str, ...]:
    """The first of many reasons, and how many more there are."""
    more = (f"and {len(reasons) - _MOST_NAMED:,} more",) if len(reasons) > _MOST_NAMED else ()
    return (*reasons[:_MOST_NAMED], *more)
