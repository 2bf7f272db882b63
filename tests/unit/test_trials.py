"""The example trials: well-formed, labelled as what they are, with their sources, their data made by the script."""

from __future__ import annotations

import importlib.util
import json
import math
import os
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from read_documents import loaded
from trialseal.cli.parser import build_parser
from trialseal.documents import models
from trialseal.documents.canonical import read_json
from trialseal.documents.endpoints import endpoint_leaves
from trialseal.documents.identifiers import date_range
from trialseal.registries.who_items import answers

ROOT = Path(__file__).parents[2]
TRIALS = ROOT / "trials"
REENACTMENT = TRIALS / "nct04368728-reenactment"
SWITCH = TRIALS / "fictitious-outcome-switch"
LATE = TRIALS / "fictitious-late-registration"
FOLDERS = (REENACTMENT, SWITCH, LATE)
LARGEST = 200_000
# The record from which the facts were taken is not ours to ship; see tests/real_records.py.
RECORD = Path(os.environ.get("TRIALSEAL_DATA", ROOT.parent / "shared" / "data")) / "ctgov-v2" / "NCT04368728.json"


def files_of(folder: Path) -> list[Path]:
    """What belongs to an example: not the receipts that a run in place leaves."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and "receipts" not in path.parts)


def documents() -> list[Path]:
    return [
        path for folder in FOLDERS for path in files_of(folder) if path.suffix == ".json" and path.name != "acts.json"
    ]


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def label_of(folder: Path) -> str:
    return "re-enactment" if folder == REENACTMENT else "fictitious"


@pytest.fixture(scope="module")
def simulate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("simulate_data", ROOT / "scripts" / "simulate_data.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def named(path: Path) -> str:
    return str(path.relative_to(TRIALS))


# ----- documents -----


@pytest.mark.parametrize("path", documents(), ids=named)
def test_every_document_validates_and_loses_nothing(path: Path) -> None:
    assert models.dump(models.parse_document(read_json(path), str(path))) == read(path)


@pytest.mark.parametrize("folder", FOLDERS, ids=named)
def test_the_protocol_is_the_last_of_its_versions(folder: Path) -> None:
    versions = sorted((folder / "documents" / "sealed").glob("*-protocol-v*.json"))
    assert [loaded(path, models.Protocol).version for path in versions] == list(range(1, len(versions) + 1))
    assert (folder / "protocol.json").read_bytes() == versions[-1].read_bytes()


@pytest.mark.parametrize("folder", FOLDERS, ids=named)
def test_results_report_what_their_protocol_version_has(folder: Path) -> None:
    models.check_results(
        loaded(folder / "results.json", models.Results), loaded(folder / "protocol.json", models.Protocol)
    )


@pytest.mark.parametrize("folder", FOLDERS, ids=named)
def test_all_documents_of_a_trial_name_the_same_trial_and_sponsor(folder: Path) -> None:
    trials = [
        document["trial"] for path in documents() if folder in path.parents and "trial" in (document := read(path))
    ]
    assert len({(trial["sponsor"], trial["code"]) for trial in trials}) == 1
    assert read(folder / "sponsor.json")["legal_name"] == trials[0]["sponsor"]


@pytest.mark.parametrize("folder", FOLDERS, ids=named)
def test_the_protocol_answers_what_registration_asks(folder: Path) -> None:
    unanswered = {
        one.item.number
        for one in answers(loaded(folder / "protocol.json", models.Protocol))
        if one.status != "stated" and one.item.due == "at registration"
    }
    assert not unanswered


# ----- labels -----


@pytest.mark.parametrize("folder", FOLDERS, ids=named)
def test_every_file_says_what_it_is(folder: Path) -> None:
    word = label_of(folder)
    assert word.removesuffix("ment") in folder.name.replace("reenact", "re-enact")
    for path in files_of(folder):
        if path.suffix in (".json", ".md"):
            assert word in path.read_text(encoding="utf-8").lower(), path
        elif path.suffix == ".csv":
            assert path.name.startswith("simulated-")
            assert "simulated" in path.read_text(encoding="utf-8").splitlines()[0]


@pytest.mark.parametrize("path", documents(), ids=named)
def test_sponsor_titles_and_notes_carry_the_label(path: Path) -> None:
    document = read(path)
    word = label_of(TRIALS / path.relative_to(TRIALS).parts[0])
    if document["kind"] == "party-profile":
        assert f"({word})" in document["legal_name"]
        assert document["domain"].endswith(".example")
        return
    assert f"({word})" in document["trial"]["sponsor"]
    assert word in " ".join(document["notes"]).lower()
    titles = document.get("titles") or {"title": document.get("title", word)}
    assert all(word in title.lower() for title in titles.values())


def test_the_re_enactment_says_who_sealed_nothing_and_that_the_clock_was_set_by_hand() -> None:
    for path in documents():
        if REENACTMENT in path.parents and (notes := read(path).get("notes")):
            assert "sealed nothing" in notes[0]
            assert "clock was set by hand" in notes[1]
    for path in sorted(REENACTMENT.rglob("*.md")):
        text = " ".join(path.read_text(encoding="utf-8").replace("\n>", " ").split())
        assert "sealed nothing" in text, path
        assert "set by hand" in text, path
    assert "REENACTMENT" in read(REENACTMENT / "protocol.json")["trial"]["code"]


# ----- facts and sources -----


@pytest.mark.parametrize("path", documents(), ids=named)
def test_sources_are_cited_with_what_they_support(path: Path) -> None:
    document = read(path)
    if document["kind"] != "party-profile":
        assert document["sources"]
        assert all(source["citation"] and source["supports"] for source in document["sources"])


def test_facts_not_checked_here_are_said_to_be_so() -> None:
    sources = [s for path in documents() if REENACTMENT in path.parents for s in read(path).get("sources", [])]
    publications = [s for s in sources if "ClinicalTrials.gov record" not in s["citation"] and "url" in s]
    assert publications
    assert all("not checked here" in source["supports"] for source in publications)
    readme = (REENACTMENT / "README.md").read_text(encoding="utf-8")
    for fact in ("27 April 2020", "29 April 2020", "30 April 2020", "27 July 2020", "18 November 2020", "170 cases",
                 "10 December 2020", "14 December 2020", "10.1056/NEJMoa2034577"):  # fmt: skip
        assert fact in readme, fact
    for act in read(REENACTMENT / "acts.json")["acts"]:
        assert act["source"].startswith(("record: ", "made up")) or "not checked here" in act["source"]


@pytest.mark.skipif(not RECORD.exists(), reason="no NCT04368728.json under TRIALSEAL_DATA")
def test_the_facts_are_those_of_the_record() -> None:
    record = read(RECORD)
    protocol = record["protocolSection"]
    status, identity = protocol["statusModule"], protocol["identificationModule"]
    assert status["studyFirstSubmitDate"] == "2020-04-27"
    assert status["startDateStruct"]["date"] == "2020-04-29"
    assert status["studyFirstPostDateStruct"]["date"] == "2020-04-30"
    assert status["lastUpdatePostDateStruct"]["date"] == "2026-03-25"
    assert identity["orgStudyIdInfo"]["id"] == "C4591001"
    assert [one["id"] for one in identity["secondaryIdInfos"]] == ["2020-002641-42"]
    assert len(protocol["outcomesModule"]["primaryOutcomes"]) == 64
    posted = {m["title"]: m for m in record["resultsSection"]["outcomeMeasuresModule"]["outcomeMeasures"]}
    titles = {
        "P1": "Participants Without Serological or Virological Evidence: Phase 2/3 (Analysis for EUA)",
        "P2": "Participants With or Without Serological or Virological Evidence: Phase 2/3 (Analysis for EUA)",
        "S2": "Without Evidence of Infection: 7 Days After Dose 2 Based on CDC Defined Symptoms (Analysis for EUA)",
    }
    for result in read(REENACTMENT / "results.json")["results"]:
        measure = next(m for title, m in posted.items() if titles[result["endpoint"]] in title)
        rates = [float(one["value"]) for one in measure["classes"][0]["categories"][0]["measurements"]]
        counts = [int(one["value"]) for one in measure["denoms"][0]["counts"]]
        analysis, interval = measure["analyses"][0], result["estimate"]["evidence"][0]
        assert float(analysis["paramValue"]) == result["estimate"]["value"]
        assert float(analysis["ciLowerLimit"]) == interval["lower"]
        assert float(analysis["ciUpperLimit"]) == interval["upper"]
        for arm, rate, count in zip(result["arms"], rates, counts, strict=True):
            assert f"{arm['arm']} - {arm['person_time']:.3f}" in measure["timeFrame"]
            assert round(rate * arm["person_time"]) == arm["events"]
            assert count == arm["denominator"] or f"{count:,}" in result["statement"]


def test_the_amendment_adds_the_second_part_and_leaves_the_first_six_endpoints_alone() -> None:
    first, second = (read(path) for path in sorted((REENACTMENT / "documents" / "sealed").glob("*-protocol-*.json")))
    assert (len(first["endpoints"]), len(second["endpoints"])) == (6, 12)
    assert set(endpoint_leaves(first)) < set(endpoint_leaves(second))
    assert second["endpoints"][0]["id"] == "P1"
    assert second["endpoints"][0]["time_points"][0]["value"] == 7
    assert second["amendment"]["blinding"] == "blinded"
    assert second["version_date"] < "2020-07-27" == second["parts"][1]["planned_start"]


def test_vaccine_efficacy_follows_from_the_counts() -> None:
    for result in read(REENACTMENT / "results.json")["results"]:
        vaccine, placebo = (arm["events"] / arm["person_time"] for arm in result["arms"])
        assert round(100 * (1 - vaccine / placebo), 1) == result["estimate"]["value"]
    primary = read(REENACTMENT / "results.json")["results"][0]["arms"]
    assert [(arm["events"], arm["denominator"]) for arm in primary] == [(8, 18_198), (162, 18_325)]


# ----- what the fictitious ones are examples of -----


def test_the_switching_paper_drops_the_primary_outcome_and_adds_one() -> None:
    protocol, results = read(SWITCH / "protocol.json"), read(SWITCH / "results.json")["results"]
    primary = {one["id"] for one in protocol["endpoints"] if one["role"] == "primary"}
    reported = [one.get("endpoint") for one in results]
    assert not primary & set(reported)
    assert reported == ["S1", "S2", None]
    assert "primary outcome" in results[0]["statement"]
    assert results[2]["planning"] == "post-hoc"


def test_the_late_trial_is_registered_after_its_first_participant() -> None:
    acts = read(LATE / "acts.json")["acts"]
    registered = acts[0]
    enrolled = next(act for act in acts if "first-participant-enrolled" in act["command"])
    assert registered["command"][0] == "register"
    assert enrolled["command"][-1] < read(LATE / "protocol.json")["first_submitted"] < registered["at"]


# ----- data -----


def test_the_script_remakes_the_data_byte_for_byte(simulate: ModuleType, tmp_path: Path) -> None:
    assert simulate.main([str(tmp_path)]) == 0
    committed = {named(path) for folder in FOLDERS for path in (folder / "data").iterdir()}
    made = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert made == committed
    for name in made:
        assert (tmp_path / name).read_bytes() == (TRIALS / name).read_bytes(), name
        assert (TRIALS / name).stat().st_size <= LARGEST


def test_the_script_says_what_is_wrong_with_its_argument(
    simulate: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert simulate.main([str(tmp_path / "absent")]) == 3
    assert "is not a folder" in capsys.readouterr().err


@pytest.mark.parametrize("folder", FOLDERS, ids=named)
def test_results_name_their_datasets_by_digest(folder: Path) -> None:
    datasets = read(folder / "results.json")["datasets"]
    assert {one["name"] for one in datasets} == {f"data/{path.name}" for path in (folder / "data").iterdir()}
    for one in datasets:
        assert sha256((folder / one["name"]).read_bytes()).hexdigest() == one["sha256"]


def test_the_simulated_cases_are_as_many_as_the_published_ones() -> None:
    cases = pd.read_csv(REENACTMENT / "data" / "simulated-cases.csv")
    arms = pd.read_csv(REENACTMENT / "data" / "simulated-arm-counts.csv").set_index("arm")
    published = {arm["arm"]: arm for arm in read(REENACTMENT / "results.json")["results"][0]["arms"]}
    assert len(cases) == 170
    for name, arm in published.items():
        assert (cases["arm"] == name).sum() == arm["events"] == arms["simulated_cases"][name]
        assert arms["published_participants"][name] == arm["denominator"]
    assert cases["simulated_onset_days_after_second_dose"].min() >= 7
    assert cases["simulated_onset"].max() <= "2020-11-14"


@pytest.mark.parametrize(
    ("folder", "endpoint", "column", "baseline"),
    [
        (SWITCH, "S1", "walk_m_week_24", "walk_m_baseline"),
        (SWITCH, "S2", "kccq_week_24", "kccq_baseline"),
        (LATE, "P1", "pain_24_h", None),
        (LATE, "S1", "morphine_mg_48_h", None),
    ],
)
def test_fictitious_results_follow_from_their_data(
    folder: Path, endpoint: str, column: str, baseline: str | None
) -> None:
    table = pd.read_csv(folder / "data" / "simulated-participants.csv")
    table["value"] = table[column] - table[baseline] if baseline else table[column]
    result = next(one for one in read(folder / "results.json")["results"] if one.get("endpoint") == endpoint)
    groups = [table.loc[table["arm"] == arm["arm"], "value"] for arm in result["arms"]]
    for arm, values in zip(result["arms"], groups, strict=True):
        assert (len(values), round(values.mean(), 1)) == (arm["denominator"], arm["summary"]["value"])
    difference = groups[0].mean() - groups[1].mean()
    error = 1.96 * math.sqrt(sum(values.var() / len(values) for values in groups))
    interval = result["estimate"]["evidence"][0]
    assert [round(one, 1) for one in (difference, difference - error, difference + error)] == [
        result["estimate"]["value"], interval["lower"], interval["upper"],
    ]  # fmt: skip


def test_the_post_hoc_result_follows_from_its_data() -> None:
    table = pd.read_csv(SWITCH / "data" / "simulated-participants.csv")
    older = table[table["age"] >= 65]
    gained = older["walk_m_week_24"] - older["walk_m_baseline"] >= 30
    for arm in read(SWITCH / "results.json")["results"][2]["arms"]:
        own = gained[older["arm"] == arm["arm"]]
        assert (int(own.sum()), len(own)) == (arm["events"], arm["denominator"])


# ----- acts to be replayed -----


@pytest.mark.parametrize("folder", FOLDERS, ids=named)
def test_acts_are_commands_in_the_order_of_time(folder: Path) -> None:
    replay = read(folder / "acts.json")
    times = [datetime.fromisoformat(act["at"]) for act in replay["acts"]]
    assert all(earlier < later for earlier, later in pairwise(times))
    assert all(time.tzinfo == UTC for time in times)
    parser = build_parser()
    for act, time in zip(replay["acts"], times, strict=True):
        assert act["by"] in replay["parties"]
        assert act["fact"]
        command = [part.format(trial=folder, sponsor="77" * 32) for part in act["command"]]
        parser.parse_args(command)
        for part in command:
            assert not part.startswith(str(folder)) or Path(part).exists(), part
        if "--on" in command:  # nothing is stated before it happened; a day lasts till the end of the last time zone
            stated = date_range(command[command.index("--on") + 1])[0]
            assert datetime(stated.year, stated.month, stated.day, tzinfo=UTC) <= time + timedelta(hours=14)
    for profile in replay["parties"].values():
        loaded(folder / profile, models.PartyProfile)


@pytest.mark.parametrize("folder", FOLDERS, ids=named)
def test_every_sealed_document_is_sealed_once(folder: Path) -> None:
    words = [part for act in read(folder / "acts.json")["acts"] for part in act["command"]]
    sealed = [Path(part).name for part in words if part.startswith("{trial}/documents/")]
    rest = {"0005-protocol-v2-f9210e93.json"} if folder == REENACTMENT else set()  # amend takes protocol.json
    assert len(sealed) == len(set(sealed))
    assert set(sealed) | rest == {path.name for path in (folder / "documents").rglob("*.*")}
