"""A registry record back into a study of ClinicalTrials.gov's API v2, to show that reading one loses nothing."""

from __future__ import annotations

from trialseal.documents.endpoint_models import Endpoint
from trialseal.documents.trial_description import Contact, StatedDate
from trialseal.errors import UsageError
from trialseal.registries.ctgov import REGISTRY
from trialseal.registries.import_source import known
from trialseal.registries.record import RegistryRecord

_CERTAINTY_BACK = {"actual": "ACTUAL", "estimated": "ESTIMATED"}
_ROLES = (("primary", "primaryOutcomes"), ("secondary", "secondaryOutcomes"), ("other", "otherOutcomes"))


def study_of(record: RegistryRecord) -> dict[str, object]:
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
            **{key: [_outcome(one) for one in record.endpoints if one.role == role] for role, key in _ROLES}
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
