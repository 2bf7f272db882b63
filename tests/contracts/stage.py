"""The contracts on a local chain, the parties that act on them, and one trial.

Acts that must succeed are sent as transactions. Acts that must be refused are asked of the chain by `eth_call`, at
any block time, and their custom error is compared with its arguments; so nothing has to be mined for them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.request import Request, urlopen

import brownie
from eth_abi import decode
from eth_utils.crypto import keccak

from trialseal.merkle import tree

from .chain import ZERO, mined, raw, rpc

NOBODY = "0x" + 40 * "0"
MANAGE, ACT, STREAM, ATTEST, ALL = 1, 2, 4, 8, 0xFFFF
PROTOCOL, PLAN, REGISTRY_RECORD, RESULTS, CONSENT_FORM, CHARTER, DATASET, OTHER, FILE = range(1, 10)
REGISTER, SEAL, MILESTONE, REPORT, CLAIM, APPOINT, SHORTEN, OFFER, ACCEPT, NAME_ROLE, OPEN, UNCLAIM, VETO = range(1, 14)
DAY = 86_400
WEEK = 7 * DAY  # how long changes of several managing keys wait
CALLS_AT_ONCE = 500


def digest(text: str) -> bytes:
    """A digest that stands for a document."""
    return sha256(text.encode()).digest()


def padded(text: str) -> bytes:
    """ASCII as the contracts keep it: left-aligned in 32 bytes."""
    return text.encode().ljust(32, b"\0")


CODE = padded("C4591001")
NUMBER = padded("NCT04368728")
PROTOCOL_1, PROTOCOL_2, PAPER, LETTER = map(digest, ("protocol 1", "protocol 2", "paper", "letter"))
STREAM_NAME = digest("salt and name of a stream")
LEAVES = [digest(f"endpoint {number}") for number in range(12)]
ROOT = tree.root(LEAVES)


def endpoint_set(root: bytes, count: int) -> bytes:
    """What a version is bound to: SHA-256(root ‖ count, 4 bytes)."""
    return sha256(root + count.to_bytes(4, "big")).digest()


class Party(NamedTuple):
    """A party and the key that founded it, which holds every purpose."""

    id: bytes
    key: Any  # brownie's account


class State(NamedTuple):
    """What the registry's state says of a trial."""

    sponsor: bytes
    created_at: int
    acts: int
    rolling: bytes  # digest
    versions: list[int]  # of kinds 1 to 9
    tenure: int
    offered_to: bytes
    effective: int  # from when on the offer can be accepted


class Head(NamedTuple):
    """What the log's state says of a writer's log."""

    size: int
    time: int
    heads: int
    rolling: bytes  # digest
    root: bytes


@dataclass(frozen=True)
class Stage:
    """What each test finds: `sponsor` has registered `trial`, and has keys of single purposes beside its first.

    The methods named after acts make the acts' structs: valid ones, but for what a test changes.
    """

    parties: Any
    attestations: Any
    registry: Any
    log: Any
    sponsor: Party
    cro: Party
    committee: Party
    stranger: Party
    manager: Any  # the sponsor's key that may only manage
    clerk: Any  # the sponsor's key that may only act
    writer: Any  # the sponsor's key that may only write streams
    voucher: Any  # the sponsor's key that may only attest
    outsider: Any  # an account that is nobody's key
    trial: bytes
    errors: dict[bytes, tuple[str, list[str]]]  # by selector: name and types of the arguments

    @classmethod
    def set(cls, project: Any, accounts: Any) -> Stage:
        """Deploys the contracts, founds the parties and registers the trial."""
        payer = {"from": accounts[9]}
        parties = project.Parties.deploy(payer)
        attestations = project.Attestations.deploy(parties, payer)
        registry = project.TrialRegistry.deploy(parties, payer)
        log = project.TrialLog.deploy(parties, registry, payer)
        manager, clerk, writer, outsider, voucher = accounts[4:9]
        sponsor = found(parties, accounts[0], second=manager)
        cro, committee, stranger = (found(parties, accounts[number]) for number in range(1, 4))
        for key, purposes in ((clerk, ACT), (writer, STREAM), (voucher, ATTEST)):
            parties.addKey((sponsor.id, key, purposes), {"from": sponsor.key})
        trial = trial_id(sponsor)
        stage = cls(
            parties, attestations, registry, log, sponsor, cro, committee, stranger,
            manager, clerk, writer, voucher, outsider, trial, _errors(parties, attestations, registry, log),
        )  # fmt: skip
        stage.wait_until(stage.now + DAY)  # nobody's key is as new as what tests do
        registry.register(stage.registration(), {"from": sponsor.key})
        return stage

    # ----- acts of a trial -----

    def registration(
        self, actor: Party | None = None, code: bytes = CODE, protocol: bytes = PROTOCOL_1,
        root: bytes = ROOT, count: int = len(LEAVES),
    ) -> tuple[Any, ...]:  # fmt: skip
        return (_id(actor or self.sponsor), code, protocol, root, count)

    def sealing(
        self, actor: Party | None = None, trial: bytes | None = None, kind: int = PROTOCOL, version: int = 2,
        blinding: int = 1, document: bytes = PROTOCOL_2, root: bytes = ROOT, count: int = len(LEAVES),
    ) -> tuple[Any, ...]:  # fmt: skip
        return (*self._head(trial, actor), kind, version, blinding, document, root, count)

    def file(self, kind: int, version: int = 1, document: bytes = LETTER, **others: Any) -> tuple[Any, ...]:
        """Seals a document without endpoints."""
        return self.sealing(kind=kind, version=version, document=document, root=ZERO, count=0, **others)

    def milestone(
        self, actor: Party | None = None, trial: bytes | None = None, part: int = 0, milestone: int = 1,
        date: int = 20200429, act: int = 0, document: bytes = ZERO,
    ) -> tuple[Any, ...]:  # fmt: skip
        return (*self._head(trial, actor), part, milestone, date, act, document)

    def report(
        self, actor: Party | None = None, trial: bytes | None = None, document: bytes = PAPER,
        endpoint: bytes = LEAVES[3], part: int = 0, version: int = 1, index: int = 3, count: int = len(LEAVES),
        proof: list[bytes] | None = None,
    ) -> tuple[Any, ...]:  # fmt: skip
        """The two arguments of `reportResult`."""
        shown = tree.inclusion_proof(LEAVES, index) if proof is None else proof
        return (*self._head(trial, actor), document, endpoint, part, version, index, count), shown

    def claim(
        self, actor: Party | None = None, trial: bytes | None = None, number: bytes = NUMBER,
        submitted: int = 20200427,
    ) -> tuple[Any, ...]:  # fmt: skip
        return (*self._head(trial, actor), number, submitted)

    def unclaim(
        self, actor: Party | None = None, trial: bytes | None = None, number: bytes = NUMBER
    ) -> tuple[Any, ...]:
        """The withdrawal of claims."""
        return (*self._head(trial, actor), number)

    def appointment(
        self, actor: Party | None = None, trial: bytes | None = None, appointee: Party | None = None,
        stream: bytes = ZERO, acts: int = 1 << MILESTONE, begin: int = 0, until: int = 4_000_000_000,
    ) -> tuple[Any, ...]:  # fmt: skip
        return (*self._head(trial, actor), _id(appointee or self.cro), stream, acts, begin, until)

    def shortening(
        self, actor: Party | None = None, trial: bytes | None = None, appointee: Party | None = None,
        stream: bytes = ZERO, index: int = 0, until: int = 0,
    ) -> tuple[Any, ...]:  # fmt: skip
        return (*self._head(trial, actor), _id(appointee or self.cro), stream, index, until)

    def offer(self, to: Party | bytes, actor: Party | None = None, trial: bytes | None = None) -> tuple[Any, ...]:
        return (*self._head(trial, actor), _id(to))

    def veto(self, actor: Party | None = None, trial: bytes | None = None) -> tuple[Any, ...]:
        """Of an offer."""
        return self._head(trial, actor)

    def acceptance(
        self, actor: Party, trial: bytes | None = None, giver: Party | bytes | None = None
    ) -> tuple[Any, ...]:
        """Of the present sponsor's offer, unless said otherwise."""
        return (*self._head(trial, actor), _id(giver or self.state(trial).sponsor))

    def naming(
        self, actor: Party | None = None, trial: bytes | None = None, party: Party | bytes | None = None,
        role: int = 11, held: bool = True,
    ) -> tuple[Any, ...]:  # fmt: skip
        return (*self._head(trial, actor), _id(party or self.cro), role, held)

    def opening(
        self, actor: Party | None = None, trial: bytes | None = None, stream: bytes = STREAM_NAME
    ) -> tuple[Any, ...]:
        return (*self._head(trial, actor), stream)

    def extension(
        self, entries: Sequence[bytes], before: int = 0, actor: Party | None = None, trial: bytes | None = None,
        stream: bytes = STREAM_NAME, size: int | None = None, root: bytes | None = None,
        proof: list[bytes] | None = None,
    ) -> tuple[Any, ...]:  # fmt: skip
        """The two arguments of `extend`: to all of `entries`, of which the first `before` are anchored."""
        reached = tree.root(entries) if root is None else root
        if proof is None:
            proof = tree.consistency_proof(entries, before) if before else []
        return (*self._head(trial, actor), stream, len(entries) if size is None else size, reached), proof

    def head(self, actor: Party | None = None, trial: bytes | None = None, stream: bytes = STREAM_NAME) -> Head:
        """The present head of a party's log."""
        trial, party = self._head(trial, actor)
        head = self.log.headOf(trial, party, stream).dict()
        return Head(head["size"], head["time"], head["heads"], raw(head["rollingDigest"]), raw(head["root"]))

    def transfer(self, giver: Party, taker: Party) -> None:
        """Moves the trial from one party to another, after a week if the giver has several managing keys."""
        self.registry.offerTransfer(self.offer(taker, actor=giver), {"from": giver.key})
        if self.state().effective > self.now:
            self.wait_until(self.state().effective)
        self.registry.acceptTransfer(self.acceptance(taker), {"from": taker.key})

    # ----- attestations -----

    def statement(
        self, author: Party | None = None, kind: int = 2, code: int = 1, territory: int = 840,
        date: int = 20200420, until: int = 0, subject: bytes | None = None, about: bytes = PROTOCOL_1,
        document: bytes = ZERO,
    ) -> tuple[Any, ...]:  # fmt: skip
        subject = self.trial if subject is None else subject
        return (_id(author or self.committee), kind, code, territory, date, until, subject, about, document)

    # ----- the chain -----

    @property
    def now(self) -> int:
        """Time of the last block, Unix seconds."""
        return int(rpc("eth_getBlockByNumber", "latest", False)["timestamp"], 16)

    def wait_until(self, time: int) -> None:
        """Mines a block at a time (Unix seconds)."""
        rpc("evm_setNextBlockTimestamp", time)
        rpc("evm_mine")

    def refusal(self, function: Any, *arguments: Any, by: Any, time: int | None = None) -> tuple[Any, ...] | None:
        """The custom error and its arguments with which an act is refused; None if it would be accepted.

        It is asked for the next second, or for a block at `time`.
        """
        call = {"from": str(by), "to": function._address, "data": function.encode_input(*arguments)}
        block = {"time": hex(self.now + 1 if time is None else time)}
        return self._refusal_of(brownie.web3.provider.make_request("eth_call", [call, "latest", {}, block]))

    def refusals(self, function: Any, calls: Sequence[Sequence[Any]]) -> list[tuple[Any, ...] | None]:
        """The refusal of each of many calls of a view, or None; thousands a second."""
        requests = [
            {"jsonrpc": "2.0", "id": number, "method": "eth_call", "params": [
                {"to": function._address, "data": function.encode_input(*call)}, "latest",
            ]}
            for number, call in enumerate(calls)
        ]  # fmt: skip
        found = []
        for start in range(0, len(requests), CALLS_AT_ONCE):
            body = json.dumps(requests[start : start + CALLS_AT_ONCE]).encode()
            headers = {"Content-Type": "application/json"}
            with urlopen(Request(brownie.web3.provider.endpoint_uri, body, headers)) as response:
                answers = json.load(response)
            found += [self._refusal_of(answer) for answer in sorted(answers, key=lambda answer: answer["id"])]
        return found

    def accepts(self, function: Any, *arguments: Any, by: Any, time: int | None = None) -> bool:
        """Whether an act would be accepted; see `refusal`."""
        return self.refusal(function, *arguments, by=by, time=time) is None

    def error(self, data: bytes) -> tuple[Any, ...]:
        """The custom error that a contract reverted with, and its arguments."""
        name, types = self.errors[data[:4]]
        return (name, *decode(types, data[4:]))

    def _refusal_of(self, answer: Any) -> tuple[Any, ...] | None:
        return self.error(raw(answer["error"]["data"])) if "error" in answer else None

    def send(self, function: Any, *arguments: Any, by: Any) -> dict[str, Any]:
        """The receipt of an act that succeeds; much faster than through brownie, for long sequences."""
        call = {"from": str(by), "to": function._address, "data": function.encode_input(*arguments)}
        receipt = mined(call)
        assert receipt["status"] == "0x1"
        return receipt

    def state(self, trial: bytes | None = None) -> State:
        """The state of a trial."""
        return state_of(self.registry, trial or self.trial)

    def _head(self, trial: bytes | None, actor: Party | None) -> tuple[bytes, bytes]:
        return self.trial if trial is None else trial, _id(actor or self.sponsor)


def creation(
    salt: str = "salt", profile: str = "profile", second: Any = NOBODY, third: Any = NOBODY, purposes: int = MANAGE
) -> tuple[Any, ...]:
    """Asks for a party; the keys named with its first one have these purposes."""
    named = [(str(key), 0 if key is NOBODY else purposes) for key in (second, third)]
    return (digest(salt), digest(profile), *named[0], *named[1])


def found(parties: Any, key: Any, salt: str = "salt", **named: Any) -> Party:
    """Creates a party with `key` as its first."""
    parties.createParty(creation(salt, **named), {"from": key})
    return Party(party_id(key, digest(salt)), key)


def party_id(key: Any, salt: bytes) -> bytes:
    """SHA-256(key, 20 bytes ‖ salt)."""
    return sha256(raw(key) + salt).digest()


def trial_id(sponsor: Party, code: bytes = CODE) -> bytes:
    """SHA-256(founding party ‖ code)."""
    return sha256(sponsor.id + code).digest()


def state_of(registry: Any, trial: bytes) -> State:
    """The state of a trial in some registry."""
    state = registry.trialOf(trial).dict()
    return State(
        raw(state["sponsor"]), state["createdAt"], state["acts"], raw(state["rollingDigest"]),
        list(state["versions"]), state["tenure"], raw(state["offeredTo"]), state["offerEffective"],
    )  # fmt: skip


def address(account: Any) -> str:
    """An account's address as errors give it."""
    return str(account).lower()


def _id(party: Party | bytes) -> bytes:
    return party.id if isinstance(party, Party) else party


def _errors(*contracts: Any) -> dict[bytes, tuple[str, list[str]]]:
    # No data at all: a value out of its type's range, which the ABI decoder refuses.
    errors = {b"": ("", []), keccak(text="Panic(uint256)")[:4]: ("Panic", ["uint256"])}
    for item in (item for contract in contracts for item in contract.abi if item["type"] == "error"):
        types = [argument["type"] for argument in item["inputs"]]
        errors[keccak(text=f"{item['name']}({','.join(types)})")[:4]] = (item["name"], types)
    return errors
