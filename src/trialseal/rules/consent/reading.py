"""What a single entry says: of which form, covering what; and the words and the fact that a finding makes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trialseal.escaping import quoted
from trialseal.evidence.consents import Entry
from trialseal.evidence.wording import count
from trialseal.rules.consent.cases import SubjectCase, form_words, when
from trialseal.rules.finding import (
    Answer,
    Fact,
    Standard,
    Status,
)

HELSINKI = Standard("Declaration of Helsinki", "25 to 32", "2024", "free and informed consent before taking part")
_CONSENTED = ("given", "assent", "waived")
_WORST = (Status.FAILS, Status.UNDETERMINED, Status.HOLDS, Status.DOES_NOT_APPLY)


def worst_of(answers: Sequence[Answer]) -> Answer:
    """The first of the worst answers, with its facts before those of the others."""
    first = next(one for status in _WORST for one in answers if one.status is status)
    facts = dict.fromkeys(fact for one in (first, *answers) for fact in one.facts)
    return Answer(first.status, first.sentence, tuple(facts))


def same_version(one: Entry, other: Entry) -> bool:
    """By digest where both give it, else by the version's name."""
    digests = one.event.get("form_digest"), other.event.get("form_digest")
    if None not in digests:
        return digests[0] == digests[1]
    return bool(one.event.get("form_version") == other.event.get("form_version"))


def is_consent(entry: Entry, to_treatment: bool) -> bool:
    return entry.event["status"] in _CONSENTED and (not to_treatment or covers_scope(entry, "treatment"))


def covers_scope(entry: Entry, scope: str) -> bool:
    covers = entry.event.get("covers", ())
    return not covers or scope in covers


def withdrawals_from(case: SubjectCase, scope: str) -> list[Entry]:
    return [one for one in case.of("withdrawal") if one.event["scope"] == scope]


def consent_words(entry: Entry) -> str:
    status, version = entry.event["status"], entry.event.get("form_version")
    to = f" to {form_words(entry)}" if version else ""
    by = f"by their {plain_word(entry.event['representative'])}" if "representative" in entry.event else ""
    if status == "waived":
        return f"their consent was waived {when(entry)}"
    if status == "assent":
        return f"they assented, with consent {by},{to} {when(entry)}"
    return f"they consented{' ' if by else ''}{by}{to} {when(entry)}"


def answer_words(entry: Entry) -> str:
    match entry.event["status"]:
        case "refused":
            return f"they were asked {when(entry)} and refused"
        case "deferred":
            return f"asking was deferred {when(entry)}"
        case _:
            return consent_words(entry)


def end_words(entry: Entry) -> str:
    return f"they {'withdrew' if entry.type == 'withdrawal' else 'refused'} {when(entry)}"


def plain_word(word: str) -> str:
    """A word of an event as it is said."""
    return word.replace("-", " ")


def entry_fact(entry: Entry) -> Fact:
    words = entry.type.replace("-", " ")
    for member in ("status", "scope", "visit", "form_version", "reason"):
        if member in entry.event:
            words += f" {quoted(entry.event[member])}"
    return Fact(f"{words} {when(entry)}", entry.place)


def counted(numbers: Mapping[str, int]) -> str:
    """'3 visits, 1 consent' of counts by type."""
    return ", ".join(count(number, plain_word(type)) for type, number in sorted(numbers.items()))
