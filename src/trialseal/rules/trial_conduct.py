"""Rules about a trial's conduct as its acts on a chain tell it: plan, amendments, looks, approval, results, numbers."""

from __future__ import annotations

from collections.abc import Iterator

from trialseal.documents.identifiers import date_text
from trialseal.documents.models import AnalysisPlan, parse_document
from trialseal.errors import FailedError, UsageError
from trialseal.escaping import quoted
from trialseal.evidence.sealings import ANALYSIS_PLAN, PROTOCOL, RESULTS
from trialseal.evidence.wording import count, declared, listed, moment
from trialseal.ledger.codes import Milestone
from trialseal.ledger.moments import iso_day
from trialseal.registries.dates import RegistryDate
from trialseal.rules.deadlines import RESULTS_IN_A_YEAR
from trialseal.rules.finding import (
    Answer,
    Fact,
    Standard,
    Status,
    does_not_apply,
    fails,
    holds,
    rule,
    undetermined,
)
from trialseal.rules.registration import record_numbers
from trialseal.rules.sealed_trial import ON_CHAIN, of_kind, sourced, unsealed
from trialseal.rules.timing import Event, Order, events_of, order, sealed_before
from trialseal.rules.trial_case import TrialCase, on_chain, worst

_LOCKS = (Milestone.DATA_LOCK, Milestone.UNBLINDING)
_LOOK = Milestone.INTERIM_LOOK
_PRIMARY_COMPLETION = Milestone.PRIMARY_COMPLETION
_COMPLETIONS = (Milestone.PRIMARY_COMPLETION, Milestone.COMPLETION, Milestone.TERMINATED)


@rule(
    "plan-before-lock",
    asks="Was an analysis plan sealed before the data lock and the unblinding of each part?",
    source=Standard(
        "CONSORT 2025", "item 3 and its explanation", "2025", "the plan is final before the data are looked at"
    ),
    applies="to trials on a chain, once a data lock or an unblinding is stated",
    needs=ON_CHAIN,
    item="3",
)
def plan_before_lock(case: TrialCase) -> Answer:
    if case.sealed is None:
        return unsealed(case)
    trial = case.sealed.evidence
    events = events_of(trial, _LOCKS, None)
    plans = of_kind(case, ANALYSIS_PLAN)
    facts = [on_chain(case, f"{one.sealing.words} sealed {moment(one.sealing.time)}") for one in plans]
    facts += [on_chain(case, f"{event}") for event in events]
    if not events:
        return does_not_apply("neither a data lock nor an unblinding is stated so far", *facts)
    if not plans:
        words = f"no sealed analysis plan was found, and {events[0]}: where is the plan recorded?"
        return undetermined(words, *facts)
    first = plans[0].sealing
    answers = [_plan_and(first.words, first.time, event) for event in events]
    return worst([*answers[:-1], Answer(answers[-1].status, answers[-1].sentence, tuple(facts))])


def _plan_and(words: str, time: int, event: Event) -> Answer:
    match order(time, event.date):
        case Order.BEFORE:
            return holds(f"{words} was sealed {moment(time)}, before {event}")
        case Order.AFTER:
            return undetermined(
                f"{words} was sealed {moment(time)}, after {event}: whether it was finished before, a later seal "
                "cannot show"
            )
    return undetermined(f"{words} was sealed {moment(time)}, and {event}: which came first cannot be told")


@rule(
    "amendments-before-lock",
    asks="Was every amendment of protocol or plan sealed before the data lock and the unblinding?",
    source=Standard(
        "CONSORT 2025", "item 10", "2025", "changes after the trial commenced, with reasons; one that leaves the "
        "endpoints as they were changes no outcome",
    ),
    applies="to trials on a chain with a second version of protocol or plan",
    needs=ON_CHAIN,
    item="10",
)  # fmt: skip
def amendments_before_lock(case: TrialCase) -> Answer:
    if case.sealed is None:
        return unsealed(case)
    trial = case.sealed.evidence
    events = events_of(trial, _LOCKS, None)
    later = [one for one in of_kind(case, PROTOCOL, ANALYSIS_PLAN) if one.sealing.version > 1]
    if not later:
        return does_not_apply("nothing sealed here is an amendment")
    if not events:
        return does_not_apply("neither a data lock nor an unblinding is stated so far")
    roots = {(one.sealing.kind, one.sealing.version): one.sealing.endpoint_root for one in case.sealed.cases}
    answers = []
    for one in later:
        its = one.sealing
        words = f"{its.words} was sealed {moment(its.time)}"
        before = [event for event in events if order(its.time, event.date) is not Order.BEFORE]
        certain = [event for event in before if order(its.time, event.date) is Order.AFTER]
        root = roots.get((its.kind, its.version - 1))
        same = its.endpoint_root is not None and any(its.endpoint_root) and its.endpoint_root == root
        if not before:
            answers.append(holds(f"{words}, before {events[0]}"))
        elif same:
            answers.append(holds(f"{words}, not before {before[0]}; it leaves the endpoint set as it was"))
        elif late := [event for event in certain if sealed_before(trial, its.kind, event, below=its.version)]:
            answers.append(fails(f"{words}, after {late[0]}: what changed, and when was that decided?"))
        elif certain:
            answers.append(
                undetermined(f"{words}, after {certain[0]}; no version was sealed before that, to be compared with")
            )
        else:
            answers.append(undetermined(f"{words}, and {before[0]}: which came first cannot be told"))
    return sourced(case, worst(answers))


@rule(
    "interim-looks-planned",
    asks="Was every interim look that is stated planned?",
    source=Standard("CONSORT 2025", "item 16b", "2025", "interim analyses and stopping guidelines"),
    applies="to trials on a chain with a stated interim look",
    needs="the sealed analysis plan's document",
    item="16b",
)
def interim_looks_planned(case: TrialCase) -> Answer:
    if case.sealed is None:
        return unsealed(case)
    looks = events_of(case.sealed.evidence, [_LOOK], None)
    facts = [on_chain(case, f"{event}") for event in looks]
    if not looks:
        return does_not_apply("no interim look is stated")
    plans = list(_plans(case))
    if not plans:
        return undetermined(
            f"{count(len(looks), 'interim look')} stated; the analysis plan, which would tell, is not given", *facts
        )
    source, plan, sealed_at = plans[0]
    planned = [f"{one.id}: {one.trigger}" for one in plan.interim_analyses]
    facts += [Fact(f"planned interim analysis {quoted(one)}", source) for one in planned]
    if not planned:
        return fails(f"{looks[0]}; {source} names no interim analysis: was the look planned, and where?", *facts)
    if sealed_at is not None and order(sealed_at, looks[0].date) is Order.AFTER:
        return undetermined(
            f"{source}, which plans interim looks, was sealed after {looks[0]}: whether it was planned before, a later "
            "seal cannot show",
            *facts,
        )
    if len(looks) > len(planned):
        return undetermined(
            f"{count(len(looks), 'interim look')} stated, {len(planned)} planned: one plan may mean several", *facts
        )
    return holds(f"{count(len(looks), 'interim look')} stated, and {source} plans {len(planned)}", *facts)


def _plans(case: TrialCase) -> Iterator[tuple[str, AnalysisPlan, int | None]]:
    """The analysis plans given, first version first: source, document, and when it was sealed."""
    for one in of_kind(case, ANALYSIS_PLAN):
        if one.evidence.file.document is not None:
            try:
                document = parse_document(one.evidence.file.document, one.evidence.name)
            except (FailedError, UsageError):
                continue
            if isinstance(document, AnalysisPlan):
                yield one.sealing.words, document, one.sealing.time
    for document in case.documents:
        if isinstance(document, AnalysisPlan):
            yield f"analysis plan version {document.version}", document, None


@rule(
    "results-after-completion",
    asks="Where results came before primary completion, was such an analysis planned?",
    source=Standard("CONSORT 2025", "items 16b and 23", "2025", "interim analyses; why the trial ended or was stopped"),
    applies="to trials with results",
    needs="dates of results and completion; the analysis plan, where results came first",
    item="23",
)
def results_after_completion(case: TrialCase) -> Answer:
    pairs = list(_results_and_completions(case))
    if not pairs:
        return does_not_apply("no results are given, or no primary completion is stated")
    facts = [fact for _, _, facts_of in pairs for fact in facts_of]
    early = [(on, completed) for on, completed, _ in pairs if on.last < completed.first]
    if not early:
        return holds("no results before the primary completion that is stated", *facts)
    on, completed = early[0]
    words = f"results of {on.text} came before the primary completion of {completed.words}"
    plans = list(_plans(case))
    if any(plan.interim_analyses for _, plan, _ in plans):
        return holds(f"{words}; {plans[0][0]} plans interim analyses", *facts)
    if case.reported and (said := case.reported.statements.get("interim")):
        return undetermined(
            f"{words}; the paper speaks of an interim analysis, which a reader must judge", said, *facts
        )
    if plans:
        return fails(f"{words}, and {plans[0][0]} names no interim analysis: was it planned?", *facts)
    return undetermined(f"{words}; whether that was planned, an analysis plan would tell, and none is given", *facts)


def _results_and_completions(case: TrialCase) -> Iterator[tuple[RegistryDate, RegistryDate, list[Fact]]]:
    history = case.registry
    if history and (on := history.known("results_submitted")) and history.last.primary_completion:
        completed = history.last.primary_completion
        said = f"results first submitted {on}, primary completion {completed.words}"
        yield RegistryDate(str(on)), completed, [Fact(said, history.words(history.last))]
    if case.sealed is None:
        return
    events = events_of(case.sealed.evidence, [_PRIMARY_COMPLETION], None)
    for one in of_kind(case, RESULTS):
        parts = {part for result in one.evidence.results if result.final for part in result.parts or ()}
        for event in events:
            if event.date and (event.part in parts or event.part == 0 or 0 in parts):
                day = iso_day(one.sealing.time)
                if day is None:  # the registry's dates have years of four digits
                    continue
                said = f"{one.sealing.words} sealed {moment(one.sealing.time)}; {event}"
                yield RegistryDate(day), RegistryDate(date_text(event.date)), [on_chain(case, said)]


@rule(
    "results-sealed",
    asks="Are results sealed here once they are due?",
    source=Standard(
        "Declaration of Helsinki",
        "36",
        "2024",
        "results are made public; not sealed here is not the same as not reported",
    ),
    applies="to trials on a chain whose completion is stated",
    needs=ON_CHAIN,
    item="26",
)
def results_sealed(case: TrialCase) -> Answer:
    if case.sealed is None:
        return unsealed(case)
    trial = case.sealed.evidence
    sealed_results = of_kind(case, RESULTS)
    if sealed_results:
        return holds(f"{count(len(sealed_results), 'results document')} sealed here")
    events = [one for one in events_of(trial, _COMPLETIONS, None) if one.date]
    facts = [on_chain(case, f"{event}") for event in events]
    completed = [RegistryDate(date_text(one.date)) for one in events]
    if case.registry and (found := case.registry.last.primary_completion) and found.certainty == "actual":
        completed.append(found)
        facts.append(Fact(f"primary completion {found.words}", case.registry.words(case.registry.last)))
    if not completed:
        return does_not_apply("no completion is stated so far", *facts)
    due = min(RESULTS_IN_A_YEAR.due(one.last) for one in completed)
    if not case.over(due):
        return does_not_apply(f"a year from completion has not passed: {due}", *facts)
    submitted = case.registry.known("results_submitted") if case.registry else None
    elsewhere = f"; by the registry results were submitted {submitted}" if submitted else ""
    return undetermined(
        f"no results are sealed here a year after completion ({due}), which is not to say that none are reported"
        f"{elsewhere}",
        *facts,
    )


@rule(
    "consent-audit",
    asks="What did the audit of consents in the trial's streams find?",
    source=Standard(
        "Declaration of Helsinki", "25 to 32", "2024", "consent before taking part, renewed where it must be"
    ),
    applies="where the trial's streams were audited",
    needs="the stores of the trial's streams",
    item="",
)
def consent_audit(case: TrialCase) -> Answer:
    if not case.consent:
        return does_not_apply("no audit of consents is given")
    own = "consent-audit: "  # the one finding about the whole trial needs no second name
    answers = [Answer(one.status, f"{one.rule}: {one.sentence}".removeprefix(own), one.facts) for one in case.consent]
    first = worst(answers)
    failing = sum(one.status is Status.FAILS for one in answers)
    more = f" (and {failing - 1} more)" if failing > 1 else ""
    return Answer(first.status, first.sentence + more, first.facts)


@rule(
    "record-notarised",
    asks="Has anyone date-stamped on the chain the very files from which the record was read?",
    source=Standard(
        "contracts/interfaces/IAttestations.sol", "", "", "a snapshot says what a registry gave on a day; anyone may"
    ),
    applies="where a chain was asked and somebody date-stamped a file of the record",
    needs="the files as they were downloaded, and a chain",
    item="2",
)
def record_notarised(case: TrialCase) -> Answer:
    if not case.chain_asked:
        return does_not_apply("no chain was asked")
    if case.snapshots_gap:
        return undetermined(f"who date-stamped the record's files cannot be told: {case.snapshots_gap}")
    if not case.snapshots:
        return does_not_apply(
            "nobody has date-stamped the record's files on this chain: what they say rests on them alone"
        )
    facts = [
        Fact(
            f"{quoted(one.file)} ({one.version}), SHA-256 {one.digest.hex()}, date-stamped "
            f"{moment(one.attestation.time)} by {one.by}"
            + (f", as of {declared(one.attestation.date)}" if one.attestation.date else "")
            + (f", withdrawn {moment(one.attestation.withdrawn_at)}" if one.attestation.withdrawn_at else ""),
            "the chain that was asked",
        )
        for one in case.snapshots
    ]
    standing = [one for one in case.snapshots if not one.attestation.withdrawn_at]
    if not standing:
        return undetermined("the snapshots of the record's files were withdrawn by who made them", *facts)
    files = len({one.digest for one in standing})
    last = standing[-1]
    return holds(
        f"{count(files, 'file')} of the record date-stamped, the last {moment(last.attestation.time)} by {last.by}",
        *facts,
    )


@rule(
    "numbers-agree",
    asks="Do record, chain and paper speak of the same registry number?",
    source=Standard("CONSORT 2025", "item 2", "2025", "name of the registry, number and date"),
    applies="where two of them are given",
    needs="a record, a trial on a chain, or the numbers that a paper names",
    item="2",
)
def numbers_agree(case: TrialCase) -> Answer:
    named: list[tuple[str, tuple[str, ...]]] = []
    if case.registry:
        named.append(("the record", tuple(record_numbers(case.registry))))
    if case.sealed and case.sealed.evidence.numbers:
        named.append(("the trial on the chain", tuple(one.number for one in case.sealed.evidence.numbers)))
    if case.reported and case.reported.numbers:
        named.append((case.reported.source, case.reported.numbers))
    facts = [Fact(f"{what} names {listed(list(numbers))}", what) for what, numbers in named if numbers]
    if len(named) < 2:
        if case.reported and case.reported.searched and not case.reported.numbers:
            return fails("no registry number was found in the manuscript: where is the trial registered?", *facts)
        return does_not_apply("only one source of registry numbers is given", *facts)
    base_name, base = named[0]
    apart = [(what, numbers) for what, numbers in named[1:] if not set(numbers) & set(base)]
    if apart:
        what, numbers = apart[0]
        return fails(
            f"{base_name} is of {listed(list(base))}, and {quoted(what)} names {listed(list(numbers))}: is it the same "
            "trial?",
            *facts,
        )
    several = [(what, numbers) for what, numbers in named[1:] if set(numbers) - set(base)]
    if several:
        what, numbers = several[0]
        more = listed([one for one in numbers if one not in base])
        return undetermined(f"{quoted(what)} names {more} too: are they numbers of the same trial?", *facts)
    return holds(f"all of them name {base[0]}", *facts)
