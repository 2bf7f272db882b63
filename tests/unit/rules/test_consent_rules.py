"""The rules about consents: what is lawful holds, and one test for each thing that goes wrong, named after it."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialseal.documents.events import parse_event
from trialseal.evidence.consents import (
    Amended,
    ConsentEvidence,
    Effect,
    Entry,
    ErasedSubject,
    FormDecision,
    SealedForm,
    with_sites,
)
from trialseal.evidence.trust import Trust
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.codes import AttestationKind, Role
from trialseal.rules.consent.audit import ConsentAudit, ConsentFinding, audit, trial_finding
from trialseal.rules.consent.catalogue import consent_table
from trialseal.rules.finding import Status

HOLDS, FAILS, UNDETERMINED, NOT = Status.HOLDS, Status.FAILS, Status.UNDETERMINED, Status.DOES_NOT_APPLY
SUBJECT, OTHER = "0a" * 16, "0b" * 16
COMMITTEE, REGULATOR = b"\1" * 32, b"\2" * 32
TRUST = Trust(frozenset((COMMITTEE,)))
DECIDED = 1_585_700_000
V1, V2 = "11" * 32, "22" * 32
BEFORE, VERSION, AGAIN = "consent-before-enrolment", "consent-version", "asked-again"
TREATED, FOLLOWED, DATA = "treated-after-withdrawal", "followed-after-withdrawal", "data-after-withdrawal"


class Trial:
    """Builds the evidence of a small trial, event by event; everything anchored unless said otherwise."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.more: dict[str, Any] = {}

    def event(
        self, type: str, at: str, *, anchored: int | None = 1_600_000_000, stream: str = "s", **members: Any
    ) -> Trial:
        index = sum(1 for entry in self.entries if entry.stream == stream)
        value = {
            "format": "trialseal/1", "kind": "event", "type": type, "id": f"e{len(self.entries):04}", "at": at,
            "site": "DE-01", **({} if type == "consent-form-in-force" else {"subject": SUBJECT}), **members,
        }  # fmt: skip
        value = {key: member for key, member in value.items() if member is not None}
        parse_event(value, "the test's event")
        self.entries.append(Entry(stream, index, value, None, anchored))
        return self

    def form(self, at: str, version: str = "1.0", digest: str | None = V1, **members: Any) -> Trial:
        return self.event("consent-form-in-force", at, form_version=version, form_digest=digest, **members)

    def consent(self, at: str, status: str = "given", version: str | None = "1.0", **members: Any) -> Trial:
        return self.event("consent", at, status=status, form_version=version, **members)

    def enrolled(self, at: str, **members: Any) -> Trial:
        return self.event("enrolment", at, **members)

    def treated(self, at: str, **members: Any) -> Trial:
        return self.event("dispensing", at, **members)

    def seen(self, at: str, **members: Any) -> Trial:
        return self.event("visit", at, visit="Week 4", **members)

    def withdrew(self, at: str, scope: str = "treatment", **members: Any) -> Trial:
        return self.event("withdrawal", at, scope=scope, **members)

    def having(self, **more: Any) -> Trial:
        self.more |= more
        return self

    @property
    def evidence(self) -> ConsentEvidence:
        return ConsentEvidence(entries=with_sites(self.entries), **self.more)

    @property
    def audit(self) -> ConsentAudit:
        return audit(self.evidence)

    def finding(self, rule: str, subject: str | None = SUBJECT) -> ConsentFinding:
        found = [one for one in self.audit.findings if one.finding.rule == rule and one.subject == subject]
        assert len(found) == 1, found
        sentence = found[0].finding.sentence
        assert sentence.isprintable() and len(sentence) < 500 and SUBJECT not in sentence
        return found[0]

    def gives(self, rule: str, status: Status, words: str = "", subject: str | None = SUBJECT) -> None:
        finding = self.finding(rule, subject).finding
        assert (finding.status, words in finding.sentence) == (status, True), finding


def lawful() -> Trial:
    return Trial().form("2020-04-01").consent("2020-05-04").enrolled("2020-05-05")


# ----- before enrolment -----


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


# ----- the version in force -----


def two_versions() -> Trial:
    return Trial().form("2020-04-01").form("2020-06-01", "2.0", V2)


def test_consent_to_an_outdated_version() -> None:
    trial = two_versions().consent("2020-06-10").enrolled("2020-06-11")
    trial.gives(
        VERSION, FAILS, "in force at site DE-01 was form version 2.0, since 2020-06-01: why was form version 1.0"
    )
    trial.gives(BEFORE, HOLDS)


def test_consent_to_a_version_not_yet_in_force() -> None:
    two_versions().consent("2020-05-10", version="2.0").enrolled("2020-06-11").gives(
        VERSION, FAILS, "was form version 1.0"
    )


def test_consent_before_any_version_was_in_force() -> None:
    two_versions().consent("2020-03-10").enrolled("2020-06-11").gives(VERSION, FAILS, "before any form was in force")


def test_another_file_under_the_same_version() -> None:
    lawful().gives(VERSION, HOLDS)
    other = Trial().form("2020-04-01").consent("2020-05-04", form_digest=V2).enrolled("2020-05-05")
    other.gives(VERSION, FAILS)
    same = Trial().form("2020-04-01").consent("2020-05-04", version="ICF 1", form_digest=V1).enrolled("2020-05-05")
    same.gives(VERSION, HOLDS)


def test_another_site_has_another_version() -> None:
    trial = Trial().form("2020-04-01").form("2020-04-01", "2.0", V2, site="US-01").consent("2020-05-04")
    trial.enrolled("2020-05-05").gives(VERSION, HOLDS)
    trial.consent("2020-05-04", subject=OTHER, site="US-01").enrolled("2020-05-05", subject=OTHER, site="US-01")
    trial.gives(VERSION, FAILS, "in force at site US-01 was form version 2.0", OTHER)


def test_the_day_on_which_a_version_changes() -> None:
    """It is in force from the beginning of the day; whether the old one was used before, no date tells."""
    two_versions().consent("2020-06-01", version="2.0").enrolled("2020-06-02").gives(VERSION, HOLDS)
    two_versions().consent("2020-06-01", version="1.0").enrolled("2020-06-02").gives(VERSION, UNDETERMINED)
    two_versions().consent("2020-06", version="2.0").enrolled("2020-07-02").gives(VERSION, UNDETERMINED)
    two_versions().consent("2020-06-02T09:00+02:00", version="1.0").enrolled("2020-06-03").gives(VERSION, FAILS)


def test_a_month_in_which_a_version_changed() -> None:
    trial = Trial().form("2020-04-01").form("2020-06", "2.0", V2)
    trial.consent("2020-06-10", version="2.0").enrolled("2020-07-01").gives(VERSION, UNDETERMINED, "cannot be told")


def test_no_word_of_what_was_in_force() -> None:
    trial = Trial().consent("2020-05-04", form_digest=V1).enrolled("2020-05-05")
    trial.gives(VERSION, UNDETERMINED, "which version was in force at site DE-01 is stated nowhere")
    approved = decision(date=20200401)
    trial.having(forms=(SealedForm(V1, 1, DECIDED, (approved,)),), trust=TRUST)
    trial.gives(
        VERSION, HOLDS, "the only consent form that the trial has sealed, approved by Demo committee on 2020-04-01"
    )
    trial.having(forms=(SealedForm(V1, 1, 1, (approved,)), SealedForm(V2, 2, 2))).gives(VERSION, UNDETERMINED)


def test_the_worst_of_several_consents_counts() -> None:
    trial = two_versions().consent("2020-05-04").enrolled("2020-05-05").consent("2020-07-01")
    trial.gives(VERSION, FAILS, "2020-07-01")
    assert trial.finding(VERSION).entries[0].at == "2020-07-01"


# ----- asked again -----


def amended(*effects: Effect, reconsent: bool | None = True) -> dict[str, Any]:
    return {"amendments": (Amended("protocol version 2", 2, reconsent, effects),)}


def test_not_asked_again() -> None:
    trial = lawful().form("2020-06-01", "2.0", V2, reconsent=True).seen("2020-06-10")
    trial.gives(
        AGAIN,
        FAILS,
        'form version 2.0 required asking again from 2020-06-01; they were not asked, though visit "Week 4"',
    )


def test_asked_again_at_the_next_visit() -> None:
    trial = (
        lawful().form("2020-06-01", "2.0", V2, reconsent=True).seen("2020-06-10").consent("2020-06-10", version="2.0")
    )
    trial.gives(AGAIN, HOLDS, "they consented to form version 2.0 on 2020-06-10")
    trial.gives(VERSION, HOLDS)


def test_asked_again_and_refused_was_asked() -> None:
    trial = lawful().form("2020-06-01", "2.0", V2, reconsent=True).seen("2020-06-10")
    trial.consent("2020-06-10", "refused", "2.0").gives(AGAIN, HOLDS, "they were asked on 2020-06-10 and refused")


def test_asked_again_only_after_a_visit() -> None:
    trial = (
        lawful().form("2020-06-01", "2.0", V2, reconsent=True).seen("2020-06-10").consent("2020-06-20", version="2.0")
    )
    trial.gives(AGAIN, FAILS, 'only after visit "Week 4" on 2020-06-10: were they asked before that?')


def test_asked_again_with_the_old_form() -> None:
    trial = (
        lawful().form("2020-06-01", "2.0", V2, reconsent=True).consent("2020-06-10", version="1.0").seen("2020-06-10")
    )
    trial.gives(AGAIN, FAILS, "they were not asked")
    trial.gives(VERSION, FAILS)


def test_not_seen_since() -> None:
    trial = lawful().form("2020-06-01", "2.0", V2, reconsent=True)
    trial.gives(AGAIN, UNDETERMINED, "they were not asked so far, nor seen since")
    trial.event("participation-end", "2020-06-20", reason="died").gives(AGAIN, NOT)


def test_who_took_no_part_any_more_need_not_be_asked() -> None:
    ended = lawful().event("participation-end", "2020-05-20", reason="completed")
    ended.form("2020-06-01", "2.0", V2, reconsent=True).gives(AGAIN, NOT)
    ended.seen("2020-06-10").gives(AGAIN, NOT)  # a contact after the end, such as on safety
    left = lawful().withdrew("2020-05-20").withdrew("2020-05-21", "follow-up")
    left.form("2020-06-01", "2.0", V2, reconsent=True).gives(AGAIN, NOT)
    followed = lawful().withdrew("2020-05-20").form("2020-06-01", "2.0", V2, reconsent=True).seen("2020-06-10")
    followed.gives(AGAIN, FAILS)


def test_who_was_enrolled_later_consented_to_the_new_form() -> None:
    trial = two_versions().having(**amended(Effect("2020-06-01", None)))
    trial.consent("2020-06-10", version="2.0").enrolled("2020-06-11").seen("2020-06-20").gives(AGAIN, NOT)


def test_an_amendment_of_the_protocol_with_its_effect_in_a_country() -> None:
    trial = Trial().form("2020-04-01", territory="DE").consent("2020-05-04").enrolled("2020-05-05")
    trial.seen("2020-06-10").having(**amended(Effect("2020-06-01", 276), Effect("2020-05-20", 840)))
    trial.gives(AGAIN, FAILS, "protocol version 2 required asking again from 2020-06-01; they were not asked")
    trial.having(**amended(Effect("2020-06-15", 276), Effect("2020-05-20", 840))).gives(
        AGAIN, UNDETERMINED, "nor seen since"
    )
    trial.having(**amended(Effect("2020-06-01", 840))).gives(AGAIN, UNDETERMINED, "is stated nowhere")
    trial.having(**amended(reconsent=True)).gives(AGAIN, UNDETERMINED, "is stated nowhere")
    trial.having(**amended(Effect("2020-06-01", 276), reconsent=False)).gives(AGAIN, NOT)
    trial.having(**amended(Effect("2020-06-01", 276), reconsent=None)).gives(AGAIN, NOT)


def test_the_site_knows_better_since_when_and_whether() -> None:
    trial = lawful().seen("2020-06-10").form("2020-07-01", "2.0", V2, protocol_version=2)
    trial.having(**amended(Effect("2020-06-01", None))).gives(
        AGAIN, UNDETERMINED, "from 2020-07-01; they were not asked so far"
    )
    local = lawful().seen("2020-08-10").form("2020-07-01", "2.0", V2, protocol_version=2, reconsent=False)
    local.having(**amended(Effect("2020-06-01", None))).gives(AGAIN, NOT)


def test_a_consent_that_names_the_amendment_answers_it() -> None:
    trial = lawful().having(**amended(Effect("2020-06-01", None)))
    trial.consent("2020-05-28", protocol_version=2).seen("2020-06-10").gives(AGAIN, HOLDS)


def test_a_protocol_version_that_is_not_at_hand() -> None:
    trial = lawful().having(unread_protocols=(2,))
    trial.gives(AGAIN, UNDETERMINED, "whether protocol version 2 required it is not known")
    trial.form("2020-06-01", "2.0", V2, protocol_version=2, reconsent=False).gives(AGAIN, NOT)


def test_a_visit_on_the_day_of_effect_is_not_held_against_anyone() -> None:
    trial = (
        lawful().form("2020-06-01", "2.0", V2, reconsent=True).seen("2020-06-01").consent("2020-06-10", version="2.0")
    )
    trial.gives(AGAIN, HOLDS)


def test_another_form_is_asked_again_of_whom_it_concerns() -> None:
    trial = lawful().form("2020-06-01", "2.0", V2, form="child", reconsent=True).seen("2020-06-10")
    trial.gives(AGAIN, NOT)


# ----- after withdrawal -----


def test_treated_after_withdrawal() -> None:
    trial = lawful().withdrew("2020-06-01").treated("2020-06-10")
    trial.gives(TREATED, FAILS, "they withdrew from treatment on 2020-06-01, and were treated on 2020-06-10")
    visit = lawful().withdrew("2020-06-01").seen("2020-06-10", treatment=True).seen("2020-06-20", treatment=True)
    visit.gives(TREATED, FAILS, "on 2020-06-10 (and 1 times more)")


def test_visits_without_treatment_after_withdrawal_from_treatment_are_follow_up() -> None:
    lawful().treated("2020-05-10").withdrew("2020-06-01").seen("2020-06-10", treatment=False).gives(TREATED, HOLDS)
    lawful().withdrew("2020-06-01").seen("2020-06-10").gives(TREATED, HOLDS)


def test_treated_on_the_day_of_withdrawal() -> None:
    lawful().withdrew("2020-06-01").treated("2020-06-01").gives(TREATED, UNDETERMINED, "which came first")
    timed = lawful().withdrew("2020-06-01T12:00+02:00").treated("2020-06-01T11:00+02:00")
    timed.gives(TREATED, HOLDS)


def test_who_consents_again_may_be_treated_again() -> None:
    trial = lawful().withdrew("2020-06-01").consent("2020-06-05").treated("2020-06-10")
    trial.gives(TREATED, HOLDS)
    trial.withdrew("2020-06-08").gives(TREATED, FAILS)
    unsure = lawful().withdrew("2020-06-01").consent("2020-06-01").treated("2020-06-10")
    unsure.gives(TREATED, UNDETERMINED)
    other = lawful().withdrew("2020-06-01").consent("2020-06-05", covers=["data-use"]).treated("2020-06-10")
    other.gives(TREATED, FAILS)


def test_seen_after_withdrawal_from_follow_up() -> None:
    lawful().withdrew("2020-06-01", "follow-up").seen("2020-06-10").gives(FOLLOWED, FAILS, "were seen on 2020-06-10")
    lawful().seen("2020-05-10").withdrew("2020-06-01", "follow-up").gives(FOLLOWED, HOLDS)


def test_data_read_after_withdrawal_from_data_use() -> None:
    trial = lawful().withdrew("2020-06-01", "data-use")
    trial.event("device-reading", "2020-05-10", quantity="glucose", value=5.6).gives(DATA, HOLDS)
    trial.event("image-reference", "2020-06-10", digest=V1).gives(DATA, FAILS, "were measured on 2020-06-10")


def test_withdrawals_with_streams_that_are_not_at_hand() -> None:
    trial = lawful().withdrew("2020-06-01").having(unseen="a stream is not given")
    trial.gives(TREATED, UNDETERMINED, "are not found treated afterwards; but a stream is not given")
    trial.treated("2020-06-10").gives(TREATED, UNDETERMINED, "whether they consented again in between is not known")


# ----- forms -----


def form_trial(*decisions: FormDecision, at: str = "2020-04-01", **members: Any) -> Trial:
    return Trial().form(at, **members).having(forms=(SealedForm(V1, 1, 1_585_000_000, decisions),), trust=TRUST)


def decision(word: str = "approved", date: int = 20200320, territory: int = 0, withdrawn: int = 0) -> FormDecision:
    return FormDecision(word, "Demo committee", territory, date, DECIDED, withdrawn, attested())


def attested(**members: Any) -> AttestationRecord:
    made = AttestationRecord(
        1, COMMITTEE, AttestationKind.APPROVAL, 1, 0, 0, DECIDED, 0, 0, bytes(32), bytes(32), bytes(32)
    )
    return replace(made, **members)


def test_forms_approved_before_use() -> None:
    form_trial(decision()).gives("form-approved", HOLDS, "approved by Demo committee on 2020-03-20", None)
    form_trial(decision(date=20200401)).gives("form-approved", HOLDS, subject=None)
    form_trial(decision(date=20200400)).gives("form-approved", UNDETERMINED, subject=None)
    form_trial(decision("approved-with-conditions")).gives("form-approved", HOLDS, subject=None)


def test_a_form_used_before_it_was_approved() -> None:
    form_trial(decision(date=20200420)).gives("form-approved", FAILS, "after that: had it been approved before?", None)


def test_a_form_used_though_refused() -> None:
    form_trial(decision("refused")).gives("form-approved", FAILS, "refused by Demo committee", None)


@pytest.mark.parametrize(
    ("end", "status"),
    [
        ("2020-03-25T00:00:00", FAILS),
        ("2020-03-31T09:59:59", FAILS),
        ("2020-03-31T10:00:00", FAILS),  # ends are exclusive, and the day begins at this second in UTC+14
        ("2020-03-31T10:00:01", HOLDS),
        ("2020-04-01T00:00:00", HOLDS),  # on that very day: which came first is not held against anyone
        ("2020-09-13T00:00:00", HOLDS),  # what was withdrawn since held then
    ],
)
@pytest.mark.parametrize("how", ["withdrawn_at", "until"])
def test_an_approval_that_ended_before_is_none(end: str, status: Status, how: str) -> None:
    ended = int(datetime.fromisoformat(end + "+00:00").timestamp())
    found = decision()._replace(**{how: ended})
    form_trial(found).gives("form-approved", status, "approved by Demo committee on 2020-03-20", None)


@pytest.mark.parametrize("word", ["approved", "refused"])
def test_a_strangers_decision_on_a_form_counts_for_nobody(word: str) -> None:
    words = "1 decision on it, none by a party whose accreditation you trust"
    for trust in (Trust(), Trust(frozenset((REGULATOR,)))):
        form_trial(decision(word)).having(trust=trust).gives("form-approved", UNDETERMINED, words, None)


def test_a_strangers_approval_does_not_undo_a_refusal() -> None:
    stranger = decision()._replace(by="a stranger", record=attested(author=b"\3" * 32))
    form_trial(stranger, decision("refused")).gives("form-approved", FAILS, "refused by Demo committee", None)


def test_a_strangers_approval_puts_no_form_in_force() -> None:
    trial = Trial().consent("2020-05-04", form_digest=V1).enrolled("2020-05-05")
    trial.having(forms=(SealedForm(V1, 1, DECIDED, (decision(),)),)).gives(VERSION, UNDETERMINED, "stated nowhere")


@pytest.mark.parametrize(
    ("made", "ended", "status"),
    [
        (DECIDED - 1, 0, HOLDS),
        (DECIDED, 0, UNDETERMINED),  # in the very second: which came first cannot be told
        (DECIDED + 1, 0, UNDETERMINED),
        (DECIDED - 9, DECIDED - 1, UNDETERMINED),
        (DECIDED - 9, DECIDED, UNDETERMINED),
        (DECIDED - 9, DECIDED + 1, HOLDS),
    ],
)
@pytest.mark.parametrize("how", ["until", "withdrawn_at"])
def test_a_committee_counts_that_was_accredited_before_it_decided(
    made: int, ended: int, status: Status, how: str
) -> None:
    said = attested(
        author=REGULATOR, kind=AttestationKind.ACCREDITATION, code=Role.ETHICS_COMMITTEE, time=made, **{how: ended}
    )
    trust = Trust(frozenset((REGULATOR,)), {COMMITTEE: (said,)})
    form_trial(decision()).having(trust=trust).gives("form-approved", status, subject=None)
    for other in (replace(said, code=Role.SPONSOR), replace(said, author=b"\3" * 32)):
        nobody = Trust(frozenset((REGULATOR,)), {COMMITTEE: (other,)})
        form_trial(decision()).having(trust=nobody).gives("form-approved", UNDETERMINED, "none by a party", None)


def test_what_cannot_be_seen_of_decisions_is_said() -> None:
    trial = form_trial(decision()).having(trust=TRUST._replace(gap="logs are missing"))
    trial.gives("form-approved", UNDETERMINED, "not everything can be seen: logs are missing", None)


def test_a_form_approved_elsewhere() -> None:
    form_trial(decision(territory=840), territory="DE").gives("form-approved", UNDETERMINED, "no committee's", None)
    form_trial(decision(territory=276), territory="DE").gives("form-approved", HOLDS, subject=None)


def test_a_form_that_nobody_has_sealed_or_named() -> None:
    Trial().form("2020-04-01").gives("form-approved", UNDETERMINED, "no consent form with that digest is sealed", None)
    Trial().form("2020-04-01", digest=None).gives("form-approved", UNDETERMINED, "without its digest", None)
    form_trial().gives("form-approved", UNDETERMINED, "no committee's decision on it is on the chain", None)


# ----- the whole -----


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
    assert consent_table() in (Path(__file__).parents[3] / "docs" / "verdicts.md").read_text(encoding="utf-8")


# ----- properties -----

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
        replace(entry, stream=entry.stream.translate({ord("0"): "1", ord("1"): "0"}), index=99 - entry.index)
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
