"""A chain as a bundle carries it says what the chain said, asks nobody, and shows what it lacks."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from trials_on_chain import TrialOnChain, World, world

from conftest import free_port
from trialseal.errors import UndeterminedError
from trialseal.ledger.carried import Carried
from trialseal.ledger.chain import Chain
from trialseal.ledger.evidence import Evidence
from trialseal.ledger.logs import Log
from trialseal.report.trial.verifying import verify
from trialseal.rules.finding import Status


@pytest.fixture(scope="module")
def w(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("carried"), free_port()) as made:
        yield made


@pytest.fixture
def trial(w: World, tmp_path: Path) -> TrialOnChain:
    made = TrialOnChain(w, w.party("Test sponsor"), tmp_path / "trial", sha256(str(tmp_path).encode()).hexdigest()[:16])
    made.register()
    return made


def carried(chain: Chain, evidence: Evidence | None = None) -> Carried:
    return Carried(evidence or chain.evidence(), chain.as_of(), "the bundle")


def test_what_a_node_proved_is_proven_again_without_it(w: World, trial: TrialOnChain) -> None:
    chain = Chain(w.chain.network)
    files = [trial.folder / "protocol.json"]
    [said] = verify(chain, files)
    evidence = chain.evidence()
    chain.rpc.close()
    [again] = verify(carried(chain, evidence), files)
    assert again.exit_code == said.exit_code
    assert [(one.rule, one.status) for one in again.findings] == [(one.rule, one.status) for one in said.findings]
    assert sum(map(len, evidence.nodes)) < 40_000


def test_every_node_of_the_evidence_is_needed(w: World, trial: TrialOnChain) -> None:
    chain = Chain(w.chain.network)
    trusted = [trial.sponsor.id]
    files = [trial.folder / "protocol.json"]
    [said] = verify(chain, files, accreditors=trusted)
    evidence = chain.evidence()
    for number in range(len(evidence.nodes)):
        fewer = evidence._replace(nodes=evidence.nodes[:number] + evidence.nodes[number + 1 :])
        try:
            [found] = verify(carried(chain, fewer), files, accreditors=trusted)
        except UndeterminedError:
            continue
        assert Status.UNDETERMINED in {one.status for one in found.findings}, (number, found.sentence)
    assert Status.UNDETERMINED not in {one.status for one in said.findings}


@pytest.mark.parametrize("change", ["dropped", "doubled", "swapped", "another"])
def test_logs_that_do_not_lead_to_the_words_are_never_believed(w: World, trial: TrialOnChain, change: str) -> None:
    trial.milestone("data-lock", "2020-04")
    chain = Chain(w.chain.network)
    files = [trial.folder / "protocol.json"]
    verify(chain, files)
    evidence = chain.evidence()
    for number, log in enumerate(evidence.logs):
        before, after = evidence.logs[:number], evidence.logs[number + 1 :]
        logs = {
            "dropped": (*before, *after),
            "doubled": (*before, log, log, *after),
            "swapped": (*after, *before, log),
            "another": (*before, Log(log.address, log.topics, log.data[:-1] + b"\x07"), *after),
        }[change]
        if logs == evidence.logs:
            continue
        try:
            [found] = verify(carried(chain, evidence._replace(logs=logs)), files)
        except UndeterminedError:
            continue
        if change in ("dropped", "another"):
            assert found.exit_code == 2, (number, found.sentence)


def test_acts_name_the_sponsor_where_no_proof_of_numbers_is_carried(w: World, trial: TrialOnChain) -> None:
    """Whatever was asked for first: a bundle holds the trial's acts, and not who has which number."""
    chain = Chain(w.chain.network)
    chain.history(trial.id)
    reader = carried(chain, chain.evidence())
    reader.load(states=[trial.id])
    state = reader.trial(trial.id)
    assert state is not None and state.sponsor == trial.sponsor.id
    assert reader.history(trial.id).state.sponsor == trial.sponsor.id
