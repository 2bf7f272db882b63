"""The dates of a USDM object, and where they hold."""

from __future__ import annotations

from trialseal.documents.territories import territory_number
from trialseal.documents.usdm.words import (
    decoded,
    label,
    present,
)
from trialseal.errors import UsageError
from trialseal.registries.import_source import SourceObject, known

APPROVED = "Sponsor Approval Date"
"""What the source calls the date of a version or an amendment."""


def dates_of(source: SourceObject) -> list[dict[str, object]]:
    """The governance dates of an object, each with the countries and other places for which it holds."""
    dates = []
    for number, one in enumerate(source.children("dateValues"), start=1):
        day = one.date("dateValue")
        if day is None:
            continue
        territories, scopes = [], []
        for place in one.children("geographicScopes"):
            standard = place.child("code").child("standardCode")
            code, words, kind = standard.text("code"), standard.text("decode"), decoded(place, "type")
            if code and _is_territory(code):
                territories.append(code)
            else:
                scopes.extend(present([words or kind]))
        dates.append(
            known(
                name=label(one) or f"date {number}",
                date=day,
                kind=decoded(one, "type"),
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
