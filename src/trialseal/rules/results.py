"""Rules about results: reported as sealed, proven against a version, nothing left uncounted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from trialseal.errors import UsageError
from trialseal.escaping import quoted
from trialseal.evidence.reported import ResultEvidence
from trialseal.evidence.sealings import PROTOCOL, RESULTS, sealings_of
from trialseal.evidence.trials import ProtocolText, TrialEvidence
from trialseal.evidence.wording import count, kind_words, listed, moment, part_words
from trialseal.ledger.acts import Act, ResultReported
from trialseal.ledger.standing import corrections, standing
from trialseal.once import once
from trialseal.registries.numbers import same
from trialseal.rules.finding import Answer, Case, does_not_apply, fails, holds, rule, undetermined

_REGISTRY = "contracts/interfaces/ITrialRegistry.sol"
_MOST_LISTED = 12


@rule(
    "results-proven",
    asks="Is each planned result reported by an act, its endpoint proven to be in the protocol version named?",
    source=f"{_REGISTRY}: a result proves its endpoint or is marked post hoc; CONSORT 2025, item 14",
    applies="to results documents with planned results",
)
def results_proven(case: Case) -> Answer:
    if case.sealing.kind != RESULTS or not case.evidence.results:
        return does_not_apply("it is not a results document of trialseal")
    planned = [one for one in case.evidence.results if one.planned]
    if not planned:
        return does_not_apply("it reports no planned endpoint")
    against: list[str] = []
    unknown: list[str] = []
    facts: list[str] = []
    for one in planned:
        words = f"results[{one.place}], endpoint {quoted(one.endpoint)} of protocol version {one.version}"
        proven = [act for act in one.acts if act.protocol_version == one.version]
        if one.leaf is None:
            if reason := _leaf_unknown(case.trial, one):
                unknown.append(f"{words}: {reason}")
            else:
                against.append(f"{words}: that version has no such endpoint")
        elif not proven:
            against.append(f"{words}: {_reported_otherwise(one.acts) or 'no act reports it'}")
        elif one.parts is None:
            unknown.append(f"{words}: no protocol version given has its part")
        elif not any(act.part in one.parts for act in proven):
            reported = part_words(proven[0].part)
            against.append(f"{words}: its act reports it for {reported}, the document for another part")
        else:
            facts.append(f"{words}: proven by act {proven[0].number}, {moment(proven[0].time)}")
    if against:
        more = f" (and {len(against) - 1} more)" if len(against) > 1 else ""
        return _unseen(case) or fails(f"{against[0]}{more}", *against, *unknown, *facts)
    if unknown:
        return undetermined(
            f"{unknown[0]}" + (f" (and {len(unknown) - 1} more)" if len(unknown) > 1 else ""), *unknown, *facts
        )
    return holds(
        f"each of its {count(len(planned), 'planned result')} is proven to be an endpoint of the version it names",
        *facts,
    )


def _unseen(case: Case) -> Answer | None:
    """What is not seen among acts that are not all seen is not to be held against anyone."""
    if case.trial.history.complete:
        return None
    return undetermined("not all acts can be seen, so reports may be among them")


def _leaf_unknown(trial: TrialEvidence, result: ResultEvidence) -> str | None:
    text = trial.protocols.get(result.version or 0)
    if text is None:
        return f"put the sealed document of protocol version {result.version} beside it to check"
    if not text.set_agrees:
        return "that version's document has other endpoints than were sealed with it"
    return None


def _reported_otherwise(acts: tuple[ResultReported, ...]) -> str | None:
    if not acts:
        return None
    version = acts[0].protocol_version
    return f"its act proves it against version {version}" if version else "its act reports it as post hoc"


@rule(
    "primary-reported",
    asks="Where it gives final results, is any primary endpoint of the same version and parts reported?",
    source="CONSORT 2025, item 26, and COMPare; which of several are due by when, their time points say",
    applies="to results documents that give final results for planned endpoints",
)
def primary_reported(case: Case) -> Answer:
    final = [one for one in case.evidence.results if one.planned and one.final]
    if not final:
        return does_not_apply("it gives no final result for a planned endpoint")
    reported = {act.endpoint for act in standing(case.trial.history.acts) if isinstance(act, ResultReported)}
    primary: dict[str, bool] = {}
    for version in sorted({one.version for one in final if one.version}):
        text = case.trial.protocols.get(version)
        if text is None or not text.set_agrees:
            return undetermined(f"protocol version {version}, which lists the endpoints, is not given")
        for name, leaf in _primary_endpoints(text, [one for one in final if one.version == version]):
            words = f"{quoted(name)} of protocol version {version}"
            primary[words] = leaf in reported
    found = [name for name, is_reported in primary.items() if is_reported]
    unreported = [name for name, is_reported in primary.items() if not is_reported]
    facts = [
        f"primary endpoint {name}: {'reported' if there else 'no result here so far'}"
        for name, there in primary.items()
    ]
    if not primary:
        return does_not_apply("the version has no primary endpoint in the parts that it gives final results for")
    if found and unreported:
        return holds(
            f"{len(found)} of {len(primary)} primary endpoints are reported, no result so far for {listed(unreported)}",
            *facts,
        )
    if found:
        return holds(
            "every primary endpoint of the version and parts that it gives final results for is reported", *facts
        )
    return _unseen(case) or fails(
        f"it gives final results, but no document here reports the primary endpoint {listed(unreported)}: reported "
        "elsewhere, or still to come?",
        *facts,
    )


def _primary_endpoints(text: ProtocolText, results: Sequence[ResultEvidence]) -> Iterator[tuple[str, bytes]]:
    """Id and leaf of each primary endpoint of a version in the parts that some results are about."""
    parts_of = dict(zip(text.endpoint_ids, text.endpoint_parts, strict=True))
    # A result that names no part is about those of its endpoint; none there either means the whole trial.
    given = [{one.part} if one.part else parts_of.get(one.endpoint or "", frozenset()) for one in results]
    for endpoint, name, leaf in zip(text.document["endpoints"], text.endpoint_ids, text.leaves, strict=True):
        its = parts_of[name]
        if endpoint.get("role") == "primary" and (not its or any(not some or some & its for some in given)):
            yield name, leaf


@rule(
    "reports-listed",
    asks="Does the document hold a result for each act that reports from it?",
    source=f"{_REGISTRY}: each report names document, endpoint and part",
    applies="to results documents",
)
def reports_listed(case: Case) -> Answer:
    if case.sealing.kind != RESULTS or case.evidence.file.document is None:
        return does_not_apply("it is not a results document of trialseal")
    foreign = case.evidence.foreign_reports
    if foreign:
        facts = [f"act {act.number}: {_endpoint_of(case.trial, act)}, {moment(act.time)}" for act in foreign]
        return fails(
            f"{count(len(foreign), 'act')} name this document, but report a result that is not in it: "
            f"which result does act {foreign[0].number} report?",
            *facts,
        )
    reports = [
        a for a in case.trial.history.acts if isinstance(a, ResultReported) and a.subject == case.evidence.digest
    ]
    if any(one.leaf is None for one in case.evidence.results):
        return undetermined("some endpoints' protocol version is not given, so reports cannot be matched with results")
    return holds(f"each of the {count(len(reports), 'act')} that report from it is a result in it")


@rule(
    "post-hoc-named",
    asks="Are post hoc results called so, in the document and in their acts?",
    source="CONSORT 2025, items 21d and 28: which analyses were prespecified, which post hoc",
    applies="to results documents",
)
def post_hoc_named(case: Case) -> Answer:
    if case.sealing.kind != RESULTS or case.evidence.file.document is None:
        return does_not_apply("it is not a results document of trialseal")
    results = case.evidence.results
    disagreeing = [
        one for one in results if one.planned and one.acts and not any(act.protocol_version for act in one.acts)
    ]
    if disagreeing:
        first = disagreeing[0]
        return fails(
            f"results[{first.place}], endpoint {quoted(first.endpoint)}, is planned in the document and post hoc "
            "in its act: which is it?"
        )
    post_hoc = [one for one in results if not one.planned]
    if not post_hoc:
        return does_not_apply("the document calls none of its results post hoc")
    unreported = [one for one in post_hoc if one.leaf is not None and not one.acts]
    facts = [
        f"results[{one.place}]" + (f", endpoint {quoted(one.endpoint)}" if one.endpoint else "") for one in post_hoc
    ]
    if unreported and case.trial.history.complete:
        return fails(f"results[{unreported[0].place}] is post hoc, and no act reports it as such", *facts)
    return holds(f"{len(post_hoc)} of its {count(len(results), 'result')} are post hoc and called so", *facts)


@rule(
    "other-results",
    asks="Which other sealed documents report results for the same endpoints?",
    source="who seals several results for one endpoint is seen: every report is an act; more than one is not a fault",
    applies="to results documents",
)
def other_results(case: Case) -> Answer:
    if case.sealing.kind != RESULTS:
        return does_not_apply("it is not a results document")
    digest = case.evidence.digest
    reports = [act for act in standing(case.trial.history.acts) if isinstance(act, ResultReported)]
    leaves = {act.endpoint for act in reports if act.subject == digest}
    others = [act for act in reports if act.subject != digest and act.endpoint in leaves]
    facts = [
        f"act {act.number}: {_endpoint_of(case.trial, act)} from document {act.subject.hex()}, {moment(act.time)}"
        for act in others
    ]
    marked = corrections(case.trial.history.acts)
    facts += [
        f"act {act.number}, a report, was corrected by act {by.number}, {moment(by.time)}"
        for act in case.trial.history.acts
        if isinstance(act, ResultReported) and (by := marked.get(act.number))
    ]
    if not case.trial.history.complete:
        return undetermined("not all acts can be seen, so other reports cannot be counted", *facts)
    if not others:
        return holds("no other document sealed in this trial on this chain reports results for its endpoints", *facts)
    documents = len({act.subject for act in others})
    verb = "reports" if documents == 1 else "report"
    return holds(f"{count(documents, 'other document')} {verb} results for the same endpoints, as counted here", *facts)


def _endpoint_of(trial: TrialEvidence, act: ResultReported) -> str:
    leaf = act.endpoint
    for text in trial.protocols.values():
        if leaf in text.leaves:
            return f"endpoint {quoted(text.endpoint_ids[text.leaves.index(leaf)])}"
    return f"endpoint with leaf {leaf.hex()[:8]}…"


@rule(
    "all-counted",
    asks="How many versions, documents and trials are there on the number, opened or not?",
    source="who seals fifty endpoint sets to open the flattering one is seen",
    applies="always",
)
def all_counted(case: Case) -> Answer:
    trial = case.trial
    kinds, not_given, unopened = _counted(trial.history.acts, trial.at_hand)
    facts = list(not_given)
    for number in trial.numbers:
        for other in number.others:
            sets = count(other.versions.get(PROTOCOL, 0), "protocol version")
            facts.append(f"{number.number}: trial {other.trial.hex()} of {case.name(other.sponsor)} has {sets}")
    if claimed := _unclaimed(case):
        facts.append(f"the document names {listed(claimed)}, which the trial has not claimed on this chain")
    if not trial.history.complete:
        return undetermined("not all acts can be seen, so they cannot be counted", *facts)
    others = {state.trial for number in trial.numbers for state in number.others}
    sentence = f"the trial has sealed {listed(kinds)}; "
    sentence += f"{unopened} of them not given" if unopened else "all of them given"
    if trial.numbers:
        sentence += f"; {count(len(others), 'other trial')} on its numbers"
    return holds(sentence, *facts)


@once
def _counted(acts: tuple[Act, ...], at_hand: frozenset[bytes]) -> tuple[tuple[str, ...], tuple[str, ...], int]:
    """How much of each kind these acts seal, in words; what of it is not given, as facts; and how much that is."""
    sealings = sealings_of(acts)
    per_kind = Counter(one.kind for _, one in sealings if one.kind)
    words = [
        count(number, "results document") if kind == RESULTS else count(number, f"{kind_words(kind)} version")
        for kind, number in sorted(per_kind.items())
    ]
    unopened = {digest: one for digest, one in sealings if digest not in at_hand and one.kind}
    facts = [f"not given: {one.words}, SHA-256 {digest.hex()}" for digest, one in list(unopened.items())[:_MOST_LISTED]]
    if len(unopened) > _MOST_LISTED:
        facts.append(f"and {len(unopened) - _MOST_LISTED} more not given")
    return tuple(words), tuple(facts), len(unopened)


def _unclaimed(case: Case) -> list[str]:
    """Registry numbers that the document names and the trial does not claim."""
    document = case.evidence.file.document
    named = document.get("trial") if document else None
    ids = named.get("registry_ids") if isinstance(named, dict) else None
    claimed = [one.number for one in case.trial.numbers]
    found = []
    for number in ids if isinstance(ids, list) else ():
        try:
            if isinstance(number, str) and not any(same(number, one) for one in claimed):
                found.append(quoted(number))
        except UsageError:
            continue
    return found
