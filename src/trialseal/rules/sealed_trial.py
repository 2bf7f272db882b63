"""A trial's documents on a chain as one case; and the rules about single documents, asked of all of them together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from trialseal.evidence.domain import DomainAnswer
from trialseal.evidence.profiles import Names
from trialseal.evidence.sealings import ANALYSIS_PLAN, PROTOCOL, RESULTS
from trialseal.evidence.seals import trial_seals
from trialseal.evidence.source import ChainSource
from trialseal.folder.reading import FileReading
from trialseal.folder.trial_folder import TrialFolder
from trialseal.rules import parties, results, sealing, timing
from trialseal.rules.finding import (
    Answer,
    Case,
    Fact,
    Rule,
    Standard,
    Status,
    does_not_apply,
    undetermined,
)
from trialseal.rules.trial_case import SealedTrial, TrialCase, on_chain, worst

ON_CHAIN = "a trial on a chain that was asked"


def sealed_trial(
    chain: ChainSource,
    trial: bytes,
    names: Names,
    *,
    folder: TrialFolder | None = None,
    files: Sequence[FileReading] = (),
    accreditors: Collection[bytes] = (),
    domains: Mapping[str, DomainAnswer] = MappingProxyType({}),
) -> SealedTrial:
    """A trial on a chain with a case for each document that it sealed; FailedError if the chain has no such trial."""
    loaded, found = trial_seals(chain, trial, names, folder, files)
    cases = tuple(Case(one, names, frozenset(accreditors), True, domains) for one in found)
    return SealedTrial(loaded, cases)


def unsealed(case: TrialCase) -> Answer:
    """Why a rule about the chain is not asked."""
    if case.chain_asked:
        return does_not_apply(
            "no trial on this chain was named or claims the number: not sealed here, which says nothing of elsewhere"
        )
    return does_not_apply("no chain was asked")


def _first(sealed: SealedTrial) -> Case | None:
    return next((one for one in sealed.cases if one.sealing.kind == PROTOCOL), None)


def of_kind(case: TrialCase, *kinds: int) -> list[Case]:
    """The documents of some kinds that the trial sealed, each as a case."""
    return [one for one in case.sealed.cases if one.sealing.kind in kinds] if case.sealed else []


def _by_registration(one: Rule[Case], *, asks: str, item: str, source: str | Standard | None = None) -> Rule[TrialCase]:
    """The rule about a whole trial that a rule about its registering document is."""

    def answer(case: TrialCase) -> Answer:
        if case.sealed is None:
            return unsealed(case)
        first = _first(case.sealed)
        if first is None:
            return undetermined("the registration's log is not shown by this node")
        return sourced(case, one.answer(_with_record(case, first)))

    return Rule(one.id, asks, source or one.source, "to trials on a chain", answer, ON_CHAIN, item)


def _over_all(one: Rule[Case], kinds: tuple[int, ...], *, asks: str, none: str, item: str) -> Rule[TrialCase]:
    """As `_by_registration`, of a rule about each document of some kinds: the worst answer counts."""

    def answer(case: TrialCase) -> Answer:
        if case.sealed is None:
            return unsealed(case)
        found = [one.answer(each) for each in of_kind(case, *kinds)]
        found = [each for each in found if each.status is not Status.DOES_NOT_APPLY] or found
        return sourced(case, worst(found)) if found else does_not_apply(none)

    return Rule(one.id, asks, one.source, "to trials on a chain", answer, ON_CHAIN, item)


def sourced(case: TrialCase, answer: Answer) -> Answer:
    """The answer, its facts said to stand on the chain where they name no other place."""
    facts = tuple(one if isinstance(one, Fact) and one.source else on_chain(case, one) for one in answer.facts)
    return Answer(answer.status, answer.sentence, facts)


def _with_record(case: TrialCase, first: Case) -> Case:
    """The registering document's case, with the record given among the registry records."""
    record = case.registry.last.record if case.registry else None
    if record is None or first.trial.registry_records:
        return first
    from trialseal.documents.models import dump

    file = FileReading(case.registry.last.source if case.registry else "", b"", None, dump(record), 0)
    return first._replace(evidence=first.evidence._replace(trial=first.trial._replace(registry_records=(file,))))


sealed_before_enrolment = _by_registration(
    timing.protocol_sealed_first,
    asks="Was the protocol sealed before the first participant was enrolled, in each part?",
    item="2",
    source=Standard("CONSORT 2025", "items 2 and 3", "2025", "a seal replaces no registration, and a late one is none"),
)._replace(id="sealed-before-enrolment")
sponsor_vouched = _by_registration(
    parties.party_accredited, asks="Had a party that the reader trusts vouched for the sponsor?", item="2"
)._replace(id="sponsor-vouched")
sponsor_named = _by_registration(
    parties.party_named, asks="Does the sponsor's own web domain, or the registry's record, name it?", item="2"
)._replace(id="sponsor-named")
number_claimed_once = _by_registration(
    parties.number_claimants, asks="Is this the only trial on the chain that claims its numbers?", item="2"
)._replace(id="number-claimed-once")
everything_counted = _by_registration(
    results.all_counted,
    asks="How many endpoint sets, documents and trials are on the number, opened or not?",
    item="3",
)._replace(id="everything-counted")
acts_complete = _by_registration(
    sealing.history_complete, asks="Are the acts shown all acts of the trial?", item="3"
)._replace(id="acts-complete")
endpoints_first_sealed = _over_all(
    timing.endpoints_before_data,
    (RESULTS,),
    asks="Was each endpoint that results are sealed for first sealed before its data were seen?",
    none="no results are sealed here",
    item="10",
)._replace(id="endpoints-first-sealed")
amendments_blinded = _over_all(
    timing.amended_blinded,
    (PROTOCOL, ANALYSIS_PLAN),
    asks="Was each amendment decided on before anyone who decided had seen unblinded data?",
    none="neither protocol nor plan is sealed here",
    item="10",
)._replace(id="amendments-blinded")
planned_proven = _over_all(
    results.results_proven,
    (RESULTS,),
    asks="Is each planned result proven to be an endpoint of the version that it names?",
    none="no results are sealed here",
    item="26",
)._replace(id="planned-proven")
primary_sealed_reported = _over_all(
    results.primary_reported,
    (RESULTS,),
    asks="Where final results are sealed, is any primary endpoint of the same version and parts among them?",
    none="no results are sealed here",
    item="26",
)._replace(id="primary-sealed-reported")
post_hoc_called_so = _over_all(
    results.post_hoc_named,
    (RESULTS,),
    asks="Are post hoc results called so, in documents and acts?",
    none="no results are sealed here",
    item="28",
)._replace(id="post-hoc-called-so")
