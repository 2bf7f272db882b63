"""Registry versions and histories made of what a test is about; everything else is as in an ordinary trial."""

from __future__ import annotations

from datetime import date
from typing import Any

from trialseal.documents.models import parse_document
from trialseal.registries.dates import Certainty, RegistryDate
from trialseal.registries.history import RegistryHistory, RegistryOutcome, RegistryVersion
from trialseal.registries.record import RegistryRecord
from trialseal.rules.finding import Finding, Rule
from trialseal.rules.trial_case import TrialCase

AS_OF = date(2026, 1, 1)
NUMBER = "NCT01234567"


def on(text: str | None, certainty: Certainty | None = "actual") -> RegistryDate | None:
    return RegistryDate(text, certainty) if text else None


def record(**members: Any) -> RegistryRecord:
    """A whole record of an FDA-regulated phase 3 drug trial with sites in the United States."""
    value: dict[str, Any] = {
        "format": "trialseal/1",
        "kind": "registry-record",
        "registry": "ClinicalTrials.gov",
        "number": NUMBER,
        "trial": {"sponsor": "Example Sponsor", "registry_ids": [NUMBER]},
        "titles": {"public": "A trial", "scientific": "A trial of one thing"},
        "first_submitted": "2019-12-01",
        "public_contacts": [{"name": "Office"}],
        "scientific_contacts": [{"name": "Office"}],
        "countries": ["United States"],
        "conditions": ["A condition"],
        "interventions": [{"name": "A drug"}],
        "eligibility": {"criteria": "Adults"},
        "study_type": "INTERVENTIONAL",
        "phases": ["PHASE3"],
        "start": {"date": "2020-01-15", "certainty": "actual"},
        "sample_size": {"count": 100},
        "recruitment_status": "RECRUITING",
        "data_sharing": {"plan": "NO"},
        "oversight": {"fda_regulated_drug": True, "fda_regulated_device": False},
    }
    value = {key: item for key, item in (value | members).items() if item is not None}
    document = parse_document(value, "record.json")
    assert isinstance(document, RegistryRecord)
    return document


def version(number: int = 1, **members: Any) -> RegistryVersion:
    """A version of an ordinary record; `record` among the members goes into the whole record too."""
    whole = members.pop("whole", record(**members.pop("record", {})))
    ordinary: dict[str, Any] = {
        "date": "2020-02-01",
        "source": "record.json",
        "seen": "2020-03-01",
        "status": "RECRUITING",
        "study_type": "INTERVENTIONAL",
        "phases": tuple(whole.phases) if whole else None,
        "countries": tuple(whole.countries) if whole else None,
        "start": on("2020-01-15"),
        "first_submitted": "2020-01-01",
        "outcomes": (RegistryOutcome("primary", "Pain", "on a scale from 0 to 10", "week 12"),),
    }
    return RegistryVersion(number=number, record=whole, **(ordinary | members))


def history(*versions: RegistryVersion, complete: bool = False, number: str = NUMBER) -> RegistryHistory:
    return RegistryHistory(number, versions or (version(),), complete)


def ask(rule: Rule[TrialCase], *versions: RegistryVersion, complete: bool = False, **members: Any) -> Finding:
    """The rule's finding about a history of these versions."""
    members = {"as_of": AS_OF, "registry": history(*versions, complete=complete)} | members
    return rule(TrialCase(**members))
