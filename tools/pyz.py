"""Packs build/trialseal.pyz: the command for a Python 3.11 or newer without anything installed.

It holds the library and those packages of its core that are Python alone, so that it verifies files and bundles and
reads chains; what needs another package says so. The same sources give the same bytes.
"""

from __future__ import annotations

import importlib.util
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "build" / "trialseal.pyz"
PACKAGES = ("defusedxml", "rfc8785", "segno")
_ENDINGS = {".py", ".json", ".css", ".toml", ".trialseal", ".typed"}
_FIRST_LINE = b"#!/usr/bin/env python3\n"
_MAIN = """\
import sys

if sys.version_info < (3, 11):
    sys.exit("trialseal.pyz needs Python 3.11 or newer; this is %d.%d: run it with a newer one" % sys.version_info[:2])

from trialseal.cli import main

sys.exit(main())
"""
_DATE = (1980, 1, 1, 0, 0, 0)  # the first that a ZIP archive can say


def pack(target: Path = TARGET) -> Path:
    """Writes the archive."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        file.write(_FIRST_LINE)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            _put(archive, "__main__.py", _MAIN.encode())
            _put(archive, "LICENSE", (ROOT / "LICENSE").read_bytes())
            for package in PACKAGES:
                for name, text in _licences(package):
                    _put(archive, name, text)
            for folder in (ROOT / "src" / "trialseal", *map(_folder_of, PACKAGES)):
                for path in _carried(folder):
                    _put(archive, path.relative_to(folder.parent).as_posix(), path.read_bytes())
    target.chmod(0o755)
    return target


def _carried(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.suffix in _ENDINGS and path.is_file())


def _licences(package: str) -> Iterator[tuple[str, bytes]]:
    """The licence of a package, which must go wherever it goes."""
    for one in distribution(package).files or ():
        if one.name.upper().startswith(("LICENSE", "LICENCE", "COPYING", "NOTICE")):
            yield f"licences/{package}/{one.name}", one.read_binary()


def _folder_of(package: str) -> Path:
    """Where a package is installed."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        sys.exit(f"{package} is not installed: run make setup")
    return Path(spec.origin).parent


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, _DATE), data, zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    print(f"{pack().relative_to(ROOT)}: {TARGET.stat().st_size:,} bytes")
