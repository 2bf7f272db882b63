"""Where the real registry records and study definitions are that the importers are tried on, if anywhere."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# Not part of the project, because they are others': a folder of them beside it, or wherever this says.
_DATA = Path(os.environ.get("TRIALSEAL_DATA", Path(__file__).parents[2] / "shared" / "data"))


def real_files(pattern: str) -> list[object]:
    """Parameters for a test, one for each file; a single skipped one where there are none."""
    files = sorted(_DATA.glob(pattern))
    if not files:
        return [pytest.param(None, marks=pytest.mark.skip(reason=f"no {pattern} under TRIALSEAL_DATA"))]
    return [pytest.param(file, id=file.stem) for file in files]
