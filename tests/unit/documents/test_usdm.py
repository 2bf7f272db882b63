"""USDM: endpoints without a time point, amendments in order, and nothing guessed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from real_records import real_files
from trialseal.documents.canonical import read_json
from trialseal.documents.models import Protocol, dump, parse_document
from trialseal.documents.usdm.protocol import import_usdm
from trialseal.errors import TrialsealError, UsageError
from trialseal.registries.importers import import_file

DEFINITION = Path(__file__).parents[2] / "vectors" / "documents" / "usdm-v4.json"


def definition() -> dict[str, Any]:
    value = read_json(DEFINITION)
    assert isinstance(value, dict)
    return value


def protocol_of(value: dict[str, Any]) -> Protocol:
    document = import_usdm(value, "study.json").document
    assert isinstance(document, Protocol)
    return document


def test_what_is_kept() -> None:
    protocol = protocol_of(definition())
    assert protocol.trial.sponsor == "Example University Hospital (fictitious)"
    assert (protocol.trial.code, protocol.trial.registry_ids) == ("SALT-01", ("NCT99999901",))
    assert [(one.id, one.issuer) for one in protocol.secondary_ids] == [("IND-5", "Example Agency")]
    assert (protocol.version, protocol.version_label, protocol.version_date) == (1, "3", "2020-09-10")
    assert [(one.name, one.date, one.territories, one.scope) for one in protocol.dates] == [
        ("Design approval", "2020-09-10", ("DEU",), "Asia"),
        ("Protocol approval", "2020-02-14", (), "Global"),
    ]
    assert protocol.titles and protocol.titles.scientific == "A fictitious trial of salt & pressure"
    assert protocol.eligibility
    assert protocol.eligibility.criteria == "Inclusion Criteria 01: Adults of at least [min_age] years"
    assert (protocol.eligibility.minimum_age, protocol.eligibility.maximum_age) == ("18 Year", "90 Year")
    assert protocol.sample_size and protocol.sample_size.count == 400
    assert [(part.id, part.kind, part.planned_sample_size) for part in protocol.parts] == [("SODIUM", "cohort", 50)]


def test_no_time_point_is_ever_guessed() -> None:
    protocol = protocol_of(definition())
    assert [(one.id, one.role, one.time_points) for one in protocol.endpoints] == [
        ("END1", "primary", ()),
        ("END2", "secondary", ()),
        ("END3", "other", ()),
    ]
    assert protocol.endpoints[0].notes == ("no structured time point; text says “Systolic blood pressure at Week 12”",)
    assert protocol.endpoints[1].notes[1:] == ("description in the source: Within 12 months",)
    assert protocol.endpoints[2].notes[1:] == (
        "level in the source: Exploratory Objective",
        "level in the source: Exploratory Endpoint",
    )
    assert protocol.endpoints[0].objective == "Objective 1 over [min_age]"


def test_estimands_stand_at_their_endpoint() -> None:
    first, second, _ = protocol_of(definition()).endpoints
    assert second.estimands == ()
    (estimand,) = first.estimands
    assert estimand.model_dump(exclude_none=True) == {
        "id": "EST1",
        "treatment": "Salt substitute",
        "population": "All randomised",
        "variable": "Systolic blood pressure at Week 12",
        "intercurrent_events": (
            {
                "event": "RESCUE: Another drug",
                "strategy": "treatment-policy",
                "words": "Treatment Policy - the drug is ignored",
            },
        ),
        "summary_measure": "Difference of means",
    }


def test_amendments_are_newest_first() -> None:
    protocol = protocol_of(definition())
    assert protocol.amendment
    assert (protocol.amendment.number, protocol.amendment.date) == ("2", "2020-09-10")
    assert protocol.amendment.reason == "Other: Typing errors"
    assert protocol.amendment.blinding == "not-stated"
    assert (protocol.amendment.substantial, protocol.earlier_amendments[0].substantial) == (True, False)
    assert [one.number for one in protocol.earlier_amendments] == ["1"]
    assert [(one.since, one.territory, one.scope) for one in protocol.amendment.in_force] == [
        ("2020-09-10", "DEU", None),
        ("2020-09-10", None, "Europe"),
    ]
    (change,) = protocol.amendment.changes
    assert (change.summary, change.sections) == ("One word", ("1.5 Design",))


def test_the_order_of_amendments_in_the_file_does_not_count() -> None:
    value = definition()
    value["study"]["versions"][0]["amendments"].reverse()
    assert protocol_of(value) == protocol_of(definition())


def test_what_is_left_out_is_said() -> None:
    assert import_usdm(definition(), "study.json").left_out == [
        "the top level: systemName, systemVersion",
        "study: name",
        "study.documentedBy: name, versions ×3",
        "study.versions: rationale, dateValues, organizations ×7, roles, eligibilityCriterionItems, studyInterventions",
        "study.versions.amendments: name ×2, impacts ×6, geographicScopes ×2, enrollments ×2, dateValues ×4",
        "study.versions.studyDesigns: name, indications, arms, population ×2, analysisPopulations, "
        "objectives ×3, scheduleTimelines",
    ]


@pytest.mark.parametrize("file", real_files("usdm-v4/*.json"))
def test_real_definitions_import(file: Path) -> None:
    value = read_json(file)
    assert isinstance(value, dict)
    imported = import_file(file)
    protocol = imported.document
    assert isinstance(protocol, Protocol)
    assert parse_document(dump(protocol), "protocol.json") == protocol
    (version,) = value["study"]["versions"]
    (design,) = version["studyDesigns"]
    given = [endpoint for objective in design["objectives"] for endpoint in objective["endpoints"]]
    assert len(protocol.endpoints) == len(given)
    for ours, theirs in zip(protocol.endpoints, given, strict=True):
        assert theirs["level"]["decode"].lower().startswith(ours.role) or ours.role == "other"
        assert ours.notes[0].startswith("no structured time point; text says “")
        assert ours.time_points == ()
    chain = [one for one in (protocol.amendment, *protocol.earlier_amendments) if one]
    assert len(chain) == len(version["amendments"])
    numbers = [one.number for one in chain]
    assert numbers == sorted(numbers, key=str, reverse=True)
    estimands = [one for endpoint in protocol.endpoints for one in endpoint.estimands]
    assert len(estimands) == len(design["estimands"])
    assert any("narrativeContentItems" in sentence for sentence in imported.left_out)


def version_of(value: dict[str, Any]) -> dict[str, Any]:
    version = value["study"]["versions"][0]
    assert isinstance(version, dict)
    return version


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda v: v["study"]["versions"].append({}), "holds 2 versions, but a protocol is of one"),
        (lambda v: v["study"].update(versions=[]), "holds 0 versions"),
        (lambda v: version_of(v).update(studyDesigns=[{}, {}]), "holds 2 study designs"),
        (lambda v: version_of(v)["studyDesigns"][0].update(objectives=[]), "endpoints is missing: add it"),
        (lambda v: version_of(v).update(studyIdentifiers=[]), "trial.code is missing: add it"),
        (lambda v: version_of(v).update(roles=[], organizations=[]), "names no sponsor"),
        (lambda v: version_of(v).update(organizations=[]), "has no organization 'Organization_1'"),
        (lambda v: version_of(v)["organizations"][0].pop("id"), r"organizations\[0\].id is missing"),
        (
            lambda v: version_of(v)["amendments"][0].update(previousId="StudyAmendment_2"),
            "2 amendments form no chain",
        ),
        (
            lambda v: version_of(v)["amendments"][0].update(previousId="elsewhere"),
            "2 amendments form no chain",
        ),
        (lambda v: version_of(v)["amendments"][1].update(previousId=None), "2 amendments form no chain"),
        (
            lambda v: version_of(v)["amendments"][1].update(id="StudyAmendment_1"),
            "2 amendments form no chain",
        ),
        (
            lambda v: version_of(v)["studyDesigns"][0]["objectives"][0]["endpoints"][0].update(text="<p> </p>"),
            r"objectives\[0\].endpoints\[0\].text is missing",
        ),
        (
            lambda v: version_of(v)["studyDesigns"][0]["population"]["plannedEnrollmentNumber"].update(value="4"),
            "plannedEnrollmentNumber.value is '4', but must be a whole number",
        ),
    ],
)
def test_malformed_definitions(change: Callable[[dict[str, Any]], object], sentence: str) -> None:
    value = definition()
    change(value)
    with pytest.raises(TrialsealError, match=sentence) as caught:
        import_usdm(value, "study.json")
    assert str(caught.value).startswith("study.json")


def test_without_roles_the_sponsor_is_who_numbers_the_study() -> None:
    value = definition()
    version_of(value)["roles"] = []
    assert protocol_of(value).trial == protocol_of(definition()).trial


def test_endpoints_without_usable_names_are_numbered() -> None:
    value = definition()
    for objective in version_of(value)["studyDesigns"][0]["objectives"]:
        objective["endpoints"][0]["name"] = "the endpoint"
    assert [one.id for one in protocol_of(value).endpoints] == ["E1", "E2", "E3"]


@pytest.mark.parametrize("version", [None, 4, "3.11.0", ""])
def test_other_versions_of_usdm(version: object) -> None:
    with pytest.raises(UsageError, match="only USDM 4 is read"):
        import_usdm({**definition(), "usdmVersion": version}, "study.json")
