"""A trial as it stood at an earlier time, from the newest state alone: a second before an act, at it, and after."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from trials_on_chain import TrialOnChain, World, world

from conftest import free_port
from trialseal.cli import main
from trialseal.errors import FailedError
from trialseal.ledger.chain import Chain
from trialseal.ledger.codes import DocumentKind
from trialseal.report.trial.verifying import verify


@pytest.fixture(scope="module")
def w(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("stood"), free_port()) as made:
        yield made


@pytest.fixture
def trial(w: World, tmp_path: Path) -> TrialOnChain:
    made = TrialOnChain(w, w.party("Test sponsor"), tmp_path / "trial", sha256(str(tmp_path).encode()).hexdigest()[:16])
    made.register()
    w.wait(2)
    made.amend()
    w.wait(2)
    made.milestone("data-lock", "2020-04")
    return made


def test_acts_versions_and_files_as_of_a_second(w: World, trial: TrialOnChain) -> None:
    acts = w.chain.history(trial.id).acts
    for number, act in enumerate(acts):
        for second, seen in ((act.time - 1, number), (act.time, number + 1), (act.time + 1, number + 1)):
            at = Chain(w.chain.network, at=second)
            if seen == 0:
                with pytest.raises(FailedError, match="there is no trial"):
                    at.history(trial.id)
                continue
            history = at.history(trial.id)
            assert history.complete and [one.number for one in history.acts] == list(range(1, seen + 1))
            assert history.state.acts == seen and history.state.sponsor == trial.sponsor.id
            assert history.state.versions[DocumentKind.PROTOCOL] == (2 if second >= acts[1].time else 1)
    before = Chain(w.chain.network, at=acts[1].time - 1)
    [amended] = verify(before, [trial.folder / "documents" / "protocol-v2.json"], trial=trial.id)
    assert amended.exit_code == 1 and "not sealed" in amended.sentence
    [first] = verify(before, [trial.folder / "documents" / "protocol-v1.json"], trial=trial.id)
    assert "protocol version 1" in first.sentence


def test_parties_and_registrations_as_of_a_second(w: World, trial: TrialOnChain) -> None:
    created = w.chain.party(trial.sponsor.id)
    assert created is not None
    assert Chain(w.chain.network, at=created.created_at - 1).party(trial.sponsor.id) is None
    now = Chain(w.chain.network, at=created.created_at).party(trial.sponsor.id)
    assert now is not None and now.complete and len(now.keys) == 1
    registered = w.chain.history(trial.id).acts[0].time
    for second, there in ((registered - 1, False), (registered, True)):
        found = Chain(w.chain.network, at=second).registrations()
        assert not found.gap and (trial.id in {one.trial for one in found.acts}) is there


def test_the_command_names_the_time(w: World, trial: TrialOnChain, capsys: pytest.CaptureFixture[str]) -> None:
    second = w.chain.history(trial.id).acts[1]
    words = ["history", trial.id.hex(), "--network", w.url, "--trust-node"]
    assert main([*words, "--at", str(second.block)]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("as it stood ") and "complete: 2 acts, which are all of them" in shown
    assert main([*words, "--at", "2020-04-20"]) in (0, 1)
    capsys.readouterr()
    for wrong in ("yesterday", "2020-13-01", "999999", "2999-01-01"):
        assert main([*words, "--at", wrong]) == 3
        assert "--at" in capsys.readouterr().err
