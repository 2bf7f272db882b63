"""Outcomes out of documents: endpoints of a protocol or record, and the single text in which a registry's history
prints an outcome."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from trialseal.outcomes.model import Outcome

if TYPE_CHECKING:
    from trialseal.documents.endpoint_models import Endpoint, Role
    from trialseal.registries.history import RegistryOutcome

_TIME_FRAME = re.compile(r"\s*\[\s*Time ?Frame:\s*(?P<frame>.*?)\s*\](?=\s*(?:\n|$|\[))", re.IGNORECASE | re.DOTALL)
_DESIGNATED = re.compile(r"\s*\[\s*Designated as safety issue:\s*\w*\s*\]", re.IGNORECASE)
_ROLES: tuple[tuple[str, Role], ...] = ("primary", "primary"), ("secondary", "secondary")


def of_endpoints(endpoints: Iterable[Endpoint], source: str = "") -> list[Outcome]:
    """The endpoints of a document, one outcome for each part that an endpoint belongs to."""
    return [_of_endpoint(endpoint, part, source) for endpoint in endpoints for part in endpoint.parts or (None,)]


def own_and_registered(endpoint: Endpoint) -> tuple[Outcome, Outcome] | None:
    """What an endpoint says in its own words and in its registry's, as two outcomes; None where one is not there."""
    words = endpoint.registry_words
    if words is None or not words.measure or not endpoint.measurement_variable:
        return None
    registered = Outcome(endpoint.role, words.measure, words.description or "", words.time_frame or "")
    own = endpoint.model_copy(update={"registry_words": None, "parts": ()})
    return _of_endpoint(own, None, "")._replace(id=None), registered


def of_registry_outcomes(outcomes: Iterable[RegistryOutcome] | None, source: str = "") -> list[Outcome]:
    """The outcomes of a registry's version; none where it does not show them."""
    return [
        Outcome(one.role, one.measure, one.description, one.time_frame, one.id, one.part, source)
        for one in outcomes or ()
    ]


def of_registry_text(text: str, role: Role, source: str = "") -> Outcome:
    """An outcome printed as `measure [ Time Frame: … ] description`."""
    plain = _DESIGNATED.sub("", text)
    found = _TIME_FRAME.search(plain)
    if found is None:
        return Outcome(role, plain.strip(), source=source)
    return Outcome(role, plain[: found.start()].strip(), plain[found.end() :].strip(), found["frame"], source=source)


def of_history(rows: Iterable[Mapping[str, object]] | None, source: str = "") -> list[Outcome]:
    """Outcomes of a registry version as histories hold them: rows of `section` and `text`."""
    return [of_registry_text(str(row.get("text") or ""), _role(row.get("section")), source) for row in rows or ()]


def _role(section: object) -> Role:
    words = str(section or "").casefold()
    return next((role for name, role in _ROLES if name in words), "other")


def _of_endpoint(endpoint: Endpoint, part: str | None, source: str) -> Outcome:
    words = endpoint.registry_words
    measure = (words and words.measure) or endpoint.measurement_variable or endpoint.domain or ""
    return Outcome(
        role=endpoint.role,
        measure=measure,
        description=(words and words.description) or "",
        time_frame=(words and words.time_frame)
        or "; ".join(point.text or "" for point in endpoint.time_points).strip("; "),
        id=endpoint.id if part is None else f"{endpoint.id}@{part}",
        part=part,
        source=source,
        domain=endpoint.domain,
        measurement_variable=endpoint.measurement_variable,
        analysis_metric=endpoint.analysis_metric,
        aggregation=endpoint.aggregation,
        time_points=endpoint.time_points,
        components=endpoint.components,
        estimands=endpoint.estimands,
    )
