"""All rules about consents together: erased participants, one finding for a trial, any order of entries."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from consent_trials import FAILS, HOLDS, NOT, OTHER, SUBJECT, UNDETERMINED, VERSION, Trial, lawful
from hypothesis import given, settings
from hypothesis import strategies as st

from trialseal.evidence.consents import (
    ConsentEvidence,
    ErasedSubject,
)
from trialseal.rules.consent.audit import ConsentAudit, audit, trial_finding
from trialseal.rules.consent.catalogue import consent_table


def test_erased_subjects_are_counted_and_never_judged() -> None:
    trial = Trial().enrolled("2020-05-04").having(
        erased=(ErasedSubject(SUBJECT, "entry 9 of stream s", {"consent": 1, "visit": 3}),),
        erased_entries={"consent": 1, "visit": 3},
    )  # fmt: skip
    assert [one.finding.rule for one in trial.audit.findings] == ["consent-readable"]
    trial.gives("consent-readable", UNDETERMINED, "1 consent, 3 visits (entry 9 of stream s); still readable are 1 in")
    assert (trial.audit.enrolled, trial.audit.erased) == (0, 1)


def test_a_site_is_found_where_events_do_not_name_it() -> None:
    trial = Trial().form("2020-04-01", stream="forms").consent("2020-05-04", site=None).enrolled("2020-05-05")
    trial.gives(VERSION, HOLDS)
    alone = Trial().form("2020-04-01").consent("2020-05-04", site=None).enrolled("2020-05-05", site=None)
    alone.gives(VERSION, HOLDS)
    unknown = Trial().form("2020-04-01", stream="forms").consent("2020-05-04", site=None)
    unknown.enrolled("2020-05-05", site=None).gives(VERSION, UNDETERMINED, "no site is named")


def test_one_finding_for_the_trial_names_nobody() -> None:
    trial = lawful().enrolled("2020-05-04", subject=OTHER).consent("2020-05-06", subject=OTHER)
    finding = trial_finding(trial.audit)
    assert (finding.rule, finding.status) == ("consent-audit", FAILS)
    words = "the consents of 2 enrolled participants: 1 fail, 1 cannot be determined and 3 hold"
    assert finding.sentence.startswith(words)
    assert all(SUBJECT not in text and OTHER not in text for text in (finding.sentence, *finding.facts))
    assert trial_finding(Trial().audit).status is NOT


def test_every_subject_is_asked_every_rule_once() -> None:
    trial = lawful().enrolled("2020-05-04", subject=OTHER)
    asked = [(one.subject, one.finding.rule) for one in trial.audit.findings]
    assert len(asked) == len(set(asked)) == 2 * 6 + 1


def test_the_documented_table_is_that_of_the_rules() -> None:
    assert consent_table() in (Path(__file__).parents[4] / "docs" / "verdicts.md").read_text(encoding="utf-8")


days = st.sampled_from(
    [
        "2020",
        "2020-05",
        "2020-06",
        "2020-05-04",
        "2020-05-05",
        "2020-06-01",
        "2020-06-10T09:00+02:00",
        "2020-05-04T12:00Z",
    ]
)
scopes = st.sampled_from(["treatment", "follow-up", "data-use"])
subjects = st.sampled_from([SUBJECT, OTHER])
versions = st.sampled_from(["1.0", "2.0"])
statuses = st.sampled_from(["given", "refused", "waived", "deferred"])
steps = st.one_of(
    st.tuples(st.just("form"), days, st.fixed_dictionaries({"version": versions, "reconsent": st.booleans()})),
    st.tuples(
        st.just("consent"),
        days,
        st.fixed_dictionaries({"status": statuses, "version": versions, "subject": subjects}),
    ),
    st.tuples(st.just("enrolled"), days, st.fixed_dictionaries({"subject": subjects})),
    st.tuples(st.just("treated"), days, st.fixed_dictionaries({"subject": subjects})),
    st.tuples(st.just("seen"), days, st.fixed_dictionaries({"subject": subjects, "treatment": st.booleans()})),
    st.tuples(st.just("withdrew"), days, st.fixed_dictionaries({"scope": scopes, "subject": subjects})),
)


def built(story: Iterable[tuple[str, str, dict[str, Any]]], stream: str = "s") -> Trial:
    trial = Trial()
    for place, (what, at, members) in enumerate(story):
        getattr(trial, what)(at, stream=f"{stream}{place % 2}", **members)
    return trial


def said(audit: ConsentAudit) -> list[tuple[Any, ...]]:
    return [
        (one.subject, one.site, one.finding.rule, one.finding.status, one.finding.sentence) for one in audit.findings
    ]


@settings(deadline=None, max_examples=150)
@given(st.lists(steps, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_streams_and_entries_changes_no_finding(story: list[Any], chance: random.Random) -> None:
    entries = list(built(story).evidence.entries)
    shuffled = [
        entry._replace(stream=entry.stream.translate({ord("0"): "1", ord("1"): "0"}), index=99 - entry.index)
        for entry in entries
    ]
    chance.shuffle(shuffled)
    assert said(audit(ConsentEvidence(tuple(entries)))) == said(audit(ConsentEvidence(tuple(shuffled))))


@settings(deadline=None, max_examples=100)
@given(st.lists(steps, max_size=12))
def test_what_is_not_seen_is_never_held_against_anyone(story: list[Any]) -> None:
    """A consent, a form in force, a consent taken back: any may be in the stream that is not given."""
    evidence = built(story).evidence
    for one in audit(evidence._replace(unseen="a stream is not given")).findings:
        assert one.subject is None or one.finding.status is not FAILS, one
