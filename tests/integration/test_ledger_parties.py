"""Reading parties and attestations of a real local chain, and which chain it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from chain_cases import NewParty, Trial, busy_trial, over, trial
from gateway import Gateway, error

from conftest import free_port
from trialseal.errors import UndeterminedError, UsageError
from trialseal.ledger import devnet
from trialseal.ledger.acts import ZERO
from trialseal.ledger.chain import Chain
from trialseal.ledger.contracts import NAMES, contract
from trialseal.ledger.finality import DEVNET_FINALITY
from trialseal.ledger.network_file import Network
from trialseal.ledger.sending import Sender

__all__ = ["busy_trial", "trial"]


# ----- parties and attestations -----


def test_a_party_and_its_keys(chain: Chain, new_party: NewParty, new_sender: Callable[[], Sender]) -> None:
    party, sender = new_party()
    second = new_sender().address
    sender.send("Parties", "addKey", [(party, second, 2)])
    sender.send("Parties", "revokeKey", [(party, second)])
    record = chain.party(party)
    assert record and record.profile == b"\7" * 32
    assert [key.key for key in record.keys] == [sender.address, second]
    assert [key.purposes for key in record.keys] == [0xFFFF, 2]
    added, ended = record.keys[1].valid_from, record.keys[1].valid_until
    assert record.keys[0].valid_until == 0 and added <= ended
    assert record.complete
    assert chain.party(b"\1" * 32) is None
    assert chain.party_numbered(record.number) == party


def test_attestations_with_an_end_and_withdrawals(chain: Chain, trial: Trial, new_party: NewParty) -> None:
    author, sender = new_party()
    stranger, other = new_party()
    latest = chain.block()
    assert latest
    until = latest["timestamp"] + 10_000_000
    for number in range(4):
        statement = (author, 2, 1 + number % 2, 840, 20200400, until * (number == 1), trial.id, trial.protocol, ZERO)
        sender.send("Attestations", "attest", [statement])
    third = chain.attestations(trial.id, trial.protocol)[2]
    other.send("Attestations", "withdraw", [(stranger, trial.id, third.log)])
    sender.send("Attestations", "withdraw", [(author, trial.id, third.log)])
    sender.send("Attestations", "withdraw", [(author, trial.id, third.log)])
    sender.send("Attestations", "withdraw", [(author, trial.id, b"\7" * 32)])
    attested = chain.attested(trial.id)
    assert attested.complete
    found = chain.attestations(trial.id, trial.protocol)
    assert list(attested.records) == found and [one.number for one in found] == [1, 2, 3, 4]
    assert [bool(one.withdrawn_at) for one in found] == [False, False, True, False]
    assert (found[0].author, found[0].kind, found[0].territory, found[0].date) == (author, 2, 840, 20200400)
    assert [one.author for one in attested.disregarded] == [stranger, author, author]
    ended = found[1]
    assert [ended.stands_at(time) for time in (ended.time, ended.time + 1, until - 1, until)] == [
        False,
        True,
        True,
        False,
    ]
    gone = found[2]
    assert [gone.stands_at(gone.withdrawn_at - 1 + n) for n in (1, 2)] == [False, False]
    assert chain.attestations(trial.id) == []


def test_a_hidden_or_added_attestation_is_missed(
    chain: Chain, trial: Trial, new_party: NewParty, gateway: Gateway
) -> None:
    author, sender = new_party()
    for code in (1, 2):
        statement = (author, 2, code, 0, 0, 0, trial.id, trial.protocol, ZERO)
        sender.send("Attestations", "attest", [statement])

    def only(change: Callable[[list[Any]], list[Any]]) -> str:
        def after(request: Any, answer: Any) -> Any:
            return {"result": change(answer["result"])} if request["method"] == "eth_getLogs" else answer

        gateway.after = after
        return over(gateway).attested(trial.id).gap or ""

    assert only(lambda logs: logs) == ""
    assert "counts 2 attestations, and 1 was shown" in only(lambda logs: logs[:1])
    assert "3 were shown" in only(lambda logs: [*logs, logs[0]])
    assert "1 was shown" in only(lambda logs: [logs[0], {**logs[1], "removed": True}])
    changed = [{**log, "data": log["data"][:-1] + "7"} for log in chain_logs(chain, trial.id)]
    assert "not lead to the digest" in only(lambda logs: changed)


def chain_logs(chain: Chain, subject: bytes) -> list[Any]:
    """The attestations about a subject as the node gives them."""
    asked = {"address": contract("Attestations").address, "topics": [None, "0x" + subject.hex()], "fromBlock": "0x0"}
    found: list[Any] = chain.rpc.call("eth_getLogs", [asked])
    return found


@pytest.mark.parametrize(
    "change",
    [
        lambda log: {**log, "address": "0x" + "11" * 20},
        lambda log: {**log, "topics": [log["topics"][0], "0x" + "77" * 32, *log["topics"][2:]]},
        lambda log: {**log, "topics": ["0x" + "77" * 32, *log["topics"][1:]]},
        lambda log: {**log, "topics": log["topics"][:1]},
        lambda log: {**log, "blockNumber": "0xffffff"},
    ],
)
def test_logs_that_were_not_asked_for_are_refused(
    busy_trial: Trial, gateway: Gateway, change: Callable[[Any], Any]
) -> None:
    def after(request: Any, answer: Any) -> Any:
        if request["method"] == "eth_getLogs":
            return {"result": [*answer["result"][:-1], change(answer["result"][-1])]}
        return answer

    gateway.after = after
    with pytest.raises(UndeterminedError, match="gives logs that were not asked for: try another node"):
        over(gateway).history(busy_trial.id)


# ----- which chain -----


def test_a_devnet_says_what_it_is(chain: Chain, gateway: Gateway, trial: Trial) -> None:
    assert chain.is_devnet() and chain.finality(1) == DEVNET_FINALITY
    # anvil under another chain's id is one still
    gateway.before = lambda request: {"result": "0x1"} if request["method"] == "eth_chainId" else None
    assert over(gateway).finality(1) == DEVNET_FINALITY


def test_finality_of_a_real_chain(gateway: Gateway, chain: Chain) -> None:
    head, tags = 100, {"finalized": 60, "safe": 80}
    missing: set[str] = set()

    def before(request: Any) -> Any:
        if request["method"] == "eth_chainId":
            return {"result": "0xaa36a7"}
        if request["method"] == "web3_clientVersion":
            return {"result": "Geth/v1.16"}
        if request["method"] == "eth_blockNumber":
            return {"result": hex(head)}
        if request["method"] == "eth_getBlockByNumber" and (tag := request["params"][0]) in ("finalized", "safe"):
            if tag in missing:
                return {"result": None}
            if tag not in tags:
                return error("no such tag")
            return {"result": {"number": hex(tags[tag]), "hash": "0x" + "11" * 32, "timestamp": "0x1"}}
        return None

    gateway.before = before
    words = [over(gateway).finality(number) for number in (60, 61, 80, 81, 99, 100)]
    assert words == ["final", "safe", "safe", *["not yet final: the node's final block is 60"] * 3]
    del tags["finalized"]
    assert over(gateway).finality(80) == "safe"
    assert 'refuses to name its final block ("no such tag")' in over(gateway).finality(81)
    missing.add("finalized")
    gateway.before = before
    assert over(gateway).finality(81) == "not known to be final: the node names no final block"


def test_a_network_that_is_another_chain_is_refused(ledger_url: str) -> None:
    with pytest.raises(UsageError, match="the network main should be chain 1, but http.* serves chain 31337"):
        Chain(Network("main", ledger_url, 1)).chain_id()


def test_contracts_that_are_not_there_or_not_ours(tmp_path: Path) -> None:
    status = devnet.up(tmp_path, free_port())
    try:
        bare = Chain(Network("devnet", status.url))
        with pytest.raises(UndeterminedError, match="no trialseal contracts on chain 31337 .* run trialseal deploy"):
            bare.require_deployed()
        with pytest.raises(UndeterminedError, match="run trialseal deploy"):
            bare.trial(b"\1" * 32)
        for name in NAMES:
            bare.rpc.call("anvil_setCode", [contract(name).address, "0x600160005260206000f3"])
        bare.rpc.call("anvil_mine", ["0x1"])
        bare.renew()
        with pytest.raises(UndeterminedError, match=f"{contract('Parties').address} .* is not the code of Parties"):
            bare.require_deployed()
        with pytest.raises(UndeterminedError, match="is not the code of Parties"):
            bare.trial(b"\1" * 32)
    finally:
        devnet.down(tmp_path)


@pytest.mark.parametrize(
    ("method", "answer"),
    [
        ("eth_chainId", None),
        ("eth_getBlockByNumber", "many"),
        ("eth_getBlockByNumber", {}),
        ("eth_getProof", None),
        ("eth_getProof", {"accountProof": []}),
        ("eth_getProof", {"accountProof": ["0x12zz"], "storageProof": []}),
        ("eth_getProof", {"accountProof": ["0x" + "ff" * 600], "storageProof": []}),
        ("eth_getLogs", None),
        ("eth_getLogs", [5]),
        ("eth_getLogs", [{}]),
        ("eth_getLogs", [{"blockNumber": "0x1", "logIndex": "0x0", "topics": [], "data": "0x"}]),
        ("eth_getLogs", [{"blockNumber": "0x1", "logIndex": "0x0", "topics": ["0x1"], "data": "0x1"}]),
        ("eth_getLogs", [{"blockNumber": None, "logIndex": None}]),
    ],
)
def test_answers_of_a_broken_node_are_one_sentence(gateway: Gateway, trial: Trial, method: str, answer: Any) -> None:
    gateway.before = lambda request: {"result": answer} if request["method"] == method else None
    with pytest.raises(
        UndeterminedError,
        match=r"^(the node|there are no|what answers at) .*: (try another|run trialseal|check the network|name a node)",
    ):
        over(gateway).history(trial.id)
