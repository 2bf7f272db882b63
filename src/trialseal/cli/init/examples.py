"""`example`: lays out files to try commands on; without a name, lists what there is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import trialseal
from trialseal import escaping
from trialseal.cli.session import Session
from trialseal.errors import UsageError
from trialseal.evidence.wording import count
from trialseal.files import below, read_file, write_bytes
from trialseal.nearest import meant

_ABOUT = "README.md"
_LARGEST = 16 << 20


def example(session: Session) -> int:
    """Copies an example's files into a new folder, or lists the examples."""
    args, out = session.args, session.out
    known = dict(_examples())
    if args.name is None:
        out.table([{"example": name, "holds": _about(place)} for name, place in known.items()])
        out.value({name: _about(place) for name, place in known.items()})
        return 0
    if args.name not in known:
        some = meant(args.name, known) or f": use {', '.join(known)}"
        raise UsageError(f"there is no example {escaping.quoted(args.name)}{some}")
    target = Path(args.folder or args.name)
    if os.path.lexists(target) and not (target.is_dir() and not os.listdir(target)):
        raise UsageError(f"{target} is there already: name a new folder")
    source = known[args.name]
    found = below(source)[0]
    for path in found:
        write_bytes(target / path.relative_to(source), read_file(path, _LARGEST), overwrite=False)
    out.say(f"{escaping.path(target)}: {count(len(found), 'file')}; {_ABOUT} there says what is invented")
    out.value({"folder": str(target), "files": sorted(str(path.relative_to(source)) for path in found)})
    return 0


def _examples() -> Iterator[tuple[str, Path]]:
    """Name and folder of each example of this installation; UsageError if it has none."""
    package = Path(trialseal.__file__).parent
    for place in (package / "examples", package.parents[1] / "trials"):  # as installed; as checked out
        if place.is_dir():
            yield from ((one.name, one) for one in sorted(place.iterdir()) if (one / _ABOUT).is_file())
            return
    raise UsageError("this installation has no examples: install trialseal with pip, or take trials/ of its source")


def _about(place: Path) -> str:
    """The title of an example's description."""
    return read_file(place / _ABOUT, _LARGEST).decode("utf-8").partition("\n")[0].lstrip("# ")
