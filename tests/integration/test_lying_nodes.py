"""What `verify` and its like say over a node that hides, forges, lags, or costs a request each time it is asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from gateway import Gateway
from trials_on_chain import ZERO, TrialOnChain, World, world

from conftest import free_port
from trialseal.cli import main
from trialseal.ledger.chain import Chain
from trialseal.ledger.contracts import contract
from trialseal.ledger.network_file import Network
from trialseal.report.trial.verdict import Verdict
from trialseal.report.trial.verifying import verify
from trialseal.rules.finding import Status

DAY = 86_400


@pytest.fixture(scope="module")
def w(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("lying"), free_port()) as made:
        yield made


@pytest.fixture
def through(w: World) -> Iterator[Gateway]:
    made = Gateway(w.url)
    yield made
    made.close()


@pytest.fixture
def trial(w: World, tmp_path: Path) -> TrialOnChain:
    sponsor = w.party("Test sponsor")
    made = TrialOnChain(w, sponsor, tmp_path / "trial", sha256(str(tmp_path).encode()).hexdigest()[:16])
    made.register()
    made.amend()
    return made


def over(gateway: Gateway) -> Chain:
    return Chain(Network("gateway", gateway.url))


def logs(change: Callable[[dict[str, Any], list[Any]], list[Any]]) -> Callable[[Any, Any], Any]:
    """A node that changes the logs that it shows, by what it was asked."""

    def after(request: Any, answer: Any) -> Any:
        if request["method"] != "eth_getLogs":
            return answer
        return {**answer, "result": change(request["params"][0], answer["result"])}

    return after


def status(verdict: Verdict, rule: str) -> Status:
    return next(one.status for one in verdict.findings if one.rule == rule)


def is_by_digest(asked: dict[str, Any]) -> bool:
    return len(asked["topics"]) > 2 and asked["topics"][1] is None and asked["topics"][2] is not None


def test_a_forged_log_seals_nothing(through: Gateway, trial: TrialOnChain, tmp_path: Path) -> None:
    """The node shows a genuine log under the digest of a file that nobody sealed."""
    forged = tmp_path / "forged.json"
    document = deepcopy(trial.document("protocol-v2.json")) | {"notes": ["never sealed"]}
    forged.write_text(json.dumps(document))
    whole = over(through).history(trial.id)
    asked = {"address": contract("TrialRegistry").address, "fromBlock": "0x0", "topics": [None, "0x" + trial.id.hex()]}
    genuine = over(through).rpc.call("eth_getLogs", [asked])[-1]
    assert len(whole.acts) == 2

    def change(asked: dict[str, Any], shown: list[Any]) -> list[Any]:
        if not is_by_digest(asked):
            return shown
        digests = asked["topics"][2]
        return [{**genuine, "topics": [*genuine["topics"][:2], digests[-1], genuine["topics"][3]]}]

    through.after = logs(change)
    for named in (None, trial.id):
        [verdict] = verify(over(through), [forged], trial=named)
        assert verdict.exit_code == 2 and " sealed " not in verdict.sentence.split(";")[0].replace("be sealed", "")
        assert "not known to be sealed" in verdict.sentence and "contradicts itself" in verdict.sentence


@pytest.mark.parametrize("hidden", ["all", "by-digest", "trials"])
def test_what_a_node_hides_is_never_called_unsealed(
    through: Gateway, trial: TrialOnChain, tmp_path: Path, hidden: str
) -> None:
    """A file outside the trial's folder, so that nothing says which trial it is of."""
    sealed = tmp_path / "apart.json"
    sealed.write_bytes((trial.folder / "documents" / "protocol-v2.json").read_bytes())
    registered = "0x" + contract("TrialRegistry").topic("TrialRegistered").hex()

    def change(asked: dict[str, Any], shown: list[Any]) -> list[Any]:
        if hidden == "all" or (is_by_digest(asked) and hidden == "by-digest"):
            return []
        return [] if hidden == "trials" and (is_by_digest(asked) or registered in asked["topics"][0]) else shown

    through.after = logs(change)
    [verdict] = verify(over(through), [sealed])
    assert verdict.exit_code == 2, verdict.sentence
    assert "not known to be sealed" in verdict.sentence
    [verdict] = verify(over(through), [sealed], trial=trial.id)
    assert verdict.exit_code == (0 if hidden == "by-digest" else 2), verdict.sentence


def test_a_file_of_a_trial_whose_logs_are_hidden_is_judged_by_state(through: Gateway, trial: TrialOnChain) -> None:
    through.after = logs(lambda asked, shown: [])
    [verdict] = verify(over(through), [trial.folder / "protocol.json"])
    assert verdict.exit_code == 2 and "is protocol version 2" in verdict.sentence
    assert status(verdict, "history-complete") is Status.UNDETERMINED
    assert not [one for one in verdict.findings if one.status is Status.FAILS]
    through.after = logs(lambda asked, shown: [])
    other = trial.write("other.json", {**trial.document("protocol-v2.json"), "notes": ["never sealed"]})
    [verdict] = verify(over(through), [other])
    assert verdict.exit_code == 2 and "not all acts of the trial can be seen" in verdict.sentence


def test_history_over_a_node_that_hides_acts_is_undetermined(
    through: Gateway,
    trial: TrialOnChain,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TRIALSEAL_HOME", str(tmp_path / "home"))
    through.after = logs(lambda asked, shown: shown[:1])
    assert main(["history", trial.id.hex(), "--network", through.url]) == 2
    assert "not complete: the contract counts 2 acts, and 1 was shown" in capsys.readouterr().out
    through.after = logs(lambda asked, shown: [])
    assert main(["trials", "--network", through.url]) == 2
    assert "0 were shown" in capsys.readouterr().out


def test_a_trial_is_not_found_by_what_a_node_does_not_show_whole(
    w: World, through: Gateway, trial: TrialOnChain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """Of two claimants of a number, or two trials whose ids begin alike, the node shows the one that it likes."""
    monkeypatch.setenv("TRIALSEAL_HOME", str(tmp_path / "home"))
    number = "NCT08888888"
    trial.number = number
    trial.claim()
    other = TrialOnChain(w, w.party("Another"), tmp_path / "other", sha256(b"other").hexdigest()[:16], number)
    other.register()
    other.claim()
    registered = "0x" + contract("TrialRegistry").topic("TrialRegistered").hex()

    def change(asked: dict[str, Any], shown: list[Any]) -> list[Any]:
        return shown[-1:] if is_by_digest(asked) or asked["topics"][0] == [registered] else shown

    through.after = logs(change)
    assert main(["history", number, "--network", through.url]) == 2
    assert "which trials claim NCT08888888 cannot be told from this node" in capsys.readouterr().err
    assert main(["history", other.id.hex()[:12], "--network", through.url]) == 2
    assert "cannot be told from this node" in capsys.readouterr().err
    through.after = lambda request, answer: answer
    main(["history", other.id.hex()[:12], "--network", through.url])
    assert "complete: 2 acts, which are all of them" in capsys.readouterr().out


def test_a_node_that_is_behind_is_said_to_be(
    through: Gateway, trial: TrialOnChain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a public chain would look whose newest block is of 2020, and whose final block is the first."""
    monkeypatch.setattr("trialseal.ledger.at_block.DEVNET_CHAINS", ())
    through.before = lambda request: {"result": "Geth/v1.16"} if request["method"] == "web3_clientVersion" else None
    [verdict] = verify(over(through), [trial.folder / "protocol.json"])
    assert verdict.exit_code == 2
    assert status(verdict, "node-current") is Status.UNDETERMINED
    assert verdict.as_of is not None and verdict.as_of.age > DAY
    assert f"as of block {verdict.as_of.number:,}" in verdict.sentence


def test_files_of_a_known_trial_cost_four_requests_however_many(through: Gateway, trial: TrialOnChain) -> None:
    for number in range(3, 8):
        trial.milestone("data-lock" if number % 2 else "halted", "2020-04")
    chain = over(through)
    chain.require_deployed()
    verify(chain, [trial.folder / "protocol.json"])
    few = len(through.requests)
    assert few <= 4, through.requests
    through.requests.clear()
    for number in range(1200):
        trial.write(f"data/{number}.txt", b"%d" % number)
    paths = [trial.folder / "protocol.json", trial.folder / "documents" / "protocol-v1.json"]
    paths += [paths[0]] * 500
    chain = over(through)
    chain.require_deployed()
    verdicts = verify(chain, paths)
    assert all(verdict.trial == trial.id for verdict in verdicts)
    assert len(through.requests) <= 4, through.requests


@pytest.mark.parametrize("files", [1, 999, 2500])
def test_files_of_no_known_trial_cost_one_request_more_a_thousand(
    through: Gateway, trial: TrialOnChain, tmp_path: Path, files: int
) -> None:
    """Two more say of files that no act seals what they may be, and that no trial of the chain hides one."""
    apart = tmp_path / "apart"
    apart.mkdir()
    (apart / "protocol.json").write_bytes((trial.folder / "documents" / "protocol-v2.json").read_bytes())
    for number in range(files - 1):
        (apart / f"{number}.bin").write_bytes(b"%d" % number)
    for named in ([apart], [apart / "protocol.json"]):
        through.requests.clear()
        chain = over(through)
        chain.require_deployed()
        found = verify(chain, named)
        assert sum(one.trial == trial.id for one in found) == 1
        unsealed = 2 if any(one.trial is None for one in found) else 0
        assert len(through.requests) <= 4 + -(-len(found) // 1000) + unsealed, (len(found), through.requests)


def test_a_thousand_claimants_stop_no_command(
    w: World, through: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRIALSEAL_HOME", str(tmp_path))
    number, crowd = "NCT09999999", 1000
    party = w.party("Somebody else")
    registry = contract("TrialRegistry")
    ids = []
    for start in range(0, crowd, 50):
        items = []
        for place in range(start, start + 50):
            code = b"CROWD-%04d" % place
            packed = code.ljust(32, b"\0")
            ids.append(sha256(party.id + packed).digest())
            claim = (ids[-1], party.id, number.encode().ljust(32, b"\0"), 0)
            items.append(
                (135_000, registry.encode("register", (party.id, packed, code.ljust(32, b"x"), b"\2" * 32, 1)))
            )
            items.append((135_000, registry.encode("claimRegistryId", claim)))
        party.sender.send("TrialRegistry", "batch", [items])
    assert len(w.chain.claims(number).trials) == crowd
    through.requests.clear()
    assert main(["history", number, "--network", through.url]) == 2
    shown = capsys.readouterr()
    assert "1,000 trials claim NCT09999999" in shown.out and "and 980 more" in shown.out
    assert len(shown.err) < 400 and len(through.requests) < 40
    assert main(["history", ids[7].hex(), "--network", through.url, "--trust-node"]) == 0
    assert ZERO not in ids
