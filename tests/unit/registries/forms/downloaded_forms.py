"""A download of one trial in each form that registries and their gateways give."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[4]
STUDY = json.loads((ROOT / "tests" / "vectors" / "documents" / "ctgov-v2.json").read_text(encoding="utf-8"))


def study(number: str) -> dict[str, Any]:
    value = json.loads(json.dumps(STUDY))
    value["protocolSection"]["identificationModule"]["nctId"] = number
    return value  # type: ignore[no-any-return]


ICTRP = """<?xml version="1.0"?><Trials_downloaded_from_ICTRP>
<Trial><TrialID>{number}</TrialID><Public_title>Herzinsuffizienz &amp; Sport</Public_title>
<Date_registration>{registered}</Date_registration><Date_enrollement>{start}</Date_enrollement>
<Recruitment_Status>Not Recruiting</Recruitment_Status><Study_type>Interventional</Study_type>
<Phase>Phase 2/Phase 3</Phase>
<Countries>Germany;France</Countries><Target_size>120</Target_size>
<Secondary_ID>2019-001234-11;U1111-1131-4384</Secondary_ID>
<Primary_outcome>Death from any cause at 28 days;Pain on a scale</Primary_outcome>
<Secondary_outcome>Quality of life&lt;br&gt;Days in hospital</Secondary_outcome></Trial>
</Trials_downloaded_from_ICTRP>"""


def ictrp(number: str = "DRKS00012345", registered: str = "02/03/2019", start: str = "2019-05-06") -> str:
    return ICTRP.format(number=number, registered=registered, start=start)


ISRCTN = """<?xml version="1.0"?><allTrials xmlns="http://www.67bricks.com/isrctn"><fullTrial>
<trial lastUpdated="2021-02-03T09:00:00Z"><isrctn dateAssigned="2019-05-01T00:00:00Z">12345678</isrctn>
<trialDescription><title>A trial</title><primaryOutcome>1. Pain at 6 weeks
2. Sleep at 12 weeks</primaryOutcome><secondaryOutcome>N/A</secondaryOutcome></trialDescription>
<externalRefs><clinicalTrialsGovNumber>NCT01234567</clinicalTrialsGovNumber></externalRefs>
<trialDesign><primaryStudyDesign>Interventional</primaryStudyDesign>
<overallEndDate>2021-01-31T00:00:00Z</overallEndDate></trialDesign>
<participants><recruitmentStart>2019-06-01T00:00:00Z</recruitmentStart><targetEnrolment>80</targetEnrolment>
</participants>
</trial></fullTrial></allTrials>"""
ANZCTR = """<ANZCTR_Trial requestNumber="1"><actrnumber>ACTRN12619000123456</actrnumber>
<submitdate>1/02/2019</submitdate>
<approvaldate>3/03/2019</approvaldate><trial_identification><studytitle>A trial</studytitle></trial_identification>
<outcomes><primaryOutcome><outcome>Pain</outcome><timepoint>6 weeks</timepoint></primaryOutcome>
<secondaryOutcome><outcome>Sleep</outcome><timepoint>12 weeks</timepoint></secondaryOutcome></outcomes>
<recruitment><actualstartdate>4/05/2019</actualstartdate><recruitmentstatus>Completed</recruitmentstatus>
</recruitment></ANZCTR_Trial>"""
LEGACY = """<?xml version="1.0"?><clinical_study><required_header>
<download_date>ClinicalTrials.gov processed this data
on May 18, 2018</download_date></required_header><id_info><nct_id>NCT01234567</nct_id>
<secondary_id>2019-001234-11</secondary_id></id_info>
<brief_title>A trial</brief_title><overall_status>Completed</overall_status>
<start_date type="Actual">March 2017</start_date>
<study_first_submitted>February 1, 2017</study_first_submitted><phase>Phase 2</phase>
<study_type>Interventional</study_type>
<primary_outcome><measure>Pain</measure><time_frame>6 weeks</time_frame><description>by scale</description>
</primary_outcome>
<other_outcome><measure>Cost</measure></other_outcome></clinical_study>"""
EUCTR = """Summary
EudraCT Number: 2019-001234-11
Sponsor's Protocol Code Number: AB-1
Trial Status: Completed
Date on which this record was first entered in the EudraCT database: 2019-02-03

A.3 Full title of the trial: A trial of one thing:
in two lines
E.5.1 Primary end point(s): Pain
on a scale
E.5.1.1 Timepoint(s) of evaluation of this end point: 6 weeks
E.5.2 Secondary end point(s): Sleep
E.5.2.1 Timepoint(s) of evaluation of this end point: 12 weeks

Summary
EudraCT Number: 2019-001234-11
Trial Status: Ongoing
Date on which this record was first entered in the EudraCT database: 2019-01-15
"""
CTIS = {
    "ctNumber": "2022-500123-12-00", "ctStatus": "Ended", "startDateEU": "01/03/2023",
    "authorizedApplication": {
        "authorizedPartI": {
            "trialDetails": {
                "clinicalTrialIdentifiers": {
                    "fullTitle": "A trial", "secondaryIdentifyingNumbers": {"nctNumber": {"number": "NCT01234567"}}
                },
                "trialInformation": {
                    "endPoint": {
                        "primaryEndPoints": [{"number": 1, "endPoint": "Pain at 6 weeks"}],
                        "secondaryEndPoints": [{"number": 1, "endPoint": "Sleep"}, {"number": 2, "endPoint": "Work"}],
                    }
                },
            }
        },
        "applicationInfo": [{"submissionDate": "15/02/2023"}, {"submissionDate": "01/01/2024"}],
    },
}  # fmt: skip
DRKS = {
    "drksId": "DRKS00012345", "title": "A trial", "registrationDrks": "2019-02-03", "studyType": "Interventional",
    "primaryOutcome": "Pain at 6 weeks", "secondaryOutcomes": ["Sleep", "Work"], "recruitmentStatus": "Completed",
}  # fmt: skip
CTHIST = (
    "nctid,version_number,total_versions,version_date,overall_status,study_start_date,study_start_date_precision,"
    'primary_completion_date,outcome_measures\nNCT01234567,1,2,2019-02-01,Not yet recruiting,2019-03-01,month,,"[{""'
    'section"":""Primary"",""content"":""Pain [ Time Frame: 6 weeks ]""}]"\nNCT01234567,2,2,2021-01-10,Completed,'
    '2019-03-04,day,,"[{""section"":""Primary"",""content"":""Sleep""}]"\n'
)
SITE = (
    "NCT Number,Study Title,Study Status,Primary Outcome Measures,Secondary Outcome Measures,Start Date,Phases,"
    "Other IDs\n"
    'NCT01234567,A trial,COMPLETED,"Pain, 6 weeks|Sleep, 12 weeks",Work,2019-03,PHASE2|PHASE3,AB-1|2019-001234-11\n'
)
