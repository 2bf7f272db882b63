"""What an outcome says, read out of its words: how it is measured, in which metric, how groups are summarised, when."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from math import sqrt
from typing import NamedTuple

from trialseal.outcomes.alternatives import alternatives
from trialseal.outcomes.contrasts import Named, named_in
from trialseal.outcomes.model import FIELDS, Field, Outcome
from trialseal.outcomes.rarity import GENERIC, weight
from trialseal.outcomes.survival import by_name
from trialseal.outcomes.times import Time, Times, of_time_points, times
from trialseal.outcomes.words import content, expanded, glossary, is_abbreviation, squashed, tokens


class Mention(NamedTuple):
    """A concept and where it is named."""

    concept: str
    field: Field
    start: int
    end: int


class OutcomeReading(NamedTuple):
    """One outcome as read."""

    outcome: Outcome
    forms: frozenset[str]
    """Meaningful words of the measure, abbreviations written out."""
    all_forms: frozenset[str]
    """The same of measure and description."""
    acronyms: frozenset[str]
    """Abbreviations as written, of measure and description: mostly names of scales, tests and criteria."""
    times: Times
    """Of the structured time points, else the time frame, else the measure, else the description."""
    time_field: Field | None
    """Where they are written; None for structured ones."""
    measure_times: Times
    every_time: tuple[Time, ...]
    """Times after the start in any field."""
    metrics: tuple[Mention, ...]
    aggregations: tuple[Mention, ...]
    methods: tuple[Mention, ...]
    thresholds: tuple[Mention, ...]
    components: frozenset[str]
    alternatives: frozenset[str]
    """What the measure joins by 'or', or the one thing that it names; empty where that is not clear."""
    named: Named
    """Names of which an outcome has one, such as systolic and diastolic."""
    squashed: str
    plain: str
    """The forms of the measure in order, abbreviations written out."""
    trigrams: Mapping[str, int]
    """Runs of three signs of `plain`."""
    weights: tuple[float, float, float]
    """How much `forms` tell, how much `all_forms`, and the length of `trigrams` as a vector."""
    core: tuple[str, ...]
    """What is measured, without what is said around it: when, how, of whom."""
    listed: int
    """How many things the measure lists: commas, and, or."""

    def concepts(self, kind: str, field: Field | None = None) -> frozenset[str]:
        """The metrics, aggregations, methods or thresholds named, of one field if it is given."""
        mentions: tuple[Mention, ...] = getattr(self, kind)
        return frozenset(mention.concept for mention in mentions if field in (None, mention.field))


_METRICS = {
    "time-to-event": r"\btime (?:to|from|until|of)\b(?! start)|\bsurvival\b|\btime-to-\w+|\b(?:pfs|os|dfs|efs"
    r"|rfs|ttp)\b",
    "percent-change": r"\b(?:percent(?:age)?|%|relative) (?:change|reduction|decrease|increase|improvement)\b",
    "fold-change": r"\bfold[- ](?:change|rise|increase)|\bratio (?:to|of \w+ to) baseline",
    "change": r"\bchanges?\b|\bdifference[s]? (?:\w+ ){0,4}(?:baseline|before|between (?:pre|baseline))"
    r"|\bfrom baseline\b|\b(?:reduction|decrease|increase|"
    r"improvement|decline|gain|loss) (?:in|of|from)\b|\bversus baseline\b",
    "event": r"\boccurrence\b|\bincidence\b|\bevents?\b|\bfirst occurrence\b",
    "response": r"\brespon(?:se|ders?)\b|\bremission\b|\bachiev\w+|\bsuccess\b|\bfailure\b|\bcure\b"
    r"|\bcompli\w+-free\b",
    "area-under-curve": r"\bauc\b|\barea under\b",
    "maximum": r"\bc ?max\b|\bpeak\b|\bmaxim(?:um|al)\b",
}
_AGGREGATIONS = {
    "proportion": r"\bproportions?\b|\bpercentages?\b|\bpercent of\b|\bpercent (?:participants|patients"
    r"|subjects)\b|% of (?:the )?(?:participants|patients|subjects)"
    r"|\bnumber (?:and (?:percent\w*|proportion) )?of (?:the )?(?:participants|patients|subjects|women|men"
    r"|children|infants|adults|persons|people)\b"
    r"|\b(?:participants|patients|subjects) (?:with|who|achieving|having|experiencing)\b|\brespon(?:se"
    r"|der) rates?\b|\bfractions? of\b|\b(?:incidence|frequency|prevalence) of\b",
    "rate": r"(?<!heart )(?<!filtration )(?<!flow )(?<!pulse )(?<!metabolic )(?<!sedimentation )(?<!respiratory )"
    r"\brates?\b|\bincidence\b|\bfrequency\b|\bprevalence\b",
    "incidence-rate": r"\bincidence rate|\bexposure[- ]adjusted|\bper (?:100 )?(?:person|patient|participant"
    r"|subject)[- ]years?\b|\bannuali[sz]ed\b",
    "count": r"\bnumber of (?!(?:the )?(?:participants|patients|subjects|women|men|children|infants|adults"
    r"|persons|people)\b)|\bcounts?\b|\btotal number\b",
    "mean": r"\bmeans?\b(?! follow)(?! treatment duration)|\baverages?\b(?! of \d)|\bleast[- ]squares?\b|\bls\b",
    "median": r"\bmedians?\b|\bkaplan\b",
    "geometric-mean": r"\bgeometric mean|\bgmts?\b|\bgmrs?\b",
    "sum": r"\bsums?\b|\btotal (?:score|amount|dose|cost)\b",
    "ratio": r"\bhazard ratio|\bodds ratio|\brisk ratio|\brelative risk\b",
}
_METHODS = {
    "by": r"\b(?:measured|assessed|determined|evaluated|judged|quantified|defined|confirmed|documented"
    r"|calculated|estimated|rated|scored|recorded|graded)\b"
    r"(?: \w+){0,3}? (?:by|using|with|as|according to|on|via|through|per|based on)\b",
    "using": r"\b(?:using|based on|according to|as per|by means of)\b",
    "scale": r"\b(?:scales?|questionnaires?|inventory|index|subscales?|diary|checklist|interview|criteria)\b",
    "defined": r"\b(?:defined|definition|was considered|is considered|refers to)\b",
    "central": r"\b(?:independent|blinded|masked|central(?:ly)?|adjudicat\w+|investigator)\b",
    "score-range": r"\b(?:ranges?|ranging|ranged|scored?) (?:\w+ ){0,2}(?:from|between)\b|\bhigher scores?\b",
    "analysis": r"\bintention[- ]to[- ]treat\b|\bitt\b|\bper[- ]protocol\b|\banalysis (?:set|population)\b",
    "formula": r"\bformula|\bcalculated as\b|\bdivided by\b|\bminus\b",
}
_SAID_IN: tuple[Field, ...] = "measure", "description"
# Keeps every place, which `str.lower` does not; and patterns that ignore case are slow.
_LOWER = {ord(sign): sign.lower() for sign in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_COMPILED = {
    kind: {concept: re.compile(pattern) for concept, pattern in table.items()}
    for kind, table in (("metrics", _METRICS), ("aggregations", _AGGREGATIONS), ("methods", _METHODS))
}
_THOUSANDS = re.compile(r"(?P<thousands>[1-9]\d{0,2}),(?P<rest>\d{3})")
_THRESHOLD = re.compile(
    r"(?P<sign><=|>=|≤|≥|<|>|\bat least(?: an?)?|\bat most|\bmore than|\bless than(?: or equal to)?"
    r"|\bgreater than(?: or equal to)?|\bno more than|\bbelow|\babove"
    r"|\bunder|\bfewer than)\s*(?P<number>\d+(?:[.,]\d+)?)\s*"
    r"(?P<unit>%|percent\b|[a-zA-Zµ/]{0,12}\b(?: per [a-zA-Zµ]{1,12}\b)?)",
    re.IGNORECASE,
)
_SIGNS = {
    **dict.fromkeys(("<=", "≤", "at most", "no more than", "less than or equal to"), "<="),
    **dict.fromkeys((">=", "≥", "at least", "at least a", "at least an", "greater than or equal to"), ">="),
    **dict.fromkeys(("<", "less than", "below", "under", "fewer than"), "<"),
    **dict.fromkeys((">", "more than", "greater than", "above"), ">"),
}
_TIME_UNITS = re.compile(r"(?:second|sec|minute|min|hour|hr|h|day|week|wk|month|mo|year|yr)s?", re.IGNORECASE)
_COMPOSITE = re.compile(
    r"\b(?:composite(?: (?:end-?point|outcome|measure))?|combined end-?point|combination)\s*(?:of|:|\("
    r"|consisting of|comprising)\s*(?P<list>[^.;\n)]{5,300})",
    re.IGNORECASE,
)
_LIST_BREAK = re.compile(r",|;|\band/or\b|\band\b|\bor\b|\+")

AROUND = re.compile(
    r"\b(?:at|after|during|between|from|within|by|using|measured|defined|compared|assessed|determined|evaluated|when"
    r"|until|over|before|through|versus|vs|as|according|based|for|with|among|who|which|that|on|following|per"
    r"|to (?=week|month|day|\d))\b|[(;:,]",
    re.IGNORECASE,
)
"""What begins the rest of a measure, after what is measured."""
_IN_BRACKETS = re.compile(r"\([^)]*\)")
_SAID_HOW = re.compile(r"\b(?:defined|measured|assessed|using)\b", re.IGNORECASE)
_LISTING = re.compile(r"\band\b|\bor\b|;|, (?!and|or)|/", re.IGNORECASE)


def read_all(outcomes: Sequence[Outcome], others: Sequence[Outcome] = ()) -> list[OutcomeReading]:
    """Readings of a set of outcomes; abbreviations are explained by either set, else as commonly used."""
    meanings = glossary(
        [text for one in (*outcomes, *others) for text in (one.measure, one.description) if "(" in text]
    )
    known = tuple(sorted(meanings.items()))
    return [_read(one, known) for one in outcomes]


@lru_cache(maxsize=1024)
def _read(outcome: Outcome, meanings: tuple[tuple[str, tuple[str, ...]], ...]) -> OutcomeReading:
    known = dict(meanings)
    measure = by_name(outcome.measurement_variable or outcome.measure)
    words = content(measure)
    more = content(outcome.description)
    said = times(outcome.measure)
    forms, all_forms = frozenset(expanded(words, known)), frozenset(expanded((*words, *more), known))
    plain = " ".join(expanded(words, known))
    trigrams = _trigrams(plain)
    when, where = _times(outcome, said)
    return OutcomeReading(
        outcome=outcome,
        forms=forms,
        all_forms=all_forms,
        acronyms=frozenset(token.form for token in (*words, *more) if is_abbreviation(token.written)),
        times=when,
        time_field=where,
        measure_times=said,
        every_time=tuple(point for field in FIELDS for point in times(outcome.text(field)).follow_up),
        metrics=_mentions(outcome, "metrics"),
        aggregations=_mentions(outcome, "aggregations"),
        methods=_mentions(outcome, "methods"),
        thresholds=tuple(_thresholds(outcome)),
        components=_components(outcome, known),
        alternatives=frozenset(_said(alternatives(measure), known)),
        named=named_in(measure, outcome.measure, outcome.description),
        plain=plain,
        trigrams=trigrams,
        weights=(weight(forms), weight(all_forms), sqrt(sum(count * count for count in trigrams.values()))),
        core=_core(measure, known),
        listed=_listed(measure),
        squashed=squashed(f"{outcome.measure} {outcome.description} {outcome.time_frame}"),
    )


def _times(outcome: Outcome, said: Times) -> tuple[Times, Field | None]:
    if outcome.time_points:
        return of_time_points(outcome.time_points), None
    framed = times(outcome.time_frame)
    if framed.follow_up:
        return framed, "time_frame"
    if said.follow_up:
        return Times(said.points, framed.events | said.events), "measure"
    described = times(outcome.description)
    return Times(described.points, framed.events | said.events), "description"


def _trigrams(text: str) -> Mapping[str, int]:
    padded = f" {text} "
    return Counter(padded[place : place + 3] for place in range(len(padded) - 2))


def _core(text: str, meanings: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    for stretch in AROUND.split(text):
        forms = tuple(form for form in expanded(tokens(stretch), meanings) if form not in GENERIC)
        if forms and not all(form.isdigit() for form in forms):
            return forms
    return ()


def _listed(text: str) -> int:
    bare = _IN_BRACKETS.sub("", text)
    return len(_LISTING.findall(_SAID_HOW.split(bare, maxsplit=1)[0]))


def _mentions(outcome: Outcome, kind: str) -> tuple[Mention, ...]:
    return tuple(
        Mention(concept, field, found.start(), found.end())
        for field in _SAID_IN
        for text in [outcome.text(field).translate(_LOWER)]
        for concept, pattern in _COMPILED[kind].items()
        for found in pattern.finditer(text)
    )


def _thresholds(outcome: Outcome) -> Iterator[Mention]:
    for field in _SAID_IN:
        for found in _THRESHOLD.finditer(outcome.text(field)):
            if _TIME_UNITS.fullmatch(found["unit"]):
                continue
            sign = _SIGNS.get(" ".join(found["sign"].casefold().split()), "")
            unit = "%" if found["unit"].casefold() == "percent" else found["unit"].casefold().replace(" per ", "/")
            # '7.0' is 7, '0,5' is 0.5, and '1,000' a thousand.
            whole = _THOUSANDS.fullmatch(found["number"])
            number = float(whole["thousands"] + whole["rest"] if whole else found["number"].replace(",", "."))
            yield Mention(f"{sign}{number:g}{unit}", field, found.start(), found.end())


def _components(outcome: Outcome, meanings: dict[str, tuple[str, ...]]) -> frozenset[str]:
    if outcome.components:
        names = [component.name for component in outcome.components]
    else:
        found = _COMPOSITE.search(outcome.measure) or _COMPOSITE.search(outcome.description)
        names = _LIST_BREAK.split(found["list"]) if found else []
    return frozenset(_said(names, meanings))


def _said(names: Iterable[str], meanings: dict[str, tuple[str, ...]]) -> Iterator[str]:
    """What names say, however they are written."""
    yield from filter(None, (" ".join(sorted(set(expanded(content(name), meanings)))) for name in names))


def latest(reading: OutcomeReading) -> Time | None:
    """The last numbered time of an outcome."""
    return max(reading.times.follow_up, key=lambda point: point.days, default=None)
