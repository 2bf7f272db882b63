"""What `verify` says over nodes that show less, or other things."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from trials_on_chain import PartyOnChain, TrialOnChain, World
from verify_cases import LyingNode, failing, finding, made, regulator, run_honestly, sponsor, trial, w

from trialseal.ledger.acts import Act
from trialseal.ledger.records import History, Registrations
from trialseal.report.trial.verifying import verified, verify
from trialseal.rules.finding import Status

__all__ = ["made", "regulator", "sponsor", "trial", "w"]


# ----- nodes that show less, or other things -----


def test_node_that_drops_an_act(w: World, trial: TrialOnChain) -> None:
    path = run_honestly(trial)
    node = LyingNode(
        w.chain, lambda h: replace(h, acts=h.acts[:-1], gap="the contract counts 8 acts, and 7 were shown")
    )
    [verdict] = verify(node, [path])
    assert verdict.exit_code == 2
    [verdict] = verify(node, [trial.folder / "protocol.json"])
    assert finding(verdict, "amended-blinded").status is Status.UNDETERMINED
    fewer = LyingNode(w.chain, lambda h: replace(h, acts=h.acts[:6], gap="the node shows 6 of 8 acts"))
    [verdict] = verify(fewer, [path])
    assert finding(verdict, "results-proven").status is Status.UNDETERMINED
    assert failing(verdict) == []
    [verdict] = verify(node, [path])
    for rule in ("history-complete", "protocol-sealed-first", "endpoints-before-data", "other-results", "all-counted"):
        assert finding(verdict, rule).status is Status.UNDETERMINED, rule
    assert failing(verdict) == []


def test_node_that_alters_an_act(w: World, trial: TrialOnChain) -> None:
    path = run_honestly(trial)
    node = LyingNode(w.chain, lambda h: replace(h, gap="the 8 acts do not lead to the rolling digest"))
    [verdict] = verify(node, [path])
    assert failing(verdict) == [] and verdict.exit_code == 2
    assert finding(verdict, "history-complete").status is Status.UNDETERMINED


def _by_another(history: History, number: int) -> tuple[Act, ...]:
    return tuple(replace(act, actor=b"\7" * 32) if act.number == number else act for act in history.acts)


def test_node_that_shows_an_act_of_somebody_never_appointed(w: World, trial: TrialOnChain) -> None:
    trial.register()
    trial.amend()
    path = trial.folder / "protocol.json"
    [verdict] = verify(LyingNode(w.chain, lambda h: replace(h, acts=_by_another(h, 2))), [path])
    assert "acting-party" in failing(verdict)
    cut = LyingNode(w.chain, lambda h: replace(h, acts=_by_another(h, 2)[1:], gap="1 of 2 acts"))
    [verdict] = verify(cut, [path])
    assert verdict.exit_code == 2 and failing(verdict) == []
    assert finding(verdict, "acting-party").status is Status.DOES_NOT_APPLY  # no act is believed, state is asked
    assert finding(verdict, "key-trusted").status is Status.DOES_NOT_APPLY


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"valid_until": 1}, "the key had been revoked 1970-01-01"),
        ({"valid_from": 10**10}, "the key is valid only from 2286-11-20"),
    ],
)
def test_node_that_shows_an_act_with_a_key_not_valid_then(
    w: World, trial: TrialOnChain, changes: dict[str, int], words: str
) -> None:
    trial.register()
    node = LyingNode(w.chain, lambda h: h)
    record = w.chain.party(trial.sponsor.id)
    assert record is not None
    node.party = lambda party: replace(record, keys=(replace(record.keys[0], **changes),))  # type: ignore[attr-defined]
    [verdict] = verify(node, [trial.folder / "protocol.json"])
    assert failing(verdict) == ["key-trusted"]
    assert words in verdict.sentence


@pytest.mark.parametrize(
    ("finality", "status"),
    [
        ("final", Status.HOLDS),
        ("safe", Status.UNDETERMINED),
        ("not yet final: the node's final block is 1", Status.UNDETERMINED),
        ("not known to be final: the node names no final block", Status.UNDETERMINED),
    ],
)
def test_act_that_a_chain_can_still_undo(w: World, trial: TrialOnChain, finality: str, status: Status) -> None:
    trial.register()
    node = LyingNode(w.chain, lambda h: h)
    node.is_devnet, node.finality = lambda: False, lambda block: finality  # type: ignore[attr-defined]
    [verdict] = verify(node, [trial.folder / "protocol.json"])
    assert finding(verdict, "settled").status is status
    assert "devnet" not in verdict.sentence


def test_accreditation_in_the_second_of_the_act(w: World, trial: TrialOnChain, regulator: PartyOnChain) -> None:
    trial.register()
    node = LyingNode(w.chain, lambda h: h)
    [accreditation] = w.chain.attestations(trial.sponsor.id)
    node.attestations = lambda *about: [replace(accreditation, time=w.now())]  # type: ignore[attr-defined]
    [verdict] = verify(node, [trial.folder / "protocol.json"], accreditors=[regulator.id])
    assert finding(verdict, "party-accredited").status is Status.UNDETERMINED


def test_node_that_has_pruned_its_logs(w: World, trial: TrialOnChain) -> None:
    run_honestly(trial)
    node = LyingNode(w.chain, lambda h: replace(h, acts=(), gap="none can be seen"), logs=False)
    [verdict] = verify(node, [trial.folder / "protocol.json"])
    assert verdict.exit_code == 2
    assert verdict.sentence.startswith("protocol.json is protocol version 2 of trial ")
    assert finding(verdict, "endpoint-set").status is Status.UNDETERMINED
    node.is_devnet = lambda: False  # type: ignore[attr-defined]
    [public] = verify(node, [trial.folder / "protocol.json"])
    assert finding(public, "settled").status is Status.UNDETERMINED
    assert "none fails, but this cannot be determined" in verdict.sentence
    assert "it stands in the contract's state" in finding(verdict, "sealed-here").facts[1]


# ----- more files than anybody reads a line of -----


class NodeWithoutTheList(LyingNode):
    """A node that does not show all trials of the chain."""

    def registrations(self) -> Registrations:
        return replace(self._chain.registrations(), gap="it shows no registration")


@pytest.mark.parametrize("unseen", ["nothing", "logs by digest", "an act", "all trials"])
@pytest.mark.parametrize("where", ["in the trial's folder", "apart", "of another trial's folder", "named", "elsewhere"])
def test_files_that_nothing_names_are_counted_as_they_are_judged(
    w: World, trial: TrialOnChain, tmp_path: Path, where: str, unseen: str
) -> None:
    """Of many files the first of each answer are told, the others counted; each has the answer that it has alone."""
    results = run_honestly(trial)
    folder = trial.folder / "data" if where == "in the trial's folder" else tmp_path / "apart"
    folder.mkdir()
    for number in range(12):
        (folder / f"{number:02}.dat").write_text(f"{where} {number}")
    trial.seal(folder / "11.dat", "charter")
    (folder / "copy.json").write_bytes(results.read_bytes())  # sealed as well
    (folder / "README.txt").write_text("described")  # no file that anybody misses
    (folder / "edited.json").write_text('{"format": "trialseal/1", "kind": "sap", "a": 1, "a": 2}')  # a fault to tell
    if where == "of another trial's folder":
        receipts = folder / "receipts" / "31337-00000000"
        receipts.mkdir(parents=True)
        for path in (trial.folder / "receipts").rglob("0001-*.json"):
            (receipts / path.name).write_text(path.read_text().replace(trial.id.hex(), "99" * 32))
    kind = NodeWithoutTheList if unseen == "all trials" else LyingNode
    gap = "1 of 8 acts was not shown" if unseen == "an act" else None
    node = kind(w.chain, lambda h: replace(h, gap=gap) if gap else h, logs=unseen != "logs by digest")
    meant = {"named": trial.id, "elsewhere": b"\x99" * 32}.get(where)
    every = verified(node, [folder], trial=meant)
    few = verified(node, [folder], trial=meant, most=3)
    assert not every.counted and few.counted
    codes = Counter(one.exit_code for one in every.verdicts)
    assert Counter(one.exit_code for one in few.verdicts) + Counter(few.counted) == codes
    code_of = {one.place: one.exit_code for one in every.verdicts}
    assert all(code_of[one.place] == one.exit_code for one in few.verdicts)
    assert few.sealed == every.sealed and not few.digests and few.aside == every.aside
