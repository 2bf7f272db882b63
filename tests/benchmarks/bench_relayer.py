"""What a relayer adds to the node behind it: fifty clients that hand in acts, beside fifty that send for themselves."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import socket
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench_commands import free_port, registered_trial
from eth_account import Account
from eth_utils.address import to_checksum_address
from running import TRIALSEAL, Row, Run, row

from trialseal.acts import parties
from trialseal.acts.signed import file_value
from trialseal.acts.signing import sign, unsigned
from trialseal.ledger import devnet, networks
from trialseal.ledger.chain import Chain
from trialseal.ledger.contracts import contract
from trialseal.ledger.rpc import Rpc

CLIENTS, EACH, RUNS = 50, 6, 3
_POLL = 0.1
_NO_KEY = "0x" + "00" * 20
_FURTHER = (b"\7" * 32, _NO_KEY, 0, _NO_KEY, 0)
Times = tuple[float, list[float], list[float]]
"""Seconds for all; of each act until it was taken, and until it was known to be recorded."""


class Key:
    """A key without ether."""

    def __init__(self) -> None:
        self._account = Account.create()
        self.address = str(self._account.address).lower()

    def sign_typed(self, data: dict[str, Any]) -> bytes:
        return bytes(self._account.sign_typed_data(full_message=data).signature)


def measure(place: Path) -> list[Row]:
    """On a chain of its own, the acts signed beforehand on both sides."""
    with registered_trial(place):
        url = networks.resolve("devnet", Path(os.environ["TRIALSEAL_HOME"])).url
        port = free_port()
        words = [*TRIALSEAL, "relayer", "--account", "bench", "--listen", f"127.0.0.1:{port}"]
        with (place / "log").open("w") as log:
            many = ("--quota", "1000000", "--total", "1000000")
            service = subprocess.Popen([*map(str, words), *many], stderr=log)
            try:
                wait_for(port)
                pairs = [(handed_in(port), sent_alone(url)) for _ in range(RUNS)]
            finally:
                service.terminate()
                service.wait()
    number = CLIENTS * EACH
    peer = "the same of pre-signed transactions, sent by each client to the same node"
    what = f"`trialseal relayer`: {number:,} acts of {CLIENTS} clients, each asking for its receipt before the next"
    return [
        both(what, peer, pairs, lambda one: one[0]),
        both("the same, 99 of 100 acts answered (on disk) within", peer, pairs, lambda one: p99(one[1])),
        both("the same, 99 of 100 acts known to be recorded within", peer, pairs, lambda one: p99(one[2])),
    ]


def both(what: str, peer: str, pairs: Sequence[tuple[Times, Times]], of: Callable[[Times], float]) -> Row:
    """Medians of runs in turns."""
    ours, theirs = (statistics.median(of(one[side]) for one in pairs) for side in (0, 1))
    return row(what, Run(ours), peer, Run(theirs), statistics.median(of(mine) / of(other) for mine, other in pairs))


def p99(seconds: Sequence[float]) -> float:
    """What 99 of 100 stay below."""
    return statistics.quantiles(seconds, n=100)[-1]


def handed_in(port: int) -> Times:
    """Acts of new keys, to a relayer."""
    work = [[act() for _ in range(EACH)] for _ in range(CLIENTS)]

    def client(bodies: list[bytes]) -> list[tuple[float, float]]:
        connection, times = http.client.HTTPConnection("127.0.0.1", port), []

        def ask(method: str, path: str, body: bytes | None = None) -> Any:
            connection.request(method, path, body, {"Content-Type": "application/json"})
            return json.loads(connection.getresponse().read())

        for body in bodies:
            begun = time.perf_counter()
            state = ask("POST", "/acts", body)["acts"][0]
            taken = time.perf_counter() - begun
            while state["state"] == "waiting":
                time.sleep(_POLL)
                state = ask("GET", f"/acts/{state['id']}")
            assert state["state"] == "recorded", state
            times.append((taken, time.perf_counter() - begun))
        return times

    return all_at_once(client, work)


def sent_alone(url: str) -> Times:
    """The same acts by keys that have ether, signed as transactions."""
    chain, target = Chain(networks.resolve(url, Path())), contract("Parties")
    work = []
    for _ in range(CLIENTS):
        account = Account.create()
        devnet.fund(chain, account.address, 10)
        work.append(
            [
                account.sign_transaction(
                    {
                        "chainId": 31337,
                        "nonce": nonce,
                        "to": to_checksum_address(target.address),
                        "data": target.encode("createParty", (secrets.token_bytes(32), *_FURTHER)),
                        "value": 0,
                        "gas": 400_000,
                        "gasPrice": 10**10,
                    }
                ).raw_transaction
                for nonce in range(EACH)
            ]
        )

    def client(transactions: list[bytes]) -> list[tuple[float, float]]:
        rpc, times = Rpc(url), []
        for raw in transactions:
            begun = time.perf_counter()
            sent = rpc.call("eth_sendRawTransaction", ["0x" + bytes(raw).hex()])
            taken = time.perf_counter() - begun
            while not (receipt := rpc.call("eth_getTransactionReceipt", [sent])):
                time.sleep(_POLL)
            assert receipt["status"] == "0x1", receipt
            times.append((taken, time.perf_counter() - begun))
        return times

    return all_at_once(client, work)


def all_at_once(client: Callable[[Any], list[tuple[float, float]]], work: Sequence[Any]) -> Times:
    """Every client at the same time, each with its own work."""
    started = time.perf_counter()
    with ThreadPoolExecutor(len(work)) as clients:
        times = [one for some in clients.map(client, work) for one in some]
    taken, recorded = zip(*times, strict=True)
    return time.perf_counter() - started, list(taken), list(recorded)


def act() -> bytes:
    """A file with the act by which a new key makes its party."""
    key = Key()
    made = parties.create(key.address, secrets.token_bytes(32), b"\7" * 32, "A University")
    return json.dumps(file_value(sign(unsigned([made], 31337, key.address, 4_000_000_000, [0]), key), None)).encode()


def wait_for(port: int) -> None:
    """Until the service listens."""
    for _ in range(500):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.02)
    raise SystemExit("the relayer does not start")
