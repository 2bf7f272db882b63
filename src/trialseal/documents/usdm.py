"""CDISC USDM 4 (Unified Study Definitions Model) JSON: a study definition to a protocol's first version."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from trialseal.documents.fields import FORMAT
from trialseal.documents.models import parse_document
from trialseal.documents.territories import territory_number
from trialseal.errors import UsageError
from trialseal.registries.import_source import Imported, SourceObject, known
from trialseal.registries.numbers import read_known

_APPROVED, _EFFECTIVE = "Sponsor Approval Date", "Protocol Effective Date"
_STRATEGIES = {
    "treatment policy": "treatment-policy",
    "composite": "composite",
    "hypothetical": "hypothetical",
    "while on treatment": "while-on-treatment",
    "principal strat": "principal-stratum",
}
_NOT_STATED = "not stated in the source"
# Values that tie the source's objects together and say nothing of the trial.
_BOOKKEEPING = frozenset({"id", "instanceType", "code", "codeSystem", "codeSystemVersion", "scopeId"})
_DEPTHS = (
    ("study.versions.studyDesigns.", 3),
    ("study.versions.amendments.", 3),
    ("study.versions.", 2),
    ("study.documentedBy.", 2),
)


def import_usdm(definition: dict[str, object], name: str) -> Imported:
    """The protocol in a USDM 4 definition, with what it leaves out; UsageError if it is malformed.

    USDM's endpoints have no structured time point: each endpoint notes so and quotes the text, and no time is
    read out of it. The amendments are put in order by their `previousId`, newest first.
    """
    version = definition.get("usdmVersion")
    if not isinstance(version, str) or not version.startswith("4."):
        raise UsageError(f"{name}: usdmVersion is {version!r:.40}, but only USDM 4 is read: convert the definition")
    source = SourceObject(definition, name)
    document = parse_document(_protocol(source, name), name)
    return Imported(document, source.left_out(_DEPTHS, _BOOKKEEPING))


def _protocol(source: SourceObject, name: str) -> dict[str, object]:
    source.text("usdmVersion")
    study = source.child("study")
    version = _only(study.children("versions"), "version", name)
    design = _only(version.children("studyDesigns"), "study design", name)
    organizations = _by_id(version.children("organizations"))
    sponsor_id = _sponsor_id(version, organizations, name)
    if sponsor_id not in organizations:
        raise UsageError(f"{name} has no organization {sponsor_id!r:.60}, which is to be the sponsor: add it")
    population = design.child("population")
    amendments = _amendments(version, name)
    approved = [date["date"] for date in _dates(version) if date.get("kind") == _APPROVED]
    return known(
        format=FORMAT,
        kind="protocol",
        trial=known(
            sponsor=_label(organizations[sponsor_id]),
            code=_sponsors_code(version, sponsor_id),
            registry_ids=_registry_ids(version),
        ),
        version=1,
        version_label=version.text("versionIdentifier"),
        version_date=approved[0] if len(approved) == 1 else None,
        dates=[date for dated in (version, *_document_versions(study, version)) for date in _dates(dated)],
        titles=_titles(version),
        secondary_ids=_secondary_ids(version, sponsor_id, organizations),
        study_type=_decode(design, "studyType"),
        phases=_present([_standard(design, "studyPhase")]),
        design=known(
            model=_decode(design, "model"),
            purpose=", ".join(_decodes(design, "intentTypes")),
            masking=_standard(design, "blindingSchema"),
            time_perspective=_decode(design, "timePerspective"),
        ),
        conditions=_present(_label(one) for one in design.children("indications")),
        arms=_described(design.children("arms")),
        interventions=_described(version.children("studyInterventions")),
        eligibility=_eligibility(version, design, population),
        sample_size=_sample_size(population),
        parts=_parts(population.children("cohorts")),
        endpoints=_endpoints(version, design),
        amendment=amendments[0] if amendments else None,
        earlier_amendments=amendments[1:],
    )


def _only(objects: list[SourceObject], what: str, name: str) -> SourceObject:
    if len(objects) != 1:
        raise UsageError(f"{name} holds {len(objects)} {what}s, but a protocol is of one: keep one in the file")
    return objects[0]


def _sponsor_id(version: SourceObject, organizations: dict[str, SourceObject], name: str) -> str:
    """The organisation in the role of sponsor; without such a role, the sponsor that numbers the study."""
    for role in version.children("roles"):
        if _decode(role, "code") == "Sponsor":
            for organization_id in role.texts("organizationIds"):
                return organization_id
    for identifier in version.children("studyIdentifiers"):
        scope = identifier.text("scopeId")
        if scope in organizations and _decode(organizations[scope], "type") == "Clinical Study Sponsor":
            return scope
    raise UsageError(f"{name} names no sponsor: add a study role with the code Sponsor")


def _sponsors_code(version: SourceObject, sponsor_id: str) -> str | None:
    identifiers = version.children("studyIdentifiers")
    return next((one.required_text("text") for one in identifiers if one.text("scopeId") == sponsor_id), None)


def _registry_ids(version: SourceObject) -> list[str]:
    numbers = (_registry_number(one.required_text("text")) for one in version.children("studyIdentifiers"))
    return list(dict.fromkeys(_present(numbers)))


def _registry_number(text: str) -> str | None:
    number = read_known(text)
    return number.number if number else None


def _secondary_ids(
    version: SourceObject, sponsor_id: str, organizations: dict[str, SourceObject]
) -> list[dict[str, object]]:
    """The numbers that are neither a known registry's nor the sponsor's code, with who gave them."""
    code = _sponsors_code(version, sponsor_id)
    found = []
    for one in (*version.children("studyIdentifiers"), *version.children("referenceIdentifiers")):
        text, scope = one.required_text("text"), one.text("scopeId") or ""
        if text != code and not _registry_number(text):
            issuer = _label(organizations[scope]) if scope in organizations else None
            found.append(known(id=text, issuer=issuer, kind=_decode(one, "type")))
    return found


def _titles(version: SourceObject) -> dict[str, object]:
    titles = version.children("titles")

    def first(*kinds: str) -> str | None:
        for kind in kinds:
            for title in titles:
                if title.child("type").look("decode") == kind and (text := _plain(title.text("text"))):
                    _decode(title, "type")
                    return text
        return None

    return known(
        public=first("Public Study Title", "Brief Study Title"),
        scientific=first("Scientific Study Title", "Official Study Title"),
        acronym=first("Study Acronym"),
    )


def _document_versions(study: SourceObject, version: SourceObject) -> list[SourceObject]:
    """The versions of documents on which this version of the study stands."""
    wanted = version.texts("documentVersionIds")
    documents = [one for document in study.children("documentedBy") for one in document.children("versions")]
    return [one for one in documents if one.look("id") in wanted]


def _eligibility(version: SourceObject, design: SourceObject, population: SourceObject) -> dict[str, object]:
    items = _by_id(version.children("eligibilityCriterionItems"))
    lines = []
    for criterion in design.children("eligibilityCriteria"):
        item = items.get(criterion.text("criterionItemId") or "")
        text = _plain(item.text("text")) if item else None
        if text:
            heading = " ".join(_present([_decode(criterion, "category"), criterion.text("identifier")]))
            lines.append(f"{heading}: {text}" if heading else text)
    age = population.child("plannedAge")
    return known(
        criteria="\n".join(lines),
        sex=", ".join(_decodes(population, "plannedSex")),
        minimum_age=_quantity(age.child("minValue")),
        maximum_age=_quantity(age.child("maxValue")),
        healthy_volunteers=population.flag("includesHealthySubjects"),
        population=_plain(population.text("description")),
        sampling_method=_decode(design, "samplingMethod"),
    )


def _sample_size(population: SourceObject) -> dict[str, object]:
    planned = population.child("plannedEnrollmentNumber")
    if planned.look("instanceType") not in ("Quantity", None):
        return {}
    count = planned.count("value")
    return {} if count is None else known(count=count, certainty="estimated")


def _parts(cohorts: list[SourceObject]) -> list[dict[str, object]]:
    ids = _local_ids([one.look("name") for one in cohorts], "cohort-")
    return [
        known(
            id=ids[index],
            name=_label(cohort) or ids[index],
            kind="cohort",
            description=_plain(cohort.text("description")),
            planned_sample_size=_sample_size(cohort).get("count"),
        )
        for index, cohort in enumerate(cohorts)
    ]


def _endpoints(version: SourceObject, design: SourceObject) -> list[dict[str, object]]:
    found = [
        (objective, endpoint)
        for objective in design.children("objectives")
        for endpoint in objective.children("endpoints")
    ]
    ids = _local_ids([endpoint.look("name") for _, endpoint in found], "E")
    estimands = _estimands(version, design, {endpoint.text("id"): endpoint for _, endpoint in found})
    return [
        _endpoint(endpoint_id, objective, endpoint, estimands.get(endpoint.text("id") or ""))
        for endpoint_id, (objective, endpoint) in zip(ids, found, strict=True)
    ]


def _endpoint(
    endpoint_id: str,
    objective: SourceObject,
    endpoint: SourceObject,
    estimands: list[dict[str, object]] | None,
) -> dict[str, object]:
    text = _plain(endpoint.text("text"))
    if text is None:
        raise endpoint.missing("text")
    endpoint.text("name")
    objective_level, level = _decode(objective, "level"), _decode(endpoint, "level")
    notes = [f"no structured time point; text says “{text}”"]
    for key in ("description", "purpose"):
        if more := _plain(endpoint.text(key)):
            notes.append(f"{key} in the source: {more}")
    role = _role(level or objective_level or "")
    if role == "other" or role != _role(objective_level or level or ""):
        notes.extend(f"level in the source: {one}" for one in _present([objective_level, level]))
    return known(
        id=endpoint_id,
        role=role,
        objective=_plain(objective.text("text")),
        measurement_variable=text,
        estimands=estimands,
        notes=notes,
    )


def _role(level: str) -> str:
    return next((role for role in ("primary", "secondary") if level.lower().startswith(role)), "other")


def _estimands(
    version: SourceObject, design: SourceObject, endpoints: dict[str | None, SourceObject]
) -> dict[str, list[dict[str, object]]]:
    """By endpoint id, the estimands whose variable of interest it is; those of no endpoint stay left out."""
    populations = _by_id(design.children("analysisPopulations"))
    interventions = _by_id(version.children("studyInterventions"))
    sources = design.children("estimands")
    ids = _local_ids([one.look("name") for one in sources], "estimand-")
    estimands: dict[str, list[dict[str, object]]] = {}
    for estimand_id, estimand in zip(ids, sources, strict=True):
        if estimand.look("variableOfInterestId") not in endpoints:
            continue
        variable = estimand.required_text("variableOfInterestId")
        population = populations.get(estimand.text("analysisPopulationId") or "")
        treatments = [interventions[one] for one in estimand.texts("interventionIds") if one in interventions]
        estimand.text("name")
        estimands.setdefault(variable, []).append(
            known(
                id=estimand_id,
                treatment=", ".join(_present(_label(one) for one in treatments)),
                population=(_plain(population.text("text")) or _label(population)) if population else None,
                variable=_plain(endpoints[variable].text("text")),
                summary_measure=_plain(estimand.text("populationSummary")),
                intercurrent_events=[_intercurrent_event(one) for one in estimand.children("intercurrentEvents")],
            )
        )
    return estimands


def _intercurrent_event(source: SourceObject) -> dict[str, object]:
    words = _plain(source.text("strategy"))
    start = re.sub("[ -]+", " ", words or "").lower()
    strategy = next((ours for theirs, ours in _STRATEGIES.items() if start.startswith(theirs)), None)
    texts = _present(_plain(source.text(key)) for key in ("name", "text", "description"))
    return known(event=": ".join(dict.fromkeys(texts)) or _NOT_STATED, strategy=strategy, words=words)


def _amendments(version: SourceObject, name: str) -> list[dict[str, object]]:
    """Newest first, by `previousId`; an error if they form no chain."""
    sources = version.children("amendments")
    by_id = _by_id(sources)
    previous = {amendment_id: one.text("previousId") for amendment_id, one in by_id.items()}
    chain: list[str] = []
    newest = [amendment_id for amendment_id in by_id if amendment_id not in previous.values()]
    step = newest[0] if len(newest) == 1 else None
    while step is not None and step in by_id and step not in chain:
        chain.append(step)
        step = previous[step]
    if len(chain) != len(sources) or step is not None:
        raise UsageError(
            f"{name}: its {len(sources)} amendments form no chain: give each but the first the previousId "
            "of the one before it"
        )
    return [_amendment(by_id[amendment_id]) for amendment_id in chain]


def _amendment(source: SourceObject) -> dict[str, object]:
    dates = _dates(source)
    impacts = [one for impact in source.children("impacts") if (one := impact.flag("isSubstantial")) is not None]
    return known(
        number=source.text("number"),
        date=next((date["date"] for date in dates if date.get("kind") == _APPROVED), None),
        reason=_reason(source.child("primaryReason")) or _NOT_STATED,
        further_reasons=_present(_reason(one) for one in source.children("secondaryReasons")),
        summary=_plain(source.text("summary")),
        changes=[
            known(
                summary=_plain(change.text("summary")) or _NOT_STATED,
                rationale=_plain(change.text("rationale")),
                sections=_present(
                    " ".join(_present([_plain(one.text("sectionNumber")), _plain(one.text("sectionTitle"))]))
                    for one in change.children("changedSections")
                ),
            )
            for change in source.children("changes")
        ],
        in_force=[place for date in dates if date.get("kind") == _EFFECTIVE for place in _in_force(date)],
        substantial=any(impacts) if impacts else None,
        blinding="not-stated",
    )


def _reason(source: SourceObject) -> str | None:
    return ": ".join(_present([_decode(source, "code"), _plain(source.text("otherReason"))])) or None


def _in_force(date: dict[str, object]) -> list[dict[str, object]]:
    territories = date.get("territories")
    places: list[dict[str, object]] = (
        [{"territory": one} for one in territories] if isinstance(territories, list) else []
    )
    if "scope" in date or not places:
        places.append(known(scope=date.get("scope")))
    return [{"since": date["date"], **place} for place in places]


def _dates(source: SourceObject) -> list[dict[str, object]]:
    """The governance dates of an object, each with the countries and other places for which it holds."""
    dates = []
    for number, one in enumerate(source.children("dateValues"), start=1):
        day = one.date("dateValue")
        if day is None:
            continue
        territories, scopes = [], []
        for place in one.children("geographicScopes"):
            standard = place.child("code").child("standardCode")
            code, words, kind = standard.text("code"), standard.text("decode"), _decode(place, "type")
            if code and _is_territory(code):
                territories.append(code)
            else:
                scopes.extend(_present([words or kind]))
        dates.append(
            known(
                name=_label(one) or f"date {number}",
                date=day,
                kind=_decode(one, "type"),
                territories=territories,
                scope=", ".join(scopes),
            )
        )
    return dates


def _is_territory(code: str) -> bool:
    try:
        territory_number(code)
    except UsageError:
        return False
    return True


def _described(sources: Iterable[SourceObject]) -> list[dict[str, object]]:
    """Arms and interventions: name, kind and description."""
    return [
        known(
            name=_label(one) or _NOT_STATED,
            kind=_decode(one, "type"),
            description=_plain(one.text("description")),
        )
        for one in sources
    ]


def _by_id(sources: Iterable[SourceObject]) -> dict[str, SourceObject]:
    return {one.required_text("id"): one for one in sources}


def _local_ids(names: list[object], prefix: str) -> list[str]:
    """The source's own names where all of them will do as ids, numbers behind the prefix where not."""
    texts = [name for name in names if isinstance(name, str) and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}", name)]
    if len(set(texts)) == len(names):
        return texts
    return [f"{prefix}{number}" for number in range(1, len(names) + 1)]


def _label(source: SourceObject) -> str | None:
    """What an object is called: its label, or else its name."""
    return _plain(source.text("label")) or _plain(source.text("name"))


def _decode(source: SourceObject, key: str) -> str | None:
    """The words of a coded value."""
    return _plain(source.child(key).text("decode"))


def _decodes(source: SourceObject, key: str) -> list[str]:
    return _present(_plain(one.text("decode")) for one in source.children(key))


def _standard(source: SourceObject, key: str) -> str | None:
    """The words of a coded value that has aliases."""
    return _decode(source.child(key), "standardCode")


def _quantity(source: SourceObject) -> str | None:
    count = source.count("value")
    return None if count is None else " ".join(_present([str(count), _standard(source, "unit")]))


def _present(texts: Iterable[str | None]) -> list[str]:
    return [text for text in texts if text]


def _plain(text: str | None) -> str | None:
    """Text without the source's HTML. A parameter of a template stays as its name in square brackets."""
    if text is None:
        return None
    text = re.sub(r'<usdm:(?:tag name|ref [^>]*?attribute)="([^"]*)"[^>]*>', r"[\1]", text)
    text = re.sub(r"</(?:p|li|div|tr|h\d)>|<br[^>]*>", "\n", text)
    text = html.unescape(re.sub(r"</?[A-Za-z][^>]*>", "", text))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line) or None
