"""The endpoints of a USDM study design, with their estimands."""

from __future__ import annotations

import re

from trialseal.documents.usdm.words import (
    NOT_STATED,
    by_id,
    decoded,
    label,
    local_ids,
    plain,
    present,
)
from trialseal.registries.import_source import SourceObject, known

_STRATEGIES = {
    "treatment policy": "treatment-policy",
    "composite": "composite",
    "hypothetical": "hypothetical",
    "while on treatment": "while-on-treatment",
    "principal strat": "principal-stratum",
}


def endpoints_of(version: SourceObject, design: SourceObject) -> list[dict[str, object]]:
    found = [
        (objective, endpoint)
        for objective in design.children("objectives")
        for endpoint in objective.children("endpoints")
    ]
    ids = local_ids([endpoint.look("name") for _, endpoint in found], "E")
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
    text = plain(endpoint.text("text"))
    if text is None:
        raise endpoint.missing("text")
    endpoint.text("name")
    objective_level, level = decoded(objective, "level"), decoded(endpoint, "level")
    notes = [f"no structured time point; text says “{text}”"]
    for key in ("description", "purpose"):
        if more := plain(endpoint.text(key)):
            notes.append(f"{key} in the source: {more}")
    role = _role(level or objective_level or "")
    if role == "other" or role != _role(objective_level or level or ""):
        notes.extend(f"level in the source: {one}" for one in present([objective_level, level]))
    return known(
        id=endpoint_id,
        role=role,
        objective=plain(objective.text("text")),
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
    populations = by_id(design.children("analysisPopulations"))
    interventions = by_id(version.children("studyInterventions"))
    sources = design.children("estimands")
    ids = local_ids([one.look("name") for one in sources], "estimand-")
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
                treatment=", ".join(present(label(one) for one in treatments)),
                population=(plain(population.text("text")) or label(population)) if population else None,
                variable=plain(endpoints[variable].text("text")),
                summary_measure=plain(estimand.text("populationSummary")),
                intercurrent_events=[_intercurrent_event(one) for one in estimand.children("intercurrentEvents")],
            )
        )
    return estimands


def _intercurrent_event(source: SourceObject) -> dict[str, object]:
    words = plain(source.text("strategy"))
    start = re.sub("[ -]+", " ", words or "").lower()
    strategy = next((ours for theirs, ours in _STRATEGIES.items() if start.startswith(theirs)), None)
    texts = present(plain(source.text(key)) for key in ("name", "text", "description"))
    return known(event=": ".join(dict.fromkeys(texts)) or NOT_STATED, strategy=strategy, words=words)
