"""Consent to the version of the form in force."""

from __future__ import annotations

from consent_trials import (
    BEFORE,
    DECIDED,
    FAILS,
    HOLDS,
    OTHER,
    TRUST,
    UNDETERMINED,
    V1,
    V2,
    VERSION,
    Trial,
    decision,
    lawful,
)

from trialseal.evidence.consents import (
    SealedForm,
)


def two_versions() -> Trial:
    return Trial().form("2020-04-01").form("2020-06-01", "2.0", V2)


def test_consent_to_an_outdated_version() -> None:
    trial = two_versions().consent("2020-06-10").enrolled("2020-06-11")
    trial.gives(VERSION, FAILS, "form version 2.0 was in force at site DE-01 since 2020-06-01: was form version 1.0")
    trial.gives(BEFORE, HOLDS)


def test_consent_to_a_version_not_yet_in_force() -> None:
    two_versions().consent("2020-05-10", version="2.0").enrolled("2020-06-11").gives(
        VERSION, FAILS, "form version 1.0 was in force at site DE-01 since 2020-04-01"
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
    trial.gives(VERSION, FAILS, "form version 2.0 was in force at site US-01", OTHER)


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
