"""Ways to send registrations and to read them, each a process that says in its last line how long it took.

office_programs.py send-trialseal|send-singly|send-brownie|send-web3|send-presigned|send-presigned-singly|
    send-folders|send-brownie-folders URL KEY NUMBER FOLDER
office_programs.py read-ours|read-unproven|read-web3 URL
"""

from __future__ import annotations

import json
import secrets
import sys
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

from eth_account import Account

from trialseal.acts.act import Act
from trialseal.acts.batches import Item, carry_out_batch
from trialseal.acts.carrying_out import carry_out
from trialseal.acts.desk import Desk, agree
from trialseal.acts.tables import acts_of, entries
from trialseal.documents.canonical import document_digest
from trialseal.documents.endpoints import endpoint_root
from trialseal.documents.identifiers import trial_id
from trialseal.files import write_bytes, write_json
from trialseal.ledger.acts import act_from
from trialseal.ledger.chain import Chain
from trialseal.ledger.contracts import contract
from trialseal.ledger.logs import parse, wanted
from trialseal.ledger.network_file import Network
from trialseal.ledger.rpc import Rpc
from trialseal.ledger.sending import FIRST_PAUSE, Sender

_TRIAL = Path(__file__).parents[2] / "trials" / "fictitious-late-registration"
_NO_KEY = "0x" + "00" * 20
_ENDPOINTS = 12
_A_BATCH = 100  # transactions in a JSON-RPC batch
_A_CALL = 2_000  # blocks
_MOST = 1 << 30  # bytes of an answer with all logs
_GAS, _PRICE = 200_000, 10**11


def main(words: list[str]) -> int:
    """Runs one of them."""
    way, url, *rest = words
    seconds = READ[way](url) if way in READ else sent(way, url, *rest)
    print(json.dumps({"seconds": seconds}))
    return 0


def sent(way: str, url: str, key: str, number: str, folder: str) -> float:
    """Registrations of a new party, made before the clock starts."""
    account, chain = Account.from_key(key), Chain(Network("devnet", url))
    salt = secrets.token_bytes(32)
    Sender(chain, account).send("Parties", "createParty", [(salt, b"\7" * 32, _NO_KEY, 0, _NO_KEY, 0)])
    party = sha256(bytes.fromhex(account.address[2:]) + salt).digest()
    codes = [f"T-{place:06}" for place in range(int(number))]
    members = [
        (party, code.encode().ljust(32, b"\0"), *map(secrets.token_bytes, (32, 32)), _ENDPOINTS) for code in codes
    ]
    seconds = SEND[way](url, account, party, codes, members, Path(folder))
    found = Chain(Network("devnet", url)).registrations()
    assert not found.gap and found.count == len(codes), (found.gap, found.count)
    return seconds


def typed_acts(party: bytes, codes: Any, members: Any) -> list[Act]:
    return [
        Act(contract="TrialRegistry", function="register", arguments=(one,), about=trial_id(party, code), words=code)
        for code, one in zip(codes, members, strict=True)
    ]


def by_trialseal(url: str, account: Any, party: bytes, codes: Any, members: Any, folder: Path) -> float:
    acts = typed_acts(party, codes, members)
    desk = Desk(Chain(Network("devnet", url)), folder, "bench", account, party, ask=agree)
    done: list[Any] = []
    begun = time.perf_counter()
    refused = carry_out_batch(desk, [Item(one) for one in acts], done.append, lambda words: None)
    seconds = time.perf_counter() - begun
    assert not refused and len(done) == len(acts)
    return seconds


def singly(url: str, account: Any, party: bytes, codes: Any, members: Any, folder: Path) -> float:
    acts = typed_acts(party, codes, members)
    desk = Desk(Chain(Network("devnet", url)), folder, "bench", account, party, ask=agree)
    begun = time.perf_counter()
    for one in acts:
        assert carry_out(desk, one).sent
    return time.perf_counter() - begun


def by_brownie(url: str, account: Any, party: bytes, codes: Any, members: Any, folder: Path) -> float:
    target, sender = of_brownie(url, account)
    begun = time.perf_counter()
    for one in members:
        assert target.register(one, {"from": sender, "silent": True}).status == 1
    return time.perf_counter() - begun


def of_brownie(url: str, account: Any) -> tuple[Any, Any]:
    """brownie's contract, and its account."""
    from brownie import Contract, accounts, network
    from brownie._config import CONFIG

    CONFIG.networks["bench"] = {"id": "bench", "name": "bench", "chainid": 31337, "host": url}
    network.connect("bench")
    known = contract("TrialRegistry")
    return Contract.from_abi("TrialRegistry", known.address, known.abi), accounts.add(account.key)


def trial_folders(place: Path, codes: Any) -> Path:
    """A folder for each trial, with its protocol and nothing else."""
    document = json.loads((_TRIAL / "protocol.json").read_bytes())
    for code in codes:
        (place / code).mkdir(parents=True)
        document["trial"]["code"] = code
        (place / code / "protocol.json").write_text(json.dumps(document))
    return place


def by_folders(url: str, account: Any, party: bytes, codes: Any, members: Any, folder: Path) -> float:
    place = trial_folders(folder / "trials", codes)
    desk = Desk(Chain(Network("devnet", url)), folder, "bench", account, party, ask=agree)
    begun = time.perf_counter()
    acts = acts_of(desk, entries(place, "register"), lambda number: None)
    refused = carry_out_batch(desk, [Item(*one) for one in acts], lambda done: None, lambda words: None)
    seconds = time.perf_counter() - begun
    assert not refused and len(list(place.glob("*/receipts/*/*.json"))) == len(codes)
    return seconds


def by_brownie_folders(url: str, account: Any, party: bytes, codes: Any, members: Any, folder: Path) -> float:
    place = trial_folders(folder / "trials", codes)
    target, sender = of_brownie(url, account)
    begun = time.perf_counter()
    for one in sorted(place.iterdir()):
        document = json.loads((one / "protocol.json").read_bytes())
        code = document["trial"]["code"].encode().ljust(32, b"\0")
        root, number = endpoint_root(document), len(document["endpoints"])
        done = target.register((party, code, document_digest(document), root, number), {"from": sender, "silent": True})
        assert done.status == 1
        receipt = {"transaction": done.txid, "block": done.block_number, "time": done.timestamp}
        write_json(one / "receipts" / "1" / "0001-register.json", receipt)
        write_bytes(one / "documents" / "sealed" / "0001-protocol.json", (one / "protocol.json").read_bytes())
    return time.perf_counter() - begun


def by_web3(url: str, account: Any, party: bytes, codes: Any, members: Any, folder: Path) -> float:
    from web3 import Web3
    from web3.middleware import SignAndSendRawMiddlewareBuilder

    web3 = Web3(Web3.HTTPProvider(url))
    web3.middleware_onion.inject(SignAndSendRawMiddlewareBuilder.build(account), layer=0)
    known = contract("TrialRegistry")
    target = web3.eth.contract(address=Web3.to_checksum_address(known.address), abi=known.abi)
    begun = time.perf_counter()
    for one in members:
        sent = target.functions.register(one).transact({"from": account.address})
        assert web3.eth.wait_for_transaction_receipt(sent, poll_latency=0.005)["status"] == 1
    return time.perf_counter() - begun


def signed(rpc: Rpc, account: Any, members: Any) -> list[str]:
    """The registrations as raw transactions."""
    from eth_utils.address import to_checksum_address

    known = contract("TrialRegistry")
    first = int(rpc.call("eth_getTransactionCount", [account.address, "latest"]), 16)
    return [
        "0x" + bytes(
            account.sign_transaction(
                {
                    "chainId": 31337, "nonce": nonce, "to": to_checksum_address(known.address), "value": 0,
                    "data": known.encode("register", one), "gas": _GAS, "gasPrice": _PRICE,
                }
            ).raw_transaction
        ).hex()
        for nonce, one in enumerate(members, first)
    ]  # fmt: skip


def presigned(url: str, account: Any, party: bytes, codes: Any, members: Any, folder: Path) -> float:
    rpc = Rpc(url, 300)
    raw = signed(rpc, account, members)
    rpc.call("evm_setAutomine", [False])  # which loses ground under quick batches
    begun = time.perf_counter()
    hashes: list[str] = []
    for place in range(0, len(raw), _A_BATCH):
        hashes += rpc.batch([("eth_sendRawTransaction", [one]) for one in raw[place : place + _A_BATCH]])
        rpc.call("evm_mine")
    receipts = rpc.batch([("eth_getTransactionReceipt", [one]) for one in hashes])
    while not all(receipts):
        rpc.call("evm_mine")
        receipts = rpc.batch([("eth_getTransactionReceipt", [one]) for one in hashes])
    seconds = time.perf_counter() - begun
    assert all(one["status"] == "0x1" for one in receipts)
    return seconds


def presigned_singly(url: str, account: Any, party: bytes, codes: Any, members: Any, folder: Path) -> float:
    rpc = Rpc(url, 300)
    raw = signed(rpc, account, members)
    begun = time.perf_counter()
    for place, one in enumerate(raw):  # whoever must neither lose nor double one keeps it before it leaves
        write_bytes(folder / "sent" / f"{place}.raw", one.encode())
        sent = rpc.call("eth_sendRawTransaction", [one])
        while not (receipt := rpc.call("eth_getTransactionReceipt", [sent])):
            time.sleep(FIRST_PAUSE)
        assert receipt["status"] == "0x1"
        write_json(folder / "sent" / f"{place}.json", receipt)
    return time.perf_counter() - begun


def read_by_us(url: str) -> float:
    begun = time.perf_counter()
    listed = Chain(Network("devnet", url), timeout=900).trial_list()
    read = sum(len(page) for page in listed.pages())
    seconds = time.perf_counter() - begun
    assert not listed.gap and read == listed.count
    return seconds


def read_unproven(url: str) -> float:
    begun = time.perf_counter()
    asked = wanted("TrialRegistry", ("TrialRegistered",)).filter
    answer = Rpc(url, 900).call("eth_getLogs", [{**asked, "fromBlock": "0x0", "toBlock": "latest"}], _MOST)
    read = sum(1 for raw in answer if (log := parse(raw)) and act_from(log))
    seconds = time.perf_counter() - begun
    assert read
    return seconds


def read_by_web3(url: str) -> float:
    from web3 import Web3

    begun = time.perf_counter()
    web3 = Web3(Web3.HTTPProvider(url, request_kwargs={"timeout": 900}))
    known = contract("TrialRegistry")
    target = web3.eth.contract(address=Web3.to_checksum_address(known.address), abi=known.abi)
    newest = web3.eth.block_number
    read = 0
    for first in range(0, newest + 1, _A_CALL):
        last = min(first + _A_CALL - 1, newest)
        read += len(target.events.TrialRegistered.get_logs(from_block=first, to_block=last))
    seconds = time.perf_counter() - begun
    assert read
    return seconds


SEND = {
    "send-trialseal": by_trialseal, "send-singly": singly, "send-brownie": by_brownie, "send-web3": by_web3,
    "send-presigned": presigned, "send-presigned-singly": presigned_singly, "send-folders": by_folders,
    "send-brownie-folders": by_brownie_folders,
}  # fmt: skip
READ = {"read-ours": read_by_us, "read-unproven": read_unproven, "read-web3": read_by_web3}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
