"""trialseal: commit a trial's protocol, endpoints and results to an Ethereum chain, and check them afterwards.

What programs use is described in `trialseal.api`, and can be imported from here; nothing of it is loaded before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Trials", "bundle", "chain", "check", "due", "frame", "history", "portfolio", "record", "trials", "verify"]

if TYPE_CHECKING:
    from trialseal.api import Trials, bundle, chain, check, due, frame, history, portfolio, record, trials, verify


def __getattr__(name: str) -> Any:
    if name in __all__:
        from trialseal import api

        return getattr(api, name)
    raise AttributeError(f"module 'trialseal' has no attribute {name!r}")
