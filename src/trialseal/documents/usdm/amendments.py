"""The amendments of a USDM study version, newest first."""

from __future__ import annotations

from trialseal.documents.usdm.dates import APPROVED, dates_of
from trialseal.documents.usdm.words import (
    NOT_STATED,
    by_id,
    decoded,
    plain,
    present,
)
from trialseal.errors import UsageError
from trialseal.registries.import_source import SourceObject, known

_EFFECTIVE = "Protocol Effective Date"


def amendments_of(version: SourceObject, name: str) -> list[dict[str, object]]:
    """Newest first, by `previousId`; an error if they form no chain."""
    sources = version.children("amendments")
    found = by_id(sources)
    previous = {amendment_id: one.text("previousId") for amendment_id, one in found.items()}
    chain: list[str] = []
    newest = [amendment_id for amendment_id in found if amendment_id not in previous.values()]
    step = newest[0] if len(newest) == 1 else None
    while step is not None and step in found and step not in chain:
        chain.append(step)
        step = previous[step]
    if len(chain) != len(sources) or step is not None:
        raise UsageError(
            f"{name}: its {len(sources)} amendments form no chain: give each but the first the previousId "
            "of the one before it"
        )
    return [_amendment(found[amendment_id]) for amendment_id in chain]


def _amendment(source: SourceObject) -> dict[str, object]:
    dates = dates_of(source)
    impacts = [one for impact in source.children("impacts") if (one := impact.flag("isSubstantial")) is not None]
    return known(
        number=source.text("number"),
        date=next((date["date"] for date in dates if date.get("kind") == APPROVED), None),
        reason=_reason(source.child("primaryReason")) or NOT_STATED,
        further_reasons=present(_reason(one) for one in source.children("secondaryReasons")),
        summary=plain(source.text("summary")),
        changes=[
            known(
                summary=plain(change.text("summary")) or NOT_STATED,
                rationale=plain(change.text("rationale")),
                sections=present(
                    " ".join(present([plain(one.text("sectionNumber")), plain(one.text("sectionTitle"))]))
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
    return ": ".join(present([decoded(source, "code"), plain(source.text("otherReason"))])) or None


def _in_force(date: dict[str, object]) -> list[dict[str, object]]:
    territories = date.get("territories")
    places: list[dict[str, object]] = (
        [{"territory": one} for one in territories] if isinstance(territories, list) else []
    )
    if "scope" in date or not places:
        places.append(known(scope=date.get("scope")))
    return [{"since": date["date"], **place} for place in places]
