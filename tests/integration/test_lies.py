"""No lie of a node about a true chain is believed: whatever one answer says instead, no verdict gets better."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from lies import Recorded, lies_told, read_once
from trials_on_chain import TrialOnChain, World, world

from conftest import free_port
from trialseal.errors import TrialsealError
from trialseal.ledger.chain import Chain
from trialseal.report.trial.verdict import Verdict
from trialseal.report.trial.verifying import verify
from trialseal.rules.finding import Status

SEED = int(os.environ.get("LIES_SEED", "1"))
LIES = int(os.environ.get("LIES", "8000"))
# What only a node can say, so that it may say something else: in which block an act stands, what it calls final.
NODES_WORD = {"settled", "node-current"}
HOLDS, FAILS = Status.HOLDS, Status.FAILS


@pytest.fixture(scope="module")
def w(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("lies"), free_port()) as made:
        yield made


@pytest.fixture(scope="module")
def files(w: World, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A sealed protocol, a sealed one that fails its check, and one that nobody sealed; another trial beside."""
    place = tmp_path_factory.mktemp("folders")
    made = []
    for name in ("one", "other"):
        sponsor = w.party(f"Sponsor of {name}")
        trial = TrialOnChain(w, sponsor, place / name, sha256(name.encode()).hexdigest()[:16])
        trial.register()
        trial.amend()
        made.append(trial)
    made[0].milestone("first-participant-enrolled", "2020-04")
    unsealed = place / "one" / "unsealed.txt"
    unsealed.write_text("nobody sealed this")
    return [place / "one" / "protocol.json", place / "one" / "documents" / "protocol-v1.json", unsealed]


def over(recorded: Recorded, w: World) -> Chain:
    chain = Chain(w.chain.network)
    chain.rpc.attempt = recorded.attempt  # type: ignore[method-assign]
    chain.rpc.call = recorded.call  # type: ignore[method-assign]
    return chain


def statuses(verdicts: list[Verdict]) -> list[dict[str, Status]]:
    return [{one.rule: one.status for one in verdict.findings} for verdict in verdicts]


def better(said: list[dict[str, Status]], honest: list[dict[str, Status]]) -> list[str]:
    """Rules that say something else than the chain does; nothing but 'undetermined' may take its place."""
    found = []
    for mine, true in zip(said, honest, strict=True):
        for rule, status in mine.items():
            if rule not in NODES_WORD and status in (HOLDS, FAILS) and true.get(rule) is not status:
                found.append(
                    f"{rule}: {status.value}, and the chain says {getattr(true.get(rule), 'value', 'nothing')}"
                )
    return found


def test_no_lie_makes_a_verdict_better(w: World, files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    read_once(monkeypatch)
    recorded = Recorded(w.url)
    honest = statuses(verify(over(recorded, w), files))
    assert {HOLDS} <= set(honest[0].values()) and honest[2] == {"sealed-here": FAILS}
    answers = dict(recorded.answers)
    draw = random.Random(SEED)
    told = lies_told(answers, draw, LIES)
    believed: list[str] = []
    for _, lie, words in told:
        recorded.lie = lie
        try:
            said = statuses(verify(over(recorded, w), files))
        except TrialsealError:
            continue
        if wrong := better(said, honest):
            believed.append(f"{words}: {'; '.join(wrong)}")
    assert not believed, f"{len(believed)} of {len(told)} lies (LIES_SEED={SEED}): " + "\n".join(believed[:20])
    assert len(told) >= min(LIES, 2000)
