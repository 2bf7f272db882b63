"""ClinicalTrials.gov, API version 2: a study's JSON to a registry record."""

from __future__ import annotations

from collections.abc import Iterable

from trialseal.documents.models import parse_document
from trialseal.documents.versions import FORMAT
from trialseal.registries.import_source import Imported, SourceObject, known
from trialseal.registries.numbers import read_known
from trialseal.registries.record import RegistryRecord

REGISTRY = "ClinicalTrials.gov"

_CERTAINTY = {"ACTUAL": "actual", "ESTIMATED": "estimated"}
_ROLES = (
    ("primary", "P", "primaryOutcomes"),
    ("secondary", "S", "secondaryOutcomes"),
    ("other", "O", "otherOutcomes"),
)
# Results and what the registry derives are reported by module, everything else by field.
_DEPTHS = (("derivedSection.", 2), ("annotationSection.", 2), ("documentSection.", 2))


def import_ctgov(study: dict[str, object], name: str, *, partial: bool = False) -> Imported:
    """The registry record in a study of API v2, with what it leaves out; UsageError if it is malformed.

    `partial`: it may lack the sponsor, as answers for some fields only do.
    """
    source = _source(study, name)
    document = parse_document(_record(source, partial), name)
    left_out = source.left_out(_DEPTHS, frozenset())
    results = study.get("resultsSection")
    if isinstance(results, dict) and results:
        left_out.insert(0, f"resultsSection: results are no part of a registry record here ({', '.join(results)})")
    return Imported(document, left_out)


def record_in(study: dict[str, object], name: str, *, partial: bool = False) -> RegistryRecord:
    """The record alone, as `import_ctgov` reads it."""
    document = parse_document(_record(_source(study, name), partial), name)
    assert isinstance(document, RegistryRecord)
    return document


def _source(study: dict[str, object], name: str) -> SourceObject:
    return SourceObject({key: value for key, value in study.items() if key != "resultsSection"}, name)


def _record(source: SourceObject, partial: bool) -> dict[str, object]:
    protocol = source.child("protocolSection")
    identification = protocol.child("identificationModule")
    status = protocol.child("statusModule")
    sponsors = protocol.child("sponsorCollaboratorsModule")
    oversight = protocol.child("oversightModule")
    description = protocol.child("descriptionModule")
    conditions = protocol.child("conditionsModule")
    design = protocol.child("designModule")
    arms = protocol.child("armsInterventionsModule")
    contacts = protocol.child("contactsLocationsModule")

    number = _number(identification)
    secondary_ids = _secondary_ids(identification)
    sponsor = sponsors.child("leadSponsor")
    return known(
        format=FORMAT,
        kind="registry-record",
        registry=REGISTRY,
        number=number,
        trial=known(
            sponsor=sponsor.text("name") if partial else sponsor.required_text("name"),
            code=identification.child("orgStudyIdInfo").text("id"),
            registry_ids=[number, *_registry_ids(secondary_ids, number)],
        ),
        record_date=status.date("lastUpdateSubmitDate"),
        record_posted=_stated_date(status, "lastUpdatePostDateStruct"),
        as_of=source.child("derivedSection").child("miscInfoModule").date("versionHolder"),
        verified=status.date("statusVerifiedDate"),
        titles=known(
            public=identification.text("briefTitle"),
            scientific=identification.text("officialTitle"),
            acronym=identification.text("acronym"),
        ),
        first_submitted=status.date("studyFirstSubmitDate"),
        first_submitted_complete=status.date("studyFirstSubmitQcDate"),
        first_posted=_stated_date(status, "studyFirstPostDateStruct"),
        secondary_ids=secondary_ids,
        sponsor_kind=sponsor.text("class"),
        secondary_sponsors=[
            known(name=one.required_text("name"), kind=one.text("class")) for one in sponsors.children("collaborators")
        ],
        public_contacts=_contacts(contacts.children("centralContacts")),
        scientific_contacts=_contacts(contacts.children("overallOfficials")),
        countries=_distinct(one.text("country") for one in contacts.children("locations")),
        conditions=conditions.texts("conditions"),
        keywords=conditions.texts("keywords"),
        interventions=[
            known(
                name=one.required_text("name"),
                kind=one.text("type"),
                description=one.text("description"),
                other_names=one.texts("otherNames"),
                arms=one.texts("armGroupLabels"),
            )
            for one in arms.children("interventions")
        ],
        arms=[
            known(
                name=one.required_text("label"),
                kind=one.text("type"),
                description=one.text("description"),
                interventions=one.texts("interventionNames"),
            )
            for one in arms.children("armGroups")
        ],
        eligibility=_eligibility(protocol.child("eligibilityModule")),
        study_type=design.text("studyType"),
        phases=design.texts("phases"),
        design=_design(design.child("designInfo")),
        sample_size=_sample_size(design.child("enrollmentInfo")),
        recruitment_status=status.text("overallStatus"),
        why_stopped=status.text("whyStopped"),
        start=_stated_date(status, "startDateStruct"),
        primary_completion=_stated_date(status, "primaryCompletionDateStruct"),
        completion=_stated_date(status, "completionDateStruct"),
        results_delay_submitted=status.date("dispFirstSubmitDate"),
        results_delay_posted=_stated_date(status, "dispFirstPostDateStruct"),
        results_submitted_complete=status.date("resultsFirstSubmitQcDate"),
        summary_results=known(
            posted=source.flag("hasResults"),
            first_submitted=status.date("resultsFirstSubmitDate"),
            first_posted=_stated_date(status, "resultsFirstPostDateStruct"),
        ),
        data_sharing=_data_sharing(protocol.child("ipdSharingStatementModule")),
        oversight=known(
            has_monitoring_committee=oversight.flag("oversightHasDmc"),
            fda_regulated_drug=oversight.flag("isFdaRegulatedDrug"),
            fda_regulated_device=oversight.flag("isFdaRegulatedDevice"),
            us_export=oversight.flag("isUsExport"),
        ),
        brief_summary=description.text("briefSummary"),
        detailed_description=description.text("detailedDescription"),
        endpoints=_endpoints(protocol.child("outcomesModule")),
        references=[
            known(citation=one.required_text("citation"), pmid=one.text("pmid"), kind=one.text("type"))
            for one in protocol.child("referencesModule").children("references")
        ],
        posted_documents=_posted_documents(source.child("documentSection").child("largeDocumentModule")),
    )


def _number(identification: SourceObject) -> str:
    text = identification.required_text("nctId")
    number = read_known(text)
    if number is None or number.registry != REGISTRY or number.filled:
        raise identification.wrong("nctId", text, "a ClinicalTrials.gov number such as NCT04368728")
    return number.number


def _secondary_ids(identification: SourceObject) -> list[dict[str, object]]:
    return [
        known(
            id=one.required_text("id"),
            kind=one.text("type"),
            issuer=one.text("domain"),
            link=one.text("link"),
        )
        for one in identification.children("secondaryIdInfos")
    ]


def _registry_ids(secondary_ids: Iterable[dict[str, object]], own: str) -> list[str]:
    """Those secondary numbers that have the shape of a known registry's."""
    numbers: list[str] = []
    for one in secondary_ids:
        number = read_known(str(one["id"]))
        if number and number.number not in (own, *numbers):
            numbers.append(number.number)
    return numbers


def _stated_date(parent: SourceObject, key: str) -> dict[str, object]:
    struct = parent.child(key)
    date = struct.date("date")
    certainty = struct.text("type") if date else None
    if certainty is not None and certainty not in _CERTAINTY:
        raise struct.wrong("type", certainty, " or ".join(_CERTAINTY))
    return known(date=date, certainty=_CERTAINTY.get(certainty or ""))


def _contacts(sources: Iterable[SourceObject]) -> list[dict[str, object]]:
    contacts = (
        known(
            name=one.text("name"),
            role=one.text("role"),
            affiliation=one.text("affiliation"),
            email=one.text("email"),
            phone=one.text("phone"),
        )
        for one in sources
    )
    return [contact for contact in contacts if contact]


def _eligibility(module: SourceObject) -> dict[str, object]:
    return known(
        criteria=module.text("eligibilityCriteria"),
        sex=module.text("sex"),
        minimum_age=module.text("minimumAge"),
        maximum_age=module.text("maximumAge"),
        healthy_volunteers=module.flag("healthyVolunteers"),
        population=module.text("studyPopulation"),
        sampling_method=module.text("samplingMethod"),
    )


def _design(info: SourceObject) -> dict[str, object]:
    masking = info.child("maskingInfo")
    return known(
        allocation=info.text("allocation"),
        model=info.text("interventionModel"),
        model_description=info.text("interventionModelDescription"),
        purpose=info.text("primaryPurpose"),
        masking=masking.text("masking"),
        masked=masking.texts("whoMasked"),
        masking_description=masking.text("maskingDescription"),
        observational_model=info.text("observationalModel"),
        time_perspective=info.text("timePerspective"),
    )


def _sample_size(info: SourceObject) -> dict[str, object]:
    count = info.count("count")
    if count is None:
        return {}
    certainty = info.text("type")
    if certainty is not None and certainty not in _CERTAINTY:
        raise info.wrong("type", certainty, " or ".join(_CERTAINTY))
    return known(count=count, certainty=_CERTAINTY.get(certainty or ""))


def _data_sharing(module: SourceObject) -> dict[str, object]:
    return known(
        plan=module.text("ipdSharing"),
        description=module.text("description"),
        documents=module.texts("infoTypes"),
        when=module.text("timeFrame"),
        how=module.text("accessCriteria"),
        url=module.text("url"),
    )


def _endpoints(outcomes: SourceObject) -> list[dict[str, object]]:
    endpoints: list[dict[str, object]] = []
    for role, letter, key in _ROLES:
        number = 0
        for outcome in outcomes.children(key):
            words = known(
                measure=outcome.text("measure"),
                description=outcome.text("description"),
                time_frame=outcome.text("timeFrame"),
            )
            if words:
                number += 1
                endpoints.append({"id": f"{letter}{number}", "role": role, "registry_words": words})
    return endpoints


def _posted_documents(module: SourceObject) -> list[dict[str, object]]:
    return [
        known(
            filename=one.required_text("filename"),
            label=one.text("label"),
            kind=one.text("typeAbbrev"),
            date=one.date("date"),
            uploaded=one.text("uploadDate"),
            size=one.count("size"),
            has_protocol=one.flag("hasProtocol"),
            has_analysis_plan=one.flag("hasSap"),
            has_consent_form=one.flag("hasIcf"),
        )
        for one in module.children("largeDocs")
    ]


def _distinct(texts: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(text for text in texts if text))
