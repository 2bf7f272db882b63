"""ClinicalTrials.gov, API version 2: a study's JSON to a registry record, and a record back."""

from __future__ import annotations

from collections.abc import Iterable

from trialseal.documents.endpoint_models import Endpoint
from trialseal.documents.fields import FORMAT
from trialseal.documents.models import parse_document
from trialseal.documents.trial_description import Contact, StatedDate
from trialseal.errors import UsageError
from trialseal.registries.import_source import Imported, SourceObject, known
from trialseal.registries.numbers import read_known
from trialseal.registries.record import RegistryRecord

REGISTRY = "ClinicalTrials.gov"

_CERTAINTY = {"ACTUAL": "actual", "ESTIMATED": "estimated"}
_CERTAINTY_BACK = {ours: theirs for theirs, ours in _CERTAINTY.items()}
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
    source = SourceObject({key: value for key, value in study.items() if key != "resultsSection"}, name)
    document = parse_document(_record(source, partial), name)
    left_out = source.left_out(_DEPTHS, frozenset())
    results = study.get("resultsSection")
    if isinstance(results, dict) and results:
        left_out.insert(0, f"resultsSection: results are no part of a registry record here ({', '.join(results)})")
    return Imported(document, left_out)


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


def export_ctgov(record: RegistryRecord) -> dict[str, object]:
    """A study of API v2 with what the record holds: importing it yields the record again."""
    if record.registry != REGISTRY:
        raise UsageError(f"the record is from {record.registry}: only {REGISTRY}'s can be written in its format")
    titles, results, sharing = record.titles, record.summary_results, record.data_sharing
    protocol = known(
        identificationModule=known(
            nctId=record.number,
            orgStudyIdInfo=known(id=record.trial.code),
            secondaryIdInfos=[
                known(id=one.id, type=one.kind, domain=one.issuer, link=one.link) for one in record.secondary_ids
            ],
            briefTitle=titles and titles.public,
            officialTitle=titles and titles.scientific,
            acronym=titles and titles.acronym,
        ),
        statusModule=known(
            statusVerifiedDate=record.verified,
            overallStatus=record.recruitment_status,
            whyStopped=record.why_stopped,
            startDateStruct=_struct(record.start),
            primaryCompletionDateStruct=_struct(record.primary_completion),
            completionDateStruct=_struct(record.completion),
            studyFirstSubmitDate=record.first_submitted,
            studyFirstSubmitQcDate=record.first_submitted_complete,
            studyFirstPostDateStruct=_struct(record.first_posted),
            resultsFirstSubmitDate=results and results.first_submitted,
            resultsFirstSubmitQcDate=record.results_submitted_complete,
            resultsFirstPostDateStruct=_struct(results.first_posted if results else None),
            dispFirstSubmitDate=record.results_delay_submitted,
            dispFirstPostDateStruct=_struct(record.results_delay_posted),
            lastUpdateSubmitDate=record.record_date,
            lastUpdatePostDateStruct=_struct(record.record_posted),
        ),
        sponsorCollaboratorsModule=known(
            leadSponsor=known(**{"name": record.trial.sponsor, "class": record.sponsor_kind}),
            collaborators=[known(**{"name": one.name, "class": one.kind}) for one in record.secondary_sponsors],
        ),
        oversightModule=known(
            oversightHasDmc=record.oversight and record.oversight.has_monitoring_committee,
            isFdaRegulatedDrug=record.oversight and record.oversight.fda_regulated_drug,
            isFdaRegulatedDevice=record.oversight and record.oversight.fda_regulated_device,
            isUsExport=record.oversight and record.oversight.us_export,
        ),
        descriptionModule=known(briefSummary=record.brief_summary, detailedDescription=record.detailed_description),
        conditionsModule=known(conditions=list(record.conditions), keywords=list(record.keywords)),
        designModule=_export_design(record),
        armsInterventionsModule=known(
            armGroups=[
                known(
                    label=one.name,
                    type=one.kind,
                    description=one.description,
                    interventionNames=list(one.interventions),
                )
                for one in record.arms
            ],
            interventions=[
                known(
                    type=one.kind,
                    name=one.name,
                    description=one.description,
                    armGroupLabels=list(one.arms),
                    otherNames=list(one.other_names),
                )
                for one in record.interventions
            ],
        ),
        outcomesModule=known(
            **{key: [_outcome(one) for one in record.endpoints if one.role == role] for role, _, key in _ROLES}
        ),
        eligibilityModule=_export_eligibility(record),
        contactsLocationsModule=known(
            centralContacts=[_export_contact(one) for one in record.public_contacts],
            overallOfficials=[_export_contact(one) for one in record.scientific_contacts],
            locations=[{"country": country} for country in record.countries],
        ),
        referencesModule=known(
            references=[known(pmid=one.pmid, type=one.kind, citation=one.citation) for one in record.references]
        ),
        ipdSharingStatementModule=known(
            ipdSharing=sharing and sharing.plan,
            description=sharing and sharing.description,
            infoTypes=list(sharing.documents) if sharing else None,
            timeFrame=sharing and sharing.when,
            accessCriteria=sharing and sharing.how,
            url=sharing and sharing.url,
        ),
    )
    documents = [
        known(
            typeAbbrev=one.kind,
            hasProtocol=one.has_protocol,
            hasSap=one.has_analysis_plan,
            hasIcf=one.has_consent_form,
            label=one.label,
            date=one.date,
            uploadDate=one.uploaded,
            filename=one.filename,
            size=one.size,
        )
        for one in record.posted_documents
    ]
    return known(
        protocolSection=protocol,
        documentSection=known(largeDocumentModule=known(largeDocs=documents)),
        derivedSection=known(miscInfoModule=known(versionHolder=record.as_of)),
        hasResults=results and results.posted,
    )


def _struct(stated: StatedDate | None) -> dict[str, object]:
    if stated is None:
        return {}
    return known(date=stated.date, type=_CERTAINTY_BACK.get(stated.certainty or ""))


def _outcome(endpoint: Endpoint) -> dict[str, object]:
    words = endpoint.registry_words
    if words is None:
        raise UsageError(f"endpoint {endpoint.id} lacks registry_words: {REGISTRY} holds nothing else of an outcome")
    return known(measure=words.measure, description=words.description, timeFrame=words.time_frame)


def _export_contact(contact: Contact) -> dict[str, object]:
    return known(
        name=contact.name,
        affiliation=contact.affiliation,
        role=contact.role,
        phone=contact.phone,
        email=contact.email,
    )


def _export_design(record: RegistryRecord) -> dict[str, object]:
    design, size = record.design, record.sample_size
    info: dict[str, object] = {}
    if design is not None:
        info = known(
            allocation=design.allocation,
            interventionModel=design.model,
            interventionModelDescription=design.model_description,
            primaryPurpose=design.purpose,
            maskingInfo=known(
                masking=design.masking,
                maskingDescription=design.masking_description,
                whoMasked=list(design.masked),
            ),
            observationalModel=design.observational_model,
            timePerspective=design.time_perspective,
        )
    return known(
        studyType=record.study_type,
        phases=list(record.phases),
        designInfo=info,
        enrollmentInfo=known(count=size.count, type=_CERTAINTY_BACK.get(size.certainty or "")) if size else None,
    )


def _export_eligibility(record: RegistryRecord) -> dict[str, object]:
    eligibility = record.eligibility
    if eligibility is None:
        return {}
    return known(
        eligibilityCriteria=eligibility.criteria,
        healthyVolunteers=eligibility.healthy_volunteers,
        sex=eligibility.sex,
        minimumAge=eligibility.minimum_age,
        maximumAge=eligibility.maximum_age,
        studyPopulation=eligibility.population,
        samplingMethod=eligibility.sampling_method,
    )
