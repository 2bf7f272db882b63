"""Rules about a kit that was shipped, handed out, returned or destroyed: was it fit for that, and to whom it went."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from trialseal.custody.expiry import expired
from trialseal.custody.life import Move
from trialseal.custody.order import by_time, order_of
from trialseal.custody.position import Whereabouts
from trialseal.custody.reading import (
    HOLDS,
    PRODUCTS,
    KitCase,
    absent,
    before,
    dispensings,
    first_open,
    is_earlier,
    step_fact,
    step_words,
)
from trialseal.custody.steps import DISPENSED, Step
from trialseal.documents.times import Order
from trialseal.rules.finding import Answer, Standard, does_not_apply, fails, rule, undetermined

RELEASE: Final = Standard(
    "Regulation (EU) 2017/1569 and EudraLex Volume 4", "detailed Commission guidelines C(2017) 8179, 3.6", "2017",
    "release in two steps: certified by the Qualified Person, then released by the sponsor",
)  # fmt: skip
SAFETY_FEATURES: Final = Standard(
    "Delegated Regulation (EU) 2016/161", "Commission Q&A, 3.7", "version 15",
    "an authorised pack with safety features is decommissioned before it is used in a trial",
)  # fmt: skip
_STEPS: Final = {"quality-released": "release of quality", "sponsor-released": "release by the sponsor"}
_NONE = does_not_apply("no step of that kind")


@rule(
    "kit-released",
    asks="Was the kit released, of quality and by the sponsor, before it was shipped or dispensed?",
    source=RELEASE,
    applies="where any release is recorded, to kits that were dispensed, or shipped while not in quarantine",
)
def kit_released(case: KitCase) -> Answer:
    stated = [action for action in _STEPS if action in case.context.stated]
    if not stated:
        return does_not_apply("the streams given record no release")
    used = [step for step in case.life.steps if step.action in ("shipped", DISPENSED)]
    used = [step for step in used if step.action == DISPENSED or _quarantine(case, step) is None]
    # A kit that was released when it first left stays so.
    return first_open(_released(case, step, action) for action in stated for step in used[:1]) or _NONE


def _released(case: KitCase, step: Step, action: str) -> Answer:
    releases = case.life.of(action)
    earlier, unclear = before(step, releases)
    if earlier:
        return HOLDS
    about = f"{case.life.called} was {step_words(step)}"
    if unclear:
        return undetermined(
            f"{about}, and {step_words(unclear[0])}: times of day would settle which came first",
            step_fact(step),
            step_fact(unclear[0]),
        )
    if releases:
        later = min(releases, key=by_time)
        return fails(
            f"{about}, and {step_words(later)}, after that: was there an earlier {_STEPS[action]}?",
            step_fact(step),
            step_fact(later),
        )
    return absent(case, f"{about}, and no {_STEPS[action]} is found", "where is it recorded?", step)


@rule(
    "kit-in-date",
    asks="Was the kit dispensed within the expiry in force that day?",
    source=PRODUCTS,
    applies="to dispensed kits of which an expiry is stated",
)
def kit_in_date(case: KitCase) -> Answer:
    return first_open(expired(case, step) for step in dispensings(case)) or _NONE


@rule(
    "kit-out-of-quarantine",
    asks="Was the kit in no quarantine and in no recalled lot when it was dispensed?",
    source=PRODUCTS,
    applies="to dispensed kits",
)
def kit_out_of_quarantine(case: KitCase) -> Answer:
    return first_open(_quarantine(case, step) or HOLDS for step in dispensings(case)) or _NONE


def _quarantine(case: KitCase, step: Step) -> Answer | None:
    """What speaks against handing out a kit by a quarantine or recall; None where nothing does."""
    starts = [one for one in case.life.of("quarantined", "recalled") if order_of(one, step) is not Order.AFTER]
    if not starts:
        return None
    ends = case.life.of("quarantine-ended")
    unclear: Answer | None = None
    for start in sorted(starts, key=by_time):
        between = [
            one for one in ends if order_of(one, start) is not Order.BEFORE and order_of(one, step) is not Order.AFTER
        ]
        doubts = [one for one in between if not (is_earlier(start, one) and is_earlier(one, step))]
        about = f"{case.life.called} was {step_words(start)}, and {step_words(step)}"
        if between and len(doubts) < len(between):
            continue
        if between or order_of(start, step) is not Order.BEFORE:
            unclear = unclear or undetermined(
                f"{about}: times of day would settle which came first",
                *map(step_fact, (step, start, *doubts)),
            )
            continue
        what = "recall" if start.action == "recalled" else "quarantine"
        return absent(case, f"{about}, and no end of the {what} is found", "had it ended?", step, start)
    return unclear


@rule(
    "kit-excursion-decided",
    asks="Was an excursion or damage of the kit decided on, as fit for use, before it was dispensed?",
    source=PRODUCTS,
    applies="to dispensed kits that had an excursion or were damaged",
)
def kit_excursion_decided(case: KitCase) -> Answer:
    return first_open(_excursion(case, step) for step in dispensings(case)) or _NONE


def _excursion(case: KitCase, step: Step) -> Answer | None:
    bad = [
        one
        for one in (*case.life.steps, *case.life.of_lot)
        if one.action != "assessed" and one.member("condition") in ("damaged", "excursion")
    ]
    earlier = [one for one in bad if order_of(one, step) is Order.BEFORE]
    if not earlier:
        return None
    last = max(earlier, key=by_time)
    about = f"{case.life.called} was {step_words(last)} with condition {last.member('condition')}"
    decisions = [one for one in case.life.of("assessed") if order_of(one, last) is not Order.BEFORE]
    taken, perhaps = before(step, decisions)
    if taken:
        final = max(taken, key=by_time)
        if final.member("condition") == "ok":
            return HOLDS
        return fails(
            f"{about}, {step_words(final)} as {final.member('condition')}, and {step_words(step)}: was there a later "
            "decision?",
            *map(step_fact, (step, last, final)),
        )
    if perhaps:
        return undetermined(
            f"{about}, {step_words(perhaps[0])}, and {step_words(step)}: times of day would settle which came first",
            *map(step_fact, (step, last, perhaps[0])),
        )
    return absent(
        case, f"{about}, and {step_words(step)}, and no decision on that is found", "who decided, and when?", step, last
    )


@rule(
    "kit-returned-by-its-participant",
    asks="Was the kit returned by the participant to whom it was dispensed?",
    source=PRODUCTS,
    applies="to kits that were returned",
)
def kit_returned_by_its_participant(case: KitCase) -> Answer:
    return first_open(_returned(case, move) for move in case.life.moves if move.step.action == "returned") or _NONE


def _returned(case: KitCase, move: Move) -> Answer:
    step, position = move.step, move.before
    by = step.member("subject")
    if position.since is not None and position.where is Whereabouts.WITH_PARTICIPANT:
        of = position.since.member("subject")
        if by is None or by == of:
            return HOLDS
    about = f"{case.life.called} was {step_words(step)}"
    if position.where is not Whereabouts.WITH_PARTICIPANT or position.since is None:
        since = (position.since,) if position.since else ()
        return absent(case, f"{about}, and no dispensing of it before is found", "is the number right?", step, *since)
    of = position.since.member("subject")
    return fails(
        f"{about} by participant {by}, and {step_words(position.since)} to participant {of}: is the number right?",
        step_fact(step),
        step_fact(position.since),
    )


@rule(
    "kit-destroyed-with-papers",
    asks="Is the destruction of the kit certified and authorised?",
    source=PRODUCTS,
    applies="to kits that were destroyed",
)
def kit_destroyed_with_papers(case: KitCase) -> Answer:
    return first_open(destroyed(case.life.called, step) for step in case.life.of("destroyed")) or _NONE


def destroyed(what: str, step: Step) -> Answer:
    """Whether a destruction names its certificate and what allows it."""
    missing = [name for name in ("certificate", "authorisation") if step.member(name) is None]
    if not missing:
        return HOLDS
    names = " and no ".join(missing)
    ask = "which are they" if len(missing) > 1 else "which is it"
    return fails(f"{what} was {step_words(step)}, and no {names} is named: {ask}?", step_fact(step))


@rule(
    "kit-decommissioned",
    asks="Was an authorised pack with EU safety features decommissioned before it was relabelled or dispensed?",
    source=SAFETY_FEATURES,
    applies="to packs of which it is stated that they bear EU safety features",
)
def kit_decommissioned(case: KitCase) -> Answer:
    bears = [one for one in (*case.life.steps, *case.life.of_lot) if one.entry.event.get("safety_features")]
    if not bears:
        return does_not_apply("no safety features are stated")
    return first_open(_decommissioned(case)) or _NONE


def _decommissioned(case: KitCase) -> Iterator[Answer]:
    for step in [*case.life.of("relabelled", DISPENSED)]:
        done = case.life.of("decommissioned")
        earlier, unclear = before(step, done)
        about = f"{case.life.called} bears EU safety features and was {step_words(step)}"
        if earlier:
            yield HOLDS
        elif unclear:
            yield undetermined(
                f"{about}, and {step_words(unclear[0])}: times of day would settle which came first",
                step_fact(step),
                step_fact(unclear[0]),
            )
        else:
            yield absent(case, f"{about}, and no decommissioning before is found", "where is it recorded?", step, *done)
