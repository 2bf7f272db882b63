"""Rules about the consent of each subject: before it was enrolled, to the form in force at its site, asked again where
an amendment required it, and heeded when it was withdrawn.

A rule's case is one subject, by pseudonym, with all of its entries from all streams. What cannot be told from dates as
they were written, from entries that were erased, or from streams that are not at hand, is undetermined.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Final, NamedTuple

from trialseal.documents.identifiers import date_text
from trialseal.documents.territories import territory_number
from trialseal.documents.times import Order, order
from trialseal.escaping import quoted
from trialseal.evidence.consents import Amended, ConsentEvidence, Entry, FormDecision
from trialseal.evidence.wording import count, day, listed, moment
from trialseal.ledger.moments import iso_day, iso_time
from trialseal.rules.finding import (
    Answer,
    Fact,
    Rule,
    Standard,
    Status,
    does_not_apply,
    fails,
    holds,
    rule,
    undetermined,
)
from trialseal.values import Value

_HELSINKI = Standard("Declaration of Helsinki", "25 to 32", "2024", "free and informed consent before taking part")
_GCP = Standard("ICH E6", "2.8.2", "R3", "consent is renewed where new information may matter to the participant")
_CONSENTED = ("given", "assent", "waived")
_ANSWERED = ("given", "assent", "refused")
_INCLUSIONS = {"enrolment": "enrolled", "randomisation": "randomised", "dispensing": "given trial medication"}
_WORST = (Status.FAILS, Status.UNDETERMINED, Status.HOLDS, Status.DOES_NOT_APPLY)
MAIN_FORM: Final = "main"
"""What a consent form is called where its event does not say which."""


class Reached(Enum):
    """Whether something had come into force when something else happened."""

    NO = "no"
    YES = "yes"
    TODAY = "today"
    """On that very day, from the beginning of which it is in force."""
    UNCLEAR = "unclear"


class Requirement(NamedTuple):
    """That those already enrolled at a site are to be asked again."""

    words: str
    since: str | None
    """From when on; None where that is not stated."""
    statement: Entry | None = None
    """The site's own statement, which names the form."""
    version: int | None = None
    """The protocol version."""


class SubjectCase(Value):
    """One subject: its entries, what its site says of forms and amendments, and what is not seen."""

    subject: str
    entries: Mapping[str, tuple[Entry, ...]]
    """By type, the earliest first."""
    evidence: ConsentEvidence
    statements: Mapping[str | None, tuple[Entry, ...]]
    """By site, which versions of consent forms came into force when."""
    requirements: Mapping[str | None, tuple[Requirement, ...]]
    """By site."""

    def of(self, *types: str) -> list[Entry]:
        """The subject's entries of these types."""
        return [entry for type in types for entry in self.entries.get(type, ())]

    @property
    def sites(self) -> list[str | None]:
        """Where its entries say that it was."""
        found = {entry.site for group in self.entries.values() for entry in group}
        return sorted(found, key=lambda site: site or "")

    @property
    def inclusions(self) -> list[Entry]:
        """What took it into the trial: its enrolments, or where there is none its randomisations, and any treatment."""
        enrolled = self.of("enrolment") or self.of("randomisation")
        return [*enrolled, *self.treatments] if enrolled or self.treatments else []

    @property
    def treatments(self) -> list[Entry]:
        """Trial medication handed out, and visits at which it was treated."""
        return self.of("dispensing") + [one for one in self.of("visit") if one.event.get("treatment")]


class FormCase(NamedTuple):
    """A site's statement that a version of a consent form is in force there."""

    statement: Entry
    evidence: ConsentEvidence


@rule(
    "consent-before-enrolment",
    asks="Did the subject consent before it was enrolled, or treated?",
    source=_HELSINKI,
    applies="to participants who were enrolled, randomised or treated",
)
def consent_before_enrolment(case: SubjectCase) -> Answer:
    if not case.inclusions:
        return does_not_apply("it was not enrolled")
    answers = [_consented_before(case, one) for one in case.inclusions]
    return _worst(answers)


def _consented_before(case: SubjectCase, inclusion: Entry) -> Answer:
    """Whether a consent that stood preceded this enrolment or treatment."""
    was = f"was {_INCLUSIONS.get(inclusion.type, 'treated')} {_when(inclusion)}"
    to_treatment = inclusion.type in ("dispensing", "visit")
    placed: dict[Order, list[Entry]] = {Order.BEFORE: [], Order.AFTER: [], Order.UNCLEAR: []}
    for one in case.of("consent"):
        placed[_definite(_order(one, inclusion))].append(one)
    before = [one for one in placed[Order.BEFORE] if _consents(one, to_treatment)]
    refusals = [one for one in case.of("consent") if one.event["status"] == "refused"]
    # What was treated after a withdrawal is another rule's; who enrols must not have withdrawn.
    ends = [*refusals, *(() if to_treatment else _withdrawals(case, "treatment"))]
    undone: list[Entry] = []
    doubtful: list[Entry] = []
    for one in reversed(before):
        between = [end for end in ends if _may_lie_between(one, end, inclusion)]
        if not between:
            late = _anchored_late(one, inclusion)
            return holds(f"{was}; {_consent_words(one)}{late}", _fact(inclusion), _fact(one))
        certain = [
            end for end in between if _order(one, end) is Order.BEFORE and _order(end, inclusion) is Order.BEFORE
        ]
        (undone if certain else doubtful).extend(certain or between)
    if doubtful:
        return undetermined(
            f"{was}; it had consented; {_end_words(doubtful[0])}: whether in between cannot be told from the dates",
            _fact(inclusion), *map(_fact, [*before, *doubtful]),
        )  # fmt: skip
    deferrals = [one for one in placed[Order.BEFORE] + placed[Order.UNCLEAR] if one.event["status"] == "deferred"]
    if deferrals and not undone:
        return _deferred(case, inclusion, deferrals[0], was)
    unclear = [one for one in placed[Order.UNCLEAR] if _consents(one, to_treatment)]
    if unclear:
        return undetermined(
            f"{was}; {_consent_words(unclear[0])}: which came first cannot be told from these dates",
            _fact(inclusion), *map(_fact, unclear),
        )  # fmt: skip
    after = [one for one in placed[Order.AFTER] if _consents(one, to_treatment)]
    refused = [one for one in refusals if _order(one, inclusion) is Order.BEFORE]
    facts = (_fact(inclusion), *map(_fact, [*before, *(undone or refused), *after]))
    if case.evidence.unseen:
        return undetermined(f"{was}, and no consent before that is found; but {case.evidence.unseen}", *facts)
    if undone or refused:
        return fails(f"{was}, after {_end_words((undone or refused)[-1])}: had it consented again?", *facts)
    if after:
        return fails(f"{was}; {_consent_words(after[0])}, after that: was there an earlier consent?", *facts)
    return fails(f"{was}, and no consent is found in the trial's streams: where is it recorded?", *facts)


def _deferred(case: SubjectCase, inclusion: Entry, deferral: Entry, was: str) -> Answer:
    """Lawful in an emergency, if the subject or who speaks for it was asked afterwards, or died before."""
    words = f"{was}; consent was deferred {_when(deferral)}"
    asked = [
        one
        for one in case.of("consent")
        if one.event["status"] in _ANSWERED and _order(one, deferral) is not Order.BEFORE
    ]
    facts = (_fact(inclusion), _fact(deferral))
    if asked:
        return holds(f"{words}, and {_answer_words(asked[0])}", *facts, _fact(asked[0]))
    died = [one for one in case.of("participation-end") if one.event["reason"] == "died"]
    if died:
        return holds(f"{words}, and it died {_when(died[0])} before it could be asked", *facts, _fact(died[0]))
    return undetermined(f"{words}, and it is not recorded as asked since", *facts)


@rule(
    "consent-version",
    asks="Was each consent to the version of the form in force at the site on that day?",
    source=_HELSINKI,
    applies="to participants who were enrolled, randomised or treated, and consented to a form",
)
def consent_version(case: SubjectCase) -> Answer:
    consents = [one for one in case.of("consent") if one.event["status"] in ("given", "assent")]
    if not case.inclusions or not consents:
        return does_not_apply("it was not enrolled" if not case.inclusions else "it gave no consent to a form")
    return _worst([_version_in_force(case, one) for one in consents])


def _version_in_force(case: SubjectCase, consent: Entry) -> Answer:
    words = _consent_words(consent)
    of_site = [one for one in case.statements.get(consent.site, ()) if _form(one) == _form(consent)]
    if not of_site:
        return _version_on_chain(case.evidence, consent, words)
    reached = {one.place: _reached(consent, one) for one in of_site}
    certain = [one for one in of_site if reached[one.place] is Reached.YES]
    possible = [
        one
        for one in of_site
        if reached[one.place] is not Reached.NO and not any(_order(one, other) is Order.BEFORE for other in certain)
    ]
    facts = (_fact(consent), *map(_fact, possible))
    if not possible:
        first = of_site[0]
        if case.evidence.unseen:
            return undetermined(
                f"{words}; which form was in force then is not found, and {case.evidence.unseen}", *facts
            )
        return fails(
            f"{words}, before any form was in force at site {quoted(consent.site)}, the first {_when(first)}: which "
            "was used, and was it approved?", _fact(consent), _fact(first),
        )  # fmt: skip
    same = [one for one in possible if _same_version(consent, one)]
    today = [one for one in same if reached[one.place] is Reached.TODAY]
    if same and (today or len(same) == len(possible)):
        return holds(f"{words}, in force at site {quoted(consent.site)} since {same[-1].at}", *facts)
    if same:
        newest = possible[-1]
        return undetermined(
            f"{words}; {_form_words(newest)} came into force at site {quoted(consent.site)} {_when(newest)}: which of "
            "them was in force cannot be told from these dates",
            *facts,
        )
    if case.evidence.unseen:
        return undetermined(
            f"{words}; {_form_words(possible[-1])} is found in force; but {case.evidence.unseen}", *facts
        )
    return fails(
        f"{words}; in force at site {quoted(consent.site)} was {_form_words(possible[-1])}, since {possible[-1].at}: "
        f"why was {_form_words(consent)} used?",
        *facts,
    )


def _version_on_chain(evidence: ConsentEvidence, consent: Entry, words: str) -> Answer:
    """Without a word of the site: only where the trial has sealed a single form, that one is in force."""
    digest = consent.event.get("form_digest")
    if len(evidence.forms) == 1 and digest == evidence.forms[0].digest and not evidence.unseen:
        form = evidence.forms[0]
        approved = [one for one in form.decisions if _approves(one, consent.at)]
        if approved and order(_decided(approved[0]), consent.at, same_place=True) is not Order.AFTER:
            return holds(f"{words}, the only consent form that the trial has sealed, {_decision_words(approved[0])}",
                         _fact(consent))  # fmt: skip
    at_site = f"at site {quoted(consent.site)}" if consent.site else "where it was given (no site is named)"
    return undetermined(f"{words}; which version was in force {at_site} is stated nowhere", _fact(consent))


@rule(
    "asked-again",
    asks="Where an amendment in force at its site required it, was the subject asked again by its next visit?",
    source=_GCP,
    applies="to subjects enrolled before such an amendment came into force at their site, and still taking part",
)
def asked_again(case: SubjectCase) -> Answer:
    if not case.inclusions:
        return does_not_apply("it was not enrolled")
    answers = [_asked(case, one) for site in case.sites for one in case.requirements.get(site, ())]
    answers = [one for one in answers if one.status is not Status.DOES_NOT_APPLY]
    stated = {one.event.get("protocol_version") for site in case.sites for one in case.statements.get(site, ())}
    unread = [version for version in case.evidence.unread_protocols if version not in stated]
    if unread:
        versions = listed([str(version) for version in unread])
        answers.append(undetermined(f"whether protocol version {versions} required it is not known: put it beside"))
    if answers:
        return _worst(answers)
    return does_not_apply("no amendment that required it is found in force at its site while it took part")


def _asked(case: SubjectCase, asked_for: Requirement) -> Answer:
    consents, statement, since = case.of("consent"), asked_for.statement, asked_for.since
    if statement and _form(statement) not in {_form(one) for one in consents if one.event["status"] in _ANSWERED}:
        return does_not_apply("it was asked with another form")
    if since is None:
        return undetermined(f"{asked_for.words}; since when that is in force at its site is stated nowhere")
    enrolled = [_reached_at(one, since) for one in case.inclusions]
    if all(one in (Reached.YES, Reached.TODAY) for one in enrolled):
        return does_not_apply("it was enrolled when that was in force")
    was_in = Reached.NO in enrolled
    ends = [*case.of("participation-end"), *_last_withdrawal(case)]
    if any(_reached_at(one, since) is Reached.NO for one in ends):
        return does_not_apply("it took no part any more")
    found = [one for one in consents if _answers(case, one, asked_for)]
    certain = [one for one in found if _names(one, asked_for) or _reached_at(one, since) is not Reached.UNCLEAR]
    # A visit on the very day may be the one at which it was asked.
    seen = [one for one in [*case.of("visit"), *case.of("dispensing")] if _reached_at(one, since) is Reached.YES]
    begin = (_fact(statement),) if statement else ()
    if certain:
        passed = [one for one in seen if all(_order(one, other) is Order.BEFORE for other in certain)]
        facts = (*map(_fact, passed[:1]), _fact(certain[0]), *begin)
        words = f"{asked_for.words} from {since}; {_answer_words(certain[0])}"
        if not passed:
            return holds(words, *facts)
        if not was_in or case.evidence.unseen:
            reason = case.evidence.unseen or "whether it was enrolled before cannot be told from the dates"
            return undetermined(f"{words}, after {_activity(passed[0])}; but {reason}", *facts)
        return fails(f"{words}, only after {_activity(passed[0])}: was it asked before that?", *facts)
    facts = (*map(_fact, [*seen[:1], *found]), *begin)
    if found:
        return undetermined(
            f"{asked_for.words} from {since}; {_answer_words(found[0])}: which came first cannot be told",
            *facts,
        )
    if not seen:
        if ends:
            return does_not_apply("it took no part any more")
        return undetermined(f"{asked_for.words} from {since}; it was not asked so far, nor seen since", *facts)
    if case.evidence.unseen or not was_in:
        reason = case.evidence.unseen or "whether it was enrolled before cannot be told from the dates"
        return undetermined(f"{asked_for.words} from {since}; it is not found asked; but {reason}", *facts)
    return fails(
        f"{asked_for.words} from {since}; it was not asked, though {_activity(seen[0])} followed: why?", *facts
    )


def _answers(case: SubjectCase, consent: Entry, asked_for: Requirement) -> bool:
    """Whether a consent may be the answer that was required: to that version of the form, or not to an earlier one."""
    if _names(consent, asked_for):
        return True
    statement = asked_for.statement
    if _reached_at(consent, asked_for.since or "") is Reached.NO:
        return False
    if statement is None:
        return True
    earlier = [
        one
        for one in case.statements.get(statement.site, ())
        if _form(one) == _form(statement) and _order(one, statement) is Order.BEFORE
    ]
    return _form(consent) == _form(statement) and not any(_same_version(consent, one) for one in earlier)


def _names(consent: Entry, asked_for: Requirement) -> bool:
    """Whether a consent names the amendment, or the version of the form that came with it."""
    named = consent.event.get("protocol_version")
    statement = asked_for.statement
    return (named is not None and named == asked_for.version) or (
        statement is not None
        and _form(consent) == _form(statement)
        and consent.event.get("form_version") is not None
        and _same_version(consent, statement)
    )


@rule(
    "treated-after-withdrawal",
    asks="Was the subject left untreated after it withdrew from treatment?",
    source=_HELSINKI,
    applies="to subjects that withdrew from treatment",
)
def treated_after_withdrawal(case: SubjectCase) -> Answer:
    return _after_withdrawal(case, "treatment", case.treatments, "treated")


@rule(
    "followed-after-withdrawal",
    asks="Were there no visits after the subject withdrew from follow-up?",
    source=_HELSINKI,
    applies="to subjects that withdrew from follow-up",
)
def followed_after_withdrawal(case: SubjectCase) -> Answer:
    return _after_withdrawal(case, "follow-up", case.of("visit"), "seen")


@rule(
    "data-after-withdrawal",
    asks="Were no readings or images taken after the subject withdrew from the use of its data?",
    source="Regulation (EU) 2016/679 (GDPR), 7(3): who withdraws is heeded from then on; safety reports stay a duty",
    applies="to subjects that withdrew from the use of their data",
)
def data_after_withdrawal(case: SubjectCase) -> Answer:
    return _after_withdrawal(case, "data-use", case.of("device-reading", "image-reference"), "measured")


def _after_withdrawal(case: SubjectCase, scope: str, acts: Sequence[Entry], verb: str) -> Answer:
    withdrawals = _withdrawals(case, scope)
    if not withdrawals:
        return does_not_apply(f"it did not withdraw from {_scope_words(scope)}")
    withdrawn = withdrawals[0]
    words = f"it withdrew from {_scope_words(scope)} {_when(withdrawn)}"
    again = [one for one in case.of("consent") if one.event["status"] in ("given", "assent") and _covers(one, scope)]
    against: list[Entry] = []
    unclear: list[Entry] = []
    for act in acts:
        # The last withdrawal before an act counts, and a consent after that takes it back.
        placed = [(_order(act, one), one) for one in withdrawals]
        certain = [one for its, one in placed if its is Order.AFTER]
        stands = [
            one
            for one in certain
            if not any(
                _order(other, one) is not Order.BEFORE and _order(other, act) is not Order.AFTER for other in again
            )
        ]
        taken_back = [
            one
            for one in certain
            if any(_order(other, one) is Order.AFTER and _order(other, act) is not Order.AFTER for other in again)
        ]
        if stands:
            against.append(act)
        elif len(taken_back) < len(certain) or any(_definite(its) is Order.UNCLEAR for its, _ in placed):
            unclear.append(act)
    facts = [_fact(one) for one in (*against[:3], *unclear[:3], withdrawn)]
    if against:
        if case.evidence.unseen:
            reason = f"whether it consented again in between is not known: {case.evidence.unseen}"
            return undetermined(f"{words}, and was {verb} {_when(against[0])}; {reason}", *facts)
        more = f" (and {len(against) - 1} times more)" if len(against) > 1 else ""
        return fails(f"{words}, and was {verb} {_when(against[0])}{more}: is a later consent recorded?", *facts)
    if unclear:
        return undetermined(
            f"{words}, and was {verb} {_when(unclear[0])}: which came first cannot be told from these dates", *facts
        )
    if case.evidence.unseen:
        return undetermined(f"{words}, and is not found {verb} afterwards; but {case.evidence.unseen}", *facts)
    return holds(f"{words}, and was not {verb} afterwards", *facts)


@rule(
    "form-approved",
    asks="Had an ethics committee approved the consent form before a site used it?",
    source="Declaration of Helsinki, 23 (2024): the committee approves before the research begins, and each amendment",
    applies="to each version of a consent form that a site states in force",
)
def form_approved(case: FormCase) -> Answer:
    statement = case.statement
    fact = _fact(statement)
    words = f"{_form_words(statement)} came into force {_when(statement)}"
    digest = statement.event.get("form_digest")
    if digest is None:
        return undetermined(f"{words}, without its digest: which file that is cannot be told", fact)
    form = next((one for one in case.evidence.forms if one.digest == digest), None)
    if form is None:
        return undetermined(f"{words}, and no consent form with that digest is sealed in the trial", fact)
    territory = _territory(statement)
    decisions = [one for one in form.decisions if territory is None or one.territory in (0, territory)]
    facts = (fact, *(Fact(_decision_words(one), "chain") for one in decisions))
    if not decisions:
        return undetermined(f"{words}, and no committee's decision on it is on the chain", *facts)
    approved = [one for one in decisions if _approves(one, statement.at)]
    if not approved:
        return fails(f"{words}; it was {_decision_words(decisions[0])}: was it used all the same?", *facts)
    for one in approved:
        if _decided(one)[:10] == statement.at or order(_decided(one), statement.at, same_place=True) is Order.BEFORE:
            return holds(f"{words}, {_decision_words(one)}", *facts)
    if all(order(_decided(one), statement.at, same_place=True) is Order.AFTER for one in approved):
        return fails(
            f"{words}, and was {_decision_words(approved[0])}, after that: had it been approved before?", *facts
        )
    return undetermined(f"{words}, {_decision_words(approved[0])}: which came first cannot be told", *facts)


SUBJECT_RULES: Final[tuple[Rule[SubjectCase], ...]] = (
    consent_before_enrolment,
    consent_version,
    asked_again,
    treated_after_withdrawal,
    followed_after_withdrawal,
    data_after_withdrawal,
)


def consent_table() -> str:
    """The table of these rules in docs/verdicts.md, which a test holds against this."""
    rows = [f"| `{one.id}` | {one.asks} | {one.applies} | {one.source} |" for one in SUBJECT_RULES]
    rows.append(f"| `{form_approved.id}` | {form_approved.asks} | {form_approved.applies} | {form_approved.source} |")
    return "\n".join(["| rule | asks | applies | source |", "|---|---|---|---|", *rows])


# ----- from entries to cases -----


def subject_cases(evidence: ConsentEvidence) -> list[SubjectCase]:
    """Each subject that is not erased, in the order of pseudonyms."""
    erased = {one.subject for one in evidence.erased}
    grouped: dict[str, dict[str, list[Entry]]] = {}
    for entry in evidence.entries:
        if entry.subject is not None and entry.subject not in erased:
            grouped.setdefault(entry.subject, {}).setdefault(entry.type, []).append(entry)
    statements = form_statements(evidence)
    sites = {entry.site for entry in evidence.entries} | set(statements)
    requirements = {site: _requirements(evidence.amendments, statements.get(site, ())) for site in sites}
    return [
        SubjectCase(
            subject,
            {type: tuple(sorted(group, key=_sorting)) for type, group in grouped[subject].items()},
            evidence,
            statements,
            requirements,
        )
        for subject in sorted(grouped)
    ]


def form_statements(evidence: ConsentEvidence) -> dict[str | None, tuple[Entry, ...]]:
    """By site, its statements of forms in force, the earliest first."""
    found: dict[str | None, list[Entry]] = {}
    for entry in evidence.entries:
        if entry.type == "consent-form-in-force":
            found.setdefault(entry.site, []).append(entry)
    return {site: tuple(sorted(group, key=_sorting)) for site, group in found.items()}


def _requirements(amendments: Iterable[Amended], statements: Sequence[Entry]) -> tuple[Requirement, ...]:
    """What a site has to ask again for: by its own statements, else by the amendments in force in its country."""
    found: list[Requirement] = []
    stated = {one.event.get("protocol_version") for one in statements}
    for one in statements:
        version = one.event.get("protocol_version")
        amended = version and any(other.version == version and other.reconsent for other in amendments)
        # What the site says of its own committee goes before what the protocol says of all.
        if one.event.get("reconsent", amended):
            about = f"protocol version {version}" if version else _form_words(one)
            found.append(Requirement(f"{about} required asking again", one.at, one, version))
    countries = {_territory(one) for one in statements} - {None}
    for other in amendments:
        if other.reconsent and (other.version is None or other.version not in stated):
            words = f"{other.label} required asking again"
            dates = [one.since for one in other.effects if one.territory is not None and one.territory in countries]
            dates = dates or [one.since for one in other.effects if one.territory is None and one.scope is None]
            found.append(Requirement(words, min(dates, default=None), None, other.version))
    return tuple(found)


def _sorting(entry: Entry) -> tuple[str, str, str]:
    """In time as it is written; what is equal in that, by id, whatever the order of streams and entries."""
    return entry.at, str(entry.event["id"]), entry.place


# ----- comparing -----


def _order(one: Entry, other: Entry) -> Order:
    return order(one.at, other.at, same_place=one.site is not None and one.site == other.site)


def _definite(its: Order) -> Order:
    """The very same time tells no more about what came first than no time."""
    return Order.UNCLEAR if its is Order.SAME else its


def _worst(answers: Sequence[Answer]) -> Answer:
    """The first of the worst answers, with its facts before those of the others."""
    first = next(one for status in _WORST for one in answers if one.status is status)
    facts = dict.fromkeys(fact for one in (first, *answers) for fact in one.facts)
    return Answer(first.status, first.sentence, tuple(facts))


def _reached(one: Entry, statement: Entry) -> Reached:
    return _reached_at(one, statement.at, same_place=one.site is not None and one.site == statement.site)


def _reached_at(one: Entry, since: str, *, same_place: bool = True) -> Reached:
    """Whether what began `since` then had come into force when an entry happened."""
    match order(one.at, since, same_place=same_place):
        case Order.BEFORE:
            return Reached.NO
        case Order.AFTER | Order.SAME:
            return Reached.YES
    if same_place and len(since) == 10 and one.at[:10] == since and not one.at.endswith("Z"):
        return Reached.TODAY
    return Reached.UNCLEAR


def _may_lie_between(one: Entry, end: Entry, other: Entry) -> bool:
    return end is not one and _order(end, one) is not Order.BEFORE and _order(end, other) is not Order.AFTER


def _form(entry: Entry) -> str:
    return str(entry.event.get("form", MAIN_FORM))


def _same_version(one: Entry, other: Entry) -> bool:
    """By digest where both give it, else by the version's name."""
    digests = one.event.get("form_digest"), other.event.get("form_digest")
    if None not in digests:
        return digests[0] == digests[1]
    return bool(one.event.get("form_version") == other.event.get("form_version"))


def _consents(entry: Entry, to_treatment: bool) -> bool:
    return entry.event["status"] in _CONSENTED and (not to_treatment or _covers(entry, "treatment"))


def _covers(entry: Entry, scope: str) -> bool:
    covers = entry.event.get("covers", ())
    return not covers or scope in covers


def _withdrawals(case: SubjectCase, scope: str) -> list[Entry]:
    return [one for one in case.of("withdrawal") if one.event["scope"] == scope]


def _last_withdrawal(case: SubjectCase) -> list[Entry]:
    """Where it withdrew from treatment and from follow-up, the later of both: from then on it takes no part."""
    both = [_withdrawals(case, scope) for scope in ("treatment", "follow-up")]
    return [max((group[0] for group in both), key=_sorting)] if all(both) else []


def _territory(entry: Entry) -> int | None:
    text = entry.event.get("territory")
    return territory_number(text) if text else None


def _approves(one: FormDecision, at: str) -> bool:
    """Whether it approves, and had not certainly ended before something happened; what ended later held then."""
    if one.decision not in ("approved", "approved-with-conditions", "waived"):
        return False
    last_second = iso_time(one.ended_at - 1) if one.ended_at and iso_day(one.ended_at) else None
    return last_second is None or order(last_second, at) is not Order.BEFORE


def _decided(one: FormDecision) -> str:
    return date_text(one.date) if one.date else day(one.time)


def _anchored_late(consent: Entry, inclusion: Entry) -> str:
    """A consent that was anchored after the enrolment that it precedes may have been written after it."""
    if consent.anchored is None or inclusion.anchored is None or consent.anchored <= inclusion.anchored:
        return ""
    return f"; it was anchored {moment(consent.anchored)}, after the other ({moment(inclusion.anchored)})"


# ----- words -----


def _when(entry: Entry) -> str:
    return f"{'in' if len(entry.at) < 10 else 'on' if len(entry.at) == 10 else 'at'} {entry.at}"


def _form_words(entry: Entry) -> str:
    name = "" if _form(entry) == MAIN_FORM else f"{quoted(_form(entry))} "
    version = entry.event.get("form_version")
    return f"{name}form version {quoted(version)}" if version else "a form"


def _consent_words(entry: Entry) -> str:
    status, version = entry.event["status"], entry.event.get("form_version")
    to = f" to {_form_words(entry)}" if version else ""
    by = f"by its {plain_word(entry.event['representative'])}" if "representative" in entry.event else ""
    if status == "waived":
        return f"its consent was waived {_when(entry)}"
    if status == "assent":
        return f"it assented, with consent {by},{to} {_when(entry)}"
    return f"it consented{' ' if by else ''}{by}{to} {_when(entry)}"


def _answer_words(entry: Entry) -> str:
    match entry.event["status"]:
        case "refused":
            return f"it was asked {_when(entry)} and refused"
        case "deferred":
            return f"asking was deferred {_when(entry)}"
        case _:
            return _consent_words(entry)


def _end_words(entry: Entry) -> str:
    return f"it {'withdrew' if entry.type == 'withdrawal' else 'refused'} {_when(entry)}"


def _activity(entry: Entry) -> str:
    named = entry.event.get("visit")
    return f"{'visit ' + quoted(named) if named else 'a dispensing'} {_when(entry)}"


def _scope_words(scope: str) -> str:
    return "the use of its data" if scope == "data-use" else scope


def plain_word(word: str) -> str:
    """A word of an event as it is said."""
    return word.replace("-", " ")


def _decision_words(one: FormDecision) -> str:
    words = f"{plain_word(one.decision)} by {one.by} on {_decided(one)}"
    words += f" for territory {one.territory:03}" if one.territory else ""
    words += f", until {moment(one.until)}" if one.until else ""
    return words + (f", withdrawn {moment(one.withdrawn_at)}" if one.withdrawn_at else "")


def _fact(entry: Entry) -> Fact:
    words = entry.type.replace("-", " ")
    for member in ("status", "scope", "visit", "form_version", "reason"):
        if member in entry.event:
            words += f" {quoted(entry.event[member])}"
    return Fact(f"{words} {_when(entry)}", entry.place)


def counted(numbers: Mapping[str, int]) -> str:
    """'3 visits, 1 consent' of counts by type."""
    return ", ".join(count(number, plain_word(type)) for type, number in sorted(numbers.items()))
