"""Arrow without pandas, which it imports at its first scalar to see whether that is one of pandas'."""

from __future__ import annotations

import sys
from typing import Any


class _Hidden:
    """Finds no pandas."""

    @staticmethod
    def find_spec(name: str, *_: Any) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name)


def spare_pandas() -> None:
    """Has Arrow look for pandas now, and not find it: a third of a second. Nothing of ours hands it over; whoever asks
    Arrow for a data frame later still gets one."""
    if "pandas" in sys.modules:
        return
    import pyarrow as pa

    sys.meta_path.insert(0, _Hidden)
    try:
        pa.scalar(True)
    finally:
        sys.meta_path.remove(_Hidden)
