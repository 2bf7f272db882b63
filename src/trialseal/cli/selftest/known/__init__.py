"""Published vectors and a bundle, as they lie in tests/vectors."""

from __future__ import annotations

import json
from typing import Any

from trialseal.shipped import beside


def vectors(name: str) -> Any:
    """The vectors of a file, such as 'rfc8785'."""
    return json.loads(beside(__name__, f"{name}.json"))


def bundle() -> bytes:
    """A whole bundle; `vectors('bundle')` says what it must be found to be."""
    return beside(__name__, "bundle.trialseal")
