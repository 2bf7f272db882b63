"""All rules about sharing, and their table in docs/verdicts.md."""

from __future__ import annotations

from typing import Any, Final

from trialseal.rules.finding import Rule
from trialseal.sharing import handing_over, packages, permits
from trialseal.sharing.cases import ConditionCase, HandOverCase, PackageCase, PermitCase

PERMIT_RULES: Final[tuple[Rule[PermitCase], ...]] = (
    permits.permit_shown,
    permits.permit_entitled,
    permits.permit_within_terms,
    permits.permit_end_kept,
)
HAND_OVER_RULES: Final[tuple[Rule[HandOverCase], ...]] = (
    handing_over.handover_permitted,
    handing_over.handover_key,
    handing_over.handover_logged,
)
CONDITION_RULES: Final[tuple[Rule[ConditionCase], ...]] = (handing_over.handover_condition,)
PACKAGE_RULES: Final[tuple[Rule[PackageCase], ...]] = (
    packages.package_without_withdrawn,
    packages.package_recipients_told,
)


def sharing_table() -> str:
    """The table of these rules in docs/verdicts.md, which a test holds against this."""
    every: tuple[Rule[Any], ...] = (*PERMIT_RULES, *HAND_OVER_RULES, *CONDITION_RULES, *PACKAGE_RULES)
    rows = [f"| `{one.id}` | {one.asks} | {one.applies} | {one.source} |" for one in every]
    return "\n".join(["| rule | asks | applies | source |", "|---|---|---|---|", *rows])
