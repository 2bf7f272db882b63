"""What a trial sealed, asked all together: plan before lock, amendments, looks, approval, results, numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from registry_cases import AS_OF, ask, history, on, record, version
from sealed_cases import COMMITTEE, NUMBER, ZERO, about, approval, sealed, seconds

from trialseal.documents.canonical import document_digest
from trialseal.evidence.snapshots import Snapshot
from trialseal.folder.reading import FileReading
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.codes import AttestationKind
from trialseal.registries.history import RegistryHistory
from trialseal.rules import approvals, trial_conduct
from trialseal.rules.eu_ctr import eu_notices, eu_results
from trialseal.rules.finding import Fact, Finding, Rule, Status
from trialseal.rules.sealed_trial import everything_counted, sealed_before_enrolment, sponsor_vouched
from trialseal.rules.trial_case import Report, TrialCase
from trialseal.rules.trial_catalogue import TRIAL_RULES, judge_trial

HOLDS, FAILS, UNDETERMINED, APART = Status.HOLDS, Status.FAILS, Status.UNDETERMINED, Status.DOES_NOT_APPLY


def plan_file(*looks: dict[str, str]) -> FileReading:
    document = {
        "format": "trialseal/1",
        "kind": "analysis-plan",
        "trial": {"sponsor": "Example Sponsor", "code": "CODE"},
        "version": 1,
    } | ({"interim_analyses": list(looks)} if looks else {})
    found = document_digest(document)
    return FileReading("sap.json", found, found, document, 1)


ENROLLED = ("2020-02-01", "first-participant-enrolled", "2020-02-01")
LOCKED = ("2021-06-01", "data-lock", "2021-06-01")


@pytest.mark.parametrize(
    ("acts", "status"),
    [
        ([], APART),
        ([LOCKED], UNDETERMINED),  # a plan may have been finished and lie elsewhere
        ([("2021-05-01", "plan", ""), LOCKED], HOLDS),
        ([LOCKED, ("2021-07-01", "plan", "")], UNDETERMINED),  # sealed late is not made late
        ([("2021-06-01", "plan", ""), LOCKED], UNDETERMINED),
        ([("2021-05-01", "plan", ""), ("2021-06-01", "unblinding", "2021-04-01")], UNDETERMINED),
    ],
)
def test_plan_before_lock(acts: list[Any], status: Status) -> None:
    found = about(trial_conduct.plan_before_lock, sealed(*acts))
    assert found.status is status, found.sentence


@pytest.mark.parametrize(
    ("acts", "status"),
    [
        ([LOCKED], APART),
        ([("2021-05-01", "amend", "other"), LOCKED], HOLDS),
        ([("2021-05-01", "amend", "other")], APART),
        ([LOCKED, ("2021-07-01", "amend", "other")], FAILS),  # another set was sealed before
        ([("2021-06-01", "data-lock", "2019-06-01"), ("2021-07-01", "amend", "other")], UNDETERMINED),  # none was
        ([LOCKED, ("2021-07-01", "amend", "endpoints")], HOLDS),  # the endpoints are as they were
        ([("2021-06-01", "amend", "other"), LOCKED], UNDETERMINED),
    ],
)
def test_amendments_before_lock(acts: list[Any], status: Status) -> None:
    found = about(trial_conduct.amendments_before_lock, sealed(*acts))
    assert found.status is status, found.sentence


LOOKED = ("2021-01-10", "interim-look", "2021-01-05")


def test_interim_looks() -> None:
    rule = trial_conduct.interim_looks_planned
    assert about(rule, sealed()).status is APART
    assert about(rule, sealed(LOOKED)).status is UNDETERMINED
    planning, silent = plan_file({"id": "IA1", "trigger": "half of the events"}), plan_file()
    before = ("2020-05-01", "plan", planning.raw)
    assert about(rule, sealed(before, LOOKED, files=[planning])).status is HOLDS
    assert about(rule, sealed(before, LOOKED, LOOKED, files=[planning])).status is UNDETERMINED
    assert about(rule, sealed(("2020-05-01", "plan", silent.raw), LOOKED, files=[silent])).status is FAILS
    assert about(rule, sealed(LOOKED, ("2021-03-01", "plan", planning.raw), files=[planning])).status is UNDETERMINED


def test_results_before_completion() -> None:
    rule = trial_conduct.results_after_completion
    early = version(primary_completion=on("2015-05-06"), results_submitted="2014-03-28")
    assert ask(rule, version(primary_completion=on("2015-05-06"), results_submitted="2016-03-28")).status is HOLDS
    assert ask(rule, version()).status is APART
    assert ask(rule, early).status is UNDETERMINED  # whether it was planned, a plan would tell
    said = Report("paper", statements={"interim": Fact("stopped at the planned interim analysis", "page 2")})
    assert ask(rule, early, reported=said).status is UNDETERMINED
    planning, silent = plan_file({"id": "IA1", "trigger": "half of the events"}), plan_file()
    for file, status in ((planning, HOLDS), (silent, FAILS)):
        trial = sealed(("2013-01-01", "plan", file.raw), files=[file])
        found = about(rule, trial, registry=RegistryHistory("NCT01234567", (early,)))
        assert found.status is status, found.sentence


def test_approved_before_enrolment() -> None:
    rule = approvals.approved_before_enrolment
    trusted = {"accreditors": [COMMITTEE]}
    assert about(rule, sealed()).status is APART
    assert about(rule, sealed(ENROLLED)).status is UNDETERMINED  # nobody decided here
    assert about(rule, sealed(ENROLLED, attestations=[approval("2020-01-10")])).status is UNDETERMINED
    assert about(rule, sealed(ENROLLED, attestations=[approval("2020-01-10")], **trusted)).status is HOLDS
    assert about(rule, sealed(ENROLLED, attestations=[approval("2020-03-10", code=3)], **trusted)).status is FAILS
    late = approval("2020-03-10", decided=20200301)
    assert about(rule, sealed(ENROLLED, attestations=[late], **trusted)).status is FAILS
    undated = approval("2020-03-10", decided=0)
    assert about(rule, sealed(ENROLLED, attestations=[undated], **trusted)).status is UNDETERMINED


def test_an_amendment_in_force_needs_its_own_approval() -> None:
    trial = sealed(
        ("2020-01-20", "amend", "other"), ENROLLED, attestations=[approval("2020-01-10")], accreditors=[COMMITTEE]
    )
    assert about(approvals.approved_before_enrolment, trial).status is UNDETERMINED


def test_not_sealed_here_is_not_not_reported() -> None:
    rule = trial_conduct.results_sealed
    completed = ("2021-06-01", "primary-completion", "2021-05-01")
    assert about(rule, sealed()).status is APART
    found = about(rule, sealed(completed))
    assert found.status is UNDETERMINED
    assert "not to say that none are reported" in found.sentence
    assert about(rule, sealed(completed), as_of=date(2022, 5, 2)).status is APART
    assert about(rule, sealed(completed, ("2022-01-01", "results", ""))).status is HOLDS


def test_numbers_agree() -> None:
    rule = trial_conduct.numbers_agree
    paper = Report("paper.pdf", numbers=("NCT01234567",), searched=True)
    assert ask(rule, version()).status is APART
    assert ask(rule, version(), reported=paper).status is HOLDS
    assert ask(rule, version(), reported=paper._replace(numbers=("NCT07654321",))).status is FAILS
    several = paper._replace(numbers=("NCT01234567", "NCT07654321"))
    assert ask(rule, version(), reported=several).status is UNDETERMINED
    both = version(whole=record(secondary_ids=[{"id": "2020-002641-42"}]))
    assert ask(rule, both, reported=paper._replace(numbers=("2020-002641-42",))).status is HOLDS
    assert ask(rule, registry=None, reported=paper._replace(numbers=())).status is FAILS
    claimed = sealed(("2020-01-02", "claim", ""))
    assert about(rule, claimed, registry=history(version())).status is HOLDS
    assert about(rule, claimed, registry=RegistryHistory("NCT07654321", (version(whole=None),))).status is FAILS


def test_who_notarised_the_record_s_files() -> None:
    rule = trial_conduct.record_notarised
    statement = AttestationRecord(
        1, COMMITTEE, AttestationKind.SNAPSHOT, 0, 0, 20200701, seconds("2020-07-02"), 0, 0, ZERO, NUMBER, ZERO
    )
    one = Snapshot("record.json", "NCT01234567, record of 2020-06-30", ZERO, "Example Journal", statement)
    assert ask(rule).status is APART
    assert ask(rule, chain_asked=True).status is APART
    found = ask(rule, chain_asked=True, snapshots=(one,))
    assert found.status is HOLDS
    assert "by Example Journal, as of 2020-07-01" in found.facts[0]
    gone = one._replace(attestation=replace(statement, withdrawn_at=seconds("2020-08-01")))
    assert ask(rule, chain_asked=True, snapshots=(gone,)).status is UNDETERMINED
    assert ask(rule, chain_asked=True, snapshots=(one, gone)).status is HOLDS
    unseen = ask(rule, chain_asked=True, snapshots_gap="the contract counts 2 attestations, and 1 was shown")
    assert unseen.status is UNDETERMINED and "counts 2 attestations" in unseen.sentence


def test_the_audit_of_consents_is_handed_on() -> None:
    rule = trial_conduct.consent_audit
    assert ask(rule).status is APART
    good, bad = Finding("a", HOLDS, "all consented"), Finding("b", FAILS, "2 without consent", ("row 7",))
    assert ask(rule, consent=(good,)).status is HOLDS
    found = ask(rule, consent=(good, bad))
    assert (found.status, found.sentence) == (FAILS, "b: 2 without consent")
    assert "row 7" in found.facts


def test_rules_about_files_are_asked_of_the_whole_trial() -> None:
    assert about(sealed_before_enrolment, sealed(ENROLLED)).status is HOLDS
    late = sealed(("2020-02-01", "first-participant-enrolled", "2019-12-01"))
    for registered in (None, history(version(first_submitted="2019-11-01", start=on("2019-12-01")))):
        found = about(sealed_before_enrolment, late, registry=registered)
        assert found.status is UNDETERMINED  # a seal replaces no registration, and its lateness makes none late
        assert "what it said before that, a later seal cannot show" in found.sentence
    vouching = approval("2019-12-01", kind=1)
    trial = sealed(attestations=[vouching], accreditors=[COMMITTEE])
    assert about(sponsor_vouched, trial).status is HOLDS
    counted = about(everything_counted, sealed(("2020-03-01", "amend", "other")))
    assert counted.status is HOLDS
    assert "2 protocol versions" in counted.sentence and "2 of them not given" in counted.sentence
    assert all(getattr(fact, "source", "") == "chain 5" for fact in counted.facts)


def test_a_trial_that_no_chain_knows_gets_no_finding_from_that() -> None:
    for chain_asked in (True, False):
        case = TrialCase(as_of=AS_OF, registry=history(version()), chain_asked=chain_asked)
        from_chain = [one for one in judge_trial(case) if "chain" in one.sentence]
        assert len(from_chain) >= 15
        assert {one.status for one in from_chain} == {APART}


def test_the_order_of_findings_is_always_the_same() -> None:
    case = TrialCase(as_of=AS_OF, sealed=sealed(ENROLLED, LOCKED), registry=history(version()))
    assert judge_trial(case) == judge_trial(case)
    assert [one.rule for one in judge_trial(case)] == [one.id for one in TRIAL_RULES]


# ----- the EU's clocks -----

CTIS = record(secondary_ids=[{"id": "2022-500123-12-00"}])


def test_eu_clocks_run_from_the_end_of_the_trial() -> None:
    ended = version(whole=CTIS, status="COMPLETED", completion=on("2024-02-29"))
    found = ask(eu_results, ended)
    assert found.status is UNDETERMINED  # only CTIS tells
    assert "2025-03-01" in found.sentence
    assert ask(eu_results, ended, as_of=date(2025, 3, 2)).status is APART
    assert ask(eu_results, version(whole=CTIS)).status is APART
    stopped = version(whole=CTIS, status="TERMINATED", completion=on("2024-02-01"))
    assert "early termination 2024-02-01" in ask(eu_results, stopped).sentence


def test_eu_notices_are_due_within_fifteen_days() -> None:
    found = ask(eu_notices, version(whole=CTIS))
    assert found.status is UNDETERMINED
    assert "first enrolment 2020-01-15 by 2020-01-30" in found.sentence


def test_a_halt_that_is_not_resumed_ends_the_trial_after_two_years() -> None:
    halted = ("2022-03-01", "halted", "2022-03-01")
    registry = history(version(whole=CTIS))
    found = about(eu_results, sealed(halted), registry=registry)
    assert found.status is UNDETERMINED
    assert "2024-03-01" in found.sentence and "2025-03-01" in found.sentence
    resumed = ("2022-06-01", "resumed", "2022-06-01")
    assert about(eu_results, sealed(halted, resumed), registry=registry).status is APART


@pytest.mark.parametrize("rule", [eu_notices, eu_results])
def test_without_a_ctis_number_the_regulation_is_not_asked(rule: Rule[TrialCase]) -> None:
    eudract = version(whole=record(secondary_ids=[{"id": "2020-002641-42"}]), completion=on("2022-01-01"))
    assert ask(rule, version(completion=on("2022-01-01"))).status is APART
    assert "2001/20/EC" in ask(rule, eudract).sentence


@pytest.mark.parametrize(
    ("completion", "status"),
    [
        (on("2021-07-19"), APART),
        (on("2025-01-30"), APART),
        (on("2025-01-31"), UNDETERMINED),
        (on("2027", "estimated"), UNDETERMINED),
        (None, UNDETERMINED),
    ],
)
def test_what_went_on_in_2025_moved_to_the_regulation(completion: Any, status: Status) -> None:
    eudract = version(whole=record(secondary_ids=[{"id": "2020-002641-42"}]), completion=completion)
    assert ask(eu_results, eudract).status is status
    # What is open is one point, and is counted once.
    assert ask(eu_notices, eudract).status is APART
