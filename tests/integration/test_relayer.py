"""The relayer: what it takes, what it refuses before gas is spent, and that nothing it took is lost or sent twice."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import resource
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from tests.integration.test_command import SPONSOR, User, home, registered, trial, user
from tests.integration.test_signed_for_others import deployed

from trialseal.acts import parties
from trialseal.acts.attesting import attest
from trialseal.acts.desk import name_of, outbox_of
from trialseal.acts.relayer import Carrier, Counter
from trialseal.acts.signed import file_value
from trialseal.acts.signing import sign, unsigned
from trialseal.cli import main
from trialseal.cli.signing.relayer_http import MOST_BYTES, Service, serve
from trialseal.ledger import accounts, networks
from trialseal.ledger.chain import Chain
from trialseal.ledger.codes import AttestationKind
from trialseal.ledger.handed_in import Queue, Quota
from trialseal.ledger.rpc import RpcError
from trialseal.ledger.sending import Sender
from trialseal.values import replace

__all__ = ["home", "registered", "trial", "user"]
FOREVER = 4_000_000_000


class Key:
    """A key without ether that signs."""

    def __init__(self) -> None:
        self._account = Account.create()
        self.address = str(self._account.address).lower()

    def sign_typed(self, data: dict[str, Any]) -> bytes:
        return bytes(self._account.sign_typed_data(full_message=data).signature)


def new_party(until: int = FOREVER, chain_id: int = 31337, signed: bool = True) -> dict[str, Any]:
    """A file with the act by which a new key makes its party."""
    key = Key()
    act = parties.create(key.address, secrets.token_bytes(32), b"\7" * 32, "New University")
    made = unsigned([act], chain_id, key.address, until, [0])
    return file_value(sign(made, key) if signed else made, None)


def together(*files: dict[str, Any]) -> dict[str, Any]:
    return {**files[0], "acts": [act for file in files for act in file["acts"]]}


@dataclass
class Client:
    """Whoever hands in."""

    port: int

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, {"Content-Type": "application/json", **named})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        is_json = answer.headers.get_content_type() == "application/json"
        return answer.status, json.loads(content) if is_json else content.decode()

    def hand_in(self, file: object) -> tuple[int, Any]:
        return self.ask("POST", "/acts", json.dumps(file).encode())

    def state(self, id: str) -> Any:
        return self.ask("GET", f"/acts/{id}")[1]

    def ended(self, id: str, seconds: float = 15) -> Any:
        """What became of an act, once it does not wait any more."""
        until = time.monotonic() + seconds
        while (found := self.state(id))["state"] == "waiting":
            assert time.monotonic() < until, found
            time.sleep(0.03)
        return found


class Running:
    """A relayer in this process; not more than one may carry."""

    def __init__(self, home: Path, quota: Quota, *, carries: bool = True) -> None:
        network = networks.resolve("devnet", home)
        chain, box = Chain(network), outbox_of(home)
        sender = Sender(chain, accounts.unlock(home, "payer", "correct horse"))
        queue = Queue(box, name_of(chain), quota)
        self.log: list[str] = []
        self.carrier = Carrier(sender, box, box.slot("relayer"), queue, self.log.append)
        self.service = Service(
            Counter(Chain(network), sender.address, queue), queue, self.carrier, Chain(network), sender.address
        )
        self.stop = threading.Event()
        self._port: list[int] = []
        self._threads = [threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)]
        if carries:
            self._threads.append(threading.Thread(target=self.carrier.run, args=(self.stop,), daemon=True))
        for one in self._threads:
            one.start()
        while not self._port:
            time.sleep(0.01)
        self.client = Client(self._port[0])

    async def _serve(self) -> None:
        async with serve(self.service, "127.0.0.1", 0) as port:
            self._port.append(port)
            await asyncio.to_thread(self.stop.wait)

    def end(self) -> None:
        self.stop.set()
        for one in self._threads:
            one.join()


@pytest.fixture(scope="module", autouse=True)
def payer(home: Path) -> None:
    accounts.new(home, "payer", "correct horse", light=True)
    assert main(["devnet", "fund", "payer"]) == 0


@pytest.fixture(scope="module")
def running(home: Path, payer: None) -> Iterator[Running]:
    made = Running(home, Quota(party=100, total=1_000))
    yield made
    made.end()


@pytest.fixture
def client(running: Running) -> Client:
    return running.client


def used(home: Path) -> int:
    """Gas is spent only by transactions: how many the payer has sent."""
    address = dict(accounts.list_accounts(home))["payer"]
    return int(Chain(networks.resolve("devnet", home)).rpc.call("eth_getTransactionCount", [address, "latest"]), 16)


# ----- a process of its own, before another sends with the same account -----


def started(home: Path) -> tuple[subprocess.Popen[str], Client]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["relayer", "--account", "payer", "--listen", f"127.0.0.1:{port}", "--quota", "1000"]
    process = subprocess.Popen(
        [sys.executable, "-m", "trialseal.cli", *words], stderr=subprocess.PIPE, text=True, env={**os.environ}
    )
    client = Client(port)
    for _ in range(400):
        try:
            client.ask("GET", "/health")
            return process, client
        except OSError:
            assert process.poll() is None, process.communicate()[1]
            time.sleep(0.02)
    raise AssertionError("it does not start")


def test_what_was_taken_outlives_kill_9_and_is_recorded_once(home: Path, user: User, tmp_path: Path) -> None:
    """Also where the node forgot what was on its way, and its nonce was used for something else meanwhile."""
    rpc = Chain(networks.resolve("devnet", home)).rpc
    rpc.call("evm_setAutomine", [False])
    try:
        process, client = started(home)
        ids = []
        for _ in range(2):  # the first is on its way when it is killed, the second has not left
            status, answer = client.hand_in(new_party())
            assert status == 202
            ids.append(answer["acts"][0]["id"])
            waits_for(lambda: pending(rpc, home) > used(home))
        process.send_signal(signal.SIGKILL)
        assert "correct horse" not in process.communicate()[1]
        rpc.call("anvil_dropAllTransactions")
    finally:
        rpc.call("evm_setAutomine", [True])
    (tmp_path / "other.json").write_text(json.dumps(new_party()))
    user("relay", tmp_path / "other.json", "--account", "payer")
    before = used(home)
    process, client = started(home)
    assert "another relayer sends with account payer already" in user("relayer", "--account", "payer", code=3).err
    ends = [client.ended(id) for id in ids]
    process.send_signal(signal.SIGTERM)
    log = process.communicate(timeout=20)[1]
    assert process.returncode == 0
    assert {end["state"] for end in ends} == {"recorded"}
    assert used(home) == before + 1
    assert "ended" in log and "Traceback" not in log and "correct horse" not in log


# ----- taken -----


def test_fifty_clients_at_once_are_served_in_few_transactions(client: Client, home: Path) -> None:
    before, files = used(home), [new_party() for _ in range(50)]
    with ThreadPoolExecutor(50) as clients:
        answers = list(clients.map(client.hand_in, files))
    assert {status for status, _ in answers} == {202}
    ends = [client.ended(answer["acts"][0]["id"]) for _, answer in answers]
    assert {end["state"] for end in ends} == {"recorded"}
    assert len({end["transaction"] for end in ends}) == used(home) - before < 25


def test_the_same_act_again_is_the_same_act(client: Client, home: Path) -> None:
    file = new_party()
    _, first = client.hand_in(file)
    end = client.ended(first["acts"][0]["id"])
    before = used(home)
    assert client.hand_in(file) == (200, {"acts": [end]})
    assert used(home) == before


def test_what_a_stranger_sent_first_is_done(client: Client, user: User, tmp_path: Path, home: Path) -> None:
    (tmp_path / "act.json").write_text(json.dumps(new_party()))
    user("relay", tmp_path / "act.json", "--account", "regulator")
    before = used(home)
    status, answer = client.hand_in(json.loads((tmp_path / "act.json").read_text()))
    assert status == 200
    assert answer["acts"][0]["state"] == "recorded"
    assert used(home) == before


def test_a_trial_and_what_follows_it_are_taken_together(
    client: Client, user: User, registered: Path, tmp_path: Path
) -> None:
    words = ("milestone", registered, "interim-look", "--on", "2020-06-01", *SPONSOR, "--sign-only", "--yes")
    for name in ("a", "b"):
        user(*words, "-o", tmp_path / f"{name}.json")
    same = [json.loads((tmp_path / f"{name}.json").read_text()) for name in ("a", "b")]
    status, answer = client.hand_in(together(*same))
    ends = [client.ended(one["id"]) for one in answer["acts"]]
    assert status == 202
    assert {end["state"] for end in ends} == {"recorded"}


# ----- refused, in words, and without gas -----


def damaged(change: Callable[[dict[str, Any]], object], **made: Any) -> dict[str, Any]:
    file = new_party(**made)
    change(file["acts"][0])
    return file


@pytest.mark.parametrize(
    ("file", "status", "why"),
    [
        pytest.param(lambda: new_party(until=1_000_000_000), 422, "was good until 2001-09-09", id="expired"),
        pytest.param(lambda: new_party(chain_id=1), 422, "signed for chain 1, and this relayer", id="other chain"),
        pytest.param(lambda: new_party(signed=False), 400, "nobody has signed this act yet", id="unsigned"),
        pytest.param(
            lambda: damaged(lambda one: one["typed_data"]["message"].update(nonce=7)),
            400, "is not that of key", id="altered",
        ),
        pytest.param(
            lambda: damaged(lambda one: one["typed_data"]["domain"].update(verifyingContract="0x" + "11" * 20)),
            400, "none of trialseal's", id="other contract",
        ),
        pytest.param(lambda: {"format": "trialseal-signed-acts/9", "acts": []}, 400, "later version", id="later"),
        pytest.param(lambda: [1], 400, "is no file of signed acts", id="a list"),
    ],
)  # fmt: skip
def test_what_no_chain_would_take_costs_nothing(
    client: Client, home: Path, file: Callable[[], object], status: int, why: str
) -> None:
    before = used(home)
    code, answer = client.hand_in(file())
    assert code == status, answer
    assert why in (answer["error"] if code == 400 else answer["acts"][0]["refused"])
    assert used(home) == before


def test_a_refused_act_takes_no_other_down(client: Client, user: User, registered: Path, tmp_path: Path) -> None:
    party = user("party", "show", *SPONSOR, "--json", code=None).value["party"]
    accounts.new(user.home, "nobody", "correct horse", light=True)
    words = ("milestone", registered, "data-lock", "--on", "2021-03-01", "--party", party, "--sign-only", "--yes")
    user(*words, "--account", "nobody", "-o", tmp_path / "bad.json")
    bad = json.loads((tmp_path / "bad.json").read_text())
    status, answer = client.hand_in(together(new_party(), bad, new_party()))
    assert status == 202
    assert [one["state"] for one in answer["acts"]] == ["waiting", "refused", "waiting"]
    assert "may not act for party" in answer["acts"][1]["refused"]
    assert {client.ended(answer["acts"][place]["id"])["state"] for place in (0, 2)} == {"recorded"}


def test_an_act_that_the_chain_stops_taking_while_it_waits_is_refused_without_gas(client: Client, home: Path) -> None:
    """Its end comes after it was taken, while another is on its way."""
    rpc = Chain(networks.resolve("devnet", home)).rpc
    now = int(rpc.call("eth_getBlockByNumber", ["latest", False])["timestamp"], 16)
    rpc.call("evm_setAutomine", [False])
    try:
        _, first = client.hand_in(new_party())  # holds the relayer until a block is made
        waits_for(lambda: pending(rpc, home) > used(home))
        _, late = client.hand_in(new_party(until=now + 500))
        rpc.call("evm_increaseTime", [1000])
    finally:
        rpc.call("evm_setAutomine", [True])
        rpc.call("evm_mine")
    assert client.ended(first["acts"][0]["id"])["state"] == "recorded"
    before = used(home)
    end = client.ended(late["acts"][0]["id"])
    assert end["state"] == "refused" and "was good until" in end["refused"]
    assert used(home) == before


def burner(home: Path) -> str:
    """A contract that takes every signature, and burns 2,600,000 gas first."""
    code = bytes.fromhex("620186a05b6001900380600457631626ba7e60e01b60005260206000f3")
    size = bytes([len(code)]).hex()
    init = bytes.fromhex(f"60{size}600c60003960{size}6000f3") + code
    chain = Chain(networks.resolve("devnet", home))
    return deployed(chain, accounts.unlock(home, "payer", "correct horse"), "0x" + init.hex())


def test_a_contract_that_burns_gas_is_not_paid_for(client: Client, home: Path) -> None:
    address = burner(home)
    key = Key()
    act = parties.create(address, secrets.token_bytes(32), b"\7" * 32, "Burner")
    made = sign(unsigned([act], 31337, address, FOREVER, [0]), key)
    before = used(home)
    status, answer = client.hand_in(file_value(made, None))
    assert status == 422
    assert "a contract's check of signatures must do with 1,000,000 gas" in answer["acts"][0]["refused"], answer
    assert used(home) == before


def test_an_act_that_the_node_chokes_on_holds_up_no_other(
    client: Client, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [new_party() for _ in range(3)]
    salt = files[1]["acts"][0]["typed_data"]["message"]["salt"].removeprefix("0x")
    rpc = running.carrier._sender.chain.rpc
    attempt = rpc.attempt

    def choking(requests: Any, *more: Any) -> list[Any]:
        answers = attempt(requests, *more)
        odd = RpcError("the node is odd", -32000, "odd")
        return [odd if salt in str(asked) else answer for asked, answer in zip(requests, answers, strict=True)]

    monkeypatch.setattr(rpc, "attempt", choking)
    _, answer = client.hand_in(together(*files))
    ids = [one["id"] for one in answer["acts"]]
    assert [client.ended(ids[place])["state"] for place in (0, 2)] == ["recorded", "recorded"]
    assert client.state(ids[1])["state"] == "waiting"
    monkeypatch.undo()
    assert client.ended(ids[1])["state"] == "recorded"


def test_too_much_is_refused_before_it_is_read(client: Client) -> None:
    said = client.ask("POST", "/acts", b"x" * (MOST_BYTES + 1))
    assert said == (413, {"error": "at most 1 MiB at once: send fewer acts"})
    with socket.create_connection(("127.0.0.1", client.port)) as wire:  # 100 MB, without saying so before
        wire.sendall(b"POST /acts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n")
        wire.sendall(b"Transfer-Encoding: chunked\r\n\r\n")
        sent, piece = 0, b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
        try:
            while sent < 100:
                wire.sendall(piece)
                sent += 1
        except OSError:
            pass
    assert sent < 30, "it would read all of it"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/acts/0x12", 404), ("GET", "/", 404), ("PUT", "/acts", 405), ("POST", "/acts/../../etc", 404)],
)
def test_other_requests_are_told_what_there_is(client: Client, method: str, path: str, status: int) -> None:
    code, answer = client.ask(method, path, b"{}")
    assert (code, list(answer)) == (status, ["error"])


def test_a_foreign_page_cannot_post(client: Client) -> None:
    """What a browser sends to another origin without asking first is never JSON."""
    assert client.ask("POST", "/acts", b"{}", Content_Type="text/plain")[0] == 415


# ----- quotas, prices, disks -----


def test_a_party_has_so_many_acts_a_day(home: Path) -> None:
    made = Running(home, Quota(party=10_000, total=10_000), carries=False)
    try:
        have = sum(made.client.ask("GET", "/health")[1]["acts"].values())
    finally:
        made.end()
    made = Running(home, Quota(party=10_000, total=have + 2), carries=False)
    try:
        status, answer = made.client.hand_in(together(*(new_party() for _ in range(3))))
        later = made.client.hand_in(new_party())[0]
    finally:
        made.end()
    assert (status, [one["state"] for one in answer["acts"]]) == (202, ["waiting", "waiting", "refused"])
    assert "of today" in answer["acts"][2]["refused"]
    assert later == 429


def test_nobody_uses_up_the_quota_of_another_party(home: Path, registered: Path, user: User) -> None:
    """Neither behind an act of one's own, by naming that party in another, nor behind its own, by signing as its key.

    What the chain refuses is taken behind an act that it may need, which waits: that act must be the same party's.
    """
    victim = bytes.fromhex(user("party", "show", *SPONSOR, "--json", code=None).value["party"])
    key, other = Key(), Key()
    made = parties.create(key.address, secrets.token_bytes(32), b"\7" * 32, "New University")
    party = made.about
    in_its_name = attest(victim, AttestationKind.REVIEW, party, "a review", digest=b"\1" * 32)
    profile = parties.change_profile(party, b"\6" * 32, "Renamed")
    own, foreign, forged = unsigned([made, in_its_name, profile], 31337, key.address, FOREVER, [0, 1, 2])
    follows = unsigned([profile], 31337, key.address, FOREVER, [3])
    running = Running(home, Quota(party=10_000, total=10_000), carries=False)
    try:
        file = file_value([*sign([own, foreign], key), *sign([forged], other), *sign(follows, key)], None)
        _, first = running.client.hand_in(file)
        _, later = running.client.hand_in({**file, "acts": file["acts"][1:3]})
    finally:
        running.end()
    assert [one["state"] for one in first["acts"]] == ["waiting", "refused", "refused", "waiting"]
    assert [one["state"] for one in later["acts"]] == ["refused", "refused"]
    assert "may not attest for party" in first["acts"][1]["refused"]
    assert "signature" in first["acts"][2]["refused"]


def test_what_costs_too_much_waits(client: Client, running: Running) -> None:
    chain = running.carrier._sender.chain
    before = chain.network
    chain.network = replace(before, most_per_gas=1)
    try:
        _, answer = client.hand_in(new_party())
        waits_for(lambda: bool(running.carrier.trouble))
        assert client.state(answer["acts"][0]["id"])["state"] == "waiting"
    finally:
        chain.network = before
    assert client.ended(answer["acts"][0]["id"])["state"] == "recorded"
    assert "a unit of gas costs" in " ".join(running.log)


def test_a_full_disk_takes_nothing_and_loses_nothing(client: Client, home: Path) -> None:
    _, before = client.hand_in(new_party())
    client.ended(before["acts"][0]["id"])
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, limits[1]))
    file = new_party()
    try:
        status, answer = client.hand_in(file)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (status, "nothing was taken" in answer["error"]) == (503, True), answer
    assert client.hand_in(file)[0] == 202
    assert client.ended(before["acts"][0]["id"])["state"] == "recorded"


def test_health_is_a_page_and_a_value(client: Client) -> None:
    status, found = client.ask("GET", "/health")
    assert status == 200 and found["sends"] and found["chain_id"] == 31337 and found["acts"]["recorded"] >= 0
    _, page = client.ask("GET", "/health", Accept="text/html,*/*")
    assert "<h1>trialseal relayer</h1>" in page and "<script" not in page


@pytest.mark.parametrize("words", [("--listen", "here"), ("--quota", "0"), ("--max-fee", "-1"), ("--max-fee", "nan")])
def test_wrong_use_is_a_sentence(user: User, words: tuple[str, ...]) -> None:
    user("relayer", "--account", "payer", *words, code=3)


def pending(rpc: Any, home: Path) -> int:
    address = dict(accounts.list_accounts(home))["payer"]
    return int(rpc.call("eth_getTransactionCount", [address, "pending"]), 16)


def waits_for(holds: Callable[[], bool], seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)
