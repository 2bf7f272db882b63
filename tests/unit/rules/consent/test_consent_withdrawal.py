"""What was done after a participant withdrew."""

from __future__ import annotations

from consent_trials import DATA, FAILS, FOLLOWED, HOLDS, TREATED, UNDETERMINED, V1, lawful


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
    trial.gives(
        TREATED, UNDETERMINED, "no record was found that they were treated after that; but a stream is not given"
    )
    trial.treated("2020-06-10").gives(TREATED, UNDETERMINED, "whether they consented again in between is not known")
