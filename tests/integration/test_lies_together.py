"""Lies told together: several at once, answers mixed of blocks and of forks, and a node with a state of its own."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from lies import Asked, Lie, Recorded, lies_told, read_once
from test_lies import FAILS, HOLDS, NODES_WORD, over
from trials_on_chain import TrialOnChain, World, world

from conftest import free_port
from trialseal.cli import main
from trialseal.errors import TrialsealError
from trialseal.report.trial.verdict import Verdict
from trialseal.report.trial.verifying import verify
from trialseal.rules.finding import Status

SEED = int(os.environ.get("LIES_SEED", "1"))
LIES = int(os.environ.get("LIES", "8000")) // 16


class Told(NamedTuple):
    """What was answered as of one block, and what follows from it."""

    answers: dict[Asked, Any]
    block: str
    statuses: list[dict[str, Status]]
    sentences: list[str]


@pytest.fixture(scope="module")
def w(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("together"), free_port()) as made:
        yield made


def statuses(verdicts: list[Verdict]) -> list[dict[str, Status]]:
    return [{one.rule: one.status for one in verdict.findings} for verdict in verdicts]


def told(w: World, files: list[Path]) -> Told:
    recorded = Recorded(w.url)
    chain = over(recorded, w)
    verdicts = verify(chain, files)
    return Told(recorded.answers, chain.as_of().hash, statuses(verdicts), [one.sentence for one in verdicts])


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch, four: list[Told]) -> None:
    read_once(monkeypatch)


@pytest.fixture(scope="module")
def files(w: World, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    trial = made_trial(w, tmp_path_factory.mktemp("t") / "trial")
    unsealed = trial.folder / "unsealed.txt"
    unsealed.write_text("nobody sealed this before the fork")
    return [trial.folder / "protocol.json", trial.folder / "documents" / "protocol-v1.json", unsealed]


TRIALS: dict[Path, TrialOnChain] = {}


def made_trial(w: World, folder: Path) -> TrialOnChain:
    trial = TrialOnChain(w, w.party("Test sponsor"), folder, sha256(str(folder).encode()).hexdigest()[:16])
    trial.register()
    trial.amend()
    TRIALS[folder] = trial
    return trial


@pytest.fixture(scope="module")
def four(w: World, files: list[Path]) -> list[Told]:
    """A chain, the same some blocks on, and two forks of it: with another act, and with the unsealed file sealed."""
    trial = TRIALS[files[0].parent]
    first = told(w, files)
    fork = w.chain.rpc.call("anvil_snapshot")
    trial.milestone("first-participant-enrolled", "2020-04")
    newer = told(w, files)
    w.chain.rpc.call("anvil_revert", [fork])
    fork = w.chain.rpc.call("anvil_snapshot")
    trial.milestone("halted", "2020-04")
    other = told(w, files)
    w.chain.rpc.call("anvil_revert", [fork])
    trial.seal(files[2], "other")
    sealed = told(w, files)
    assert len({one.block for one in (first, newer, other, sealed)}) == 4
    assert first.statuses[2] == {"sealed-here": FAILS} and sealed.statuses[2]["sealed-here"] is HOLDS
    return [first, newer, other, sealed]


def question(asked: Asked) -> Asked:
    """A question whichever block it is asked about."""
    method, words = asked
    parameters = json.loads(words)
    if method == "eth_getProof":
        parameters = parameters[:2]
    if method == "eth_getLogs":
        parameters = [{name: one for name, one in parameters[0].items() if name not in ("fromBlock", "toBlock")}]
    return method, json.dumps(parameters, sort_keys=True)


def wrong(said: list[dict[str, Status]], true: list[dict[str, Status]]) -> list[str]:
    return [
        f"{rule}: {status.value}"
        for mine, honest in zip(said, true, strict=True)
        for rule, status in mine.items()
        if rule not in NODES_WORD and status in (HOLDS, FAILS) and honest.get(rule) is not status
    ]


def test_answers_mixed_of_blocks_and_forks_say_no_more_than_their_block(
    w: World, files: list[Path], four: list[Told]
) -> None:
    """Each question is answered as of a block drawn for it: nothing follows but from the block that is named."""
    draw = random.Random(SEED)
    known = [{question(asked): answer for asked, answer in one.answers.items()} for one in four]
    believed: list[str] = []
    seen: set[str] = set()
    for _ in range(max(LIES, 200)):
        mostly = draw.choice(known)  # one block's answers for the most part, so that much is proven
        odds = draw.choice([0.1, 0.3, 0.7])

        def lie(asked: Asked, true: Any, mostly: Any = mostly, odds: float = odds) -> Any:
            among = [one for one in known if question(asked) in one]
            if not among:
                return true
            chosen = draw.choice(among) if draw.random() < odds or mostly not in among else mostly
            return chosen[question(asked)]

        recorded = Recorded(w.url)
        recorded.lie = lie
        chain = over(recorded, w)
        try:
            said = statuses(verify(chain, files))
        except TrialsealError:
            continue
        true = next(one for one in four if one.block == chain.as_of().hash)
        seen.add(true.block)
        if found := wrong(said, true.statuses):
            believed.append(f"as of {true.block[:8]}: {found}")
    assert not believed, f"{len(believed)} (LIES_SEED={SEED}): " + "\n".join(believed[:10])
    assert len(seen) == 4  # of each block something was said


def test_two_or_three_lies_at_once(w: World, files: list[Path], four: list[Told]) -> None:
    recorded = Recorded(w.url)
    verdicts = verify(over(recorded, w), files)
    honest, answers = statuses(verdicts), dict(recorded.answers)
    draw = random.Random(SEED + 1)
    lies = lies_told(answers, draw, 4000)
    believed: list[str] = []
    for _ in range(max(LIES, 200)):
        told = draw.sample(lies, draw.choice([2, 2, 3]))
        recorded.lie = all_of([one for _, one, _ in told])
        try:
            said = statuses(verify(over(recorded, w), files))
        except TrialsealError:
            continue
        if found := wrong(said, honest):
            believed.append(f"{[words for *_, words in told]}: {found}")
    assert not believed, f"{len(believed)} (LIES_SEED={SEED}): " + "\n".join(believed[:10])


def all_of(lies: list[Lie]) -> Lie:
    def lie(asked: Asked, true: Any) -> Any:
        for one in lies:
            if (said := one(asked, true)) is not true:
                return said
        return true

    return lie


@pytest.mark.parametrize("keep", [0, 1, 2, 3])
def test_truncated_proofs_leave_all_open(w: World, files: list[Path], four: list[Told], keep: int) -> None:
    recorded = Recorded(w.url)
    honest = statuses(verify(over(recorded, w), files))

    def lie(asked: Asked, true: Any) -> Any:
        if asked[0] != "eth_getProof":
            return true
        cut = [{**one, "proof": one["proof"][:keep]} for one in true["storageProof"]]
        return {**true, "storageProof": cut}

    recorded.lie = lie
    try:
        assert not wrong(statuses(verify(over(recorded, w), files)), honest)
    except TrialsealError as error:
        assert error.exit_code == 2


def test_a_state_of_its_own_gets_no_further_than_the_reference_block(
    w: World, files: list[Path], four: list[Told], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """The node now serves a fork on which the file is sealed; the reader knows the hash of the true chain's block."""
    monkeypatch.setenv("TRIALSEAL_HOME", str(tmp_path))
    true = four[1].block

    def said(*words: str) -> tuple[int, str, str]:
        code = main(["verify", str(files[2]), "--network", w.url, *words])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    code, out, _ = said()
    assert code == 2 and "vouched for by nobody whom you trust" in out.splitlines()[0]
    code, out, err = said("--block-hash", true)
    assert code == 2 and not out and "compare the hash, or name a node that has the block" in err
    code, out, _ = said("--block-hash", four[3].block)  # whoever trusts the fork's block is told what is in it
    assert code == 0 and "vouched for by the hash that you typed" in out.splitlines()[0]
    code, out, _ = said("--quorum", "2")
    assert code == 2 and "vouched for by nobody" in out.splitlines()[0]
