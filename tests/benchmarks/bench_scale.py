"""A chain of a hundred thousand trials: what one trial's evidence and a page of trials cost, counted, not timed.

A local anvil builds a contract's whole trie anew for every proof, which no other node does: seconds would tell of it.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from http.client import HTTPResponse
from pathlib import Path
from typing import Any

from bench_commands import free_port
from eth_account import Account
from running import Count

from trialseal.evidence.bundle.carried_evidence import members_of
from trialseal.ledger import deployment, devnet
from trialseal.ledger.chain import Chain
from trialseal.ledger.contracts import contract
from trialseal.ledger.endpoints import Endpoints
from trialseal.ledger.listing import PAGE
from trialseal.ledger.network_file import Network
from trialseal.ledger.rpc import Unreachable
from trialseal.ledger.sending import Sender

TRIALS = int(os.environ.get("BENCH_TRIALS", "100000"))
ACTS = 16
_TIMEOUT = 900.0
_NONE, _NO_KEY = bytes(32), "0x" + "00" * 20
_A_BATCH, _A_BLOCK = 100, 40  # registrations, transactions
_PRICE, _GAS, _GAS_OF_ONE = hex(3 * 10**9), hex(16_700_000), 150_000


class Counting(Endpoints):
    """A node, with what it was asked."""

    requests = received = 0

    def _content(self, response: HTTPResponse, most: int) -> bytes:
        self.requests += 1
        content = super()._content(response, most)
        self.received += len(content)
        return content


def measure(place: Path) -> list[Count]:
    """On a chain that is built here, with one trial of sixteen acts in its midst."""
    with chain_of(TRIALS) as (url, party, trial):
        return counted(url, party, trial)


def counted(url: str, party: bytes, trial: bytes) -> list[Count]:
    """What is read of a chain, each by a reader of its own."""
    alone = reader(url)
    alone.expect_deployed()
    alone.load(trials=[trial])
    alone.load(parties=[party], subjects=[trial, party])
    history = alone.history(trial)
    assert history.complete and len(history.acts) == ACTS
    rows = [of(f"evidence of one trial of {ACTS} acts", alone)]
    listing = reader(url)
    listed = listing.trial_list()
    known: list[bytes] = []
    for page in listed.pages(only=max(1, TRIALS // PAGE)):
        known = [one.trial for one in page]
        listing.load_acts(known)
        assert all(listing.history(trial).complete for trial in known)
        evidence = size(listing)
    assert not listed.gap
    what = f"a page of {len(known):,} trials, and that the list of {listed.count:,} is complete"
    rows.append(Count(what, requests(listing), received(listing), evidence))
    page_alone = reader(url)
    page_alone.load_acts(known)
    assert all(page_alone.history(trial).complete for trial in known)
    return [*rows, of(f"{len(known):,} trials whose ids are known, and nothing of the others", page_alone)]


def of(what: str, chain: Chain) -> Count:
    """What was counted until now."""
    return Count(what, requests(chain), received(chain), size(chain))


def requests(chain: Chain) -> int:
    """How many requests the chain's node was sent."""
    assert isinstance(chain.rpc, Counting)
    return chain.rpc.requests


def received(chain: Chain) -> int:
    """How many bytes it answered."""
    assert isinstance(chain.rpc, Counting)
    return chain.rpc.received


def size(chain: Chain) -> int:
    """The bytes of the evidence that a chain holds, as a bundle has them."""
    return sum(map(len, members_of(chain.evidence()).values()))


def reader(url: str) -> Chain:
    """A chain whose requests are counted."""
    chain = Chain(Network("devnet", url), timeout=_TIMEOUT)
    chain.rpc = Counting(chain.network.nodes, _TIMEOUT)
    return chain


@contextmanager
def chain_of(trials: int) -> Iterator[tuple[str, bytes, bytes]]:
    """A chain with so many trials of one sponsor, the middle one with sixteen acts: URL, sponsor, and that trial."""
    port = free_port()
    command = [str(devnet.anvil()), *("--port", str(port)), *("--chain-id", str(devnet.CHAIN_ID)), "--quiet"]
    command += ["--hardfork", devnet.HARDFORK, "--order", "fifo", "--gas-limit", "700000000", "--prune-history"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        chain = Chain(Network("devnet", url), timeout=_TIMEOUT)
        await_node(chain)
        sender = Sender(chain, Account.create())
        devnet.fund(chain, sender.address, 100_000)
        deployment.deploy(sender)
        sender.send("Parties", "createParty", [(_NONE, b"\7" * 32, _NO_KEY, 0, _NO_KEY, 0)])
        party = sha256(bytes.fromhex(sender.address[2:]) + _NONE).digest()
        chain.rpc.call("evm_setAutomine", [False])
        chain.rpc.call("anvil_impersonateAccount", [sender.address])
        codes = [b"T%07d" % number + bytes(24) for number in range(trials)]
        registry = contract("TrialRegistry")
        acts = [
            registry.encode("batch", [(_GAS_OF_ONE, registration(party, code)) for code in codes[start:][:_A_BATCH]])
            for start in range(0, trials, _A_BATCH)
        ]
        trial = sha256(party + codes[trials // 2]).digest()
        acts += [
            registry.encode("seal", (trial, party, 8, version, 0, sha256(b"document %d" % version).digest(), _NONE, 0))
            for version in range(1, ACTS)
        ]
        for start in range(0, len(acts), _A_BLOCK):
            send(chain, sender.address, acts[start:][:_A_BLOCK])
        yield url, party, trial
    finally:
        process.terminate()
        process.wait()


def registration(party: bytes, code: bytes) -> bytes:
    """The calldata of a registration of a trial with twelve endpoints."""
    digest = sha256(code).digest()
    return contract("TrialRegistry").encode("register", (party, code, digest, sha256(digest).digest(), 12))


def send(chain: Chain, key: str, acts: Sequence[bytes]) -> None:
    """Sends acts to the registry, which one block takes."""
    nonce = int(chain.rpc.call("eth_getTransactionCount", [key, "latest"]), 16)
    common: dict[str, Any] = {"from": key, "to": contract("TrialRegistry").address, "gas": _GAS, "gasPrice": _PRICE}
    sent = [{**common, "data": "0x" + act.hex(), "nonce": hex(nonce + place)} for place, act in enumerate(acts)]
    chain.rpc.batch([("eth_sendTransaction", [one]) for one in sent])
    chain.rpc.call("evm_mine")


def await_node(chain: Chain) -> None:
    """Waits until a node that was just started answers."""
    until = time.monotonic() + devnet.PATIENCE
    while True:
        try:
            chain.rpc.call("eth_chainId")
        except Unreachable:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return
