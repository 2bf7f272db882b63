"""What an editor is told of a manuscript beside its outcomes: what kind of paper it is, what its tracked changes do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from trialseal.evidence.wording import count

if TYPE_CHECKING:
    from trialseal.manuscripts import Paper
    from trialseal.manuscripts.stated import StatedOutcome

_MOST = 3
_KINDS = {
    "review": "is a review by its own words ({said}): outcomes in it may be those of the studies that it gathers",
    "protocol": "is a protocol by its own words ({said}): what it states is planned, and not reported",
    "secondary": (
        "is a secondary paper by its own words ({said}): its outcomes may rightly differ from those of the trial's "
        "main report"
    ),
    "several trials": "reports several trials ({said}): check it against the record of each",
}


def remarks_on_kind(paper: Paper, name: str) -> list[str]:
    """A sentence for each kind of paper that it says to be; of several trials, which outcomes are told of which."""
    remarks = [f"{name} {_KINDS[one.kind].format(said=f'“{one.quote}”, {one.place}')}" for one in paper.kinds]
    if any(one.kind == "several trials" for one in paper.kinds):
        remarks += _of_trials(paper, name)
    return remarks


def _of_trials(paper: Paper, name: str) -> list[str]:
    from trialseal.manuscripts.paper_kinds import by_trial

    told = by_trial(paper.outcomes.outcomes)
    untold = told.pop("", [])
    remarks = [f"of {trial}, {name} states {_listed(outcomes)}" for trial, outcomes in told.items()]
    if untold:
        remarks.append(f"needs a reader: of which trial does {name} state {_listed(untold)}?")
    return remarks


def remarks_on_tracked_changes(paper: Paper, name: str) -> list[str]:
    """Which outcomes tracked changes put in or took out; none where nothing is tracked."""
    if not paper.manuscript.before_changes:
        return []
    remarks = []
    if paper.tracked.inserted:
        remarks.append(f"the tracked changes of {name} put in or change {_listed(paper.tracked.inserted)}")
    if paper.tracked.deleted:
        remarks.append(f"the tracked changes of {name} take out or change {_listed(paper.tracked.deleted)}")
    return remarks or [f"the tracked changes of {name} change none of the outcomes that were found"]


def _listed(outcomes: Sequence[StatedOutcome]) -> str:
    named = "; ".join(f"the {one.role} outcome “{one.measure}” ({one.place})" for one in outcomes[:_MOST])
    more = len(outcomes) - _MOST
    return named + (f"; and {count(more, 'outcome')} more" if more > 0 else "")
