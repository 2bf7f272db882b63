"""A whole trial as rules see it: what a registry said of it, what the chain holds, what a paper reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple

from trialseal.evidence.trials import TrialEvidence
from trialseal.registries.dates import RegistryDate
from trialseal.rules.finding import Answer, Case, Fact, Finding, Status
from trialseal.values import Value

if TYPE_CHECKING:  # the models are heavy, and verify comes here too
    from trialseal.documents.models import Document
    from trialseal.evidence.snapshots import Snapshot
    from trialseal.outcomes.model import Outcome
    from trialseal.registries.history import RegistryHistory, RegistryVersion

# The same day is over everywhere on Earth twelve hours after it is over in UTC.
_DAY_IS_OVER = timedelta(days=1)


class Report(NamedTuple):
    """What a paper, or whoever speaks for it, reports."""

    source: str
    """The file that it was read from."""
    outcomes: tuple[Outcome, ...] = ()
    """Each with the place where it stands as its `source`, such as page 4."""
    quotes: tuple[str, ...] = ()
    """The sentences in which it states them, each once."""
    numbers: tuple[str, ...] = ()
    """The registry numbers that it names, normalised."""
    parts: tuple[str, ...] = ()
    """The parts of the trial that it says it is about, by id in the protocol; none: it does not say."""
    submitted: str | None = None
    """The day on which the manuscript was submitted or published, ISO 8601."""
    stage: Literal["submitted", "published"] | None = None
    """Whether it is a manuscript under review or a published paper; None: nobody said."""
    title: str | None = None
    """Its title, or the words that it begins with."""
    revision: str | None = None
    """Which version of the manuscript it is, as the journal calls it."""
    statements: Mapping[str, Fact] = MappingProxyType({})
    """What it says, in its own words and with the place, by topic: `data-sharing`, `changes`, `interim`, `ethics` …"""
    explanations: tuple[Fact, ...] = ()
    """All that it says of outcomes that were changed, added, dropped or moved."""
    searched: bool = False
    """Whether its whole text was searched for such statements, so that none found is an observation."""
    confirmed: bool = True
    """Whether a person gave or confirmed the outcomes. Those that patterns found in a manuscript are suggestions."""


class SealedTrial(NamedTuple):
    """A trial on a chain, with a `Case` for each document that it sealed, given or not, in the order of its acts."""

    evidence: TrialEvidence
    cases: tuple[Case, ...] = ()


class TrialCase(Value):
    """Everything given about one trial; rules say what they lack."""

    as_of: date
    """The day for which deadlines are judged."""
    registry: RegistryHistory | None = None
    sealed: SealedTrial | None = None
    """None: the chain holds no such trial, or none was asked; `chain_asked` tells which."""
    chain_asked: bool = False
    snapshots: tuple[Snapshot, ...] = ()
    """Who date-stamped the files of the record given on the chain that was asked."""
    snapshots_gap: str | None = None
    """Why not everybody who did can be seen; None if all can."""
    reported: Report | None = None
    documents: tuple[Document, ...] = ()
    """Protocols and analysis plans given, sealed or not."""
    consent: tuple[Finding, ...] | None = None
    """What the audit of consents found; None where none was made."""
    interventional: bool = False
    """The reader's word that the trial assigns an intervention, where a history does not give the type of study."""
    reply: str | None = None
    """What the authors answered. It changes no finding and travels with them."""

    @property
    def number(self) -> str | None:
        """The registry number that the case is about."""
        if self.registry:
            return self.registry.number
        if self.sealed and self.sealed.evidence.numbers:
            return self.sealed.evidence.numbers[0].number
        return self.reported.numbers[0] if self.reported and self.reported.numbers else None

    @property
    def seen(self) -> date | None:
        """The last day up to which the registry's answer is known, at most the day that is asked for."""
        text = self.registry.seen if self.registry else None
        return min(RegistryDate(text).last, self.as_of) if text else None

    def over(self, day: date) -> bool:
        """Whether a day is over everywhere by the day that deadlines are judged for."""
        return self.as_of > day + _DAY_IS_OVER


def stated(history: RegistryHistory, version: RegistryVersion, text: str) -> Fact:
    """A fact that stands in a version of the registry's record."""
    return Fact(text, history.words(version))


def on_chain(case: TrialCase, text: str) -> Fact:
    """A fact that stands on the chain."""
    return Fact(text, f"chain {case.sealed.evidence.chain_id}" if case.sealed else "chain")


_WORST = (Status.FAILS, Status.UNDETERMINED, Status.HOLDS, Status.DOES_NOT_APPLY)


def worst(answers: Iterable[Answer]) -> Answer:
    """The first of the worst answers, with the facts of all: one that fails is not made good by one that holds."""
    listed = list(answers)
    first = next(one for status in _WORST for one in listed if one.status is status)
    facts = tuple(dict.fromkeys(fact for one in listed for fact in (*one.facts, *_sentence_of(one, first, listed))))
    return Answer(first.status, first.sentence, facts)


def _sentence_of(one: Answer, first: Answer, listed: Sequence[Answer]) -> tuple[str, ...]:
    return (one.sentence,) if one is not first and len(listed) > 1 else ()
