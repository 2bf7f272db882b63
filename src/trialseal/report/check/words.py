"""The words of a check that pages, letters and the terminal share: neutral, and short."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from trialseal.evidence.wording import count
from trialseal.outcomes.model import ChangeCode
from trialseal.report.trial.view import Answer

ANSWER_WORDS: Final[dict[Answer, str]] = {
    "fails": "raises a question",
    "undetermined": "cannot be determined",
    "holds": "holds",
    "does-not-apply": "does not apply",
}
SIGNS: Final[dict[Answer, str]] = {"fails": "!", "undetermined": "?", "holds": "✓", "does-not-apply": "–"}
ORDER: Final[tuple[Answer, ...]] = ("fails", "undetermined", "holds", "does-not-apply")

CODE_WORDS: Final[dict[ChangeCode, str]] = {
    ChangeCode.PRIMARY_DROPPED: "registered as primary, not found among those reported",
    ChangeCode.PRIMARY_ADDED: "reported as primary, not found among those registered",
    ChangeCode.PRIMARY_DEMOTED: "registered as primary, reported in another role",
    ChangeCode.PRIMARY_PROMOTED: "reported as primary, registered in another role",
    ChangeCode.PRIMARY_REPLACED: "another primary outcome",
    ChangeCode.TIME_CHANGED: "another time point",
    ChangeCode.MEASURE_CHANGED: "another measurement",
    ChangeCode.METRIC_CHANGED: "another analysis metric",
    ChangeCode.AGGREGATION_CHANGED: "summed up in another way",
    ChangeCode.ESTIMAND_CHANGED: "another estimand",
    ChangeCode.COMPONENT_CHANGED: "other components",
    ChangeCode.THRESHOLD_CHANGED: "another threshold",
    ChangeCode.SECONDARY_DROPPED: "registered as secondary, not found among those reported",
    ChangeCode.SECONDARY_ADDED: "reported as secondary, not found among those registered",
    ChangeCode.ROLE_CHANGED: "in another role",
    ChangeCode.OTHER_DROPPED: "registered as other, not found among those reported",
    ChangeCode.OTHER_ADDED: "reported as other, not found among those registered",
    ChangeCode.TIME_ADDED: "a time point is stated in addition",
    ChangeCode.TIME_OMITTED: "a time point is not stated",
    ChangeCode.MEASURE_ADDED: "the measurement is stated in addition",
    ChangeCode.MEASURE_OMITTED: "the measurement is not stated",
    ChangeCode.METRIC_ADDED: "the metric is stated in addition",
    ChangeCode.METRIC_OMITTED: "the metric is not stated",
    ChangeCode.AGGREGATION_ADDED: "how it is summed up is stated in addition",
    ChangeCode.AGGREGATION_OMITTED: "how it is summed up is not stated",
    ChangeCode.SPLIT: "given as several",
    ChangeCode.MERGED: "several given as one",
    ChangeCode.REWORDED: "in other words",
    ChangeCode.REORDERED: "in another order",
    ChangeCode.LAYOUT: "set differently",
    ChangeCode.POINTS_TO_RESULTS: "the record points to its results instead",
    ChangeCode.OTHER_PART: "of another part of the trial",
}
_WITHIN: Final = {
    ChangeCode.PRIMARY_DROPPED: "one primary outcome fewer",
    ChangeCode.PRIMARY_ADDED: "a primary outcome more",
    ChangeCode.PRIMARY_DEMOTED: "primary, then in another role",
    ChangeCode.PRIMARY_PROMOTED: "in another role, then primary",
    ChangeCode.SECONDARY_DROPPED: "a secondary outcome less",
    ChangeCode.SECONDARY_ADDED: "a secondary outcome more",
    ChangeCode.OTHER_DROPPED: "another outcome less",
    ChangeCode.OTHER_ADDED: "another outcome more",
}


def code_words(code: ChangeCode, *, within_record: bool = False) -> str:
    """A code in plain words: between record and paper, or between two versions of the record."""
    return (_WITHIN.get(code) if within_record else None) or CODE_WORDS[code]


def headline(counts: Sequence[tuple[Answer, int]], for_a_reader: int = 0, unsettled: Sequence[str] = ()) -> str:
    """The verdict, the gravest first; `for_a_reader` primary outcomes could not be judged without one, and `unsettled`
    says what stands between it and 'no question'."""
    said = [_headline(counts, bool(unsettled))]
    if unsettled:
        first = unsettled[0]
        said.append(f"{first[:1].upper()}{first[1:]}.")
    if for_a_reader:
        need = "primary outcome needs" if for_a_reader == 1 else "primary outcomes need"
        # Whoever reads the first words alone must not take it for settled.
        said.insert(int(bool(dict(counts)["fails"])), f"{for_a_reader} {need} a reader, who finds both texts below.")
    return " ".join(said)


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
