"""Trials on a real local chain, for tests of what `verify` says of them: the chain, its parties, acts one by one."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from trials_on_chain import PartyOnChain, TrialOnChain, World, world

from trialseal.ledger.acts import Act
from trialseal.ledger.chain import Chain
from trialseal.ledger.records import History
from trialseal.report.trial.verdict import Verdict
from trialseal.report.trial.verifying import verify
from trialseal.rules.finding import Finding, Status

Made = Callable[..., TrialOnChain]


@pytest.fixture(scope="module")
def w(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with world(tmp_path_factory.mktemp("home"), port) as made:
        yield made


@pytest.fixture(scope="module")
def regulator(w: World) -> PartyOnChain:
    return w.party("Test regulator")


@pytest.fixture(scope="module")
def sponsor(w: World, regulator: PartyOnChain) -> PartyOnChain:
    party = w.party("Test sponsor")
    w.attest(regulator, "accreditation", "sponsor", party.id)
    return party


@pytest.fixture
def made(w: World, sponsor: PartyOnChain, tmp_path: Path) -> Made:
    """Makes trials with codes of their own, each a day after the last thing that happened."""
    count = iter(range(100))

    def make(by: PartyOnChain = sponsor, code: str | None = None, number: str | None = None) -> TrialOnChain:
        w.wait(1)
        name = f"{abs(hash(tmp_path)) % 10**10}-{next(count)}"
        return TrialOnChain(w, by, tmp_path / name, code or name, number)

    return make


@pytest.fixture
def trial(made: Made) -> TrialOnChain:
    return made()


def run_honestly(trial: TrialOnChain) -> Path:
    """A trial as it should be, up to its results."""
    w = trial.world
    trial.register()
    w.wait(5)
    trial.milestone("first-participant-enrolled", w.day())
    w.wait(5)
    trial.amend()
    w.wait(5)
    trial.milestone("data-cut-off", w.day())
    trial.milestone("data-lock", w.day())
    w.wait(5)
    return trial.report(trial.results_document())


def one(w: World, path: Path, **settings: Any) -> Verdict:
    [verdict] = verify(w.chain, [path], **settings)
    assert "  " not in verdict.sentence and "\n" not in verdict.sentence
    return verdict


def finding(verdict: Verdict, rule: str) -> Finding:
    [found] = [found for found in verdict.findings if found.rule == rule]
    return found


def failing(verdict: Verdict) -> list[str]:
    return [found.rule for found in verdict.findings if found.status is Status.FAILS]


class LyingNode:
    """A node that changes what it shows of a trial."""

    def __init__(self, chain: Chain, change: Callable[[History], History], *, logs: bool = True) -> None:
        self._chain, self._change, self._logs = chain, change, logs

    def __getattr__(self, name: str) -> Any:
        return getattr(self._chain, name)

    def history(self, trial: bytes) -> History:
        return self._change(self._chain.history(trial))

    def acts_by_subject(self, subjects: Iterable[bytes]) -> dict[bytes, list[Act]]:
        return self._chain.acts_by_subject(subjects) if self._logs else {}
