"""One signs, another sends and pays: every way round, and everything that must not be sent so."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from eth_abi import encode
from eth_account import Account
from eth_utils.crypto import keccak
from tests.integration.test_command import (
    ROOT,
    SPONSOR,
    User,
    free_port,
    home,
    registered,
    results_document,
    trial,
    user,
)

from trialseal.acts import signing
from trialseal.acts.signing import take_nonces
from trialseal.cli import main
from trialseal.ledger import accounts, devnet, networks
from trialseal.ledger.chain import Chain
from trialseal.ledger.contracts import contract
from trialseal.ledger.rpc import Rpc
from trialseal.ledger.sending import Sender

__all__ = ["home", "registered", "trial", "user"]
PAYER = ("--account", "payer")


@pytest.fixture(scope="module", autouse=True)
def payer(home: Path) -> None:
    """Who pays has ether and no party; who signs for the board's members has neither."""
    accounts.new(home, "payer", "correct horse", light=True)
    for name in ("first", "second", "poor"):
        accounts.new(home, name, "correct horse", light=True)
    assert main(["devnet", "fund", "payer"]) == 0


@pytest.fixture
def sign(user: User, tmp_path: Path) -> Callable[..., Path]:
    """Signs an act of the sponsor, or of another account, into a file."""

    def signed(*words: str | Path, by: tuple[str, ...] = SPONSOR, name: str = "act.json") -> Path:
        path = tmp_path / name
        user(*words, *by, "--sign-only", "-o", path, "--yes")
        return path

    return signed


def altered(path: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    value = json.loads(path.read_text())
    change(value)
    made = path.with_name("altered.json")
    made.write_text(json.dumps(value))
    return made


def ether(home: Path, account: str) -> int:
    chain = Chain(networks.resolve("devnet", home))
    address = dict(accounts.list_accounts(home))[account]
    return int(chain.rpc.call("eth_getBalance", [address, "latest"]), 16)


# ----- signed here, sent there -----


def test_a_party_without_ether_registers_and_reports(
    user: User, trial: Path, sign: Callable[..., Path], home: Path
) -> None:
    by = ("--account", "poor")
    user("relay", sign("party", "create", "--name", "Poor University", by=by, name="party.json"), *PAYER)
    user("party", "create", "--name", "Poor University", *by)
    said = user("register", trial, *by, "--sign-only", "-o", trial / "r.json", "--yes").out
    assert "signed: trial" in said
    assert "judged as of block" in said
    assert "nothing was sent" in said
    assert "recorded 20" in user("relay", trial / "r.json", *PAYER).out
    again = user("register", trial, *by).out
    assert "sealed already" in again
    assert list((trial / "documents" / "sealed").glob("0001-protocol-v1-*"))
    (trial / "results.json").write_text(json.dumps(results_document(trial, "one")))
    rows = user("relay", sign("results", trial, by=by, name="results.json"), *PAYER, "--json").value
    assert [row["sent"] for row in rows] == [True]
    assert ether(home, "poor") == 0


def test_many_acts_of_a_file_go_in_one_transaction(user: User, registered: Path, sign: Callable[..., Path]) -> None:
    acts = registered / "acts.ndjson"
    days = [f"2020-06-{day:02}" for day in range(1, 11)]
    acts.write_text(
        "\n".join(
            json.dumps({"act": "milestone", "trial": str(registered), "milestone": "interim-look", "on": day})
            for day in days
        )
    )
    rows = user("relay", sign("batch", acts), *PAYER, "--json").value
    assert [row["sent"] for row in rows] == [True] * 10
    assert len({row["transaction"] for row in rows}) == 1


def test_acts_that_need_each_other_go_together(user: User, registered: Path, sign: Callable[..., Path]) -> None:
    look = sign("milestone", registered, "interim-look", "--on", "2020-06-01", name="look.json")
    lock = sign("milestone", registered, "data-lock", "--on", "2020-07-01", name="lock.json")
    rows = user("relay", look, lock, *PAYER, "--json").value
    assert [row["sent"] for row in rows] == [True, True]


def test_a_dry_run_sends_nothing_and_shows_every_member(
    user: User, registered: Path, sign: Callable[..., Path]
) -> None:
    file = sign("milestone", registered, "data-lock", "--on", "2021-03-01")
    said = user("relay", file, *PAYER, "--dry-run").out
    assert "milestone: data-lock" in said
    assert "date: 2021-03-01" in said
    assert "would be sent" in said
    assert len(user("history", registered, "--json", code=None).value["acts"]) == 1


def test_a_dry_run_judges_what_others_signed_as_of_now(user: User, registered: Path, sign: Callable[..., Path]) -> None:
    """The same words as a dry run of the act itself, though what is asked about came after it was signed."""
    words = ("milestone", registered, "data-lock", "--on", "2021-03-01")
    file = sign(*words)
    assert "milestone-stated" not in user("relay", file, *PAYER, "--dry-run").out
    user("milestone", registered, "data-lock", "--on", "2021-03-02", *SPONSOR, "--yes")
    asked = next(one for one in user(*words, *SPONSOR, "--dry-run").out.splitlines() if "milestone-stated" in one)
    said = user("relay", file, *PAYER, "--dry-run").out
    assert asked.startswith("open question ") and asked in said.splitlines()
    assert "judged by what the chain holds" in said
    [finding] = user("relay", file, *PAYER, "--dry-run", "--json").value["findings"]
    assert (finding["rule"], finding["status"]) == ("milestone-stated", "fails")


def test_a_dry_run_judges_documents_by_the_folder_that_has_them(
    user: User, trial: Path, sign: Callable[..., Path], tmp_path: Path
) -> None:
    file = sign("register", trial)
    assert "endpoint-set" not in user("relay", file, *PAYER, "--dry-run").out
    said = user("relay", file, *PAYER, "--dry-run", "--folder", trial).out
    assert "holds                 endpoint-set: its" in said
    value = json.loads((trial / "protocol.json").read_text())
    (trial / "protocol.json").write_text(json.dumps(value | {"endpoints": value["endpoints"][:1]}))
    said = user("relay", file, *PAYER, "--dry-run", "--folder", trial).out
    assert f"cannot be determined  {trial} has no document that this act seals" in said
    assert "add --dry-run" in user("relay", file, *PAYER, "--folder", trial, code=3).err
    assert "is not a folder" in user("relay", file, *PAYER, "--dry-run", "--folder", tmp_path / "no", code=3).err


def test_signing_needs_no_node_where_a_bundle_is(user: User, registered: Path, tmp_path: Path, home: Path) -> None:
    bundle, file = tmp_path / "trial.trialseal", tmp_path / "act.json"
    user("bundle", registered, "--trust-node", "-o", bundle)
    dead = f"http://127.0.0.1:{free_port()}"
    words = ("milestone", registered, "data-lock", "--on", "2021-03-01", *SPONSOR, "--yes")
    said = user(*words, "--network", dead, "--bundle", bundle, "--sign-only", "-o", file).out
    assert "by the bundle" in said
    assert "recorded 20" in user("relay", file, *PAYER).out
    assert "can only be read" in user(*words, "--bundle", bundle, code=3).err


def test_who_signs_reads_in_which_role_and_readers_check_it(
    user: User, registered: Path, home: Path, tmp_path: Path
) -> None:
    by = ("--account", "committee")
    accounts.new(home, "chair", "correct horse", light=True)
    user("party", "add-key", "chair", "--purposes", "attest", *by)
    asked, signed, stated = (tmp_path / name for name in ("asked.json", "signed.json", "stated.json"))
    (tmp_path / "letter.txt").write_text("Approved.")
    words = ("approve", registered, "--letter", tmp_path / "letter.txt", "--meaning", "approver", *by)
    words = (*words, "--signer-role", "chair of the committee", "--statement", stated)
    user(*words, "--sign-only", "--for-key", "chair", "-o", asked)
    said = user("sign", asked, "--account", "chair", "-o", signed, "--yes").out
    assert "meaning of the signature: approver" in said and 'the signer\'s role: "chair of the committee"' in said
    assert "the document with this digest, " in said and "endpoint" in said  # what is approved, and not the statement
    assert "documents" not in json.loads(signed.read_text())
    assert "no attestation on the chain names it" in user("verify", stated, "--trust-node", code=1).out
    user("relay", signed, *PAYER)
    found = " ".join(user("verify", stated, "--trust-node").out.split())
    assert '…: approver, in the role "chair of the committee"; named by attestation' in found
    assert "(approval: approved)" in found and "a key signed, not a person" in found
    assert user(*words, "--json").value["sent"] is False  # the same words are the same act
    stated.write_text(stated.read_text().replace("chair of", "member of"))
    assert "holds something else" in user(*words, code=3).err
    assert "no attestation" in user("verify", stated, "--trust-node", code=1).out


# ----- done is done -----


def test_what_a_stranger_sent_first_is_done(user: User, registered: Path, sign: Callable[..., Path]) -> None:
    file = sign("milestone", registered, "data-lock", "--on", "2021-03-01")
    user("relay", file, "--account", "regulator")
    again = user("relay", file, *PAYER)
    assert "recorded already" in again.out
    assert "sealed already" in user("milestone", registered, "data-lock", "--on", "2021-03-01", *SPONSOR).out


def test_the_same_act_signed_twice_is_recorded_once(user: User, registered: Path, sign: Callable[..., Path]) -> None:
    words = ("milestone", registered, "data-lock", "--on", "2021-03-01")
    first, second = sign(*words, name="one.json"), sign(*words, name="two.json")
    user("relay", first, *PAYER)
    assert "recorded already" in user("relay", second, *PAYER).out


def test_an_act_that_stands_is_not_signed(user: User, registered: Path, tmp_path: Path) -> None:
    said = user("register", registered, *SPONSOR, "--sign-only", "-o", tmp_path / "x.json").out
    assert "already on the chain" in said
    assert not (tmp_path / "x.json").exists()


# ----- refused -----


def test_altered_acts_are_refused_before_anything_is_asked(
    user: User, registered: Path, sign: Callable[..., Path]
) -> None:
    file = sign("milestone", registered, "data-lock", "--on", "2021-03-01")

    def message(**members: Any) -> Callable[[dict[str, Any]], object]:
        return lambda value: value["acts"][0]["typed_data"]["message"].update(members)

    def domain(**members: Any) -> Callable[[dict[str, Any]], object]:
        return lambda value: value["acts"][0]["typed_data"]["domain"].update(members)

    for change, why in (
        (message(date=20210302), "is not that of key"),
        (message(deadline=4_000_000_000), "is not that of key"),
        (message(nonce=1), "is not that of key"),
        (domain(chainId=1), "is not that of key"),
        (domain(verifyingContract="0x" + "11" * 20), "none of trialseal's"),
        (domain(name="trialseal Parties"), "cannot be sent"),
        (lambda value: value["acts"][0].update(signatures=[]), "nobody has signed"),
        (lambda value: value["acts"][0]["signatures"][0].update(signature="0x00"), "cannot be read"),
        (lambda value: value.update(acts=[]), "no list of 1 to"),
        (lambda value: value.update(format="trialseal/1"), "format is"),
    ):
        refused = user("relay", altered(file, change), *PAYER, "--network", "http://127.0.0.1:9", code=None)
        assert refused.code in (1, 3), refused.err
        assert why in refused.err
    later = user("relay", altered(file, lambda value: value.update(format="trialseal-signed-acts/9")), *PAYER, code=2)
    assert "later version" in later.err


def test_an_act_of_another_chain_is_refused(
    user: User, registered: Path, sign: Callable[..., Path], tmp_path: Path
) -> None:
    value = json.loads(sign("milestone", registered, "data-lock", "--on", "2021-03-01").read_text())
    data = value["acts"][0]["typed_data"]
    data["domain"]["chainId"] = 11155111
    account = Account.from_key(b"\5" * 32)
    data["message"]["signer"] = account.address.lower()
    signature = account.sign_typed_data(full_message=data).signature
    value["acts"][0]["signatures"] = [{"key": account.address.lower(), "signature": "0x" + bytes(signature).hex()}]
    (tmp_path / "other.json").write_text(json.dumps(value))
    assert "was signed for chain 11155111" in user("relay", tmp_path / "other.json", *PAYER, code=3).err


@pytest.mark.parametrize(("late", "taken"), [(-1, True), (0, True), (1, False)])
def test_an_act_is_good_until_its_last_second(
    user: User, registered: Path, sign: Callable[..., Path], home: Path, late: int, taken: bool
) -> None:
    """As of the block that records it: a second before its end, at it, and a second after."""
    rpc = Rpc(networks.resolve("devnet", home).url)
    now = int(rpc.call("eth_getBlockByNumber", ["latest", False])["timestamp"], 16)
    until = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(now + 1000))
    file = sign("milestone", registered, "data-lock", "--on", "2021-03-01", "--good-until", until)
    before = rpc.call("evm_snapshot")
    rpc.call("evm_setNextBlockTimestamp", [hex(now + 1000 + late)])
    answer = user("relay", file, *PAYER, code=None)
    rpc.call("evm_revert", [before])
    assert answer.code == (0 if taken else 1), answer.out
    assert ("was good until" in answer.out) is not taken


def test_a_revoked_key_cannot_be_relayed(user: User, registered: Path, sign: Callable[..., Path], home: Path) -> None:
    accounts.new(home, "leaver", "correct horse", light=True)
    user("party", "add-key", "leaver", "--purposes", "act", *SPONSOR)
    party = user("party", "show", *SPONSOR, "--json", code=None).value["party"]
    words = ("milestone", registered, "data-lock", "--on", "2021-03-01", "--party", party)
    file = sign(*words, by=("--account", "leaver"))
    user("party", "revoke-key", "leaver", *SPONSOR, "--yes")
    refused = user("relay", file, *PAYER, code=1)
    assert "may not act for party" in refused.out


def test_a_refused_act_takes_no_other_down(user: User, registered: Path, sign: Callable[..., Path]) -> None:
    party = user("party", "show", *SPONSOR, "--json", code=None).value["party"]
    words = ("milestone", registered, "interim-look", "--on", "2020-06-01", "--party", party)
    bad = sign(*words, by=("--account", "first"), name="bad.json")
    good = sign("milestone", registered, "data-lock", "--on", "2021-03-01", name="good.json")
    worse = sign(
        "milestone",
        registered,
        "terminated",
        "--on",
        "2021-03-01",
        "--party",
        party,
        by=("--account", "first"),
        name="worse.json",
    )
    rows = user("relay", bad, good, worse, *PAYER, "--json", code=1).value
    refused = {row["words"].split()[1]: bool(row["refused"]) for row in rows}
    assert refused == {"interim-look": True, "data-lock": False, "terminated": True}


def test_nothing_is_overwritten(user: User, registered: Path, tmp_path: Path) -> None:
    (tmp_path / "act.json").write_text("mine")
    words = ("milestone", registered, "data-lock", "--on", "2021-03-01", *SPONSOR, "--sign-only")
    assert "is there already" in user(*words, "-o", tmp_path / "act.json", "--yes", code=3).err
    assert (tmp_path / "act.json").read_text() == "mine"
    assert "name it with -o" in user(*words, "--yes", code=3).err


# ----- other signers -----


def board_of(home: Path, members: list[str], threshold: int) -> str:
    """A contract account whose members sign together."""
    sender = Sender(Chain(networks.resolve("devnet", home)), accounts.unlock(home, "payer", "correct horse"))
    factory = contract("BoardAccounts")
    members = sorted(members, key=lambda one: int(one, 16))
    sent = sender.transact(factory.address, factory.encode("create", members, threshold), "a board")
    return "0x" + str(sent.logs[0]["topics"][1])[-40:]


def test_two_members_of_a_board_sign_on_two_computers(
    user: User, registered: Path, sign: Callable[..., Path], home: Path, tmp_path: Path
) -> None:
    known = dict(accounts.list_accounts(home))
    board = board_of(home, [known["first"], known["second"]], 2)
    user("party", "add-key", board, "--purposes", "act", *SPONSOR)
    file = sign("milestone", registered, "data-lock", "--on", "2021-03-01", "--for-key", board)
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    said = user("sign", file, "--account", "first", "-o", one, "--yes").out
    assert "milestone: data-lock" in said
    assert "counts only as a member's" in said
    assert "is not that of key" in user("relay", one, *PAYER, code=1).out
    user("sign", file, "--account", "second", "-o", two, "--yes")
    assert "recorded 20" in user("relay", one, two, *PAYER).out


SAFE = ROOT / "node_modules" / "@safe-global" / "safe-smart-account" / "build" / "artifacts" / "contracts"


def deployed(chain: Chain, account: Any, code: str) -> str:
    """The address of a contract that an account makes."""
    nonce = int(chain.rpc.call("eth_getTransactionCount", [account.address, "pending"]), 16)
    fields = {"chainId": 31337, "nonce": nonce, "data": code, "value": 0, "gas": 8_000_000, "gasPrice": 10**10}
    raw = account.sign_transaction(fields).raw_transaction
    sent = chain.rpc.call("eth_sendRawTransaction", ["0x" + raw.hex()])
    while not (receipt := chain.rpc.call("eth_getTransactionReceipt", [sent])):
        time.sleep(0.01)
    return str(receipt["contractAddress"])


def safe_of(home: Path, owners: list[str], threshold: int) -> str:
    """A Safe of these owners, of the contracts as its makers compiled and published them."""
    if not SAFE.is_dir():
        pytest.skip("the Safe's contracts are not installed: make setup")
    chain, account = Chain(networks.resolve("devnet", home)), accounts.unlock(home, "payer", "correct horse")
    sender = Sender(chain, account)

    def deploy(place: str) -> str:
        return deployed(chain, account, json.loads((SAFE / place).read_text())["bytecode"])

    def call(signature: str, *values: Any) -> bytes:
        kinds = signature[signature.index("(") + 1 : -1].split(",")
        return keccak(text=signature)[:4] + encode(kinds, values)

    singleton, factory, handler = map(
        deploy,
        (
            "Safe.sol/Safe.json",
            "proxies/SafeProxyFactory.sol/SafeProxyFactory.json",
            "handler/CompatibilityFallbackHandler.sol/CompatibilityFallbackHandler.json",
        ),
    )
    nobody = "0x" + "00" * 20
    setup = call(
        "setup(address[],uint256,address,bytes,address,address,uint256,address)",
        owners, threshold, nobody, b"", handler, nobody, 0, nobody,
    )  # fmt: skip
    made = call("createProxyWithNonce(address,bytes,uint256)", singleton, setup, threshold)
    creation = next(
        log
        for log in sender.transact(factory, made, "a Safe").logs
        if log["topics"][0] == "0x" + keccak(text="ProxyCreation(address,address)").hex()
    )
    return "0x" + str(creation["topics"][1])[-40:]


def test_two_owners_of_a_safe_sign_and_one_is_not_enough(
    user: User, registered: Path, sign: Callable[..., Path], home: Path, tmp_path: Path
) -> None:
    known = dict(accounts.list_accounts(home))
    safe = safe_of(home, [known["first"], known["second"]], 2)
    user("party", "add-key", safe, "--purposes", "act", *SPONSOR)
    file = sign("milestone", registered, "data-lock", "--on", "2021-03-01", "--for-key", safe)
    one, two, plain = tmp_path / "one.json", tmp_path / "two.json", tmp_path / "plain.json"
    user("sign", file, "--account", "first", "--safe", "-o", one, "--yes")
    user("sign", file, "--account", "second", "--safe", "-o", two, "--yes")
    user("sign", file, "--account", "second", "-o", plain, "--yes")
    assert "is not that of key" in user("relay", one, *PAYER, code=1).out
    assert "is not that of key" in user("relay", one, plain, *PAYER, code=1).out  # it did not sign as an owner
    assert "recorded 20" in user("relay", one, two, *PAYER).out
    [act] = [act for act in user("history", registered, "--json", code=None).value["acts"] if act["number"] == 2]
    assert act["key"] == safe


class Signer:
    """A signer that answers in its own way."""

    def __init__(self, answer: Callable[[dict[str, Any]], Any]) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                body = json.dumps({"jsonrpc": "2.0", "id": asked["id"], **answer(asked)}).encode()
                with suppress(OSError):  # whoever asked went away
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def with_another_key(asked: dict[str, Any]) -> dict[str, Any]:
    signed = Account.from_key(b"\6" * 32).sign_typed_data(full_message=asked["params"][1])
    return {"result": "0x" + bytes(signed.signature).hex()}


def never(asked: dict[str, Any]) -> dict[str, Any]:
    time.sleep(0.4)
    return {"result": "0x"}


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        pytest.param(with_another_key, 1, "signed with another key than 0x", id="another key"),
        pytest.param(lambda _: {"result": "no"}, 2, "answers with no signature", id="no hexadecimal digits"),
        pytest.param(lambda _: {"result": "0x12"}, 1, "signed with another key", id="too short"),
        pytest.param(lambda _: {"result": None}, 2, "answers with no signature", id="nothing"),
        pytest.param(
            lambda _: {"error": {"code": 4001, "message": "denied\x1b[2J"}}, 1, 'refuses: "denied', id="denied"
        ),
        pytest.param(never, 2, "the signer has not signed", id="hangs"),
    ],
)
def test_a_signer_that_misbehaves_is_named_and_nothing_is_written(
    user: User,
    registered: Path,
    sign: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    answer: Callable[[dict[str, Any]], Any],
    code: int,
    said: str,
) -> None:
    monkeypatch.setattr(signing, "_ASKING", 0.2)
    stranger = "0x" + "12" * 20
    file = sign("milestone", registered, "data-lock", "--on", "2021-03-01", "--for-key", stranger)
    signer = Signer(answer)
    try:
        told = user("sign", file, "--signer", signer.url, "--key", stranger, "-o", tmp_path / "x", "--yes", code=code)
    finally:
        signer.close()
    assert said in told.err and "\x1b" not in told.err, told.err
    assert not (tmp_path / "x").exists()


@pytest.fixture(scope="module")
def remote() -> Iterator[tuple[str, str]]:
    """Another program's signer: an anvil with accounts of its own, and one of their addresses."""
    port = free_port()
    process = subprocess.Popen(
        [str(devnet.anvil()), "--quiet", "--port", str(port), "--accounts", "1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    rpc = Rpc(f"http://127.0.0.1:{port}")
    for _ in range(200):
        try:
            [address] = rpc.call("eth_accounts")
            break
        except Exception:
            time.sleep(0.05)
    yield f"http://127.0.0.1:{port}", address
    process.terminate()
    process.wait()


def test_a_signer_elsewhere_signs(
    user: User, registered: Path, remote: tuple[str, str], sign: Callable[..., Path], tmp_path: Path
) -> None:
    url, key = remote
    user("party", "add-key", key, "--purposes", "act", *SPONSOR)
    file = sign("milestone", registered, "data-lock", "--on", "2021-03-01", "--for-key", key)
    assert "nobody has signed" in user("relay", file, *PAYER, code=3).err
    user("sign", file, "--signer", url, "--key", key, "-o", tmp_path / "signed.json", "--yes")
    assert "recorded 20" in user("relay", tmp_path / "signed.json", *PAYER).out


def test_a_signer_that_refuses_or_hangs_up_is_named(
    user: User, registered: Path, remote: tuple[str, str], sign: Callable[..., Path], tmp_path: Path
) -> None:
    url, _ = remote
    stranger = "0x" + "12" * 20
    file = sign("milestone", registered, "data-lock", "--on", "2021-03-01", "--for-key", stranger)
    refused = user("sign", file, "--signer", url, "--key", stranger, "-o", tmp_path / "x.json", "--yes", code=1)
    assert "refuses" in refused.err
    dead = f"http://127.0.0.1:{free_port()}"
    user("sign", file, "--signer", dead, "--key", stranger, "-o", tmp_path / "x.json", "--yes", code=2)
    assert not (tmp_path / "x.json").exists()


def test_nonces_are_never_given_out_twice(tmp_path: Path) -> None:
    given = [nonce for number in (1, 3, 2) for nonce in take_nonces(tmp_path, 31337, "0x" + "aa" * 20, number)]
    assert given == list(range(given[0], given[0] + 6))
    assert take_nonces(tmp_path, 1, "0x" + "aa" * 20, 1) != [given[-1] + 1]
    shutil.rmtree(tmp_path / "nonces")
    assert given[0] % 256 == 0
