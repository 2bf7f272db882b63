"""A list of kits: which numbers there are, of which lot, until when; in the unblinded party's list, for which arm."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from pydantic import ValidationError

from trialseal.documents.events.products import Lot
from trialseal.documents.fields import NAME, LocalId, Model, PartialDate, as_failed
from trialseal.documents.gs1 import Gtin, Serial
from trialseal.errors import FailedError

COLUMNS: Final = ("kit", "lot", "expires", "gtin", "serial")
"""What is read of a blinded list; other columns are passed over."""
ARM: Final = "arm"


_is_number = re.compile(NAME, re.ASCII).fullmatch


class KitRow(Model):
    """A row of a list of kits. In a blinded trial lot, expiry and product are those of the blinded label."""

    kit: LocalId
    """The kit's number, each once."""
    lot: Lot | None = None
    expires: PartialDate | None = None
    """The expiry when the list was made."""
    gtin: Gtin | None = None
    serial: Serial | None = None
    arm: LocalId | None = None
    """Which arm it is for: in the unblinded party's list alone."""


def kit_rows(rows: Iterable[Mapping[str, str]], name: str) -> dict[str, KitRow]:
    """The kits of a list by number; FailedError naming the list, the row, and what to do."""
    found: dict[str, KitRow] = {}
    alike: dict[tuple[tuple[str, str], ...], KitRow] = {}
    for number, row in enumerate(rows, 1):
        place = f"{name}, row {number}"
        given = {key: cell.strip() for key, cell in row.items() if key in (*COLUMNS, ARM) and cell.strip()}
        # The kits of a lot differ in their numbers alone, which are checked here as the model would.
        rest = tuple((key, cell) for key, cell in given.items() if key != "kit")
        like = alike.get(rest)
        if like is not None and _is_number(given.get("kit", "")):
            kit = like.model_copy(update={"kit": given["kit"]})
        else:
            try:
                kit = KitRow.model_validate(given)
            except ValidationError as error:
                raise as_failed(error, place, KitRow) from None
            if kit.serial is None:
                alike[rest] = kit
        if kit.kit in found:
            raise FailedError(f"{place}: kit {kit.kit} stands in the list twice: correct it")
        found[kit.kit] = kit
    if not found:
        raise FailedError(f"{name} names no kit: give a table with a column kit")
    return found
