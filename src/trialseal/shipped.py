"""Files that lie beside the code, wherever that is: in a folder, or in an archive that Python runs."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from importlib.abc import ResourceLoader


def beside(module: str, name: str) -> bytes:
    """The bytes of a file in the folder of a module, by the module's `__name__`."""
    spec = sys.modules[module].__spec__
    assert spec is not None and spec.origin is not None
    return cast("ResourceLoader", spec.loader).get_data(os.path.join(os.path.dirname(spec.origin), name))
