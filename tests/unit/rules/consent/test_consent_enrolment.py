"""Consent before enrolment: what is lawful holds, and one test for each thing that goes wrong, named after it."""

from __future__ import annotations

import pytest
from consent_trials import (
    AGAIN,
    BEFORE,
    DATA,
    FAILS,
    FOLLOWED,
    HOLDS,
    NOT,
    TREATED,
    UNDETERMINED,
    VERSION,
    Trial,
    lawful,
)

from trialseal.rules.finding import Status


def test_consent_the_day_before() -> None:
    lawful().gives(BEFORE, HOLDS, "was enrolled on 2020-05-05; they consented to form version 1.0 on 2020-05-04")
    lawful().gives(VERSION, HOLDS, "in force at site DE-01 since 2020-04-01")
    for rule in (AGAIN, TREATED, FOLLOWED, DATA):
        lawful().gives(rule, NOT)


def test_enrolled_before_consent() -> None:
    trial = Trial().form("2020-04-01").enrolled("2020-05-04").consent("2020-05-06")
    trial.gives(
        BEFORE, FAILS, "was enrolled on 2020-05-04; they consented to form version 1.0 on 2020-05-06, after that"
    )
    assert [entry.type for entry in trial.finding(BEFORE).entries] == ["enrolment", "consent"]


def test_enrolled_without_any_consent() -> None:
    words = "no consent is found in the trial's streams: where is it recorded?"
    Trial().enrolled("2020-05-04").gives(BEFORE, FAILS, words)


def test_enrolled_after_refusal() -> None:
    Trial().consent("2020-05-01", "refused").enrolled("2020-05-04").gives(
        BEFORE, FAILS, "after they refused on 2020-05-01"
    )
    later = Trial().consent("2020-05-01", "refused").consent("2020-05-02").enrolled("2020-05-04")
    later.gives(BEFORE, HOLDS)


def test_enrolled_after_the_consent_was_withdrawn() -> None:
    trial = Trial().consent("2020-05-01").withdrew("2020-05-02").enrolled("2020-05-04")
    trial.gives(BEFORE, FAILS, "after they withdrew on 2020-05-02: had they consented again?")
    trial.consent("2020-05-03").gives(BEFORE, HOLDS)


def test_treated_before_consent_though_enrolled_after_it() -> None:
    trial = Trial().treated("2020-05-01").consent("2020-05-04").enrolled("2020-05-05")
    trial.gives(BEFORE, FAILS, "was given trial medication on 2020-05-01")


def test_treated_though_the_consent_covers_data_use_only() -> None:
    trial = Trial().consent("2020-05-01", covers=["data-use"]).enrolled("2020-05-04").treated("2020-05-05")
    trial.gives(BEFORE, FAILS, "was given trial medication on 2020-05-05")


def test_randomised_where_no_enrolment_is_recorded() -> None:
    Trial().event("randomisation", "2020-05-04").gives(BEFORE, FAILS, "was randomised on 2020-05-04")


def test_enrolled_into_a_second_part_counts_too() -> None:
    trial = lawful().enrolled("2020-05-03", part="phase-2")
    trial.gives(BEFORE, FAILS, "was enrolled on 2020-05-03")


def test_who_was_not_enrolled_is_not_asked_about() -> None:
    trial = Trial().consent("2020-05-04")
    trial.gives(BEFORE, NOT, "they were not enrolled")
    assert trial.audit.enrolled == 0


@pytest.mark.parametrize(
    ("consent", "enrolment", "status"),
    [
        ("2020-05-04", "2020-05-04", UNDETERMINED),
        ("2020-05", "2020-05-04", UNDETERMINED),
        ("2020-05-04", "2020-05", UNDETERMINED),
        ("2020-04", "2020-05-01", HOLDS),
        ("2020", "2020-05-04", UNDETERMINED),
        ("2020-05-04T09:00+02:00", "2020-05-04T09:30+02:00", HOLDS),
        ("2020-05-04T09:30+02:00", "2020-05-04T09:00+02:00", FAILS),
        ("2020-05-04T09:00+02:00", "2020-05-04T07:00Z", UNDETERMINED),
        ("2020-05-04T09:00+02:00", "2020-05-04T09:30+03:00", FAILS),
        ("2020-05-04T09:00+02:00", "2020-05-04", UNDETERMINED),
        ("2020-05-03T23:00+02:00", "2020-05-04", HOLDS),
        ("2020-05-03T23:00Z", "2020-05-04", UNDETERMINED),
    ],
)
def test_what_dates_can_tell(consent: str, enrolment: str, status: Status) -> None:
    Trial().consent(consent).enrolled(enrolment).gives(BEFORE, status)


def test_days_at_two_sites_may_overlap() -> None:
    Trial().consent("2020-05-04", site="NZ-01").enrolled("2020-05-05", site="US-01").gives(BEFORE, UNDETERMINED)
    Trial().consent("2020-05-04", site="NZ-01").enrolled("2020-05-07", site="US-01").gives(BEFORE, HOLDS)


def test_waived_consent_is_lawful() -> None:
    trial = Trial().consent("2020-05-01", "waived", None).enrolled("2020-05-04")
    trial.gives(BEFORE, HOLDS, "their consent was waived on 2020-05-01")
    trial.gives(VERSION, NOT, "they gave no consent to a form")


def test_waived_only_afterwards() -> None:
    Trial().enrolled("2020-05-04").consent("2020-05-06", "waived", None).gives(BEFORE, FAILS, "waived on 2020-05-06")


def test_deferred_consent_is_lawful_once_asked_for() -> None:
    emergency = Trial().consent("2020-05-04", "deferred", None).enrolled("2020-05-04")
    emergency.gives(
        BEFORE, UNDETERMINED, "consent was deferred on 2020-05-04, and they are not recorded as asked since"
    )
    emergency.consent("2020-05-07")
    emergency.gives(BEFORE, HOLDS, "consent was deferred on 2020-05-04, and they consented")


def test_deferred_consent_that_was_refused_or_came_too_late() -> None:
    refused = Trial().consent("2020-05-04", "deferred", None).enrolled("2020-05-04").consent("2020-05-06", "refused")
    refused.gives(BEFORE, HOLDS, "and they were asked on 2020-05-06 and refused")
    died = Trial().consent("2020-05-04", "deferred", None).enrolled("2020-05-04")
    died.event("participation-end", "2020-05-05", reason="died").gives(BEFORE, HOLDS, "they died on 2020-05-05")


def test_deferred_only_after_enrolment() -> None:
    deferred = Trial().enrolled("2020-05-04").consent("2020-05-06", "deferred", None)
    deferred.gives(BEFORE, FAILS, "no consent is found")


def test_assent_with_a_representative_is_lawful() -> None:
    trial = Trial().form("2020-04-01", form="child")
    trial.consent("2020-05-01", "assent", form="child", representative="parent").enrolled("2020-05-04")
    trial.gives(BEFORE, HOLDS, "they assented, with consent by their parent, to child form version 1.0")
    trial.gives(VERSION, HOLDS)


def test_consent_by_a_representative_is_lawful() -> None:
    Trial().consent("2020-05-01", representative="guardian").enrolled("2020-05-04").gives(
        BEFORE, HOLDS, "by their guardian"
    )


def test_a_consent_anchored_after_the_enrolment_is_told() -> None:
    trial = Trial().consent("2020-05-01", anchored=1_600_000_000).enrolled("2020-05-04", anchored=1_590_000_000)
    trial.gives(BEFORE, HOLDS, "it was anchored 2020-09-13 12:26 UTC, after the other (2020-05-20 18:40 UTC)")


def test_what_is_not_anchored_proves_nothing_to_outsiders() -> None:
    trial = Trial().consent("2020-05-01", anchored=None).enrolled("2020-05-04")
    trial.gives(BEFORE, UNDETERMINED, "but entry 0 of stream s is not anchored yet")
    late = Trial().enrolled("2020-05-04").consent("2020-05-06", anchored=None)
    late.gives(BEFORE, FAILS)


def test_a_consent_may_be_in_a_stream_that_is_not_at_hand() -> None:
    for trial in (Trial().enrolled("2020-05-04"), Trial().enrolled("2020-05-04").consent("2020-05-06")):
        trial.having(unseen="2 opened streams are not given").gives(BEFORE, UNDETERMINED, "2 opened streams are not")
    lawful().having(unseen="2 opened streams are not given").gives(BEFORE, HOLDS)
