"""Sets of outcomes as rules quote them: which part they name, what their texts are, where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from trialseal.escaping import quoted
from trialseal.evidence.wording import listed
from trialseal.outcomes.model import ChangeCode, Outcome, OutcomeChange, Pair
from trialseal.outcomes.sources import of_registry_outcomes
from trialseal.registries.history import RegistryHistory, RegistryVersion
from trialseal.rules.finding import Fact

# A part of a trial as outcomes name it: Phase 2/3, Cohort B, Parts A and B, booster, substudy.
_LABEL = r"\b(?:[0-9]+[a-z]?(?:/[0-9]+[a-z]?)*|[ivx]+|[a-h])\b"
_PART = re.compile(
    rf"\b(?P<kind>phase|cohort|part|stage|segment|sub-?study|period|arm)s?\s+(?P<labels>{_LABEL}"
    rf"(?:\s*(?:,|and|&|or)\s*{_LABEL})*)"
    r"|\bbooster\w*|\bsub-?stud\w+|\bextension\b|\bopen[- ]label\b|\bre-?vaccinat\w+|\bthird dose\b",
    re.IGNORECASE,
)


def outcomes_of(history: RegistryHistory, version: RegistryVersion) -> list[Outcome]:
    """The outcomes that a version of a record shows, to be compared by their words."""
    # Numbers in a record are places in a list, and move when one is taken out: no names to match by.
    return [one._replace(id=None) for one in of_registry_outcomes(version.outcomes, history.words(version))]


class OutcomeSets(NamedTuple):
    """Two sets of outcomes that were compared."""

    before: Sequence[Outcome]
    after: Sequence[Outcome]

    def primary(self, pair: Pair) -> bool:
        """Whether a primary outcome is in a pair."""
        return any(one.role == "primary" for one in self.of(pair))

    def of(self, pair: Pair) -> list[Outcome]:
        """The outcomes of a pair."""
        return [self.before[i] for i in pair.before] + [self.after[j] for j in pair.after]

    def fact(self, pair: Pair, change: OutcomeChange) -> Fact:
        """A change with the words of both sides and where they stand."""
        was = listed([text_of(self.before[i]) for i in pair.before]) if pair.before else "nothing like it"
        now = listed([text_of(self.after[j]) for j in pair.after]) if pair.after else "nothing like it"
        places = dict.fromkeys(one.source for one in self.of(pair) if one.source)
        reader = " (needs a reader)" if pair.needs_reader else ""
        return Fact(f"{change.code.value}{reader}: {was} → {now}", "; ".join(places))


def text_of(one: Outcome) -> str:
    """An outcome's measure and time frame, fit to stand in a sentence."""
    return quoted(one.measure) + (f" [{quoted(one.time_frame)}]" if one.time_frame else "")


def change_words(code: ChangeCode) -> str:
    """A code as it is said."""
    return code.value.replace("-", " ")


def parts_of(outcomes: Iterable[Outcome]) -> set[str]:
    """The parts of a trial that outcomes name, each as 'phase 2/3' or 'booster'."""
    texts = (f"{one.measure} {one.description} {one.time_frame}" for one in outcomes)
    return {part for text in texts for part in named_parts(text)}


def named_parts(text: str) -> set[str]:
    """The parts of a trial that a text names: 'Parts A and B' are part a and part b."""
    found: set[str] = set()
    for match in _PART.finditer(text):
        if match["kind"]:
            labels = re.findall(_LABEL, match["labels"], re.IGNORECASE)
            found |= {f"{match['kind'].casefold()} {label.casefold()}" for label in labels}
        else:
            found.add(match[0].casefold())
    return found
