"""docs/by-hand.md followed as written: its programs need nothing of ours, and say what is there."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from trials_on_chain import TrialOnChain, World, world

from conftest import free_port
from trialseal.ledger.contracts import contract

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "by-hand.md").read_text(encoding="utf-8")
NODE = ROOT / ".toolchain" / "bin" / "node"


@pytest.fixture(scope="module")
def w(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("by-hand"), free_port()) as made:
        yield made


@pytest.fixture(scope="module")
def trial(w: World, tmp_path_factory: pytest.TempPathFactory) -> TrialOnChain:
    made = TrialOnChain(w, w.party("Test sponsor"), tmp_path_factory.mktemp("t") / "trial", "BY-HAND-1")
    made.register()
    made.amend()
    made.milestone("data-lock", "2020-04")
    return made


def program(language: str, w: World, trial: TrialOnChain) -> str:
    [found] = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    found = re.sub(r"http://127\.0\.0\.1:8545", w.url, found)
    return re.sub(r"(?<=\")[0-9a-f]{64}(?=\")", trial.id.hex(), found)


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


def test_the_addresses_are_those_of_the_contracts() -> None:
    assert set(re.findall(r"0x[0-9a-f]{40}", PAGE)) == {contract("TrialRegistry").address}
    assert contract("TrialRegistry").encode("trialOf", bytes(32))[:4].hex() == "e8173212"


def test_a_history_in_python_without_the_package(w: World, trial: TrialOnChain) -> None:
    said = run(sys.executable, "-I", "-S", "-c", program("python", w, trial)).splitlines()
    assert said[-1] == "complete" and len(said) == 4
    acts = w.chain.history(trial.id).acts
    assert said[:-1] == [f"{act.time} {act.subject.hex()}" for act in acts]
    hidden = program("python", w, trial).replace("for log in logs:", "logs = logs[:-1]\nfor log in logs:")
    assert run(sys.executable, "-I", "-S", "-c", hidden).splitlines()[-1] == "NOT complete"


def test_a_history_in_javascript(w: World, trial: TrialOnChain, tmp_path: Path) -> None:
    script = tmp_path / "history.cjs"
    script.write_text(program("js", w, trial), encoding="utf-8")
    assert run(str(NODE), str(script)) == "complete\n"
    script.write_text(program("js", w, trial).replace("for (const log of logs)", "for (const log of logs.slice(1))"))
    assert run(str(NODE), str(script)) == "NOT complete\n"


def test_one_file_as_a_block_explorer_shows_it(w: World, trial: TrialOnChain) -> None:
    kinds = re.search(r"kind\n +\((1 protocol.*?)\)", PAGE, re.DOTALL)
    assert kinds is not None
    from trialseal.ledger.codes import DocumentKind

    named = dict(one.strip().split(" ", 1) for one in re.sub(r"\s+", " ", kinds[1]).split(","))
    assert [int(number) for number in named] == [kind.value for kind in DocumentKind]
    assert (
        "documentTimes(bytes32,uint8,bytes32[])" in (ROOT / "src/trialseal/ledger/artifacts.json").read_text()
        and "in brackets" in PAGE
    )
    first = w.chain.history(trial.id).acts[0]
    [time, other] = w.chain.ask(
        "TrialRegistry", "documentTimes", trial.id, 1, [first.subject, sha256(b"never sealed").digest()]
    )
    assert (time, other) == (first.time, 0)
