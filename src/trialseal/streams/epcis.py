"""EPCIS 2.0 (JSON-LD) as events of custody: Object, Aggregation and Transaction events, each thing a row.

What is read: which packs, and which quantities of lots; what happened, by business step, disposition and action; where,
from where and to where; the temperatures that sensors reported; under which dispatch advice. What was packed into a box
earlier in the file is shipped and received with it. What is not read is said, never dropped in silence.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from typing import Any, Final, NamedTuple

from trialseal.documents import epc
from trialseal.documents.canonical import canonical_bytes, parse_json
from trialseal.errors import FailedError, UsageError
from trialseal.escaping import quoted

_STEPS: Final = {
    "commissioning": "made",
    "shipping": "shipped",
    "departing": "shipped",
    "receiving": "received",
    "arriving": "received",
    "accepting": "received",
    "cycle_counting": "counted",
    "stock_taking": "counted",
    "destroying": "destroyed",
    "decommissioning": "decommissioned",
    "inspecting": "counted",
}
"""Actions by business step (Core Business Vocabulary 2.0, 7.1)."""
_DISPOSITIONS: Final = {"recalled": "recalled", "destroyed": "destroyed", "disposed": "destroyed", "stolen": "lost"}
"""Actions by disposition (7.2), which go before the step's."""
_READ: Final = frozenset(
    (
        "type", "eventID", "eventTime", "eventTimeZoneOffset", "recordTime", "action", "bizStep", "disposition",
        "epcList", "quantityList", "parentID", "childEPCs", "childQuantityList", "readPoint", "bizLocation",
        "bizTransactionList", "sourceList", "destinationList", "sensorElementList", "errorDeclaration", "ilmd",
        "persistentDisposition", "certificationInfo", "@context",
    )
)  # fmt: skip
_KINDS: Final = ("ObjectEvent", "AggregationEvent", "TransactionEvent")
_VOCABULARY: Final = re.compile(
    r"(?:urn:epcglobal:cbv:(?:bizstep|disp|sdt|btt):|https?://[^\s]*/cbv/[A-Za-z]+-)?([a-z_]+)"
)
_HASH: Final = re.compile(r"ni:///sha-256;([0-9a-f]{64})\?ver=CBV2\.[0-9]")
_UUID: Final = re.compile("urn:uuid:([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})", re.IGNORECASE)
_TIME: Final = re.compile(r"(.*T[0-9:]{8})(?:\.([0-9]+))?(Z|[+-][0-9:]{5})")


class EpcisRead(NamedTuple):
    """What a document holds, as rows of events, and what of it was not read."""

    rows: tuple[tuple[int, dict[str, Any]], ...]
    """Each with the number of its event in the document, from 1."""
    notes: tuple[str, ...]
    """What was passed over, and why."""


def read_epcis(data: bytes, name: str, known: Callable[[str], bool] = lambda id: False) -> EpcisRead:
    """The events of a document. `known` says whether an event with an id is in the stream already: one that is declared
    erroneous is then only stated in error. FailedError naming the event, the fault and what to do; UsageError if it is
    no JSON that has one meaning."""
    if data.removeprefix(BOM_UTF8).lstrip().startswith(b"<"):
        raise UsageError(
            f"{name} is XML, and EPCIS is read as JSON-LD alone: export or convert it as JSON-LD of EPCIS 2.0"
        )
    return _Reader(name, known).read(_events(parse_json(data, name), name))


def _events(document: Any, name: str) -> list[Any]:
    """The events of a document, of the answer to a query, or of a single event."""
    if isinstance(document, dict):
        if str(document.get("type", "")).endswith("Event"):
            return [document]
        body = document.get("epcisBody")
        if isinstance(body, dict):
            results = body.get("queryResults")
            inner = results.get("resultsBody") if isinstance(results, dict) else body
            events = inner.get("eventList") if isinstance(inner, dict) else None
            if isinstance(events, list):
                return events
    raise FailedError(f"{name} holds no epcisBody with an eventList: give a document of EPCIS 2.0 in JSON-LD")


class _Reader:
    """Goes through the events of one document, remembering what was packed into which box."""

    def __init__(self, name: str, known: Callable[[str], bool]) -> None:
        self._name, self._known = name, known
        self._packed: dict[str, list[dict[str, Any]]] = {}
        self._passed: Counter[str] = Counter()
        self._rows: list[tuple[int, dict[str, Any]]] = []
        self._given: set[str] = set()
        self._in_error: set[str] = set()

    def read(self, events: list[Any]) -> EpcisRead:
        self._in_error = {_ids(event) for event in _objects(events) if "errorDeclaration" in event}
        for number, event in enumerate(events, 1):
            if not isinstance(event, dict):
                raise FailedError(f"{self._name}, event {number} is not an object: correct it")
            if event.get("type") in _KINDS:
                self._extensions(event)
                self._event(number, event)
            else:
                self._passed[f"{_shown(event.get('type'))}, which is no step of custody"] += 1
        passed = self._passed.items()
        notes = [f"passed over: {what}" + (f" ({times} times)" if times > 1 else "") for what, times in passed]
        return EpcisRead(tuple(self._rows), tuple(notes))

    def _extensions(self, event: Mapping[str, Any]) -> None:
        for key in event:
            if key not in _READ:
                self._passed[f"extension {quoted(key)}"] += 1

    def _event(self, number: int, event: Mapping[str, Any]) -> None:
        things = self._things(number, event)
        step, disposition = _word(event.get("bizStep")), _word(event.get("disposition"))
        if event["type"] == "AggregationEvent" and (box := epc.container(str(event.get("parentID", "")))):
            if _ids(event) in self._in_error:
                self._passed["what was packed or unpacked by an event that is declared erroneous"] += 1
            else:
                self._pack(box, event, things)
        action = _DISPOSITIONS.get(disposition or "") or _STEPS.get(step or "")
        if step == "inspecting":
            things = [one for one in things if "serial" in one]  # how much of a lot was looked at counts none of it
        if action is None:
            self._passed[f"business step {_shown(event.get('bizStep'))}, which is no step of custody"] += 1
            return
        if not things:
            self._passed[f"an event ({step or disposition}) that names no pack and no lot"] += 1
            return
        common = self._common(number, event, action)
        ids = _ids(event)
        for place, thing in enumerate(things):
            id = f"{ids}-{place + 1}"
            row = {**common, **thing, "id": id}
            if ids not in self._in_error or (id not in self._given and not self._known(id)):
                self._rows.append((number, row))
            self._given.add(id)
            if "errorDeclaration" in event:
                self._rows.append((number, self._error(number, id, event["errorDeclaration"])))

    def _pack(self, box: str, event: Mapping[str, Any], things: list[dict[str, Any]]) -> None:
        """Remembers what a box holds now. What is unpacked without saying what leaves it empty (EPCIS 2.0, 7.4.3)."""
        held = self._packed.get(box, [])
        if event.get("action") == "ADD":
            self._packed[box] = held + [one for one in things if "serial" not in one or one not in held]
        elif event.get("action") == "DELETE":
            said = any(event.get(member) for member in ("childEPCs", "childQuantityList"))
            self._packed[box] = _without(held, things) if said else []

    def _error(self, number: int, id: str, declaration: Any) -> dict[str, Any]:
        """The statement that an event was made in error, beside it; what corrects it is an event of its own."""
        if not isinstance(declaration, dict):
            raise FailedError(f"{self._name}, event {number}: errorDeclaration is not an object: correct it")
        why = _word(declaration.get("reason")) or "no reason given"
        return {
            "type": "entered-in-error",
            "id": f"{id}-error",
            "at": self._time(number, declaration.get("declarationTime")),
            "corrects": id,
            "corrected_by": "EPCIS",
            "correction_source": "export",
            "correction_reason": f"declared erroneous: {why.replace('_', ' ')}",
        }

    def _common(self, number: int, event: Mapping[str, Any], action: str) -> dict[str, Any]:
        """The members that every row of an event has."""
        where = f"{self._name}, event {number}"
        first, second = ("bizLocation", "readPoint") if action == "received" else ("readPoint", "bizLocation")
        place = _place_of(event.get(first)) or _place_of(event.get(second))
        if place is None:
            raise FailedError(f"{where} does not say where it happened: give readPoint or bizLocation a GLN")
        row: dict[str, Any] = {
            "type": "custody",
            "action": action,
            "at": self._time(number, event.get("eventTime")),
            "place": place,
        }
        if action == "shipped":
            row["destination"] = _party(event.get("destinationList"), "destination")
            if row["destination"] is None:
                raise FailedError(f"{where} does not say where it is shipped to: give destinationList a GLN")
        if action == "received" and (origin := _party(event.get("sourceList"), "source")):
            row["origin"] = origin
        if number_of := _shipment(event.get("bizTransactionList")):
            row["shipment"] = number_of
        box = epc.container(str(event.get("parentID", "")))
        if box is None:
            boxes = [one for text in _texts(event.get("epcList")) if (one := epc.container(text))]
            box = boxes[0] if len(boxes) == 1 else None
        if box:
            row["sscc"] = box
        row |= self._sensors(event.get("sensorElementList"))
        if _word(event.get("disposition")) == "damaged":
            row["condition"] = "damaged"
        if (id := event.get("eventID")) and (_HASH.fullmatch(str(id)) or _UUID.fullmatch(str(id))):
            row["epcis"] = str(id)
        elif id is not None:
            self._passed[f"event id {quoted(str(id))}, neither a hash nor a UUID"] += 1
        return row

    def _things(self, number: int, event: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The packs and quantities that an event is about; FailedError for a number whose check digit is wrong."""
        found: list[dict[str, Any]] = []
        ilmd = event.get("ilmd")
        master = {str(key).rpartition(":")[2]: value for key, value in ilmd.items()} if isinstance(ilmd, dict) else {}
        for text in (*_texts(event.get("epcList")), *_texts(event.get("childEPCs"))):
            if fault := epc.fault(text):
                raise FailedError(f"{self._name}, event {number}: {fault}")
            one = epc.product(text)
            if one and one.serial:
                thing = {"gtin": one.gtin, "serial": one.serial}
                if one.lot or isinstance(master.get("lotNumber"), str):
                    thing["lot"] = one.lot or master["lotNumber"]
                if isinstance(day := master.get("itemExpirationDate"), str):
                    thing["expires"] = day[:10]
                found.append(thing)
            elif box := epc.container(text):
                found += self._packed.get(box, [])
                if box not in self._packed:
                    self._passed[f"box {box}, which nothing earlier in the file was packed into"] += 1
            else:
                self._passed[f"{quoted(text)}, which is no pack of a product"] += 1
        quantities = [*_objects(event.get("quantityList")), *_objects(event.get("childQuantityList"))]
        for given in quantities:
            if fault := epc.fault(str(given.get("epcClass", ""))):
                raise FailedError(f"{self._name}, event {number}: {fault}")
            one = epc.product(str(given.get("epcClass", "")))
            lot = one.lot if one and one.lot else master.get("lotNumber")
            if one is None or not isinstance(lot, str) or "quantity" not in given:
                self._passed[f"quantity of {quoted(str(given.get('epcClass')))}, of which no lot is given"] += 1
                continue
            unit = str(given.get("uom", "piece"))
            found.append({"gtin": one.gtin, "lot": lot, "quantity": given["quantity"], "unit": unit})
        return found

    def _sensors(self, elements: Any) -> dict[str, Any]:
        """The lowest and highest temperature in °C, and whether a sensor raised an alarm."""
        values: list[float] = []
        alarm = False
        for element in _objects(elements):
            for report in _objects(element.get("sensorReport")):
                alarm = alarm or str(report.get("exception", "")).endswith("ALARM_CONDITION")
                if _word(str(report.get("type", "")).lower()) != "temperature":
                    continue
                for member in ("value", "minValue", "maxValue"):
                    if (value := report.get(member)) is None:
                        continue
                    is_number = isinstance(value, int | float) and not isinstance(value, bool)
                    degrees = _celsius(value, report.get("uom")) if is_number else None
                    if degrees is None:
                        unit = _shown(report.get("uom", "no unit"))
                        self._passed[f"temperature {_shown(value)} in {unit}: only numbers in CEL, FAH or KEL"] += 1
                    else:
                        values.append(degrees)
        found: dict[str, Any] = {"low": min(values), "high": max(values)} if values else {}
        return found | ({"condition": "excursion"} if alarm else {})

    def _time(self, number: int, text: Any) -> str:
        """A time as events have it: at most six digits of a second."""
        found = _TIME.fullmatch(text) if isinstance(text, str) else None
        if found is None:
            raise FailedError(
                f"{self._name}, event {number}: {_shown(text)} is not a time: write it like 2026-02-10T09:30:00+01:00"
            )
        clock, fraction, zone = found.groups()
        return f"{clock}.{fraction[:6]}{zone}" if fraction else f"{clock}{zone}"


def _without(held: list[dict[str, Any]], taken: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a box still holds when some of its packs, or quantities of lots, were taken out."""
    packs = {(one["gtin"], one["serial"]) for one in taken if "serial" in one}
    loose = {(one["gtin"], one["lot"], one["unit"]): one["quantity"] for one in taken if "serial" not in one}
    left = []
    for one in held:
        if "serial" in one:
            if (one["gtin"], one["serial"]) not in packs:
                left.append(one)
            continue
        name = one["gtin"], one["lot"], one["unit"]
        out = min(one["quantity"], loose.get(name, 0))
        loose[name] = loose.get(name, 0) - out
        if one["quantity"] > out:
            left.append(one | {"quantity": one["quantity"] - out})
    return left


def _celsius(value: float, unit: object) -> float | None:
    """UN/CEFACT Recommendation 20: CEL, FAH, KEL; None for another unit, and where none is stated."""
    match unit:
        case "CEL":
            return round(value, 2)
        case "FAH":
            return round((value - 32) / 1.8, 2)
        case "KEL":
            return round(value - 273.15, 2)
    return None


def _ids(event: Mapping[str, Any]) -> str:
    """What the ids of an event's rows begin with: from its own id, else from a hash of it without its declaration."""
    id = str(event.get("eventID", ""))
    if found := _HASH.fullmatch(id):
        return f"epcis-{found[1][:40]}"
    if found := _UUID.fullmatch(id):
        return f"epcis-{found[1].lower()}"
    plain = {key: value for key, value in event.items() if key not in ("errorDeclaration", "recordTime")}
    return f"epcis-{sha256(canonical_bytes(plain)).hexdigest()[:40]}"


def _word(value: Any) -> str | None:
    """A word of the vocabulary, whether bare, as a URN or as a web address."""
    found = _VOCABULARY.fullmatch(value) if isinstance(value, str) else None
    return found[1] if found else None


def _texts(value: Any) -> Iterator[str]:
    yield from (one for one in _each(value) if isinstance(one, str))


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    yield from (one for one in _each(value) if isinstance(one, dict))


def _each(value: Any) -> list[Any]:
    """What a list holds; compacted JSON-LD has a list of one as that one."""
    return value if isinstance(value, list) else [value]


def _place_of(value: Any) -> str | None:
    id = value.get("id") if isinstance(value, dict) else value
    return epc.place(id) if isinstance(id, str) else None


def _party(value: Any, member: str) -> str | None:
    """A source or destination: the location, else who possesses it, else who owns it."""
    found = {_word(one.get("type")): one.get(member) for one in _objects(value)}
    for kind in ("location", "possessing_party", "owning_party"):
        if isinstance(text := found.get(kind), str) and (gln := epc.place(text)):
            return gln
    return None


def _shipment(value: Any) -> str | None:
    """The number of the dispatch advice, else of the order, as far as it fits."""
    found = {_word(one.get("type")): str(one.get("bizTransaction", "")) for one in _objects(value)}
    for kind in ("desadv", "bol", "po"):
        last = re.split("[:/]", found.get(kind, ""))[-1]
        if re.fullmatch("[A-Za-z0-9][A-Za-z0-9._-]{0,31}", last, re.ASCII):
            return last
    return None


def _shown(value: Any) -> str:
    return quoted(str(value))
