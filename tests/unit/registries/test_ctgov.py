"""ClinicalTrials.gov: what is kept, what is said to be left out, and that nothing kept is lost."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from real_records import real_files
from trialseal.documents.canonical import read_json
from trialseal.documents.models import RegistryRecord, dump, parse_document
from trialseal.errors import TrialsealError, UsageError
from trialseal.registries.ctgov import import_ctgov
from trialseal.registries.importers import import_file
from written_studies import study_of

STUDY = Path(__file__).parents[2] / "vectors" / "documents" / "ctgov-v2.json"


def study() -> dict[str, Any]:
    value = read_json(STUDY)
    assert isinstance(value, dict)
    return value


def record_of(value: dict[str, Any]) -> RegistryRecord:
    document = import_ctgov(value, "study.json").document
    assert isinstance(document, RegistryRecord)
    return document


def test_what_is_kept() -> None:
    record = record_of(study())
    assert (record.registry, record.number) == ("ClinicalTrials.gov", "NCT99999901")
    assert record.trial.code == "SALT-01"
    assert record.trial.registry_ids == ("NCT99999901", "2020-900001-13")
    assert [one.id for one in record.secondary_ids] == ["2020-900001-13", "G-17"]
    assert (record.record_date, record.as_of) == ("2020-06-03", "2020-06-08")
    assert record.first_submitted == "2020-04-27"
    assert record.start and (record.start.date, record.start.certainty) == ("2020-05-12", "actual")
    assert record.primary_completion
    assert (record.primary_completion.date, record.primary_completion.certainty) == ("2021-11", "estimated")
    assert record.completion and record.completion.certainty == "estimated"
    assert record.countries == ("Germany", "Austria")
    assert [(one.id, one.role) for one in record.endpoints] == [
        ("P1", "primary"),
        ("S1", "secondary"),
        ("O1", "other"),
    ]
    words = record.endpoints[0].registry_words
    assert words and (words.measure, words.time_frame) == ("Systolic blood pressure", "12 weeks")
    assert record.summary_results and record.summary_results.posted is False
    assert record.posted_documents[0].has_protocol is True


def test_what_is_left_out_is_said() -> None:
    imported = import_ctgov({**study(), "resultsSection": {"outcomeMeasuresModule": {}}}, "study.json")
    assert imported.left_out == [
        "resultsSection: results are no part of a registry record here (outcomeMeasuresModule)",
        "protocolSection.identificationModule.organization: fullName, class",
        "protocolSection.statusModule.expandedAccessInfo: hasExpandedAccess",
        "protocolSection.sponsorCollaboratorsModule.responsibleParty: type",
        "protocolSection.eligibilityModule: stdAges ×2",
        "protocolSection.contactsLocationsModule.locations: facility ×2, city ×2",
        "protocolSection.contactsLocationsModule.locations.geoPoint: lat, lon",
        "derivedSection.conditionBrowseModule: meshes ×2",
    ]


def leaves(value: object, path: str = "") -> set[tuple[str, object]]:
    """Every scalar of a JSON value with its place."""
    if isinstance(value, dict):
        return {leaf for key, member in value.items() for leaf in leaves(member, f"{path}.{key}")}
    if isinstance(value, list):
        return {leaf for index, member in enumerate(value) for leaf in leaves(member, f"{path}[{index}]")}
    return {(path, value)}


def test_everything_is_kept_or_said_to_be_left_out() -> None:
    """Each field of the source comes back from the export, or is named among those left out."""
    imported = import_ctgov(study(), "study.json")
    assert isinstance(imported.document, RegistryRecord)
    lost = leaves(study()) - leaves(study_of(imported.document))
    named = {name for sentence in imported.left_out for name in sentence.partition(": ")[2].split(", ")}
    for path, _ in lost:
        steps = path.replace("[", ".").replace("]", "").split(".")
        assert any(name.split(" ×")[0] in steps for name in named), path


@pytest.mark.parametrize("file", [*real_files("ctgov-v2/*.json"), *real_files("histories/NCT*.json")])
def test_real_records_import_and_come_back(file: Path) -> None:
    value = read_json(file)
    assert isinstance(value, dict)
    before = copy.deepcopy(value) if file.stat().st_size < 100_000 else None
    imported = import_ctgov(value, file.name)
    assert before is None or value == before, "an import changes nothing"
    record = imported.document
    assert isinstance(record, RegistryRecord)
    assert record.number == file.stem[:11]
    outcomes = value["protocolSection"]["outcomesModule"]
    kept = [one.registry_words for one in record.endpoints]
    given = [one for key in ("primary", "secondary", "other") for one in outcomes.get(f"{key}Outcomes", [])]
    assert len(kept) == len(given)
    for words, outcome in zip(kept, given, strict=True):
        assert words is not None
        assert (words.measure, words.description, words.time_frame) == (
            outcome.get("measure"),
            outcome.get("description"),
            outcome.get("timeFrame"),
        )
    assert ("resultsSection" in value) == any(text.startswith("resultsSection") for text in imported.left_out)

    again = import_ctgov(study_of(record), "again")
    assert again.document == record
    assert dump(again.document) == dump(record)
    assert again.left_out == []
    assert parse_document(dump(record), "record.json") == record


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda p: p.pop("identificationModule"),
            "protocolSection.identificationModule.nctId is missing: get a comp",
        ),
        (lambda p: p["identificationModule"].update(nctId=4), "nctId is 4, but must be text"),
        (
            lambda p: p["identificationModule"].update(nctId="ISRCTN50189673"),
            "must be a ClinicalTrials.gov number",
        ),
        (
            lambda p: p["identificationModule"].update(nctId="NCT1"),
            "is 'NCT1', but must be a ClinicalTrials.gov number",
        ),
        (lambda p: p.pop("sponsorCollaboratorsModule"), "leadSponsor.name is missing"),
        (
            lambda p: p["statusModule"]["startDateStruct"].update(date="2020-02-30"),
            "startDateStruct.date: the date",
        ),
        (
            lambda p: p["statusModule"]["startDateStruct"].update(type="SOON"),
            "is 'SOON', but must be ACTUAL or EST",
        ),
        (
            lambda p: p["designModule"]["enrollmentInfo"].update(count=-1),
            "count is -1, but must be a whole number",
        ),
        (
            lambda p: p["designModule"]["enrollmentInfo"].update(count=1.5),
            "count is 1.5, but must be a whole num",
        ),
        (
            lambda p: p["designModule"].update(phases="PHASE3"),
            "designModule.phases is 'PHASE3', but must be a list",
        ),
        (
            lambda p: p["designModule"].update(phases=[3]),
            "designModule.phases is 3, but must be text in each place",
        ),
        (
            lambda p: p["outcomesModule"].update(primaryOutcomes={}),
            "primaryOutcomes is {}, but must be a list",
        ),
        (
            lambda p: p["outcomesModule"].update(primaryOutcomes=[0]),
            r"primaryOutcomes\[0\] is 0, but must be an obj",
        ),
        (
            lambda p: p["outcomesModule"]["primaryOutcomes"][0].update(measure=[]),
            r"outcomesModule.primaryOutcomes\[0\].measure is \[\], but must be text",
        ),
    ],
)
def test_malformed_studies(change: Callable[[dict[str, Any]], object], sentence: str) -> None:
    value = study()
    change(value["protocolSection"])
    with pytest.raises(UsageError, match=sentence) as caught:
        import_ctgov(value, "study.json")
    assert str(caught.value).startswith("study.json") or "is not a number of" in str(caught.value)


def test_a_study_without_outcomes_imports() -> None:
    value = study()
    del value["protocolSection"]["outcomesModule"]
    assert record_of(value).endpoints == ()


def test_empty_outcomes_are_passed_over() -> None:
    value = study()
    value["protocolSection"]["outcomesModule"]["primaryOutcomes"][:0] = [{}, {"measure": " "}]
    record = record_of(value)
    assert [one.id for one in record.endpoints] == ["P1", "S1", "O1"]
    assert record_of(study_of(record)) == record


def test_contradictory_dates_are_evidence_not_errors() -> None:
    value = study()
    value["protocolSection"]["statusModule"]["completionDateStruct"]["date"] = "2019-01"
    record = record_of(value)
    assert record.completion and record.completion.date == "2019-01"


def test_other_registries_records_are_not_exported() -> None:
    other = {**dump(record_of(study())), "registry": "ISRCTN registry"}
    record = parse_document(other, "record.json")
    assert isinstance(record, RegistryRecord)
    with pytest.raises(UsageError, match="the record is from ISRCTN registry"):
        study_of(record)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{}", "is neither a ClinicalTrials.gov API v2 study nor a CDISC USDM 4 definition"),
        ("[1]", "is neither"),
        ('{"studies": [{}, {}]}', "holds 2 studies: save each as a file of its own"),
        ('{"format": "trialseal/1", "kind": "protocol"}', "is a document of trialseal already"),
        ('{"protocolSection": []}', r"protocolSection is \[\], but must be an object"),
        ('{"protocolSection": {}, "hasResults": "no"}', "nctId is missing"),
        ('{"study": {}, "usdmVersion": "3.0"}', "usdmVersion is '3.0', but only USDM 4 is read"),
    ],
)
def test_files_of_no_known_format(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "file.json"
    file.write_text(text)
    with pytest.raises(TrialsealError, match=sentence):
        import_file(file)


def test_import_file_knows_the_format() -> None:
    assert import_file(STUDY).document.kind == "registry-record"
