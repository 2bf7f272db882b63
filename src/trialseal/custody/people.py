"""Rules that join products with people: to whom a kit went, and who supplied it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from trialseal.custody.reading import HOLDS, PRODUCTS, KitCase, absent, entry_fact, first_open, step_fact, step_words
from trialseal.custody.steps import DISPENSED, Step
from trialseal.documents.times import Order, order, span
from trialseal.escaping import quoted
from trialseal.evidence.consents import Entry
from trialseal.evidence.custody import Supplier
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.codes import Role
from trialseal.ledger.moments import day
from trialseal.rules.finding import Answer, Fact, Standard, does_not_apply, fails, rule, undetermined

HANDED_OUT = Standard("ICH E6(R3)", "2.10 and 2.11", "2025", "the product only for enrolled participants who consented")
_SUPPLIERS = (Role.MANUFACTURER, Role.DEPOT, Role.COURIER, Role.LABORATORY, Role.CRO, Role.SITE)
_CONSENTED = ("given", "assent", "waived", "deferred")


@rule(
    "kit-to-participant",
    asks="Had the participant consented and been randomised, and not withdrawn from treatment, when they got the kit?",
    source=HANDED_OUT,
    applies="to dispensed kits, as far as streams of consents, randomisations and withdrawals are given",
)
def kit_to_participant(case: KitCase) -> Answer:
    if not case.context.people:
        return does_not_apply("no stream given tells of consents, randomisations or withdrawals")
    handed = [step for step in case.life.steps if step.action == DISPENSED]
    return first_open(one for step in handed for one in _entitled(case, step)) or does_not_apply("not dispensed")


def _entitled(case: KitCase, step: Step) -> Iterator[Answer]:
    people, subject = case.context.people, step.member("subject") or ""
    about = f"{case.life.called} was {step_words(step)} to participant {subject}"
    consents = [one for one in people.get("consent", {}).get(subject, ()) if one.event["status"] in _CONSENTED]
    if "consent" in people:
        yield _had(case, step, about, "consent", consents)
    if "randomisation" in people:
        yield _had(case, step, about, "randomisation", people["randomisation"].get(subject, ()))
    for one in people.get("withdrawal", {}).get(subject, ()):
        if one.event["scope"] == "treatment":
            yield _not_withdrawn(case, step, about, one, consents)


def _had(case: KitCase, step: Step, about: str, what: str, entries: Sequence[Entry]) -> Answer:
    orders = {_order(one, step): one for one in entries}
    if Order.BEFORE in orders or Order.SAME in orders:
        return HOLDS
    # One day without times is what an ordinary visit looks like, about which the audit of consents asks.
    if one := orders.get(Order.UNCLEAR):
        same = one.at[:10] <= step.at[: len(one.at[:10])]
        return (
            HOLDS
            if same
            else undetermined(
                f"{about}; their {what} is dated {one.at}: times of day would settle which came first",
                step_fact(step),
                entry_fact(one),
            )
        )
    if one := orders.get(Order.AFTER):
        return fails(
            f"{about}; their {what} is dated {one.at}, after that: was there an earlier one?",
            step_fact(step),
            entry_fact(one),
        )
    return absent(case, f"{about}, and no {what} of theirs is found", "where is it recorded?", step)


def _not_withdrawn(case: KitCase, step: Step, about: str, withdrawal: Entry, consents: Iterable[Entry]) -> Answer:
    if _order(withdrawal, step) is not Order.BEFORE:
        return HOLDS
    if any(
        order(withdrawal.at, one.at) is not Order.AFTER and _order(one, step) is not Order.AFTER for one in consents
    ):
        return HOLDS
    return fails(
        f"{about}; they withdrew from treatment, dated {withdrawal.at}: had they consented again?",
        step_fact(step),
        entry_fact(withdrawal),
    )


def _order(entry: Entry, step: Step) -> Order:
    return order(entry.at, step.at, same_place=entry.site is not None and entry.site == step.entry.site)


@rule(
    "kit-supplier-accredited",
    asks="Was the party that made, released or shipped the kit vouched for on that day?",
    source=PRODUCTS,
    applies="to kits made, released or shipped by a party that one you trust ever vouched for as a supplier",
)
def kit_supplier_accredited(case: KitCase) -> Answer:
    suppliers = case.context.evidence.suppliers
    if not suppliers:
        return does_not_apply("nobody whom you trust vouches for a supplier")
    steps = case.life.of("made", "quality-released", "sponsor-released", "shipped")
    return first_open(_accredited(case, step, suppliers) for step in steps) or does_not_apply("nobody vouched for one")


def _accredited(case: KitCase, step: Step, suppliers: Mapping[str, Supplier]) -> Answer | None:
    supplier = suppliers.get(step.stream)
    if supplier is None:
        return None
    about = f"{case.life.called} was {step_words(step)} by {quoted(supplier.name)}"
    if supplier.gap:
        return undetermined(f"{about}; not all that is attested of it is shown: {supplier.gap}", step_fact(step))
    records = [one for one in supplier.accreditations if one.code in _SUPPLIERS]
    if not records:
        return None
    then = span(step.at)
    first, last = int(then.first.timestamp()), int(then.end.timestamp())
    if any(one.stands_in_block(first) and one.stands_in_block(last) for one in records):
        return HOLDS
    if any(_overlaps(one, first, last) for one in records):
        return undetermined(f"{about}, on the day from which, or until which, it was vouched for", step_fact(step))
    if all(last < one.time for one in records):
        return None  # it was vouched for later: whether it needed that before, nothing here says
    ended = max(one.ended_at for one in records if one.ended_at)
    return fails(
        f"{about}; it was vouched for until {day(ended)}: was that renewed?",
        step_fact(step),
        Fact(f"vouched for until {day(ended)}", "the chain"),
    )


def _overlaps(one: AttestationRecord, first: int, last: int) -> bool:
    return one.time <= last and (not one.ended_at or first < one.ended_at)
