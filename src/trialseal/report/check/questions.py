"""The questions of a check: every finding that fails is asked about, once, and put to whoever can answer it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from trialseal.evidence.wording import count, listed
from trialseal.outcomes.model import ChangeCode
from trialseal.outcomes.words import squashed
from trialseal.report.check.view import (
    Addressee,
    OutcomeRow,
    OutcomeText,
    PhaseView,
    QuestionView,
    QuoteView,
    SourceView,
)
from trialseal.rules.finding import Finding, Status
from trialseal.rules.trial_case import TrialCase
from trialseal.rules.trial_catalogue import ITEMS

RECORD_RULE: Final = "registered-outcomes-kept"
# These compare outcomes one by one; the questions are put pair by pair, so that each has both texts.
OUTCOME_RULES: Final = frozenset({"reported-were-registered", "registered-were-reported", "reported-as-registered"})
SPONSORS_RULES: Final = frozenset(
    {
        "fdaaa-registered", "fdaaa-updated", "fdaaa-results", "fdaaa-secondary-results", "eu-notices", "eu-results",
        "eudract-results", "uk-registered", "uk-results",
        "who-data-set", "stop-explained", "record-notarised", "sponsor-vouched", "sponsor-named",
        "number-claimed-once", "everything-counted", "acts-complete", "consent-audit",
    }
)  # fmt: skip
"""Rules about duties of the trial's responsible party and about its record: authors need not know the answer."""

_ASKS: Mapping[ChangeCode, str] = {
    ChangeCode.PRIMARY_DROPPED: "Where is this outcome reported? If it was taken out, when and why, and had anyone "
    "seen the data by group?",
    ChangeCode.PRIMARY_ADDED: "Was this outcome planned before the data were seen, and where is that on record?",
    ChangeCode.SECONDARY_ADDED: "Was this outcome planned before the data were seen, and where is that on record? "
    "If not, could it be called post hoc?",
    ChangeCode.PRIMARY_PROMOTED: "When and why did this outcome become a primary one, and had anyone seen the data by "
    "group?",
    ChangeCode.PRIMARY_DEMOTED: "When and why did this outcome cease to be a primary one, and had anyone seen the data "
    "by group?",
    ChangeCode.PRIMARY_REPLACED: "When and why was the primary outcome replaced, and had anyone seen the data by "
    "group?",
}
_ASK_OTHERWISE = "Is this the same outcome? If it was changed, when and why, and had anyone seen the data by group?"
_ABSENT = frozenset(
    {ChangeCode.PRIMARY_DROPPED, ChangeCode.PRIMARY_REPLACED, ChangeCode.SECONDARY_DROPPED, ChangeCode.OTHER_DROPPED}
)
_OTHER_LIST = frozenset(
    {
        ChangeCode.PRIMARY_ADDED, ChangeCode.PRIMARY_PROMOTED, ChangeCode.PRIMARY_DEMOTED, ChangeCode.PRIMARY_REPLACED,
        ChangeCode.SECONDARY_ADDED, ChangeCode.OTHER_ADDED, ChangeCode.ROLE_CHANGED,
    }
)  # fmt: skip


class Asked(NamedTuple):
    """What questions are made of, beside the findings."""

    case: TrialCase
    rows: Sequence[OutcomeRow]
    record: str
    """The version of the record that the rows were compared with."""
    phases: Sequence[PhaseView]
    sources: Sequence[SourceView]


def questions(findings: Sequence[Finding], asked: Asked) -> tuple[QuestionView, ...]:
    """The questions, those to the authors first; like ones are one. No failing finding is left without one."""
    failing = {one.rule: one for one in findings if one.status is Status.FAILS}
    explained = _explanation(asked)
    found: list[QuestionView] = []
    if RECORD_RULE in failing:
        found += _of_phases(asked.phases)
    of_rows = [_of_row(row, asked, explained) for row in asked.rows if row.answer == "fails"]
    found += grouped([replace(one, rules=tuple(rule for rule in one.rules if rule in failing)) for one in of_rows])
    answered = {rule for one in found for rule in one.rules}
    # A rule may fail of what no row shows: it is asked in its own words.
    found += [_of_finding(one, asked.case) for rule, one in failing.items() if rule not in answered]
    order = list(ITEMS)
    found.sort(key=lambda one: (one.to != "authors", order.index(one.item) if one.item in order else len(order)))
    unsure = [row for row in asked.rows if row.primary and row.needs_reader]
    if unsure:
        place = sum(1 for one in found if one.to == "authors")
        found.insert(place, _of_unsure(unsure, asked))
    return tuple(found)


def grouped(found: Sequence[QuestionView]) -> list[QuestionView]:
    """Questions of one kind as one, with the texts of all, in the order of the first of each kind."""
    kinds: dict[tuple[str, str, str, str, bool], list[QuestionView]] = {}
    for one in found:
        kinds.setdefault((one.topic, one.item, one.ask, one.to, one.needs_reader), []).append(one)
    whole = []
    for ones in kinds.values():
        first = ones[0]
        if len(ones) > 1:
            first = replace(
                first,
                topic=_topic(first.topic, len(ones)),
                ask=f"Of each of these: {first.ask[:1].lower()}{first.ask[1:]}",
                record=_numbered([one.record for one in ones]),
                paper=_numbered([one.paper for one in ones]),
                rules=tuple(dict.fromkeys(rule for one in ones for rule in one.rules)),
            )
        whole.append(first)
    return whole


def _topic(topic: str, number: int) -> str:
    """'2 secondary outcomes: reported as secondary, …'."""
    kind, colon, words = topic.partition(": ")
    if kind in ("Primary outcome", "Secondary outcome"):
        return f"{count(number, kind.lower())}{colon}{words}"
    return f"{topic} ({count(number, 'outcome')})"


def _numbered(sides: Sequence[Sequence[QuoteView]]) -> tuple[QuoteView, ...]:
    """The texts of several pairs on one side, so numbered that each is found again on the other."""
    return tuple(replace(one, number=place) for place, quotes in enumerate(sides, 1) for one in quotes)


def addressee(rule: str) -> Addressee:
    """Who can answer what a rule asks."""
    return "sponsor" if rule in SPONSORS_RULES else "authors"


def _of_finding(one: Finding, case: TrialCase) -> QuestionView:
    facts = [(str(fact), getattr(fact, "source", "")) for fact in one.facts]
    paper = case.reported.source if case.reported else ""
    said = tuple(QuoteView(text, source) for text, source in facts if paper and source.startswith(paper))
    record = tuple(QuoteView(text, source) for text, source in facts if not (paper and source.startswith(paper)))
    topic = ITEMS.get(one.item, "") or "Beside CONSORT"
    ask = _sentence(one.sentence)
    return QuestionView(topic, one.item, record, said, "", ask, to=addressee(one.rule), rules=(one.rule,))


def _of_phases(phases: Sequence[PhaseView]) -> Iterable[QuestionView]:
    """What the record's own primary outcomes became: one question a phase, with both texts."""
    for phase in phases:
        asked = [row for row in phase.rows if row.answer == "fails" and row.primary]
        quotes = [
            QuoteView(whole_text(one), f"{version}, {one.role} outcome", number if len(asked) > 1 else 0)
            for number, row in enumerate(asked, 1)
            for version, texts in ((phase.before, row.registered), (phase.after, row.reported))
            for one in texts
        ]
        if quotes:
            topic = f"Primary outcomes in the record, {phase.words.partition(',')[0]}"
            ask = "Where is this change explained, when was it decided, and had anyone seen the data by group?"
            yield QuestionView(topic, "10", tuple(quotes), (), "", ask, rules=(RECORD_RULE,))


def _sentence(text: str) -> str:
    if "." not in text.partition(" ")[0]:  # the name of a file is not a word of a sentence
        text = text[:1].upper() + text[1:]
    return text if text[-1:] in ".?!" else f"{text}."


def _of_row(row: OutcomeRow, asked: Asked, explained: str) -> QuestionView:
    real = [one for one in row.changes if one.severity in ("major", "moderate")]
    gravest = max(real, key=lambda one: one.severity == "major", default=None)
    role = "Primary outcome" if row.primary else "Secondary outcome"
    topic = f"{role}: {gravest.words}" if gravest else role
    ask = _ASKS.get(ChangeCode(gravest.code), _ASK_OTHERWISE) if gravest else _ASK_OTHERWISE
    registered = tuple(QuoteView(whole_text(one), f"{asked.record}, {one.role} outcome") for one in row.registered)
    reported = tuple(dict.fromkeys(_as_reported(one, asked, f"{one.role} outcome") for one in row.reported))
    item = "26" if not row.registered else "10"
    return QuestionView(topic, item, registered, reported, explained, ask, rules=rules_of(row))


def rules_of(row: OutcomeRow) -> tuple[str, ...]:
    """The rules that may fail of a row's differences."""
    codes = {ChangeCode(one.code) for one in row.changes if one.severity in ("major", "moderate")}
    asked = (
        ("reported-were-registered", bool(codes & _OTHER_LIST)),
        ("registered-were-reported", bool(codes & _ABSENT)),
        ("reported-as-registered", bool(codes - _ABSENT - _OTHER_LIST)),
    )
    return tuple(rule for rule, about in asked if about)


def _of_unsure(rows: Sequence[OutcomeRow], asked: Asked) -> QuestionView:
    """One question for all primary outcomes that only a reader can match."""
    registered = tuple(
        QuoteView(whole_text(one), f"{asked.record}, {one.role}") for row in rows for one in row.registered
    )
    reported = tuple(dict.fromkeys(_as_reported(one, asked, one.role) for row in rows for one in row.reported))
    ask = "Which reported outcome stands for each registered one, and was any of them changed?"
    searched = "Words alone do not tell whether these are the same outcomes."
    return QuestionView("Primary outcomes in other words", "14", registered, reported, searched, ask, needs_reader=True)


def _as_reported(one: OutcomeText, asked: Asked, role: str) -> QuoteView:
    """The report's own words on an outcome. What a reader wrote down instead stands beside them, never as them."""
    name = asked.case.reported.source if asked.case.reported else "the report"
    place = f"{name}, {one.place or role}"
    measure = "".join(text for text, _ in one.measure)
    if not one.quote:
        return QuoteView(whole_text(one), place)
    if squashed(measure) in squashed(one.quote):
        shared = sum(another.quote == one.quote for row in asked.rows for another in row.reported) > 1
        return QuoteView(one.quote, f"{place}, on “{whole_text(one)}”" if shared else place)
    return QuoteView(one.quote, f"{place}; its reader wrote down “{whole_text(one)}”")


def whole_text(one: OutcomeText) -> str:
    """An outcome's measure, and its time frame where the measure does not hold it."""
    measure, time_frame = ("".join(text for text, _ in pieces) for pieces in (one.measure, one.time_frame))
    return f"{measure} [{time_frame}]" if time_frame and time_frame not in measure else measure


def _explanation(asked: Asked) -> str:
    """Where an explanation was looked for: a change of which the manuscript speaks is a reader's, and not asked."""
    files = [name.rpartition("/")[2] for one in asked.sources if one.what != "chain" for name in one.name.split(", ")]
    return f"No explanation found in {listed(files)}." if files else "No explanation found."
