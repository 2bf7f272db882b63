"""CDISC USDM 4 (Unified Study Definitions Model) JSON: a study definition to a protocol's first version."""

from __future__ import annotations

from collections.abc import Iterable

from trialseal.documents.models import parse_document
from trialseal.documents.usdm.amendments import amendments_of
from trialseal.documents.usdm.dates import APPROVED, dates_of
from trialseal.documents.usdm.endpoints import endpoints_of
from trialseal.documents.usdm.words import (
    NOT_STATED,
    by_id,
    decoded,
    decodes,
    label,
    local_ids,
    plain,
    present,
    standard,
)
from trialseal.documents.versions import FORMAT
from trialseal.errors import UsageError
from trialseal.registries.import_source import Imported, SourceObject, known
from trialseal.registries.numbers import read_known

# Values that tie the source's objects together and say nothing of the trial.
_BOOKKEEPING = frozenset({"id", "instanceType", "code", "codeSystem", "codeSystemVersion", "scopeId"})
_DEPTHS = (
    ("study.versions.studyDesigns.", 3),
    ("study.versions.amendments.", 3),
    ("study.versions.", 2),
    ("study.documentedBy.", 2),
)


def import_usdm(definition: dict[str, object], name: str) -> Imported:
    """The protocol in a USDM 4 definition, with what it leaves out; UsageError if it is malformed.

    USDM's endpoints have no structured time point: each endpoint notes so and quotes the text, and no time is
    read out of it. The amendments are put in order by their `previousId`, newest first.
    """
    version = definition.get("usdmVersion")
    if not isinstance(version, str) or not version.startswith("4."):
        raise UsageError(f"{name}: usdmVersion is {version!r:.40}, but only USDM 4 is read: convert the definition")
    source = SourceObject(definition, name)
    document = parse_document(_protocol(source, name), name)
    return Imported(document, source.left_out(_DEPTHS, _BOOKKEEPING))


def _protocol(source: SourceObject, name: str) -> dict[str, object]:
    source.text("usdmVersion")
    study = source.child("study")
    version = _only(study.children("versions"), "version", name)
    design = _only(version.children("studyDesigns"), "study design", name)
    organizations = by_id(version.children("organizations"))
    sponsor_id = _sponsor_id(version, organizations, name)
    if sponsor_id not in organizations:
        raise UsageError(f"{name} has no organization {sponsor_id!r:.60}, which is to be the sponsor: add it")
    population = design.child("population")
    amendments = amendments_of(version, name)
    approved = [date["date"] for date in dates_of(version) if date.get("kind") == APPROVED]
    return known(
        format=FORMAT,
        kind="protocol",
        trial=known(
            sponsor=label(organizations[sponsor_id]),
            code=_sponsors_code(version, sponsor_id),
            registry_ids=_registry_ids(version),
        ),
        version=1,
        version_label=version.text("versionIdentifier"),
        version_date=approved[0] if len(approved) == 1 else None,
        dates=[date for dated in (version, *_document_versions(study, version)) for date in dates_of(dated)],
        titles=_titles(version),
        secondary_ids=_secondary_ids(version, sponsor_id, organizations),
        study_type=decoded(design, "studyType"),
        phases=present([standard(design, "studyPhase")]),
        design=known(
            model=decoded(design, "model"),
            purpose=", ".join(decodes(design, "intentTypes")),
            masking=standard(design, "blindingSchema"),
            time_perspective=decoded(design, "timePerspective"),
        ),
        conditions=present(label(one) for one in design.children("indications")),
        arms=_described(design.children("arms")),
        interventions=_described(version.children("studyInterventions")),
        eligibility=_eligibility(version, design, population),
        sample_size=_sample_size(population),
        parts=_parts(population.children("cohorts")),
        endpoints=endpoints_of(version, design),
        amendment=amendments[0] if amendments else None,
        earlier_amendments=amendments[1:],
    )


def _only(objects: list[SourceObject], what: str, name: str) -> SourceObject:
    if len(objects) != 1:
        raise UsageError(f"{name} holds {len(objects)} {what}s, but a protocol is of one: keep one in the file")
    return objects[0]


def _sponsor_id(version: SourceObject, organizations: dict[str, SourceObject], name: str) -> str:
    """The organisation in the role of sponsor; without such a role, the sponsor that numbers the study."""
    for role in version.children("roles"):
        if decoded(role, "code") == "Sponsor":
            for organization_id in role.texts("organizationIds"):
                return organization_id
    for identifier in version.children("studyIdentifiers"):
        scope = identifier.text("scopeId")
        if scope in organizations and decoded(organizations[scope], "type") == "Clinical Study Sponsor":
            return scope
    raise UsageError(f"{name} names no sponsor: add a study role with the code Sponsor")


def _sponsors_code(version: SourceObject, sponsor_id: str) -> str | None:
    identifiers = version.children("studyIdentifiers")
    return next((one.required_text("text") for one in identifiers if one.text("scopeId") == sponsor_id), None)


def _registry_ids(version: SourceObject) -> list[str]:
    numbers = (_registry_number(one.required_text("text")) for one in version.children("studyIdentifiers"))
    return list(dict.fromkeys(present(numbers)))


def _registry_number(text: str) -> str | None:
    number = read_known(text)
    return number.number if number else None


def _secondary_ids(
    version: SourceObject, sponsor_id: str, organizations: dict[str, SourceObject]
) -> list[dict[str, object]]:
    """The numbers that are neither a known registry's nor the sponsor's code, with who gave them."""
    code = _sponsors_code(version, sponsor_id)
    found = []
    for one in (*version.children("studyIdentifiers"), *version.children("referenceIdentifiers")):
        text, scope = one.required_text("text"), one.text("scopeId") or ""
        if text != code and not _registry_number(text):
            issuer = label(organizations[scope]) if scope in organizations else None
            found.append(known(id=text, issuer=issuer, kind=decoded(one, "type")))
    return found


def _titles(version: SourceObject) -> dict[str, object]:
    titles = version.children("titles")

    def first(*kinds: str) -> str | None:
        for kind in kinds:
            for title in titles:
                if title.child("type").look("decode") == kind and (text := plain(title.text("text"))):
                    decoded(title, "type")
                    return text
        return None

    return known(
        public=first("Public Study Title", "Brief Study Title"),
        scientific=first("Scientific Study Title", "Official Study Title"),
        acronym=first("Study Acronym"),
    )


def _document_versions(study: SourceObject, version: SourceObject) -> list[SourceObject]:
    """The versions of documents on which this version of the study stands."""
    wanted = version.texts("documentVersionIds")
    documents = [one for document in study.children("documentedBy") for one in document.children("versions")]
    return [one for one in documents if one.look("id") in wanted]


def _eligibility(version: SourceObject, design: SourceObject, population: SourceObject) -> dict[str, object]:
    items = by_id(version.children("eligibilityCriterionItems"))
    lines = []
    for criterion in design.children("eligibilityCriteria"):
        item = items.get(criterion.text("criterionItemId") or "")
        text = plain(item.text("text")) if item else None
        if text:
            heading = " ".join(present([decoded(criterion, "category"), criterion.text("identifier")]))
            lines.append(f"{heading}: {text}" if heading else text)
    age = population.child("plannedAge")
    return known(
        criteria="\n".join(lines),
        sex=", ".join(decodes(population, "plannedSex")),
        minimum_age=_quantity(age.child("minValue")),
        maximum_age=_quantity(age.child("maxValue")),
        healthy_volunteers=population.flag("includesHealthySubjects"),
        population=plain(population.text("description")),
        sampling_method=decoded(design, "samplingMethod"),
    )


def _sample_size(population: SourceObject) -> dict[str, object]:
    planned = population.child("plannedEnrollmentNumber")
    if planned.look("instanceType") not in ("Quantity", None):
        return {}
    count = planned.count("value")
    return {} if count is None else known(count=count, certainty="estimated")


def _parts(cohorts: list[SourceObject]) -> list[dict[str, object]]:
    ids = local_ids([one.look("name") for one in cohorts], "cohort-")
    return [
        known(
            id=ids[index],
            name=label(cohort) or ids[index],
            kind="cohort",
            description=plain(cohort.text("description")),
            planned_sample_size=_sample_size(cohort).get("count"),
        )
        for index, cohort in enumerate(cohorts)
    ]


def _described(sources: Iterable[SourceObject]) -> list[dict[str, object]]:
    """Arms and interventions: name, kind and description."""
    return [
        known(
            name=label(one) or NOT_STATED,
            kind=decoded(one, "type"),
            description=plain(one.text("description")),
        )
        for one in sources
    ]


def _quantity(source: SourceObject) -> str | None:
    count = source.count("value")
    return None if count is None else " ".join(present([str(count), standard(source, "unit")]))
