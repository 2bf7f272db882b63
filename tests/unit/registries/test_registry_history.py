"""A registry's record by version: what each source of it holds, dates as printed, and what cannot be read."""

from __future__ import annotations

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from real_records import real_files
from trialseal.documents.canonical import read_json
from trialseal.documents.identifiers import date_range
from trialseal.documents.models import parse_document
from trialseal.errors import FailedError, UsageError
from trialseal.registries.dates import RegistryDate, registry_date
from trialseal.registries.history import POINTS_TO_RESULTS
from trialseal.registries.history_lists import history_from, split_outcome
from trialseal.registries.history_merging import merged
from trialseal.registries.reading import histories_in, read_histories, read_registry
from trialseal.registries.record_document import record_document
from trialseal.registries.study_versions import plain_text, study_version

STUDY = Path(__file__).parents[2] / "vectors" / "documents" / "ctgov-v2.json"


def study(**status: Any) -> dict[str, Any]:
    value = copy.deepcopy(read_json(STUDY))
    assert isinstance(value, dict)
    value["protocolSection"]["statusModule"] |= status
    return value


def listed(*versions: dict[str, Any], **members: Any) -> dict[str, Any]:
    ordinary = {"overall_status": "Recruiting", "start_date": "2010-02-01", "outcomes": []}
    return {"trial_id": "NCT01234567", "versions": [ordinary | one for one in versions]} | members


def put(folder: Path, name: str, value: object) -> Path:
    path = folder / name
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


# ----- dates -----


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2020-05-12", "2020-05-12"),
        ("2020-05", "2020-05"),
        ("2020", "2020"),
        ("2020-05-12T10:11:12Z", "2020-05-12"),
        ("2020-05-12 10:11", "2020-05-12"),
        ("2020/05/12", "2020-05-12"),
        ("20200512", "2020-05-12"),
        ("May 12, 2020", "2020-05-12"),
        ("May 2020", "2020-05"),
        ("12 May 2020", "2020-05-12"),
        ("12-May-2020", "2020-05-12"),
        ("31/05/2020", "2020-05-31"),
        ("05/31/2020", "2020-05-31"),
        ("05/05/2020", "2020-05-05"),
        ("NA", None),
        ("", None),
    ],
)
def test_dates_as_registries_print_them(text: str, found: str | None) -> None:
    assert registry_date(text) == found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("03/04/2020", "may be read in two ways"),
        ("31/31/2020", "does not exist"),
        ("2020-02-30", "does not exist"),
        ("Mai 12, 2020", "is not a readable date"),
        ("soon", "is not a readable date"),
    ],
)
def test_dates_that_are_none_are_said_to_be_none(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        registry_date(text)


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_one_day_in_every_spelling_is_one_day(day: date) -> None:
    spellings = ["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%B %d, %Y", "%d %B %Y", "%b %d, %Y", "%Y-%m-%dT00:00:00"]
    assert {registry_date(day.strftime(one)) for one in spellings} == {day.isoformat()}
    one = RegistryDate(day.strftime("%Y-%m"))
    assert one.first <= day <= one.last
    assert date_range(one.text) == (one.first, one.last)


# ----- sources -----


def test_a_study_is_a_history_of_one_version(tmp_path: Path) -> None:
    found = read_registry(put(tmp_path, "study.json", study()))
    assert (found.number, found.complete, len(found.versions)) == ("NCT99999901", False, 1)
    one = found.last
    assert (one.date, one.seen, one.study_type) == ("2020-06-03", "2020-06-08", "INTERVENTIONAL")
    assert one.record is not None
    assert one.outcomes and one.outcomes[0].id is None  # places in a list are no names


def test_a_snapshot_was_seen_on_the_day_in_its_name(tmp_path: Path) -> None:
    assert read_registry(put(tmp_path, "NCT99999901__2020-07-01.json", study())).last.seen == "2020-07-01"


def test_a_version_as_the_registry_s_own_history_gives_it(tmp_path: Path) -> None:
    assert read_registry(put(tmp_path, "3.json", {"studyVersion": 3, "study": study()})).number == "NCT99999901"


def test_a_record_of_our_own_is_one_too(tmp_path: Path) -> None:
    document = record_document(*(lambda h: (h, h.last))(read_registry(put(tmp_path, "study.json", study()))))
    assert read_registry(put(tmp_path, "record.json", document)).number == "NCT99999901"


def test_snapshots_of_a_folder_are_one_history(tmp_path: Path) -> None:
    for day in ("2020-06-03", "2020-08-01", "2020-07-01"):
        put(tmp_path, f"NCT99999901__{day}.json", study(lastUpdateSubmitDate=day))
    found = read_registry(tmp_path)
    assert [one.date for one in found.versions] == ["2020-06-03", "2020-07-01", "2020-08-01"]
    assert [one.number for one in found.versions] == [1, 2, 3]
    assert not found.complete


def test_the_same_submission_seen_twice_is_one_version(tmp_path: Path) -> None:
    for day in ("2020-07-01", "2020-08-01"):
        put(tmp_path, f"NCT99999901__{day}.json", study())
    found = read_registry(tmp_path)
    assert len(found.versions) == 1
    assert found.seen == "2020-08-01"


def test_a_whole_history_and_a_record_complete_each_other() -> None:
    whole = history_from(listed({"date": "2010-01-10"}, {"date": "2010-05-01"}, total_versions=2), "h")
    other = history_from(listed({"date": "2010-05-01"}), "h")
    newer = history_from(listed({"date": "2011-05-01"}), "h")
    assert merged([other, whole]).complete
    assert len(merged([other, whole]).versions) == 2
    assert [one.number for one in merged([whole, newer]).versions] == [1, 2, 3]
    assert not merged([whole, newer]).complete  # what came in between is not given


def test_a_history_knows_its_starts_by_month() -> None:
    found = history_from(listed({"date": "2010-01-10"}, {"date": "2010-05-01", "start_date": "2010-03-15"}), "h")
    starts = [one.start.text for one in found.versions if one.start]
    assert starts == ["2010-02", "2010-03-15"]
    assert found.complete and found.first_submitted == "2010-01-10"
    assert found.first.study_type is None


def test_a_history_that_is_not_whole_says_so() -> None:
    found = history_from(listed({"date": "2010-05-01"}, total_versions=3), "h")
    assert not found.complete
    assert found.first_submitted is None
    assert found.notes == ("1 of 3 versions are given",)


@pytest.mark.parametrize(
    "pointing",
    [
        {"outcomes": None, "outcomes_note": "[See Results Section.]"},
        {"outcomes": [{"section": "Primary Outcome Measures", "text": "[See Results Section.]"}]},
    ],
)
def test_pointing_to_results_is_no_set_of_outcomes(pointing: dict[str, Any]) -> None:
    found = history_from(listed({"date": "2010-05-01"} | pointing), "h")
    assert found.last.outcomes is None
    assert found.last.outcomes_note == POINTS_TO_RESULTS


def test_the_single_text_of_an_outcome_is_taken_apart() -> None:
    text = "Pain \\> 3\n[ Time Frame: 12 weeks ]\n[ Designated as safety issue: No ]\n\nOn a scale"
    one = split_outcome("primary", text)
    assert (one.measure, one.time_frame, one.description) == ("Pain > 3", "12 weeks", "On a scale")
    assert split_outcome("primary", "Pain").measure == "Pain"


def test_html_and_escapes_stay_text() -> None:
    assert plain_text("a \\<b\\> &lt;script&gt;alert(1)&lt;/script&gt;") == "a <b> <script>alert(1)</script>"


@pytest.mark.parametrize("words", ["ارتفاع ضغط الدم", "血压变化 24 周", "עבר 12 שבועות"])
def test_every_script_is_kept(words: str) -> None:
    found = history_from(listed({"date": "2010-05-01", "outcomes": [{"section": "Primary", "text": words}]}), "h")
    assert found.last.outcomes is not None
    assert (found.last.outcomes[0].role, found.last.outcomes[0].measure) == ("primary", words)


def test_json_lines_hold_a_history_each(tmp_path: Path) -> None:
    path = tmp_path / "h.jsonl"
    lines = [json.dumps(listed({"date": "2010-05-01"}, trial_id=number)) for number in ("NCT00000001", "NCT00000002")]
    path.write_text("\n".join([lines[0], "", lines[1]]))
    assert [one.number for one in read_histories(path)] == ["NCT00000001", "NCT00000002"]


# ----- what cannot be read -----


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([], "holds no study"),
        ({"hello": 1}, "is neither a ClinicalTrials.gov API v2 study"),
        ({"FullStudy": {"Study": {}}}, "is neither a ClinicalTrials.gov API v2 study"),
        ({"FullStudiesResponse": {"FullStudies": [{}, {}]}}, "study 1 is neither a ClinicalTrials.gov API v2 study"),
        ({"ProtocolSection": {"StatusModule": {"LastUpdateSubmitDate": "03/04/2020"}}}, "LastUpdateSubmitDate is"),
        ({"trial_id": "NCT01234567", "versions": []}, "has no version"),
        ({"trial_id": "NCT123", "versions": [{}]}, r"is it NCT00000123\?"),
        ({"trial_id": "NCT01234567", "versions": [{"date": "03/04/2020"}]}, "may be read in two ways"),
        ({"trial_id": "NCT01234567", "versions": ["x"]}, r"versions\[0\] is 'x', but must be an object"),
        ({"trial_id": "NCT01234567", "versions": [{"outcomes": {}}]}, r"outcomes is \{\}, but must be a list"),
        ({"protocolSection": {}}, "nctId is missing"),
        ({"protocolSection": []}, r"protocolSection is \[\], but must be an object"),
    ],
)
def test_malformed_sources_get_a_sentence(tmp_path: Path, value: object, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        read_registry(put(tmp_path, "x.json", value))


def test_a_record_that_changed_its_schema_is_read_for_what_it_has() -> None:
    value = study()
    value["protocolSection"]["newModule"] = {"x": [1]}
    del value["protocolSection"]["designModule"], value["protocolSection"]["oversightModule"]
    del value["protocolSection"]["outcomesModule"], value["derivedSection"]
    found = study_version(value, "study.json")
    assert (found.study_type, found.phases, found.outcomes, found.seen) == (None, (), (), None)
    value["protocolSection"]["statusModule"]["startDateStruct"] = "2020-05-12"
    with pytest.raises(UsageError, match="startDateStruct is '2020-05-12', but must be an object"):
        study_version(value, "study.json")


CLASSIC: dict[str, Any] = {
    "ProtocolSection": {
        "IdentificationModule": {
            "NCTId": "NCT99999901",
            "SecondaryIdInfoList": {"SecondaryIdInfo": [{"SecondaryId": "2020-900001-13"}]},
            "OfficialTitle": "A trial",
        },
        "StatusModule": {
            "OverallStatus": "Active, not recruiting",
            "StartDateStruct": {"StartDate": "May 12, 2020", "StartDateType": "Actual"},
            "PrimaryCompletionDateStruct": {
                "PrimaryCompletionDate": "June 2021",
                "PrimaryCompletionDateType": "Anticipated",
            },
            "StudyFirstSubmitDate": "May 1, 2020",
            "LastUpdateSubmitDate": "June 3, 2020",
        },
        "SponsorCollaboratorsModule": {"LeadSponsor": {"LeadSponsorName": "Example Sponsor"}},
        "OversightModule": {"IsFDARegulatedDrug": "Yes", "IsFDARegulatedDevice": "No"},
        "DesignModule": {"StudyType": "Interventional", "PhaseList": {"Phase": ["Phase 2", "Phase 3"]}},
        "OutcomesModule": {
            "PrimaryOutcomeList": {
                "PrimaryOutcome": [{"PrimaryOutcomeMeasure": "Pain > 3", "PrimaryOutcomeTimeFrame": "week 12"}]
            }
        },
        "ContactsLocationsModule": {"LocationList": {"Location": [{"LocationCountry": "United States"}]}},
    },
    "DerivedSection": {"MiscInfoModule": {"VersionHolder": "June 08, 2020"}},
}


@pytest.mark.parametrize(
    "answer",
    [
        CLASSIC,
        {"FullStudy": {"Rank": 1, "Study": CLASSIC}},
        {"FullStudiesResponse": {"FullStudies": [{"Rank": 1, "Study": CLASSIC}]}},
    ],
)
def test_an_archived_answer_of_the_first_api_is_the_same_record(tmp_path: Path, answer: dict[str, Any]) -> None:
    one = read_registry(put(tmp_path, "classic.json", answer)).last
    assert (one.date, one.seen, one.first_submitted) == ("2020-06-03", "2020-06-08", "2020-05-01")
    assert (one.status, one.study_type, one.phases) == ("ACTIVE_NOT_RECRUITING", "INTERVENTIONAL", ("PHASE2", "PHASE3"))
    assert (one.start, one.primary_completion) == (
        RegistryDate("2020-05-12", "actual"),
        RegistryDate("2021-06", "estimated"),
    )
    assert one.outcomes and (one.outcomes[0].measure, one.outcomes[0].time_frame) == ("Pain > 3", "week 12")
    assert one.record and one.record.oversight and one.record.oversight.fda_regulated_drug
    assert one.countries == ("United States",)


def test_a_schema_that_changed_between_snapshots_changes_no_outcome(tmp_path: Path) -> None:
    newer = study(lastUpdateSubmitDate="2020-07-01")
    newer["protocolSection"]["outcomesModule"] = {
        "primaryOutcomes": [{"measure": "Pain \\> 3", "timeFrame": "week 12"}]
    }
    put(tmp_path, "NCT99999901__2020-06-08.json", CLASSIC)
    put(tmp_path, "NCT99999901__2020-07-02.json", newer)
    before, after = read_registry(tmp_path).versions
    assert before.outcomes == after.outcomes


def test_a_folder_of_many_trials_is_not_a_trial_s(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no registry record"):
        read_registry(tmp_path)
    for number in ("NCT00000001", "NCT00000002"):
        put(tmp_path, f"{number}.json", listed({"date": "2010-05-01"}, trial_id=number))
    with pytest.raises(UsageError, match="records of 2 trials, not of one"):
        read_registry(tmp_path)


def test_one_bad_file_among_many_is_passed_over_and_said(tmp_path: Path) -> None:
    put(tmp_path, "good.json", listed({"date": "2010-05-01"}))
    put(tmp_path, "bad.json", {"protocolSection": {"identificationModule": {"nctId": "NCT99999901"}, "x": 1}})
    (tmp_path / "broken.json").write_text("{")
    said: list[str] = []
    assert [one.number for one in histories_in(tmp_path, said)] == ["NCT01234567"]
    assert len(said) == 2
    with pytest.raises((UsageError, FailedError)):
        histories_in(tmp_path)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.dates().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
fields = st.sampled_from(["version", "date", "overall_status", "start_date", "enrolment", "outcomes", "outcomes_note"])


@given(st.lists(st.dictionaries(fields, anything, max_size=7), max_size=4))
def test_whatever_a_version_holds_it_is_read_or_refused_in_a_sentence(versions: list[dict[str, Any]]) -> None:
    try:
        found = history_from({"trial_id": "NCT01234567", "versions": versions}, "h")
    except UsageError as error:
        assert str(error)
    else:
        assert len(found.versions) == len(versions)


# ----- to documents, and real records -----


def test_versions_become_registry_records_and_never_amendments() -> None:
    outcomes = [{"section": "Primary Outcome Measures", "text": "Pain [ Time Frame: 12 weeks ]"}]
    found = history_from(
        listed({"date": "2010-01-10", "outcomes": outcomes}, {"date": "2010-05-01", "outcomes": None}), "h"
    )
    first, second = (record_document(found, one) for one in found.versions)
    assert (first["kind"], first["start"], first["record_date"]) == (
        "registry-record",
        {"date": "2010-02"},
        "2010-01-10",
    )
    assert first["endpoints"] == [
        {"id": "P1", "role": "primary", "registry_words": {"measure": "Pain", "time_frame": "12 weeks"}}
    ]
    assert "endpoints" not in second and POINTS_TO_RESULTS in str(second["sources"])
    assert "sponsor" not in first["trial"]  # type: ignore[operator]


@pytest.mark.parametrize("path", real_files("histories/*.jsonl"))
def test_real_histories_are_read_and_written(path: Path) -> None:
    histories = list(read_histories(path))
    assert len(histories) == 60
    for one in histories:
        assert one.complete
        for version in one.versions:
            parse_document(record_document(one, version), "record")


@pytest.mark.parametrize("path", [*real_files("ctgov-v2/*.json"), *real_files("histories/NCT*.json")])
def test_real_records_are_read(path: Path) -> None:
    found = read_registry(path)
    assert found.number == path.stem.partition("__")[0]
    assert found.first_submitted and found.last.start and found.last.outcomes
