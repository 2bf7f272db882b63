"""The four answers of a rule, and what a rule is: a function of a case, whether of a file or of a whole trial."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Generic, NamedTuple, Self, TypeVar

from trialseal.escaping import visible
from trialseal.evidence.domain import DomainAnswer
from trialseal.evidence.profiles import Names
from trialseal.evidence.sealings import Sealing
from trialseal.evidence.seals import FileEvidence
from trialseal.evidence.trials import TrialEvidence


class Status(StrEnum):
    """What a rule may answer. What could not be determined is never held against anyone."""

    HOLDS = "holds"
    FAILS = "fails"
    UNDETERMINED = "undetermined"
    DOES_NOT_APPLY = "does-not-apply"


class Fact(str):
    """A fact in words; `source` says where it stands: the chain, a document, a registry's version of a date."""

    __slots__ = ("source",)
    source: str

    def __new__(cls, text: str, source: str = "") -> Self:
        fact = super().__new__(cls, text)
        fact.source = source
        return fact


class Standard(NamedTuple):
    """Whose demand a rule is: a standard, the place in it, the edition, and what that place says, in our words."""

    name: str
    section: str
    edition: str
    says: str = ""

    def __str__(self) -> str:
        """'ICMJE Recommendations, III.L.1 (2025): registration at or before first enrolment'."""
        place = f"{self.name}, {self.section}" if self.section else self.name
        return place + (f" ({self.edition})" if self.edition else "") + (f": {self.says}" if self.says else "")


class Answer(NamedTuple):
    """A rule's answer: one sentence, and the facts that it rests on."""

    status: Status
    sentence: str
    facts: tuple[str, ...] = ()


class Finding(NamedTuple):
    """One rule's answer about one case."""

    rule: str
    status: Status
    sentence: str
    facts: tuple[str, ...] = ()
    """Each a `Fact` with its source, where the rule names one."""
    item: str = ""
    """The CONSORT 2025 item that the rule belongs to."""
    source: str = ""
    """Whose demand it is: standard, section, edition."""


class Case(NamedTuple):
    """A file's evidence, and what the verifier brings: whom to trust, what was asked elsewhere."""

    evidence: FileEvidence
    names: Names
    accreditors: frozenset[bytes] = frozenset()
    """Parties whose accreditation the verifier trusts."""
    trial_was_named: bool = False
    """Whether the verifier said which trial is meant."""
    domains: Mapping[str, DomainAnswer] = MappingProxyType({})
    """What web domains said, where they were asked."""

    @property
    def trial(self) -> TrialEvidence:
        """The trial in which the file is sealed; only for files that are."""
        assert self.evidence.trial is not None
        return self.evidence.trial

    @property
    def sealing(self) -> Sealing:
        """How the file is sealed; only for files that are."""
        assert self.evidence.sealing is not None
        return self.evidence.sealing

    def name(self, party: bytes) -> str:
        """What a party is called."""
        return self.names.name(party)


C = TypeVar("C")


class Rule(NamedTuple, Generic[C]):
    """One check of a kind of case: its id, what it asks, whose demand it is, when it applies, what it needs."""

    id: str
    asks: str
    source: str | Standard
    applies: str
    answer: Callable[[C], Answer]
    needs: str = ""
    item: str = ""
    """The CONSORT 2025 item that it belongs to, such as 16b; empty where it belongs to none."""

    def __call__(self, case: C) -> Finding:
        """The rule's finding about a case."""
        answer = self.answer(case)
        return Finding(
            self.id,
            answer.status,
            visible(answer.sentence),
            tuple(map(_shown, answer.facts)),
            self.item,
            str(self.source),
        )


def _shown(fact: str) -> Fact:
    return Fact(visible(fact), visible(fact.source)) if isinstance(fact, Fact) else _shown_plain(fact)


@lru_cache(maxsize=1 << 10)
def _shown_plain(fact: str) -> Fact:
    """Of a fact without a source. A thousand documents of a trial have many in common."""
    return Fact(visible(fact))


def rule(
    id: str, *, asks: str, source: str | Standard, applies: str, needs: str = "", item: str = ""
) -> Callable[[Callable[[C], Answer]], Rule[C]]:
    """Makes a rule of a function of a case."""
    return lambda answer: Rule(id, asks, source, applies, answer, needs, item)


def holds(sentence: str, *facts: str) -> Answer:
    """The rule holds."""
    return Answer(Status.HOLDS, sentence, facts)


def fails(sentence: str, *facts: str) -> Answer:
    """The rule fails: a question with its evidence, to be put to whoever knows."""
    return Answer(Status.FAILS, sentence, facts)


def undetermined(sentence: str, *facts: str) -> Answer:
    """It cannot be told; the sentence says why."""
    return Answer(Status.UNDETERMINED, sentence, facts)


def does_not_apply(sentence: str, *facts: str) -> Answer:
    """The rule has nothing to check here; the sentence says why."""
    return Answer(Status.DOES_NOT_APPLY, sentence, facts)


def exit_code(findings: Iterable[Finding]) -> int:
    """1 if anything fails, else 2 if anything could not be determined, else 0."""
    code = 0
    for finding in findings:
        if finding.status is Status.FAILS:
            return 1
        if finding.status is Status.UNDETERMINED:
            code = 2
    return code
