"""The words of a check that pages, letters and the terminal share: neutral, and short."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from trialseal.evidence.wording import count
from trialseal.outcomes.model import Code
from trialseal.report.trial.view import Answer

ANSWER_WORDS: Final[dict[Answer, str]] = {
    "fails": "raises a question",
    "undetermined": "cannot be determined",
    "holds": "holds",
    "does-not-apply": "does not apply",
}
SIGNS: Final[dict[Answer, str]] = {"fails": "!", "undetermined": "?", "holds": "✓", "does-not-apply": "–"}
ORDER: Final[tuple[Answer, ...]] = ("fails", "undetermined", "holds", "does-not-apply")

CODE_WORDS: Final[dict[Code, str]] = {
    Code.PRIMARY_DROPPED: "registered as primary, not found among those reported",
    Code.PRIMARY_ADDED: "reported as primary, not found among those registered",
    Code.PRIMARY_DEMOTED: "registered as primary, reported in another role",
    Code.PRIMARY_PROMOTED: "reported as primary, registered in another role",
    Code.PRIMARY_REPLACED: "another primary outcome",
    Code.TIME_CHANGED: "another time point",
    Code.MEASURE_CHANGED: "another measurement",
    Code.METRIC_CHANGED: "another analysis metric",
    Code.AGGREGATION_CHANGED: "summed up in another way",
    Code.ESTIMAND_CHANGED: "another estimand",
    Code.COMPONENT_CHANGED: "other components",
    Code.THRESHOLD_CHANGED: "another threshold",
    Code.SECONDARY_DROPPED: "registered as secondary, not found among those reported",
    Code.SECONDARY_ADDED: "reported as secondary, not found among those registered",
    Code.ROLE_CHANGED: "in another role",
    Code.OTHER_DROPPED: "registered as other, not found among those reported",
    Code.OTHER_ADDED: "reported as other, not found among those registered",
    Code.TIME_ADDED: "a time point is stated in addition",
    Code.TIME_OMITTED: "a time point is not stated",
    Code.MEASURE_ADDED: "the measurement is stated in addition",
    Code.MEASURE_OMITTED: "the measurement is not stated",
    Code.METRIC_ADDED: "the metric is stated in addition",
    Code.METRIC_OMITTED: "the metric is not stated",
    Code.AGGREGATION_ADDED: "how it is summed up is stated in addition",
    Code.AGGREGATION_OMITTED: "how it is summed up is not stated",
    Code.SPLIT: "given as several",
    Code.MERGED: "several given as one",
    Code.REWORDED: "in other words",
    Code.REORDERED: "in another order",
    Code.LAYOUT: "set differently",
    Code.POINTS_TO_RESULTS: "the record points to its results instead",
    Code.OTHER_PART: "of another part of the trial",
}
_WITHIN: Final = {
    Code.PRIMARY_DROPPED: "one primary outcome fewer",
    Code.PRIMARY_ADDED: "a primary outcome more",
    Code.PRIMARY_DEMOTED: "primary, then in another role",
    Code.PRIMARY_PROMOTED: "in another role, then primary",
    Code.SECONDARY_DROPPED: "a secondary outcome less",
    Code.SECONDARY_ADDED: "a secondary outcome more",
    Code.OTHER_DROPPED: "another outcome less",
    Code.OTHER_ADDED: "another outcome more",
}


def code_words(code: Code, *, within_record: bool = False) -> str:
    """A code in plain words: between record and paper, or between two versions of the record."""
    return (_WITHIN.get(code) if within_record else None) or CODE_WORDS[code]


def headline(counts: Sequence[tuple[Answer, int]], for_a_reader: int = 0, unsettled: Sequence[str] = ()) -> str:
    """The verdict in one sentence; `for_a_reader` primary outcomes could not be judged without one, and `unsettled`
    says what stands between it and 'no question'."""
    words = _headline(counts, bool(unsettled))
    if unsettled:
        first = unsettled[0]
        words += f" {first[:1].upper()}{first[1:]}."
    if not for_a_reader:
        return words
    need = "primary outcome needs" if for_a_reader == 1 else "primary outcomes need"
    return f"{words} {for_a_reader} {need} a reader, who finds both texts below."


def _headline(counts: Sequence[tuple[Answer, int]], unsettled: bool = False) -> str:
    number = dict(counts)
    applying = number["fails"] + number["undetermined"] + number["holds"]
    if not applying:
        return "No check applies to what was given."
    if number["fails"]:
        verb = "raises a question" if number["fails"] == 1 else "raise questions"
        rest = f"; {number['undetermined']} cannot be determined" if number["undetermined"] else ""
        return f"{number['fails']} of {count(applying, 'check')} {verb}{rest}."
    if number["undetermined"]:
        return (
            f"No check raises a question; {number['undetermined']} of {count(applying, 'check')} cannot be determined."
        )
    if unsettled:
        return f"{count(applying, 'check')} found nothing to ask about."
    return f"All {applying} checks that apply hold." if applying > 1 else "The one check that applies holds."
