"""ClinicalTrials.gov, API version 1, which ended in 2024: an archived answer to a study as version 2 gives it.

Both versions hold the same record under other names: `StartDateStruct.StartDate: "April 29, 2020"` became
`startDateStruct.date: "2020-04-29"`. What snapshots, versions and rules look at is translated, the rest left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from trialseal.errors import UsageError
from trialseal.registries.dates import registry_date
from trialseal.registries.import_source import SourceObject, known

_FLAGS = {"yes": True, "no": False}
_CERTAINTIES = {"ACTUAL": "ACTUAL", "ANTICIPATED": "ESTIMATED", "ESTIMATED": "ESTIMATED"}
_OUTCOMES = (("Primary", "primaryOutcomes"), ("Secondary", "secondaryOutcomes"), ("Other", "otherOutcomes"))


def classic_study(value: dict[str, object]) -> dict[str, object] | None:
    """The study in an answer of version 1: bare, in FullStudy, or alone in FullStudiesResponse; None if there is none.

    UsageError for an answer that holds several.
    """
    many = value.get("FullStudiesResponse")
    listed = many.get("FullStudies") if isinstance(many, dict) else None
    if isinstance(listed, list):
        if len(listed) != 1:
            raise UsageError(f"the answer holds {len(listed)} studies: save each as a file of its own")
        value = {"FullStudy": listed[0]}
    for step in ("FullStudy", "Study"):
        inner = value.get(step)
        value = inner if isinstance(inner, dict) else value
    return value if isinstance(value.get("ProtocolSection"), dict) else None


def as_version_2(study: dict[str, object], name: str) -> dict[str, object]:
    """A study of version 1 under the names of version 2; UsageError with the field's place for what is malformed."""
    protocol = SourceObject(study, name).child("ProtocolSection")
    identification = protocol.child("IdentificationModule")
    status = protocol.child("StatusModule")
    sponsors = protocol.child("SponsorCollaboratorsModule")
    oversight = protocol.child("OversightModule")
    design = protocol.child("DesignModule")
    contacts = protocol.child("ContactsLocationsModule")
    sharing = protocol.child("IPDSharingStatementModule")
    lead = sponsors.child("LeadSponsor")
    held = SourceObject(study, name).child("DerivedSection").child("MiscInfoModule")
    return {
        "protocolSection": known(
            identificationModule=known(
                nctId=identification.text("NCTId"),
                orgStudyIdInfo=known(id=identification.child("OrgStudyIdInfo").text("OrgStudyId")),
                secondaryIdInfos=_list(
                    identification, "SecondaryIdInfo", lambda one: known(id=one.text("SecondaryId"))
                ),
                briefTitle=identification.text("BriefTitle"),
                officialTitle=identification.text("OfficialTitle"),
                acronym=identification.text("Acronym"),
            ),
            statusModule=known(
                statusVerifiedDate=_date(status, "StatusVerifiedDate"),
                overallStatus=_code(status.text("OverallStatus")),
                whyStopped=status.text("WhyStopped"),
                startDateStruct=_struct(status, "StartDate"),
                primaryCompletionDateStruct=_struct(status, "PrimaryCompletionDate"),
                completionDateStruct=_struct(status, "CompletionDate"),
                studyFirstSubmitDate=_date(status, "StudyFirstSubmitDate"),
                studyFirstPostDateStruct=_struct(status, "StudyFirstPostDate"),
                resultsFirstSubmitDate=_date(status, "ResultsFirstSubmitDate"),
                resultsFirstPostDateStruct=_struct(status, "ResultsFirstPostDate"),
                dispFirstSubmitDate=_date(status, "DispFirstSubmitDate"),
                lastUpdateSubmitDate=_date(status, "LastUpdateSubmitDate"),
                lastUpdatePostDateStruct=_struct(status, "LastUpdatePostDate"),
            ),
            sponsorCollaboratorsModule=known(
                leadSponsor=known(name=lead.text("LeadSponsorName")),
                collaborators=_list(sponsors, "Collaborator", lambda one: known(name=one.text("CollaboratorName"))),
            ),
            oversightModule=known(
                oversightHasDmc=_flag(oversight, "OversightHasDMC"),
                isFdaRegulatedDrug=_flag(oversight, "IsFDARegulatedDrug"),
                isFdaRegulatedDevice=_flag(oversight, "IsFDARegulatedDevice"),
                isUsExport=_flag(oversight, "IsUSExport"),
            ),
            conditionsModule=known(
                conditions=protocol.child("ConditionsModule").child("ConditionList").texts("Condition")
            ),
            designModule=known(
                studyType=_code(design.text("StudyType")),
                phases=[_phase(text) for text in design.child("PhaseList").texts("Phase")],
                designInfo=known(primaryPurpose=_code(design.child("DesignInfo").text("DesignPrimaryPurpose"))),
                enrollmentInfo=_enrolment(design.child("EnrollmentInfo")),
            ),
            armsInterventionsModule=known(
                interventions=_list(
                    protocol.child("ArmsInterventionsModule"),
                    "Intervention",
                    lambda one: known(name=one.text("InterventionName"), type=_code(one.text("InterventionType"))),
                )
            ),
            outcomesModule=known(**{key: _outcomes(protocol.child("OutcomesModule"), role) for role, key in _OUTCOMES}),
            eligibilityModule=known(
                eligibilityCriteria=protocol.child("EligibilityModule").text("EligibilityCriteria")
            ),
            contactsLocationsModule=known(
                centralContacts=_list(
                    contacts, "CentralContact", lambda one: known(name=one.text("CentralContactName"))
                ),
                overallOfficials=_list(
                    contacts, "OverallOfficial", lambda one: known(name=one.text("OverallOfficialName"))
                ),
                locations=_list(contacts, "Location", lambda one: known(country=one.text("LocationCountry"))),
            ),
            ipdSharingStatementModule=known(
                ipdSharing=_code(sharing.text("IPDSharing")), description=sharing.text("IPDSharingDescription")
            ),
        ),
        "derivedSection": known(miscInfoModule=known(versionHolder=_date(held, "VersionHolder"))),
    }


def _list(
    module: SourceObject, what: str, translated: Callable[[SourceObject], dict[str, object]]
) -> list[dict[str, object]]:
    return [found for one in module.child(f"{what}List").children(what) if (found := translated(one))]


def _outcomes(module: SourceObject, role: str) -> list[dict[str, object]]:
    return _list(
        module,
        f"{role}Outcome",
        lambda one: known(
            measure=one.text(f"{role}OutcomeMeasure"),
            description=one.text(f"{role}OutcomeDescription"),
            timeFrame=one.text(f"{role}OutcomeTimeFrame"),
        ),
    )


def _date(module: SourceObject, key: str) -> str | None:
    text = module.text(key)
    try:
        return registry_date(text) if text else None
    except UsageError as error:
        raise module.wrong(key, text, f"a date ({error})") from None


def _struct(status: SourceObject, what: str) -> dict[str, object]:
    struct = status.child(f"{what}Struct")
    found = _date(struct, what)
    return known(date=found, type=_CERTAINTIES.get((struct.text(f"{what}Type") or "").upper()) if found else None)


def _flag(module: SourceObject, key: str) -> bool | None:
    return _FLAGS.get((module.text(key) or "").casefold())


def _code(text: str | None) -> str | None:
    """'Active, not recruiting' as version 2 has it: ACTIVE_NOT_RECRUITING."""
    plain = re.sub(r"[^A-Za-z0-9]+", "_", text or "").strip("_").upper()
    return {"UNKNOWN_STATUS": "UNKNOWN"}.get(plain, plain) or None


def _phase(text: str) -> str:
    """'Phase 2' is PHASE2, 'Early Phase 1' EARLY_PHASE1, 'Not Applicable' NA."""
    code = re.sub(r"PHASE_(?=[0-9])", "PHASE", _code(text) or "NA")
    return "NA" if code in ("NOT_APPLICABLE", "N_A") else code


def _enrolment(info: SourceObject) -> dict[str, object]:
    count = info.text("EnrollmentCount")
    if count is None or not count.isdecimal():
        return {}
    return known(count=int(count), type=_CERTAINTIES.get((info.text("EnrollmentType") or "").upper()))
