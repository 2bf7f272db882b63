"""A service that sends what others signed: what it takes at its counter, and how that is carried to the chain.

The two run beside each other, each with a connection of its own. Only the outbox's file is between them, so that what
was taken is carried after any end of the process.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final, NamedTuple

from trialseal.acts.relaying import Place, Relayed, Tried, look_for, relay, tried
from trialseal.acts.signed import SignedAct, file_value, signed_from
from trialseal.errors import FailedError, TrialsealError
from trialseal.ledger.chain import Chain
from trialseal.ledger.handed_in import Fate, HandedIn, Queue
from trialseal.ledger.outbox import Outbox, Slot
from trialseal.ledger.revisiting import revisit
from trialseal.ledger.rpc import RpcError
from trialseal.ledger.sending import Sender

AT_ONCE: Final = 400
"""So many acts are carried in a round at most."""
MOST_GAS: Final = 1_000_000
"""That an act may use: a contract's own check of a signature could use up what the payer has."""
_TRIES: Final = 5
# Seconds: between looks for new acts, after a round that failed (at first, at most), between looks for what fell out.
_IDLE, _PAUSE, _LONGEST_PAUSE, _REVISITED = 0.25, 1.0, 60.0, 30.0
# All who are only being made count together: keys cost nothing.
NEW_PARTIES: Final = "new parties"


class Answer(NamedTuple):
    """What is told of an act that was handed in."""

    id: str
    kept: HandedIn | None
    """None if it was not taken."""
    refused: str = ""
    """Why not, in words."""
    is_quota: bool = False
    """Whether only the quota kept it from being taken."""


def id_of(one: SignedAct) -> str:
    """An act's id: the digest that its key signed."""
    return "0x" + one.digest.hex()


class Counter:
    """Where acts are handed in: each is checked by a call before it is taken, and no gas is spent on what fails."""

    def __init__(self, chain: Chain, payer: str, queue: Queue) -> None:
        self._chain = chain
        self._payer = payer
        self._queue = queue

    def hand_in(self, acts: Sequence[SignedAct]) -> list[Answer]:
        """What is answered for each act; those that are taken are on disk. UndeterminedError if no node answers."""
        entries = [_entry(one) for one in acts]
        known = self._queue.known([one.id for one in entries])
        full = self._queue.full({one.payer for one in entries})
        told: dict[str, Answer] = {}
        new: list[tuple[SignedAct, HandedIn]] = []
        for act, entry in zip(acts, entries, strict=True):
            before = known.get(entry.id)
            if before is not None and before.fate is not Fate.REFUSED:
                told[entry.id] = Answer(entry.id, before)
            elif said := self._other_chain(act):
                told[entry.id] = Answer(entry.id, None, said)
            elif said := full.get(entry.payer, ""):
                told[entry.id] = Answer(entry.id, None, said, True)
            else:
                new.append((act, entry))
        told |= self._take(new)
        return [told[one.id] for one in entries]

    def _take(self, new: Sequence[tuple[SignedAct, HandedIn]]) -> dict[str, Answer]:
        told: dict[str, Answer] = {}
        good: list[HandedIn] = []
        calls = self._tried([act for act, _ in new])
        stands = self._stand([act for (act, _), call in zip(new, calls, strict=True) if call.refused])
        for (_, entry), call in zip(new, calls, strict=True):
            if place := stands.get(entry.id):
                good.append(_recorded(entry, place))
            elif not call.refused or (call.may_follow and self._follows(entry, good)):
                good.append(entry)
            else:
                told[entry.id] = Answer(entry.id, None, call.refused)
        for entry, kept in zip(good, self._queue.take(good) if good else [], strict=True):
            told[entry.id] = Answer(entry.id, None, kept, True) if isinstance(kept, str) else Answer(entry.id, kept)
        return told

    def _follows(self, entry: HandedIn, taken: Sequence[HandedIn]) -> bool:
        """Whether an act waits that it may need: by the same key, about the same thing, at the cost of the same quota.

        Nobody else's word opens a party's quota: who is named as the party is checked by the chain alone.
        """
        payers = {entry.payer, *((NEW_PARTIES,) if entry.payer == entry.about.hex() else ())}
        alike = ((one.signer, one.about) == (entry.signer, entry.about) and one.payer in payers for one in taken)
        return any(alike) or self._queue.waiting_for(entry.signer, entry.about, payers)

    def _tried(self, acts: Sequence[SignedAct]) -> list[Tried]:
        """What a call says of each; what the node does not say of one is a refusal."""
        if not acts:
            return []
        try:
            return tried(self._chain, self._payer, acts, MOST_GAS)
        except RpcError as error:
            if len(acts) == 1:
                return [Tried(0, f"the node does not take it ({error.message}): try again later", may_follow=True)]
        return [call for one in acts for call in self._tried([one])]  # one takes no other down

    def _stand(self, acts: Sequence[SignedAct]) -> dict[str, Place]:
        """Which of those that the chain refuses are on it already: a stranger who sent one first has done the work."""
        if not acts:
            return {}
        self._chain.renew()
        found = {}
        for one in acts:
            with suppress(FailedError):  # about what is not there
                [place] = look_for(self._chain, [one])
                if place is not None:
                    found[id_of(one)] = place
        return found

    def _other_chain(self, one: SignedAct) -> str:
        if one.chain_id == self._chain.chain_id():
            return ""
        return f"it was signed for chain {one.chain_id}, and this relayer sends on chain {self._chain.chain_id()}"


class Carrier:
    """Carries what was taken to the chain, as many at once as a transaction holds; while one is under way others come.

    `tell` is given a line for whoever runs the service, without a name, a key or an address.
    """

    def __init__(self, sender: Sender, outbox: Outbox, slot: Slot, queue: Queue, tell: Callable[[str], None]) -> None:
        self._sender = sender
        self._outbox = outbox
        self._slot = slot
        self._queue = queue
        self._tell = tell
        self._revisited = time.monotonic()
        self.trouble = ""
        """Why nothing can be sent at present; empty if nothing is known to be wrong."""

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set: a round that is under way is ended first."""
        pause = _PAUSE
        while not stop.is_set():
            try:
                some = self.round()
                self.trouble, pause = "", _PAUSE
            except TrialsealError as error:
                some, pause = False, self._rest(stop, pause, str(error))
            except Exception as error:  # the service would take acts that nobody carries
                some, pause = False, self._rest(stop, pause, f"a fault of this program ({type(error).__name__})")
            if not some:
                stop.wait(_IDLE)

    def _rest(self, stop: threading.Event, pause: float, trouble: str) -> float:
        """Waits after a round that failed; how long the next such pause is."""
        if trouble != self.trouble:
            self._tell(f"cannot send now, what was taken waits: {trouble}")
        self.trouble = trouble
        stop.wait(pause)
        return min(2 * pause, _LONGEST_PAUSE)

    def round(self) -> bool:
        """Sends what waits now, and says of each act what became of it; whether anything was there."""
        self._revisit()
        entries = self._queue.waiting(AT_ONCE)
        if not entries:
            return False
        self._settle()
        self._sender.chain.renew()
        acts = {entry.id: _act(entry) for entry in entries}
        left = dict(zip(acts, entries, strict=True))

        ends: list[HandedIn] = []

        def told(one: Relayed) -> None:
            ends.append(self._end(left.pop(id_of(one.signed)), one))

        try:
            relay(self._sender, list(acts.values()), self._slot, told, most_gas=MOST_GAS)
        except (FailedError, RpcError):
            failed = self._apart([(id, acts[id]) for id in left], told)
            if len(failed) > 1 and all(isinstance(error, RpcError) for _, error in failed):
                raise failed[0][1] from None  # it is the node, not the acts
            ends += [self._failed(left[id], error) for id, error in failed]
            if failed:
                raise failed[0][1] from None
        finally:  # what is not written here is found on the chain in the next round
            self._queue.became(ends)
        return True

    def _apart(
        self, acts: Sequence[tuple[str, SignedAct]], told: Callable[[Relayed], None]
    ) -> list[tuple[str, FailedError | RpcError]]:
        """Sends acts about each thing by themselves, so that one takes no other down; which failed first, and why."""
        failed: list[tuple[str, FailedError | RpcError]] = []
        about: dict[bytes, list[tuple[str, SignedAct]]] = {}
        for id, one in acts:
            about.setdefault(one.act.about, []).append((id, one))
        for some in about.values():
            self._settle()
            done: list[str] = []

            def heard(one: Relayed, done: list[str] = done) -> None:
                done.append(id_of(one.signed))
                told(one)

            try:
                relay(self._sender, [one for _, one in some], self._slot, heard, most_gas=MOST_GAS)
            except (FailedError, RpcError) as error:
                failed.append((next(id for id, _ in some if id not in done), error))
        return failed

    def _end(self, entry: HandedIn, one: Relayed) -> HandedIn:
        if one.place is None:
            self._tell(f"act {_short(entry.id)}: refused: {one.refused}")
            return replace(entry, fate=Fate.REFUSED, why=one.refused)
        self._tell(f"act {_short(entry.id)}: recorded in block {one.place.block}")
        return _recorded(entry, one.place)

    def _failed(self, one: HandedIn, error: FailedError | RpcError) -> HandedIn:
        tried = one.tried + 1
        self._tell(f"act {_short(one.id)}: could not be sent, try {tried} of {_TRIES}: {error}")
        fate = Fate.REFUSED if tried >= _TRIES else Fate.WAITING
        return replace(one, fate=fate, tried=tried, why=str(error))

    def _settle(self) -> None:
        """Brings to its end what an earlier process had signed; what is wanted of it still is sent anew."""
        earlier = self._slot.waiting()
        if earlier is not None:
            with suppress(FailedError):
                self._sender.settle(earlier, self._outbox)

    def _revisit(self) -> None:
        """Sends back what a reorganisation dropped."""
        if time.monotonic() - self._revisited < _REVISITED:
            return
        self._sender.chain.renew()
        for one in revisit(self._sender.chain, self._outbox, send=True):
            if one.fell_out:
                self._queue.fell_out(one.sending.hashes)
                self._tell(f"transaction {one.sending.transaction}: {one.words}")
        self._queue.forget_old()
        self._revisited = time.monotonic()


def _entry(one: SignedAct) -> HandedIn:
    payer = NEW_PARTIES if one.act.function == "createParty" else one.act.actor.hex()
    value = json.dumps(file_value([one], None), separators=(",", ":"), ensure_ascii=False)
    return HandedIn(id_of(one), payer, one.authorization.key, one.act.about, value.encode())


def _act(entry: HandedIn) -> SignedAct:
    [one] = signed_from(json.loads(entry.act), f"act {_short(entry.id)}").acts
    return one


def _recorded(entry: HandedIn, place: Place) -> HandedIn:
    return replace(entry, fate=Fate.RECORDED, why="", transaction=place.transaction, block=place.block, time=place.time)


def _short(id: str) -> str:
    return f"{id[2:10]}…"
