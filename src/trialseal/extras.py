"""Packages that only some commands need: which extra brings each, and one sentence where it is not installed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from typing import Final

from trialseal.errors import UsageError

CORE: Final = frozenset(
    {"annotated_types", "defusedxml", "pydantic", "pydantic_core", "rfc8785", "segno"}
    | {"typing_extensions", "typing_inspection"}
)
"""What is there wherever trialseal was installed by its name, by the names that are imported."""
EXTRAS: Final = {
    "docx": "journal",
    "lxml": "journal",
    "pdfminer": "journal",
    "rapidfuzz": "journal",
    "numpy": "data",
    "openpyxl": "data",
    "pandas": "data",
    "pyarrow": "data",
    "pyreadstat": "data",
    "python_calamine": "data",
    "coincurve": "sponsor",
    "eth_account": "sponsor",
    "eth_utils": "sponsor",
    "icalendar": "sponsor",
    "pyrage": "sponsor",
    "stdnum": "sponsor",
    "aiohttp": "relayer",
    "cryptography": "timestamp",
    "rfc3161_client": "timestamp",
}
"""By the name that is imported, the extra that brings it."""


class MissingExtraError(UsageError):
    """A package that this needs is not installed; the sentence ends with the line to type."""


@contextmanager
def named() -> Iterator[None]:
    """Makes a MissingExtraError of every package that what runs inside does not find."""
    try:
        yield
    except ModuleNotFoundError as error:
        found = missing(error.name)
        if found is None:
            raise
        raise found from None


def require(module: str) -> None:
    """ModuleNotFoundError if a package is not installed, for what would learn of it only half-way, or elsewhere."""
    if find_spec(module) is None:
        raise ModuleNotFoundError(f"No module named {module!r}", name=module)


def lacking(extra: str) -> list[str]:
    """Those packages of an extra that are not installed, by the names that are imported."""
    return [name for name, brought in EXTRAS.items() if brought == extra and find_spec(name) is None]


def missing(module: str | None) -> MissingExtraError | None:
    """The error for a module that is not found; None for one of our own, whose absence is a fault of ours."""
    package = (module or "").partition(".")[0]
    if package in ("", "trialseal"):
        return None
    if package in sys.stdlib_module_names:
        return MissingExtraError(f"this Python lacks its own module {package}: use another Python")
    extra = "" if package in CORE else EXTRAS.get(package, "all")
    return MissingExtraError(f"this needs the package {package}, which is not installed: {to_type(extra)}")


def to_type(extra: str) -> str:
    """The line that brings an extra, or trialseal itself for "".

    Where trialseal is not installed by its name, as in trialseal.pyz, pip would look that name up in an index, where
    whatever bears it is not ours: then the line is for the folder of its source.
    """
    what = f"[{extra}]" if extra else ""
    try:
        distribution("trialseal")
    except PackageNotFoundError:
        return f'in the folder of trialseal\'s source, type pip install ".{what}"'
    return f'pip install "trialseal{what}"'
