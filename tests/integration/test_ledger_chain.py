"""Reading a real local chain: histories, state, and nodes that hide, change or refuse."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from gateway import Gateway, error

from conftest import free_port
from trialseal.errors import FailedError, UndeterminedError, UsageError
from trialseal.ledger import devnet
from trialseal.ledger import node as node_module
from trialseal.ledger.acts import ZERO, Appointed, DocumentSealed, TransferOffered, TrialRegistered, offered_to
from trialseal.ledger.chain import Chain
from trialseal.ledger.codes import Blinding, DocumentKind
from trialseal.ledger.contracts import NAMES, contract
from trialseal.ledger.finality import DEVNET_FINALITY
from trialseal.ledger.network_file import Network
from trialseal.ledger.sending import Sender

NewParty = Callable[[], tuple[bytes, Sender]]


@dataclass
class Trial:
    """A trial with its sponsor."""

    id: bytes
    party: bytes
    sender: Sender
    protocol: bytes

    def act(self, function: str, *members: Any) -> None:
        """An act of the sponsor."""
        self.sender.send("TrialRegistry", function, [(self.id, self.party, *members)])


@pytest.fixture
def trial(new_party: NewParty, chain: Chain) -> Trial:
    """A trial registered a while after all that was done before: act 1."""
    party, sender = new_party()
    latest = chain.block()
    assert latest
    devnet.set_time(chain, latest["timestamp"] + 100)
    code, protocol = b"CODE-1".ljust(32, b"\0"), secrets.token_bytes(32)
    sender.send("TrialRegistry", "register", [(party, code, protocol, b"\4" * 32, 3)])
    return Trial(sha256(party + code).digest(), party, sender, protocol)


@pytest.fixture
def busy_trial(trial: Trial, chain: Chain) -> Trial:
    """A trial with 12 acts in 12 blocks and others between."""
    for number in range(10):
        trial.act("recordMilestone", 0, 1 + number, 20200400, 0, secrets.token_bytes(32))
        devnet.mine(chain)
    trial.act("seal", 2, 1, 1, b"\6" * 32, ZERO, 0)
    return trial


def over(gateway: Gateway, **how: Any) -> Chain:
    return Chain(Network("gateway", gateway.url), **how)


# ----- histories -----


def test_a_history_is_complete_and_in_order(chain: Chain, busy_trial: Trial) -> None:
    history = chain.history(busy_trial.id)
    assert history.complete and not history.gap
    assert [act.number for act in history.acts] == list(range(1, 13))
    first, second, *_, last = history.acts
    assert isinstance(first, TrialRegistered) and isinstance(last, DocumentSealed)
    assert (first.subject, first.endpoint_count, first.code_text) == (busy_trial.protocol, 3, "CODE-1")
    assert second.event == "MilestoneRecorded"
    assert second.members == {"part": 0, "milestone": 1, "date": 20200400, "act": 0}
    assert last.kind is DocumentKind.ANALYSIS_PLAN and last.blinding is Blinding.BLINDED
    assert {act.key for act in history.acts} == {busy_trial.sender.address}
    assert {act.actor for act in history.acts} == {busy_trial.party}
    block = chain.block(last.block)
    assert block and (block["hash"], block["timestamp"]) == (last.block_hash, last.time)
    state = history.state
    assert (state.sponsor, state.acts, offered_to(history.acts)) == (busy_trial.party, 12, None)
    assert state.versions[1] == 1 and state.versions[2] == 1 and state.versions[9] == 0
    assert state.created_at == first.time


def test_there_is_no_history_of_no_trial(chain: Chain) -> None:
    assert chain.trial(b"\1" * 32) is None
    with pytest.raises(FailedError, match="there is no trial 0101"):
        chain.history(b"\1" * 32)


def hide(*numbers: int) -> Callable[[Any, Any], Any]:
    """A node that keeps the logs of these acts to itself."""

    def after(request: Any, answer: Any) -> Any:
        if request["method"] != "eth_getLogs":
            return answer
        return {"result": [log for log in answer["result"] if int(log["data"][2:10], 16) not in numbers]}

    return after


@pytest.mark.parametrize(
    ("hidden", "words"),
    [((5,), "act 5 cannot"), ((1, 12), "acts 1, 12 cannot"), (tuple(range(2, 13)), "2, 3, 4, 5, 6 and others")],
)
def test_a_hidden_act_is_missed(busy_trial: Trial, gateway: Gateway, hidden: tuple[int, ...], words: str) -> None:
    gateway.after = hide(*hidden)
    history = over(gateway).history(busy_trial.id)
    assert history.gap and f"the contract counts 12 acts, and {12 - len(hidden)} w" in history.gap
    assert words in history.gap


@pytest.mark.parametrize(
    "change",
    [
        lambda log: {**log, "data": log["data"][:-1] + ("0" if log["data"][-1] != "0" else "1")},
        lambda log: {**log, "topics": [*log["topics"][:2], "0x" + "77" * 32, log["topics"][3]]},
        lambda log: {**log, "topics": [*log["topics"][:3], "0x" + "77" * 32]},
        lambda log: {**log, "data": log["data"] + "00" * 32},
    ],
)
def test_a_changed_act_is_noticed(busy_trial: Trial, gateway: Gateway, change: Callable[[Any], Any]) -> None:
    def after(request: Any, answer: Any) -> Any:
        if request["method"] == "eth_getLogs":
            return {"result": [change(log) if log["data"][2:10] == "00000004" else log for log in answer["result"]]}
        return answer

    gateway.after = after
    gap = over(gateway).history(busy_trial.id).gap
    assert gap and "not lead to the digest in the contract" in gap


def test_acts_in_another_order_are_noticed(busy_trial: Trial, gateway: Gateway) -> None:
    def after(request: Any, answer: Any) -> Any:
        if request["method"] == "eth_getLogs":
            logs = answer["result"]
            logs[3]["blockNumber"], logs[4]["blockNumber"] = logs[4]["blockNumber"], logs[3]["blockNumber"]
        return answer

    gateway.after = after
    gap = over(gateway).history(busy_trial.id).gap
    assert gap and "in another order" in gap


def test_an_act_that_comes_while_reading_is_no_gap(busy_trial: Trial, gateway: Gateway) -> None:
    def before(request: Any) -> Any:
        if request["method"] == "eth_getLogs":
            busy_trial.act("recordMilestone", 0, 19, 20200401, 0, ZERO)
            gateway.before = lambda request: None

    gateway.before = before
    history = over(gateway).history(busy_trial.id)
    assert history.complete and len(history.acts) == 12


# ----- nodes with limits -----


def refuse_ranges(most: int, refused: list[int]) -> Callable[[Any], Any]:
    def before(request: Any) -> Any:
        if request["method"] != "eth_getLogs":
            return None
        asked = request["params"][0]
        size = int(asked["toBlock"], 16) - int(asked["fromBlock"], 16) + 1
        if size > most:
            refused.append(size)
            return error(f"query exceeds max block range {most}", -32005)
        return None

    return before


@pytest.mark.parametrize("most", [1, 4, 7])
def test_long_ranges_are_asked_for_in_pieces(busy_trial: Trial, gateway: Gateway, most: int) -> None:
    progress: list[tuple[int, int]] = []
    refused: list[int] = []
    gateway.before = refuse_ranges(most, refused)
    limited = over(gateway, progress=lambda done, total: progress.append((done, total)))
    history = limited.history(busy_trial.id)
    assert history.complete and len(history.acts) == 12
    assert progress[-1][0] == progress[-1][1] < 30  # nothing before the registration was searched
    assert len(refused) < 10
    found = limited.acts_by_subject([busy_trial.protocol])
    assert [act.event for act in found[busy_trial.protocol]] == ["TrialRegistered"]


def test_a_node_that_refuses_every_log(busy_trial: Trial, gateway: Gateway) -> None:
    gateway.refuse("eth_getLogs", "logs are not for free")
    with pytest.raises(UndeterminedError, match='refuses eth_getLogs: "logs are not for free"'):
        over(gateway).history(busy_trial.id)


def test_a_network_with_a_start_block_is_not_searched_before(busy_trial: Trial, chain: Chain, gateway: Gateway) -> None:
    asked: list[int] = []

    def before(request: Any) -> Any:
        if request["method"] == "eth_getLogs":
            asked.append(int(request["params"][0]["fromBlock"], 16))

    gateway.before = before
    start = chain.history(busy_trial.id).acts[0].block
    assert Chain(Network("x", gateway.url, None, start)).history(busy_trial.id).complete
    assert asked == [start]


# ----- digests -----


def test_acts_are_found_by_what_they_are_about(chain: Chain, trial: Trial, new_party: NewParty) -> None:
    shared, own = secrets.token_bytes(32), secrets.token_bytes(32)
    trial.act("recordMilestone", 0, 1, 20200400, 0, shared)
    trial.act("seal", 8, 1, 0, shared, ZERO, 0)
    other, other_sender = new_party()
    other_sender.send("TrialRegistry", "register", [(other, b"C".ljust(32, b"\0"), shared, own, 1)])
    strangers = [secrets.token_bytes(32) for _ in range(2500)]
    found = chain.acts_by_subject([*strangers, shared, shared, trial.protocol])
    assert set(found) == {shared, trial.protocol}
    assert [act.event for act in found[shared]] == ["MilestoneRecorded", "DocumentSealed", "TrialRegistered"]
    assert chain.acts_by_subject([]) == {}


def test_records_of_documents_in_the_order_asked_for(
    chain: Chain, trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node_module, "KEYS_A_CALL", 3)
    plan = secrets.token_bytes(32)
    trial.act("seal", 2, 1, 2, plan, b"\5" * 32, 4)
    asked = [(1, plan), (2, plan), *((1, bytes([n]) * 32) for n in range(1, 9)), (1, trial.protocol), (2, plan)]
    records = chain.documents(trial.id, asked)
    assert [bool(record.time) for record in records] == [False, True, *[False] * 8, True, True]
    assert (records[1].version, records[1].act, records[1].endpoint_count, records[1].blinding) == (1, 2, 4, 2)
    assert chain.party_numbered(records[1].author) == trial.party
    assert chain.documents(trial.id, []) == []


def test_trials_of_the_chain(chain: Chain, trial: Trial) -> None:
    registered = chain.registrations()
    assert not registered.gap and registered.count == len(registered.acts)
    assert trial.id in [act.trial for act in registered.acts]


# ----- numbers, sponsors, appointments -----


def test_claims_of_a_number_in_every_spelling_and_withdrawn(chain: Chain, trial: Trial, new_party: NewParty) -> None:
    digits = secrets.randbelow(10**8)
    number, other = f"NCT{digits:08}", f"NCT{digits:08}".replace("NCT", "NC T-")
    ids, senders = [], []
    for place in range(5):
        party, sender = new_party()
        code = b"X".ljust(32, b"\0")
        sender.send("TrialRegistry", "register", [(party, code, b"\1" * 32, b"\2" * 32, 1)])
        ids.append(sha256(party + code).digest())
        senders.append((party, sender))
        spelt = (number, number.lower(), other)[place % 3].encode().ljust(32, b"\0")
        sender.send("TrialRegistry", "claimRegistryId", [(ids[-1], party, spelt, 20200427)])
    claims = chain.claims(number)
    assert claims.trials == chain.claims(other).trials == ids and not claims.gap
    assert claims.standing[0].submitted == 20200427 and claims.standing[0].number == number
    party, sender = senders[1]
    sender.send("TrialRegistry", "claimRegistryId", [(ids[1], party, number.encode().ljust(32, b"\0"), 20200501)])
    assert chain.claims(number).standing[1].submitted == 20200501
    sender.send("TrialRegistry", "withdrawRegistryId", [(ids[1], party, other.encode().ljust(32, b"\0"))])
    assert chain.claims(number).trials == [ids[0], *ids[2:]] and len(chain.claims(number).every) == 5
    sender.send("TrialRegistry", "claimRegistryId", [(ids[1], party, number.encode().ljust(32, b"\0"), 0)])
    assert chain.claims(number).trials == [ids[0], *ids[2:], ids[1]]
    assert chain.claims("NCT99999999").every == ()


def test_an_offer_that_is_accepted(chain: Chain, trial: Trial, new_party: NewParty) -> None:
    successor, sender = new_party()
    trial.act("offerTransfer", successor)
    state = chain.trial(trial.id)
    *_, offer = chain.history(trial.id).acts
    assert state and offered_to([offer]) == successor
    assert isinstance(offer, TransferOffered) and offer.effective <= offer.time  # one managing key: nobody could veto
    sender.send("TrialRegistry", "acceptTransfer", [(trial.id, successor, state.sponsor)])
    moved = chain.trial(trial.id)
    assert moved and moved.sponsor == successor and offered_to(chain.history(trial.id).acts) is None


def test_appointments(chain: Chain, trial: Trial, new_party: NewParty) -> None:
    appointee, _ = new_party()
    latest = chain.block()
    assert latest
    until = latest["timestamp"] + 10_000_000
    trial.act("appoint", appointee, ZERO, 1 << 3, 0, until)
    *_, act = chain.history(trial.id).acts
    assert isinstance(act, Appointed) and (act.until, act.acts) == (until, 1 << 3)
    assert chain.is_permitted(trial.id, appointee, 3)
    assert not chain.is_permitted(trial.id, appointee, 2)
    assert chain.is_permitted(trial.id, trial.party, 2)


def test_a_stream(chain: Chain, trial: Trial) -> None:
    trial.act("openStream", b"\3" * 32)
    assert chain.stream_opened_at(trial.id, trial.party, b"\3" * 32) == chain.history(trial.id).acts[-1].time
    assert chain.stream_opened_at(trial.id, trial.party, b"\4" * 32) == 0


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
