"""How often each kind of answer was wrong when it was measured: one sentence a kind, for every command that answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from trialseal.outcomes.judgement import Answer
from trialseal.outcomes.measured import Compared, measured
from trialseal.registries.history import RegistryHistory
from trialseal.rules.outcome_changes import answer_shown, phase_changes

Kind = tuple[Compared, Answer]

_ANSWERS: Mapping[Answer, str] = {
    "question": "Where trialseal asks the authors about a primary outcome",
    "reader": "Where it asks for a reader",
    "holds": "Where it finds no difference in substance",
}
_WHERE: Mapping[Compared, str] = {
    "versions": "between versions of a record",
    "confirmed": "in outcomes that a person confirmed",
    "unconfirmed": "in outcomes that patterns found",
}


def of_versions(history: RegistryHistory | None, submitted: str | None = None) -> Iterator[Kind]:
    """The kinds of answers on a record's phases, as they are shown."""
    if history and len(history.versions) > 1:
        for one in phase_changes(history, submitted):
            yield "versions", answer_shown(history, one)


def how_often_wrong(kinds: Iterable[Kind]) -> Iterator[str]:
    """A sentence for each kind of which something was measured."""
    for compared, answer in dict.fromkeys(kinds):
        if found := measured(compared, answer):
            yield f"{_ANSWERS[answer]}, {_WHERE[compared]}: {found.words}."
