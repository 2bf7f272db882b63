"""A protocol in the words of its synopsis: what is asked, an example answer each, and the member that an answer makes.

A synopsis is a mapping of items to answers, each one line of text; 'later' is an answer. A member is replaced only
where its answer says something else, so that what a synopsis cannot say stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from trialseal.documents.identifiers import date_code, trial_code_bytes
from trialseal.errors import FailedError, UsageError
from trialseal.escaping import quoted
from trialseal.nearest import meant
from trialseal.registries.numbers import doubt, read

LATER: Final = "later"
DRAFTED_FROM: Final = "drafted from"
"""The item that names the record from which a synopsis was drafted; nobody is asked for it."""
_LONGEST_ANSWER = 20_000
_MOST_PARTICIPANTS = 10**9
_STUDY_TYPES = ("interventional", "observational", "expanded access")

Protocol = Mapping[str, Any]
Check = Callable[[str], object]


class Item(NamedTuple):
    """A line of a synopsis."""

    name: str
    asks: str
    example: str
    place: tuple[str, ...]
    """Where it stands in a protocol."""
    read: Callable[[str], object]
    """The member's value; UsageError if the answer is none."""
    shown: Callable[[Any], str]
    """The answer that a value is."""
    needed: bool = False
    """Whether there is no protocol without it."""
    often: bool = False
    """Whether many trials have none, so that Enter leaves it out."""


# ----- what an answer says -----


def _text(answer: str) -> str:
    return answer


def _code(answer: str) -> str:
    trial_code_bytes(answer)
    return answer


def _date(answer: str) -> str:
    date_code(answer)
    return answer


def _stated_date(answer: str) -> dict[str, str]:
    date, _, certainty = answer.partition(" ")
    if certainty.strip("()") not in ("", "actual", "estimated"):
        raise UsageError(f"{quoted(answer)} is not a date: write 2027-03, or 2027-03 (estimated)")
    return {"date": _date(date)} | ({"certainty": certainty.strip("()")} if certainty else {})


def _stated_shown(value: Mapping[str, str]) -> str:
    certainty = value.get("certainty")
    return value["date"] + (f" ({certainty})" if certainty else "")


def _count(answer: str) -> dict[str, int]:
    digits = answer.replace(",", "").replace(" ", "")
    if not digits.isdecimal() or not digits.isascii() or int(digits) > _MOST_PARTICIPANTS:
        raise UsageError(f"{quoted(answer)} is not a number of participants: write 400")
    return {"count": int(digits)}


def _count_shown(value: Mapping[str, int]) -> str:
    return str(value["count"])


def _parts(answer: str) -> list[str]:
    found = [one.strip() for one in answer.split(";") if one.strip()]
    if not found:
        raise UsageError(f"{quoted(answer)} names nothing: write names, with a semicolon between two")
    return found


def _parts_shown(value: list[str]) -> str:
    return "; ".join(value)


def _named(answer: str) -> list[dict[str, str]]:
    made = []
    for one in _parts(answer):
        name, _, words = (part.strip() for part in one.partition(":"))
        if not name:
            raise UsageError(f"{quoted(one)} has no name before its colon: write name, or name: description")
        made.append({"name": name} | ({"description": words} if words else {}))
    return made


def _named_shown(value: list[Mapping[str, str]]) -> str:
    return "; ".join(one["name"] + (f": {one['description']}" if one.get("description") else "") for one in value)


def _study_type(answer: str) -> str:
    if not any(word in answer.casefold() for word in _STUDY_TYPES):
        raise UsageError(f"{quoted(answer)} is no type of study: write {' or '.join(_STUDY_TYPES[:2])}")
    return answer


def _countries(answer: str) -> list[str]:
    found = _parts(answer)
    for one in found:
        if any(sign.isdigit() for sign in one) or not any(sign.isalpha() for sign in one):
            raise UsageError(f"{quoted(one)} is not a country: write names, such as Portugal; Spain")
    return found


def _numbers(answer: str) -> list[str]:
    found = []
    for one in _parts(answer):
        number = read(one)
        if question := doubt(number):
            raise UsageError(question)
        found.append(number.number)
    return found


ITEMS: Final = (
    Item("sponsor", "Who is the sponsor, by its legal name?", "Example University Hospital", ("trial", "sponsor"),
         _text, _text, needed=True),
    Item("code", "What is the sponsor's protocol number?", "EUH-SALT-01", ("trial", "code"), _code, _text, needed=True),
    Item("registry number", "Which number has a registry given?", "NCT99999901", ("trial", "registry_ids"),
         _numbers, _parts_shown, often=True),
    Item("protocol version", "Which version does the protocol's title page name?", "1.2", ("version_label",), _text,
         _text),
    Item("protocol date", "Of which date is that version?", "2026-03-02", ("version_date",), _date, _text),
    Item("title", "What is the public title?", "Salt substitutes and blood pressure", ("titles", "public"), _text,
         _text),
    Item("scientific title", "What is the scientific title?", "A randomised trial of salt substitutes in adults with "
         "hypertension", ("titles", "scientific"), _text, _text),
    Item("condition", "Which condition is studied?", "Hypertension", ("conditions",), _parts, _parts_shown),
    Item("population", "Who may take part?", "Adults with a systolic blood pressure of 140 mmHg or more",
         ("eligibility", "criteria"), _text, _text),
    Item("interventions", "What is given or done? Put a semicolon between two.",
         "Salt substitute: 75% sodium chloride, 25% potassium chloride; Regular salt", ("interventions",), _named,
         _named_shown),
    Item("arms", "Which arms are there?", "Substitute; Control", ("arms",), _named, _named_shown),
    Item("study type", "Is it interventional or observational?", "interventional", ("study_type",), _study_type,
         _text),
    Item("phase", "Which phase is it?", "Phase 3", ("phases",), _parts, _parts_shown, often=True),
    Item("allocation", "How are participants allocated to arms?", "randomised, 1:1", ("design", "allocation"), _text,
         _text),
    Item("design", "How is the trial built?", "parallel groups", ("design", "model"), _text, _text),
    Item("masking", "Who does not know the arm?", "participants and outcome assessors", ("design", "masking"), _text,
         _text),
    Item("sample size", "How many participants are planned?", "400", ("sample_size",), _count, _count_shown),
    Item("countries", "In which countries?", "Portugal; Spain", ("countries",), _countries, _parts_shown),
    Item("start", "When is the first participant to be enrolled?", "2026-09", ("start",), _stated_date, _stated_shown),
    Item("primary completion", "When are the last data for the primary endpoint expected?", "2028-03",
         ("primary_completion",), _stated_date, _stated_shown),
    Item("completion", "When are the last data of all expected?", "2028-06", ("completion",), _stated_date,
         _stated_shown),
)  # fmt: skip
"""What is asked, in this order: ICH E3's synopsis, as far as the protocol's model holds it."""
BY_NAME: Final = {one.name: one for one in ITEMS}


def checked(item: Item, answer: str) -> str:
    """The answer as it is kept; UsageError in a sentence if it cannot be one."""
    text = answer.strip()
    if len(text) > _LONGEST_ANSWER:
        raise UsageError(f"{item.name}: it has {len(text):,} characters: use {_LONGEST_ANSWER:,} at most")
    if text and text.casefold() != LATER:
        item.read(text)
        return text
    return LATER if text else ""


def faults(answers: Mapping[str, str], name: str) -> Iterator[str]:
    """A sentence for each answer that cannot be one, and each item that there is not."""
    for item, answer in answers.items():
        if item == DRAFTED_FROM:
            continue
        if item not in BY_NAME:
            known = meant(item, BY_NAME) or f": use {', '.join(BY_NAME)}"
            yield f"{name}: there is no item {quoted(item)}{known}"
            continue
        try:
            checked(BY_NAME[item], answer)
        except UsageError as error:
            yield f"{name}: {item}: {error}"


def is_answered(answers: Mapping[str, str], item: Item) -> bool:
    """Whether an item has an answer that is not 'later'."""
    answer = answers.get(item.name, "").strip()
    return bool(answer) and answer.casefold() != LATER


def left_for_later(answers: Mapping[str, str]) -> list[str]:
    """The items that have no answer yet, beside those that many trials leave out."""
    return [one.name for one in ITEMS if not one.often and not is_answered(answers, one)]


def answers_of(protocol: Protocol) -> dict[str, str]:
    """The answers that a protocol gives, or a registry's record of the same members."""
    found = {one.name: _answer(protocol, one) for one in ITEMS}
    return {name: answer for name, answer in found.items() if answer}


def described(protocol: Protocol, answers: Mapping[str, str], name: str) -> tuple[dict[str, Any], list[str]]:
    """The protocol as the answers have it, and in words what they change; FailedError with every answer amiss.

    A member stays where its answer is what it says already, and where the item has no answer.
    """
    wrong = list(faults(answers, name))
    wrong += [
        f"{name}: {one.name} has no answer: give it, since a protocol needs it"
        for one in ITEMS
        if one.needed and not is_answered(answers, one)
    ]
    if wrong:
        raise FailedError(wrong[0], tuple(wrong))
    made: dict[str, Any] = {**protocol}
    changes = []
    for item in ITEMS:
        answer = answers.get(item.name, "").strip()
        before = _answer(made, item)
        if is_answered(answers, item) and answer != before:
            _put(made, item.place, item.read(answer))
            changes.append(f"{item.name}: {quoted(before)} is now {quoted(answer)}" if before else item.name)
    return made, changes


def _answer(protocol: Protocol, item: Item) -> str:
    value: Any = protocol
    for step in item.place:
        value = value.get(step) if isinstance(value, Mapping) else None
    if value is None or value == []:
        return ""
    try:
        return " ".join(item.shown(value).split())
    except (AttributeError, KeyError, TypeError):  # of another form than the model's: validation tells
        return ""


def _put(protocol: dict[str, Any], place: tuple[str, ...], value: object) -> None:
    *around, last = place
    inner = protocol
    for step in around:
        held = inner.get(step)
        inner[step] = dict(held) if isinstance(held, Mapping) else {}
        inner = inner[step]
    inner[last] = value
