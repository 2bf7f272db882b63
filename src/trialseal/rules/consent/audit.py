"""All rules about consents, for every subject of a trial; their counts; one finding for the trial as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final, NamedTuple

from trialseal.evidence.consents import ConsentEvidence, Entry
from trialseal.evidence.wording import count, listed
from trialseal.rules.consent.cases import FormCase, SubjectCase, form_statements, subject_cases
from trialseal.rules.consent.catalogue import SUBJECT_RULES
from trialseal.rules.consent.forms import form_approved
from trialseal.rules.consent.reading import counted
from trialseal.rules.finding import Fact, Finding, Status

AUDIT: Final = "consent-audit"
"""The id of the finding about the whole trial."""
READABLE: Final = "consent-readable"
"""Stands for a rule where a subject's entries were erased: none can be asked."""
_WORST = (Status.FAILS, Status.UNDETERMINED, Status.HOLDS, Status.DOES_NOT_APPLY)


class ConsentFinding(NamedTuple):
    """A rule's answer about one subject, or about a form at one site, and the entries that it rests on."""

    subject: str | None
    """By pseudonym; None where it is about a form."""
    site: str | None
    finding: Finding
    entries: tuple[Entry, ...] = ()
    """What is asked about comes first."""


class ConsentAudit(NamedTuple):
    """What an audit of consents found."""

    findings: tuple[ConsentFinding, ...]
    enrolled: int
    """Participants who were enrolled, randomised or treated, without those erased."""
    erased: int
    evidence: ConsentEvidence

    def counts(self, rule: str | None = None) -> dict[Status, int]:
        """How many findings there are of each answer, of one rule or of all."""
        found = Counter(one.finding.status for one in self.findings if rule in (None, one.finding.rule))
        return {status: found[status] for status in Status}

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rules that were asked, in their order."""
        return tuple(dict.fromkeys(one.finding.rule for one in self.findings))


def audit(evidence: ConsentEvidence) -> ConsentAudit:
    """One finding a subject and rule, one a form at a site, one an erased subject; always in the same order."""
    places = {entry.place: entry for entry in evidence.entries}
    cases = subject_cases(evidence)
    found = [_settled(rule(case), case.subject, _site(case), places) for case in cases for rule in SUBJECT_RULES]
    erased: dict[str, list[str]] = {}
    for one in evidence.erased:
        erased.setdefault(one.subject, []).append(f"{counted(one.counts) or 'nothing'} ({one.place})")
    left = {subject: Counter[str]() for subject in erased}
    for entry in evidence.entries:
        if entry.subject in left:
            left[entry.subject][entry.stream] += 1
    for subject in sorted(erased):
        words = f"their entries were erased and cannot be read: {listed(sorted(erased[subject]))}"
        if remaining := left[subject]:
            streams = listed([f"{number} in stream {name}" for name, number in sorted(remaining.items())])
            words += f"; still readable are {streams}: are they to be erased too?"
        found.append(ConsentFinding(subject, None, Finding(READABLE, Status.UNDETERMINED, words)))
    for site, statements in sorted(form_statements(evidence).items(), key=lambda pair: pair[0] or ""):
        found += [_settled(form_approved(FormCase(one, evidence)), None, site, places) for one in statements]
    return ConsentAudit(tuple(found), sum(1 for case in cases if case.inclusions), len(erased), evidence)


def trial_finding(audit: ConsentAudit) -> Finding:
    """The audit as one finding about the trial, without pseudonyms: for reports that others read."""
    total = audit.counts()
    facts = [Fact(f"{rule}: {_counts_words(audit.counts(rule))}", "streams of the trial") for rule in audit.rules]
    evidence = audit.evidence
    if evidence.unseen:
        facts.append(Fact(f"not all is seen: {evidence.unseen}", "streams of the trial"))
    if waiting := sum(evidence.unanchored.values()):
        facts.append(Fact(f"{waiting} entries are not anchored yet", "streams of the trial"))
    subjects = f"of {count(audit.enrolled, 'enrolled participant')}" + (
        f" and {audit.erased} erased" if audit.erased else ""
    )
    status = next((one for one in _WORST if total[one]), Status.DOES_NOT_APPLY)
    if not audit.enrolled and not audit.erased:
        return Finding(AUDIT, Status.DOES_NOT_APPLY, "the streams given tell of no enrolled participant")
    return Finding(AUDIT, status, f"the consents {subjects}: {_counts_words(total)}", tuple(facts))


def _counts_words(counts: dict[Status, int]) -> str:
    words = {Status.FAILS: "fail", Status.UNDETERMINED: "cannot be determined", Status.HOLDS: "hold"}
    said = [f"{counts[status]} {word}" for status, word in words.items() if counts[status]]
    return listed(said) if said else "none applies"


def _site(case: SubjectCase) -> str | None:
    sites = [site for site in case.sites if site]
    return " ".join(sites) or None


def _settled(finding: Finding, subject: str | None, site: str | None, places: dict[str, Entry]) -> ConsentFinding:
    """What holds by entries that are not anchored yet may be rewritten, so outsiders cannot tell."""
    entries = tuple(places[source] for source in _sources(finding) if source in places)
    waiting = [one for one in entries if one.anchored is None]
    if finding.status is Status.HOLDS and waiting:
        words = f"{finding.sentence}; but {waiting[0].place} is not anchored yet"
        finding = finding._replace(status=Status.UNDETERMINED, sentence=words)
    return ConsentFinding(subject, site, finding, entries)


def _sources(finding: Finding) -> Iterable[str]:
    return dict.fromkeys(getattr(fact, "source", "") for fact in finding.facts)
