"""Rules about what a text says: the WHO data set, outcomes, data sharing; each text by its own guideline."""

from __future__ import annotations

import re
from collections.abc import Iterator

from trialseal.documents.endpoint_models import Endpoint
from trialseal.documents.protocol import Protocol
from trialseal.escaping import quoted
from trialseal.evidence.wording import count, listed
from trialseal.registries.dates import RegistryDate
from trialseal.registries.history import RegistryHistory, RegistryOutcome
from trialseal.registries.number_forms import CTGOV
from trialseal.registries.who_items import answers
from trialseal.rules.deadlines import ICMJE_SHARING_PLAN, ICMJE_SHARING_STATEMENT
from trialseal.rules.finding import Answer, Fact, Standard, does_not_apply, fails, holds, rule, undetermined
from trialseal.rules.registration import NO_RECORD, enrolment_words, none_enrolled, started, with_intervention
from trialseal.rules.trial_case import TrialCase, stated

_OUTCOME_ITEMS = (19, 20)
_MOST_NAMED = 6
# What a text uses to say when: a number with a unit, or an event in a trial's course.
_WHEN = re.compile(
    r"\b(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve)[\s-]*"
    r"(?:s|sec|second|min|minute|h|hr|hour|d|day|wk|week|mo|month|mth|y|yr|year|cycle|visit)s?\b"
    r"|\b(?:day|week|month|year|visit|cycle|hour)s?\s*-?\d+"
    r"|\b(?:baseline|discharge|admission|delivery|birth|follow[\s-]?up|post[\s-]?operative\w*|intra[\s-]?operative\w*|"
    r"peri[\s-]?operative\w*|end of (?:study|treatment|trial)|hospital stay|surgery|throughout|until|through|during|"
    r"immediately|daily|weekly|monthly|annual\w*|study completion|time to)\b",
    re.IGNORECASE,
)


def says_when(*texts: str) -> bool:
    """Whether any of these texts gives a time."""
    return any(_WHEN.search(text) for text in texts)


@rule(
    "who-data-set",
    asks="Does the record state the items of the WHO data set that are due at registration?",
    source=Standard(
        "WHO Trial Registration Data Set", "items 1 to 18", "1.3.1", "which ICMJE asks for; items 19 and 20 apart"
    ),
    applies="to records of trials with an intervention",
    needs="a whole record; what its registry does not publish is not asked",
    item="2",
)
def who_data_set(case: TrialCase) -> Answer:
    asked = with_intervention(case)
    if isinstance(asked, Answer):
        return asked
    history, facts = asked
    version = next((one for one in reversed(history.versions) if one.record), None)
    if version is None or version.record is None:
        if history.last.partial and history.registry != CTGOV:
            return does_not_apply(_read_in_part(history), *facts)
        held = (
            "this download holds a part only"
            if history.last.partial
            else "this history holds dates, status and outcomes only"
        )
        return undetermined(f"{held}, no whole record: one from the registry itself would settle it", *facts)
    found = [one for one in answers(version.record) if one.item.number not in _OUTCOME_ITEMS]
    open_items = [one for one in found if one.status in ("not stated", "placeholder") and _due(one.item.due)]
    unknown = [one for one in found if one.status == "not published" and _due(one.item.due)]
    facts += [
        stated(history, version, f"item {one.item.number}, {one.item.name}: {one.status}"
               + (f" ({one.note})" if one.note else ""))
        for one in found if one.status != "stated"
    ]  # fmt: skip
    due = [one for one in found if _due(one.item.due) and one.status != "not published"]
    given = f"{sum(one.status == 'stated' for one in due)} of {len(due)} items due at registration are stated"
    if open_items:
        names = listed([f"{one.item.number} ({one.item.name})" for one in open_items])
        return fails(f"{given}; not stated: {names}: can the record be completed?", *facts)
    if unknown:
        names = listed([f"{one.item.number} ({one.item.name})" for one in unknown])
        return holds(f"{given}; not asked: {names}, which the registry does not publish of every trial", *facts)
    return holds(given, *facts)


def _read_in_part(history: RegistryHistory) -> str:
    """Why what only a whole record holds is not asked: no download of that registry would settle it here."""
    return f"downloads of {history.registry} are read for dates, status and outcomes: its own page has the rest"


def _due(due: str) -> bool:
    return due == "at registration"


@rule(
    "record-outcomes-defined",
    asks="Does the record say of each primary outcome what is measured, how, and when?",
    source=Standard(
        "WHO Trial Registration Data Set", "item 19", "1.3.1", "name, method of measurement and time points"
    ),
    applies="to records; what only a protocol must hold is not asked of them",
    needs="a registry record or history",
    item="14",
)
def record_outcomes_defined(case: TrialCase) -> Answer:
    asked = with_intervention(case)
    if isinstance(asked, Answer):
        return asked
    history, facts = asked
    version = next((one for one in reversed(history.versions) if one.outcomes is not None), None)
    if version is None:
        return undetermined(f"no version shows the outcomes: {history.last.outcomes_note}")
    primary = [one for one in version.outcomes or () if one.role == "primary"]
    if not primary and version.partial:
        return undetermined("this download names no primary outcome, and it leaves out part of the record", *facts)
    if not primary:
        return fails(
            "the record names no primary outcome: which is it?", stated(history, version, "no primary outcome")
        )
    timeless = [one for one in primary if not one.time_frame and not says_when(one.measure, one.description)]
    bare = [one for one in primary if not one.description and one not in timeless]
    facts = [stated(history, version, f"{_name(one)}: no time point") for one in timeless[:_MOST_NAMED]]
    facts += [
        stated(history, version, f"{_name(one)}: {quoted(one.time_frame or 'time in its words')}")
        for one in primary[:_MOST_NAMED] if one not in timeless
    ]  # fmt: skip
    facts += [stated(history, version, f"{_name(one)}: no description; its name may state the method") for one in bare][
        :_MOST_NAMED
    ]
    if timeless and version.partial:
        return undetermined(
            f"{len(timeless)} of {count(len(primary), 'primary outcome')} without a time point in this download, which "
            "may leave it out: the registry's own page tells",
            *facts,
        )
    if timeless:
        return fails(
            f"{len(timeless)} of {count(len(primary), 'primary outcome')} without a time point: when is it measured?",
            *facts,
        )
    if bare:
        return undetermined(
            f"every primary outcome ({len(primary)}) has a time point; {len(bare)} without a description: whether its "
            "name states the method needs a reader",
            *facts,
        )
    return holds(f"every primary outcome ({len(primary)}) has a name, a description and a time point", *facts)


def _name(one: RegistryOutcome) -> str:
    return quoted(one.measure or one.description or "an outcome without words")


@rule(
    "protocol-outcomes-defined",
    asks="Does the protocol give variable, analysis metric, method of aggregation and time point of each outcome?",
    source=Standard("SPIRIT 2025", "item 16", "2025", "the four elements of every primary and secondary outcome"),
    applies="to protocols given",
    needs="the document of a protocol version",
    item="14",
)
def protocol_outcomes_defined(case: TrialCase) -> Answer:
    protocols = list(_protocols(case))
    if not protocols:
        return does_not_apply("no protocol is given")
    source, endpoints = protocols[-1]
    asked = [one for one in endpoints if one.role != "other"]
    lacking = [(one, _lacking(one)) for one in asked]
    timeless = [one for one, what in lacking if "time point" in what and not _words_say_when(one)]
    open_ones = [(one, what) for one, what in lacking if what]
    facts = [Fact(f"{one.id}: no {listed(what)} of its own", source) for one, what in open_ones]
    if not asked:
        return does_not_apply("the protocol has no primary or secondary outcome", *facts)
    if timeless:
        return fails(
            f"{listed([one.id for one in timeless[:_MOST_NAMED]])}: no time point in fields or words: when?", *facts
        )
    if open_ones:
        return undetermined(
            f"{len(asked) - len(open_ones)} of {count(len(asked), 'outcome')} have all four elements as fields; "
            "whether the others' words state them needs a reader",
            *facts,
        )
    return holds(f"each of {count(len(asked), 'outcome')} has all four elements", *facts)


def _protocols(case: TrialCase) -> Iterator[tuple[str, tuple[Endpoint, ...]]]:
    """Source and endpoints of the protocol versions given, in their order."""
    for document in sorted((one for one in case.documents if isinstance(one, Protocol)), key=lambda one: one.version):
        yield f"protocol version {document.version}", document.endpoints


def _lacking(endpoint: Endpoint) -> list[str]:
    return [
        words
        for words, value in (
            ("measurement variable", endpoint.measurement_variable),
            ("analysis metric", endpoint.analysis_metric),
            ("method of aggregation", endpoint.aggregation),
            ("time point", endpoint.time_points),
        )
        if not value
    ]


def _words_say_when(endpoint: Endpoint) -> bool:
    words = endpoint.registry_words
    texts = [words.measure, words.description, words.time_frame] if words else []
    texts += [endpoint.measurement_variable, endpoint.analysis_metric, endpoint.domain, endpoint.objective]
    return bool(words and words.time_frame) or says_when(*(text for text in texts if text))


@rule(
    "paper-outcomes-defined",
    asks="Does the paper say of each outcome when it was measured, and how?",
    source=Standard(
        "CONSORT 2025", "item 14", "2025", "measurement variable, analysis metric, aggregation and time point"
    ),
    applies="to reported outcomes",
    needs="the reported outcomes in the paper's words",
    item="14",
)
def paper_outcomes_defined(case: TrialCase) -> Answer:
    report = case.reported
    if report is None or not report.outcomes:
        return does_not_apply("no reported outcome is given")
    asked = [one for one in report.outcomes if one.role != "other"]
    timeless = [one for one in asked if not one.time_frame and not says_when(one.measure, one.description)]
    facts = [Fact(f"{quoted(one.measure)}: no time point here", one.source or report.source) for one in timeless]
    if timeless:
        return undetermined(
            f"{len(timeless)} of {count(len(asked), 'reported outcome')} without a time point in the words given: "
            "whether the paper states it elsewhere needs a reader",
            *facts,
        )
    return holds(f"each of {count(len(asked), 'reported outcome')} has a time; how it is measured needs a reader")


@rule(
    "data-sharing-plan",
    asks="Does the registration have a data-sharing plan?",
    source=Standard("ICMJE Recommendations", "III.L.2", "2025", "in the registration of trials begun from 2019 on"),
    applies="to trials with an intervention that began enrolment on 1 January 2019 or later",
    needs="a whole record",
    item="4",
)
def data_sharing_plan(case: TrialCase) -> Answer:
    asked = with_intervention(case)
    if isinstance(asked, Answer):
        return asked
    history, facts = asked
    if nobody := none_enrolled(history):
        return does_not_apply(nobody, *facts)
    version = next((one for one in reversed(history.versions) if one.record), None)
    if version is None and history.last.partial and history.registry != CTGOV:
        return does_not_apply(_read_in_part(history), *facts)
    begun = started(history)
    given = begun[-1] if begun else history.last
    start, began = given.start, enrolment_words(given, case.as_of)
    if start is None:
        return undetermined("the first enrolment is not in the record", *facts)
    facts.append(stated(history, given, f"first enrolment {start.words}"))
    if start.last < ICMJE_SHARING_PLAN:
        return does_not_apply(f"{began}, before 2019", *facts)
    if version is None or version.record is None:
        return undetermined("this history does not hold the data-sharing plan", *facts)
    sharing = version.record.data_sharing
    plan = (sharing.plan or sharing.description) if sharing else None
    if plan:
        facts.append(stated(history, version, f"plan to share individual participants' data: {quoted(plan)}"))
        return holds(f"the record has a data-sharing plan: {quoted(plan)}", *facts)
    facts.append(stated(history, version, "no data-sharing plan"))
    if start.first < ICMJE_SHARING_PLAN:
        return undetermined(f"the record has none; {began}, which leaves open whether in 2019 or before", *facts)
    return fails(f"{began}, and the record of {version.date} has no data-sharing plan: is there one?", *facts)


@rule(
    "data-sharing-statement",
    asks="Does the manuscript have a data-sharing statement?",
    source=Standard(
        "ICMJE Recommendations", "III.L.2; CONSORT 2025, item 4", "2025", "in manuscripts submitted from July 2018 on"
    ),
    applies="to manuscripts submitted on 1 July 2018 or later",
    needs="the manuscript's text",
    item="4",
)
def data_sharing_statement(case: TrialCase) -> Answer:
    report = case.reported
    if report is None or not report.searched:
        return does_not_apply("no manuscript was searched")
    if report.submitted and RegistryDate(report.submitted).last < ICMJE_SHARING_STATEMENT:
        return does_not_apply(f"it was submitted {report.submitted}, before July 2018")
    statement = report.statements.get("data-sharing")
    if statement:
        return holds("it has a data-sharing statement", statement)
    return undetermined(
        "no data-sharing statement was found by searching: is there one?", Fact("none found", report.source)
    )


@rule(
    "stop-explained",
    asks="Where the trial was stopped, does the record say why?",
    source=Standard("CONSORT 2025", "item 23b", "2025", "why the trial ended or was stopped"),
    applies="to trials that were suspended, terminated or withdrawn",
    needs="a whole record",
    item="23",
)
def stop_explained(case: TrialCase) -> Answer:
    history = case.registry
    if history is None:
        return undetermined(NO_RECORD)
    last = history.last
    if last.status not in ("SUSPENDED", "TERMINATED", "WITHDRAWN"):
        return does_not_apply(f"by the record its status is {last.status or 'not stated'}")
    why = history.known("why_stopped")
    status = stated(history, last, f"recruitment status: {last.status}")
    if isinstance(why, str):
        return holds(f"it was {last.status.lower()}: {quoted(why)}", status)
    if last.record is None:
        return undetermined(f"it was {last.status.lower()}; this history does not hold the reason", status)
    return fails(f"it was {last.status.lower()}, and the record gives no reason: why?", status)
