"""The WHO Trial Registration Data Set: its items by version, and which of them a document states.

The 24 items of version 1.3.1 are those that ICMJE asks for; 1.2.1 had the first twenty. Ethics review,
completion, summary results and the data-sharing statement may come later, and numbers, sponsors and outcomes
that a trial does not have cannot be stated.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from trialseal.documents.endpoint_models import Endpoint
from trialseal.documents.fields import Model
from trialseal.documents.protocol import Protocol
from trialseal.errors import UsageError
from trialseal.registries.record import RegistryRecord

Due = Literal["at registration", "if any", "later"]
Status = Literal["stated", "partly stated", "placeholder", "not stated", "not published"]


@dataclass(frozen=True)
class DataSetItem:
    """An item of the data set, the field that answers it, and when it is due."""

    number: int
    name: str
    field: str
    due: Due = "at registration"


@dataclass(frozen=True)
class ItemAnswer:
    """What a document says to an item; `note` tells what is lacking, or what stands for it."""

    item: DataSetItem
    status: Status
    note: str = ""


_ITEMS = (
    DataSetItem(1, "Primary registry and trial identifying number", "trial.registry_ids"),
    DataSetItem(2, "Date of registration in primary registry", "first_submitted"),
    DataSetItem(3, "Secondary identifying numbers", "secondary_ids", "if any"),
    DataSetItem(4, "Sources of monetary or material support", "support"),
    DataSetItem(5, "Primary sponsor", "trial.sponsor"),
    DataSetItem(6, "Secondary sponsors", "secondary_sponsors", "if any"),
    DataSetItem(7, "Contact for public queries", "public_contacts"),
    DataSetItem(8, "Contact for scientific queries", "scientific_contacts"),
    DataSetItem(9, "Public title", "titles.public"),
    DataSetItem(10, "Scientific title", "titles.scientific"),
    DataSetItem(11, "Countries of recruitment", "countries"),
    DataSetItem(12, "Health conditions or problems studied", "conditions"),
    DataSetItem(13, "Interventions", "interventions"),
    DataSetItem(14, "Key inclusion and exclusion criteria", "eligibility"),
    DataSetItem(15, "Study type", "study_type"),
    DataSetItem(16, "Date of first enrolment", "start"),
    DataSetItem(17, "Sample size", "sample_size"),
    DataSetItem(18, "Recruitment status", "recruitment_status"),
    DataSetItem(19, "Primary outcomes", "endpoints"),
    DataSetItem(20, "Key secondary outcomes", "endpoints", "if any"),
    DataSetItem(21, "Ethics review", "ethics_reviews", "later"),
    DataSetItem(22, "Completion date", "completion", "later"),
    DataSetItem(23, "Summary results", "summary_results", "later"),
    DataSetItem(24, "Individual participant data sharing statement", "data_sharing", "later"),
)
TRDS_VERSIONS: dict[str, tuple[DataSetItem, ...]] = {"1.2.1": _ITEMS[:20], "1.3.1": _ITEMS}
_OUTCOMES = {19: "primary", 20: "secondary"}

# What a registry's public record lacks by design says nothing of the sponsor.
_NOT_PUBLISHED = {
    ("ClinicalTrials.gov", 7): "ClinicalTrials.gov shows it only while a trial recruits",
    ("ClinicalTrials.gov", 8): "ClinicalTrials.gov lets the responsible party stand for it, and asks for no officials",
    ("ClinicalTrials.gov", 21): "ClinicalTrials.gov does not publish it",
}
_STANDS_FOR = {("ClinicalTrials.gov", 4): "ClinicalTrials.gov takes sponsor and collaborators for it"}

# The registry's own word for a record that nobody has verified for two years: it is its status, and no gap.
_REGISTRYS_WORDS = {(18, "unknown"): "the registry's word where nobody has verified the record for two years"}

_PLACEHOLDERS = frozenset(
    {
        "tbd",
        "tbc",
        "tba",
        "to be determined",
        "to be confirmed",
        "to be announced",
        "n/a",
        "na",
        "none",
        "nil",
    }
    | {"not applicable", "not available", "not provided", "unknown", "pending", "xxx", "-", "--", ".", "?"}
)


def answers(document: Protocol | RegistryRecord, trds_version: str = "1.3.1") -> list[ItemAnswer]:
    """One answer for each item of a version of the data set; UsageError for an unknown version."""
    if trds_version not in TRDS_VERSIONS:
        raise UsageError(f"the WHO data set has no version {trds_version!r:.40} here: use {' or '.join(TRDS_VERSIONS)}")
    return [_answer(document, item) for item in TRDS_VERSIONS[trds_version]]


def _answer(document: Protocol | RegistryRecord, item: DataSetItem) -> ItemAnswer:
    if item.number in _OUTCOMES:
        role = _OUTCOMES[item.number]
        return _outcomes(item, [one for one in document.endpoints if one.role == role])
    registry = document.registry if isinstance(document, RegistryRecord) else ""
    texts = list(_texts(_field(document, item.field)))
    if texts:
        own = _REGISTRYS_WORDS.get((item.number, " ".join(texts).casefold().removesuffix(" status")))
        if registry and own:
            return ItemAnswer(item, "stated", own)
        placeholder = all(" ".join(text.casefold().split()) in _PLACEHOLDERS for text in texts)
        return ItemAnswer(item, "placeholder", f"it says {texts[0]!r}") if placeholder else ItemAnswer(item, "stated")
    if (registry, item.number) in _STANDS_FOR:
        return ItemAnswer(item, "stated", _STANDS_FOR[registry, item.number])
    if (registry, item.number) in _NOT_PUBLISHED:
        return ItemAnswer(item, "not published", _NOT_PUBLISHED[registry, item.number])
    return ItemAnswer(item, "not stated")


def _outcomes(item: DataSetItem, endpoints: list[Endpoint]) -> ItemAnswer:
    """Items 19 and 20 ask of each outcome what is measured, how, and when."""
    if not endpoints:
        return ItemAnswer(item, "not stated")
    lacking = []
    for endpoint in endpoints:
        words = endpoint.registry_words
        method = endpoint.analysis_metric or endpoint.measurement_variable or (words and words.description)
        when = endpoint.time_points or (words and words.time_frame)
        missing = [what for what, there in (("method", method), ("time point", when)) if not there]
        if missing:
            lacking.append(f"{endpoint.id} lacks {' and '.join(missing)}")
    return ItemAnswer(item, "partly stated", "; ".join(lacking)) if lacking else ItemAnswer(item, "stated")


def _field(document: Model, path: str) -> object:
    value: object = document
    for step in path.split("."):
        value = getattr(value, step, None)
    return value


def _texts(value: object) -> Iterable[str]:
    """Everything that a field says, as text."""
    if isinstance(value, Model):
        for name in type(value).model_fields:
            yield from _texts(getattr(value, name))
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts(one)
    elif value is not None:
        yield str(value)
