"""What a trial owes: just before, on and after each day, and what takes a duty off the list."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.unit.rules.registry_cases import AS_OF, history, on, record, version
from tests.unit.rules.sealed_cases import sealed

from trialseal.errors import UsageError
from trialseal.evidence.trials import NumberEvidence
from trialseal.folder.statements import FILE, Met, met_in, state
from trialseal.ledger.records import HeadState
from trialseal.registries.history import PostedOutcome
from trialseal.report.due.calendar import calendar
from trialseal.report.due.owed import Office, in_order, owed
from trialseal.report.due.page import due_html
from trialseal.rules.duties import Duty, Pressing, duties, without_met
from trialseal.rules.finding import Standard
from trialseal.rules.nothing_owed import unknown_because, without_results_rule
from trialseal.rules.trial_case import TrialCase
from trialseal.rules.upkeep import Ending, StreamAtHand, ending_duties, stream_duties
from trialseal.streams.schedule import Schedule

DAY = 86_400


def case(
    *versions: Any, as_of: date = AS_OF, acts: tuple[tuple[str, str, Any], ...] | None = None, **members: Any
) -> TrialCase:
    found = {"registry": history(*versions)} if versions else {}
    on_chain = {} if acts is None else {"sealed": sealed(*acts)}
    return TrialCase(as_of=as_of, **(found | on_chain | members))


def only(name: str, given: TrialCase) -> Duty:
    [found] = [one for one in duties(given) if one.id == name]
    return found


def names(given: TrialCase) -> set[str]:
    return {one.id for one in duties(given)}


@pytest.mark.parametrize(
    ("as_of", "pressing"),
    [(date(2021, 1, 31), Pressing.DUE), (date(2021, 2, 1), Pressing.DUE), (date(2021, 2, 2), Pressing.DUE),
     (date(2021, 2, 3), Pressing.OVERDUE)],
)  # fmt: skip
def test_a_record_is_updated_every_12_months(as_of: date, pressing: Pressing) -> None:
    """The day after the last one is not over everywhere on Earth when it is over in UTC."""
    given = case(version(date="2020-02-01"), as_of=as_of)
    duty = only("fdaaa-update", given)
    assert duty.by == "2021-02-01" and duty.pressing(given) is pressing


def test_a_later_verification_counts_as_an_update() -> None:
    whole = record(verified="2020-06-01")
    assert only("fdaaa-update", case(version(date="2020-02-01", whole=whole))).by == "2021-06-01"


def test_a_month_gives_a_first_and_a_last_day() -> None:
    whole = record(verified="2020-06")
    given = case(version(date="2020-02-01", whole=whole), as_of=date(2021, 6, 15))
    duty = only("fdaaa-update", given)
    assert duty.by == "2021-06-01 to 2021-06-30" and duty.pressing(given) is Pressing.MAY_BE_OVERDUE


@pytest.mark.parametrize("status", ["COMPLETED", "TERMINATED", "WITHDRAWN"])
def test_a_record_of_a_trial_that_ended_is_not_updated_every_year(status: str) -> None:
    assert "fdaaa-update" not in names(case(version(status=status)))


@pytest.mark.parametrize(
    ("members", "owed_still"),
    [
        ({"completion": on("2017-01-17")}, False),
        ({"completion": on("2017-01-18")}, True),
        ({"results_submitted": "2020-06-01"}, False),
        ({"unposted_submitted": "2020-06-01"}, False),
        ({"results_waived": True}, False),
        ({"status": "WITHDRAWN"}, False),
        ({"results_submitted": "2020-06-01", "posted": (PostedOutcome("SECONDARY", "Relapse", "NOT_POSTED"),)}, True),
    ],
)
def test_updates_of_an_ended_trial_are_owed_until_results_are_submitted(
    members: dict[str, Any], owed_still: bool
) -> None:
    ended = {"status": "COMPLETED", "completion": on("2019-12-01")}
    assert ("fdaaa-update" in names(case(version(**(ended | members))))) is owed_still


def test_a_trial_that_42_cfr_11_does_not_cover_owes_it_nothing() -> None:
    whole = record(oversight={"fda_regulated_drug": False, "fda_regulated_device": False})
    assert not {one for one in names(case(version(whole=whole))) if one.startswith("fdaaa")}


def test_where_coverage_cannot_be_told_nothing_is_overdue() -> None:
    whole = record(oversight={})
    given = case(version(whole=whole))
    duty = only("fdaaa-update", given)
    assert duty.doubt and duty.pressing(given) is Pressing.MAY_BE_OVERDUE


# ----- results -----


@pytest.mark.parametrize(("submitted", "owed_still"), [(None, True), ("2022-03-01", False)])
def test_results_are_owed_until_they_are_submitted(submitted: str | None, owed_still: bool) -> None:
    given = case(version(status="COMPLETED", primary_completion=on("2021-03-01"), results_submitted=submitted))
    assert ("fdaaa-results" in names(given)) is owed_still
    if owed_still:
        duty = only("fdaaa-results", given)
        assert duty.by == "2022-03-01" and duty.pressing(given) is Pressing.OVERDUE


def test_an_expected_completion_makes_nothing_overdue() -> None:
    given = case(version(primary_completion=on("2021-03-01", "estimated")))
    assert only("fdaaa-results", given).pressing(given) is Pressing.MAY_BE_OVERDUE
    assert only("fdaaa-expected", given).by == "2021-03-31"


def test_results_that_were_waived_are_not_owed() -> None:
    waived = version(status="COMPLETED", primary_completion=on("2021-03-01"), results_waived=True)
    assert "fdaaa-results" not in names(case(waived))


# ----- milestones -----


def test_a_milestone_after_the_last_update_asks_for_one_within_30_days() -> None:
    acts = (("2020-05-01", "recruitment-closed", "2020-05-01"),)
    late = only("fdaaa-30-days", case(version(date="2020-04-30"), acts=acts))
    assert late.by == "2020-05-31"
    assert "fdaaa-30-days" not in names(case(version(date="2020-05-01"), acts=acts))


def test_a_corrected_milestone_starts_no_clock_by_its_old_date() -> None:
    acts = (("2020-05-02", "recruitment-closed", "2020-05-01"),
            ("2020-05-03", "recruitment-closed", "2020-04-20 instead of 2"))  # fmt: skip
    assert only("fdaaa-30-days", case(version(date="2020-04-01"), acts=acts)).by == "2020-05-20"


def test_an_amendment_after_the_last_update_may_have_to_be_shown() -> None:
    acts = (("2020-06-10", "amend", "other endpoints"),)
    duty = only("fdaaa-amendment", case(version(date="2020-06-09"), acts=acts))
    assert duty.by == "2020-07-10" and "if participants are told" in duty.doubt
    assert "fdaaa-amendment" not in names(case(version(date="2020-06-10"), acts=acts))


def test_a_trial_without_a_number_is_to_be_registered() -> None:
    before = only("registration", case(acts=()))
    assert before.by == "no date yet"
    enrolled = (("2020-01-10", "first-participant-enrolled", "2020-01-09"),)
    assert only("registration", case(acts=enrolled)).by == "2020-01-09"


def with_number(number: str, *acts: tuple[str, str, Any]) -> TrialCase:
    trial = sealed(*acts)
    evidence = trial.evidence._replace(numbers=(NumberEvidence(number, None, ()),))  # type: ignore[arg-type]
    return TrialCase(as_of=AS_OF, sealed=trial._replace(evidence=evidence))


def test_ctis_is_told_within_15_days_and_of_results_within_a_year() -> None:
    given = with_number(
        "2023-501234-12-00", ("2023-02-02", "first-participant-enrolled", "2023-02-01"),
        ("2024-02-28", "completion", "2024-02-28"),
    )  # fmt: skip
    assert only("eu-start", given).by == "2023-02-16"
    assert only("eu-end", given).by == "2024-03-14"
    assert only("eu-results", given).by == "2025-02-28"
    assert {only(name, given).pressing(given) for name in ("eu-start", "eu-results")} == {Pressing.MAY_BE_OVERDUE}
    assert not {one for one in names(with_number("NCT01234567")) if one.startswith("eu")}


@pytest.mark.parametrize(("how", "by"), [("completion", "2027-01-30"), ("terminated", "2026-11-16")])
def test_the_end_of_a_trial_in_the_united_kingdom(how: str, by: str) -> None:
    whole = record(countries=["United Kingdom"], interventions=[{"name": "A drug", "kind": "DRUG"}])
    acts = (("2026-11-02", how, "2026-11-01"),)
    given = case(version(date="2026-11-10", whole=whole, start=on("2026-05-01")), acts=acts, as_of=date(2026, 11, 12))
    assert only("uk-end", given).by == by
    assert only("uk-results", given).by == "2027-11-01"


# ----- upkeep -----


def head(size: int, time: int) -> HeadState:
    return HeadState(size, time, 1, b"\1" * 32, b"\2" * 32)


def test_a_stream_with_entries_beyond_its_head_is_to_be_anchored() -> None:
    [duty] = stream_duties([StreamAtHand("visits", 5, head(3, 100), None, 50)], 1_000)
    assert "2 entries not anchored" in duty.what and duty.by == "no date yet"
    assert not stream_duties([StreamAtHand("visits", 3, head(3, 100), None, 50)], 1_000)


@pytest.mark.parametrize(
    ("now", "due"), [(19 * DAY, "1970-01-11"), (20 * DAY - 1, "1970-01-11"), (20 * DAY, "1970-01-21")]
)
def test_a_scheduled_head_that_was_missed_is_due_since_its_time(now: int, due: str) -> None:
    [duty] = stream_duties([StreamAtHand("visits", 5, None, Schedule(0, 10 * DAY, 100), 0)], now)
    assert duty.by == due


def test_a_scheduled_head_that_was_kept_is_due_at_the_next_time() -> None:
    [duty] = stream_duties([StreamAtHand("visits", 5, head(100, 10 * DAY), Schedule(0, 10 * DAY, 100), 0)], 19 * DAY)
    assert duty.by == "1970-01-21"


def test_an_attestation_is_renewed_by_the_day_of_its_last_second() -> None:
    assert [one.by for one in ending_duties([Ending("a", 10 * DAY, 0), Ending("b", 10 * DAY + 1, 0)])] == [
        "1970-01-10", "1970-01-11",
    ]  # fmt: skip


# ----- the list -----


def test_a_stated_duty_is_off_the_list_and_a_later_statement_takes_its_place(tmp_path: Path) -> None:
    found = duties(case(version()))
    [first] = [one for one in found if one.id == "fdaaa-update"]
    state(tmp_path, Met(first.id, first.since, "2026-01-01", "=cmd"))
    state(tmp_path, Met(first.id, first.since, "2026-01-02", "=cmd"))
    assert met_in(tmp_path) == (Met(first.id, first.since, "2026-01-02", "=cmd"),)
    assert "'=cmd" in (tmp_path / FILE).read_text()
    assert first not in without_met(found, met_in(tmp_path))


def test_statements_of_two_who_state_at_once_are_both_kept(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        [*pool.map(lambda number: state(tmp_path, Met(f"duty-{number}", "today", "2026-01-01")), range(40))]
    assert {one.id for one in met_in(tmp_path)} == {f"duty-{number}" for number in range(40)}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("a,b\n", "line 1: the columns are"), ("duty,since,on,by\nx,y\n", "line 2: it has 2 cells"),
     ("duty,since,on,by\nx,y,soon,z\n", "line 2: ")],
)  # fmt: skip
def test_a_damaged_list_of_statements_is_named(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(UsageError, match=sentence):
        met_in(tmp_path)


def office(*given: TrialCase) -> Office:
    found = [one for each in given for one in owed(each, "NCT01234567", "my-trial", duties(each))]
    return Office(AS_OF, ("NCT01234567",), in_order(found))


def test_the_overdue_come_first_and_decide_the_exit_code() -> None:
    made = office(case(version(date="2020-02-01"), acts=()))
    assert made.owed[0].pressing is Pressing.OVERDUE and made.exit_code == 1
    fresh = office(case(version(date="2025-12-01")))
    assert fresh.exit_code == 0 and Office(AS_OF, (), (), ("no node",)).exit_code == 2


@pytest.mark.parametrize(("days", "kept"), [(333, 0), (334, 1)])
def test_what_falls_due_later_is_left_out(days: int, kept: int) -> None:
    assert AS_OF + timedelta(days=334) == date(2026, 12, 1)
    assert len(office(case(version(date="2025-12-01"))).within(days).owed) == kept


def test_the_calendar_can_be_read_again_and_keeps_its_ids() -> None:
    from icalendar import Calendar

    made = office(case(version(date="2025-12-01")))
    read = Calendar.from_ical(calendar(made))
    [event] = read.walk("VEVENT")
    assert event["DTSTART"].dt == date(2026, 12, 1)
    later = Calendar.from_ical(calendar(made._replace(as_of=date(2026, 2, 1)))).walk("VEVENT")[0]
    assert later["UID"] == event["UID"]


def test_the_page_names_what_the_list_does_not_know_and_escapes_names() -> None:
    made = office(case(version(date="2020-02-01")))
    hostile = made._replace(owed=tuple(one._replace(trial="<script>") for one in made.owed))
    page = due_html(hostile)
    assert "What this list does not know" in page and "<script>" not in page


def test_a_trial_of_which_nothing_is_known_owes_not_nothing() -> None:
    assert "not registered on the chain" in unknown_because(case(), claimed=False)
    assert "not seen" in unknown_because(case(), claimed=True)
    assert not unknown_because(case(version()), claimed=False) and not unknown_because(case(acts=()), claimed=False)
    lost = Office(AS_OF, ("A", "B"), (), unknown=("A: no registry number", "B: no registry number"))
    assert lost.headline == "2 trials: 2 of which nothing is known" and lost.exit_code == 2
    both = lost._replace(idle=("B",), unknown=("A: no registry number",))
    assert both.headline == "2 trials: nothing is due, 1 of which nothing is known"
    assert "A: no registry number" in due_html(both) and "Nothing is due of these" in due_html(both)


def test_every_trial_is_in_some_count_and_what_is_left_out_is_counted() -> None:
    given = case(version(date="2020-02-01"))
    office = Office(AS_OF, ("A", "B"), in_order(owed(given, "A", "a", duties(given))), idle=("B",))
    assert "1 owing nothing" in office.headline and "nothing is due" not in office.headline
    given = case(acts=())
    late = Duty("x", "do it", "then", Standard("S", "1", "2020"), date(2022, 1, 1), date(2022, 1, 1))
    soon = Office(date(2021, 1, 1), ("A",), in_order(owed(given, "A", "a", [late]))).within(30)
    assert soon.headline == "1 trial: nothing is due, 1 later left out"


@pytest.mark.parametrize(
    ("as_of", "said"), [(date(2021, 1, 31), False), (date(2021, 2, 1), False), (date(2021, 2, 2), True)]
)
def test_no_rule_for_results_is_said_once_primary_completion_is_past(as_of: date, said: bool) -> None:
    given = case(as_of=as_of, acts=(("2021-02-01", "primary-completion", "2021-01-31"),))
    assert bool(without_results_rule(given, duties(given))) is said


def test_no_rule_for_results_is_not_said_where_one_asks_or_they_are_there() -> None:
    over = version(primary_completion=on("2018-01-18"), status="COMPLETED")
    given = case(over)
    asked = without_results_rule(given, duties(given))
    assert bool(asked) is not any(one.id == "fdaaa-results" for one in duties(given))
