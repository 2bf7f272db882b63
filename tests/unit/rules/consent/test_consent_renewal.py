"""Asking again where an amendment required it."""

from __future__ import annotations

from typing import Any

from consent_trials import AGAIN, FAILS, HOLDS, NOT, UNDETERMINED, V2, VERSION, Trial, lawful
from test_consent_versions import two_versions

from trialseal.evidence.consents import (
    Amended,
    Effect,
)


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
