"""Downloads as registries give them beside their plain form: other columns and roots, two languages, lists."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from trialseal.errors import UsageError
from trialseal.registries.forms.lists import listed_in
from trialseal.registries.history import RegistryHistory
from trialseal.registries.reading import histories_in, read_histories


def read(tmp_path: Path, name: str, content: object) -> RegistryHistory:
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    [found] = read_histories(path)
    return found


def outcomes(history: RegistryHistory) -> list[tuple[str, str, str]]:
    return [(one.role, one.measure, one.time_frame) for one in history.last.outcomes or ()]


PORTAL = (
    "TrialID,Last Refreshed on,Public title,Primary sponsor,Date registration,Date registration3,Source Register,"
    "Recruitment Status,Date enrollement,Target size,Primary outcome,Secondary outcome\n"
)


def test_portal_csv_has_blanks_in_its_columns(tmp_path: Path) -> None:
    row = "CTRI/2021/05/033500,24 May 2021,Pain,A hospital,12-05-2021,20210512,CTRI,Recruiting,15-05-2021,100,"
    found = read(tmp_path, "a.csv", PORTAL + row + "Pain scoreTimepoint: 24 hours,Nausea;SleepTimepoint: day 2\n")
    assert (found.registered, found.last.date, found.last.sample_size) == ("2021-05-12", "2021-05-24", 100)
    assert found.last.start is not None and found.last.start.text == "2021-05-15"
    assert outcomes(found) == [
        ("primary", "Pain score", "24 hours"), ("secondary", "Nausea", ""), ("secondary", "Sleep", "day 2"),
    ]  # fmt: skip
    assert [one.number for one in histories_in(tmp_path)] == ["CTRI/2021/05/033500"]


def test_portal_csv_may_lack_the_outcomes(tmp_path: Path) -> None:
    found = read(tmp_path, "a.csv", "TrialID,Source Register,Date registration\nISRCTN12345678,ISRCTN,20/04/2020\n")
    assert (found.registered, found.last.outcomes) == ("2020-04-20", None)


def test_objectives_and_time_points_of_a_european_trial_are_no_outcomes(tmp_path: Path) -> None:
    cell = (
        "Main Objective: whether it works;<br>Secondary Objective: safety;<br>Primary end point(s): 1. Death;<br>"
        "2. Stroke;<br>Timepoint(s) of evaluation of this end point: day 28"
    )
    second = "Secondary end point(s): Days in hospital;<br>Timepoint(s) of evaluation of this end point: day 90"
    row = f'EUCTR2019-001234-11-FR,,T,S,02/03/2019,20190302,EU Clinical Trials Register,,,,"{cell}","{second}"\n'
    found = read(tmp_path, "a.csv", PORTAL + row)
    assert outcomes(found) == [
        ("primary", "Death", ""), ("primary", "Stroke", ""), ("secondary", "Days in hospital", "day 90"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("root", "number", "registered", "enrolled", "expected"),
    [
        ("trials", "IRCT20230122057183N1", "2023-08-12", "2023-05-12", ("2023-08-12", "2023-05-12")),
        ("root", "RBR-74547s2", "08/09/2026", "03/10/2026", ("2026-09-08", "2026-10-03")),
    ],
)
def test_the_data_set_in_xml(
    tmp_path: Path, root: str, number: str, registered: str, enrolled: str, expected: tuple[str, str]
) -> None:
    whole = f"""<?xml version="1.0"?><{root}><trial><main><trial_id>{number}</trial_id><utrn>U1111-1131-4384</utrn>
<date_registration>{registered}</date_registration><primary_sponsor>A university</primary_sponsor>
<public_title>A trial</public_title><date_enrolment>{enrolled}</date_enrolment><target_size>78</target_size>
<recruitment_status>Not yet recruiting</recruitment_status><study_type>Intervention</study_type><phase>2-3</phase>
</main><countries><country2>Brazil</country2></countries><primary_outcome>
<prim_outcome>Area. Timepoint: week 24. Method of measurement: ruler</prim_outcome></primary_outcome>
<secondary_outcome><sec_outcome>Pain</sec_outcome><sec_outcome>Sleep</sec_outcome></secondary_outcome>
</trial></{root}>"""
    found = read(tmp_path, "a.xml", whole)
    last = found.last
    assert last.start is not None
    assert (found.number, found.registered, last.start.text) == (number, *expected)
    assert (last.sponsor, last.sample_size, last.phases) == ("A university", 78, ("PHASE2", "PHASE3"))
    assert outcomes(found) == [("primary", "Area", "week 24"), ("secondary", "Pain", ""), ("secondary", "Sleep", "")]
    assert [one.number for one in histories_in(tmp_path)] == [number]


def test_isrctn_names_its_sponsor_beside_the_trial_and_may_hold_outcomes_twice(tmp_path: Path) -> None:
    whole = """<allTrials xmlns="http://www.67bricks.com/isrctn"><fullTrial><trial lastUpdated="2026-05-26T15:09:37Z">
<isrctn dateAssigned="2026-05-26T15:09:37Z">12345678</isrctn><trialDescription><title>T</title>
<secondaryOutcomes><outcomeMeasure id="b"><variable>Burden</variable><timepoints>day 1</timepoints></outcomeMeasure>
</secondaryOutcomes><secondaryOutcome>1. Burden
2. Use of care at 3 months</secondaryOutcome></trialDescription><recruitmentCountries><country>England</country>
</recruitmentCountries><trialCentre><country>England</country></trialCentre></trial>
<sponsor id="s"><organisation>A university</organisation></sponsor></fullTrial></allTrials>"""
    found = read(tmp_path, "a.xml", whole)
    assert (found.last.sponsor, found.last.countries) == ("A university", ("England",))
    assert outcomes(found) == [("secondary", "Burden", "day 1"), ("secondary", "Use of care at 3 months", "")]


def test_drks_in_two_languages_is_one_record(tmp_path: Path) -> None:
    def in_one(language: str, title: str, primary: str) -> dict[str, object]:
        return {"idLocale": {"locale": language}, "title": title, "primaryEndpoint": primary}

    whole = {
        "drksId": "DRKS00037756",
        "registrationDrks": "2025-09-01",
        "trialDescriptions": [in_one("de", "Studie", "Tod"), in_one("en", "Study", "Death")],
        "trialContacts": [
            {"idContactIdType": {"type": "PUBLIC"}, "contact": {"affiliation": "Another"}},
            {"idContactIdType": {"type": "PRIMARY_SPONSOR"}, "contact": {"affiliation": "A hospital"}},
        ],
    }
    found = read(tmp_path, "a.json", whole)
    assert (found.title, found.last.sponsor, outcomes(found)) == ("Study", "A hospital", [("primary", "Death", "")])
    whole["trialDescriptions"] = [in_one("de", "Studie", "Tod")]
    assert outcomes(read(tmp_path, "a.json", whole)) == [("primary", "Tod", "")]


def test_the_european_register_tells_phase_age_and_size(tmp_path: Path) -> None:
    text = """EudraCT Number: 2019-001234-11
E.5.1 Primary end point(s): Composite of:
1. death
2. stroke
Note: judged blind
E.7.1 Human pharmacology (Phase I): Yes
E.7.2 Therapeutic exploratory (Phase II): No
F.1.1 Trial has subjects under 18: No
F.4.2.2 In the whole clinical trial: 40
"""
    last = read(tmp_path, "a.txt", text).last
    assert (last.phases, last.minors, last.sample_size) == (("PHASE1",), False, 40)
    assert [one.measure for one in last.outcomes or ()] == ["Composite of: 1. death 2. stroke Note: judged blind"]


def test_a_list_of_what_ctis_found_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="list of what CTIS found"):
        read(tmp_path, "a.json", {"pagination": {}, "data": [{"ctNumber": "2022-500123-12-00"}]})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Primary endpoints:\n- Pain\n- Sleep", ["Pain", "Sleep"]),
        ("Change from baseline to week 12 in:\n1. weight\n2. HbA1c",
         ["Change from baseline to week 12 in: weight", "Change from baseline to week 12 in: HbA1c"]),
        ("Pain on a visual\nanalogue scale\nSleep", ["Pain on a visual analogue scale", "Sleep"]),
        ("pain\nsleep\nwork", ["pain", "sleep", "work"]),
        ("Any of:\n- death\n- stroke\nQuality of life", ["Any of: - death - stroke", "Quality of life"]),
        ("Overall survival:", ["Overall survival:"]),
    ],
)  # fmt: skip
def test_what_introduces_a_list_is_no_outcome_of_its_own(text: str, expected: list[str]) -> None:
    assert listed_in(text) == expected
