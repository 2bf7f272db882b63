"""What docs/verdicts.md says of what proves a finding, held against the contracts and against the rules themselves."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sealed_cases import COMMITTEE, SPONSOR, Chain, approval

from trialseal.evidence.profiles import Names
from trialseal.evidence.trials import NumberEvidence
from trialseal.folder.reading import FileReading
from trialseal.ledger.claims import numbers_of
from trialseal.ledger.contracts import NAMES, contract
from trialseal.ledger.parties import KeyRecord, PartyRecord
from trialseal.ledger.rolling import SUPPOSED
from trialseal.rules.catalogue import RULES, judge
from trialseal.rules.consent.catalogue import SUBJECT_RULES
from trialseal.rules.consent.forms import form_approved
from trialseal.rules.finding import Case
from trialseal.rules.grounds import ATTESTED, GROUNDS, NODES, NUMBERS, PARTIES, ROLLS_INTO, grounds_table
from trialseal.rules.sealed_trial import sealed_trial
from trialseal.rules.trial_catalogue import TRIAL_RULES

ROOT = Path(__file__).parents[3]
KEY = "0x" + "ab" * 20
ARTIFACTS = json.loads((ROOT / "src" / "trialseal" / "ledger" / "artifacts.json").read_bytes())["contracts"]
STORAGE = {f"{name}.{one['name']}" for name in NAMES for one in ARTIFACTS[name]["storage"]}
EVENTS = {f"{name}.{one['name']}" for name in NAMES for one in contract(name).abi if one["type"] == "event"}


def test_the_documented_grounds_are_those_of_the_code() -> None:
    text = (ROOT / "docs" / "verdicts.md").read_text(encoding="utf-8")
    assert f"\n{grounds_table()}\n" in text


def test_every_finding_has_its_grounds() -> None:
    rules = [one.id for one in (*RULES, *TRIAL_RULES, *SUBJECT_RULES)] + [form_approved.id]
    assert sorted(GROUNDS) == sorted(rules)


@pytest.mark.parametrize("rule", GROUNDS)
def test_grounds_are_slots_and_logs_of_the_contracts(rule: str) -> None:
    grounds = GROUNDS[rule]
    assert set(grounds.slots) <= STORAGE
    assert set(grounds.logs) <= EVENTS
    assert set(grounds.node) <= set(NODES)
    # A log is not proof without the slot that it rolls into.
    for event in grounds.logs:
        assert set(ROLLS_INTO[event.partition(".")[0]]) & set(grounds.slots), event
    assert any((grounds.slots, grounds.node, grounds.beside))


def everything() -> Case:
    """The registering document of a trial about which everything is known that a chain can hold."""
    chain = Chain(
        ("2020-01-01", "register", "endpoints"),
        ("2020-01-02", "claim", "2020-02-15"),  # after the enrolment, as its sponsor states
        ("2020-02-05", "first-participant-enrolled", "2020-02-01"),
        ("2020-03-01", "amend", "other"),
        attestations=[approval("2020-01-10"), approval("2019-12-01", kind=1)],
    )
    trial = sealed_trial(chain, chain.acts[0].trial, Names(chain, {}), accreditors=[COMMITTEE])
    [number] = [NumberEvidence(one.number, one, ()) for one in numbers_of(chain.acts)]
    loaded = trial.evidence._replace(numbers=(number,), as_of=chain.as_of())
    case = trial.cases[0]
    file = FileReading(case.evidence.file.place, case.evidence.file.raw, None, None, 0)
    party = PartyRecord(SPONSOR, 1, 0, bytes(32), (KeyRecord(KEY, 15, 0, 0, 0),), SUPPOSED)
    return case._replace(evidence=case.evidence._replace(trial=loaded, file=file, party=party))


def without_attestations(case: Case) -> Case:
    empty = case.evidence._replace(attestations=(), accreditations=(), author_accreditations={})
    return case._replace(evidence=empty)


def without_keys(case: Case) -> Case:
    return case._replace(evidence=case.evidence._replace(party=None))


def without_numbers(case: Case) -> Case:
    return case._replace(evidence=case.evidence._replace(trial=case.trial._replace(numbers=())))


def by_another_node(case: Case) -> Case:
    """The same acts in other blocks and transactions, not final, seen at another block."""
    moved = tuple(replace(act, block=act.block + 9, transaction="0x" + "99" * 32) for act in case.trial.history.acts)
    trial = case.trial._replace(history=replace(case.trial.history, acts=moved), as_of=None)
    sealing = case.sealing._replace(block=(case.sealing.block or 0) + 9)
    return case._replace(evidence=case.evidence._replace(trial=trial, sealing=sealing, finality="not yet final"))


def rests_on(*slots: str) -> Callable[[str], bool]:
    return lambda rule: bool(set(slots) & set(GROUNDS[rule].slots))


@pytest.mark.parametrize(
    ("otherwise", "may_change", "must_change"),
    [
        (without_attestations, rests_on(ATTESTED), {"approvals", "party-accredited"}),
        (without_keys, rests_on(PARTIES), {"key-trusted"}),
        (without_numbers, rests_on(NUMBERS), {"number-claimants", "prospective"}),
        (by_another_node, lambda rule: bool(GROUNDS[rule].node), {"settled", "node-current"}),
    ],
)
def test_only_what_rests_on_it_changes_with_it(
    otherwise: Callable[[Case], Case], may_change: Callable[[str], bool], must_change: set[str]
) -> None:
    before = {one.rule: one.status for one in judge(everything())}
    after = {one.rule: one.status for one in judge(otherwise(everything()))}
    changed = {rule for rule, status in before.items() if after[rule] is not status}
    assert must_change <= changed
    assert [rule for rule in sorted(changed) if not may_change(rule)] == []
