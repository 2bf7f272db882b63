"""Measures what each act costs: every act is a transaction to a fresh local chain under the rules of the osaka fork.

Contracts, keys, digests and times are always the same ones, so that the figures are the same to the last unit.
"""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from itertools import pairwise
from typing import Any

from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak

from gas_figures import ACTS_AT_ONCE, DEPTHS, EXTENSIONS, STREAMS_AT_ONCE, extension_name, same
from trialseal.ledger.contracts import NAMES, contract, deployer
from trialseal.ledger.devnet import anvil
from trialseal.ledger.fees import MOST_GAS
from trialseal.ledger.rpc import Rpc, Unreachable
from trialseal.merkle import nodes
from trialseal.merkle.tree import inclusion_proof, root

START = 1_600_000_000  # of the chain, Unix seconds: how a date is checked depends a little on the month
FAR = 4_000_000_000  # a deadline, Unix seconds
ZERO = bytes(32)
DAY = 86_400  # seconds
# What an item of a batch gets, at most: what it does not use is not lost.
ITEM_GAS = 250_000
WEEKS, POINTS = 52, 2_500
LOGS_SLOT = 3  # of TrialLog's storage


def measure() -> dict[str, int]:
    """Gas of each act, by its name in the page."""
    with _chain() as rpc:
        return _Measurement(rpc).run()


class _Measurement:
    """A trial from its parties to its transfer, with the gas of each transaction."""

    def __init__(self, rpc: Rpc) -> None:
        self._rpc = rpc
        self._accounts: list[str] = rpc.call("eth_accounts")
        self._gas: dict[str, int] = {}
        self._signer = Account.from_key(_digest("a key that signs and has no ether"))

    def run(self) -> dict[str, int]:
        self._deploy()
        sponsor, committee, cro = self._found_parties()
        trial = self._run_trial(sponsor)
        self._attest(trial, sponsor, committee, cro)
        self._relay(trial, sponsor)
        self._batch(sponsor)
        self._appoint_and_transfer(trial, sponsor, cro)
        self._write_streams(trial, cro)
        return self._gas

    def _deploy(self) -> None:
        address, salt = deployer()
        for name in NAMES:
            self._send(f"deploy {name}", address, salt + contract(name).deployment_code)

    def _found_parties(self) -> tuple[bytes, bytes, bytes]:
        parties = []
        nobody = "0x" + 40 * "0"
        for number, name in enumerate(("create a party, the first of a chain", "create a party", "create a party")):
            salt = _digest(f"salt {number}")
            self._act(name, "Parties", "createParty", (salt, _digest("profile"), nobody, 0, nobody, 0), by=number)
            parties.append(sha256(bytes.fromhex(self._accounts[number][2:]) + salt).digest())
        named = (_digest("salt 3"), _digest("profile"), self._accounts[4], 1, self._accounts[5], 14)
        self._act("create a party with three keys", "Parties", "createParty", named, by=3)
        sponsor, other = parties[0], self._accounts[5]
        signer = self._signer.address.lower()
        for name, key, purposes in (
            ("add a key", self._accounts[4], 14),
            ("add a managing key to the first", signer, 0xFFFF),
            ("add a managing key, which waits", other, 0xFFFF),
        ):
            self._act(name, "Parties", "addKey", (sponsor, key, purposes))
        self._act("veto an addition", "Parties", "vetoKey", (sponsor, other))
        self._act("revoke a key", "Parties", "revokeKey", (sponsor, self._accounts[4]))
        self._act("revoke a managing key", "Parties", "revokeKey", (sponsor, signer))
        self._act("veto a removal", "Parties", "vetoKey", (sponsor, signer))
        self._act("state that a key is compromised", "Parties", "declareCompromise", (sponsor, signer, START))
        self._act("contest that statement", "Parties", "contestCompromise", (sponsor, signer))
        self._act("change the profile", "Parties", "changeProfile", (sponsor, _digest("profile 2")))
        return parties[0], parties[1], parties[2]

    def _run_trial(self, sponsor: bytes) -> bytes:
        leaves = [_digest(f"endpoint {number}") for number in range(12)]
        code = b"C4591001".ljust(32, b"\0")
        trial = sha256(sponsor + code).digest()
        act = self._trial_act
        endpoints = (root(leaves), len(leaves))
        for name, own in (
            ("register a trial, the first of a chain", b"C4591000".ljust(32, b"\0")),
            ("register a trial with 12 endpoints", code),
        ):
            act(name, "register", (sponsor, own, _digest("protocol 1"), *endpoints))
        act("milestone, the first", "recordMilestone", (trial, sponsor, 0, 1, 20200429, 0, ZERO))
        act("milestone, later", "recordMilestone", (trial, sponsor, 1, 2, 20200727, 0, ZERO))
        act("milestone with a document", "recordMilestone", (trial, sponsor, 1, 6, 20200900, 0, _digest("report")))
        correction = (trial, sponsor, 1, 20, 20200900, 3, _digest("what holds"))
        act("correction of an act", "recordMilestone", correction)
        amendment = (trial, sponsor, 1, 2, 1, _digest("protocol 2"), *endpoints)
        act("amend the protocol, 12 endpoints", "seal", amendment)
        act("seal another document", "seal", (trial, sponsor, 2, 1, 1, _digest("plan"), ZERO, 0))
        number = b"NCT04368728".ljust(32, b"\0")
        act("registry number, the first claim of it", "claimRegistryId", (trial, sponsor, number, 20200427))
        act("registry number, a later claim of it", "claimRegistryId", (trial, sponsor, number, 20200428))
        act("registry number, its withdrawal", "withdrawRegistryId", (trial, sponsor, number))
        longest = b"EUCTR2020-002641-42-DE NCT043687"
        act("registry number of 32 characters", "claimRegistryId", (trial, sponsor, longest, 20200427))
        for name, paper, index in (
            ("result with the proof of its endpoint (1 of 12, 4 nodes)", "paper", 0),
            ("another result in the same document", "paper", 1),
        ):
            report = (trial, sponsor, _digest(paper), leaves[index], 1, 2, index, len(leaves))
            act(name, "reportResult", report, inclusion_proof(leaves, index))
        post_hoc = (trial, sponsor, _digest("second paper"), _digest("post hoc"), 1, 0, 0, 0)
        act("result, post hoc, in a new document", "reportResult", post_hoc, [])
        act("open a stream", "openStream", (trial, sponsor, _digest("stream")))
        return trial

    def _attest(self, trial: bytes, sponsor: bytes, committee: bytes, cro: bytes) -> None:
        def attest(name: str, statement: tuple[Any, ...], by: int) -> None:
            self._act(name, "Attestations", "attest", statement, by=by)

        version = _digest("protocol 2")
        attest("vouch for a party", (committee, 1, 1, 0, 20200420, 0, sponsor, ZERO, ZERO), by=1)
        first = (committee, 2, 1, 840, 20200420, FAR, trial, version, ZERO)
        attest("attestation, the first about a subject", first, by=1)
        attest("attestation, a later one", (cro, *first[1:]), by=2)
        attest("attestation with a letter of its own", (cro, *first[1:8], _digest("letter")), by=2)
        self._act("withdraw an attestation", "Attestations", "withdraw", (committee, trial, _digest("log")), by=1)
        many = _items([contract("Attestations").encode("attest", first)] * ACTS_AT_ONCE)
        batch = self._act("", "Attestations", "batch", many, by=1)
        self._gas[f"attestation in a batch of {ACTS_AT_ONCE}, each"] = batch // ACTS_AT_ONCE

    def _relay(self, trial: bytes, sponsor: bytes) -> None:
        struct = (trial, sponsor, 1, 2, 20200727, 0, ZERO)
        alone = self._trial_act("", "recordMilestone", struct)
        for name, nonce in (
            ("relaying with the first of 256 nonces, more than the act itself", 0),
            ("relaying, more than the act itself", 1),
        ):
            relayed = self._trial_act("", "relay", *self._signed(struct, nonce), by=6)
            self._gas[name] = relayed - alone

    def _batch(self, sponsor: bytes) -> None:
        """A hundred acts at once: registrations, then milestones of as many trials, and of one."""
        encode = contract("TrialRegistry").encode
        leaves = [_digest(f"endpoint {number}") for number in range(12)]
        codes = [f"TRIAL {number}".encode().ljust(32, b"\0") for number in range(ACTS_AT_ONCE)]
        trials = [sha256(sponsor + code).digest() for code in codes]
        endpoints = (root(leaves), len(leaves))
        registrations = [
            encode("register", (sponsor, code, _digest(f"protocol of {number}"), *endpoints))
            for number, code in enumerate(codes)
        ]
        each = f"in a batch of {ACTS_AT_ONCE}"
        for name, acts in (
            (f"registration {each}, each", registrations),
            (
                f"milestone {each}, of {ACTS_AT_ONCE} trials, each",
                [encode("recordMilestone", (trial, sponsor, 1, 2, 20200727, 0, ZERO)) for trial in trials],
            ),
            (
                f"milestone {each}, of one trial, each",
                [encode("recordMilestone", (trials[0], sponsor, 1, 2, 20200727, 0, ZERO))] * ACTS_AT_ONCE,
            ),
        ):
            self._gas[name] = self._trial_act("", "batch", _items(acts)) // ACTS_AT_ONCE

    def _appoint_and_transfer(self, trial: bytes, sponsor: bytes, cro: bytes) -> None:
        act = self._trial_act
        act("appoint a party", "appoint", (trial, sponsor, cro, ZERO, 1 << 3, 0, FAR))
        act("milestone by an appointee", "recordMilestone", (trial, cro, 1, 2, 20200727, 0, ZERO), by=2)
        act("shorten an appointment", "shortenAppointment", (trial, sponsor, cro, ZERO, 0, 0))
        act("name a role", "nameRole", (trial, sponsor, cro, 11, True))
        for name in ("offer the sponsorship", ""):
            act(name, "offerTransfer", (trial, sponsor, cro))
            if name:
                act("veto an offer", "vetoOffer", (trial, sponsor))
        present = int(self._rpc.call("eth_getBlockByNumber", ["latest", False])["timestamp"], 16)
        self._rpc.call("evm_setNextBlockTimestamp", [present + 8 * DAY])
        act("accept the sponsorship", "acceptTransfer", (trial, cro, sponsor), by=2)

    def _write_streams(self, trial: bytes, writer: bytes) -> None:
        """Heads of the present sponsor's logs. Those of large logs are put into storage as if they had grown there."""
        place = (trial, writer)
        streams = [_digest(f"stream {number}") for number in range(STREAMS_AT_ONCE)]
        for stream in streams:
            self._trial_act("", "openStream", (*place, stream), by=2)
        first, weekly, simulated = streams[:3]
        self._extend("the first head of a log, 1,000 entries", (*place, first), 0, 1_000)
        sizes = [POINTS * week // WEEKS for week in range(WEEKS + 1)]
        grown = sum(self._extend("", (*place, weekly), *step) for step in pairwise(sizes))
        self._gas["2,500 entries in 52 heads of a new log"] = grown
        for before, added in EXTENSIONS:
            self._put_head((*place, simulated), before)
            name = extension_name(before, added)
            if (before, added) == (70_000, 1_000):
                call = self._extension((*place, simulated), before, before + added)
                self._gas["of that, asking who may write"] = self._asking(call)
            self._extend(name, (*place, simulated), before, before + added)
        heads = []
        for stream in streams:
            self._put_head((*place, stream), 70_000)
            heads.append(self._extension((*place, stream), 70_000, 71_000))
        batch = self._act("", "TrialLog", "batch", _items(heads), by=2)
        self._gas["the same in a batch of 20 logs, each"] = batch // STREAMS_AT_ONCE
        for depth in DEPTHS:
            entry = (2**depth, same(depth, 0), same(0, 0), 1, [same(level, 0) for level in range(depth)])
            call = contract("TrialLog").encode("verifyInclusionIn", *entry)
            steps = self._steps(call)
            self._gas[f"verify an entry at depth {depth}, inside the call"] = steps[0]["gas"] - steps[-1]["gas"]

    def _extend(self, name: str, log: tuple[bytes, bytes, bytes], before: int, after: int) -> int:
        data = self._extension(log, before, after)
        return self._send(name, contract("TrialLog").address, data, by=2)

    def _extension(self, log: tuple[bytes, bytes, bytes], before: int, after: int) -> bytes:
        """Calldata that extends a log whose entries are all the same."""
        proof = nodes.consistency_from(same, before, after) if before else []
        return contract("TrialLog").encode("extend", (*log, after, nodes.root_from(same, after)), proof)

    def _put_head(self, log: tuple[bytes, bytes, bytes], size: int) -> None:
        slot = LOGS_SLOT.to_bytes(32, "big")
        for key in log:
            slot = keccak(key + slot)
        words = [nodes.root_from(same, size), _digest("rolling")]
        for number, word in enumerate([size | START << 64 | 1 << 104, *(int.from_bytes(one, "big") for one in words)]):
            where = int.from_bytes(slot, "big") + number
            put = [contract("TrialLog").address, f"0x{where:064x}", f"0x{word:064x}"]
            self._rpc.call("anvil_setStorageAt", put)

    def _asking(self, data: bytes) -> int:
        """Gas of the calls of other contracts that a call of the log makes."""
        steps = self._steps(data)
        spent = 0
        for step, after in pairwise(steps):
            if step["op"] == "STATICCALL" and int(step["stack"][-2], 16) > 2:  # 2 is the precompile
                spent += step["gas"] - after["gas"]
        return spent

    def _steps(self, data: bytes) -> list[dict[str, Any]]:
        """The steps of the log's own code in a call."""
        call = {"from": self._accounts[2], "to": contract("TrialLog").address, "data": "0x" + data.hex()}
        trace = self._rpc.call("debug_traceCall", [{**call, "gas": hex(10_000_000)}, "latest", {}])
        if trace["failed"]:
            raise SystemExit("a call of the log was refused by the contract: the measurement no longer fits it")
        return [step for step in trace["structLogs"] if step["depth"] == 1]

    def _signed(self, struct: tuple[Any, ...], nonce: int) -> tuple[bytes, tuple[Any, ...]]:
        """The arguments that relay a milestone."""
        target = contract("TrialRegistry")
        function = next(item for item in target.abi if item.get("name") == "recordMilestone")
        members = [(one["name"], one["type"]) for one in function["inputs"][0]["components"]]
        members += [("signer", "address"), ("nonce", "uint256"), ("deadline", "uint64")]
        values = (*struct, self._signer.address, nonce, FAR)
        domain = {
            "name": "trialseal TrialRegistry",
            "version": "1",
            "chainId": int(self._rpc.call("eth_chainId"), 16),
            "verifyingContract": target.address,
        }
        types = {"RecordMilestone": [{"name": name, "type": kind} for name, kind in members]}
        message = {name: value for (name, _), value in zip(members, values, strict=True)}
        signature = self._signer.sign_message(encode_typed_data(domain, types, message)).signature
        calldata = target.encode("recordMilestone", struct)
        return calldata, (self._signer.address.lower(), nonce, FAR, bytes(signature))

    def _trial_act(self, name: str, function: str, *arguments: Any, by: int = 0) -> int:
        return self._act(name, "TrialRegistry", function, *arguments, by=by)

    def _act(self, name: str, target: str, function: str, *arguments: Any, by: int = 0) -> int:
        """Gas of an act, kept under its name if it has one; of acts with the same name, the last."""
        address = contract(target).address
        return self._send(name, address, contract(target).encode(function, *arguments), by)

    def _send(self, name: str, to: str, data: bytes, by: int = 0) -> int:
        call = {"from": self._accounts[by], "to": to, "data": "0x" + data.hex(), "gas": hex(MOST_GAS)}
        transaction = self._rpc.call("eth_sendTransaction", [call])
        receipt = _until(lambda: self._rpc.call("eth_getTransactionReceipt", [transaction]))
        if receipt["status"] != "0x1":
            raise SystemExit(f"{name or 'an act'} was refused by the contract: the measurement no longer fits it")
        gas = int(receipt["gasUsed"], 16)
        if name:
            self._gas[name] = gas
        return gas


def _items(acts: list[bytes]) -> list[tuple[int, bytes]]:
    """What a batch takes."""
    return [(ITEM_GAS, act) for act in acts]


@contextmanager
def _chain() -> Iterator[Rpc]:
    """A fresh chain that ends with the block."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    options = ["--port", str(port), "--hardfork", "osaka", "--timestamp", str(START), "--quiet"]
    process = subprocess.Popen([anvil(), *options], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        rpc = Rpc(f"http://127.0.0.1:{port}")
        _until(lambda: _answers(rpc))
        rpc.call("anvil_setBlockTimestampInterval", [12])
        yield rpc
    finally:
        process.kill()
        process.wait()


def _answers(rpc: Rpc) -> bool:
    try:
        return bool(rpc.call("eth_chainId"))
    except Unreachable:
        return False


def _until(ask: Callable[[], Any]) -> Any:
    """The first answer that is not empty; waits for ten seconds at most."""
    for _ in range(2000):
        answer = ask()
        if answer:
            return answer
        time.sleep(0.005)
    raise SystemExit("the local chain gave no answer for ten seconds")


def _digest(text: str) -> bytes:
    return sha256(text.encode()).digest()
