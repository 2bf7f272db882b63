"""Downloads of every registry, each form through the one reader: what it says is read, what it does not is unknown."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from downloaded_forms import ANZCTR, CTHIST, CTIS, DRKS, EUCTR, ISRCTN, LEGACY, SITE, ictrp, study

from trialseal.errors import UsageError
from trialseal.registries.history import RegistryHistory, RegistryOutcome
from trialseal.registries.reading import FORMS_READ, read_histories, read_registry, record_files
from trialseal.rules.finding import Status
from trialseal.rules.registration import registered_before_enrolment
from trialseal.rules.trial_case import Report, TrialCase
from trialseal.rules.trial_catalogue import judge_trial

ROOT = Path(__file__).parents[4]
FOUND = ROOT.parent / "shared" / "found" / "journal"


def read(tmp_path: Path, name: str, content: object) -> list[RegistryHistory]:
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return list(read_histories(path))


def words(history: RegistryHistory, role: str) -> list[str]:
    return [one.measure for one in history.last.outcomes or () if one.role == role]


@pytest.mark.parametrize(
    ("name", "content", "number", "primary", "secondary"),
    [
        ("a.xml", ictrp(), "DRKS00012345", ["Death from any cause at 28 days", "Pain on a scale"],
         ["Quality of life", "Days in hospital"]),
        ("a.csv", "TrialID,Date_registration,Date_enrollement,Primary_outcome\nISRCTN12345678,17/04/2020,,Pain\n",
         "ISRCTN12345678", ["Pain"], []),
        ("a.xml", ISRCTN, "ISRCTN12345678", ["Pain at 6 weeks", "Sleep at 12 weeks"], []),
        ("a.xml", ANZCTR, "ACTRN12619000123456", ["Pain"], ["Sleep"]),
        ("a.xml", LEGACY, "NCT01234567", ["Pain"], []),
        ("a.txt", EUCTR, "2019-001234-11", ["Pain on a scale"], ["Sleep"]),
        ("a.json", CTIS, "2022-500123-12-00", ["Pain at 6 weeks"], ["Sleep", "Work"]),
        ("a.json", DRKS, "DRKS00012345", ["Pain at 6 weeks"], ["Sleep", "Work"]),
        ("a.csv", CTHIST, "NCT01234567", ["Sleep"], []),
        ("a.csv", SITE, "NCT01234567", ["Pain, 6 weeks", "Sleep, 12 weeks"], ["Work"]),
    ],
)  # fmt: skip
def test_each_form_gives_number_and_outcomes(
    tmp_path: Path, name: str, content: object, number: str, primary: list[str], secondary: list[str]
) -> None:
    [history] = read(tmp_path, name, content)
    assert history.number == number
    assert words(history, "primary") == primary
    assert words(history, "secondary") == secondary
    # What a form does not say is held against nobody.
    reported = Report("o.csv", (), numbers=(number,))
    findings = judge_trial(TrialCase(date(2026, 1, 1), history, reported=reported))
    failing = {one.rule for one in findings if one.status is Status.FAILS}
    assert failing <= {"record-outcomes-defined", "registered-outcomes-kept"}


def test_dates_titles_numbers_and_time_frames(tmp_path: Path) -> None:
    [portal] = read(tmp_path, "a.xml", ictrp())
    assert (portal.registered, portal.first_submitted) == ("2019-03-02", None)
    assert portal.last.other_numbers == ("2019-001234-11", "U1111-1131-4384")
    assert (portal.last.phases, portal.last.sample_size) == (("PHASE2", "PHASE3"), 120)
    assert portal.title == "Herzinsuffizienz & Sport"
    [american] = read(tmp_path, "a.xml", ictrp("NCT01234567"))
    assert american.first_submitted == "2019-03-02"  # its export hands on the day of submission
    [isrctn] = read(tmp_path, "a.xml", ISRCTN)
    assert (isrctn.registered, isrctn.last.date, isrctn.last.sample_size) == ("2019-05-01", "2021-02-03", 80)
    assert isrctn.last.other_numbers == ("NCT01234567",)
    [anzctr] = read(tmp_path, "a.xml", ANZCTR)
    assert anzctr.last.start is not None
    assert (anzctr.first_submitted, anzctr.last.start.words) == ("2019-02-01", "2019-05-04 (actual)")
    assert anzctr.last.outcomes == (
        RegistryOutcome("primary", "Pain", "", "6 weeks"), RegistryOutcome("secondary", "Sleep", "", "12 weeks")
    )  # fmt: skip
    [legacy] = read(tmp_path, "a.xml", LEGACY)
    assert (legacy.seen, legacy.first_submitted) == ("2018-05-18", "2017-02-01")
    [european] = read(tmp_path, "a.txt", EUCTR)
    assert (european.registered, european.title) == ("2019-01-15", "A trial of one thing:\nin two lines")
    [ctis] = read(tmp_path, "a.json", CTIS)
    assert ctis.last.start is not None
    assert (ctis.first_submitted, ctis.last.start.text, ctis.last.status) == ("2023-02-15", "2023-03-01", "COMPLETED")
    assert ctis.last.other_numbers == ("NCT01234567",)
    [versions] = read(tmp_path, "a.csv", CTHIST)
    assert (versions.complete, versions.first_submitted) == (True, "2019-02-01")
    assert versions.first.start is not None
    assert versions.first.start.text == "2019-03"
    assert versions.first.outcomes == (RegistryOutcome("primary", "Pain", "", "6 weeks"),)


def asked(history: RegistryHistory) -> Status:
    return registered_before_enrolment(TrialCase(date(2026, 1, 1), history)).status


@pytest.mark.parametrize(
    ("number", "registered", "start", "status"),
    [
        ("DRKS00012345", "01/05/2019", "2019-05-02", Status.UNDETERMINED),  # not said whether the start is past
        ("DRKS00012345", "03/05/2019", "2019-05-03", Status.UNDETERMINED),
        ("DRKS00012345", "04/05/2019", "2019-05-03", Status.UNDETERMINED),  # submitted before, perhaps
        ("NCT01234567", "04/05/2019", "2019-05-03", Status.UNDETERMINED),  # it names another registry's number
    ],
)
def test_a_day_of_registration_is_no_day_of_submission(
    tmp_path: Path, number: str, registered: str, start: str, status: Status
) -> None:
    [history] = read(tmp_path, "a.xml", ictrp(number, registered, start))
    assert asked(history) is status


@pytest.mark.parametrize(("start", "status"), [("2019-03-01", "undetermined"), ("2019-03-02", "holds"),
                                               ("2019-03-03", "holds")])  # fmt: skip
def test_registered_just_before_at_and_after_the_start(tmp_path: Path, start: str, status: str) -> None:
    text = ictrp(start=start).replace("Not Recruiting", "Recruiting")
    [history] = read(tmp_path, "a.xml", text)
    assert asked(history).value == status


def test_a_date_that_may_be_read_in_two_ways_is_known_by_its_year(tmp_path: Path) -> None:
    [history] = read(tmp_path, "a.xml", ictrp(start="03/04/2019"))
    assert history.last.start is not None
    assert history.last.start.text == "2019"
    assert any("may be read in two ways" in note for note in history.notes)


def test_lists_and_pages_of_the_site_hold_several_trials(tmp_path: Path) -> None:
    several = [study("NCT01234567"), study("NCT07654321")]
    for value in (several, {"studies": several, "nextPageToken": "x"}):
        assert [one.number for one in read(tmp_path, "a.json", value)] == ["NCT01234567", "NCT07654321"]
    assert read_registry(tmp_path / "a.json", "NCT07654321").number == "NCT07654321"
    with pytest.raises(UsageError, match="holds records of 2 trials"):
        read_registry(tmp_path / "a.json")


def one_file(labels: list[list[str]], **original: Any) -> dict[str, Any]:
    changes = [
        {"version": place, "date": f"2020-0{place + 1}-01", "status": "RECRUITING", "moduleLabels": ones}
        for place, ones in enumerate(labels)
    ]
    whole = study("NCT01234567")
    whole["protocolSection"]["statusModule"]["lastUpdateSubmitDate"] = changes[-1]["date"]
    return {"study": whole, "history": {"changes": changes, "originalData": original}}


ORIGINAL = {"primaryOutcomes": [{"measure": "Quality of life", "timeFrame": "90 days"}], "secondaryOutcomesSame": True}


def test_a_one_file_history_gives_every_day_and_the_original_outcomes(tmp_path: Path) -> None:
    value = one_file([[], ["Study Status"], ["Outcome Measures"], []], **ORIGINAL)
    [history] = read(tmp_path, "a.json", value)
    assert [one.date for one in history.versions] == ["2020-01-01", "2020-02-01", "2020-03-01", "2020-04-01"]
    assert history.complete
    first, second, third, last = (one.outcomes for one in history.versions)
    assert first is not None
    assert first[0] == RegistryOutcome("primary", "Quality of life", "", "90 days")
    assert [one for one in first if one.role == "secondary"] == [one for one in last or () if one.role == "secondary"]
    assert second == first
    assert third == last != first


def test_outcomes_between_two_changes_are_unknown_not_unchanged(tmp_path: Path) -> None:
    value = one_file([[], ["Outcome Measures"], ["Outcome Measures"]], **ORIGINAL)
    [history] = read(tmp_path, "a.json", value)
    assert history.versions[1].outcomes is None
    assert "does not hold" in (history.versions[1].outcomes_note or "")
    assert history.notes


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.json", {"studies": [], "totalCount": 0}, "holds no study"),
        ("a.json", "Not found", "no such record"),
        ("a.html", "<!doctype html><html><body>NCT01234567</body></html>", "is a web page"),
        ("a.xml", "<?xml version='1.0'?><!-- x --><html><body/></html>", "is a web page"),
        ("a.xml", "<register><study/></register>", "not known here (<register>)"),
        ("a.xml", "<Trials_downloaded_from_ICTRP/>", "holds no trial"),
        ("a.xml", "<clinical_study><brief_title>x</brief_title></clinical_study>", "without a trial's number"),
        ("a.xml", '<!DOCTYPE a [<!ENTITY b "c">]><clinical_study>&b;</clinical_study>', "entities"),
        ("a.xml", "<clinical_study>", "damaged XML"),
        ("a.csv", "TrialID,Primary_outcome\n", "columns and no rows"),
        ("a.csv", "a,b\n1,2\n", "not a registry's download that is known here"),
        ("a.csv", CTHIST.replace(",1,2,", ",x,2,"), "row 2: version_number"),
        ("a.json", {"trial": 1}, "another form that is known here"),
        ("a.json", [1], "not a registry record"),
        ("a.json", "", "is empty"),
        ("a.json", {"ctNumber": {"a": 1}}, "without a trial's number"),
        ("a.json", {"drksId": "12"}, "not a registry number known here"),
    ],
)  # fmt: skip
def test_what_is_no_record_is_one_sentence(tmp_path: Path, name: str, content: object, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(tmp_path, name, content)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    if "known here" in message and "number" not in message:
        assert FORMS_READ in str(caught.value)


def test_text_of_any_script_and_markup_is_kept_as_text(tmp_path: Path) -> None:
    text = ictrp("jRCT1041234567").replace("Pain on a scale", "28日死亡率 &lt;script&gt;alert(1)&lt;/script&gt; 疼痛")
    [history] = read(tmp_path, "a.xml", text)
    assert words(history, "primary")[1].startswith("28日死亡率")
    assert "疼痛" in words(history, "primary")[1]


def test_a_folder_shows_only_records_among_other_files(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(ictrp(), encoding="utf-8")
    (tmp_path / "b.txt").write_text(EUCTR, encoding="utf-8")
    (tmp_path / "c.csv").write_text(SITE, encoding="utf-8")
    (tmp_path / "outcomes.csv").write_text("role,measure\nprimary,Pain\n", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("Call them.", encoding="utf-8")
    (tmp_path / "article.xml").write_text("<article/>", encoding="utf-8")
    assert [one.name for one in record_files(tmp_path)[0]] == ["a.xml", "b.txt", "c.csv"]


def test_what_was_downloaded_somewhere_is_read_or_told() -> None:
    if not FOUND.is_dir():
        pytest.skip("no ../shared/found/journal here")
    unread = set()
    for path in [*(FOUND / "other-registries").iterdir(), *(FOUND / name for name in ONE_BY_ONE)]:
        try:
            assert list(read_histories(path))
        except UsageError:
            unread.add(path.name)
    assert unread == {"empty-studies.json", "notfound.json", "page.html"}


ONE_BY_ONE = ("api-page.json", "site-download-array.json", "history-true.json", "cthist.csv")
