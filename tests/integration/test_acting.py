"""What every act does before and after it is sent: looked for, judged, asked about, counted, kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from gateway import Gateway
from tests.integration.test_command import PROTOCOL, SPONSOR, User, home, registered, results_document, trial, user

from trialseal.ledger import accounts, devnet, networks
from trialseal.ledger.chain import Chain

__all__ = ["home", "registered", "trial", "user"]
COMMITTEE = ("--account", "committee")


@pytest.fixture
def numbered(user: User, trial: Path) -> Path:
    """A registered trial whose protocol names a registry number."""
    protocol = json.loads((trial / "protocol.json").read_text())
    protocol["trial"]["registry_ids"] = ["NCT99999901"]
    (trial / "protocol.json").write_text(json.dumps(protocol))
    user("register", trial, *SPONSOR)
    return trial


def acts_of(user: User, trial: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = user("history", trial, "--json", code=None).value["acts"]
    return found


# ----- requests -----


@pytest.fixture
def counted(home: Path) -> Iterator[Gateway]:
    """A gateway that counts requests; a batch counts as one, and looking for a transaction's receipt not at all."""
    made = Gateway(networks.resolve("devnet", home).url)
    yield made
    made.close()


def requests(gateway: Gateway) -> int:
    return sum(1 for methods in gateway.requests if methods != ["eth_getTransactionReceipt"])


def test_an_act_is_at_most_five_requests_whatever_the_history(user: User, trial: Path, counted: Gateway) -> None:
    through = ("--network", counted.url, *SPONSOR)
    spent = {}

    def count(*words: str | Path) -> None:
        counted.requests.clear()
        user(*words, *through)
        spent[str(words[0])] = max(requests(counted), spent.get(str(words[0]), 0))

    (trial / "sap.txt").write_text("a plan")
    count("register", trial)
    count("seal", trial / "sap.txt", "--as", "sap")
    count("add-id", trial, "NCT99999901", "--submitted", "2020-04-27")
    for day in range(1, 8):
        count("milestone", trial, "interim-look", "--on", f"2020-06-0{day}")
    count("appoint", trial, "Test committee")
    count("approve", trial, "--version", "1")
    assert max(spent.values()) <= 5, spent
    (trial / "results.json").write_text(json.dumps(three_results(trial)))
    counted.requests.clear()
    assert len(user("results", trial, *through, "--json").value) == 3
    assert requests(counted) <= 9


def three_results(trial: Path) -> dict[str, object]:
    document = results_document(trial, "one")
    return document | {"results": [{**document["results"][0], "statement": word} for word in ("one", "two", "three")]}


# ----- the same act or not -----


def test_the_same_number_with_another_day_is_another_act(user: User, registered: Path) -> None:
    first = user("add-id", registered, "NCT99999901", *SPONSOR, "--json").value
    second = user("add-id", registered, "NCT99999901", "--submitted", "2020-04-27", *SPONSOR, "--json").value
    third = user("add-id", registered, "nct 99999901", "--submitted", "2020-04-27", *SPONSOR, "--json").value
    assert (first["sent"], second["sent"], third["sent"]) == (True, True, False)
    assert third["receipt"]["number"] == second["receipt"]["number"] == first["receipt"]["number"] + 1


def test_the_same_document_with_another_data_state_is_not_called_sealed(user: User, registered: Path) -> None:
    (registered / "sap.txt").write_text("a plan")
    user("seal", registered / "sap.txt", "--as", "sap", *SPONSOR)
    words = ("seal", registered / "sap.txt", "--as", "sap", "--blinding", "unblinded", "--yes", *SPONSOR)
    refused = user(*words, code=1)
    assert "analysis-plan version 1 by act 2, data state: not-stated" in refused.err
    assert "trialseal correct TRIAL 2" in refused.err and "already" not in refused.out + refused.err


def test_a_number_that_was_withdrawn_is_claimed_anew(user: User, registered: Path) -> None:
    claim = ("add-id", registered, "NCT99999901", *SPONSOR, "--json")
    assert user(*claim).value["sent"] is True
    assert user("withdraw-id", registered, "NCT99999901", *SPONSOR, "--json").value["sent"] is True
    assert user("withdraw-id", registered, "NCT99999901", *SPONSOR, "--json").value["sent"] is False
    assert user(*claim).value["sent"] is True
    assert user(*claim).value["sent"] is False


def test_a_role_is_named_ended_and_named_again(user: User, registered: Path) -> None:
    role = ("role", registered, "Test committee", "--as", "collaborator", *SPONSOR, "--json")
    sent = [user(*role, *more).value["sent"] for more in ((), (), ("--end",), ("--end",), (), ())]
    assert sent == [True, False, True, False, True, False]


def test_an_offer_is_withdrawn_and_made_again(user: User, registered: Path) -> None:
    code = json.loads((registered / "protocol.json").read_text())["trial"]["code"]
    offer = ("transfer", "offer", registered, "Test committee", "--confirm", code, *SPONSOR, "--json")
    assert user(*offer).value["sent"] is True
    assert user("transfer", "offer", registered, "--withdraw", *SPONSOR, "--json").value["sent"] is True
    assert user(*offer).value["sent"] is True
    assert user(*offer).value["sent"] is False


# ----- judged before it is sent -----


def test_results_of_another_trial_are_asked_about(user: User, registered: Path) -> None:
    document = results_document(registered, "left over")
    document["trial"] = {"sponsor": "Another", "code": "ANOTHER-1"}
    (registered / "results.json").write_text(json.dumps(document))
    refused = user("results", registered, *SPONSOR, code=3)
    assert "it names trial ANOTHER-1" in refused.err and "--yes" in refused.err
    assert len(acts_of(user, registered)) == 1
    user("results", registered, "--yes", *SPONSOR)
    assert len(acts_of(user, registered)) == 2


def test_a_number_that_no_sealed_document_names_is_asked_about(user: User, numbered: Path) -> None:
    refused = user("add-id", numbered, "NCT04368728", *SPONSOR, code=3)
    assert "name NCT99999901 (protocol version 1)" in refused.err and "not NCT04368728" in refused.err
    assert len(acts_of(user, numbered)) == 1
    user("add-id", numbered, "nct 99999901", *SPONSOR)
    user("add-id", numbered, "NCT04368728", "--yes", *SPONSOR)


def test_an_amendment_after_unblinding_is_asked_about(user: User, registered: Path) -> None:
    protocol = json.loads((registered / "protocol.json").read_text())
    protocol["endpoints"][0]["domain"] = "another domain"
    (registered / "protocol.json").write_text(json.dumps(protocol))
    words = ("amend", registered, "--reason", "a better measure", "--blinding", "unblinded", *SPONSOR)
    assert "amended-blinded: protocol version 2 was decided on" in user(*words, code=3).err
    assert len(acts_of(user, registered)) == 1
    user(*words, "--yes")
    assert len(acts_of(user, registered)) == 2


def test_a_milestone_that_makes_a_rule_fail_is_asked_about(user: User, registered: Path) -> None:
    user("add-id", registered, "NCT04368728", "--submitted", "2020-04-27", "--yes", *SPONSOR)
    late = ("milestone", registered, "first-participant-enrolled", "--on", "2019-05-04", *SPONSOR)
    assert "first submitted 2020-04-27" in user(*late, code=3).err
    assert len(acts_of(user, registered)) == 2
    user(*late, "--yes")
    assert len(acts_of(user, registered)) == 3


# ----- bad input -----

NO_PROOF = {"accountProof": [], "storageProof": []}


def test_a_receipt_of_another_chain_is_one_sentence(user: User, registered: Path) -> None:
    [path] = (registered / "receipts").glob("*/0001-*.json")
    value = json.loads(path.read_text()) | {"chain_id": 1, "trial": "ab" * 32}
    path.write_text(json.dumps(value))
    refused = user("milestone", registered, "data-lock", "--on", "2023-01-01", *SPONSOR, code=3).err
    assert "is of chain 1" in refused and refused.count("\n") == 1


def test_a_contract_that_is_not_proven_to_be_ours_is_not_spoken_to(
    user: User, registered: Path, counted: Gateway
) -> None:
    def after(request: dict[str, object], answer: dict[str, object]) -> dict[str, object]:
        return answer | {"result": NO_PROOF} if request["method"] == "eth_getProof" else answer

    counted.after = after
    words = ("milestone", registered, "data-lock", "--on", "2023-01-01", "--network", counted.url, *SPONSOR)
    refused = user(*words, code=2).err
    assert "gives no proof of the account of" in refused and refused.count("\n") == 1
    assert len(acts_of(user, registered)) == 1


# ----- parties -----


def test_keys_are_named_when_a_party_is_created(user: User, home: Path) -> None:
    for name in ("first", "carol", "dave"):
        accounts.new(home, name, "correct horse", light=True)
    user("devnet", "fund", "first")
    words = ("party", "create", "--name", "Three keys", "--account", "first", "--also-key", "carol")
    party = user(*words, "--also-key", "dave:act,attest", "--json").value["party"]
    keys = {one["key"]: one["purposes"] for one in user("party", "show", party, "--json").value["keys"]}
    addresses = dict(accounts.list_accounts(home))
    assert keys[addresses["dave"]] == ["act", "attest"]
    assert {"manage", "act", "stream", "attest"} <= set(keys[addresses["carol"]])
    user("party", "profile", "--name", "Three keys renamed", "--account", "first")
    shown = json.loads((home / "parties" / f"{party}.json").read_text())
    assert shown["legal_name"] == "Three keys renamed"


def test_a_compromise_is_contested(user: User, home: Path) -> None:
    for name in ("frank", "erin"):
        accounts.new(home, name, "correct horse", light=True)
        user("devnet", "fund", name)
    words = ("party", "create", "--name", "Contested", "--account", "frank", "--also-key", "erin")
    party = user(*words, "--json").value["party"]
    chain = Chain(networks.resolve("devnet", home))
    devnet.set_time(chain, chain.block()["timestamp"] + 60)  # type: ignore[index]
    digits = dict(accounts.list_accounts(home))["erin"][-8:]
    stated = ("party", "compromise", "erin", "--since", "2026-01-01", "--account", "frank")
    user(*stated, "--confirm", digits)
    user("party", "contest", "erin", "--party", party, "--account", "erin", "--yes")
    assert "disagrees with itself" in user("party", "show", party).out


def test_an_act_is_corrected(user: User, registered: Path, tmp_path: Path) -> None:
    user("milestone", registered, "data-lock", "--on", "2023-01-01", *SPONSOR)
    note = tmp_path / "correction.txt"
    note.write_text("The lock was on 2 January.")
    shown = user("correct", registered, "2", "--document", note, *SPONSOR).out
    assert "act 3: correction of act 2" in shown
    assert "act 9" in user("correct", registered, "9", "--document", note, *SPONSOR, code=1).err


def test_an_embargo_hides_what_could_be_guessed(user: User, trial: Path) -> None:
    user("register", trial, "--embargo", *SPONSOR)
    protocol = json.loads((trial / "protocol.json").read_text())
    nonces = [protocol["nonce"], *(one["nonce"] for one in protocol["endpoints"])]
    assert len(set(nonces)) == len(nonces) == 1 + len(protocol["endpoints"])
    assert user("register", trial, "--embargo", *SPONSOR, "--json").value["sent"] is False


def test_an_embargo_covers_amendments_plans_and_results(user: User, registered: Path) -> None:
    protocol = json.loads((registered / "protocol.json").read_text())
    protocol["endpoints"][0]["domain"] = "said more clearly"
    plan = {**protocol, "kind": "analysis-plan", "version": 1, "endpoints": protocol["endpoints"][:1]}
    plan = {name: plan[name] for name in ("format", "kind", "trial", "version", "endpoints")}
    files = {
        "protocol.json": ("amend", registered, "--reason", "clearer", "--blinding", "blinded"),
        "sap.json": ("seal", registered / "sap.json", "--as", "sap"),
        "results.json": ("results", registered),
    }
    documents = {"protocol.json": protocol, "sap.json": plan, "results.json": results_document(registered, "none")}
    for name, words in files.items():
        (registered / name).write_text(json.dumps(documents[name]))
        before = (registered / name).read_bytes()
        user(*words, "--embargo", "--dry-run", *SPONSOR)
        assert (registered / name).read_bytes() == before, "a dry run writes nothing"
        assert f"{registered / name} has nonces now" in user(*words, "--embargo", "--yes", *SPONSOR).out
        kept = json.loads((registered / name).read_text())
        endpoints = kept.get("endpoints", [])
        nonces = {kept["nonce"], *(one["nonce"] for one in endpoints)}
        assert len(nonces) == 1 + len(endpoints)
        [copy] = [one for one in (registered / "documents" / "sealed").iterdir() if kept["nonce"] in one.read_text()]
        assert json.loads(copy.read_text())["nonce"] == kept["nonce"]
    again = user(*files["sap.json"], "--embargo", *SPONSOR, "--json").value
    assert again["sent"] is False


def test_what_holds_no_nonce_is_not_put_under_embargo(user: User, registered: Path) -> None:
    (registered / "sap.txt").write_text("the plan")
    refused = user("seal", registered / "sap.txt", "--as", "sap", "--embargo", *SPONSOR, code=3)
    assert "which alone hold a nonce: leave --embargo out" in refused.err


# ----- batches -----


def test_a_batch_carries_acts_and_is_found_again(user: User, registered: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    protocol = json.loads(PROTOCOL.read_text())
    protocol["trial"]["code"] = sha256(str(other).encode()).hexdigest()[:20]
    (other / "protocol.json").write_text(json.dumps(protocol))
    lines = [
        {"act": "register", "trial": str(other)},
        {"act": "milestone", "trial": str(other), "milestone": "data-lock"},
    ]
    lines[1]["on"] = "2023-01-01"
    lines += [
        {"act": "milestone", "trial": str(registered), "milestone": "interim-look", "on": f"2022-01-{day:02}"}
        for day in range(1, 29)
    ]
    file = tmp_path / "acts.ndjson"
    file.write_text("\n".join(map(json.dumps, lines)))
    shown = user("batch", file, "--dry-run", *SPONSOR).out
    assert "30 acts in 1 transaction" in shown and "1,440 milestones" in shown and "nothing was sent" in shown
    rows = user("batch", file, *SPONSOR, "--json").value
    assert [row["sent"] for row in rows] == [True] * 30
    assert len({row["receipt"]["transaction"] for row in rows}) == 1
    assert len(acts_of(user, registered)) == 29
    assert len(list((registered / "receipts").glob("*/*.json"))) == 29
    again = user("batch", file, *SPONSOR)
    assert "0 acts" in again.out and "30 are on the chain already" in again.out


def test_an_act_that_is_refused_takes_no_other_down(user: User, registered: Path, tmp_path: Path) -> None:
    trial = user("history", registered, "--json").value["trial"]
    lines = [
        {"act": "milestone", "trial": trial, "milestone": "data-lock", "on": "2023-01-01"},
        {"act": "milestone", "trial": "ab" * 32, "milestone": "data-lock", "on": "2023-01-01"},
        {"act": "milestone", "trial": trial, "milestone": "completion", "on": "2023-02-01"},
    ]
    file = tmp_path / "acts.json"
    file.write_text(json.dumps(lines))
    told = "milestone data-lock on 2023-01-01: trial abababab… is not registered on chain 31337, which would refuse"
    assert told in user("batch", file, "--dry-run", *SPONSOR).out
    assert told in user("batch", file, *SPONSOR, code=3).err  # gas is not spent on it unasked
    shown = user("batch", file, *SPONSOR, "--yes", code=1).out
    assert "2 of 3 acts are on the chain, 1 refused" in shown and "there is no trial" in shown
    assert len(acts_of(user, registered)) == 3


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "describes no act"),
        ("nonsense", "line 1"),
        ('{"act": "dance", "trial": "x"}', "there is no act 'dance'"),
        ('{"act": "milestone"}', "trial is missing"),
        ('{"act": "milestone", "trial": "TRIAL", "milestone": "data-lock"}', "needs on"),
        ('{"act": "milestone", "trial": "TRIAL", "milestone": "none", "on": "2020"}', "there is no milestone none"),
        ('{"act": "milestone", "trial": "TRIAL", "day": "2020"}', "has no day"),
    ],
)
def test_a_bad_batch_is_one_sentence(user: User, registered: Path, tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "acts.ndjson"
    file.write_text(text.replace("TRIAL", str(registered)))
    refused = user("batch", file, *SPONSOR, code=3).err
    assert sentence in refused and refused.count("\n") == 1
