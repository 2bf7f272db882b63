"""Carrying out: looks, judges, asks, sends, takes the act from its own transaction, keeps what is to be kept.

Only then does the caller speak of it. An act costs at most five requests to a node, whatever the trial's history: for
the chain, for all that is looked up and judged by, for gas and fees, for sending. Waiting is not counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from trialseal import escaping
from trialseal.acts.act import ZERO, Act, ActsFound, recorded_by, standing
from trialseal.acts.cost import Cost, cost_of
from trialseal.acts.desk import Desk, Question, Turn
from trialseal.acts.judging import judge
from trialseal.errors import FailedError, UndeterminedError, UsageError
from trialseal.evidence.sealings import sealings_of
from trialseal.folder import receipts
from trialseal.folder.trial_folder import TrialFolder
from trialseal.ledger.acts import act_from
from trialseal.ledger.codes import DocumentKind
from trialseal.ledger.contracts import contract
from trialseal.ledger.logs import Log, parse
from trialseal.ledger.parties import PartyRecord
from trialseal.ledger.reader import Reader
from trialseal.ledger.records import History, TrialState
from trialseal.ledger.rolling import SUPPOSED
from trialseal.ledger.sending import Sent
from trialseal.registries import numbers
from trialseal.rules.finding import Finding, Status

TRANSACTION_RECEIPT = "trialseal-receipt-of-transaction/1"


@dataclass(frozen=True)
class Plan:
    """What acts would do: which stand already, what the rules say of the others, and what would be asked."""

    acts: tuple[Act, ...]
    stand: tuple[Log | None, ...]
    """For each act the log by which it is on the chain; None for those that would be sent."""
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    history: History | None
    """The trial's, where they are acts of a trial that is registered."""
    party: PartyRecord | None

    @property
    def to_send(self) -> tuple[Act, ...]:
        """The acts that are not on the chain."""
        return tuple(act for act, log in zip(self.acts, self.stand, strict=True) if log is None)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why a person is asked before they are sent."""
        failing = [f"{one.rule}: {one.sentence}" for one in self.findings if one.status is Status.FAILS]
        doubts = [doubt for act in self.to_send for doubt in act.doubts]
        final = [f"this cannot be undone: {act.final}" for act in self.to_send if act.final]
        return tuple(dict.fromkeys((*failing, *doubts, *final)))

    @property
    def question(self) -> Question | None:
        """What is asked; None if nothing is."""
        lasting = tuple(dict.fromkeys(act.lasting for act in self.to_send if act.lasting))
        if not self.reasons and not lasting:
            return None
        typed = next((act.typed for act in self.to_send if act.typed), "")
        shown = [line for act in self.to_send for line in act.shown]
        shown += [f"cannot be determined: {one.sentence}" for one in self.findings if one.status is Status.UNDETERMINED]
        words = tuple(act.words for act in self.to_send)
        return Question(words, self.reasons, typed, lasting, tuple(dict.fromkeys(shown)))


@dataclass(frozen=True)
class Done:
    """An act that is on the chain, and what was kept of it."""

    act: Act
    log: Log
    sent: bool
    """Whether it was sent now; else it was there."""
    receipt: dict[str, Any]
    """As it is written to a file."""
    path: Path | None
    """Where that lies; None where no folder is."""
    gas_used: int = 0

    @property
    def number(self) -> int:
        """Its number in its trial, its party or among the acts about its subject."""
        return self.log.number

    @property
    def time(self) -> int:
        """Its block's time, Unix seconds."""
        return self.log.time

    @property
    def value(self) -> dict[str, Any]:
        """The answer for a program."""
        return {"sent": self.sent, "receipt": self.receipt, "file": str(self.path) if self.path else None}


Told = Callable[[Done], None]


def carry_out(desk: Desk, act: Act, folder: TrialFolder | None = None) -> Done:
    """Carries out one act, see `carry_out_all`."""
    [done] = carry_out_all(desk, [act], folder)
    return done


def carry_out_all(
    desk: Desk, acts: Sequence[Act], folder: TrialFolder | None = None, told: Told | None = None
) -> list[Done]:
    """Carries out acts about one thing, in their order; those that stand on the chain already are not sent again.

    `folder` keeps receipts and copies; without it, what is not an act of a trial leaves its receipt in the home.
    `told` is called with each when it has been kept. FailedError with the broken rule, in words, if the contract
    refuses one; UsageError if a question is answered with no.
    """
    desk.chain.expect_deployed()
    with desk.alone(desk.party if desk.party != ZERO else acts[0].about) as turn:
        plan = look(desk, acts, folder)
        for note in plan.notes:
            desk.note(note)
        if question := plan.question:
            if question.reasons:
                cost(desk, plan)  # nobody is asked about what the contract refuses
            turn.give_up()
            desk.ask(question)
            if turn.take():
                plan = look(desk, acts, folder)
        done = []
        for one in _send(desk, plan, turn, folder):
            if told is not None:
                told(one)
            done.append(one)
        if any(one.sent for one in done):
            desk.chain.renew()  # what was read is of a block before
    return done


def look(desk: Desk, acts: Sequence[Act], folder: TrialFolder | None = None) -> Plan:
    """What acts would do, as of the newest block: nothing is sent and nothing is written."""
    chain, first = desk.reader, acts[0]
    desk.progress("looking at the chain …")
    if first.contract == "TrialLog":  # whoever extends a log has read its head
        return Plan(tuple(acts), (None,) * len(acts), (), (), None, None)
    in_trial = first.contract == "TrialRegistry"
    claimed = [numbers.stated(act.stated["registryId"]) for act in acts if act.function == "claimRegistryId"]
    party = first.about if first.contract == "Parties" else desk.party
    chain.load(
        trials=[first.about] if in_trial else (),
        subjects=[first.about] if first.contract == "Attestations" else (),
        parties=[party] if party != ZERO else (),
        numbers=claimed,
    )
    record = chain.party(party) if party != ZERO else None
    if record is None and first.function != "createParty":
        raise FailedError(
            f"party {party.hex()[:8]}… does not exist on chain {chain.chain_id()} at {chain.source}: create it "
            "there with trialseal party create"
        )
    history = _history(chain, first, folder) if in_trial else None
    there = ActsFound(chain.logs_about(first.contract, first.about))
    stand = tuple(there.of(act) for act in acts)
    new = [act for act, log in zip(acts, stand, strict=True) if log is None]
    findings = judge(chain, new, history, record, folder) if new else ()
    return Plan(tuple(acts), stand, findings, tuple(_other_claims(desk, first, claimed)), history, record)


def cost(desk: Desk, plan: Plan) -> list[Cost]:
    """What each act that is to be sent would use and cost now, in one request each.

    FailedError with the broken rule if the contract would refuse one.
    """
    return [cost_of(desk, act) for act in plan.to_send]


def _history(chain: Reader, act: Act, folder: TrialFolder | None) -> History | None:
    """The trial's acts; FailedError if not all are shown, or if the act needs a trial and there is none."""
    if chain.trial(act.about) is None:
        if act.function == "register":
            return None
        if folder is not None and folder.claims.receipts:
            for receipt in folder.claims.receipts:
                receipts.require_chain(receipt, chain)
            raise UsageError(
                f"the receipts in {folder.path / 'receipts'} are of a trial that chain {chain.chain_id()} at "
                f"{chain.source} does not have (or it is a devnet that was made anew): name the chain with "
                "--network, or register the trial here"
            )
        where = f"{folder.path} is" if folder else f"trial {act.about.hex()[:8]}… is"
        register = f"run trialseal register {escaping.argument(folder.path)} first" if folder else "register it first"
        raise FailedError(f"{where} not registered on chain {chain.chain_id()}: {register}")
    history = chain.history(act.about)
    if history.gap:
        raise UndeterminedError(f"the chain's log of this trial is not complete: {history.gap}; try another node")
    return history


def _other_claims(desk: Desk, act: Act, claimed: Sequence[str]) -> Iterator[str]:
    for number in claimed:
        others = [trial for trial in desk.reader.claims(number).trials if trial != act.about]
        if others:
            claims = "1 other trial claims" if len(others) == 1 else f"{len(others)} other trials claim"
            yield f"{claims} {number} too; readers see every claim"


# ----- sending -----


def _send(desk: Desk, plan: Plan, turn: Turn, folder: TrialFolder | None) -> Iterator[Done]:
    """Each act of a plan, sent unless it stands, with what was kept of it."""
    history, new = plan.history, list[Log]()
    for act, found in zip(plan.acts, plan.stand, strict=True):
        sent, log = None, found or standing(act, new)
        if log is None:
            log, sent = send(desk, act)
            turn.sent(sent.block)
            new.append(log)
            history = with_act(act, log, history)
            if history is None and act.contract == "TrialRegistry":
                desk.chain.renew()
                history = desk.chain.history(act.about)
        else:
            # What an earlier run signed and could not finish lies there; now that the act stands, it is done with.
            _forget_waiting(desk, act)
        yield kept(desk, act, log, sent, history, folder)


def send(desk: Desk, act: Act) -> tuple[Log, Sent]:
    """Sends one act at once, without looking or asking; its log, from its own transaction."""
    if act.key and act.key != desk.address:
        raise UsageError(f"only key {act.key} can do this, and account {desk.account} is {desk.address}")
    desk.progress(f"sending {act.function} …")
    slot = desk.slot(act.function, act.about)
    sent = desk.sender.send(act.contract, act.function, act.arguments, slot, renew=False)
    return own_log(act, sent), sent


def own_log(act: Act, sent: Sent) -> Log:
    """The log by which a transaction recorded an act; FailedError if it holds none."""
    for raw in sent.logs:
        log = parse(raw)
        if log is not None and recorded_by(act, log):
            return log
    raise FailedError(
        f"{act.function} was sent as transaction {sent.transaction}, whose logs do not show it: look at trialseal "
        "history, and report this"
    )


def with_act(act: Act, log: Log, history: History | None) -> History | None:
    """A trial's history with the act that was just recorded; None if others acted in between, or it is no such act."""
    if act.contract != "TrialRegistry":
        return None
    recorded = act_from(log)
    if history is None:
        state = TrialState(act.about, act.actor, log.time, 1, None, {DocumentKind.PROTOCOL: 1})
        return History(state, (recorded,), SUPPOSED)
    if log.number == len(history.acts) + 1:
        acts = (*history.acts, recorded)
        return History(replace(history.state, acts=len(acts)), acts, history.gap)
    return None


def _forget_waiting(desk: Desk, act: Act) -> None:
    waiting = desk.slot(act.function, act.about).waiting()
    if waiting is None or waiting.data != act.calldata:
        return
    if not desk.sender.clear(waiting, desk.outbox):
        desk.note(
            f"an earlier signing of this act, number {waiting.id}, could still be recorded and would state it twice: "
            f"trialseal outbox cancel {waiting.id}"
        )


def kept(
    desk: Desk, act: Act, log: Log, sent: Sent | None, history: History | None, folder: TrialFolder | None
) -> Done:
    """Keeps receipt and copy of an act that is on the chain. `history` is the trial's, this act included."""
    gas = sent.gas_used if sent else 0
    try:
        if act.contract == "TrialRegistry":
            receipt, path = _keep_in_trial(desk, act, log, history, folder)
        else:
            receipt, path = _keep_at_home(desk, act, log, kept=sent is not None)
    except UsageError as error:
        raise UsageError(
            f"act {log.number} stands on the chain and need not be sent again, but its receipt or copy could not be "
            f"kept: {error}; mend that and run the same command again: it keeps them, and sends nothing"
        ) from None
    return Done(act, log, sent is not None, receipt, path, gas)


def _keep_in_trial(
    desk: Desk, act: Act, log: Log, history: History | None, folder: TrialFolder | None
) -> tuple[dict[str, Any], Path | None]:
    recorded = act_from(log)
    receipt = receipts.of_act(desk.chain, recorded, act.document.path if act.document else None)
    path = folder.keep_receipt(desk.chain_name, receipt) if folder else None
    if folder and act.document and history:
        for digest, sealing in sealings_of(history.acts):
            if digest == recorded.subject == act.document.canonical and DocumentKind(sealing.kind).is_known:
                folder.keep_copy(sealing.act, DocumentKind(sealing.kind).word, sealing.version, act.document)
                break
    return receipts.as_json(receipt), path


def _keep_at_home(desk: Desk, act: Act, log: Log, *, kept: bool) -> tuple[dict[str, Any], Path | None]:
    receipt = {
        "format": TRANSACTION_RECEIPT,
        "function": act.function,
        "words": act.words,
        "about": act.about.hex(),
        "account": desk.account,
        "chain_id": desk.chain.chain_id(),
        "contract": contract(act.contract).address,
        "transaction": log.transaction,
        "block": log.block,
        "block_hash": log.block_hash,
        "time": log.time,
        "finality": desk.chain.finality(log.block),
    }
    path = desk.home / "receipts" / desk.chain_name / f"{log.block or 0:08}-{log.index or 0:04}-{act.function}.json"
    if kept:
        receipts.keep(path, receipt)
    return receipt, path if path.exists() else None
