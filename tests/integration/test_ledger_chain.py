"""Reading a real local chain: histories, state, and nodes with limits."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from chain_cases import NewParty, Trial, busy_trial, over, trial
from gateway import Gateway, error

from trialseal.errors import FailedError, UndeterminedError
from trialseal.ledger import node as node_module
from trialseal.ledger.acts import ZERO, Appointed, DocumentSealed, TransferOffered, TrialRegistered, offered_to
from trialseal.ledger.chain import Chain
from trialseal.ledger.codes import Blinding, DocumentKind
from trialseal.ledger.network_file import Network
from trialseal.values import replace

__all__ = ["busy_trial", "trial"]


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


def test_trials_page_by_page_in_as_many_pieces_as_the_node_gives(
    chain: Chain, trial: Trial, new_party: NewParty, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    party, sender = new_party()
    for code in (b"A", b"B", b"C"):
        sender.send("TrialRegistry", "register", [(party, code.ljust(32, b"\0"), b"\1" * 32, b"\2" * 32, 1)])
    acts = chain.registrations().acts
    monkeypatch.setattr(node_module, "MOST_OF_LOGS", 2000)  # two registrations
    listed = over(gateway).trial_list()
    pages = list(listed.pages(2))
    assert not listed.gap and listed.count == len(acts)
    assert tuple(act for page in pages for act in page) == acts and {len(page) for page in pages[:-1]} == {2}
    assert list(over(gateway).trial_list().pages(2, only=2)) == [acts[2:4]]
    assert gateway.methods.count("eth_getLogs") >= len(acts)  # two a piece at most, read twice

    def hide(request: Any, answer: Any) -> Any:
        return {"result": answer["result"][:-1]} if request["method"] == "eth_getLogs" else answer

    gateway.after = hide
    hidden = over(gateway).trial_list()
    list(hidden.pages(2))
    assert "cannot be seen" in str(hidden.gap)


def test_a_page_of_trials_takes_three_requests(chain: Chain, trial: Trial, gateway: Gateway) -> None:
    listing = over(gateway)
    for page in listing.trial_list().pages():
        listing.load_acts(act.trial for act in page)
        assert all(listing.history(act.trial).complete for act in page)
        known = listing.as_of()
        listing.forget()
        assert not listing.evidence().nodes and listing.as_of() == known
    assert len(gateway.requests) <= 3
    assert listing.history(trial.id).complete


def test_what_acts_say_of_a_trial_is_what_state_says(chain: Chain, trial: Trial, gateway: Gateway) -> None:
    trial.act("seal", 8, 1, 0, b"\5" * 32, bytes(32), 0)
    whole, listing = over(gateway), over(gateway)
    asked = whole.history(trial.id)
    listing.load_acts([trial.id])
    found = listing.history(trial.id)
    assert found.complete and found.state == replace(asked.state, sponsor_number=0) and found.acts == asked.acts
    assert listing.trial(trial.id) == found.state
    assert listing.logs_about("TrialRegistry", trial.id) == whole.logs_about("TrialRegistry", trial.id)
    assert len(listing.evidence().nodes) < len(whole.evidence().nodes)
    # As of an earlier time, and of none.
    earlier, before = (over(gateway, at=asked.state.created_at + late) for late in (0, -1))
    for one in (earlier, before):
        one.load_acts([trial.id])
    assert earlier.history(trial.id).acts == asked.acts[: len(earlier.history(trial.id).acts)]
    assert before.trial(trial.id) is None


def test_of_acts_that_are_not_all_shown_state_is_asked(chain: Chain, trial: Trial, gateway: Gateway) -> None:
    def hide(request: Any, answer: Any) -> Any:
        return {"result": answer["result"][:-1]} if request["method"] == "eth_getLogs" else answer

    gateway.after = hide
    listing = over(gateway)
    listing.load_acts([trial.id])
    assert "cannot be seen" in str(listing.history(trial.id).gap)
    assert listing.history(trial.id).state.sponsor_number
    listing.load_acts([b"\7" * 32])
    with pytest.raises(FailedError):
        listing.history(b"\7" * 32)


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
