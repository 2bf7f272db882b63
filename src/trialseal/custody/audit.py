"""All rules about products, for every kit and lot of a trial; the account of every place; what is to be done today."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Any, Final, NamedTuple

from trialseal.custody.accounts import Change, Line, kit_changes, lines_of
from trialseal.custody.catalogue import KIT_RULES, MAKES_SENSE, OTHER_RULES, STOCK_RULES, WHERE
from trialseal.custody.counting import count_agrees, count_cases, stock_arrived, stock_cases, stock_covered
from trialseal.custody.life import Life, life_of, lot_named, stock_life
from trialseal.custody.position import Whereabouts
from trialseal.custody.reading import HOLDS, Context, KitCase
from trialseal.custody.steps import KIT_UNIT, Steps, steps_of
from trialseal.custody.stock import Stock, stock_of
from trialseal.custody.today import Due, due, stock_due
from trialseal.evidence.consents import Entry
from trialseal.evidence.custody import CustodyEvidence
from trialseal.rules.finding import Finding, Rule, Status

_OPEN: Final = (Status.FAILS, Status.UNDETERMINED)


class CustodyFinding(NamedTuple):
    """An open answer about a kit or a lot, and the entries that it rests on."""

    kit: str | None
    """By number; None for stock without numbers and for counts."""
    lot: str | None
    place: str | None
    finding: Finding
    entries: tuple[Entry, ...] = ()
    """What is asked about comes first."""


class CustodyAudit(NamedTuple):
    """What an audit of products found."""

    findings: tuple[CustodyFinding, ...]
    """What fails or cannot be determined, by rule; what holds is only counted."""
    counts: Mapping[str, Mapping[Status, int]]
    """By rule, how many kits, lots, places or counts have each answer."""
    lines: tuple[Line, ...]
    due: tuple[Due, ...]
    lives: tuple[Life, ...]
    """Of every kit, by number."""
    stock: Stock
    unnamed: int
    """Dispensings that name neither kit nor lot."""
    evidence: CustodyEvidence
    today: date

    @property
    def failing(self) -> int:
        """How many answers are questions."""
        return sum(found[Status.FAILS] for found in self.counts.values())

    @property
    def undetermined(self) -> int:
        """How many answers cannot be determined."""
        return sum(found[Status.UNDETERMINED] for found in self.counts.values())

    @property
    def untold(self) -> list[str]:
        """Kits of the list that no entry at hand is about, by number."""
        return sorted((self.evidence.kits or {}).keys() - {life.kit for life in self.lives})


def audit(evidence: CustodyEvidence, today: date, *, transit_days: int | None = None) -> CustodyAudit:
    """Every rule's answers about every kit and lot, in an order that does not depend on that of the entries.

    `transit_days` is how long a kit may be under way by the trial's plan.
    """
    steps = steps_of(evidence)
    lives = tuple(
        life_of(kit, lot := steps.lots.get(kit) or lot_named(found), found, steps.of_lots.get(lot, ()) if lot else ())
        for kit, found in steps.kits.items()
    )
    stock = stock_of(steps.stock)
    lots = _lots(steps)
    context = _context(evidence, today, steps, transit_days)
    judged = _Judged(evidence)
    judged.kits(lives, context)
    for life in lots:
        for one in STOCK_RULES:
            judged.take(one, KitCase(life, context), None, life.kit, None)
    judged.covered(stock)
    for case_of_stock in stock_cases(stock, context)[stock_covered.id]:
        judged.take(stock_covered, case_of_stock, None, case_of_stock.found.lot, case_of_stock.found.place)  # type: ignore[union-attr]
    for case_of_stock in stock_cases(stock, context)[stock_arrived.id]:
        sent = case_of_stock.found.sent  # type: ignore[union-attr]
        judged.take(stock_arrived, case_of_stock, None, sent.lot, sent.place)
    for counted in count_cases(steps.counts, _changes(lives, stock)):
        judged.take(count_agrees, counted, None, counted.step.lot, counted.step.place)
    lines = tuple(lines_of(_changes(lives, stock), _under_way(lives, stock)))
    return CustodyAudit(
        tuple(judged.findings()),
        judged.counts(),
        lines,
        (*due(lives, evidence, today), *stock_due(lines, lots, evidence, today)),
        lives,
        stock,
        steps.unnamed,
        evidence,
        today,
    )


def _context(evidence: CustodyEvidence, today: date, steps: Steps, transit_days: int | None) -> Context:
    groups = (*steps.kits.values(), *steps.of_lots.values(), steps.stock)
    stated = frozenset(step.action for group in groups for step in group)
    people: dict[str, defaultdict[str, list[Entry]]] = {}
    for entry in evidence.people:
        people.setdefault(entry.type, defaultdict(list))[str(entry.subject)].append(entry)
    return Context(evidence, today, stated, people, transit_days)


def _changes(lives: tuple[Life, ...], stock: Stock) -> Iterator[Change]:
    """Made anew for whoever asks: there are more than events."""
    yield from (change for life in lives for change in kit_changes(life))
    yield from stock.changes


def _lots(steps: Steps) -> list[Life]:
    """The stock without numbers of each lot, as a life."""
    by_lot: defaultdict[str, list[Any]] = defaultdict(list)
    for step in steps.stock:
        by_lot[str(step.lot)].append(step)
    return [stock_life(lot, found, steps.of_lots.get(lot, ())) for lot, found in sorted(by_lot.items())]


def _under_way(lives: tuple[Life, ...], stock: Stock) -> Counter[tuple[str, str | None, str]]:
    found: Counter[tuple[str, str | None, str]] = Counter()
    for life in lives:
        if life.now.where is Whereabouts.UNDER_WAY and life.now.since is not None:
            found[str(life.now.since.place), None, KIT_UNIT] += 1
    for one in stock.consignments:
        if one.under_way > 0:
            found[str(one.sent.place), one.sent.lot, str(one.sent.unit)] += one.under_way  # type: ignore[assignment]
    return found


class _Judged:
    """Collects answers: those that are open whole, of the others only how many."""

    def __init__(self, evidence: CustodyEvidence) -> None:
        self._evidence = evidence
        self._counts: dict[str, Counter[Status]] = {one.id: Counter() for one in (*KIT_RULES, *OTHER_RULES)}
        self._found: list[CustodyFinding] = []

    @cached_property
    def _places(self) -> dict[str, Entry]:
        """Every entry by the place that facts name; most audits of many kits find little to ask."""
        return {one.place: one for one in (*self._evidence.entries, *self._evidence.people)}

    def take(self, rule: Rule[Any], case: Any, kit: str | None, lot: str | None, place: str | None) -> None:
        """Asks a rule of a case."""
        self._take(rule, rule.answer(case).status, case, kit, lot, place)

    def _take(
        self, rule: Rule[Any], status: Status, case: Any, kit: str | None, lot: str | None, place: str | None
    ) -> None:
        self._counts[rule.id][status] += 1
        if status in _OPEN:
            finding = rule(case)
            sources = dict.fromkeys(getattr(fact, "source", "") for fact in finding.facts)
            places = self._places
            entries = tuple(places[one] for one in sources if one in places)
            self._found.append(CustodyFinding(kit, lot, place, finding, entries))

    def kits(self, lives: Iterable[Life], context: Context) -> None:
        """Asks every rule of every kit that has what it is about; a life that makes sense needs not all of them."""
        same = _same_for_all(context)
        asked: dict[tuple[frozenset[str], bool], list[Rule[KitCase]]] = {}
        alike: Counter[tuple[frozenset[str], bool]] = Counter()
        held: Counter[str] = Counter()
        for life in lives:
            kind = life.actions, life.lawful
            alike[kind] += 1
            if kind not in asked:
                asked[kind] = [one for one in KIT_RULES if _status(one, *kind, same) is None]
            case = KitCase(life, context)
            for one in asked[kind]:
                answer = one.answer(case)
                if answer is HOLDS:  # as of most
                    held[one.id] += 1
                else:
                    self._take(one, answer.status, case, life.kit, life.lot, life.now.place)
        for rule, number in held.items():
            self._counts[rule][Status.HOLDS] += number
        for kind, number in alike.items():
            for one in KIT_RULES:
                if status := _status(one, *kind, same):
                    self._counts[one.id][status] += number

    def covered(self, stock: Stock) -> None:
        """Counts what has no shortage."""
        self._counts[stock_covered.id][Status.HOLDS] += stock.covered

    def counts(self) -> Mapping[str, Mapping[Status, int]]:
        return {rule: {status: found[status] for status in Status} for rule, found in self._counts.items()}

    def findings(self) -> Iterator[CustodyFinding]:
        """Questions first, then in the order of rules, kits and lots."""
        rules = list(self._counts)
        yield from sorted(
            self._found,
            key=lambda one: (
                _OPEN.index(one.finding.status),
                rules.index(one.finding.rule),
                one.kit or "",
                one.lot or "",
                one.finding.sentence,
            ),
        )


def _status(rule: Rule[KitCase], actions: frozenset[str], lawful: bool, same: Mapping[str, Status]) -> Status | None:
    """What a rule answers of any kit with these actions; None where it depends on the kit."""
    if actions.isdisjoint(WHERE.get(rule.id, actions)):
        return Status.DOES_NOT_APPLY
    return Status.HOLDS if lawful and rule.id in MAKES_SENSE else same.get(rule.id)


def _same_for_all(context: Context) -> dict[str, Status]:
    """What rules answer of every kit that has what they are about, since no entry at hand is of what they ask."""
    evidence, none = context.evidence, Status.DOES_NOT_APPLY
    found = {
        "kit-listed": evidence.kits is None and none,
        "kit-in-time": context.transit_days is None and none,
        "kit-to-participant": not context.people and none,
        "kit-supplier-accredited": not evidence.suppliers and none,
        "kit-released": context.stated.isdisjoint(("quality-released", "sponsor-released")) and none,
        "kit-out-of-quarantine": context.stated.isdisjoint(("quarantined", "recalled")) and Status.HOLDS,
        "kit-excursion-decided": not _stated(evidence, "condition", "damaged", "excursion") and none,
        "kit-decommissioned": not _stated(evidence, "safety_features", True) and none,
    }
    return {rule: status for rule, status in found.items() if status}


def _stated(evidence: CustodyEvidence, member: str, *values: object) -> bool:
    return any(one.event.get(member) in values for one in evidence.entries)
