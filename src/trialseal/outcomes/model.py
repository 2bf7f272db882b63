"""An outcome as it is compared, and what a comparison finds. Plain values; nothing here reads or decides."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:  # pydantic takes longer to load than a comparison takes
    from trialseal.documents.endpoint_models import Component, Estimand, Role, TimePoint

Field = Literal["measure", "description", "time_frame"]
FIELDS: tuple[Field, ...] = "measure", "description", "time_frame"


class Outcome(NamedTuple):
    """One outcome: what a document says, and the structured fields of CONSORT 2025 item 14 where it has them."""

    role: Role
    measure: str
    description: str = ""
    time_frame: str = ""
    id: str | None = None
    """The document's own name for it. Equal ids in both sets mean one outcome, whatever the words."""
    part: str | None = None
    """Phase, cohort or sub-protocol that it belongs to; None where the document does not say."""
    source: str = ""
    """Where it is written: `version of 2021-03-01`, `page 4`."""
    domain: str | None = None
    measurement_variable: str | None = None
    analysis_metric: str | None = None
    aggregation: str | None = None
    time_points: tuple[TimePoint, ...] = ()
    components: tuple[Component, ...] = ()
    estimands: tuple[Estimand, ...] = ()

    def text(self, field: Field) -> str:
        """The words of one field."""
        return str(getattr(self, field))


class Severity(StrEnum):
    """How much a change matters, after the published ratings: major concerns which outcomes are primary at all."""

    NONE = "none"
    MINOR = "minor"
    MODERATE = "moderate"
    MAJOR = "major"

    @property
    def rank(self) -> int:
        """0 for none, to 3 for major."""
        return list(Severity).index(self)


class ChangeCode(StrEnum):
    """What a change is. A split is not an addition, nor a merger a removal."""

    PRIMARY_DROPPED = "primary-dropped"
    PRIMARY_ADDED = "primary-added"
    PRIMARY_DEMOTED = "primary-demoted"
    PRIMARY_PROMOTED = "primary-promoted"
    PRIMARY_REPLACED = "primary-replaced"
    TIME_CHANGED = "time-changed"
    MEASURE_CHANGED = "measure-changed"
    METRIC_CHANGED = "metric-changed"
    AGGREGATION_CHANGED = "aggregation-changed"
    ESTIMAND_CHANGED = "estimand-changed"
    COMPONENT_CHANGED = "component-changed"
    THRESHOLD_CHANGED = "threshold-changed"
    SECONDARY_DROPPED = "secondary-dropped"
    SECONDARY_ADDED = "secondary-added"
    ROLE_CHANGED = "role-changed"
    """Between secondary and other."""
    OTHER_DROPPED = "other-dropped"
    OTHER_ADDED = "other-added"
    TIME_ADDED = "time-added"
    TIME_OMITTED = "time-omitted"
    MEASURE_ADDED = "measure-added"
    MEASURE_OMITTED = "measure-omitted"
    METRIC_ADDED = "metric-added"
    METRIC_OMITTED = "metric-omitted"
    AGGREGATION_ADDED = "aggregation-added"
    AGGREGATION_OMITTED = "aggregation-omitted"
    SPLIT = "split"
    MERGED = "merged"
    REWORDED = "reworded"
    REORDERED = "reordered"
    LAYOUT = "layout"
    """Only letters' case, white space or punctuation."""
    POINTS_TO_RESULTS = "points-to-results"
    """The registry replaced the words by a pointer to its results section."""
    OTHER_PART = "other-part"
    """It belongs to a part of the trial that the other document does not speak of."""

    @property
    def severity(self) -> Severity:
        """How much a change of this kind matters."""
        return _SEVERITIES[self]


_SEVERITIES = {
    **dict.fromkeys(
        (
            ChangeCode.PRIMARY_DROPPED,
            ChangeCode.PRIMARY_ADDED,
            ChangeCode.PRIMARY_DEMOTED,
            ChangeCode.PRIMARY_PROMOTED,
            ChangeCode.PRIMARY_REPLACED,
        ),
        Severity.MAJOR,
    ),
    **dict.fromkeys(
        (
            ChangeCode.TIME_CHANGED,
            ChangeCode.MEASURE_CHANGED,
            ChangeCode.METRIC_CHANGED,
            ChangeCode.AGGREGATION_CHANGED,
            ChangeCode.ESTIMAND_CHANGED,
            ChangeCode.COMPONENT_CHANGED,
            ChangeCode.THRESHOLD_CHANGED,
            ChangeCode.SECONDARY_DROPPED,
            ChangeCode.SECONDARY_ADDED,
        ),
        Severity.MODERATE,
    ),
    **dict.fromkeys(
        (
            ChangeCode.ROLE_CHANGED,
            ChangeCode.OTHER_DROPPED,
            ChangeCode.OTHER_ADDED,
            ChangeCode.TIME_ADDED,
            ChangeCode.TIME_OMITTED,
            ChangeCode.MEASURE_ADDED,
            ChangeCode.MEASURE_OMITTED,
            ChangeCode.METRIC_ADDED,
            ChangeCode.METRIC_OMITTED,
            ChangeCode.AGGREGATION_ADDED,
            ChangeCode.AGGREGATION_OMITTED,
            ChangeCode.SPLIT,
            ChangeCode.MERGED,
        ),
        Severity.MINOR,
    ),
    **dict.fromkeys(
        (
            ChangeCode.REWORDED,
            ChangeCode.REORDERED,
            ChangeCode.LAYOUT,
            ChangeCode.POINTS_TO_RESULTS,
            ChangeCode.OTHER_PART,
        ),
        Severity.NONE,
    ),
}


class TextSpan(NamedTuple):
    """Characters `start` to `end` of a field of the outcome with that index in its set."""

    outcome: int
    field: Field
    start: int
    end: int


Phase = Literal[
    "pre-enrolment", "recruitment", "post-completion", "post-unblinding", "post-result-commit", "post-publication"
]


class OutcomeChange(NamedTuple):
    """One thing that differs between the outcomes of a pair, and the words that decided it."""

    code: ChangeCode
    severity: Severity
    sentence: str
    before_spans: tuple[TextSpan, ...] = ()
    after_spans: tuple[TextSpan, ...] = ()


NEEDS_READER_BELOW = 0.6
"""Confidence below which a pair's changes are a suggestion that a person must read."""


class Pair(NamedTuple):
    """Outcomes that belong together: one and one; one and several where it was split; none on a side where it was
    added or dropped. The numbers are indices into the sets that were compared."""

    before: tuple[int, ...]
    after: tuple[int, ...]
    changes: tuple[OutcomeChange, ...]
    confidence: float
    """From 0 to 1: how sure it is that these belong together and that the changes are what the words say."""

    @property
    def needs_reader(self) -> bool:
        """Whether a person must read both texts before anything is said about this pair."""
        return self.confidence < NEEDS_READER_BELOW

    @property
    def severity(self) -> Severity:
        """The gravest of its changes."""
        return max((change.severity for change in self.changes), key=lambda one: one.rank, default=Severity.NONE)


class Comparison(NamedTuple):
    """What became of each outcome: every index of either set is in exactly one pair."""

    pairs: tuple[Pair, ...]

    @property
    def changes(self) -> Iterator[OutcomeChange]:
        """All changes of all pairs, also those that are none in substance."""
        return (change for pair in self.pairs for change in pair.changes)

    @property
    def severity(self) -> Severity:
        """The gravest change of all."""
        return max((pair.severity for pair in self.pairs), key=lambda one: one.rank, default=Severity.NONE)

    @property
    def changed(self) -> bool:
        """Whether anything changed in substance."""
        return self.severity is not Severity.NONE
