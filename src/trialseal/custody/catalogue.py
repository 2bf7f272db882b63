"""All rules about products, and their table in docs/verdicts.md."""

from __future__ import annotations

from typing import Any, Final

from trialseal.custody import counting, handing_out, moving, people
from trialseal.custody.reading import KitCase
from trialseal.rules.finding import Rule

KIT_RULES: Final[tuple[Rule[KitCase], ...]] = (
    handing_out.kit_released,
    moving.kit_listed,
    moving.kit_once,
    moving.kit_received_where_sent,
    moving.kit_in_time,
    moving.kit_clocks,
    moving.kit_dispensed_where_held,
    moving.kit_handled_where_held,
    moving.kit_counted,
    handing_out.kit_in_date,
    handing_out.kit_out_of_quarantine,
    handing_out.kit_excursion_decided,
    people.kit_to_participant,
    handing_out.kit_returned_by_its_participant,
    handing_out.kit_destroyed_with_papers,
    handing_out.kit_decommissioned,
    people.kit_supplier_accredited,
)
STOCK_RULES: Final[tuple[Rule[KitCase], ...]] = (
    handing_out.kit_released,
    handing_out.kit_in_date,
    handing_out.kit_out_of_quarantine,
    people.kit_to_participant,
    handing_out.kit_destroyed_with_papers,
    handing_out.kit_decommissioned,
    people.kit_supplier_accredited,
)
"""Those that are asked of stock without numbers too, lot by lot."""
_WHERE: Final = {
    "kit-released": ("shipped", "dispensed"),
    "kit-once": ("made", "received", "dispensed"),
    "kit-received-where-sent": ("received",),
    "kit-in-time": ("shipped",),
    "kit-clocks": ("shipped",),
    "kit-dispensed-where-held": ("dispensed",),
    "kit-handled-where-held": ("shipped", "destroyed", "lost", "found"),
    "kit-counted": ("counted",),
    "kit-in-date": ("dispensed",),
    "kit-out-of-quarantine": ("dispensed",),
    "kit-excursion-decided": ("dispensed",),
    "kit-to-participant": ("dispensed",),
    "kit-returned-by-its-participant": ("returned",),
    "kit-destroyed-with-papers": ("destroyed",),
    "kit-decommissioned": ("relabelled", "dispensed"),
    "kit-supplier-accredited": ("made", "quality-released", "sponsor-released", "shipped"),
}
WHERE: Final = {rule: frozenset(actions) for rule, actions in _WHERE.items()}
"""The actions of which a kit needs one for a rule to apply to it; a rule that is not here looks for itself."""
MAKES_SENSE: Final = frozenset(
    ("kit-once", "kit-dispensed-where-held", "kit-handled-where-held", "kit-counted")
)  # fmt: skip
"""The rules that hold of every kit whose steps all make sense."""
OTHER_RULES: Final[tuple[Rule[Any], ...]] = (counting.stock_covered, counting.stock_arrived, counting.count_agrees)


def custody_table() -> str:
    """The table of these rules in docs/verdicts.md, which a test holds against this."""
    rows = [f"| `{one.id}` | {one.asks} | {one.applies} | {one.source} |" for one in (*KIT_RULES, *OTHER_RULES)]
    return "\n".join(["| rule | asks | applies | source |", "|---|---|---|---|", *rows])
